"""What happened in a conversation, in time, and nothing of what came later."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from assistant.adapters.sql.store import SqlStore
from assistant.domain.answer import Decision
from assistant.domain.conversation import Author
from assistant.domain.ownership import CUSTOMER, Event
from assistant.evaluation.simulator import Clock
from assistant.insights.journey_log import read_journeys
from assistant.insights.journeys import Step
from assistant.ports.figures import Cohort
from assistant.ports.looks import Look, Looked
from assistant.ports.steps import Happened, Occurrence
from assistant.testing.samples import (
    NOON,
    a_conversation,
    a_handoff,
    a_message,
    a_turn,
    always,
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


def test_who_writes_after_it_was_resolved_came_back_then_and_not_at_the_end(
    store: SqlStore,
) -> None:
    clock = Clock(NOON)
    log = SqlStore(store._db.url.render_as_string(hide_password=False), now=clock)
    answered(log, started(log, a_conversation()))
    for day in (1, 3):
        clock.at = NOON + day * DAY
        log.move("c1", by_agent(Event.RESOLVED))
        for hour, decision in enumerate((Decision.SMALLTALK, Decision.ANSWER, Decision.ANSWER)):
            clock.at = NOON + day * DAY + timedelta(hours=hour + 1)
            id = f"m{day}{hour}"
            log.add_message(replace(a_message(id), created_at=clock.at))
            turn = replace(a_turn(id), decision=decision)
            log.add_reply(turn, message=None, locale="fr", reply=always({}))
    told = log.occurrences(["c1"], at=clock.at)["c1"]
    # Thanks are no return.
    thanked = [Happened.RESOLVED, Happened.DECIDED]
    again = [*thanked, Happened.CAME_BACK, Happened.DECIDED, Happened.DECIDED]
    assert [each.what for each in told] == [Happened.DECIDED, *again, *again]
    cohort = Cohort(NOON - DAY, clock.at, clock.at)
    (journey,) = read_journeys(log, cohort)
    ways = (Step.RESOLVED, Step.RETURNED, Step.QUESTION, Step.ANSWER)
    assert journey.steps[:6] == (Step.QUESTION, Step.ANSWER, *ways)
    log.close()


def test_what_the_customer_looked_at_is_told_without_what_it_was(store: SqlStore) -> None:
    started(store, a_conversation())
    store.looked("c1", Look(Looked.SEARCH, "my broken lamp"))
    store.looked("c1", Look(Looked.ARTICLE, "returns"))
    told = store.occurrences(["c1"], at=the_clock())["c1"]
    assert told == [
        Occurrence(the_clock(), Happened.LOOKED, "search"),
        Occurrence(the_clock(), Happened.LOOKED, "article"),
    ]
