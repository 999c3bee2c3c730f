"""What every CaseStore must do."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from assistant.case_ports import (
    AT_THE_KEYS,
    Box,
    CaseStore,
    InboxQuery,
    Judgement,
    Note,
    Onlooker,
    Verdict,
)
from assistant.domain.conversation import Author, Priority
from assistant.domain.handoff import Reason
from assistant.domain.ownership import CUSTOMER, Event, owes_without_promise
from assistant.domain.schedule import Kept
from assistant.errors import StoreUnavailable, UnknownThing
from assistant.ports import Deed, Person
from assistant.testing.samples import (
    NOON,
    a_conversation,
    a_handoff,
    a_message,
    by_agent,
    claimed,
    handed_over,
    started,
)

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MINE = InboxQuery(Box.MINE, "agent-1")


def waits(store: Any, id: str, *, due: int | None, reason: Reason = Reason.ASKED_FOR_HUMAN) -> None:
    """A conversation that waits for a person, its answer due so many hours after noon."""
    started(store, a_conversation(id, visitor=f"v-{id}"))
    due_at = None if due is None else NOON + due * HOUR
    handoff = replace(a_handoff(f"h-{id}", conversation=id), reason=reason, due_at=due_at)
    notice = a_message(f"n-{id}", "Une personne répond.", conversation=id, author=Author.ASSISTANT)
    store.call_person(handoff, by=CUSTOMER, notice=notice)


def listed(store: CaseStore, box: Box, **more: Any) -> list[str]:
    """The ids in agent-1's box."""
    return [found.id for found in store.inbox(InboxQuery(box, "agent-1", **more))]


