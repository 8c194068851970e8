"""What a page weighs before the first message, in kB gzip: the child's page, the loader, the console, the pupils' page."""

import gzip
import sys
from pathlib import Path

from fastapi.testclient import TestClient

from api.app import create_app
from api.phrasebook.translations import load_locales

ROOT = Path(__file__).resolve().parent.parent
DIST = ROOT / "web" / "dist"
LIMITS = {"child's page": 14.0, "loader": 2.0, "console": 60.0, "class page": 25.0}


def packed(content: bytes) -> float:
    return len(gzip.compress(content, 9, mtime=0)) / 1000


def built(*names: str) -> float:
    return sum(packed((DIST / name).read_bytes()) for name in names)


def main() -> int:
    client = TestClient(create_app())
    pages = {}
    for locale in (loc.code for loc in load_locales(ROOT / "locales").values() if loc.open):
        html = client.get("/", params={"locale": locale}).content
        pages[f"child's page ({locale})"] = packed(html) + built("widget.js", "widget.css", "faro.svg")
        html = client.get("/class", params={"locale": locale}).content
        pages[f"class page ({locale})"] = packed(html) + built("class.js", "class.css", "faro.svg")
    pages["loader"] = built("embed.js")
    pages["console"] = built("console.html", "console.js", "console.css")
    wrong = 0
    for name, size in pages.items():
        limit = LIMITS[name.split(" (")[0]]
        wrong += size > limit
        print(f"{name:22} {size:5.1f} kB of {limit:.1f}{'  TOO HEAVY' if size > limit else ''}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
