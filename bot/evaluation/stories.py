"""Long stories with the one sentence that matters in their middle, made of the messages of a split."""
from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from understanding.needs import CRISES

from evaluation.messages import EVERYDAY, Sample
from evaluation.scores import Reading, share

CHARACTERS = 900
EACH = 12  # stories of a tier and locale
TIERS = ("crisis", "disclosure", "help")


class Story(NamedTuple):
    """A long message; `key` is the sentence in its middle, or None where all of it is everyday talk."""

    text: str
    locale: str
    key: Sample | None


def stories(samples: Sequence[Sample]) -> list[Story]:
    """For each tier and locale some messages told in the middle of everyday talk, and as many of everyday talk alone."""
    draw = random.Random(0)
    found = []
    for locale in sorted({sample.locale for sample in samples}):
        own = [sample for sample in samples if sample.locale == locale]
        calm = [sample.text for sample in own if sample.kind == EVERYDAY]
        keys = defaultdict(list)
        for sample in own:
            keys[sample.tier if not sample.kind else ""].append(sample)
        for tier in TIERS:
            found += [_told(key, locale, calm, draw) for key in draw.sample(keys[tier], min(EACH, len(keys[tier])))]
        found += [_told(None, locale, calm, draw) for _ in range(EACH)]
    return found


def _told(key: Sample | None, locale: str, calm: Sequence[str], draw: random.Random) -> Story:
    around, size = [], len(key.text) if key else 0
    for sentence in draw.sample(calm, len(calm)):
        size += len(sentence) + 2
        if size <= CHARACTERS:
            around.append(sentence)
    if key:
        around.insert(draw.randint(len(around) // 4, 3 * len(around) // 4), key.text.rstrip(".!?…"))
    return Story(". ".join(around), locale, key)


def story_shares(told: Sequence[tuple[Story, Reading]]) -> list[list[float]]:
    """For each tier: how many stories, the share whose key was served, and the share where it was served or named beside.

    The last row is everyday talk: how many, and the share that was taken for a crisis.
    """
    rows = []
    for tier in TIERS:
        own = [(story.key, read) for story, read in told if story.key and story.key.tier == tier]
        served = share([key.is_met(read["need"]) for key, read in own])
        named = share([any(map(key.is_met, (read["need"], *read["also"]))) for key, read in own])
        rows.append([len(own), served, named])
    alarms = [read["need"] in CRISES for story, read in told if story.key is None]
    return [*rows, [len(alarms), share(alarms)]]
