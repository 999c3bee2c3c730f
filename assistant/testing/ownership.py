"""What every ConversationStore must do with who owns a conversation, whoever asks at once."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from assistant.domain.attachment import Attachment
from assistant.domain.conversation import Author, Status
from assistant.domain.ownership import CUSTOMER, Event
from assistant.errors import UnknownThing, WithAnother, WrongStatus
from assistant.ports import ConversationStore
from assistant.testing.samples import (
    NOON,
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

LATER = NOON + timedelta(hours=1)


class OwnershipContract:
    """Part of the contract of a ConversationStore. Needs the fixtures `store`, and `reopened`: the
    same database opened again, as another process does."""

    # -- calling

    def test_people_are_called_once_however_many_call_at_the_same_moment(
        self, store: ConversationStore
    ) -> None:
        started(store, a_conversation())

        def call(number: int) -> Status:
            email = "ada@example.com" if number == 3 else None
            notice = a_message(f"n{number}", "Une personne répond.", author=Author.ASSISTANT)
            handoff = replace(a_handoff(f"h{number}"), email=email)
            return store.call_person(handoff, by=CUSTOMER, notice=notice).status

        assert set(at_once(8, call)) == {Status.WAITING}
        [handoff] = store.handoffs("c1")
        assert handoff.email == "ada@example.com"
        assert len(store.messages("c1")) == 1
        assert [event.kind for event in store.events("c1")] == ["message", "status", "handoff"]

    def test_who_has_a_person_keeps_them_and_may_give_an_address(
        self, store: ConversationStore
    ) -> None:
        taken = claimed(store, handed_over(store, started(store, a_conversation())))
        late = a_message("late", author=Author.ASSISTANT)
        for email, kept in (("ada@example.com", "ada@example.com"), (None, "ada@example.com")):
            handoff = replace(a_handoff("h2"), email=email)
            assert store.call_person(handoff, by=CUSTOMER, notice=late) == taken
            assert [(each.id, each.email) for each in store.handoffs("c1")] == [("h1", kept)]
        assert [message.id for message in store.messages("c1")] == ["n-c1"]
        store.move("c1", by_agent(Event.RESOLVED))
        again = replace(a_handoff("h3"), created_at=LATER)
        assert store.call_person(again, by=CUSTOMER, notice=late).status is Status.WAITING
        assert [each.closed_at is None for each in store.handoffs("c1")] == [False, True]

    @pytest.mark.parametrize("put_back", [False, True])
    def test_an_address_for_who_took_it_up_uncalled_opens_their_case(
        self, store: ConversationStore, *, put_back: bool
    ) -> None:
        started(store, a_conversation())
        kept = store.move("c1", by_agent(Event.TAKEN_UP))
        if put_back:
            kept = store.move("c1", by_agent(Event.REQUEUED, due_at=LATER, resolve_by=LATER))
        notice = a_message("late", author=Author.ASSISTANT)
        for email in ("ada@example.com", "ada@example.org"):
            called = replace(a_handoff(f"h-{email}"), email=email, due_at=NOON, resolve_by=NOON)
            assert store.call_person(called, by=CUSTOMER, notice=notice) == kept
        [handoff] = store.handoffs("c1")
        assert handoff.email == "ada@example.org"
        assert handoff.case_file == a_handoff().case_file
        assert (handoff.due_at, handoff.resolve_by) == (kept.due_at, kept.resolve_by)
        assert store.messages("c1") == []

    def test_a_waiting_conversation_tells_why_since_when_and_until_when(
        self, store: ConversationStore
    ) -> None:
        started(store, a_conversation())
        handoff = replace(a_handoff(), due_at=LATER)
        store.call_person(handoff, by=CUSTOMER, notice=a_message("n1", author=Author.ASSISTANT))
        waiting = store.conversation("c1")
        assert (waiting.reason, waiting.subject) == (handoff.reason, "Où est mon colis ?")
        assert (waiting.since, waiting.waiting_since, waiting.due_at) == (NOON, NOON, LATER)

    # -- moving

    def test_of_many_who_claim_at_once_in_two_processes_one_gets_it(
        self, store: ConversationStore, reopened: ConversationStore
    ) -> None:
        handed_over(store, started(store, a_conversation()))

        def claim(number: int) -> str | None:
            own = reopened if number % 2 else store
            try:
                move = by_agent(Event.CLAIMED, agent=f"agent-{number}")
                return own.move("c1", move).agent_id
            except WrongStatus:
                return None

        [winner] = filter(None, at_once(8, claim))
        assert store.conversation("c1").agent_id == winner
        claims = [e for e in store.events("c1") if e.payload.get("event") == "claimed"]
        assert len(claims) == 1

    def test_what_is_refused_leaves_no_trace(self, store: ConversationStore) -> None:
        taken = claimed(store, handed_over(store, started(store, a_conversation())))
        events = store.events("c1")
        said = a_message("late", "Bonjour", author=Author.ASSISTANT)
        for event in (Event.RELEASED, Event.RESOLVED, Event.REQUEUED):
            with pytest.raises(WithAnother):
                store.move("c1", by_agent(event, agent="agent-2"), message=said)
        with pytest.raises(WrongStatus):
            store.move("c1", by_agent(Event.TAKEN_UP), message=said)
        with pytest.raises(UnknownThing):
            store.move("nothing", by_agent(Event.CLAIMED))
        assert (store.conversation("c1"), store.events("c1")) == (taken, events)

    def test_a_lead_moves_what_another_person_owns(self, store: ConversationStore) -> None:
        claimed(store, handed_over(store, started(store, a_conversation())))
        move = by_agent(Event.HANDED_ON, agent="lead", overrides=True)
        assert store.move("c1", move).agent_id == "lead"

    def test_a_handoff_is_open_as_long_as_people_own_the_conversation(
        self, store: ConversationStore
    ) -> None:
        claimed(store, handed_over(store, started(store, a_conversation())))
        assert store.handoffs("c1")[0].closed_at is None
        said = a_message("back", "Me revoilà.", author=Author.ASSISTANT)
        released = store.move("c1", by_agent(Event.RELEASED), message=said)
        assert (released.status, released.agent_id) == (Status.WITH_ASSISTANT, None)
        assert store.handoffs("c1")[0].closed_at is not None
        assert [message.id for message in store.messages("c1")][-1] == "back"

    def test_a_reply_to_what_was_resolved_reopens_it(self, store: ConversationStore) -> None:
        conversation = handed_over(store, started(store, a_conversation()))
        store.move("c1", by_agent(Event.RESOLVED))
        answered(store, conversation)
        assert store.conversation("c1").status is Status.WITH_ASSISTANT
        moves = [event.payload.get("event") for event in store.events("c1")]
        assert moves[-1] == "reopened"

    def test_what_people_gave_back_is_not_left_to_them(self, store: ConversationStore) -> None:
        started(store, a_conversation())
        store.add_message(a_message())
        left = a_turn().left_to_people("")
        with pytest.raises(WrongStatus):
            store.add_reply(left, message=None, locale="fr", reply=always({}))
        assert store.turns("c1") == []
        assert [message.id for message in store.unanswered()] == ["m1"]

    def test_all_that_the_customer_wrote_since_is_the_assistants_to_answer_once_given_back(
        self, store: ConversationStore
    ) -> None:
        claimed(store, handed_over(store, started(store, a_conversation())))
        left_to_people(store, "m1")
        store.answer(a_message("a1", "Demain.", author=Author.AGENT), by="agent-1")
        for id in ("m2", "m3"):
            left_to_people(store, id)
        store.move("c1", by_agent(Event.RELEASED))
        assert [message.id for message in store.unanswered()] == ["m2", "m3"]
        assert [turn.message_id for turn in store.turns("c1")] == ["m1"]
        assert store.reply_to("m2") is store.reply_to("m3") is None
        told = always({"decision": "answer"})
        for id in ("m2", "m3"):
            store.add_reply(a_turn(id), message=None, locale="fr", reply=told)
        assert store.unanswered() == []

    def test_what_was_left_before_the_assistant_answered_again_is_not_owed_any_more(
        self, store: ConversationStore
    ) -> None:
        handed_over(store, started(store, a_conversation()))
        left_to_people(store, "m1")
        store.move("c1", by_agent(Event.RESOLVED))
        store.add_message(a_message("m2"))
        told = always({"decision": "answer"})
        store.add_reply(a_turn("m2"), message=None, locale="fr", reply=told)
        notice = a_message("n2", "Une personne répond.", author=Author.ASSISTANT)
        store.call_person(a_handoff("h2"), by=CUSTOMER, notice=notice)
        left_to_people(store, "m3")
        store.move("c1", by_agent(Event.RELEASED))
        assert [message.id for message in store.unanswered()] == ["m3"]

    def test_what_a_person_answered_stays_answered_once_given_back(
        self, store: ConversationStore
    ) -> None:
        claimed(store, handed_over(store, started(store, a_conversation())))
        left_to_people(store, "m1")
        store.answer(a_message("a1", "Demain.", author=Author.AGENT), by="agent-1")
        store.move("c1", by_agent(Event.RELEASED))
        assert store.unanswered() == []
        assert store.reply_to("m1") is not None

    def test_a_file_stays_left_to_people_and_the_words_before_it_do_not(
        self, store: ConversationStore
    ) -> None:
        claimed(store, handed_over(store, started(store, a_conversation())))
        left_to_people(store, "m1")
        file = Attachment("f1", "colis.png", "image/png", 3)
        store.attach(replace(a_message("m2"), attachments=(file,)), b"png", due_at=None)
        turn = a_turn("m2").left_to_people("")
        store.add_reply(turn, message=None, locale="fr", reply=always({}))
        store.move("c1", by_agent(Event.RELEASED))
        assert [message.id for message in store.unanswered()] == ["m1"]

    def test_what_the_assistant_answered_is_not_answered_again_once_given_back(
        self, store: ConversationStore
    ) -> None:
        answered(store, started(store, a_conversation()))
        claimed(store, handed_over(store, store.conversation("c1")))
        store.move("c1", by_agent(Event.RELEASED))
        assert store.unanswered() == []

    def test_what_the_assistant_owed_is_owed_by_who_takes_it_up(
        self, store: ConversationStore
    ) -> None:
        answered(store, started(store, a_conversation()))
        for minute in (1, 2):
            store.add_message(a_message(f"late-{minute}", minute=minute))
        taken = store.move("c1", by_agent(Event.TAKEN_UP, at=LATER))
        assert taken == store.conversation("c1")
        assert (taken.since, taken.waiting_since) == (LATER, NOON + timedelta(minutes=1))
        assert taken.subject == "Où est mon colis ?"

    def test_who_answered_owes_nothing_for_what_asks_for_no_reply(
        self, store: ConversationStore
    ) -> None:
        claimed(store, handed_over(store, started(store, a_conversation())))
        store.answer(a_message("a1", "Demain.", author=Author.AGENT), by="agent-1")
        store.add_message(a_message("m1", "Merci !"), due_at=LATER, owed=False)
        thanked = store.conversation("c1")
        assert (thanked.waiting_since, thanked.due_at) == (None, None)
        store.add_message(a_message("m2", "Et où ?"), due_at=LATER)
        assert store.conversation("c1").due_at == LATER

    def test_who_takes_up_what_was_answered_owes_nothing(self, store: ConversationStore) -> None:
        answered(store, started(store, a_conversation()))
        started(store, a_conversation("c2", visitor="v2"))
        store.add_message(a_message("other", conversation="c2"))
        assert store.move("c1", by_agent(Event.TAKEN_UP)).waiting_since is None

    def test_who_moved_it_is_in_the_audit_log(self, store: Any) -> None:
        handed_over(store, started(store, a_conversation()))
        store.move("c1", by_agent(Event.CLAIMED))
        store.move("c1", by_agent(Event.HANDED_ON, agent_id="agent-2"))
        found = [(deed.person_id, deed.action, deed.thing) for _, deed in store.deeds()]
        assert found == [("agent-1", "handed_on", "c1"), ("agent-1", "claimed", "c1")]
        assert store.deeds()[0][1].detail == {"from": "with_agent", "to": "agent-2"}

    # -- words

    def test_only_its_owner_writes_in_it(self, store: ConversationStore) -> None:
        started(store, a_conversation())
        words = a_message("a1", "Bonjour", author=Author.AGENT)
        with pytest.raises(WrongStatus):
            store.answer(words, by="agent-1")
        handed_over(store, store.conversation("c1"))
        assert store.answer(words, by="agent-1") == words
        assert store.conversation("c1").agent_id == "agent-1"
        with pytest.raises(WithAnother):
            store.answer(replace(words, id="a2"), by="agent-2")
        store.move("c1", by_agent(Event.RESOLVED))
        with pytest.raises(WrongStatus):
            store.answer(replace(words, id="a3"), by="agent-1")
        assert [m.id for m in store.messages("c1") if m.author is Author.AGENT] == ["a1"]

    def test_of_two_who_answer_at_once_the_customer_reads_one(
        self, store: ConversationStore, reopened: ConversationStore
    ) -> None:
        handed_over(store, started(store, a_conversation()))

        def answer(number: int) -> bool:
            words = a_message(f"a{number}", "Bonjour", author=Author.AGENT)
            own = reopened if number % 2 else store
            try:
                own.answer(words, by=f"agent-{number}")
            except WithAnother:
                return False
            return True

        assert sum(at_once(6, answer)) == 1
        assert [m.author for m in store.messages("c1")].count(Author.AGENT) == 1

    def test_the_same_answer_again_is_sent_once(self, store: ConversationStore) -> None:
        handed_over(store, started(store, a_conversation()))
        words = a_message("a1", "Bonjour", author=Author.AGENT, client_id="k1")
        first = store.answer(words, by="agent-1")
        assert store.answer(replace(words, id="a2"), by="agent-1") == first

    def test_an_answer_is_owed_from_the_customers_words_to_the_agents(
        self, store: ConversationStore
    ) -> None:
        claimed(store, handed_over(store, started(store, a_conversation())))
        store.answer(a_message("a1", "Bonjour", author=Author.AGENT), by="agent-1")
        kept = store.conversation("c1")
        assert (kept.waiting_since, kept.due_at) == (None, None)
        assert store.handoffs("c1")[0].answered_at is not None
        store.add_message(a_message("m1", minute=1), due_at=LATER)
        store.add_message(a_message("m2", minute=2), due_at=LATER + timedelta(hours=1))
        owed = store.conversation("c1")
        assert (owed.waiting_since, owed.due_at) == (NOON + timedelta(minutes=1), LATER)

    def test_with_the_assistant_nothing_is_due(self, store: ConversationStore) -> None:
        started(store, a_conversation())
        store.add_message(a_message(), due_at=LATER)
        assert store.conversation("c1").due_at is None

    def test_a_snoozed_conversation_wakes_when_the_customer_writes(
        self, store: ConversationStore
    ) -> None:
        claimed(store, handed_over(store, started(store, a_conversation())))
        store.move("c1", by_agent(Event.SNOOZED, until=LATER))
        assert store.conversation("c1").snoozed_until == LATER
        store.add_message(a_message())
        assert store.conversation("c1").snoozed_until is None


def left_to_people(store: ConversationStore, id: str) -> None:
    """A customer's message on which the assistant was silent."""
    store.add_message(a_message(id))
    turn = a_turn(id).left_to_people("")
    store.add_reply(turn, message=None, locale="fr", reply=always({"decision": "none"}))


def at_once(count: int, do: Callable[[int], Any]) -> list[Any]:
    """What each of so many threads brings."""
    with ThreadPoolExecutor(count) as threads:
        return list(threads.map(do, range(count)))
