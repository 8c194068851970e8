"""The child's side: a message through the api beside the same message posted straight to the bot's channel."""

import asyncio
import tempfile
import time
import uuid
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx

from tests.bench.baselines import Bare
from tests.bench.figures import at_most, by_turns, line, timed
from tests.support.installation import SECRET, BotProcess, Installation

TEXTS = {
    "en": "someone made a fake nude of me and it is in the class chat, please help",
    "es": "alguien hizo fotos falsas de mi desnuda y las mandan por whatsapp",
    "ar": "شخص صنع صور مزيفة لي وينشرها في واتساب",
}
TURNS, CHILDREN, TURNS_EACH = 60, 8, 15


class ToBot:
    """The same message posted straight to the bot's channel."""

    def __init__(self, http: httpx.AsyncClient, bot: str) -> None:
        self.http, self.url = http, f"{bot}/webhooks/faro/message"

    async def post(self, conversation: str, said: dict[str, Any]) -> None:
        body = {"conversation": conversation, "message": str(uuid.uuid4()), "metadata": {"locale": "en", "band": "13-15"}, **said}
        reply = await self.http.post(self.url, json=body, headers={"x-faro-secret": SECRET})
        reply.raise_for_status()


class ToApi:
    """The same message through the api: vault, phrasebook and all."""

    def __init__(self, http: httpx.AsyncClient, url: str) -> None:
        self.http, self.url = http, url

    async def start(self, locale: str) -> tuple[str, str]:
        body = (await self.http.post(f"{self.url}/v1/conversations", json={"locale": locale, "band": "13-15"})).json()
        return body["id"], body["token"]

    async def post(self, who: tuple[str, str], said: dict[str, Any], to: str = "messages") -> None:
        headers = {"authorization": f"Bearer {who[1]}", "idempotency-key": str(uuid.uuid4())}
        reply = await self.http.post(f"{self.url}/v1/conversations/{who[0]}/{to}", json=said, headers=headers)
        reply.raise_for_status()


async def one_turn(api: ToApi, bot: ToBot) -> bool:
    """A text, alternating between both ways so that both meet the same weather."""
    who = {locale: await api.start(locale) for locale in TEXTS}
    locales = list(TEXTS)

    def said(n: int) -> dict[str, Any]:
        return {"text": f"{TEXTS[locales[n % 3]]} {n}"}

    ours, base = await by_turns(
        TURNS, lambda n: api.post(who[locales[n % 3]], said(n)), lambda n: bot.post(f"bench-{locales[n % 3]}", said(n))
    )
    return at_most(1.5, "one child's turn, text (median)", ours, base)


async def eight_children(api: ToApi, bot: ToBot) -> bool:
    async def through(post: Callable[[int], Awaitable[Any]]) -> float:
        began = time.perf_counter()
        await asyncio.gather(*(timed(TURNS_EACH, lambda _, c=child: post(c)) for child in range(CHILDREN)))
        return CHILDREN * TURNS_EACH / (time.perf_counter() - began)

    who = [await api.start("en") for _ in range(CHILDREN)]
    said = {"text": TEXTS["en"]}
    base = await through(lambda c: bot.post(f"eight-{c}", said))
    ours = await through(lambda c: api.post(who[c], said))
    ratio = ours / base
    return line("messages a second, 8 children", ours, "msg/s", base, ratio, "at least 0.80", ratio >= 0.8)


async def buttons(api: ToApi, http: httpx.AsyncClient, bare: Bare) -> bool:
    """A button that opens a topic, and one that answers a guide's question and so asks the bot."""
    reader, guided = await api.start("en"), await api.start("en")
    await api.post(guided, {"reply": "guide:picture"})
    topic, guide, base = [], [], []
    for n in range(TURNS):
        topic += await timed(1, lambda _: api.post(reader, {"reply": "privacy"}))
        guide += await timed(1, lambda _, m=n: api.post(guided, {"reply": "back" if m % 2 else "danger=no"}))
        base += await timed(1, lambda i, m=n: http.post(f"{bare.url}/write", json={"text": f"row {m} {i}"}))
    return all([at_most(3, "a topic's button (median)", topic, base), at_most(3, "a guide's button (median)", guide, base)])


async def measure(site: Installation, bot: BotProcess, bare: Bare) -> bool:
    async with httpx.AsyncClient(timeout=30) as http:
        api, straight = ToApi(http, site.url), ToBot(http, bot.url)
        who = await api.start("en")
        await timed(10, lambda n: api.post(who, {"text": f"warm up {n}"}))
        return all([await one_turn(api, straight), await eight_children(api, straight), await buttons(api, http, bare)])


def run() -> bool:
    """Every figure of the child's side; whether all bars hold."""
    folder = Path(tempfile.mkdtemp(prefix="faro-bench-child-"))
    began = time.perf_counter()
    bot = BotProcess(folder).start()
    site = Installation(folder / "api", bot.url).start()
    print(f"start-up, model trained: {time.perf_counter() - began:.1f} s to a ready bot and api")
    bare = Bare(folder).start()
    try:
        return asyncio.run(measure(site, bot, bare))
    finally:
        bare.stop()
        site.stop()
        bot.kill()
