"""One script tag on another site: nothing until the tap, then a frame that the site can't look into."""

import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Frame, Page, expect

from tests.e2e.conftest import OpenPage
from tests.support.installation import Installation

HOST = """<!doctype html><html lang="es"><title>School</title><h1>School</h1>
<script src="{origin}/embed.js" data-label="Ayuda"></script>"""


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None: ...


@pytest.fixture
def school(site: Installation, host_port: int, tmp_path: Path) -> Iterator[str]:
    """A page of another origin that carries the loader."""
    (tmp_path / "index.html").write_text(HOST.format(origin=site.url))
    server = ThreadingHTTPServer(("127.0.0.1", host_port), partial(Quiet, directory=str(tmp_path)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{host_port}/"
    server.shutdown()
    server.server_close()


def test_nothing_is_opened_before_the_tap(school: str, open_page: OpenPage, site: Installation) -> None:
    seen = open_page(school)
    seen.page.wait_for_load_state("networkidle")
    assert [url for url in seen.requests if url.startswith(site.url)] == [f"{site.url}/embed.js"]


def test_a_child_is_answered_inside_the_frame(school: str, open_page: OpenPage, site: Installation) -> None:
    seen = open_page(school)
    frame = _opened(seen.page, site)
    frame.locator("#say textarea").fill("hola")
    frame.locator("#send").click()
    expect(frame.locator("#log li.child ~ li.bot").first).to_be_visible(timeout=10_000)
    assert seen.complaints == []


def test_leaving_inside_the_frame_takes_the_whole_site_away(school: str, open_page: OpenPage, site: Installation) -> None:
    page = open_page(school).page
    frame = _opened(page, site)
    frame.locator("#leave").click()
    expect(page.locator("h1")).to_have_count(0)


def _opened(page: Page, site: Installation) -> Frame:
    """Tap where the button stands (a closed shadow root is out of a selector's reach) and wait for the frame."""
    size = page.viewport_size or {"width": 0, "height": 0}
    with page.expect_event("framenavigated", lambda frame: frame.url.startswith(site.url)) as opened:
        page.mouse.click(size["width"] - 40, size["height"] - 40)
    frame: Frame = opened.value
    frame.wait_for_selector("#say")
    return frame
