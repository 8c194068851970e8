"""Where a child comes from, for the caps alone: behind the helpline's proxy too, never by a visitor's own word."""

from collections.abc import Callable

import httpx
import pytest

from api.settings import Settings
from tests.support.installation import NO_BOT, Installation

RANDOM = "a8f3c1d97be2460f5a0c6e4419d72b38"
Start = Callable[..., Installation]


def begins(faro: Installation, *forwarded: str) -> int:
    headers = [("x-forwarded-for", each) for each in forwarded]
    return httpx.post(f"{faro.url}/v1/conversations", json={"locale": "en"}, headers=headers).status_code


@pytest.fixture
def behind(another: Start) -> Callable[[int], Installation]:
    return lambda proxies: another(bot=NO_BOT, sessions_per_source="1/day", proxies=str(proxies))


def test_behind_a_proxy_each_family_has_its_own_cap(behind: Callable[[int], Installation]) -> None:
    faro = behind(1)
    assert [begins(faro, f"203.0.{n}.7") for n in range(4)] == [201] * 4
    assert begins(faro, "203.0.3.9") == 429  # the same network


def test_what_a_visitor_writes_into_the_header_counts_for_nothing(behind: Callable[[int], Installation]) -> None:
    faro = behind(1)
    assert begins(faro, "198.51.100.1, 203.0.113.7") == 201
    assert begins(faro, "198.51.101.2, 203.0.113.7") == 429
    assert begins(faro, "198.51.102.3", "203.0.113.7") == 429  # two headers are one list


def test_the_outermost_of_two_proxies_is_believed(behind: Callable[[int], Installation]) -> None:
    faro = behind(2)
    assert begins(faro, "198.51.100.1, 203.0.113.7, 192.0.2.1") == 201
    assert begins(faro, "203.0.114.7, 192.0.2.1") == 201
    assert begins(faro, "198.51.100.9, 203.0.113.7, 192.0.2.1") == 429


def test_without_a_proxy_the_header_is_not_read(behind: Callable[[int], Installation]) -> None:
    faro = behind(0)
    assert begins(faro, "203.0.113.7") == 201
    assert begins(faro, "203.0.114.7") == 429


@pytest.mark.parametrize(("host", "hops"), [("127.0.0.1", 1), ("::1", 1), ("0.0.0.0", 0)])
def test_in_production_on_loopback_there_is_a_proxy_in_front(host: str, hops: int) -> None:
    """Else all the children of a country would be one source, and the sixty-first in ten minutes would be sent away."""
    settings = Settings(mode="production", pepper=RANDOM, bot_secret=RANDOM[::-1], host=host)
    assert settings.hops == hops
    assert Settings(host=host).hops == 0
