"""Many at the same instant."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

Given = TypeVar("Given")
Answer = TypeVar("Answer")
PATIENCE_SECONDS = 30


def at_once(act: Callable[[Given], Answer], given: Iterable[Given]) -> list[Answer]:
    """`act` on each of `given`, all of them released together; the answers in the order of `given`."""
    all_given = list(given)
    start = Barrier(len(all_given))

    def one(item: Given) -> Answer:
        start.wait(PATIENCE_SECONDS)
        return act(item)

    with ThreadPoolExecutor(len(all_given)) as pool:
        return list(pool.map(one, all_given))
