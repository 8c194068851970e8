"""The same chat without JavaScript: form pages with the same content. The token travels in the POST body, never in an address."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from itertools import takewhile
from typing import Any
from urllib.parse import parse_qs

import structlog
from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, Response
from pydantic import ValidationError

from api.auth.rules import Anyone
from api.cases.rules import CARD, Share
from api.chat import schemas
from api.chat.limits import Caps
from api.chat.routes import chat_of, known_country, passing_of, presence_of, presented
from api.chat.rules import HERE
from api.chat.service import view_of
from api.conversations.access import Held
from api.conversations.log import Body
from api.conversations.rules import By
from api.errors import BadRequest, FaroError, LinesChanged, NoNumber, NoPictures, NotFound, TooLong, Trouble
from api.pages.routes import render
from api.papers.routes import as_file, composed
from api.sources import host_of
from api.speech.papers import PAPERS
from api.speech.say import Speaker, View

router = APIRouter(tags=["plain"], include_in_schema=False)
log = structlog.get_logger()
FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Form:
    """The fields of a posted page."""

    fields: dict[str, str]

    def get(self, name: str) -> str | None:
        return self.fields.get(name) or None

    @property
    def conversation(self) -> tuple[str, str]:
        return self.fields.get("conversation", ""), self.fields.get("token", "")


@router.post("/plain", dependencies=[Depends(Anyone("the token in the body is the child's"))])
async def plain(request: Request) -> Response:
    """One posted form, one page. An error is a sentence in the page, with help and with what was typed still in its place."""
    form = await _read(request)
    act = ACTS.get(form.fields.get("do", ""))
    try:
        if act is None:
            raise BadRequest("do")
        return await act(request, form)
    except FaroError as error:
        return await _trouble(request, form, error)
    except ValidationError:
        return await _trouble(request, form, BadRequest())
    except Exception as error:  # a page, whatever happened: the class only, because a message may quote the child
        log.error("unforeseen", error=type(error).__name__)
        return await _trouble(request, form, Trouble())


async def _read(request: Request) -> Form:
    if not request.headers.get("content-type", "").startswith(FORM):
        raise BadRequest("form")
    body = (await request.body()).decode("utf-8", "replace")
    return Form({name: values[-1] for name, values in parse_qs(body, keep_blank_values=True, max_num_fields=60).items()})


async def _say(request: Request, form: Form) -> Response:
    reply, key = form.get("reply"), form.fields.get("key", "")
    caps: Caps = request.app.state.caps
    conversation = form.conversation
    if not conversation[1]:
        held = await _start(request, form)
        conversation = (held.conversation.id, held.token)
    if reply in HERE:
        opened = Form({**form.fields, "do": reply, "conversation": conversation[0], "token": conversation[1]})
        return await ACTS[reply](request, opened)
    await caps.message(conversation[0])
    if len(key) < 8:
        raise BadRequest("key")
    text = None if reply else form.fields.get("text", "")
    to = form.get("to")
    await chat_of(request).say(*conversation, key, text, reply, int(to) if to and to.isdecimal() else None)
    return await _page(request, *conversation)


async def _start(request: Request, form: Form) -> Held:
    caps: Caps = request.app.state.caps
    await caps.start(host_of(request))
    wanted = schemas.Start(locale=form.get("locale"), band=form.get("band"), country=form.get("country"))
    chat = chat_of(request)
    locale = chat.speaker.book.choose_locale(wanted.locale, request.headers.get("accept-language"))
    held, _ = await chat.start(locale, wanted.band, known_country(chat, wanted.country))
    return held


async def _look(request: Request, form: Form) -> HTMLResponse:
    return await _page(request, *form.conversation)


async def _settings(request: Request, form: Form) -> HTMLResponse:
    """Language, age and country; before the first message there is nothing to change but the page."""
    chat = chat_of(request)
    locale = chat.speaker.book.choose_locale(form.get("locale"))
    band = schemas.Start(band=form.get("band")).band
    country = known_country(chat, form.get("country"))
    if not form.conversation[1]:
        view = View(locale, band, country)
        return render(request, "chat.html", view, reachable=await presence_of(request).reachable(view))
    await chat.change(*form.conversation, {"locale": locale, "band": band, "country": country})
    return await _page(request, *form.conversation)


async def _preview(request: Request, form: Form, error: FaroError | None = None) -> HTMLResponse:
    """What would be passed on; after an `error` it comes back as it was filled in."""
    lines, version = await passing_of(request).preview(*form.conversation)
    held, _ = await chat_of(request).look(*form.conversation, after=10**9)
    wishes = chat_of(request).speaker.book.labels("callback", held.conversation.locale)
    view, typed = view_of(held.conversation, {}), form.fields if error else {}
    told = _told(chat_of(request).speaker, error, view) if error else []
    page = render(
        request, "handoff.html", view, held=held, lines=lines, version=version, wishes=wishes, typed=typed, notice=told
    )  # fmt: skip
    page.status_code = error.status if error else 200
    return page


def _told(speaker: Speaker, error: FaroError, view: View) -> list[Body]:
    """What a child reads of an error in the preview; lines that have changed speak for themselves, and nothing was sent."""
    if isinstance(error, LinesChanged):
        return [_line(speaker.book.label("widget", "not_sent", view.locale), view)]
    return speaker.bubbles(error.key, view, replies=False)


async def _hand_over(request: Request, form: Form) -> HTMLResponse:
    card = {name[5:]: value or None for name, value in form.fields.items() if name.startswith("card.") and name[5:] in CARD}
    said = {name: form.get(name) for name in ("share", "story", "version")}
    wanted = schemas.HandoffIn(**said, card=card, callback=_callback(form))
    try:
        await _pass_on(request, form, wanted)
    except (TooLong, NoPictures, NoNumber, LinesChanged) as error:
        return await _preview(request, form, error)
    return await _page(request, *form.conversation)


async def _pass_on(request: Request, form: Form, wanted: schemas.HandoffIn) -> None:
    caps: Caps = request.app.state.caps
    await caps.handoff(form.conversation[0])
    await passing_of(request).hand_over(*form.conversation, form.fields.get("key", ""), wanted)


def _callback(form: Form) -> schemas.Callback | None:
    """The small form for a call-back; "no" is what it says until something else is chosen."""
    if form.get("channel") is None:
        return None
    times = [time for time in ("morning", "afternoon", "evening") if form.get(f"time.{time}")]
    private = {"me": True, "others": False}.get(form.fields.get("seen_by", ""))
    chosen = {name: form.get(name) for name in ("channel", "number", "when", "may_say") if form.get(name)}
    return schemas.Callback.model_validate({"times": times, "phone_private": private, **chosen})


async def _hand_over_now(request: Request, form: Form) -> HTMLResponse:
    """The offer of a person in an emergency is taken: one tap, and nothing of the talk goes along."""
    await _pass_on(request, form, schemas.HandoffIn(share=Share.nothing, urgent=True))
    return await _page(request, *form.conversation)


async def _take_back(request: Request, form: Form) -> HTMLResponse:
    """Ask once, then take the request back."""
    held, _ = await chat_of(request).look(*form.conversation, after=10**9)
    if form.get("sure") is None:
        texts = chat_of(request).speaker.book.labels("person", held.conversation.locale)
        return _asked(request, held, "take_back", [texts[f"take_back{end}"] for end in ("", "_sure", "_yes", "_no")])
    await passing_of(request).take_back(*form.conversation)
    return await _page(request, *form.conversation)


def _asked(request: Request, held: Held, do: str, words: list[str]) -> HTMLResponse:
    """A question before something that can't be undone; both answers weigh the same."""
    return render(request, "sure.html", view_of(held.conversation, {}), held=held, do=do, words=words)


