"""A machine starts: Faro is there sooner than its database."""

from pathlib import Path
from typing import Any

import httpx

from tests.support.installation import without_bot
from tests.support.mortal import until
from tests.support.people import ChildClient
from tests.support.postgres import postgres


def test_a_database_that_comes_after_faro_is_made_ready_and_help_is_there_before(tmp_path: Path) -> None:
    with postgres(tmp_path / "postgres") as own:
        url = own.fresh()
        own.server.stop()
        with without_bot(tmp_path / "faro", FARO_DATABASE=url) as installation:

            def ready() -> dict[str, Any]:
                return dict(httpx.get(f"{installation.url}/readyz").json())

            assert ready()["database"] is False
            assert "0800 1111" in httpx.get(f"{installation.url}/", params={"country": "GB"}).text
            own.server.start()
            until(lambda: ready()["database"] and bool(installation.accounts()))
            child = ChildClient.start(installation.url, country="GB")
            child.say("hello")
            assert ("child", "hello") in child.texts()
