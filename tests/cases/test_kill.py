"""kill -9 at many random moments of a handoff, on both databases: what was acknowledged is there afterwards, and there once."""

import random
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from threading import Timer
from time import perf_counter

import httpx
import pytest

from tests.support.installation import BotProcess, Installation
from tests.support.mortal import Mortal, Page, kill_bot_after
from tests.support.people import ChildClient, StaffClient
from tests.support.postgres import Rows, postgres
from tests.support.store import Store
from tests.support.trouble import new_key

KILLS = {"sqlite": 50, "postgresql": 20}
OF_THE_BOT_TOO = 7  # every seventh time the bot dies as well
SEED = 20_261_123


@dataclass
class Told:
    """One child, what they sent, and what was acknowledged: their words in order, and the numbers of their case."""

    page: Page
    child: ChildClient
    words: list[str] = field(default_factory=list)
    numbers: set[str] = field(default_factory=set)

    @classmethod
    def start(cls, http: httpx.Client) -> "Told":
        page = Page()
        reply = page.insist(lambda: http.post("/v1/conversations", json={"locale": "en"}))
        assert reply.status_code == 201
        body = reply.json()
        return cls(page, ChildClient(http, body["id"], body["token"], body))

    def say(self, text: str) -> None:
        key, body = new_key(), {"text": text}
        assert self.page.insist(lambda: self.child.post("/messages", body, key)).status_code == 200
        self.words.append(text)

    def hand_over(self) -> None:
        key, body = new_key(), {"share": "transcript", "story": "it began in May"}
        for _ in range(2):  # once more, as a page does that never saw the first answer
            reply = self.page.insist(lambda: self.child.post("/handoff", body, key))
            assert reply.status_code == 201, reply.text
            self.numbers.add(reply.json()["case"]["number"])


def tell(http: httpx.Client, n: int) -> Told:
    """The course that is interrupted: a first word, a handoff, and two words to the people who are waited for."""
    told = Told.start(http)
    told.say(f"hello {n}")
    told.hand_over()
    for word in ("are you there", "please"):
        told.say(f"{word} {n}")
    return told


@dataclass
class Aftermath:
    kills: int
    told: list[Told]
    bots_killed: int
    mortal: Mortal
    staff: StaffClient
    store: Store | Rows


@pytest.fixture(scope="module", params=KILLS)
def aftermath(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Aftermath]:
    """The whole drive: each child's course meets one kill, at a moment of its own within the time that a course takes."""
    dice, folder = random.Random(SEED), tmp_path_factory.mktemp("mortal")
    with ExitStack() as stack:
        bot = BotProcess(folder).start()
        stack.callback(bot.kill)
        installation = Installation(folder, bot.url)
        store: Store | Rows = Store(folder)
        if request.param == "postgresql":
            url = stack.enter_context(postgres(folder / "postgres")).fresh()
            installation.environment["FARO_DATABASE"], store = url, Rows(url)
        mortal = stack.enter_context(Mortal(installation))
        staff = StaffClient.sign_in(installation.url, *installation.accounts()["counsellor"])
        yield Aftermath(KILLS[request.param], *drive(mortal, bot, dice, KILLS[request.param]), mortal, staff, store)


def drive(mortal: Mortal, bot: BotProcess, dice: random.Random, kills: int) -> tuple[list[Told], int]:
    http = httpx.Client(base_url=mortal.installation.url, timeout=10)
    warm, began = tell(http, -1), perf_counter()
    told, bots = [warm, tell(http, 0)], list[Timer]()
    course = perf_counter() - began
    for n in range(1, kills + 1):
        kill = mortal.kill_after(dice.uniform(0, course))
        if n % OF_THE_BOT_TOO == 0 and not any(timer.is_alive() for timer in bots):  # unless it is still coming back
            bots.append(kill_bot_after(bot, dice.uniform(0, course)))
        told.append(tell(http, n))
        kill.join()
    for timer in bots:
        timer.join()
    return told, len(bots)


def test_there_were_deaths_and_many_of_them_cut_a_request(aftermath: Aftermath) -> None:
    """Else the rest would prove nothing."""
    assert aftermath.mortal.kills == aftermath.kills
    assert aftermath.bots_killed >= aftermath.kills // 15
    assert sum(told.page.interrupted > 0 for told in aftermath.told) > aftermath.kills / 3


def test_every_acknowledged_word_is_there_once_and_in_order(aftermath: Aftermath) -> None:
    for told in aftermath.told:
        assert [text for by, text in told.child.texts() if by == "child"] == told.words


def test_every_acknowledged_case_is_there_once(aftermath: Aftermath) -> None:
    """One number a child, however often the handoff was sent, and one row with it."""
    for told in aftermath.told:
        rows = aftermath.store.rows('select number from "case" where conversation_id = ?', told.child.id)
        assert {number for (number,) in rows} == told.numbers
        assert len(rows) == 1


def test_no_case_is_torn(aftermath: Aftermath) -> None:
    """Each opens for the helpline with its card, its transcript and all that was said in it: key and content came together."""
    for told in aftermath.told:
        case_id = aftermath.store.one('select id from "case" where number = ?', *told.numbers)
        case = aftermath.staff.act(case_id, "claim").json()
        assert case["story"] == "it began in May"
        assert [line["text"] for line in case["messages"] if line["by"] == "child"] == told.words[1:]
        assert [line["text"] for line in case["transcript"] if line["by"] == "child"] == told.words[:1]


def test_the_database_is_sound(aftermath: Aftermath) -> None:
    if isinstance(aftermath.store, Store):
        assert aftermath.store.one("pragma integrity_check") == "ok"
        assert aftermath.store.rows("pragma foreign_key_check") == []
    else:
        assert aftermath.store.one("select count(*) from pg_constraint where not convalidated") == 0
