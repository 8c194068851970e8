"""How fast Faro is, each figure beside its baseline in the same run: `make bench`.

Baselines: the same message posted straight to the bot's channel; a bare FastAPI + SQLAlchemy write; a bare
server-sent-events echo. Loopback only; every loop has an end.
"""

import asyncio
import statistics
import sys
import tempfile
import time
import uuid
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx

from tests.bench.baselines import Bare
from tests.support.installation import SECRET, BotProcess, Installation
from tests.support.people import ChildClient, StaffClient

TEXTS = {
    "en": "someone made a fake nude of me and it is in the class chat, please help",
    "es": "alguien hizo fotos falsas de mi desnuda y las mandan por whatsapp",
    "ar": "شخص صنع صور مزيفة لي وينشرها في واتساب",
}
TURNS, CHILDREN, TURNS_EACH, RELAYED = 60, 8, 15, 100


def p(values: list[float], share: float) -> float:
    return statistics.quantiles(values, n=100)[round(share * 100) - 1] * 1000


async def timed(times: int, act: Callable[[int], Awaitable[Any]]) -> list[float]:
    taken = []
    for n in range(times):
        began = time.perf_counter()
        await act(n)
        taken.append(time.perf_counter() - began)
    return taken


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

    async def post(self, who: tuple[str, str], said: dict[str, Any]) -> None:
        headers = {"authorization": f"Bearer {who[1]}", "idempotency-key": str(uuid.uuid4())}
        reply = await self.http.post(f"{self.url}/v1/conversations/{who[0]}/messages", json=said, headers=headers)
        reply.raise_for_status()


def line(name: str, ours: float, unit: str, base: float, ratio: float, limit: str, holds: bool) -> bool:
    print(
        f"{name:34} {ours:8.1f} {unit:5} baseline {base:8.1f} {unit:5} ratio {ratio:5.2f}  {limit}{'' if holds else '  MISSED'}"
    )
    return holds


async def one_turn(api: ToApi, bot: ToBot) -> bool:
    """A text, alternating between both ways so that both meet the same weather."""
    ours, base = [], []
    who = {locale: await api.start(locale) for locale in TEXTS}
    locales = list(TEXTS)
    for n in range(TURNS):
        locale = locales[n % 3]
        said = {"text": f"{TEXTS[locale]} {n}"}
        ours += await timed(1, lambda _, w=who[locale], s=said: api.post(w, s))
        base += await timed(1, lambda _, c=f"bench-{locale}", s=said: bot.post(c, s))
    ratio = statistics.median(ours) / statistics.median(base)
    return line("one child's turn, text (median)", p(ours, 0.5), "ms", p(base, 0.5), ratio, "at most 1.50", ratio <= 1.5)


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
    return all([_button("a topic's button (median)", topic, base), _button("a guide's button (median)", guide, base)])


def _button(name: str, ours: list[float], base: list[float]) -> bool:
    ratio = statistics.median(ours) / statistics.median(base)
    return line(name, p(ours, 0.5), "ms", p(base, 0.5), ratio, "at most 3.00", ratio <= 3.0)


async def relay(site: Installation, bare: Bare) -> bool:
    """From the child's post to the counsellor's stream, beside an echo that does nothing else."""
    child = ChildClient.start(site.url)
    number = child.hand_over()["case"]["number"]
    staff = StaffClient.sign_in(site.url, *site.accounts()["counsellor"])
    case = staff.find(number)["id"]
    staff.act(case, "claim")
    cookies = dict(staff.http.cookies)
    async with httpx.AsyncClient(timeout=30, cookies=cookies) as http:
        api = ToApi(httpx.AsyncClient(timeout=30), site.url)
        stream = f"{site.url}/v1/cases/events?case={case}"
        ours = await _heard(http, stream, lambda n: api.post((child.id, child.token), {"text": f"word {n}"}), "event: case")
        base = await _heard(
            http, f"{bare.url}/events", lambda n: http.post(f"{bare.url}/echo", json={"text": f"{n}"}), "event: echo"
        )
    print(f"{'relay child to counsellor, p95':34} {p(ours, 0.95):8.1f} ms    bare echo {p(base, 0.95):8.1f} ms    (reported)")
    return True


async def _heard(http: httpx.AsyncClient, url: str, post: Callable[[int], Awaitable[Any]], mark: str) -> list[float]:
    taken: list[float] = []
    async with http.stream("GET", url) as reply:
        lines = reply.aiter_lines()
        await anext(lines)
        for n in range(RELAYED):
            began = time.perf_counter()
            sending = asyncio.create_task(post(n))  # type: ignore[arg-type]
            while not (await anext(lines)).startswith(mark):
                pass
            taken.append(time.perf_counter() - began)
            await sending
    return taken


async def measure(site: Installation, bot: BotProcess, bare: Bare) -> bool:
    async with httpx.AsyncClient(timeout=30) as http:
        api, straight = ToApi(http, site.url), ToBot(http, bot.url)
        who = await api.start("en")
        await timed(10, lambda n: api.post(who, {"text": f"warm up {n}"}))
        held = [await one_turn(api, straight), await eight_children(api, straight), await buttons(api, http, bare)]
    return all([*held, await relay(site, bare)])


def main() -> int:
    folder = Path(tempfile.mkdtemp(prefix="faro-bench-"))
    began = time.perf_counter()
    bot = BotProcess(folder).start()
    site = Installation(folder / "api", bot.url).start()
    print(f"start-up, model trained: {time.perf_counter() - began:.1f} s to a ready bot and api")
    bare = Bare(folder).start()
    try:
        return 0 if asyncio.run(measure(site, bot, bare)) else 1
    finally:
        bare.stop()
        site.stop()
        bot.kill()


if __name__ == "__main__":
    sys.exit(main())