class CaseStoreContract:
    """Needs the fixture `store`: an empty one that is a ConversationStore and a PeopleStore too."""

    def test_what_is_to_be_over_first_comes_before_what_is_answered_first(self, store: Any) -> None:
        for id, due in (("c1", 3), ("c2", 1)):
            waits(store, id, due=due)
        store.sort("c1", priority=Priority.HIGH, tags=[], due_at=None, resolve_by=NOON, by="p1")
        assert listed(store, Box.WAITING) == ["c1", "c2"]
        assert store.conversation("c1").resolve_by == NOON
        assert store.handoffs("c1")[-1].resolve_by == NOON

    def test_promises_are_counted_once_their_outcome_is_known(self, store: Any) -> None:
        """The clock of the store stands before noon: what was answered was answered in time."""
        for id, due in (("c1", 1), ("c2", 2), ("c3", 9)):
            waits(store, id, due=due)
        promised = NOON + 2 * HOUR
        store.sort(
            "c2", priority=Priority.NORMAL, tags=[], due_at=promised, resolve_by=NOON, by="p1"
        )
        store.answer(a_message("a1", conversation="c1", author=Author.AGENT), by="agent-1")
        kept = store.promises_kept(since=NOON - DAY, now=NOON + 5 * HOUR)
        assert kept[Priority.NORMAL] == Kept(2, 1, 1, 1)
        assert kept[Priority.HIGH] == Kept()
        assert store.promises_kept(since=NOON + DAY, now=NOON + DAY)[Priority.NORMAL] == Kept()

    def test_a_first_reply_is_counted_against_what_its_latest_priority_promises(
        self, store: Any
    ) -> None:
        for id in ("c1", "c2"):
            waits(store, id, due=24)
        urgent: dict[str, Any] = {"tags": [], "resolve_by": None, "by": "p1"}
        # Long before the clock of the store, at which both are answered.
        broken = NOON - 20 * DAY
        store.answer(a_message("a2", conversation="c2", author=Author.AGENT), by="agent-1")
        for id in ("c1", "c2"):
            store.sort(id, priority=Priority.URGENT, due_at=broken, **urgent)
        store.answer(a_message("a1", conversation="c1", author=Author.AGENT), by="agent-1")
        assert store.handoffs("c1")[-1].due_at == broken
        # What was answered by then had kept the promise of its time.
        assert store.handoffs("c2")[-1].due_at == NOON + DAY
        kept = store.promises_kept(since=NOON - DAY, now=NOON + HOUR)
        assert kept[Priority.URGENT] == Kept(2, 1, 0, 0)

    def test_what_is_due_first_comes_first(self, store: Any) -> None:
        for id, due in (("c1", 3), ("c2", 1), ("c3", 2)):
            waits(store, id, due=due)
        assert listed(store, Box.WAITING) == ["c2", "c3", "c1"]
        assert listed(store, Box.WAITING, limit=1, skip=1) == ["c3"]
        store.move("c2", by_agent(Event.CLAIMED))
        store.answer(a_message("a1", conversation="c2", author=Author.AGENT), by="agent-1")
        assert listed(store, Box.ALL) == ["c3", "c1", "c2"]

    def test_each_is_in_the_boxes_where_it_belongs(self, store: Any) -> None:
        for number in range(1, 6):
            waits(store, f"c{number}", due=number)
        started(store, a_conversation("c6", visitor="v6"))
        store.move("c1", by_agent(Event.CLAIMED))
        store.move("c2", by_agent(Event.CLAIMED, agent="agent-2"))
        store.move("c3", by_agent(Event.CLAIMED))
        store.move("c3", by_agent(Event.SNOOZED, until=NOON + HOUR))
        store.move("c4", by_agent(Event.RESOLVED))
        found = {box: listed(store, box) for box in Box}
        assert found == {
            Box.WAITING: ["c5"],
            Box.MINE: ["c1"],
            Box.SNOOZED: ["c3"],
            Box.ALL: ["c1", "c2", "c3", "c5"],
            Box.RESOLVED: ["c4"],
            Box.WITH_ASSISTANT: ["c6"],
        }
        assert store.box_sizes("agent-1") == {box: len(ids) for box, ids in found.items()}

    def test_a_list_is_narrowed(self, store: Any) -> None:
        waits(store, "c1", due=1)
        waits(store, "c2", due=2, reason=Reason.FAILURE)
        store.sort(
            "c1",
            priority=Priority.HIGH,
            tags=["gifts", "50 %"],
            due_at=None,
            resolve_by=None,
            by="p1",
        )
        for narrowing, ids in (
            ({"reason": "failure"}, ["c2"]),
            ({"priority": Priority.HIGH}, ["c1"]),
            ({"tag": "gifts"}, ["c1"]),
            ({"tag": "gift"}, []),
            ({"tag": "50 %"}, ["c1"]),
            ({"tag": "50_%"}, []),
            ({"locale": "fr"}, ["c1", "c2"]),
            ({"locale": "en"}, []),
            ({"waiting_since": NOON}, ["c1", "c2"]),
            ({"waiting_since": NOON - HOUR}, []),
        ):
            assert sorted(listed(store, Box.ALL, **narrowing)) == ids, narrowing

    def test_words_are_found_whatever_capitals_and_accents(self, store: Any) -> None:
        waits(store, "c1", due=1)
        waits(store, "c2", due=2)
        store.add_message(a_message("m1", "Ma BOUILLOIRE est fêlée à 100 %", conversation="c1"))
        for words, ids in (
            (("felee",), ["c1"]),
            (("Bouilloire", "FÊLÉE"), ["c1"]),
            (("bouilloire", "théière"), []),
            (("colis",), ["c1", "c2"]),
            (("100 %",), ["c1"]),
            (("1__ %",), []),
        ):
            assert listed(store, Box.ALL, words=words) == ids, words

    def test_what_is_filed_is_on_record(self, store: Any) -> None:
        waits(store, "c1", due=3)
        at = NOON + HOUR
        filed = store.sort(
            "c1", priority=Priority.URGENT, tags=["vip"], due_at=at, resolve_by=None, by="p1"
        )
        assert (filed.priority, filed.tags, filed.due_at) == (Priority.URGENT, ("vip",), at)
        assert store.deeds()[0][1].action == "sorted"
        with pytest.raises(UnknownThing):
            store.sort(
                "nothing", priority=Priority.HIGH, tags=[], due_at=None, resolve_by=None, by="p1"
            )

    def test_where_nothing_is_owed_nothing_becomes_due(self, store: Any) -> None:
        started(store, a_conversation())
        filed = store.sort(
            "c1", priority=Priority.HIGH, tags=[], due_at=NOON, resolve_by=None, by="p1"
        )
        assert filed.due_at is None

    def test_notes_stay_among_colleagues(self, store: Any) -> None:
        started(store, a_conversation())
        note = Note("n1", "c1", "p1", "Elle a déjà appelé.", NOON)
        store.add_note(note)
        assert store.notes("c1") == [note]
        assert store.messages("c1") == []
        [event] = store.events("c1")
        assert (event.kind, event.payload) == ("note", {"note_id": "n1", "by": "p1"})
        with pytest.raises(UnknownThing):
            store.add_note(replace(note, id="n2", conversation_id="nothing"))

    def test_judgements_are_kept_in_order(self, store: Any) -> None:
        started(store, a_conversation())
        right = Judgement("c1", "p1", Verdict.RIGHT_PASSAGE, "Où ?", NOON, "delays#0", "delays")
        gap = Judgement("c1", "p1", Verdict.NOTHING_ANSWERS, "Où ?", NOON)
        store.judge(right)
        store.judge(gap)
        assert store.judgements("c1") == [right, gap]

    def test_colleagues_see_who_looks_on(self, store: Any) -> None:
        started(store, a_conversation())
        store.look_on("c1", "p1", writing=False)
        store.look_on("c1", "p2", writing=False)
        store.look_on("c1", "p1", writing=True)
        before = store._now() - HOUR
        assert store.onlookers("c1", since=before) == [
            Onlooker("p1", writing=True),
            Onlooker("p2", writing=False),
        ]
        assert store.onlookers("c1", since=store._now() + HOUR) == []

    def test_with_the_message_that_they_write_they_write_no_more(self, store: Any) -> None:
        handed_over(store, started(store, a_conversation()))
        for who in (AT_THE_KEYS, CUSTOMER):
            store.look_on("c1", who, writing=False)
        store.add_message(a_message())
        before = store._now() - HOUR
        assert store.onlookers("c1", since=before) == [Onlooker(CUSTOMER, writing=False)]

    def test_changes_of_all_conversations_come_in_order(self, store: Any) -> None:
        assert store.last_event() == 0
        started(store, a_conversation())
        started(store, a_conversation("c2", visitor="v2"))
        store.add_message(a_message())
        last = store.last_event()
        store.add_message(a_message("m2", conversation="c2"))
        store.add_message(a_message("m3"))
        found = store.changes(after=last)
        assert [event.conversation_id for event in found] == ["c2", "c1"]
        assert store.changes(after=found[0].id, limit=1) == found[1:]

    def test_whether_the_customer_was_there_since(self, store: Any) -> None:
        long_ago, far_off = NOON - 9000 * DAY, NOON + 9000 * DAY
        started(store, a_conversation("c1"))
        store.look_on("c1", "agent-1", writing=False)
        assert not store.seen_since("c1", long_ago)
        store.look_on("c1", CUSTOMER, writing=False)
        assert store.seen_since("c1", long_ago)
        assert not store.seen_since("c1", far_off)
        started(store, a_conversation("c2"))
        written = store.add_message(a_message("m2", conversation="c2")).created_at
        assert store.seen_since("c2", written)
        assert not store.seen_since("c2", written + HOUR)

    def test_a_broken_promise_is_told_once(self, store: Any) -> None:
        waits(store, "c1", due=1)
        waits(store, "c2", due=3)
        at = NOON + 2 * HOUR
        assert [late.id for late in store.overdue(at, silent_since=at)] == ["c1"]
        words = a_message("late-1", "Pardon.", conversation="c1", author=Author.SYSTEM)
        assert [store.told_late(words, at=at) for _ in range(2)] == [True, False]
        assert [m.id for m in store.messages("c1")] == ["n-c1", "late-1"]
        assert store.overdue(at, silent_since=at) == []
        store.move("c1", by_agent(Event.CLAIMED, at=at))
        assert store.overdue(at, silent_since=at - HOUR) == []
        assert [silent.id for silent in store.overdue(at, silent_since=at)] == ["c1"]
        store.answer(a_message("a1", conversation="c1", author=Author.AGENT), by="agent-1")
        assert store.overdue(at, silent_since=at) == []
        assert store.told_late(replace(words, id="late-2"), at=at) is False

    def test_who_could_not_be_told_is_told_later(self, store: Any) -> None:
        waits(store, "c1", due=1)
        at = NOON + 2 * HOUR
        words = a_message("n-c1", "Pardon.", conversation="c1", author=Author.SYSTEM)
        with pytest.raises(StoreUnavailable):
            store.told_late(words, at=at)
        assert [late.id for late in store.overdue(at, silent_since=at)] == ["c1"]
        assert store.told_late(replace(words, id="late"), at=at)

    def test_who_waits_until_no_moment_is_found_and_promised_one_once(self, store: Any) -> None:
        for id in ("c1", "c2", "c3"):
            waits(store, id, due=None)
        claimed(store, store.conversation("c2"))
        store.answer(a_message("a2", conversation="c2", author=Author.AGENT), by="agent-1")
        waits(store, "c4", due=1)
        found = store.unpromised()
        assert [each.id for each in found] == ["c1", "c3"]
        assert all(map(owes_without_promise, found))
        due, end = NOON + HOUR, NOON + DAY
        given = store.promise("c1", due_at=due, resolve_by=end)
        assert (given.due_at, given.resolve_by) == (due, end)
        assert store.conversation("c1") == given
        assert store.promise("c1", due_at=due + HOUR, resolve_by=None) == given
        answered = store.conversation("c2")
        assert store.promise("c2", due_at=due, resolve_by=end) == answered
        assert [each.id for each in store.unpromised()] == ["c3"]

    def test_snoozed_ones_are_due_to_wake(self, store: Any) -> None:
        claimed(store, handed_over(store, started(store, a_conversation())))
        store.move("c1", by_agent(Event.SNOOZED, until=NOON + HOUR))
        assert store.to_wake(NOON) == []
        assert [asleep.id for asleep in store.to_wake(NOON + HOUR)] == ["c1"]

    def test_who_has_gone_leaves_conversations(self, store: Any) -> None:
        claimed(store, handed_over(store, started(store, a_conversation())))
        gone = Person("agent-1", "kim@example.com", "agent", "$argon2id$…")
        store.add_person(gone)
        answering = ("agent", "lead")
        assert store.left_by_the_gone(answering=answering) == []
        assert [left.id for left in store.left_by_the_gone(answering=("lead",))] == ["c1"]
        deed = Deed(NOON, "p1", "person_changed", "agent-1", {})
        store.save_person(replace(gone, disabled_at=NOON), deed=deed)
        assert [left.id for left in store.left_by_the_gone(answering=answering)] == ["c1"]

    def test_a_setting_of_the_team_is_kept_with_who_set_it(self, store: Any) -> None:
        deed = Deed(NOON, "p1", "team_changed", "hours", {})
        assert store.team_setting("hours") is None
        values: list[Any] = [{"monday": ["09:00"]}, {"monday": []}]
        for value in values:
            store.set_team_setting("hours", value, deed=deed)
            assert store.team_setting("hours") == value
        assert [done for _, done in store.deeds()] == [deed, deed]

    def test_all_of_it_is_forgotten_with_the_visitor(self, store: Any) -> None:
        started(store, a_conversation())
        store.add_note(Note("n1", "c1", "p1", "Secret", NOON))
        store.judge(Judgement("c1", "p1", Verdict.NOTHING_ANSWERS, "Secret ?", NOON))
        store.look_on("c1", "p1", writing=False)
        store.forget("v1")
        assert (store.notes("c1"), store.judgements("c1")) == ([], [])
