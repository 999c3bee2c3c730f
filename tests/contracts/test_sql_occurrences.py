"""What happened in a conversation, in time, and nothing of what came later."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from assistant.adapters.sql.store import SqlStore
from assistant.domain.conversation import Author
from assistant.domain.ownership import CUSTOMER, Event
from assistant.ports.looks import Look, Looked
from assistant.ports.steps import Happened, Occurrence
from assistant.testing.samples import (
    a_conversation,
    a_handoff,
    a_message,
    answered,
    by_agent,
    started,
)
from tests.contracts.conftest import the_clock

DAY = timedelta(days=1)


def test_a_conversation_is_told_in_the_order_of_what_happened(store: SqlStore) -> None:
    conversation = started(store, a_conversation())
    answered(store, conversation)
    notice = a_message("n1", author=Author.ASSISTANT)
    called = replace(a_handoff(), created_at=the_clock() + DAY)
    store.call_person(called, by=CUSTOMER, notice=notice)
    wrote = replace(a_message("a1", author=Author.AGENT), created_at=the_clock() + 2 * DAY)
    store.answer(wrote, by="agent-1")
    told = store.occurrences(["c1", "nobody"], at=the_clock() + 3 * DAY)
    assert [(each.what, each.detail) for each in told["c1"]] == [
        (Happened.DECIDED, "answer"),
        (Happened.CALLED, ""),
        (Happened.PERSON_WROTE, ""),
    ]
    store.move("c1", by_agent(Event.RESOLVED))
    told = store.occurrences(["c1"], at=the_clock() + 3 * DAY)
    assert Happened.RESOLVED in {each.what for each in told["c1"]}
    assert list(told) == ["c1"]
    (first,) = store.occurrences(["c1"], at=the_clock())["c1"][:1]
    assert first.what is Happened.DECIDED
    assert all(
        each.what is not Happened.CALLED for each in store.occurrences(["c1"], at=the_clock())["c1"]
    )


def test_what_the_customer_looked_at_is_told_without_what_it_was(store: SqlStore) -> None:
    started(store, a_conversation())
    store.looked("c1", Look(Looked.SEARCH, "my broken lamp"))
    store.looked("c1", Look(Looked.ARTICLE, "returns"))
    told = store.occurrences(["c1"], at=the_clock())["c1"]
    assert told == [
        Occurrence(the_clock(), Happened.LOOKED, "search"),
        Occurrence(the_clock(), Happened.LOOKED, "article"),
    ]
