"""The database is locked, full, broken or gone: a child reads that nothing was sent, has a number to call, and may try again."""

import resource
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import httpx
import pytest

from tests.support.broken_bots import broken_bots, hang
from tests.support.installation import BotProcess, Installation
from tests.support.people import ChildClient
from tests.support.store import Store
from tests.support.together import at_once
from tests.support.trouble import (
    COUNTRY,
    DEADLINE_SECONDS,
    GUARDED,
    NUMBER,
    TALKS,
    WRITES,
    assert_helped,
    child_of,
    childs_words,
    hand_over,
    new_key,
    next_child,
    say,
    say_on_page,
    start,
)

NO_BOT = "http://127.0.0.1:9"
Trouble = Callable[[Installation], AbstractContextManager[None]]


def locked(installation: Installation) -> AbstractContextManager[None]:
    """Another program (a backup, a person with a shell) holds it."""
    return Store(installation.folder).locked()


@contextmanager
def full(installation: Installation) -> Iterator[None]:
    """The disk takes no byte more from the process, neither in the database nor in its log."""
    assert installation.process is not None
    pid, kind = installation.process.pid, resource.RLIMIT_FSIZE
    soft, hard = resource.prlimit(pid, kind)
    resource.prlimit(pid, kind, (0, hard))
    yield
    resource.prlimit(pid, kind, (soft, hard))


@contextmanager
def broken(installation: Installation) -> Iterator[None]:
    """Somebody wrote over it."""
    for part in Store(installation.folder).parts:
        part.write_bytes(b"no database " * 4096)
    yield


@contextmanager
def gone(installation: Installation) -> Iterator[None]:
    """Somebody deleted it; what the process still holds open reaches nobody any more."""
    for part in Store(installation.folder).parts:
        part.unlink()
    yield


PASSING: dict[str, Trouble] = {"locked": locked, "full": full}
LASTING: dict[str, Trouble] = {"broken": broken, "gone": gone}


