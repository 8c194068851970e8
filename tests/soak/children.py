"""Ten scripted children, each a thread of its own: they come, tell, ask for a person, talk, and go, again and again."""

import random
import threading
import time
from dataclasses import dataclass, field

from tests.support.people import ChildClient
from tests.support.stories import CRISIS, FAKE, QUESTION, THREAT

LOCALES = ("en", "es", "ar", "fr")
COUNTRIES = {"en": "GB", "es": "MX", "ar": "MA", "fr": "FR"}
PATIENCE = 240.0  # seconds until a child who waits gives up and takes the request back
SAID = 3


@dataclass
class Heard:
    """What went wrong, and how often what was done."""

    wrong: list[str] = field(default_factory=list)
    done: dict[str, int] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def count(self, what: str) -> None:
        with self.lock:
            self.done[what] = self.done.get(what, 0) + 1

    def complain(self, what: str) -> None:
        with self.lock:
            self.wrong.append(what)


class Child(threading.Thread):
    """One scripted child; `until` is when the evening ends (monotonic seconds)."""

    def __init__(self, number: int, url: str, until: float, heard: Heard) -> None:
        super().__init__(name=f"child {number}", daemon=True)
        self.url, self.until, self.heard = url, until, heard
        self.locale = LOCALES[number % len(LOCALES)]
        self.random = random.Random(number)

    def run(self) -> None:
        while time.monotonic() < self.until:
            try:
                self.visit()
            except Exception as error:  # the evening goes on for the others, and the end of it says what went wrong
                self.heard.complain(f"{self.name}: {type(error).__name__}: {str(error)[:200]}")
            time.sleep(self.random.uniform(1, 6))

    def visit(self) -> None:
        child = ChildClient.start(self.url, locale=self.locale, country=COUNTRIES[self.locale])
        self.heard.count("conversations")
        for story in self.random.sample((FAKE, CRISIS, THREAT, QUESTION), 2):
            child.say(story[self.locale])
            time.sleep(self.random.uniform(0.5, 2))
        if self.random.random() < 0.3:
            child.http.delete(child.path, headers=child.headers)
            self.heard.count("erased")
            return
        child.hand_over(self.random.choice(("summary", "transcript", "nothing")), card={"situation": "fake_image_of_me"})
        self.heard.count("handed over")
        if self.waits(child):
            self.talks(child)
        child.http.close()

    def waits(self, child: ChildClient) -> bool:
        """Until a person is there; a child who waited too long takes the request back."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            if child.get().json()["state"] == "human":
                return True
            time.sleep(1)
        child.http.delete(f"{child.path}/handoff", headers=child.headers)
        self.heard.count("took it back")
        return False

    def talks(self, child: ChildClient) -> None:
        """Says some things, and hears every word of the person once and in order."""
        for n in range(SAID):
            child.say(f"word {n} of {child.id[:8]}")
            time.sleep(self.random.uniform(1, 3))
        end = time.monotonic() + PATIENCE
        while child.get().json()["state"] == "human" and time.monotonic() < end:
            time.sleep(1)
        said = child.texts()
        mine = [text for by, text in said if by == "child" and text.startswith("word ")]
        theirs = [int(text.split()[1]) for by, text in said if by == "counsellor" and text.startswith("answer ")]
        if mine != [f"word {n} of {child.id[:8]}" for n in range(SAID)]:
            self.heard.complain(f"{self.name}: said {mine}")
        if theirs != sorted(set(theirs)):
            self.heard.complain(f"{self.name}: heard {theirs}")
        self.heard.count("talks")
        self.heard.done["answers heard"] = self.heard.done.get("answers heard", 0) + len(theirs)
