"""The staff's side: each call beside the same call without vault and audit, and the relay beside a bare echo."""

import asyncio
import subprocess
import tempfile
import time
import uuid
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from tests.bench.baselines import Bare
from tests.bench.child import ToApi
from tests.bench.figures import Act, at_most, by_turns, p, reported, timed
from tests.bench.plain_desk import COOKIE
from tests.support.installation import NO_BOT, Installation
from tests.support.people import StaffClient

WARM, WAITING, LIVE, SAID = 10, 200, 50, 4
CHATS, AT_ONCE = 9, 8  # of one counsellor; messages in the same moment
CALLS, OPENINGS, LONG, RELAYED = 120, 60, 200, 200
Child = tuple[str, str]


class Desk:
    """A counsellor at one of the two desks: the real one, or the plain one at the same addresses."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self.http = http

    async def ask(self, verb: str, path: str, **body: Any) -> Any:
        headers = {"origin": str(self.http.base_url).rstrip("/"), "idempotency-key": str(uuid.uuid4())}
        reply = await self.http.request(verb, path, headers=headers, **body)
        reply.raise_for_status()
        return reply.json()

    async def look(self) -> Any:
        return await self.ask("GET", "/v1/cases")

    async def claim(self, case: str) -> None:
        await self.ask("POST", f"/v1/cases/{case}/claim")

    async def say(self, case: str, text: str) -> None:
        await self.ask("POST", f"/v1/cases/{case}/messages", json={"text": text})

    async def read(self, case: str) -> None:
        await self.ask("GET", f"/v1/cases/{case}")

    async def all_waiting(self) -> list[str]:
        """The ids of all who wait, in the order of the queue."""
        found, cursor = [], {}
        while True:
            page = await self.ask("GET", "/v1/cases", params={"state": "waiting", **cursor})
            found += [row["id"] for row in page["items"]]
            if page["next"] is None:
                return found
            cursor = {"cursor": page["next"]}


class Scene:
    """Children who wait and children who talk with a person, all with their pages open, as on a full evening."""

    def __init__(self, api: ToApi, desk: Desk, streams: AsyncExitStack) -> None:
        self.api, self.desk, self.streams = api, desk, streams

    async def fill(self, waiting: int, live: int) -> list[float]:
        """Let so many come; how long each of the messages in the live talks took, in seconds."""
        children = [await self._handed_over() for _ in range(live)]
        cases = await self.desk.all_waiting()
        for case in cases:
            await self.desk.claim(case)
        for case in cases[::CHATS]:
            await self._open(self.desk.http, f"/v1/cases/events?case={case}")
        talks, at_once = list(zip(children, cases, strict=True)), asyncio.Semaphore(AT_ONCE)
        taken = await asyncio.gather(*(self._talk(*both, at_once) for both in talks))
        for _ in range(waiting):
            await self._handed_over()
        return [seconds for each in taken for seconds in each]

    async def _handed_over(self) -> Child:
        child = await self.api.start("en")
        await self.api.post(child, {"share": "summary", "card": {"situation": "fake_image_of_me"}}, "handoff")
        address = f"{self.api.url}/v1/conversations/{child[0]}/events"
        await self._open(self.api.http, address, authorization=f"Bearer {child[1]}")
        return child

    async def _talk(self, child: Child, case: str, at_once: asyncio.Semaphore) -> list[float]:
        async def turn(n: int) -> None:
            await (self.desk.say(case, f"word {n}") if n % 2 else self.api.post(child, {"text": f"word {n}"}))

        async with at_once:
            return await timed(SAID, turn)

    async def _open(self, http: httpx.AsyncClient, address: str, **headers: str) -> None:
        lines = await listen(self.streams, http, address, **headers)

        async def read() -> None:
            async for _ in lines:
                pass

        task = asyncio.create_task(read())
        self.streams.callback(task.cancel)


async def listen(streams: AsyncExitStack, http: httpx.AsyncClient, address: str, **headers: str) -> AsyncIterator[str]:
    """The lines of an event stream that has begun."""
    reply = await streams.enter_async_context(http.stream("GET", address, headers=headers))
    reply.raise_for_status()
    lines = reply.aiter_lines()
    await anext(lines)
    return lines


def memory(site: Installation) -> float:
    """What the process holds, in kB."""
    assert site.process is not None
    return float(subprocess.check_output(["ps", "-o", "rss=", "-p", str(site.process.pid)]))


async def full_evening(site: Installation, api: ToApi, desk: Desk) -> None:
    """What 250 open conversations cost the process, after some that have warmed it up."""
    async with AsyncExitStack() as streams:
        scene = Scene(api, desk, streams)
        await scene.fill(WARM, WARM)
        for case in await desk.all_waiting():
            await desk.claim(case)
        before = memory(site)
        taken = await scene.fill(WAITING, LIVE)
        each = (memory(site) - before) / (WAITING + LIVE)
    beside = f"from {before / 1024:.0f} MB, {WAITING} waiting, {LIVE} live, all streams open "
    reported("memory per conversation", each, "kB", beside)
    reported(f"a message of {LIVE} live talks, p95", p(taken, 0.95), "ms", f"{AT_ONCE} in the same moment ")


async def calls(ours: Desk, plain: Desk, cases: list[str]) -> list[bool]:
    """Listing, claiming and answering by turns at both desks, in front of the same queue."""
    talks, waits = ((await ours.look())["items"][0]["id"], cases[1]), (await ours.all_waiting(), cases[LIVE:])
    listed = await by_turns(CALLS, lambda _: ours.look(), lambda _: plain.look())
    claimed = await by_turns(CALLS, lambda n: ours.claim(waits[0][n]), lambda n: plain.claim(waits[1][n]))
    said = await by_turns(CALLS, lambda n: ours.say(talks[0], f"word {n}"), lambda n: plain.say(talks[1], f"word {n}"))
    named = {"list of cases (median)": listed, "claim of a case (median)": claimed, "counsellor's message (median)": said}
    return [at_most(1.5, name, *both) for name, both in named.items()]


async def one_case(api: ToApi, desk: Desk) -> tuple[Child, str]:
    """A child whose case is claimed."""
    others = set(await desk.all_waiting())
    child = await api.start("en")
    await api.post(child, {"share": "summary", "card": {"situation": "fake_image_of_me"}}, "handoff")
    [case] = set(await desk.all_waiting()) - others
    await desk.claim(case)
    return child, case


async def long_case(api: ToApi, ours: Desk, plain: Desk, long: str) -> None:
    """Opening a case of 200 messages; the join mark is one of them."""
    child, case = await one_case(api, ours)
    for n in range(LONG - 1):
        await (api.post(child, {"text": f"word {n}"}) if n % 2 else ours.say(case, f"word {n}"))
    opened, base = await by_turns(OPENINGS, lambda _: ours.read(case), lambda _: plain.read(long))
    beside = f"baseline {p(base, 0.95):8.1f} ms    ratio {p(opened, 0.95) / p(base, 0.95):5.2f}  "
    reported(f"opening of {LONG} messages, p95", p(opened, 0.95), "ms", beside)


@dataclass(frozen=True, eq=False)
class Way:
    """One direction of the relay: who listens where, and for what."""

    http: httpx.AsyncClient
    address: str
    headers: dict[str, str]
    mark: str
    post: Act


async def relay(api: ToApi, desk: Desk, bare: Bare) -> list[bool]:
    """From a post to the other side's stream, and back, beside an echo that does nothing else."""
    child, case = await one_case(api, desk)
    token = {"authorization": f"Bearer {child[1]}"}
    page = f"{api.url}/v1/conversations/{child[0]}"
    stream = f"/v1/cases/events?case={case}"
    to_person = Way(desk.http, stream, {}, "event: case", lambda n: api.post(child, {"text": f"word {n}"}))
    held = [await _relayed("relay child to counsellor, p95", to_person, bare)]
    last = (await api.http.get(page, headers=token)).json()["bubbles"][-1]["seq"]
    stream = f"{page}/events?after={last}"
    to_child = Way(api.http, stream, token, "event: bubble", lambda n: desk.say(case, f"word {n}"))
    return [*held, await _relayed("relay counsellor to child, p95", to_child, bare)]


