"""The needs of `content/taxonomy.yaml`, and which of several is acted on first."""
from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import yaml

CONTENT = Path(__file__).resolve().parents[2] / "content"
RISKS = ["none", "low", "elevated", "high", "emergency"]
SMALL_TALK = {"greet", "thanks", "goodbye", "affirm", "deny", "insult", "out_of_scope"}
# Inside the disclosure tier these two need someone sooner than the picture itself does.
SOONER = {"sexual_extortion", "sexual_abuse"}


class Need(NamedTuple):
    """A row of the taxonomy: the tier it stands in (0 is the most urgent) and its floor of risk."""

    tier: str
    urgency: int
    risk: str


def read_taxonomy(path: Path = CONTENT / "taxonomy.yaml") -> dict[str, Need]:
    """The needs in the order of the file; the file's order of tiers is the order of urgency."""
    tiers = yaml.safe_load(path.read_text(encoding="utf-8"))
    return {
        name: Need(tier, urgency, fields["risk"])
        for urgency, (tier, needs) in enumerate(tiers.items())
        for name, fields in needs.items()
    }


NEEDS = read_taxonomy()
CRISES = [name for name, need in NEEDS.items() if need.tier == "crisis"]


def urgency(need: str, confidence: float) -> tuple:
    """Sort key, the most urgent first."""
    return NEEDS[need].urgency, need not in SOONER, -confidence


def worst_risk(needs: list[str]) -> str:
    """The highest floor among the needs of a message; a second need may raise the risk, never lower it."""
    return max((NEEDS[need].risk for need in needs if need in NEEDS), key=RISKS.index, default="none")
