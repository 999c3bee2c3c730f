"""What calls a person is a lead's to choose, and holds from the next message on."""

from __future__ import annotations

import pytest

from assistant.domain.handoff import Reason
from assistant.retrieval.dial import Dial
from tests.server.conftest import Agent, Visitor, World

ALL = ["legal_threat", "safety", "data_request", "cancellation", "dissatisfied", "asked_again"]


def chooses(lea: Agent, *on: str, **words: str) -> int:
    origin = {"Origin": "http://testserver"}
    sent = {"on": list(on), **words}
    saved = lea.client.post("/console/triggers", data=sent, headers=origin, follow_redirects=False)
    return int(saved.status_code)


def test_while_nobody_has_chosen_all_of_them_hold(lea: Agent) -> None:
    page = lea.opens("/console/triggers").text
    assert page.count(" checked") == page.count('type="checkbox"') == 8


def test_words_of_their_own_call_a_person_at_the_next_message(
    lea: Agent, visitor: Visitor, world: World
) -> None:
    assert visitor.says("Is there a product recall?")["conversation"]["status"] == "with_assistant"
    recall = {"words-en": "  Product   recall \nproduct recall\n"}
    assert chooses(lea, *ALL, **recall) == 303
    said = visitor.says("Tell me of the PRODUCT RECALL")
    assert (said["reason"], said["conversation"]["status"]) == ("sensitive_topic", "waiting")
    (handoff,) = world.store.handoffs(visitor.id)
    assert handoff.reason is Reason.SENSITIVE_TOPIC
    case = lea.opens(f"/console/conversations/{visitor.id}").text
    assert "Words of your own" in case
    assert "Product recall" in lea.opens("/console/triggers").text


def test_what_is_switched_off_calls_nobody(lea: Agent, visitor: Visitor) -> None:
    assert chooses(lea, "safety") == 303
    assert visitor.says("My lawyer will hear of this")["decision"] == "answer"
    assert visitor.says("The lamp caught fire")["reason"] == "sensitive_topic"


@pytest.mark.parametrize("line", ["???", "x" * 81])
def test_what_cannot_be_looked_for_is_refused_and_stays_in_the_form(lea: Agent, line: str) -> None:
    assert chooses(lea, "safety", **{"words-fr": line}) == 422
    assert lea.opens("/console/triggers").text.count(" checked") == 8


def test_leads_read_when_the_assistant_answers_by_itself(world: World, lea: Agent) -> None:
    world.assistant.sureness.dial = Dial(4321, [0.2, 0.65], [0.9, 0.5], [0.4, 0.1], 77)
    page = lea.opens("/console/triggers").text
    assert "From a confidence of 65 % on. Of 4321 labelled questions, 77 of them your own" in page
    assert "50 % reach it" in page
    assert "of these 10 % have the wrong article first" in page
    assert "ASSISTANT_MAX_WRONG, now 15" in page