async def _relayed(name: str, way: Way, bare: Bare) -> bool:
    echo = Way(
        way.http, f"{bare.url}/events", {}, "event: echo", lambda n: way.http.post(f"{bare.url}/echo", json={"text": f"{n}"})
    )
    taken: dict[Way, list[float]] = {way: [], echo: []}
    async with AsyncExitStack() as streams:
        heard = {each: await listen(streams, each.http, each.address, **each.headers) for each in taken}
        for n in range(RELAYED):
            for each in (way, echo) if n % 2 else (echo, way):
                taken[each].append(await _until_heard(heard[each], each, n))
    return at_most(3, name, taken[way], taken[echo], 0.95)


async def _until_heard(lines: AsyncIterator[str], way: Way, n: int) -> float:
    began = time.perf_counter()
    sending = asyncio.ensure_future(way.post(n))
    while not (await anext(lines)).startswith(way.mark):
        pass
    took = time.perf_counter() - began
    await sending
    return took


async def measure(site: Installation, bare: Bare) -> bool:
    async with AsyncExitStack() as clients:

        async def client(**options: Any) -> httpx.AsyncClient:
            return await clients.enter_async_context(httpx.AsyncClient(timeout=30, limits=httpx.Limits(), **options))

        api = ToApi(await client(), site.url)
        staff = StaffClient.sign_in(site.url, *site.accounts()["counsellor"])
        ours = Desk(await client(base_url=site.url, cookies=dict(staff.http.cookies)))
        await full_evening(site, api, ours)
        anybody = await client(base_url=bare.url)
        seeded = (await anybody.post("/seed", json={"waiting": WAITING, "live": LIVE, "said": SAID, "long": LONG})).json()
        plain = Desk(await client(base_url=bare.url, cookies={COOKIE: seeded["token"]}))
        held = await calls(ours, plain, seeded["cases"])
        await long_case(api, ours, plain, seeded["cases"][0])
        return all([*held, *await relay(api, ours, bare)])


def run() -> bool:
    """Every figure of the staff's side; whether all bars hold."""
    folder = Path(tempfile.mkdtemp(prefix="faro-bench-staff-"))
    site, bare = Installation(folder / "api", NO_BOT).start(), Bare(folder).start()
    try:
        return asyncio.run(measure(site, bare))
    finally:
        bare.stop()
        site.stop()
