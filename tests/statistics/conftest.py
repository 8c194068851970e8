"""A helpline whose cases have ended in numbers that may be shown, and in numbers that may not."""

from collections.abc import Iterator

import pytest

from tests.support.installation import BotProcess
from tests.support.office import Office

# situation -> how many; three are too few, and eleven are folded with them so that nobody subtracts the three
ENDED = {"fake_image_of_me": 12, "sexual_extortion": 11, "bullying": 3}


@pytest.fixture(scope="package")
def office(bot: BotProcess, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    office = Office.open(tmp_path_factory.mktemp("office") / "faro", bot.url)
    for situation, many in ENDED.items():
        for _ in range(many):
            _, case_id = office.claimed(situation=situation)
            office.counsellors[0].act(case_id, "messages", {"text": "I am here"})
            assert office.counsellors[0].act(case_id, "close", {"outcome": "helped"}).status_code == 200
    yield office
    office.close()
