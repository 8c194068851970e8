"""See to it that a browser is there for the tests: the system's Chromium, else Debian's package, else the test tool's own."""

import os
import shutil
import subprocess
import sys

SYSTEM = ("chromium", "chromium-browser", "google-chrome")


def system_browser() -> str | None:
    return next((path for name in SYSTEM if (path := shutil.which(name))), None)


def tool_browser() -> str | None:
    """The browser that playwright downloaded earlier, if it did."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as tool:
        path = tool.chromium.executable_path
    return path if os.path.exists(path) else None


def fetch() -> None:
    if shutil.which("apt-get") and os.geteuid() == 0:
        print("== fetching Chromium (Debian package)", flush=True)
        subprocess.run(["apt-get", "update", "-qq"], check=False)
        packages = ["chromium", "fonts-noto-core"]
        subprocess.run(
            ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages], check=False, stdout=subprocess.DEVNULL
        )
    if system_browser() is None:
        print("== fetching Chromium (the test tool's own download)", flush=True)
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)


def main() -> int:
    if system_browser() or tool_browser():
        return 0
    fetch()
    if system_browser() or tool_browser():
        return 0
    print("NO BROWSER: the tests of the pages can't run here. Install Chromium and run this again.", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
