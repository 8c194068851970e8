"""An evening at the console: `make soak` (MINUTES=60).

A counsellor and a supervisor in real browsers, ten scripted children in four languages.

Ends by itself; fails if a word was lost or doubled, a page complained, or something unforeseen stands in the log.
"""

import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, Error, expect, sync_playwright

from checks.browser import system_browser
from tests.e2e.conftest import FLAGS, Watched
from tests.soak.children import Child, Heard
from tests.support.installation import BotProcess, Installation
from tests.support.people import StaffClient

CHILDREN, ANSWERS = 10, 3
EVERY = 60.0  # seconds between two looks of the supervisor
LATE = re.compile(r"403.*/(typing|seen)$")  # a sign that was under way while the case was closed: refused, and rightly
SECONDS = 20_000


def memory(process: "subprocess.Popen[bytes] | None") -> float:
    """Resident memory in MB."""
    assert process is not None
    return float(subprocess.check_output(["ps", "-o", "rss=", "-p", str(process.pid)])) / 1000


def at_the_console(browser: Browser, site: Installation, role: str) -> Watched:
    cookie = str(StaffClient.sign_in(site.url, *site.accounts()[role]).http.cookies["faro_staff"])
    state = {"cookies": [{"name": "faro_staff", "value": cookie, "url": site.url}]}
    page = browser.new_context(viewport={"width": 1280, "height": 800}, storage_state=state).new_page()  # type: ignore[arg-type]
    watched = Watched(page)
    page.goto(f"{site.url}/console")
    expect(page.get_by_role("heading", name="Queue")).to_be_visible(timeout=SECONDS)
    return watched


class Counsellor:
    """Takes the next case, answers, and closes: one after the other, as a person with one keyboard does."""

    def __init__(self, watched: Watched, heard: Heard) -> None:
        self.watched, self.page, self.heard = watched, watched.page, heard
        self.number = 0

    def work(self, before_close: Callable[[], None]) -> None:
        """One round; nothing waits: a short rest."""
        if not self.page.locator("li.row .claim").count():
            time.sleep(1)
            return
        self.page.locator("li.row .claim").first.click()
        box, late = self.page.locator("#message-box"), self.page.locator("p.notice", has_text="Not claimed")
        expect(box.or_(late).first).to_be_visible(timeout=SECONDS)
        if not box.is_visible():  # the child took it back in the same moment
            self.heard.count("claimed too late")
            return
        for _ in range(ANSWERS):
            self.number += 1
            box.fill(f"answer {self.number}")
            box.press("Enter")
            expect(box).to_have_value("", timeout=SECONDS)
            time.sleep(1.5)
        before_close()
        self.close()
        self.heard.count("closed")

    def close(self) -> None:
        self.page.get_by_role("button", name="Close the case").click()
        dialog = self.page.get_by_role("dialog")
        expect(dialog).to_be_visible(timeout=SECONDS)
        dialog.get_by_role("radio").first.check()
        dialog.get_by_role("button", name=re.compile("Close")).last.click()
        expect(self.page.get_by_role("dialog")).to_have_count(0, timeout=SECONDS)


class Supervisor:
    """Now and then looks through the office and into the case that the counsellor has."""

    def __init__(self, watched: Watched, heard: Heard) -> None:
        self.watched, self.page, self.heard = watched, watched.page, heard
        self.next = time.monotonic()

    def work(self) -> None:
        if time.monotonic() < self.next:
            return
        self.next = time.monotonic() + EVERY
        self.through_the_office()
        self.page.get_by_role("button", name="Claimed", exact=True).click()
        self.page.locator("li.row .look").first.click(timeout=SECONDS)
        expect(self.page.get_by_role("region", name="What was said")).to_contain_text("answer", timeout=SECONDS)
        self.heard.count("looked in")

    def through_the_office(self) -> None:
        self.page.get_by_role("button", name="Office", exact=True).click()
        for duty in self.page.locator("main.office nav button").all():
            duty.click()
            expect(self.page.locator("#office-title")).to_have_text(duty.inner_text(), timeout=SECONDS)
        self.page.get_by_role("button", name="Cases", exact=True).click()
        expect(self.page.get_by_role("heading", name="Queue")).to_be_visible(timeout=SECONDS)
        self.heard.count("office")


def evening(browser: Browser, site: Installation, minutes: float) -> Heard:
    heard, until = Heard(), time.monotonic() + minutes * 60
    children = [Child(n, site.url, until, heard) for n in range(CHILDREN)]
    for child in children:
        child.start()
    counsellor = Counsellor(at_the_console(browser, site, "counsellor"), heard)
    supervisor = Supervisor(at_the_console(browser, site, "supervisor"), heard)
    while time.monotonic() < until or any(child.is_alive() for child in children):
        try:
            counsellor.work(supervisor.work)
        except (AssertionError, Error) as error:
            heard.complain(f"at the console: {str(error)[:200]}")
            for person in (counsellor, supervisor):
                person.page.reload()
        if time.monotonic() > until + 300:
            heard.complain("children are still waiting five minutes after the evening")
            break
    late, taken = heard.done.get("claimed too late", 0), heard.done.get("took it back", 0)
    if late > taken:
        heard.complain(f"{late} claims came too late, and only {taken} children took their request back")
    complaints = [*counsellor.watched.complaints, *supervisor.watched.complaints]
    heard.wrong += [f"the console complained: {each}" for each in complaints if not LATE.search(each)]
    return heard


def report(heard: Heard, site: Installation, before: float) -> bool:
    text = site.log.read_text("utf-8")
    heard.wrong += [line[:200] for line in text.splitlines() if "unforeseen" in line or "Traceback" in line]
    for what, count in sorted(heard.done.items()):
        print(f"{what:16} {count:6}")
    print(f"memory of the api {before:.0f} MB at the start, {memory(site.process):.0f} MB at the end")
    print("\n".join(heard.wrong[:40]) or "nothing was lost or doubled, and nothing complained")
    return not heard.wrong


def main() -> int:
    minutes = float(sys.argv[1]) if len(sys.argv) > 1 else 60.0
    folder = Path(tempfile.mkdtemp(prefix="faro-soak-"))
    bot = BotProcess(folder).start()
    site = Installation(folder / "api", bot.url).start()
    before = memory(site.process)
    try:
        with sync_playwright() as tool:
            browser = tool.chromium.launch(executable_path=system_browser(), args=FLAGS)
            heard = evening(browser, site, minutes)
            browser.close()
        return 0 if report(heard, site, before) else 1
    finally:
        site.stop()
        bot.kill()


if __name__ == "__main__":
    sys.exit(main())
