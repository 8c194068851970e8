"""A case, opened. Times are aware (UTC); every field that a child skipped is None or empty."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from faro_connector.keys import Opener


@dataclass(frozen=True)
class Consent:
    """What the child said yes to."""

    share_with_helpline: bool
    share_transcript: bool
    share_with_other_orgs: bool
    wording_id: str
    at: datetime


@dataclass(frozen=True)
class Report:
    """What your system has reported."""

    reference: str | None
    state: str | None
    at: datetime | None


@dataclass(frozen=True)
class Callback:
    """When and how the child may be called back, and how to do it safely.

    Attributes:
        times: of morning, afternoon, evening.
        channel: phone or chat.
        phone_private: whether only the child sees that phone; None: the child is not sure.
        may_say: what may be said if somebody else answers: nothing, wrong_number or first_name.
    """

    channel: str
    when: str = ""
    times: tuple[str, ...] = ()
    phone_private: bool | None = None
    number: str | None = None
    may_say: str = "nothing"


@dataclass(frozen=True)
class Said:
    """Something said, by `child`, `bot`, `counsellor` or `system`. A mark of the system may have a key and no text."""

    seq: int
    by: str
    at: datetime | None
    text: str
    key: str | None
    name: str | None


@dataclass(frozen=True)
class Case:
    """What a child passed on. `lines` are the answers by field, `summary` the child's own approved words."""

    id: str
    number: str
    state: str
    about: str | None
    band: str | None
    locale: str
    country: str | None
    risk: str
    risk_reasons: tuple[str, ...]
    danger_now: bool
    self_harm_said: bool
    situation: str | None
    image_nature: str | None
    consent: Consent
    outcome: str | None
    report: Report
    created_at: datetime
    updated_at: datetime
    closed_at: datetime | None
    lines: dict[str, str]
    skipped: tuple[str, ...]
    summary: str | None
    content_shown: tuple[str, ...]
    callback: Callback | None
    transcript: tuple[Said, ...]
    messages: tuple[Said, ...]
    etag: str

    @property
    def erased(self) -> bool:
        """The child took it back: erase your copy too."""
        return self.outcome == "erased"


CLEAR = (
    "id", "number", "state", "about", "band", "locale", "country", "risk", "danger_now", "self_harm_said", "situation",
    "image_nature", "outcome",
)  # fmt: skip


def open_case(found: dict[str, Any], etag: str, mine: Opener) -> Case:
    """Open a case as the API hands it out.

    Raises:
        CannotOpen: it was sealed to another key, or was altered on the way.
    """
    inside = _inside(found, mine)
    card = inside["card"]
    return Case(
        **{name: found[name] for name in CLEAR},
        risk_reasons=tuple(found["risk_reasons"]),
        consent=Consent(**{**found["consent"], "at": datetime.fromisoformat(found["consent"]["at"])}),
        report=read_report(found["report"]),
        created_at=datetime.fromisoformat(found["created_at"]),
        updated_at=datetime.fromisoformat(found["updated_at"]),
        closed_at=_time(found["closed_at"]),
        lines=card.get("lines", {}),
        skipped=tuple(card.get("skipped", ())),
        summary=card.get("story"),
        content_shown=tuple(card.get("shown", ())),
        callback=_callback(card["callback"]) if card.get("callback") else None,
        transcript=tuple(_said(each) for each in inside["transcript"]),
        messages=tuple(_said(each) for each in inside["messages"]),
        etag=etag,
    )


def _inside(found: dict[str, Any], mine: Opener) -> dict[str, Any]:
    """Card, transcript and messages, each opened for its own place."""
    if found["key"] is None:
        return {"card": {}, "transcript": (), "messages": ()}
    case = mine.opener(f"{found['id']}/key", found["key"])
    card = case.read(f"{found['id']}/card", found["card"])
    sealed = found["transcript"]
    transcript = case.read(f"{found['id']}/transcript", sealed)["bubbles"] if sealed else ()
    return {"card": card, "transcript": transcript, "messages": list(_messages(found, case))}


def _messages(found: dict[str, Any], case: Opener) -> Iterable[dict[str, Any]]:
    for each in found["messages"]:
        place = f"{found['conversation_id']}/{each['seq']}/{each['by']}"
        yield {**case.read(place, each["sealed"]), "seq": each["seq"], "by": each["by"], "at": each["at"]}


def _said(body: dict[str, Any]) -> Said:
    return Said(body["seq"], body["by"], _time(body.get("at")), body.get("text") or "", body.get("key"), body.get("name"))


def read_report(found: dict[str, Any]) -> Report:
    return Report(found["reference"], found["state"], _time(found["at"]))


def _time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _callback(found: dict[str, Any]) -> Callback:
    """What a newer Faro adds is left out: an older connector still opens the case."""
    known: dict[str, Any] = {each.name: found[each.name] for each in fields(Callback) if each.name in found}
    return Callback(**{**known, "times": tuple(known.get("times", ()))})
