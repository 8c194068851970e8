"""What the bot is trained on is valid in Rasa's own eyes, as `rasa data validate` looks at it.

It knows one language: the same word under two needs ("ciao") is looked for within a locale, by checks/sentences.py.
"""
from __future__ import annotations

import pytest
from rasa.shared.core.domain import Domain
from rasa.shared.importers.importer import TrainingDataImporter
from rasa.validator import Validator

from tests.conftest import BOT


@pytest.fixture(scope="module")
def importer() -> TrainingDataImporter:
    files = [str(BOT / "data" / folder) for folder in ("nlu", "rules")]
    return TrainingDataImporter.load_from_config(str(BOT / "config.yml"), str(BOT / "domain"), files)


@pytest.fixture
def validator(importer: TrainingDataImporter) -> Validator:
    return Validator.from_importer(importer)


@pytest.mark.parametrize("part", ["intents", "intents_in_stories", "utterances_in_stories", "story_structure"])
def test_rasa_warns_of_nothing_in(validator: Validator, part: str) -> None:
    assert getattr(validator, f"verify_{part}")(ignore_warnings=False)


@pytest.mark.parametrize("part", ["domain_validity", "forms_in_stories_rules", "form_slots", "actions_in_stories_rules",
                                  "slot_mappings"])
def test_rasa_finds_nothing_wrong_with(validator: Validator, part: str) -> None:
    assert getattr(validator, f"verify_{part}")()


def test_rasa_finds_a_need_that_the_domain_lacks(validator: Validator) -> None:
    validator.domain = Domain.empty()
    assert not validator.verify_intents(ignore_warnings=False)
