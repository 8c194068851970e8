"""Papers for the child's page: as data for a sheet over the chat, and as a file. Nothing of them is kept."""

import asyncio
from dataclasses import asdict
from enum import StrEnum
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from api.auth.access import Child
from api.chat import schemas
from api.chat.limits import Caps
from api.chat.routes import chat_of
from api.chat.service import view_of
from api.papers.compose import Paper, compose
from api.papers.pdf import pdf_of

router = APIRouter(prefix="/v1/conversations/{conversation_id}/papers", tags=["child"])
Token = Annotated[str, Depends(Child())]


class Name(StrEnum):
    """A plan of steps, a letter to a grown-up, a record without pictures, the talk itself."""

    plan = "plan"
    letter = "letter"
    record = "record"
    transcript = "transcript"


@router.get("/{paper}")
async def paper(request: Request, conversation_id: str, token: Token, paper: Name) -> schemas.Paper:
    """A paper for what was said and answered so far, in the child's language and band."""
    made = await composed(request, conversation_id, token, paper)
    labels = chat_of(request).speaker.book.labels("papers", made.view.locale)
    return schemas.Paper(
        name=made.name, title=made.title, intro=made.intro, parts=[asdict(part) for part in made.parts], labels=labels
    )


@router.get("/{paper}/pdf")
async def pdf(request: Request, conversation_id: str, token: Token, paper: Name) -> Response:
    """The same paper as a PDF file."""
    return await as_file(await composed(request, conversation_id, token, paper))


async def composed(request: Request, conversation_id: str, token: str, name: str) -> Paper:
    """The paper of a child, under the cap of their messages, because a file costs more than a message.

    Raises:
        NotFound: no such conversation for this token.
        TooFast: over the cap.
    """
    caps: Caps = request.app.state.caps
    await caps.message(conversation_id)
    chat = chat_of(request)
    held, talk = await chat.look(conversation_id, token, after=0 if name == Name.transcript else 10**9)
    facts = chat.log.open_facts(held.conversation, held.private)
    return compose(chat.speaker, name, facts, view_of(held.conversation, facts), talk)


async def as_file(paper: Paper) -> Response:
    disposition = {"Content-Disposition": f'attachment; filename="faro-{paper.name}.pdf"'}
    return Response(await asyncio.to_thread(pdf_of, paper), media_type="application/pdf", headers=disposition)
