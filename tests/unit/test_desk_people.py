"""A person at the desk: called once, with the whole case, and the assistant silent meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.answering.wordings import say
from assistant.domain.conversation import Author
from assistant.domain.survey import Feedback
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


@pytest.mark.parametrize(
    "refused",
    ["I don't want to talk to a person, how do I return an item?",
     "Je ne veux pas parler à un conseiller, how do I return an item?"],
)  # fmt: skip
def test_who_wants_no_person_is_answered(customer: Any, refused: str) -> None:
    reply = customer.says(refused)
    assert reply["conversation"]["status"] == "with_assistant"
    assert "30 days" in reply["message"]["text"]


@pytest.mark.parametrize("no", ["No, I don't want a person", "Non, pas un conseiller"])
def test_who_refuses_the_offer_of_a_person_stays_with_the_assistant(customer: Any, no: str) -> None:
    assert customer.says("How much is a unicorn licence?")["decision"] == "handoff"
    reply = customer.says(no)
    assert reply["decision"] == "smalltalk"
    assert customer.status == "with_assistant"


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


@pytest.mark.parametrize("words", [None, "yes please"])
def test_who_takes_the_offer_of_a_person_comes_for_what_it_was_made_for(
    customer: Any, words: str | None
) -> None:
    offer = customer.says("Do you sell unicorns?")
    assert offer["reason"] == "not_covered"
    if words:
        assert customer.says(words)["reason"] == "asked_for_human"
    else:
        customer.desk.hand_off(customer.id)
    (handoff,) = customer.store.handoffs(customer.id)
    assert handoff.reason is customer.store.conversation(customer.id).reason
    assert handoff.reason == "not_covered"
    assert handoff.case_file["evidence"]["taken_by"] == "customer"
    assert handoff.case_file["question"] == "Do you sell unicorns?"
    # As whoever asks for a person is told, not that nothing was found once more.
    assert say("handoff_asked", "en", hours=24) in customer.texts()


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


def test_whom_a_person_took_up_uncalled_may_leave_an_address_too(customer: Any) -> None:
    customer.says(QUESTION)
    customer.is_taken_up()
    assert customer.desk.hand_off(customer.id, email="ana@example.com").status == "with_agent"
    (handoff,) = customer.store.handoffs(customer.id)
    assert (handoff.email, handoff.case_file["question"]) == ("ana@example.com", QUESTION)


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


# -- given back


def test_all_that_was_left_to_people_is_answered_in_order_once_it_is_given_back(
    customer: Any, clock: Any
) -> None:
    """Each by itself: two questions in one would find neither, and each keeps its own sources; one
    leans on the one before it, as it does when nobody waits."""
    customer.says("a human please")
    for words in (QUESTION, "hello?", "Where is my parcel?"):
        clock.advance(60)
        assert customer.says(words)["message"] is None
    clock.advance(60)
    customer.is_released()
    assert asyncio.run(customer.desk.recover()) == 3
    assert [turn.decision for turn in customer.turns[1:]] == ["answer", "smalltalk", "answer"]
    returns, hello, parcel = customer.texts()[-3:]
    assert "30 days" in returns
    assert hello.startswith("Hello!")
    assert parcel != returns
    assert customer.store.unanswered() == []


def test_what_the_customer_writes_meanwhile_is_answered_after_it(
    customer: Any, clock: Any, make_desk: Any, shop: Any
) -> None:
    customer.says("a human please")
    for words in (QUESTION, "Where is my parcel?"):
        clock.advance(60)
        customer.says(words)
    clock.advance(60)
    customer.is_released()
    order: list[str] = []

    async def given_back() -> None:
        begun, go_on = asyncio.Event(), asyncio.Event()

        class Waiting(Broken):
            async def consider(self, text: str, **kwargs: Any) -> Any:
                order.append(text)
                begun.set()
                await go_on.wait()
                return await self.inner.consider(text, **kwargs)

        desk = make_desk(answerer=Waiting(shop.answerer))
        recovery = asyncio.create_task(desk.recover())
        await begun.wait()
        said = asyncio.create_task(anext(desk.reply(customer.id, "hello")))
        while customer.texts()[-1] != "hello":
            await asyncio.sleep(0.005)
        go_on.set()
        await asyncio.gather(recovery, said)

    asyncio.run(given_back())
    assert order == [QUESTION, "Where is my parcel?", "hello"]


WAITED_WITH = {
    "a human please": "asked_for_human",
    "I will sue you": "sensitive_topic",
    "This is ridiculous, nobody answers, you are useless": "dissatisfied",
}


@pytest.mark.parametrize("words", WAITED_WITH)
def test_what_people_had_and_gave_back_calls_nobody_again_and_a_person_is_a_word_away(
    customer: Any, clock: Any, words: str
) -> None:
    customer.says("a human please")
    clock.advance(60)
    customer.says(words)
    clock.advance(60)
    customer.is_released()
    clock.advance(60)
    asyncio.run(customer.desk.recover())
    assert customer.status == "with_assistant"
    assert customer.store.reply_to(customer.turns[-1].message_id)["reply"]["message"]
    clock.advance(60)
    assert customer.says("I want to talk to a human")["conversation"]["status"] == "waiting"


def test_who_wrote_often_is_offered_a_person_once_until_something_else_was_said(
    customer: Any, clock: Any
) -> None:
    customer.says("a human please")
    left = ("I sell unicorns", "orcs everywhere", "I will sue you", QUESTION, "I will sue you")
    for words in left:
        clock.advance(60)
        customer.says(words)
    before = len(customer.texts())
    clock.advance(60)
    customer.is_released()
    clock.advance(60)
    asyncio.run(customer.desk.recover())
    turns = customer.turns[-len(left) :]
    assert [turn.decision for turn in turns] == [*["handoff"] * 3, "answer", "handoff"]
    replies = [customer.store.reply_to(turn.message_id)["reply"]["message"] for turn in turns]
    first, second, third, answer, again = [reply["text"] for reply in replies]
    assert first == second == third
    assert customer.texts()[before:] == [first, answer, again]
    assert customer.says("yes")["conversation"]["status"] == "waiting"


def test_yes_to_the_offer_for_what_was_given_back_calls_a_person(customer: Any, clock: Any) -> None:
    customer.says("a human please")
    clock.advance(60)
    customer.says("I want to talk to a human!")
    clock.advance(60)
    customer.is_released()
    clock.advance(60)
    asyncio.run(customer.desk.recover())
    offer = customer.store.reply_to(customer.turns[-1].message_id)["reply"]
    assert (offer["decision"], offer["reason"]) == ("handoff", "asked_for_human")
    assert [each["action"] for each in offer["suggestions"]] == ["handoff"]
    assert "after all" in offer["message"]["text"]
    assert customer.says("yes")["conversation"]["status"] == "waiting"


def test_a_failure_is_no_old_context(customer: Any, clock: Any, shop: Any, make_desk: Any) -> None:
    customer.says("a human please")
    clock.advance(60)
    customer.says(QUESTION)
    clock.advance(60)
    customer.is_released()
    asyncio.run(make_desk(answerer=Broken(shop.answerer)).recover())
    assert customer.status == "waiting"
    assert customer.store.handoffs(customer.id)[-1].reason == "failure"


class Talk:
    """A conversation that anything may happen to."""

    def __init__(self, customer: Any, clock: Any) -> None:
        self.customer, self._clock = customer, clock
        self._last: str | None = None

    def goes_on(self, event: str) -> tuple[str, str | None, str] | None:
        """What was decided on it, and who has the conversation then."""
        self._clock.advance(60)
        try:
            return self._does(event)
        except WrongStatus:
            return None

    def _does(self, event: str) -> tuple[str, str | None, str] | None:
        if event in SAID:
            reply = self.customer.says(SAID[event])
            self._last = reply["message"]["id"] if reply["message"] else self._last
            return reply["decision"], reply["reason"], self.customer.status
        if event == "is no help" and self._last:
            thumb = Feedback(self._last, False, self._clock())
            self.customer.desk.feedback(self._last, self.customer.started.token, thumb)
        elif event in EVENTS:
            EVENTS[event](self.customer)
        return "", None, self.customer.status

    def is_answered_and_given_back(self, how: str) -> None:
        """By a person, whoever had it."""
        self._clock.advance(60)
        if self.customer.status in ("with_assistant", "resolved"):
            self.customer.desk.hand_off(self.customer.id)
        by = self.customer.store.conversation(self.customer.id).agent_id or "p1"
        words = self.customer.desk._message(
            self.customer.store.conversation(self.customer.id), Author.AGENT, "It is done."
        )
        self.customer.store.answer(words, by=by)
        self._clock.advance(60)
        getattr(self.customer, how)()
        self._last = None


SAID = {
    "asks": QUESTION,
    "asks in other words": "But how do I return the item?",
    "asks for what is not there": "Do you sell unicorns?",
    "asks for that too": "Do you sell orcs?",
    "greets": "hello",
    "wants a person": "a human please",
    "is angry": "This is ridiculous, you are useless",
    "threatens": "I will sue you",
}
LIFE = st.lists(st.sampled_from([*SAID, "is no help", *EVENTS]), max_size=8)
WORDS = st.lists(st.sampled_from([*SAID, "is no help"]), min_size=1, max_size=5)


@settings(max_examples=25)
@given(LIFE, st.sampled_from(["is_released", "is_resolved"]), WORDS)
def test_once_people_gave_it_back_all_is_decided_as_if_nothing_had_been_before(
    desk: Any, shop: Any, customer: Any, clock: Any, life: list[str], how: str, words: list[str]
) -> None:
    """chatwoot#13880: no reason hands over again because of old context, whatever that was."""
    lived, fresh = (Talk(type(customer)(desk, shop.store), clock) for _ in range(2))
    for event in life:
        lived.goes_on(event)
    lived.is_answered_and_given_back(how)
    for event in words:
        expected = fresh.goes_on(event)
        if how == "is_resolved" and lived.customer.status == "resolved" and event == "is no help":
            continue
        assert lived.goes_on(event) == expected, (life, how, words, event)


@settings(max_examples=25)
@given(LIFE, st.lists(st.sampled_from(sorted(SAID)), max_size=4))
def test_whatever_was_left_to_people_calls_nobody_once_it_is_given_back(
    desk: Any, shop: Any, customer: Any, clock: Any, life: list[str], left: list[str]
) -> None:
    talk = Talk(type(customer)(desk, shop.store), clock)
    for event in life:
        talk.goes_on(event)
    if talk.customer.status in ("with_assistant", "resolved"):
        talk.customer.desk.hand_off(talk.customer.id)
    for event in left:
        talk.goes_on(event)
    clock.advance(60)
    talk.customer.is_released()
    clock.advance(60)
    asyncio.run(desk.recover())
    assert talk.customer.status == "with_assistant", (life, left)
    for turn in talk.customer.turns[len(talk.customer.turns) - len(left) :]:
        assert talk.customer.store.reply_to(turn.message_id)["reply"]["message"], (life, left)
