"""The handoff: the child's yes makes a case and hands its key to the helpline, in one transaction."""

import secrets
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from api.auth.access import SignedIn
from api.auth.models import Client
from api.auth.rules import Scope
from api.auth.service import newest_team_key
from api.cases.models import Case, CaseGrant, ClientGrant
from api.cases.outgoing import tell_systems
from api.cases.rules import CARD, Assessment, CaseState, Share, reaches_clients
from api.conversations.access import Held
from api.conversations.log import Body
from api.conversations.models import Conversation
from api.conversations.rules import State, expires
from api.db import after_commit, now
from api.errors import KeyReused, Trouble
from api.live.hub import Hub
from api.vault.sealing import Sealer, new_pair, open_key, seal_key

NUMBER = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # nothing that is mistaken for another sign when read aloud
CONSENT = "handoff-3"  # the wording of the preview that was agreed to; a new wording gets a new number


@dataclass(frozen=True)
class Handoff:
    """What the child passes on after having seen and edited the preview."""

    key: str
    body_mac: bytes
    share: Share
    card: dict[str, str]
    story: str | None
    callback: dict[str, Any] | None
    transcript: list[Body]
    assessment: Assessment
    shown: list[str]


async def handed_over_before(db: AsyncSession, conversation_id: str, key: str, body_mac: bytes) -> Case | None:
    """The case that the same handoff already made.

    Raises:
        KeyReused: the same key came with another content.
    """
    query = select(Case).where(Case.conversation_id == conversation_id, Case.handoff_key == key)
    case = (await db.scalars(query)).one_or_none()
    if case is not None and case.body_mac != body_mac:
        raise KeyReused
    return case


async def open_handoff(db: AsyncSession, sealer: Sealer, hub: Hub, held: Held, handoff: Handoff) -> Case:
    """Make the case of this yes, wake the queue, and put the conversation into `waiting`.

    Raises:
        Trouble: the helpline has no key yet, so nobody could read the case.
    """
    conversation = held.conversation
    team_key = await newest_team_key(db, conversation.helpline_id)
    if team_key is None:
        raise Trouble("no team key")
    private = _case_key(conversation, held.private)
    case = _case(conversation, handoff)
    case.card = sealer.seal(case.public_key, f"{case.id}/card", _card(handoff))
    if handoff.share is Share.transcript:
        case.transcript = sealer.seal(case.public_key, f"{case.id}/transcript", {"bubbles": handoff.transcript})
    db.add(case)
    await db.flush()
    db.add(CaseGrant(case_id=case.id, team_key_id=team_key.id, sealed=seal_key(team_key.public_key, private)))
    await tell_systems(db, case, "created")
    if reaches_clients(case.share):
        for client in await clients_that_read(db, case.helpline_id):
            db.add(ClientGrant(case_id=case.id, client_id=client.id, sealed=seal_key(client.public_key, private)))
    conversation.case_id, conversation.state = case.id, State.waiting
    conversation.expires_at = expires(conversation.created_at, now(), has_case=True)
    after_commit(db, lambda: hub.publish(f"queue:{case.helpline_id}", "new"))
    return case


async def clients_that_read(db: AsyncSession, helpline_id: str) -> list[Client]:
    """The helpline's own systems that new cases are sealed to: none that only an admin wants, who holds no key."""
    agreed = select(Client).where(Client.helpline_id == helpline_id, Client.active, Client.approved_by.is_not(None))
    return [client for client in await db.scalars(agreed) if Scope.cases_read in client.scopes]


async def give_open_cases(db: AsyncSession, who: SignedIn, client: Client) -> list[str]:
    """Seal the helpline's open cases to a client that was connected after they were made.

    They count as changed now, so that a client which already asks for what is newer only hears of them.

    Args:
        who: a supervisor, whose team key opens each case key for this one act; no word is read.

    Returns:
        The ids of the cases that were given.
    """
    has = select(ClientGrant.case_id).where(ClientGrant.client_id == client.id)
    query = (
        select(Case, CaseGrant)
        .join(CaseGrant, CaseGrant.case_id == Case.id)
        .where(Case.helpline_id == client.helpline_id, Case.state != CaseState.closed, Case.id.not_in(has))
        .where(CaseGrant.team_key_id.in_(who.grants))
    )
    given = {}
    for case, grant in (await db.execute(query)).tuples():
        if reaches_clients(case.share) and case.id not in given:
            private = open_key(who.team[grant.team_key_id], grant.sealed)
            case.updated_at = now()
            given[case.id] = ClientGrant(case_id=case.id, client_id=client.id, sealed=seal_key(client.public_key, private))
    db.add_all(given.values())
    return list(given)


def _case_key(conversation: Conversation, private: bytes) -> bytes:
    """The case key pair of a conversation, made at its first handoff; its private half stays sealed to the child too."""
    if conversation.case_key is not None:
        return open_key(private, conversation.case_key)
    pair = new_pair()
    conversation.case_public_key = pair.public
    conversation.case_key = seal_key(conversation.public_key, pair.private)
    return pair.private


def _case(conversation: Conversation, handoff: Handoff) -> Case:
    assert conversation.case_public_key is not None
    return Case(
        id=str(uuid4()), number=_number(), helpline_id=conversation.helpline_id, conversation_id=conversation.id,
        handoff_key=handoff.key, body_mac=handoff.body_mac, state=CaseState.waiting,
        risk=handoff.assessment.risk, risk_rank=handoff.assessment.risk.rank, reasons=list(handoff.assessment.reasons),
        need=handoff.card.get("situation"), share=handoff.share, locale=conversation.locale,
        band=None if handoff.share is Share.nothing else conversation.band,
        country=conversation.country, public_key=conversation.case_public_key, consent=CONSENT, created_at=now(),
    )  # fmt: skip


def _card(handoff: Handoff) -> dict[str, Any]:
    if handoff.share is Share.nothing:
        return {"lines": {}, "story": None, "skipped": list(CARD), "shown": [], "callback": handoff.callback}
    skipped = [field for field in CARD if field not in handoff.card]
    return {
        "lines": handoff.card, "story": handoff.story, "skipped": skipped, "shown": handoff.shown,
        "callback": handoff.callback,
    }  # fmt: skip


def _number() -> str:
    """A case number that can be read out on the telephone: two groups of four."""
    signs = "".join(secrets.choice(NUMBER) for _ in range(8))
    return f"{signs[:4]}-{signs[4:]}"
