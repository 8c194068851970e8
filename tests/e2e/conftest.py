"""Real browsers against a real installation. Where no browser can be had, the tests fail and say so."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request

from checks.browser import system_browser
from tests.support.classes import Class
from tests.support.installation import NO_BOT, ROOT, BotProcess, Installation, free_port

AXE = ROOT / "web/node_modules/axe-core/axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, object]) -> dict[str, object]:
    system = system_browser()
    own = {"executable_path": system} if system else {}
    return {**browser_type_launch_args, **own, "args": FLAGS}


@pytest.fixture(scope="session")
def host_port() -> int:
    return free_port()


@pytest.fixture(scope="session")
def site(bot: BotProcess, tmp_path_factory: pytest.TempPathFactory, host_port: int) -> Iterator[Installation]:
    """An installation whose neutral page is its own, so that leaving stays on loopback."""
    port = free_port()
    settings = {"FARO_EXIT_TO": f"http://127.0.0.1:{port}/healthz", "FARO_EMBED_ORIGINS": f'["http://127.0.0.1:{host_port}"]'}
    installation = Installation(tmp_path_factory.mktemp("site"), bot.url, settings, port=port).start()
    yield installation
    installation.stop()


@pytest.fixture(scope="session")
def school(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """An installation without a bot, for the pages of a class."""
    port = free_port()
    settings = {"FARO_EXIT_TO": f"http://127.0.0.1:{port}/healthz"}
    installation = Installation(tmp_path_factory.mktemp("school"), NO_BOT, settings, port=port).start()
    yield installation
    installation.stop()


@pytest.fixture
def lesson(school: Installation) -> Class:
    return Class.open(school.url, country="RS")


@dataclass
class Watched:
    """A page with what it asked for and what it complained about."""

    page: Page
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("request", self._asked)
        self.page.on("console", self._said)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _asked(self, request: Request) -> None:
        self.requests.append(request.url)

    def _said(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(f"{message.text} {urlsplit(message.location['url']).path}")

    def violations(self) -> list[str]:
        self.page.evaluate(AXE.read_text())
        found = self.page.evaluate("tags => axe.run(document, {runOnly: {type: 'tag', values: tags}})", TAGS)
        return [f"{v['id']}: {v['nodes'][0]['html'][:120]}" for v in found["violations"]]


OpenPage = Callable[..., Watched]


@pytest.fixture
def open_page(browser: Browser) -> Iterator[OpenPage]:
    """Open an address in a fresh context: `open_page(url, width=320, locale="ar", ...)`."""
    contexts: list[BrowserContext] = []

    def open_(url: str, width: int = 360, height: int = 640, **options: object) -> Watched:
        context = browser.new_context(viewport={"width": width, "height": height}, **options)  # type: ignore[arg-type]
        contexts.append(context)
        watched = Watched(context.new_page())
        watched.page.goto(url)
        return watched

    yield open_
    for context in contexts:
        context.close()


@pytest.fixture
def shots(request: pytest.FixtureRequest) -> Path:
    """Where a test leaves its pictures for whoever wants to look: `test-results/<test>`."""
    folder = ROOT / "test-results" / request.node.name
    folder.mkdir(parents=True, exist_ok=True)
    return folder
