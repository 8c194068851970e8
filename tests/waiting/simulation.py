"""A helpline in fast motion: children arrive, the most severe is taken first, and each is told what the rules say."""

import heapq
import random
from collections.abc import Iterator
from dataclasses import dataclass, field

from api.waiting.rules import Load, Outlook, Wait, outlook

RANKS = (1, 2, 3, 4)
SEVERE = (4, 3, 2, 1)  # weights of the ranks: few emergencies
NEWEST = 500


@dataclass(frozen=True)
class Told:
    """What a child was told at the handoff, and how many minutes it took then."""

    said: Outlook
    took: float

    @property
    def kept(self) -> bool:
        """The promise: not sooner than the range begins, not later than it ends."""
        low, high = self.said.from_minutes, self.said.to_minutes
        return low is not None and low <= self.took and (high is None or self.took <= high)


@dataclass
class Shift:
    """Staff who each talk with one child at a time. Times are minutes.

    Args:
        every: mean minutes between two children; `talks`: mean minutes of a talk; `leaves`: share that gives up waiting.
    """

    staff: int
    every: float
    talks: float = 25.0
    leaves: float = 0.05
    seed: int = 1
    clock: float = 0.0
    waiting: list[tuple[int, float, float, Load]] = field(default_factory=list)  # -rank, came, gives up at, load
    busy: list[float] = field(default_factory=list)
    past: list[Wait] = field(default_factory=list)

    def run(self, children: int) -> Iterator[Told]:
        """What each child was told, as far as a range was told; the ones who gave up can't say whether it was kept."""
        chance = random.Random(self.seed)
        promised: dict[float, Outlook] = {}
        for _ in range(children):
            self.clock += chance.expovariate(1 / self.every)
            yield from self._serve(chance, promised)
            promised[self.clock] = self._arrive(chance)
            yield from self._serve(chance, promised)

    def _arrive(self, chance: random.Random) -> Outlook:
        rank = chance.choices(RANKS, SEVERE)[0]
        before = [came for minus, came, _, _ in self.waiting if -minus >= rank]
        load = Load(len(before), self.clock - min(before, default=self.clock), self.staff)
        gives_up = self.clock + chance.expovariate(1 / 30) if chance.random() < self.leaves else float("inf")
        heapq.heappush(self.waiting, (-rank, self.clock, gives_up, load))
        still = [Wait(self.clock - came, False, met.each) for _, came, _, met in self.waiting]
        return outlook([*self.past[-NEWEST:], *still], load)

    def _serve(self, chance: random.Random, promised: dict[float, Outlook]) -> Iterator[Told]:
        """Whoever became free until now takes the most severe who still waits."""
        while self.waiting and (len(self.busy) < self.staff or self.busy[0] <= self.clock):
            free = heapq.heappop(self.busy) if len(self.busy) == self.staff else 0.0
            _, came, gives_up, load = heapq.heappop(self.waiting)
            taken = max(free, came)
            if gives_up < taken:
                self.past.append(Wait(gives_up - came, False, load.each))
                if free:
                    heapq.heappush(self.busy, free)
                continue
            # nobody answers in the second in which a child asks
            taken += chance.expovariate(1 / 1.5)
            heapq.heappush(self.busy, taken + chance.lognormvariate(0, 0.7) * self.talks * 0.78)
            self.past.append(Wait(taken - came, True, load.each))
            said = promised.pop(came)
            if said.from_minutes is not None:
                yield Told(said, taken - came)
