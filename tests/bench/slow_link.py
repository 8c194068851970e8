"""How long a cheap phone on a slow link waits until it can use a page: 400 kbit/s, 400 ms a request, a CPU four times slower."""

import time

from playwright.sync_api import sync_playwright

from checks.browser import system_browser
from tests.bench.figures import reported
from tests.e2e.conftest import FLAGS

DOWN, DELAY_MS, CPU, TIMES = 400_000 / 8, 400, 4, 5


def until_usable(address: str, selector: str) -> list[float]:
    """Seconds from the tap on a link to a page whose `selector` stands, with an empty cache, so many times."""
    with sync_playwright() as tool:
        browser = tool.chromium.launch(executable_path=system_browser(), args=FLAGS)
        taken = []
        for _ in range(TIMES):
            phone = browser.new_context(viewport={"width": 320, "height": 560})
            page = phone.new_page()
            line = phone.new_cdp_session(page)
            line.send("Network.enable")
            link = {"offline": False, "latency": DELAY_MS, "downloadThroughput": DOWN, "uploadThroughput": DOWN}
            line.send("Network.emulateNetworkConditions", link)
            line.send("Emulation.setCPUThrottlingRate", {"rate": CPU})
            began = time.perf_counter()
            page.goto(address, wait_until="commit")
            page.wait_for_selector(selector)
            taken.append(time.perf_counter() - began)
            phone.close()
        browser.close()
    return sorted(taken)


def on_slow_link(name: str, address: str, selector: str) -> None:
    taken = until_usable(address, selector)
    reported(name, taken[len(taken) // 2], "s", f"median of {TIMES}, worst {taken[-1]:.1f} s ")
