"""Whatever happens in whatever order: one owner, nothing owed that nobody knows of."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.domain.conversation import Author, Conversation, Message, Status
from assistant.domain.handoff import Reason
from assistant.domain.ownership import (
    LEADS_TO,
    LONGEST_SUBJECT,
    WITH_PEOPLE,
    Event,
    Move,
    call,
    heard,
    moved,
    must_own,
    replied,
)
from assistant.errors import WithAnother, WrongStatus
from assistant.testing.samples import a_handoff

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
PEOPLE = ("kim", "lou")


def conversation(status: Status = Status.WITH_ASSISTANT, **more: Any) -> Conversation:
    owner = "kim" if status is Status.WITH_AGENT else None
    return Conversation(
        "c1", "v1", status, "en", NOON, **{"agent_id": owner, "since": NOON, **more}
    )


def move(event: Event, by: str = "kim", **more: Any) -> Move:
    return Move(event, **{"by": by, "at": NOON, "agent_id": by, **more})


def words(author: Author = Author.CUSTOMER, *, minute: int = 0, text: str = "Hello") -> Message:
    return Message("m1", "c1", author, text, "en", NOON + timedelta(minutes=minute))


@pytest.mark.parametrize(("event", "status"), list(product(Event, Status)))
def test_what_the_table_does_not_know_is_refused(event: Event, status: Status) -> None:
    before = conversation(status)
    if status in LEADS_TO[event]:
        assert moved(before, move(event)).status is LEADS_TO[event][status]
    else:
        with pytest.raises(WrongStatus, match=str(status)):
            moved(before, move(event))


steps = st.lists(
    st.one_of(
        st.builds(
            Move,
            event=st.sampled_from(Event),
            by=st.sampled_from(PEOPLE),
            at=st.just(NOON),
            agent_id=st.sampled_from(PEOPLE),
            due_at=st.sampled_from([None, NOON + timedelta(hours=1)]),
            overrides=st.booleans(),
        ),
        st.builds(words, st.sampled_from(Author), minute=st.integers(0, 50)),
    ),
    max_size=25,
)


@pytest.mark.slow
@settings(max_examples=300)
@given(steps)
def test_in_any_order_it_has_one_owner_and_owes_only_what_people_have(
    happens: list[Move | Message],
) -> None:
    now = conversation()
    for each in happens:
        before = now
        try:
            now = moved(now, each) if isinstance(each, Move) else heard(now, each)
        except WrongStatus:
            assert isinstance(each, Move)
            assert before.status not in LEADS_TO[each.event] or (
                before.status is Status.WITH_AGENT and each.by != before.agent_id
            )
        assert (now.agent_id is not None) == (now.status is Status.WITH_AGENT)
        assert now.waiting_since is None or now.status in WITH_PEOPLE
        assert now.due_at is None or now.waiting_since is not None
        assert now.snoozed_until is None or now.status is Status.WITH_AGENT
        assert now.status is not Status.WAITING or now.waiting_since is not None


@pytest.mark.slow
@settings(max_examples=200)
@given(steps)
def test_only_its_owner_or_a_lead_takes_it_from_its_owner(happens: list[Move | Message]) -> None:
    now = conversation()
    for each in happens:
        if not isinstance(each, Move):
            now = heard(now, each)
            continue
        before = now
        try:
            now = moved(now, each)
        except WrongStatus:
            continue
        if before.agent_id is not None and now.agent_id != before.agent_id:
            assert each.overrides or each.by == before.agent_id


def test_everybody_who_can_be_reached_can_be_left() -> None:
    """No status is a dead end, and each leads back to who answers."""
    leads = {status: {to[status] for to in LEADS_TO.values() if status in to} for status in Status}
    for status in Status:
        seen, next_ones = {status}, {status}
        while next_ones:
            next_ones = set().union(*(leads[each] for each in next_ones)) - seen
            seen |= next_ones
        assert seen == set(Status), status


def test_a_colleagues_conversation_is_not_written_in() -> None:
    must_own(conversation(Status.WITH_AGENT), "kim")
    with pytest.raises(WithAnother, match="ask them, or a lead"):
        must_own(conversation(Status.WITH_AGENT), "lou")
    for status in (Status.WITH_ASSISTANT, Status.WAITING, Status.RESOLVED):
        with pytest.raises(WrongStatus):
            must_own(conversation(status), "kim")


def test_who_is_put_back_into_the_queue_has_waited_since_before() -> None:
    owed = conversation(Status.WITH_AGENT, waiting_since=NOON, due_at=NOON + timedelta(hours=1))
    later = NOON + timedelta(hours=3)
    again = moved(owed, move(Event.REQUEUED, at=later, due_at=later + timedelta(hours=1)))
    assert (again.waiting_since, again.due_at) == (NOON, NOON + timedelta(hours=1))
    assert again.since == later


def test_the_customers_first_words_are_the_subject_where_a_person_was_called_first() -> None:
    waiting = moved(conversation(), call(replace(a_handoff(), case_file={}), by="customer"))
    assert waiting.subject == ""
    told = heard(waiting, words(text="My  parcel\nis late " + "x" * 300))
    assert told.subject.startswith("My parcel is late x")
    assert len(told.subject) == LONGEST_SUBJECT
    assert heard(told, words(text="and wet")).subject == told.subject


def test_what_asks_for_no_reply_is_owed_none_unless_somebody_waited_already() -> None:
    answered = conversation(Status.WITH_AGENT, snoozed_until=NOON)
    due_at = NOON + timedelta(hours=1)
    thanked = heard(answered, words(text="Thanks!"), due_at=due_at, owed=False)
    assert thanked == replace(answered, snoozed_until=None)
    asked = heard(answered, words(text="Where is it?"), due_at=due_at)
    assert heard(asked, words(text="Thanks!", minute=5), due_at=due_at, owed=False) == asked
    waiting = conversation(Status.WAITING, waiting_since=NOON)
    assert heard(waiting, words(text="Thanks!"), due_at=due_at, owed=False).due_at == due_at


def test_a_reply_reopens_and_calls_in_this_order() -> None:
    events = [m.event for m in replied(conversation(Status.RESOLVED), a_handoff(), asked_at=NOON)]
    assert events == [Event.REOPENED, Event.PERSON_CALLED]
    assert replied(conversation(), None, asked_at=NOON) == []


def test_a_call_carries_its_reason() -> None:
    handoff = replace(a_handoff(), reason=Reason.FAILURE)
    assert moved(conversation(), call(handoff, by="assistant")).reason is Reason.FAILURE


def test_a_move_to_nobody_is_a_mistake_of_the_code() -> None:
    with pytest.raises(ValueError, match="agent_id"):
        moved(conversation(Status.WAITING), move(Event.CLAIMED, agent_id=None))
