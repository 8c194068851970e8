"""An installation without a bot: a print pack needs none."""

from collections.abc import Iterator

import httpx
import pytest

from tests.support.installation import without_bot


@pytest.fixture(scope="session")
def school(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    with (
        without_bot(tmp_path_factory.mktemp("school"), FARO_PUBLIC_URL="https://faro.example") as installation,
        httpx.Client(base_url=installation.url, timeout=60) as http,
    ):
        yield http
