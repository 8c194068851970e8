"""One case as a file, for its counsellor or a supervisor, after a fresh proof of who is asking (ASVS 7.5.3)."""

import asyncio
import json
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from api.auth.access import SignedIn, StaffOnly
from api.auth.rules import Role
from api.cases.access import open_to_act
from api.cases.routes import read_case
from api.casework.export import HEAD, facts_of, pdf_of, rows_of
from api.db import Database
from api.export import Format, csv_of, download
from api.phrasebook.book import Phrasebook
from api.phrasebook.translations import SOURCE_LOCALE

router = APIRouter(prefix="/v1/cases", tags=["cases"])
Reader = Annotated[SignedIn, Depends(StaffOnly(Role.counsellor, Role.supervisor, fresh=True))]


@router.get("/{case_id}/export.{format}")
async def take_out(request: Request, case_id: str, who: Reader, format: Format) -> Response:
    """A case with everything that the caller may read of it; the file is named by its number."""
    database: Database = request.app.state.database
    async with database.write() as db:
        await open_to_act(db, who, case_id)
        await request.app.state.audit.record(db, who.act("case.export", case_id, format))
    case = facts_of((await read_case(request, case_id, who)).model_dump(mode="json"))
    book: Phrasebook = request.app.state.chat.speaker.book
    labels = {**book.labels("card", SOURCE_LOCALE), **book.labels("console", SOURCE_LOCALE)}
    content: bytes | str
    if format is Format.json:
        content = json.dumps(case, ensure_ascii=False, indent=1)
    elif format is Format.csv:
        content = csv_of([HEAD, *rows_of(case, labels)])
    else:  # setting type takes a while, and children are waiting
        content = await asyncio.to_thread(pdf_of, case, labels)
    return download(content, format, case["number"])