async def _paper(request: Request, form: Form) -> HTMLResponse:
    """A plan, a letter or a record, put together now and kept nowhere."""
    paper = await composed(request, *form.conversation, form.fields["do"])
    held, _ = await chat_of(request).look(*form.conversation, after=10**9)
    labels = chat_of(request).speaker.book.labels("papers", paper.view.locale)
    return render(request, "paper.html", paper.view, held=held, paper=paper, labels=labels)


async def _pdf(request: Request, form: Form) -> Response:
    """The same paper as a file."""
    name = form.fields.get("paper", "")
    if name not in PAPERS:
        raise BadRequest("paper")
    return await as_file(await composed(request, *form.conversation, name))


async def _code(request: Request, form: Form) -> HTMLResponse:
    held, code = await passing_of(request).code(*form.conversation)
    keep = chat_of(request).speaker.book.label("person", "code_keep", held.conversation.locale)
    return await _page(
        request, *form.conversation, notice=lambda t, view: [_line(f"{t['code_title']}: {code}", view), _line(keep, view)]
    )


async def _resume(request: Request, form: Form) -> HTMLResponse:
    held, _ = await passing_of(request).resume(form.fields.get("code", ""))
    return await _page(request, held.conversation.id, held.token)


async def _erase(request: Request, form: Form) -> HTMLResponse:
    """Ask once, then erase: the second form carries `sure`."""
    chat = chat_of(request)
    held, _ = await chat.look(*form.conversation, after=10**9)
    view = view_of(held.conversation, {})
    if form.get("sure") is None:
        texts = chat.speaker.book.labels("widget", view.locale)
        return _asked(request, held, "erase", [texts[f"erase{end}"] for end in ("", "_sure", "_yes", "_no")])
    told = await passing_of(request).erase(*form.conversation)
    said = presented(told or chat.speaker.bubbles("system/erased", view), "erased")
    return render(request, "chat.html", view, bubbles=said, replies=[])


