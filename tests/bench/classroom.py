"""A class: from a pupil's answer to the educator's new number, beside a bare echo; and how many seats one process holds."""

import asyncio
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from api.phrasebook.translations import load_locales
from tests.bench.baselines import Bare
from tests.bench.figures import p, reported
from tests.bench.slow_link import on_slow_link
from tests.bench.staff import listen, memory
from tests.support.classes import WISHES, bearer
from tests.support.installation import NO_BOT, ROOT, Installation

SEATS, ANSWERS = 40, 200
ROOMS, ALL_SEATS = 15, 500


@dataclass
class Room:
    """A class session whose pages are all open."""

    http: httpx.AsyncClient
    host: str = ""
    seats: list[str] = field(default_factory=list)

    async def open(self, seats: int) -> None:
        opened = (await self.http.post("/v1/classroom/sessions", json={**WISHES, "seats": seats})).json()
        self.host = opened["host"]
        locales = [loc.code for loc in load_locales(ROOT / "locales").values()]
        for n in range(seats):
            given = {"code": opened["code"], "locale": locales[n % len(locales)]}
            self.seats.append((await self.http.post("/v1/classroom/join", json=given)).json()["seat"])

    async def do(self, path: str) -> None:
        (await self.http.post(f"/v1/classroom/{path}", headers=bearer(self.host))).raise_for_status()

    async def answer(self, n: int, step: str) -> None:
        given = {"answers": {step: ["ab"[n // len(self.seats) % 2]]}}
        reply = await self.http.put("/v1/classroom/answers", json=given, headers=bearer(self.seats[n % len(self.seats)]))
        reply.raise_for_status()

    async def look(self, seat: str) -> None:
        (await self.http.get("/v1/classroom/seat", headers=bearer(seat))).raise_for_status()


async def heard(lines: AsyncIterator[str], mark: str, act: Any) -> float:
    """Seconds from an act to the event that tells of it."""
    began = time.perf_counter()
    sending = asyncio.ensure_future(act)
    while not (await anext(lines)).startswith(mark):
        pass
    took = time.perf_counter() - began
    await sending
    return took


async def one_class(http: httpx.AsyncClient, bare: Bare) -> None:
    """Forty pupils in ten languages with their pages open; each answer is waited for on the educator's page."""
    room = Room(http)
    await room.open(SEATS)
    await room.do("steps/d1/go")
    await room.do("steps/d1/open")
    ours: list[float] = []
    base: list[float] = []
    async with AsyncExitStack() as streams:
        for seat in room.seats:
            await listen(streams, http, "/v1/classroom/events/seat", **bearer(seat))
        host = await listen(streams, http, "/v1/classroom/events/host", **bearer(room.host))
        echo = await listen(streams, http, f"{bare.url}/events")
        for n in range(ANSWERS):
            ours.append(await heard(host, "event: count", room.answer(n, "d1")))
            base.append(await heard(echo, "event: echo", http.post(f"{bare.url}/echo", json={"text": str(n)})))
            await asyncio.sleep(0.06)  # a pupil's tap, not a flood: the educator's page has a pause of its own
    beside = f"baseline {p(base, 0.95):8.1f} ms    ratio {p(ours, 0.95) / p(base, 0.95):5.2f}  "
    reported("answer to new number, p95", p(ours, 0.95), "ms", beside)


async def many_classes(http: httpx.AsyncClient, site: Installation) -> None:
    """Five hundred seats in fifteen rooms with their pages open; one step forward in all of them at once."""
    rooms, before = [Room(http) for _ in range(ROOMS)], memory(site)
    for n, room in enumerate(rooms):
        await room.open(ALL_SEATS // ROOMS + (n < ALL_SEATS % ROOMS))
    async with AsyncExitStack() as streams:
        lines = [
            (room, seat, await listen(streams, http, "/v1/classroom/events/seat", **bearer(seat)))
            for room in rooms
            for seat in room.seats
        ]
        reported(f"{len(lines)} seats in {ROOMS} rooms", (memory(site) - before) / len(lines), "kB", "a seat, its page open ")
        began = time.perf_counter()
        arriving = [asyncio.ensure_future(_arrives(*each, began)) for each in lines]
        await asyncio.gather(*(room.do("steps/rules/go") for room in rooms))
        reported("the next step on every screen, p95", p(list(await asyncio.gather(*arriving)), 0.95), "ms")


async def _arrives(room: Room, seat: str, lines: AsyncIterator[str], began: float) -> float:
    seen = 0
    while seen < 1:
        seen += (await anext(lines)).startswith("event: state")
    await room.look(seat)
    return time.perf_counter() - began


async def measure(site: Installation, bare: Bare) -> None:
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=50)
    async with httpx.AsyncClient(base_url=site.url, timeout=60, limits=limits) as http:
        await one_class(http, bare)
        await many_classes(http, site)


def run() -> bool:
    """Figures without a bar: they are reported beside their baseline."""
    folder = Path(tempfile.mkdtemp(prefix="faro-bench-class-"))
    site = Installation(folder / "api", NO_BOT).start()
    bare = Bare(folder).start()
    try:
        on_slow_link("pupil's page on a slow link", f"{site.url}/class?locale=ar", "#code")
        asyncio.run(measure(site, bare))
    finally:
        bare.stop()
        site.stop()
    return True
