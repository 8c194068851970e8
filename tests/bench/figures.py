"""How a figure is taken and printed: beside its baseline, by turns, as a ratio."""

import statistics
import time
from collections.abc import Awaitable, Callable
from typing import Any

Act = Callable[[int], Awaitable[Any]]


def p(values: list[float], share: float) -> float:
    """A percentile of seconds, in milliseconds."""
    return statistics.quantiles(values, n=100)[round(share * 100) - 1] * 1000


async def timed(times: int, act: Act) -> list[float]:
    taken = []
    for n in range(times):
        began = time.perf_counter()
        await act(n)
        taken.append(time.perf_counter() - began)
    return taken


async def by_turns(times: int, ours: Act, base: Act) -> tuple[list[float], list[float]]:
    """Both so many times, one after the other and each of them first as often, so that both meet the same weather."""
    taken: dict[Act, list[float]] = {ours: [], base: []}
    for n in range(times):
        for act in (ours, base) if n % 2 else (base, ours):
            taken[act] += await timed(1, lambda _, a=act, m=n: a(m))
    return taken[ours], taken[base]


def line(name: str, ours: float, unit: str, base: float, ratio: float, limit: str, holds: bool) -> bool:
    print(
        f"{name:34} {ours:8.1f} {unit:5} baseline {base:8.1f} {unit:5} ratio {ratio:5.2f}  {limit}{'' if holds else '  MISSED'}",
        flush=True,
    )
    return holds


def at_most(limit: float, name: str, ours: list[float], base: list[float], share: float = 0.5) -> bool:
    """Whether the percentile `share` costs at most `limit` times the baseline's.

    Medians are compared turn by turn: on a busy machine two neighbours meet the same load, the two medians may not.
    """
    each = [mine / its for mine, its in zip(ours, base, strict=True)]
    ratio = statistics.median(each) if share == 0.5 else p(ours, share) / p(base, share)
    return line(name, p(ours, share), "ms", p(base, share), ratio, f"at most {limit:.2f}", ratio <= limit)


def reported(name: str, figure: float, unit: str, beside: str = "") -> None:
    print(f"{name:34} {figure:8.1f} {unit:5} {beside}(reported)", flush=True)
