"""A person at the desk: called once, with the whole case, and the assistant silent meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.errors import (
    Refused,
    WrongStatus,
)
from tests.unit.conftest import Broken

pytestmark = pytest.mark.slow

QUESTION = "How do I return an item?"


def test_who_asks_for_a_person_waits_in_the_queue_with_a_case(customer: Any) -> None:
    customer.says(QUESTION)
    reply = customer.says("I want to talk to a human")
    assert (reply["decision"], reply["reason"]) == ("handoff", "asked_for_human")
    assert reply["conversation"]["status"] == customer.status == "waiting"
    (handoff,) = customer.store.handoffs(customer.id)
    case = handoff.case_file
    assert case["question"] == QUESTION
    assert case["passages"]
    assert case["page_url"] == "https://shop.example/cart"
    assert [entry["author"] for entry in case["transcript"]] == [
        "customer", "assistant", "customer",
    ]  # fmt: skip


def test_while_a_person_is_awaited_the_assistant_is_silent(customer: Any) -> None:
    customer.says("a human please")
    before = len(customer.texts())
    reply = customer.says(QUESTION)
    assert (reply["message"], reply["decision"], reply["suggestions"]) == (None, "none", [])
    assert reply["conversation"]["status"] == "waiting"
    assert len(customer.texts()) == before + 1
    assert len(customer.store.handoffs(customer.id)) == 1


@pytest.mark.parametrize("taken", [False, True])
def test_a_reply_in_work_is_kept_back_when_a_person_is_called_meanwhile(
    customer: Any, shop: Any, make_desk: Any, taken: bool
) -> None:
    class Slow(Broken):
        async def consider(self, *args: Any, **kwargs: Any) -> Any:
            considered = await self.inner.consider(*args, **kwargs)
            customer.desk.hand_off(customer.id)
            if taken:
                customer.is_claimed()
            return considered

    customer.desk = make_desk(answerer=Slow(shop.answerer))
    (event,) = customer.events(QUESTION, client_id="k1")
    status = "with_agent" if taken else "waiting"
    reply = event.data
    assert (event.kind, reply["message"], reply["decision"]) == ("done", None, "none")
    assert (reply["reason"], reply["suggestions"]) == (None, [])
    assert reply["conversation"] == {"id": customer.id, "status": status}
    assert customer.says(QUESTION, client_id="k1") == reply
    assert not any("30 days" in text for text in customer.texts())
    (turn,) = customer.turns
    assert turn.decision == "none"
    assert "30 days" in turn.withheld


def test_a_button_calls_a_person_once_and_takes_an_address(customer: Any) -> None:
    customer.says(QUESTION)
    customer.desk.hand_off(customer.id)
    customer.desk.hand_off(customer.id, email="ana@example.com")
    customer.desk.hand_off(customer.id)
    (handoff,) = customer.store.handoffs(customer.id)
    assert (handoff.reason, handoff.email) == ("asked_for_human", "ana@example.com")
    assert handoff.case_file["question"] == QUESTION
    assert customer.status == "waiting"
    assert [m.author for m in customer.store.messages(customer.id)][2:] == ["assistant", "system"]


def test_calls_at_the_same_moment_call_once_and_lose_no_address(customer: Any) -> None:
    emails = [None, "ana@example.com", None, None, None, None]
    with ThreadPoolExecutor(6) as threads:
        list(threads.map(lambda email: customer.desk.hand_off(customer.id, email=email), emails))
    (handoff,) = customer.store.handoffs(customer.id)
    assert handoff.email == "ana@example.com"
    assert sorted(m.author for m in customer.store.messages(customer.id)) == ["assistant", "system"]


def test_a_call_that_comes_late_leaves_the_agent_the_conversation(
    customer: Any, shop: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = shop.store.conversation

    def read_then_taken(id: str) -> Any:
        before = read(id)
        monkeypatch.setattr(shop.store, "conversation", read)
        customer.desk.hand_off(id)
        customer.is_claimed()
        return before

    monkeypatch.setattr(shop.store, "conversation", read_then_taken)
    assert customer.desk.hand_off(customer.id, email="ana@example.com").status == "with_agent"
    assert (customer.status, read(customer.id).agent_id) == ("with_agent", "p1")
    (handoff,) = shop.store.handoffs(customer.id)
    assert handoff.email == "ana@example.com"


def test_a_person_may_be_called_before_a_word_was_said(customer: Any) -> None:
    customer.desk.hand_off(customer.id, email="ana@example.com", reason="low_confidence")
    (handoff,) = customer.store.handoffs(customer.id)
    assert handoff.case_file["question"] == ""
    assert (handoff.reason, handoff.email) == ("low_confidence", "ana@example.com")


@pytest.mark.parametrize(
    "email",
    ["", "ana", "ana@", "@example.com", "a b@example.com", "ana@example", "a@b.c", "a@b.example\n",
     "<script>@x.example", "a@x.example,b@x.example", "a" * 65 + "@x.example",
     "ana.@x.example", "ana@x..example", "a[1@x.example", "zoé@x.example", "ana@x.example\x00"],
)  # fmt: skip
def test_what_is_no_address_is_refused_and_calls_nobody(customer: Any, email: str) -> None:
    with pytest.raises(Refused, match=r"name@example\.com"):
        customer.desk.hand_off(customer.id, email=email)
    assert customer.status == "with_assistant"


def test_an_unknown_reason_is_refused_with_the_known_ones(customer: Any) -> None:
    with pytest.raises(Refused, match="asked_for_human"):
        customer.desk.hand_off(customer.id, reason="because")


def test_after_it_was_resolved_the_assistant_answers_again(customer: Any) -> None:
    customer.says("a human please")
    customer.is_resolved()
    reply = customer.says(QUESTION)
    assert reply["decision"] == "answer"
    assert customer.status == "with_assistant"


def test_a_resolved_conversation_can_call_a_person_again(customer: Any) -> None:
    customer.says("a human please")
    customer.is_resolved()
    customer.desk.hand_off(customer.id)
    assert customer.status == "waiting"
    assert len(customer.store.handoffs(customer.id)) == 2


EVENTS: dict[str, Callable[[Any], object]] = {
    "asks": lambda c: c.says(QUESTION),
    "greets": lambda c: c.says("hello"),
    "wants a person": lambda c: c.says("a human please"),
    "presses the button": lambda c: c.desk.hand_off(c.id),
    "taken over": lambda c: c.is_claimed(),
    "resolved": lambda c: c.is_resolved(),
}


@settings(max_examples=8)
@given(st.lists(st.sampled_from(sorted(EVENTS)), max_size=7))
def test_somebody_owns_it_and_the_assistant_speaks_only_when_it_does(
    desk: Any, shop: Any, customer: Any, events: list[str]
) -> None:
    talk = type(customer)(desk, shop.store)
    for event in events:
        before, count = talk.status, len(talk.texts())
        try:
            EVENTS[event](talk)
        except WrongStatus:
            assert (talk.status, len(talk.texts())) == (before, count)
            continue
        conversation = talk.store.conversation(talk.id)
        assert (conversation.agent_id is not None) == (conversation.status == "with_agent")
        if event in ("asks", "greets", "wants a person"):
            spoken = {"waiting": 1, "with_agent": 1}.get(before, 2)
            assert len(talk.texts()) == count + spoken
        open_cases = [h for h in talk.store.handoffs(talk.id) if h.closed_at is None]
        assert len(open_cases) == (conversation.status in ("waiting", "with_agent"))


def test_who_presses_a_topic_beside_the_offer_of_a_person_is_answered(customer: Any) -> None:
    """Also where it was answered before: to press it is not to ask again."""
    customer.says("Where is my parcel?")
    customer.says("How long is the warranty of kettles?")
    offer = customer.says("Which delivery times has a violet parcel?")
    assert (offer["decision"], customer.status) == ("handoff", "with_assistant")
    assert offer["suggestions"][0]["text"] == "Delivery times"
    pressed = customer.says("Delivery times")
    assert (pressed["decision"], pressed["reason"]) == ("answer", None)
    assert pressed["message"]["citations"][0]["article_id"] == "delivery"
    assert customer.status == "with_assistant"