async def _page(request: Request, conversation: str, token: str, notice: Any = None) -> HTMLResponse:
    held, bubbles = await chat_of(request).look(conversation, token)
    view = view_of(held.conversation, {})
    texts = chat_of(request).speaker.book.labels("widget", view.locale)
    return render(
        request, "chat.html", view, held=held, bubbles=bubbles, state=held.conversation.state.value,
        notice=notice(texts, view) if notice else None, reachable=await presence_of(request).of_conversation(held.conversation),
        **_buttons(held, bubbles),
    )  # fmt: skip


def _buttons(held: Held, bubbles: list[Body]) -> dict[str, Any]:
    """The quick replies of the last turn; while a person is in, those of their last question, and which question it is."""
    with_person = held.conversation.state in ("waiting", "human")
    since = list(takewhile(lambda b: b["by"] != "child", reversed(bubbles)))
    asked = next((b for b in since if with_person and b["by"] == "counsellor" and b.get("quick_replies")), None)
    if asked:
        return {"replies": asked["quick_replies"], "to": asked["seq"]}
    return {"replies": [] if held.conversation.state == "human" else _last_replies(bubbles)}


def _last_replies(bubbles: list[Body]) -> list[Body]:
    """The quick replies of the last turn: since the child spoke, or since somebody came or left."""
    turn = list(takewhile(lambda b: b["by"] != By.child, reversed(bubbles)))
    marks = list(takewhile(lambda b: b["by"] == By.system, turn))
    return [reply for bubble in reversed(marks or turn) for reply in bubble.get("quick_replies", [])]


def _line(text: str, view: View) -> Body:
    return {"text": text, "lang": view.locale, "dir": "auto", "links": []}


async def _trouble(request: Request, form: Form, error: FaroError) -> HTMLResponse:
    chat = chat_of(request)
    locale = chat.speaker.book.choose_locale(form.get("locale"), request.headers.get("accept-language"))
    view = View(locale, country=known_country(chat, form.get("country")))
    values: dict[str, Any] = {}
    try:
        held, bubbles = await chat.look(*form.conversation)
        view = view_of(held.conversation, {})
        values = {"held": held, "bubbles": bubbles, "state": held.conversation.state.value, **_buttons(held, bubbles)}
    except NotFound:
        pass  # a new conversation begins with the next words
    except Exception:  # no database, or what broke before breaks again: the words and the help below need nothing of it
        values = _unread(form)
    words = chat.speaker.bubbles(error.key, view, replies=False)
    page = render(request, "chat.html", view, notice=words, draft=form.get("text") or form.get("story"), **values)
    page.status_code = error.status
    return page


def _unread(form: Form) -> dict[str, Any]:
    """A conversation that cannot be read now keeps its place in the page; who is speaking in it, nobody can tell."""
    conversation, token = form.conversation
    held = {"conversation": {"id": conversation}, "token": token}
    return {"held": held, "bubbles": [], "replies": [], "state": ""} if token else {}


ACTS: dict[str, Callable[[Request, Form], Awaitable[Response]]] = {
    "say": _say, "look": _look, "settings": _settings, "handoff": _preview, "hand_over": _hand_over, "code": _code,
    "handoff_now": _hand_over_now, "take_back": _take_back, "resume": _resume, "erase": _erase, "pdf": _pdf,
    **dict.fromkeys(PAPERS, _paper),
}  # fmt: skip
