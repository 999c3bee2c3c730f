"""Whatever fails inside, the customer is answered or a person is called."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from assistant.errors import (
    StoreUnavailable,
)
from assistant.support.desk import Desk
from tests.unit.conftest import Broken

pytestmark = pytest.mark.slow

QUESTION = "How do I return an item?"


def test_whatever_fails_inside_a_person_is_called(
    make_desk: Any, shop: Any, customer: Any, caplog: Any
) -> None:
    customer.desk = make_desk(answerer=Broken(shop.answerer))
    reply = customer.says("Where is my secret parcel?")
    assert (reply["decision"], reply["reason"]) == ("handoff", "failure")
    assert reply["conversation"]["status"] == customer.status == "waiting"
    assert "on our side" in reply["message"]["text"]
    assert "reply.failed: ZeroDivisionError" in caplog.text
    assert "secret parcel" not in caplog.text


def test_a_search_that_breaks_calls_a_person(customer: Any, shop: Any) -> None:
    def broken(*args: Any, **kwargs: Any) -> Any:
        raise RuntimeError("broken")

    shop.retriever.search = broken
    reply = customer.says(QUESTION)
    assert (reply["reason"], customer.status) == ("failure", "waiting")


def test_without_an_encoder_the_customer_is_answered(customer: Any, shop: Any) -> None:
    shop.embedder.available = False
    reply = customer.says(QUESTION)
    assert reply["decision"] == "answer"
    assert "30 days" in reply["message"]["text"]


def test_where_nothing_can_be_stored_nothing_is_sent(customer: Any, shop: Any) -> None:
    def full(*args: Any, **kwargs: Any) -> Any:
        raise StoreUnavailable("the disk is full", remedy="free some space")

    kept = shop.store.add_reply
    shop.store.add_reply = full
    with pytest.raises(StoreUnavailable):
        customer.says(QUESTION, client_id="k1")
    shop.store.add_reply = kept
    assert customer.says(QUESTION, client_id="k1")["decision"] == "answer"
    assert len(customer.texts()) == 2


def test_what_a_crash_left_unanswered_is_answered_after_it(customer: Any, make_desk: Any) -> None:
    message = customer.desk._receive(customer.id, QUESTION, "k1")
    desk: Desk = make_desk()
    assert asyncio.run(desk.recover()) == 1
    assert asyncio.run(desk.recover()) == 0
    assert customer.store.reply_to(message.id)["reply"]["decision"] == "answer"
    assert customer.says(QUESTION, client_id="k1")["decision"] == "answer"
    assert len(customer.texts()) == 2


@pytest.mark.parametrize(
    "fault", [StoreUnavailable("the disk is full", remedy="free some space"), RuntimeError("deep")]
)
def test_one_that_cannot_be_answered_after_a_crash_does_not_strand_the_others(
    customer: Any, shop: Any, make_desk: Any, fault: Exception
) -> None:
    other = type(customer)(customer.desk, shop.store)
    failing = customer.desk._receive(customer.id, QUESTION, None)
    waiting = customer.desk._receive(other.id, QUESTION, None)
    kept = shop.store.add_reply

    def fails_once(turn: Any, **rest: Any) -> Any:
        if turn.message_id == failing.id:
            raise fault
        return kept(turn, **rest)

    shop.store.add_reply = fails_once
    asyncio.run(make_desk().recover())
    shop.store.add_reply = kept
    assert shop.store.reply_to(waiting.id)["reply"]["decision"] == "answer"
    assert asyncio.run(make_desk().recover()) == 1
    assert shop.store.reply_to(failing.id)["reply"]["decision"] == "answer"


def test_a_question_asked_while_it_warms_up_waits_and_is_answered(
    make_desk: Any, shop: Any, customer: Any
) -> None:
    class Warming:
        def __init__(self) -> None:
            self.gate = asyncio.Event()

        async def wait(self) -> None:
            await self.gate.wait()

    async def ask() -> Any:
        warming = Warming()
        customer.desk = make_desk(readiness=warming)
        said = customer.desk.reply(customer.id, QUESTION)
        task = asyncio.create_task(anext(said))
        while customer.texts() != [QUESTION]:
            await asyncio.sleep(0.005)
        assert not task.done()
        warming.gate.set()
        event = await task
        await said.aclose()
        return event

    assert asyncio.run(ask()).kind == "sources"
