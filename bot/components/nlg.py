"""Rasa's answer is a key and buttons, never a sentence. They stand in the domain; three depend on the conversation."""
from __future__ import annotations

from typing import Any

from rasa.core.nlg.generator import NaturalLanguageGenerator
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig
from understanding.component import READING

from components.guides import position

ASK_BACK = "out_of_scope/ask_back"
Answer = dict[str, Any]


class KeyNLG(NaturalLanguageGenerator):
    """Hands out the `custom` part of a response as it stands in the domain."""

    def __init__(self, endpoint_config: EndpointConfig | None = None, domain: Domain | None = None) -> None:
        pass

    async def generate(self, utter_action: str, tracker: DialogueStateTracker, output_channel: str,
                       **kwargs: Any) -> dict[str, Answer] | None:
        """The answer of a response; Rasa passes the domain's responses along."""
        variants: list[dict[str, Any]] = kwargs.get("domain_responses", {}).get(utter_action)
        if not variants:
            return None
        answer = {"buttons": [], **variants[0]["custom"]}
        complete = COMPLETE.get(utter_action)
        return {"custom": complete(answer, tracker) if complete else answer}


def name_section(answer: Answer, tracker: DialogueStateTracker) -> Answer:
    """The section that was asked for is the key."""
    section = next(tracker.get_latest_entity_values("section"), None)
    return {**answer, "key": section or "menu"}


def list_changes(answer: Answer, tracker: DialogueStateTracker) -> Answer:
    """One button for each question that has an answer."""
    return {**answer, "buttons": [f"change={slot}" for slot in position(tracker).changeable()]}


def ask_back(answer: Answer, tracker: DialogueStateTracker) -> Answer:
    """Offer what the message may have meant; without a likely need it is simply out of scope."""
    parse = tracker.latest_message.parse_data if tracker.latest_message else {}
    needs = (parse.get(READING) or {}).get("ask_back") or []
    if not needs:
        return answer
    return {**answer, "key": ASK_BACK, "buttons": list(dict.fromkeys([*needs, "talk_to_human"]))}


COMPLETE = {"utter_more": name_section, "utter_ask_change": list_changes, "utter_not_understood": ask_back}
