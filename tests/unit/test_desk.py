"""The customer's side of the desk: everything stored before it is sent, nobody stranded."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.domain.survey import Feedback, SurveyResponse
from assistant.errors import (
    AssistantError,
    NotAllowed,
    Refused,
    TooLong,
    TooManyRequests,
    UnknownThing,
)
from assistant.support.credentials import hashed

pytestmark = pytest.mark.slow

QUESTION = "How do I return an item?"


# -- starting


def test_a_conversation_starts_with_the_assistant_and_two_tokens(desk: Any, shop: Any) -> None:
    started = desk.start(locale="fr-CA", page_url="https://shop.example", context={"order": 1})
    kept = shop.store.conversation(started.conversation.id)
    assert kept == started.conversation
    assert (kept.status, kept.locale, kept.context) == ("with_assistant", "fr", {"order": 1})
    assert started.greeting.startswith("Bonjour")
    assert started.token != started.visitor_token
    assert min(len(started.token), len(started.visitor_token)) >= 40


def test_a_visitor_who_comes_back_is_the_same_and_an_invented_one_is_new(desk: Any) -> None:
    first = desk.start()
    again = desk.start(visitor_token=first.visitor_token)
    assert again.conversation.visitor_id == first.conversation.visitor_id
    assert again.conversation.id != first.conversation.id
    for invented in ("", "nobody", "\ud83d", first.token):
        stranger = desk.start(visitor_token=invented)
        assert stranger.conversation.visitor_id != first.conversation.visitor_id
        assert stranger.visitor_token not in (invented, first.visitor_token)


def test_a_conversation_opens_to_its_own_tokens_alone(desk: Any, customer: Any) -> None:
    mine, theirs = customer.started, desk.start()
    assert desk.authorise(customer.id, mine.token).id == customer.id
    assert desk.authorise(customer.id, mine.visitor_token).id == customer.id
    for token in (theirs.token, theirs.visitor_token, hashed(mine.token), "\ud83d"):
        with pytest.raises(UnknownThing):
            desk.authorise(customer.id, token)
    for none in (None, ""):
        with pytest.raises(NotAllowed):
            desk.authorise(customer.id, none)


# -- a reply


def test_a_reply_comes_as_sources_sentences_and_the_whole(customer: Any) -> None:
    events = customer.events(QUESTION)
    kinds = [event.kind for event in events]
    assert kinds[0] == "sources"
    assert kinds[-1] == "done"
    assert set(kinds[1:-1]) == {"sentence"}
    reply = events[-1].data
    assert reply.keys() == {
        "message", "decision", "reason", "confidence", "suggestions", "conversation",
    }  # fmt: skip
    assert (reply["decision"], reply["reason"]) == ("answer", None)
    assert reply["conversation"] == {"id": customer.id, "status": "with_assistant"}
    assert events[0].data["citations"] == reply["message"]["citations"]
    said = "\n\n".join(event.data["text"] for event in events[1:-1])
    assert said == reply["message"]["text"]
    known = {citation["n"] for citation in reply["message"]["citations"]}
    assert all(set(event.data["citations"]) <= known for event in events[1:-1])


def test_what_was_sent_is_what_was_stored(customer: Any) -> None:
    reply = customer.says(QUESTION)
    asked, answered = customer.store.messages(customer.id)
    assert (asked.author, asked.text) == ("customer", QUESTION)
    assert (answered.author, answered.id) == ("assistant", reply["message"]["id"])
    assert (answered.text, answered.html) == (reply["message"]["text"], reply["message"]["html"])
    (turn,) = customer.turns
    assert turn.message_id == asked.id
    assert turn.hits
    assert turn.timings
    assert customer.store.reply_to(asked.id)["reply"] == reply


def test_everything_is_stored_before_the_first_event(customer: Any) -> None:
    async def first_event() -> Any:
        said = customer.desk.reply(customer.id, QUESTION)
        event = await anext(said)
        stored = customer.store.messages(customer.id)
        await said.aclose()
        return event, stored

    event, stored = asyncio.run(first_event())
    assert event.kind == "sources"
    assert [message.author for message in stored] == ["customer", "assistant"]


def test_smalltalk_comes_without_sources(customer: Any) -> None:
    (event,) = customer.events("hello")
    assert (event.kind, event.data["decision"]) == ("done", "smalltalk")
    assert event.data["message"]["citations"] == []


def test_markup_from_an_article_reaches_the_customer_escaped(shop: Any, customer: Any) -> None:
    from assistant.domain.article import Article

    body = "The quux <script>alert(1)</script> ![x](https://evil.example/p.png) is <b>new</b>."
    shop.publish(Article("quux", "Quux", "en", body, slug="quux"), source="more")
    events = customer.events("quux")
    for html in (events[-1].data["message"]["html"], *(e.data["html"] for e in events[1:-1])):
        assert "<script" not in html
        assert "<img" not in html
        assert "&lt;script&gt;" in html


def test_card_numbers_are_stored_nowhere(customer: Any) -> None:
    customer.says("My card 4111 1111 1111 1111 12/27 was charged twice, a human please")
    kept = list(customer.store.export("conversations"))
    assert "4111" not in str(kept)
    assert "[card number removed]" in str(kept)


def test_no_token_is_stored_in_the_clear(customer: Any) -> None:
    customer.says(QUESTION)
    kept = str(list(customer.store.export("conversations")))
    assert customer.started.token not in kept
    assert customer.started.visitor_token not in kept


# -- what is not accepted


@pytest.mark.parametrize("text", ["", " ", "\n\t", "\x00", "\x00 \x00"])
def test_an_empty_message_is_refused_and_not_stored(customer: Any, text: str) -> None:
    with pytest.raises(Refused, match="write what you would like to know"):
        customer.says(text)
    assert customer.texts() == []


def test_a_long_message_is_refused_with_the_limit(make_desk: Any, customer: Any) -> None:
    customer.desk = make_desk(max_message=100)
    with pytest.raises(TooLong, match="101 characters; send at most 100"):
        customer.says("x" * 101)
    assert customer.says("x" * 100)["message"]


def test_a_conversation_that_is_not_there_gets_nothing(customer: Any) -> None:
    customer.id = "c-nothing"
    with pytest.raises(UnknownThing):
        customer.says(QUESTION)


def test_a_visitor_is_slowed_down_over_all_conversations(
    make_desk: Any, shop: Any, clock: Any
) -> None:
    desk = make_desk(messages_per_minute=2)
    started = desk.start()
    other = desk.start(visitor_token=started.visitor_token)

    async def say(id: str) -> None:
        async for _ in desk.reply(id, "hello"):
            pass

    asyncio.run(say(started.conversation.id))
    asyncio.run(say(other.conversation.id))
    with pytest.raises(TooManyRequests):
        asyncio.run(say(started.conversation.id))
    asyncio.run(say(desk.start().conversation.id))
    clock.advance(61)
    asyncio.run(say(started.conversation.id))
    assert len(shop.store.messages(started.conversation.id)) == 4


# -- retries


def test_a_retry_gives_the_same_reply_and_no_second_message(customer: Any) -> None:
    first = customer.says(QUESTION, client_id="k1")
    again = customer.says(QUESTION, client_id="k1")
    assert again == first
    assert len(customer.texts()) == 2
    assert len(customer.turns) == 1


def test_retries_at_the_same_moment_are_one_turn(customer: Any) -> None:
    async def say() -> Any:
        async for event in customer.desk.reply(customer.id, QUESTION, client_id="k1"):
            last = event.data
        return last

    async def at_once() -> list[Any]:
        return await asyncio.gather(*(say() for _ in range(5)))

    first, *others = asyncio.run(at_once())
    assert all(other == first for other in others)
    assert len(customer.texts()) == 2


def test_a_retry_after_a_restart_gives_the_same_reply(customer: Any, make_desk: Any) -> None:
    first = customer.says(QUESTION, client_id="k1")
    customer.desk = make_desk()
    assert customer.says("something else", client_id="k1") == first


def test_without_a_client_id_the_same_words_are_a_second_message(customer: Any) -> None:
    customer.says("hello")
    customer.says("hello")
    assert len(customer.texts()) == 4


said = st.lists(
    st.tuples(
        st.sampled_from([QUESTION, "hello", "and what does it cost?", "a human please"]),
        st.sampled_from(["k1", "k2", "k3", None]),
    ),
    max_size=6,
)


@settings(max_examples=6)
@given(said)
def test_the_same_client_id_has_one_message_and_one_reply(
    desk: Any, shop: Any, customer: Any, messages: list[tuple[str, str | None]]
) -> None:
    talk = type(customer)(desk, shop.store)
    replies: dict[str, Any] = {}
    for text, key in messages:
        reply = talk.says(text, client_id=key)
        if key is not None:
            assert replies.setdefault(key, reply) == reply
    sent = len(replies) + sum(key is None for _, key in messages)
    authors = [message.author for message in talk.store.messages(talk.id)]
    assert authors.count("customer") == sent == len(talk.turns)


def test_a_customer_who_disconnects_finds_the_turn_finished(customer: Any) -> None:
    async def leave_early() -> None:
        task = asyncio.create_task(anext(customer.desk.reply(customer.id, QUESTION)))
        await asyncio.sleep(0)
        while not customer.desk._turns:
            await asyncio.sleep(0.001)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await customer.desk.finish()

    asyncio.run(leave_early())
    assert [turn.decision for turn in customer.turns] == ["answer"]


def test_two_messages_of_one_conversation_are_answered_in_turn(customer: Any) -> None:
    async def both() -> None:
        async def say(text: str) -> None:
            async for _ in customer.desk.reply(customer.id, text):
                pass

        first = asyncio.create_task(say(QUESTION))
        while not customer.desk._turns:
            await asyncio.sleep(0.001)
        await asyncio.gather(first, say("a human please"), say("hello"))

    asyncio.run(both())
    authors = [message.author for message in customer.store.messages(customer.id)]
    assert authors.count("customer") == len(customer.turns) == 3
    assert customer.status == "waiting"


# -- ratings


def test_thumbs_are_slowed_down_as_messages_are(make_desk: Any, clock: Any) -> None:
    desk = make_desk(messages_per_minute=2)
    started = desk.start()

    async def ask() -> str:
        said = [event async for event in desk.reply(started.conversation.id, "hello")]
        return str(said[-1].data["message"]["id"])

    id = asyncio.run(ask())
    desk.feedback(id, started.token, Feedback(id, False, clock()))
    with pytest.raises(TooManyRequests):
        desk.feedback(id, started.token, Feedback(id, True, clock()))
    clock.advance(61)
    desk.feedback(id, started.token, Feedback(id, True, clock()))


def test_surveys_and_thumbs_are_kept_for_those_who_may(
    customer: Any, desk: Any, clock: Any
) -> None:
    reply = customer.says(QUESTION)
    desk.survey(customer.id, SurveyResponse(customer.id, clock(), csat=5, comment="Good"))
    id = reply["message"]["id"]
    desk.feedback(id, customer.started.token, Feedback(id, True, clock()))
    (kept,) = customer.store.export("conversations")
    assert kept["surveys"][0]["csat"] == 5
    assert "helpful" in str(kept)
    with pytest.raises(NotAllowed):
        desk.feedback(id, None, Feedback(id, True, clock()))
    with pytest.raises(UnknownThing):
        desk.feedback(id, desk.start().token, Feedback(id, True, clock()))
    with pytest.raises(UnknownThing):
        desk.survey("c-nothing", SurveyResponse("c-nothing", clock(), csat=5))


HOSTILE = [
    "a" * 4_000, "where\x00is it", "\ud83d broken", "👍" * 400, "\u202eأين طردي", "\u00a0",
    "<script>alert(1)</script>", "[x](javascript:alert(1))", "{0} {hours} %s",
    "'; DROP TABLE messages; --", "\u2028\u2029", "\u200b",
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_gets_a_reply_and_is_kept(customer: Any, text: str) -> None:
    try:
        reply = customer.says(text)
    except AssistantError as error:
        pytest.fail(f"a customer met an error: {error}")
    assert reply["message"]["text"]
    assert reply["reason"] != "failure"
    assert "<script" not in reply["message"]["html"]
    assert len(customer.texts()) == 2
