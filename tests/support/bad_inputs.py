"""What nobody should send to a conversation, and how it is refused. `MARK` stands for a word that must not come back."""

import base64
import json
import random
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx

from tests.support.people import ChildClient

MARK = "MARK"
JSON = "application/json"
PNG = b"\x89PNG\r\n\x1a\n" + random.Random(7).randbytes(900)
PNG_TEXT = base64.b64encode(PNG).decode()


@dataclass(frozen=True)
class Bad:
    """A request to `path` with `status` and `system/<name>` as its answer; `key`: None sends none, "" a fresh one."""

    status: int
    name: str
    content: bytes
    type: str = JSON
    key: str | None = ""
    path: str = "/messages"
    method: str = "POST"
    pieces: int = 0  # more than 0: sent in so many pieces without a length


def body(status: int, name: str, value: Any, **more: Any) -> Bad:
    return Bad(status, name, json.dumps(value).encode(), **more)


def text(status: int, name: str, value: Any) -> Bad:
    return body(status, name, {"text": value})


def reply(key: Any) -> Bad:
    return body(400, "bad_request", {"reply": key})


def picture_field(field: str) -> Bad:
    return body(415, "no_pictures", {"text": MARK, field: PNG_TEXT})


MULTIPART = b'--x\r\nContent-Disposition: form-data; name="file"; filename="MARK.png"\r\n\r\n' + PNG + b"\r\n--x--\r\n"
EMPTY = {
    "no characters": text(422, "empty", ""),
    "blanks": text(422, "empty", " \n\t\u00a0\u3000"),
    "zero-width": text(422, "empty", "\u200b\u2060\ufeff\u00ad"),
    "joiners": text(422, "empty", "\u200c\u200d\u200c"),
    "controls and direction": text(422, "empty", "\u0000\u0007\u001b\u202e\u2066\u200f"),
    "nothing at all": body(422, "empty", {}),
    "null": text(422, "empty", None),
}
LONG = {
    "1,001 characters": text(422, "too_long", f"{MARK}, ".ljust(1001, "é")),
    "30,000 characters": text(422, "too_long", f"{MARK}, ".ljust(30_000, "!")),
    "1 MB": text(413, "too_long", f"{MARK}, ".ljust(1_000_000, "!")),
    "1 MB in pieces": Bad(413, "too_long", (f'{{"text": "{MARK}'.ljust(1_000_000, "!") + '"}').encode(), pieces=100),
}
BROKEN = {
    "lone surrogate": Bad(400, "bad_request", b'{"text": "MARK \\ud800"}'),
    "lone surrogate as a button": Bad(400, "bad_request", b'{"reply": "MARK\\udfff"}'),
    "lone surrogate as a field": Bad(400, "bad_request", b'{"text": "MARK", "\\ud800": 1}'),
    "bytes that are no UTF-8": Bad(400, "bad_request", b'{"text": "MARK \xff\xfe"}'),
    "overlong UTF-8": Bad(400, "bad_request", b'{"text": "MARK \xc0\xaf"}'),
    "cut JSON": Bad(400, "bad_request", b'{"text": "MARK'),
    "no JSON": Bad(400, "bad_request", b"MARK"),
    "no body": Bad(400, "bad_request", b""),
    "a list": body(400, "bad_request", [MARK]),
    "a word": body(400, "bad_request", MARK),
    "not a number": Bad(400, "bad_request", b'{"text": NaN, "MARK": 1}'),
    "deep list": Bad(400, "bad_request", b'{"text": ' + b"[" * 30_000 + b'"MARK"' + b"]" * 30_000 + b"}"),
    "deep object": Bad(400, "bad_request", b'{"MARK":' * 7000 + b"1" + b"}" * 7000),
    "text as a form": Bad(400, "bad_request", b"text=MARK", "application/x-www-form-urlencoded"),
    "XML": Bad(400, "bad_request", b"<text>MARK</text>", "application/xml"),
}
TYPES = {
    "number": text(400, "bad_request", 5),
    "true": text(400, "bad_request", True),
    "list": text(400, "bad_request", [MARK]),
    "object": text(400, "bad_request", {"text": MARK}),
    "button as a list": reply([MARK]),
    "unknown field": body(400, "bad_request", {"text": MARK, "role": "admin"}),
    "a field of the log": body(400, "bad_request", {"text": MARK, "by": "counsellor", "seq": 1}),
    "words and a button": body(400, "bad_request", {"text": MARK, "reply": "menu"}),
}
PICTURES = {
    "multipart": Bad(415, "no_pictures", MULTIPART, "multipart/form-data; boundary=x"),
    "picture as the body": Bad(415, "no_pictures", PNG + MARK.encode(), "image/png"),
    "picture in capitals": Bad(415, "no_pictures", PNG + MARK.encode(), "Image/JPEG"),
    "bytes as the body": Bad(415, "no_pictures", PNG + MARK.encode(), "application/octet-stream"),
    "field image": picture_field("image"),
    "field file": picture_field("file"),
    "field picture": picture_field("picture"),
    "data address": text(415, "no_pictures", f"{MARK} data:image/png;base64,{PNG_TEXT[:120]}"),
    "data address in capitals": text(415, "no_pictures", f"{MARK} DATA:image/PNG;base64,{PNG_TEXT[:120]}"),
    "base64": text(415, "no_pictures", MARK + PNG_TEXT),
    "base64 in lines": text(415, "no_pictures", "\n".join([MARK, *(PNG_TEXT[n : n + 76] for n in range(0, 1200, 76))])),
    "picture in a story": body(
        415, "no_pictures", {"share": "summary", "story": f"{MARK} data:image/png;base64,AAAA"}, path="/handoff"
    ),
}
REPLIES = {
    f"button {key}": reply(key)
    for key in (
        "", "nothing", "nothing/nothing", "fake_image_of_me/nothing", "guide:nothing", "danger=perhaps", "nothing=yes",
        "change=nothing", "band=99", "/restart", "../menu", "MENU", "handoff", "erase", "x" * 81,
    )
}  # fmt: skip
SETTINGS = {
    "locale": body(400, "bad_request", {"locale": MARK}, path="", method="PATCH"),
    "long locale": body(400, "bad_request", {"locale": MARK * 10}, path="", method="PATCH"),
    "band": body(400, "bad_request", {"band": MARK}, path="", method="PATCH"),
    "country": body(400, "bad_request", {"country": MARK}, path="", method="PATCH"),
    "state": body(400, "bad_request", {"state": "human"}, path="", method="PATCH"),
}
KEYS = {
    "no key": body(400, "bad_request", {"text": MARK}, key=None),
    "short key": body(400, "bad_request", {"text": MARK}, key="seven77"),
    "long key": body(400, "bad_request", {"text": MARK}, key=MARK * 17),
    "handoff without a key": body(400, "bad_request", {"share": "summary", "story": MARK}, key=None, path="/handoff"),
}
HANDOFFS = {
    "unknown share": body(400, "bad_request", {"share": MARK}, path="/handoff"),
    "unknown line": body(400, "bad_request", {"share": "summary", "card": {MARK: "yes"}}, path="/handoff"),
    "unknown value": body(400, "bad_request", {"share": "summary", "card": {"danger": MARK}}, path="/handoff"),
    "long story": body(422, "too_long", {"share": "summary", "story": f"{MARK}, ".ljust(1001, "é")}, path="/handoff"),
}
ALL: dict[str, Bad] = EMPTY | LONG | BROKEN | TYPES | PICTURES | REPLIES | SETTINGS | KEYS | HANDOFFS


def send(someone: ChildClient, bad: Bad, mark: str = MARK, locale: str = "en", header: str = "faro-locale") -> httpx.Response:
    """Send it as this child, with `mark` in the place of the word."""
    headers = {**someone.headers, "content-type": bad.type, header: locale}
    if bad.key is not None:
        headers["idempotency-key"] = bad.key.replace(MARK, mark) or str(uuid.uuid4())
    content = bad.content.replace(MARK.encode(), mark.encode())
    given = _pieces(content, bad.pieces) if bad.pieces else content
    return someone.http.request(bad.method, someone.path + bad.path, content=given, headers=headers)


def _pieces(content: bytes, pieces: int) -> Iterator[bytes]:
    size = len(content) // pieces + 1
    return (content[n : n + size] for n in range(0, len(content), size))