@pytest.fixture(scope="module")
def clinic(bot: BotProcess, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    installation = Installation(tmp_path_factory.mktemp("clinic"), bot.url).start()
    yield installation
    installation.stop()


@pytest.mark.parametrize("trouble", PASSING)
@pytest.mark.parametrize("write", WRITES)
def test_a_child_is_told_that_nothing_was_sent_and_a_retry_works_once(clinic: Installation, trouble: str, write: str) -> None:
    """During the trouble help and nothing kept; after it the same key is taken, and taken once."""
    child, key = child_of(clinic.url), new_key()
    with PASSING[trouble](clinic):
        reply = WRITES[write](child, key)
    assert_helped(reply)
    assert (reply.status_code, childs_words(child), child.get().json()["state"]) == (503, [], "bot")
    first, second = WRITES[write](child, key), WRITES[write](child, key)
    assert (first.is_success, second.is_success) == (True, True)
    once = {"say": 1, "hand over": 0, "start": 0}[write.split(" on ")[0]]
    assert (len(childs_words(child)), _cases(clinic, child)) == (once, int(write.startswith("hand over")))


def _cases(installation: Installation, child: ChildClient) -> int:
    return int(Store(installation.folder).one('select count(*) from "case" where conversation_id = ?', child.id))


@pytest.mark.parametrize("trouble", LASTING)
def test_a_child_is_never_told_that_something_was_kept_that_is_lost(another: Callable[..., Installation], trouble: str) -> None:
    """Nothing that the api acknowledges may be missing from the disk: here everything is, so it acknowledges nothing."""
    installation = another()
    first = child_of(installation.url)
    children = {name: next_child(first.http) for name in WRITES}
    with LASTING[trouble](installation):
        replies = {name: WRITES[name](child, new_key()) for name, child in children.items()}
    for reply in replies.values():
        assert_helped(reply)
    assert {name: reply.status_code for name, reply in replies.items()} == dict.fromkeys(WRITES, 503)


def test_without_a_database_the_page_opens_and_the_operators_probe_says_no(another: Callable[..., Installation]) -> None:
    """The child's page opens with the number on it, and so do the words of the frame; /readyz looks into the file."""
    installation = another()
    with broken(installation):
        page = httpx.get(f"{installation.url}/", params={"country": COUNTRY})
        frame = httpx.get(f"{installation.url}/v1/config")
        ready = httpx.get(f"{installation.url}/readyz")
    assert (page.status_code, NUMBER in page.text) == (200, True)
    assert (frame.status_code, bool(frame.json()["help"])) == (200, True)
    assert (ready.status_code, ready.json()["database"]) == (503, False)


def test_eight_children_at_once_are_all_answered_in_time(clinic: Installation) -> None:
    """Nobody waits in line behind the waiting of others: with a locked database each has the number after three seconds."""
    first = child_of(clinic.url)
    children = [first, *(next_child(httpx.Client(base_url=clinic.url, headers=first.http.headers, timeout=30)) for _ in range(7))]
    with locked(clinic):
        replies = at_once(lambda child: say(child, new_key()), children)
    assert max(reply.elapsed.total_seconds() for reply in replies) < DEADLINE_SECONDS
    for reply in replies:
        assert_helped(reply)


def test_a_hanging_bot_and_a_locked_database_together_are_answered_in_time(another: Callable[..., Installation]) -> None:
    """Two waits one after the other are still one wait for the child."""
    with broken_bots({"hanging": hang}) as bots:
        installation = another(bot=bots["hanging"].url)
        child = child_of(installation.url)
        with locked(installation):
            reply = say(child, new_key())
        assert bots["hanging"].asked == 1
    assert_helped(reply)


def test_a_full_disk_and_a_dead_bot_together_still_help(another: Callable[..., Installation]) -> None:
    """The api would like to log that the bot is away and cannot: that must not cost the child the answer."""
    installation = another(bot=NO_BOT)
    child = child_of(installation.url)
    with full(installation):
        replies = [talk(child, new_key()) for talk in TALKS.values()]
    for reply in replies:
        assert_helped(reply)


def test_a_short_lock_is_waited_for(clinic: Installation) -> None:
    """What passes within the patience of the api is no trouble at all: the child does not notice."""
    child = child_of(clinic.url)
    with Store(clinic.folder).locked_for(0.5):
        reply = say(child, new_key())
    assert reply.status_code == 200


@pytest.mark.parametrize("write", [say, say_on_page, hand_over, start], ids=lambda write: write.__name__)
def test_an_unforeseen_error_is_answered_like_a_foreseen_one(clinic: Installation, write: Callable[..., httpx.Response]) -> None:
    """A row that was tampered with: help, a page where a page was posted, and the headers that guard every answer."""
    child = child_of(clinic.url)
    broken_row = "update conversation set facts = x'00', public_key = x'00' where id = ?"
    Store(clinic.folder).change(broken_row, child.id)
    reply = write(child, new_key())
    assert_helped(reply)
    assert [name for name in GUARDED if name not in reply.headers] == []


@contextmanager
def unreadable(installation: Installation) -> Iterator[None]:
    """What was said cannot be read, and nothing can be added to it."""
    store = Store(installation.folder)
    store.rows("alter table message rename to message_away")
    yield
    store.rows("alter table message_away rename to message")


def test_a_page_without_javascript_keeps_its_conversation_through_a_trouble(clinic: Installation) -> None:
    """The page is all that knows the token: on it nothing may be missing that the next form needs, nor anything be untrue."""
    child = child_of(clinic.url)
    with unreadable(clinic):
        reply = say_on_page(child, new_key())
    assert_helped(reply)
    for name, value in {"token": child.token, "conversation": child.id, "country": COUNTRY, "locale": "en"}.items():
        assert f'name="{name}" value="{value}"' in reply.text
    assert "You are talking with a program" not in reply.text
    assert "somebody made a fake nude of me" in reply.text


def test_the_api_is_whole_again_after_every_trouble(clinic: Installation) -> None:
    """The last of the file: a child and a member of staff work as on the first day."""
    child = child_of(clinic.url)
    assert say(child, new_key()).status_code == 200
    assert hand_over(child, new_key()).status_code == 201
    assert httpx.get(f"{clinic.url}/readyz").json()["database"] is True
