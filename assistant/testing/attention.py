"""What every AttentionStore must do."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from assistant.case_ports import Note
from assistant.domain.attention import DUE_SOON, LEFT_LONG, Cause
from assistant.domain.conversation import Author, Priority
from assistant.domain.ownership import HELPDESK, ROUTING, WATCHDOG, Event
from assistant.ports import Person
from assistant.testing.samples import (
    NOON,
    a_conversation,
    a_message,
    by_agent,
    claimed,
    handed_over,
    started,
)

SECOND = timedelta(seconds=1)
LATER = NOON + timedelta(minutes=5)
KIM, LOU = "agent-1", "agent-2"
# Than whatever the store's own clock says.
BEFORE, AFTER = NOON - timedelta(days=800), NOON + timedelta(days=800)
HANDED_ON = by_agent(Event.HANDED_ON, agent_id=LOU)
NOTE = Note("n1", "c1", KIM, "@lou, look", NOON)


def asked(store: Any, person_id: str) -> list[tuple[Cause, str, bool]]:
    """What asks for them: why, by whom, and whether they have seen it."""
    found = store.attention(person_id)
    return [(each.cause, each.by, each.seen_at is not None) for each, _ in found]


def left(store: Any, *, at: datetime, idle_since: datetime | None = None) -> int:
    """How many cases ask that their people left."""
    asked: int = store.ask_about_left(at, idle_since=idle_since, steering=["lead"])
    return asked


def idle(store: Any, *, after: timedelta = timedelta()) -> int:
    """The same, of those in which nobody wrote since, so long `after` whatever happened last."""
    since = max(NOON, *(each.created_at for each in store.changes(after=0))) + after
    return left(store, at=since, idle_since=since)


def filed(store: Any, case: str, *, resolve_by: datetime | None) -> None:
    """It is to be resolved by then."""
    known = {"priority": Priority.HIGH, "tags": [], "due_at": None, "by": KIM}
    store.sort(case, resolve_by=resolve_by, **known)


class AttentionStoreContract:
    """Needs the fixture `store`: an empty one that is a ConversationStore and a CaseStore too."""

    @pytest.fixture
    def case(self, store: Any) -> str:
        """KIM's, who took it."""
        return claimed(store, handed_over(store, started(store, a_conversation()))).id

    def test_what_people_do_themselves_asks_nobody(self, store: Any, case: str) -> None:
        store.add_message(a_message("a1", "Bonjour", author=Author.AGENT))
        assert store.unseen(KIM) == []
        assert store.attention(KIM) == []

    def test_the_customers_words_ask_for_who_has_the_case_once_however_many(
        self, store: Any, case: str
    ) -> None:
        for number in range(3):
            store.add_message(a_message(f"m{number}", minute=number))
        assert asked(store, KIM) == [(Cause.WROTE, "customer", False)]
        assert store.unseen(KIM) == [case]
        [(found, conversation)] = store.attention(KIM)
        assert found.at == NOON + timedelta(minutes=2)
        assert conversation == store.conversation(case)

    def test_what_was_seen_asks_again_once_there_is_more(self, store: Any, case: str) -> None:
        store.add_message(a_message())
        assert store.attended(KIM, at=LATER, conversation_id=case)
        assert not store.attended(KIM, at=LATER, conversation_id=case)
        assert asked(store, KIM) == [(Cause.WROTE, "customer", True)]
        assert store.unseen(KIM) == []
        store.add_message(a_message("m2", "Allô ?"))
        assert store.unseen(KIM) == [case]

    def test_all_of_it_is_seen_at_once_and_nothing_of_others(self, store: Any, case: str) -> None:
        started(store, a_conversation("c2", visitor="v2"))
        store.move("c2", by_agent(Event.TAKEN_UP, agent=LOU))
        store.move("c2", by_agent(Event.HANDED_ON, agent=LOU, agent_id=KIM))
        store.add_note(NOTE, names=[LOU])
        store.add_message(a_message())
        assert store.unseen(KIM) == [case, "c2"]
        assert not store.attended(KIM, at=LATER, conversation_id="nothing")
        assert store.attended(KIM, at=LATER)
        assert store.unseen(KIM) == []
        assert store.unseen(LOU) == [case]

    def test_what_came_after_the_moment_that_was_looked_at_is_not_seen(
        self, store: Any, case: str
    ) -> None:
        store.add_message(a_message(minute=1))
        assert not store.attended(KIM, at=LATER, until=NOON)
        assert store.attended(KIM, at=LATER, until=NOON + timedelta(minutes=1))
        assert store.unseen(KIM) == []

    def test_who_is_given_a_case_is_told_and_who_had_it_is_asked_no_more(
        self, store: Any, case: str
    ) -> None:
        store.add_message(a_message())
        store.add_note(replace(NOTE, person_id=LOU), names=[KIM])
        store.move(case, HANDED_ON)
        assert asked(store, LOU) == [(Cause.GIVEN, KIM, False)]
        # What a colleague said to them is still said.
        assert asked(store, KIM) == [(Cause.MENTIONED, LOU, False)]
        store.move(case, by_agent(Event.REQUEUED, agent=LOU))
        assert store.attention(LOU) == []

    def test_nobody_here_is_asked_for_what_the_other_helpdesk_has(self, store: Any) -> None:
        waiting = handed_over(store, started(store, a_conversation()))
        store.move(waiting.id, by_agent(Event.CLAIMED, agent=HELPDESK))
        store.add_message(a_message())
        assert store.attention(HELPDESK) == []

    def test_what_routing_gives_out_and_what_wakes_asks(self, store: Any) -> None:
        waiting = handed_over(store, started(store, a_conversation()))
        store.move(waiting.id, by_agent(Event.HANDED_ON, agent=ROUTING, agent_id=KIM))
        assert asked(store, KIM) == [(Cause.GIVEN, ROUTING, False)]
        store.move(waiting.id, by_agent(Event.SNOOZED, until=LATER))
        woken = by_agent(Event.WOKEN, agent=WATCHDOG, agent_id=None, overrides=True)
        store.move(waiting.id, woken)
        assert (Cause.WOKEN, WATCHDOG, False) in asked(store, KIM)

    def test_a_promised_moment_asks_shortly_before_it_and_once(self, store: Any, case: str) -> None:
        due = NOON + timedelta(hours=1)
        store.add_message(a_message(), due_at=due)
        store.attended(KIM, at=NOON)
        assert store.warn_of_due(due - DUE_SOON - timedelta(seconds=1)) == 0
        assert store.warn_of_due(due - DUE_SOON) == 1
        assert store.warn_of_due(due - DUE_SOON) == 0
        assert store.unseen(KIM) == [case]
        assert (Cause.DUE, WATCHDOG, False) in asked(store, KIM)
        # Answered, and asked again with another promise: that one is another moment.
        store.answer(a_message("a1", "Oui", author=Author.AGENT), by=KIM)
        assert store.warn_of_due(due - timedelta(minutes=1)) == 0
        again = due + timedelta(hours=1)
        store.add_message(a_message("m2", "Et après ?"), due_at=again)
        assert store.warn_of_due(again) == 0
        assert store.warn_of_due(again - timedelta(minutes=1)) == 1

    def test_a_case_in_which_nobody_writes_asks_its_person_and_leads_once_until_somebody_does(
        self, store: Any, case: str
    ) -> None:
        for id, role in (("lead-1", "lead"), (LOU, "agent")):
            store.add_person(Person(id, f"{id}@company.example", role, "-"))
        store.answer(a_message("a1", "Je regarde.", author=Author.AGENT), by=KIM)
        assert idle(store, after=-SECOND) == 0
        assert [idle(store) for _ in range(2)] == [1, 0]
        assert asked(store, KIM) == asked(store, "lead-1") == [(Cause.IDLE, WATCHDOG, False)]
        assert store.attention(LOU) == []
        store.add_note(NOTE)
        assert store.attention(KIM) == store.attention("lead-1") == []
        assert idle(store) == 1

    def test_what_is_due_sleeps_or_is_nobodys_here_is_not_idle(self, store: Any, case: str) -> None:
        assert left(store, at=AFTER) == 0
        store.move(case, by_agent(Event.SNOOZED, until=NOON + timedelta(days=900)))
        assert idle(store) == 0
        store.add_message(a_message(), due_at=NOON)
        assert idle(store) == 0
        store.answer(a_message("a1", author=Author.AGENT), by=KIM)
        store.move(case, by_agent(Event.REQUEUED))
        store.move(case, by_agent(Event.CLAIMED, agent=HELPDESK))
        assert idle(store) == 0

    def test_what_was_left_long_before_anybody_looked_asks_nobody(
        self, store: Any, case: str
    ) -> None:
        assert idle(store, after=LEFT_LONG) == 0
        assert idle(store, after=LEFT_LONG - SECOND) == 1
        filed(store, case, resolve_by=NOON)
        assert left(store, at=NOON + LEFT_LONG) == 0
        assert left(store, at=NOON + LEFT_LONG - SECOND) == 1

    def test_what_was_taken_long_ago_and_left_lately_asks(self, store: Any) -> None:
        waiting = handed_over(store, started(store, a_conversation()))
        store.move(waiting.id, by_agent(Event.CLAIMED, at=BEFORE))
        last = store.changes(after=0)[-1].created_at
        assert left(store, at=last, idle_since=last + LEFT_LONG) == 0
        assert left(store, at=last, idle_since=last) == 1

    def test_who_has_just_taken_what_was_to_be_over_long_ago_is_asked(
        self, store: Any, case: str
    ) -> None:
        filed(store, case, resolve_by=BEFORE)
        assert left(store, at=NOON) == 1

    def test_a_case_that_was_to_be_over_asks_once_for_each_moment_until_it_is(
        self, store: Any, case: str
    ) -> None:
        later = NOON + timedelta(days=1)
        for moment in (NOON, later):
            filed(store, case, resolve_by=moment)
            before = moment - timedelta(seconds=1)
            assert [left(store, at=at) for at in (before, moment, moment)] == [0, 1, 0]
        assert asked(store, KIM) == [(Cause.OVERRUN, WATCHDOG, False)]
        store.move(case, by_agent(Event.RESOLVED))
        assert store.attention(KIM) == []

    @pytest.mark.parametrize("moment", [AFTER, None])
    def test_a_case_that_may_last_longer_after_all_asks_nobody(
        self, store: Any, case: str, moment: datetime | None
    ) -> None:
        filed(store, case, resolve_by=BEFORE)
        left(store, at=NOON)
        filed(store, case, resolve_by=BEFORE)
        assert asked(store, KIM) == [(Cause.OVERRUN, WATCHDOG, False)]
        filed(store, case, resolve_by=moment)
        assert store.attention(KIM) == []

    def test_what_is_left_stands_below_what_names_them_until_both_are_seen(
        self, store: Any, case: str
    ) -> None:
        store.add_note(replace(NOTE, person_id=LOU), names=[KIM])
        idle(store)
        assert [cause for cause, _, _ in asked(store, KIM)] == [Cause.MENTIONED, Cause.IDLE]
        [(first, _)] = store.attention(KIM, limit=1)
        assert first.cause is Cause.MENTIONED
        store.attended(KIM, at=LATER)
        assert [cause for cause, _, _ in asked(store, KIM)] == [Cause.IDLE, Cause.MENTIONED]

    def test_what_was_seen_keeps_nothing_new_from_the_list(self, store: Any, case: str) -> None:
        idle(store)
        store.attended(KIM, at=LATER)
        filed(store, case, resolve_by=BEFORE)
        left(store, at=NOON)
        [(first, _)] = store.attention(KIM, limit=1)
        assert first.cause is Cause.OVERRUN

    def test_it_goes_with_its_conversation(self, store: Any, case: str) -> None:
        store.add_message(a_message())
        store.forget("v1")
        assert store.attention(KIM) == []
