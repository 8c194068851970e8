"""Which helpline a child reaches is no accident."""

from collections.abc import Callable

from api.auth.rules import Role
from tests.support.installation import Installation
from tests.support.people import ChildClient, Hiring
from tests.support.store import Store


def test_helplines_that_come_later_do_not_take_the_children_of_the_first(another: Callable[..., Installation]) -> None:
    """The one that was there first goes on being reached, however the ids of the others happen to sort."""
    installation = another()
    store = Store(installation.folder)
    first = store.one("select id from helpline")
    while store.one("select min(id) from helpline") == first:
        Hiring(installation).hire(Role.admin, name="A later one")
    child = ChildClient.start(installation.url)
    assert store.one("select helpline_id from conversation where id = ?", child.id) == first
