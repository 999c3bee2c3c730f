"""What every ConversationStore must do with replies and events."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from assistant.domain.answer import Decision, Suggestion
from assistant.domain.conversation import Author, Status
from assistant.domain.handoff import Reason
from assistant.domain.ownership import Event
from assistant.ports import ConversationStore
from assistant.testing.samples import (
    a_conversation,
    a_handoff,
    a_message,
    a_turn,
    always,
    answered,
    by_agent,
    claimed,
    handed_over,
    started,
)


class RepliesContract:
    """Part of the contract of a ConversationStore."""

    def test_a_reply_is_stored_with_all_that_led_to_it(self, store: ConversationStore) -> None:
        conversation = started(store, a_conversation())
        store.add_message(a_message())
        turn = replace(
            a_turn(),
            decision=Decision.HANDOFF,
            reason=Reason.LOW_CONFIDENCE,
            withheld="Peut-être demain.",
            suggestions=(Suggestion("Parler à quelqu'un", action="handoff"), Suggestion("Délais")),
            model="maker:model",
            tokens={"input": 12},
        )
        said = a_message("m2", "Demain.", author=Author.ASSISTANT)
        reply = {"message": {"id": "m2"}, "confidence": 0.8125, "suggestions": []}
        assert store.reply_to("m1") is None
        given = store.add_reply(turn, message=said, locale=conversation.locale, reply=always(reply))
        assert given == store.reply_to("m1") == reply
        assert store.turns("c1") == [turn]
        assert store.messages("c1")[1] == said

    def test_one_message_may_be_the_reply_to_many_and_is_said_once(
        self, store: ConversationStore
    ) -> None:
        started(store, a_conversation())
        said, reply = a_message("s1", author=Author.ASSISTANT), {"message": {"id": "s1"}}
        for id in ("m1", "m2"):
            store.add_message(a_message(id))
        for id in ("m1", "m2"):
            store.add_reply(a_turn(id), message=said, locale="fr", reply=always(reply))
        assert [message.id for message in store.messages("c1")] == ["m1", "m2", "s1"]
        assert [turn.message_id for turn in store.turns("c1")] == ["m1", "m2"]

    def test_a_message_is_replied_to_once(self, store: ConversationStore) -> None:
        conversation = started(store, a_conversation())
        answered(store, conversation)
        again = store.add_reply(
            a_turn(),
            message=a_message("m3", author=Author.ASSISTANT),
            locale="fr",
            reply=always({"decision": "handoff"}),
            handoff=a_handoff(),
        )
        assert again == {"decision": "answer"}
        assert [message.id for message in store.messages("c1")] == ["m1", "m2"]
        assert store.conversation("c1").status is Status.WITH_ASSISTANT
        assert store.handoffs("c1") == []

    def test_replies_at_the_same_moment_are_one(self, store: ConversationStore) -> None:
        started(store, a_conversation())
        store.add_message(a_message())

        def reply(number: int) -> Any:
            return store.add_reply(
                a_turn(),
                message=a_message(f"a{number}", author=Author.ASSISTANT),
                locale="en",
                reply=always({"number": number}),
            )["number"]

        with ThreadPoolExecutor(6) as threads:
            given = set(threads.map(reply, range(6)))
        assert len(given) == 1
        assert len(store.messages("c1")) == 2

    def test_a_reply_can_hand_over_in_the_same_transaction(self, store: ConversationStore) -> None:
        started(store, a_conversation())
        store.add_message(a_message())
        store.add_reply(
            a_turn(),
            message=a_message("m2", "Je ne sais pas.", author=Author.ASSISTANT),
            locale="en",
            reply=always({}),
            handoff=a_handoff(),
        )
        waiting = store.conversation("c1")
        assert (waiting.status, waiting.locale) == (Status.WAITING, "en")
        assert (waiting.reason, waiting.subject) == (a_handoff().reason, "Où est mon colis ?")
        assert store.handoffs("c1") == [a_handoff()]
        assert [message.id for message in store.messages("c1")] == ["m1", "m2"]
        events = store.events("c1")
        assert [event.kind for event in events] == ["message", "message", "status", "handoff"]
        told = events[2].payload
        assert (told["event"], told["by"]) == ("person_called", "assistant")

    def test_a_reply_does_not_take_a_conversation_back_from_people(
        self, store: ConversationStore
    ) -> None:
        conversation = started(store, a_conversation())
        handed_over(store, conversation)
        answered(store, conversation)
        assert store.conversation("c1").status is Status.WAITING
        assert [handoff.closed_at for handoff in store.handoffs("c1")] == [None]

    @pytest.mark.parametrize("status", [Status.WAITING, Status.WITH_AGENT])
    def test_a_reply_that_comes_after_people_took_over_is_kept_back(
        self, store: ConversationStore, status: Status
    ) -> None:
        conversation = started(store, a_conversation())
        store.add_message(a_message())
        owned = handed_over(store, conversation)
        if status is Status.WITH_AGENT:
            owned = claimed(store, owned)
        turn = replace(a_turn(), suggestions=(Suggestion("Délais"),))
        given = store.add_reply(
            turn,
            message=a_message("m2", "Demain.", author=Author.ASSISTANT),
            locale="en",
            reply=lambda *stored: {"stored": str(stored)},
            handoff=a_handoff("h2"),
        )
        kept = turn.left_to_people("Demain.")
        assert (kept.decision, kept.withheld, kept.suggestions) == (Decision.NONE, "Demain.", ())
        assert given == store.reply_to("m1") == {"stored": str((kept, None, owned))}
        assert store.turns("c1") == [kept]
        assert store.conversation("c1") == owned
        assert [message.id for message in store.messages("c1")] == ["m1", "n-c1"]
        assert [handoff.id for handoff in store.handoffs("c1")] == ["h1"]

    def test_what_a_crash_left_unanswered_is_found_oldest_first(
        self, store: ConversationStore
    ) -> None:
        answered(store, started(store, a_conversation("c1")))
        started(store, a_conversation("c2", visitor="v2"))
        started(store, a_conversation("c3", visitor="v3"))
        late = store.add_message(a_message("late", conversation="c2", minute=9))
        early = store.add_message(a_message("early", conversation="c3", minute=3))
        store.add_message(a_message("said", conversation="c3", author=Author.ASSISTANT))
        handed_over(store, started(store, a_conversation("c4", visitor="v4")))
        store.add_message(a_message("to a person", conversation="c4"))
        assert store.unanswered() == [early, late]

    def test_what_comes_after_a_case_was_closed_is_owed_a_reply(
        self, store: ConversationStore
    ) -> None:
        handed_over(store, started(store, a_conversation()))
        store.move("c1", by_agent(Event.RESOLVED))
        (handoff,) = store.handoffs("c1")
        closed_at, minute = handoff.closed_at, timedelta(minutes=1)
        assert closed_at is not None
        store.add_message(replace(a_message("before"), created_at=closed_at - minute))
        assert store.unanswered() == []
        after = replace(a_message("after"), created_at=closed_at + minute)
        owed = store.add_message(after)
        assert store.unanswered() == [owed]

    def test_events_resume_after_the_last_one_seen(self, store: ConversationStore) -> None:
        conversation = started(store, a_conversation())
        started(store, a_conversation("c2", visitor="v2"))
        for number in range(5):
            store.add_message(a_message(f"m{number}"))
            store.add_message(a_message(f"n{number}", conversation="c2"))
        store.move(conversation.id, by_agent(Event.TAKEN_UP))
        events = store.events("c1")
        ids = [event.id for event in events]
        assert ids == sorted(set(ids))
        assert events[0].payload["text"] == a_message().text
        assert events[-1].payload == {
            "status": "with_agent", "agent_id": "agent-1", "event": "taken_up", "by": "agent-1",
        }  # fmt: skip
        assert store.events("c1", after=ids[2]) == events[3:]
        assert store.events("c1", after=ids[2], limit=2) == events[3:5]
        assert store.events("c1", after=ids[-1]) == []
