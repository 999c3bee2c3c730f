"""Roll-ups tell what the log tells: over any window, at any moment, whatever happened since."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Thread
from typing import Any

import pytest
from sqlalchemy import update

from assistant.adapters.sql import rollups
from assistant.adapters.sql.schema_insights import standings
from assistant.adapters.sql.store import SqlStore
from assistant.domain.answer import Decision
from assistant.domain.conversation import Author
from assistant.domain.ownership import CUSTOMER, Event
from assistant.domain.review import Mark, Pick, Review
from assistant.domain.survey import Feedback, SurveyResponse
from assistant.domain.visitor import Profile
from assistant.evaluation.simulated import plans
from assistant.evaluation.simulator import Clock, Simulator
from assistant.ports import Deed
from assistant.ports.figures import BACK_WITHIN, UNHELPED, By, Cohort, Counted, Rung, answers
from assistant.testing.samples import (
    a_conversation,
    a_handoff,
    a_message,
    a_turn,
    always,
    by_agent,
    started,
)

pytestmark = pytest.mark.slow

AT = datetime(2026, 6, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
WIDE = Cohort(AT - 120 * DAY, AT + DAY, AT)


@pytest.fixture
def clock() -> Clock:
    return Clock(AT)


@pytest.fixture
def log(store: SqlStore, clock: Clock) -> Iterator[SqlStore]:
    """The store with a clock that can be set."""
    other = SqlStore(store._db.url.render_as_string(hide_password=False), now=clock)
    yield other
    other.close()


def roll_up(log: SqlStore, *, settled: datetime = AT + 90 * DAY) -> None:
    """Until nothing is left to read."""
    while log.roll_up(settled=settled, limit=500):
        pass


def same(log: SqlStore, cohort: Cohort) -> None:
    """The figures, the lists and what goes into analyses are those of the log alone."""
    assert log.tally(cohort) == log.recount(cohort)


def test_over_random_windows_the_figures_are_those_of_the_log(log: SqlStore, clock: Clock) -> None:
    Simulator(log, clock).write(plans(60, seed=7, until=AT))
    alone = log.tally(replace(WIDE, simulated=True))
    facts = log.facts(replace(WIDE, simulated=True))
    names = [*alone.counts, UNHELPED, *(answers("csat", by, good=True) for by in (*By, None))]
    behind = {name: log.counted(replace(WIDE, simulated=True), name, skip=2) for name in names}
    unhelped = log.counted(replace(WIDE, simulated=True), UNHELPED, limit=100)
    assert len(unhelped) == alone.counts[Counted.ALL] - alone.counts[Counted.HELPED]
    roll_up(log)
    assert log.tally(replace(WIDE, simulated=True)) == alone
    assert log.facts(replace(WIDE, simulated=True)) == facts
    for name in names:
        assert log.counted(replace(WIDE, simulated=True), name, skip=2) == behind[name]
    chance = random.Random(7)
    for _ in range(25):
        since = AT - chance.uniform(1, 70) * DAY
        cohort = Cohort(
            since=since,
            until=since + chance.uniform(0.1, 40) * DAY,
            at=since + chance.uniform(0, 80) * DAY,
            locale=chance.choice([None, None, "fr"]),
            reason=chance.choice([None, None, "asked_for_human"]),
            simulated=True,
        )
        same(log, cohort)
    assert log.wrong_roll_ups() == []


def test_every_moment_of_a_conversation_is_kept(log: SqlStore, clock: Clock) -> None:
    Simulator(log, clock).write(plans(15, seed=3, until=AT))
    roll_up(log)
    with log._db.read() as connection:
        moments = connection.execute(standings.select()).all()
    assert len(moments) > 25
    for row in moments[::3]:
        at = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=row.since_us)
        # Seven days are told to a millisecond.
        for beside in (-2, 0, 2):
            moment = at + timedelta(milliseconds=beside)
            same(log, replace(WIDE, at=moment, simulated=True))


def test_a_conversation_in_which_nobody_said_anything_is_rolled_up(log: SqlStore) -> None:
    started(log, a_conversation())
    log.add_message(a_message())
    started(log, a_conversation("c2"))
    roll_up(log)
    same(log, WIDE)


def test_what_happened_since_is_counted_at_once(log: SqlStore, clock: Clock) -> None:
    conversation = started(log, a_conversation())
    log.add_message(a_message())
    roll_up(log)
    later = replace(WIDE, at=AT + DAY)
    assert log.tally(later).counts[Rung.ABANDONED] == 1

    said = a_message("m2", "Demain.", author=Author.ASSISTANT)
    log.add_reply(a_turn(), message=said, locale="fr", reply=always({}))
    assert log.tally(later).counts[Rung.ASSUMED] == 1
    roll_up(log)
    log.add_feedback(Feedback("m2", False, AT))
    assert log.tally(later).counts[Rung.CONTAINED] == 1
    roll_up(log)
    log.add_feedback(Feedback("m2", True, AT))
    assert log.tally(later).counts[Rung.DURABLE] == 1
    roll_up(log)
    log.add_survey(SurveyResponse(conversation.id, AT, csat=1))
    assert log.tally(later).counts[Counted.HELPED] == 0
    assert log.tally(later).surveys[By.ASSISTANT]["csat"] == {1: 1}
    roll_up(log)
    log.add_survey(SurveyResponse(conversation.id, AT, csat=5))
    assert log.tally(later).surveys[By.ASSISTANT]["csat"] == {5: 1}
    assert [c.id for c in log.counted(later, answers("csat", By.ASSISTANT, good=True))] == ["c1"]
    roll_up(log)
    notice = a_message("n1", author=Author.ASSISTANT)
    log.call_person(replace(a_handoff(), created_at=later.at), by=CUSTOMER, notice=notice)
    log.add_survey(SurveyResponse(conversation.id, later.at, csat=2))
    for _ in range(2):
        given = [log.tally(later).surveys[by]["csat"] for by in (By.ASSISTANT, By.PEOPLE)]
        assert given == [{5: 1}, {2: 1}]
        assert [c.id for c in log.counted(later, answers("csat"))] == ["c1"]
        assert log.counted(later, answers("csat", good=True)) == []
        assert log.facts(later)[0].csat == 2
        roll_up(log)
    review = Review("m1", "c1", "p1", Mark.WRONG, Pick.RANDOM, "", AT)
    log.add_review(review, deed=Deed(AT, "p1", "reviewed", "m1", {}))
    assert log.tally(later).counts[Counted.WRONG] == 1
    roll_up(log)
    same(log, later)
    assert log.tally(later).counts[Counted.WRONG] == 1


def test_who_is_recognised_later_came_back(log: SqlStore) -> None:
    for n, visitor in enumerate(("v1", "v2")):
        began = AT + n * DAY
        started(log, replace(a_conversation(f"c{n}", visitor=visitor), created_at=began))
        log.add_message(replace(a_message(f"m{n}", conversation=f"c{n}"), created_at=began))
    roll_up(log)
    later = replace(WIDE, until=AT + 2 * DAY, at=AT + 30 * DAY)
    assert log.tally(later).counts[Counted.FIRST_CONTACT] == 2
    who = Profile("customer-1", {})
    for visitor in ("v1", "v2"):
        log.identify(who, visitor_id=visitor, new_id="v9", token_hash=visitor[1] * 64)
    assert log.tally(later).counts[Counted.FIRST_CONTACT] == 1
    roll_up(log)
    assert log.tally(later).counts[Counted.FIRST_CONTACT] == 1
    same(log, later)


def test_somebody_with_very_many_conversations_is_counted_in_the_log(
    log: SqlStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rollups, "MOST_NEAR", 2)
    for n in range(5):
        started(log, a_conversation(f"c{n}"))
        log.add_message(a_message(f"m{n}", conversation=f"c{n}"))
    roll_up(log)
    same(log, WIDE)
    assert log.tally(WIDE).counts["all"] == 5
    assert len(log.counted(WIDE, "all")) == len(log.facts(WIDE)) == 5


def test_only_what_is_settled_is_kept_and_of_two_processes_one_does_it(
    log: SqlStore, clock: Clock
) -> None:
    started(log, a_conversation())
    log.add_message(a_message())
    assert log.roll_up(settled=AT - timedelta(seconds=1)) == 0
    assert log.roll_up(settled=AT) == 1
    assert log.roll_up(settled=AT) == 0
    same(log, WIDE)


def test_roll_ups_are_made_again_from_the_log(log: SqlStore, clock: Clock) -> None:
    Simulator(log, clock).write(plans(10, seed=2, until=AT))
    roll_up(log)
    cohort = replace(WIDE, simulated=True)
    with log._db.write() as connection:
        days = connection.execute(update(standings).values(sets=1).returning(standings.c.day))
        wrong = sorted(set(days.scalars()))
    assert log.tally(cohort) != log.recount(cohort)
    clock.at = AT
    assert [day.isoformat() for day in log.wrong_roll_ups()] == wrong
    log.mend_roll_ups(log.wrong_roll_ups()[:1])
    assert [day.isoformat() for day in log.wrong_roll_ups()] == wrong[1:]
    log.drop_roll_ups()
    assert log.tally(cohort) == log.recount(cohort)
    assert log.wrong_roll_ups() == []
    roll_up(log)
    assert log.tally(cohort) == log.recount(cohort)
    assert log.wrong_roll_ups() == []


def test_mending_puts_nothing_older_over_what_is_rolled_up_meanwhile(
    log: SqlStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    started(log, a_conversation())
    log.add_message(a_message())
    said = a_message("m2", "Demain.", author=Author.ASSISTANT)
    log.add_reply(a_turn(), message=said, locale="fr", reply=always({}))
    roll_up(log)

    def rates() -> None:
        log.add_feedback(Feedback("m2", True, AT))
        roll_up(log)

    server, reads = Thread(target=rates), log._standings

    def reads_then_it_is_rated(*asked: Any) -> Any:
        rows = reads(*asked)
        monkeypatch.undo()
        server.start()
        # Either it is through, or it waits for this transaction.
        server.join(timeout=0.3)
        return rows

    monkeypatch.setattr(log, "_standings", reads_then_it_is_rated)
    log.mend_roll_ups([log.conversation("c1").created_at.date()])
    server.join(timeout=10)
    assert log.tally(WIDE).counts[Rung.DURABLE] == 1
    same(log, WIDE)


def test_what_was_dropped_is_not_mended(log: SqlStore) -> None:
    started(log, a_conversation())
    log.add_message(a_message())
    roll_up(log)
    log.drop_roll_ups()
    log.mend_roll_ups([log.conversation("c1").created_at.date()])
    with log._db.read() as connection:
        assert connection.execute(standings.select()).all() == []


def test_of_who_is_forgotten_nothing_is_kept(log: SqlStore) -> None:
    started(log, a_conversation())
    log.add_message(a_message())
    roll_up(log)
    log.forget("v1")
    assert log.tally(WIDE).counts["all"] == 0
    with log._db.read() as connection:
        assert connection.execute(standings.select()).all() == []


def test_of_what_is_written_weeks_after_it_was_resolved_every_moment_is_kept(
    log: SqlStore, clock: Clock
) -> None:
    clock.at = AT
    started(log, replace(a_conversation(), created_at=AT))
    log.add_message(replace(a_message(), created_at=AT))
    log.call_person(
        replace(a_handoff(), created_at=AT),
        by=CUSTOMER,
        notice=replace(a_message("n1", author=Author.ASSISTANT), created_at=AT),
    )
    said = replace(a_message("a1", author=Author.AGENT), created_at=AT)
    log.answer(said, by="agent-1")
    log.move("c1", by_agent(Event.RESOLVED))
    for days, decision in ((5, Decision.SMALLTALK), (10, Decision.ANSWER), (30, Decision.ANSWER)):
        clock.at = AT + days * DAY
        id = f"m-{days}"
        log.add_message(replace(a_message(id), created_at=clock.at))
        reply = replace(a_message(f"r-{days}", author=Author.ASSISTANT), created_at=clock.at)
        turn = replace(a_turn(id), decision=decision)
        log.add_reply(turn, message=reply, locale="fr", reply=always({}))
    roll_up(log)
    # A week after the thanks it is durable, and not less so when something else is asked.
    for days, durable in ((4, 0), (6, 0), (11, 0), (13, 1), (18, 1), (31, 1), (38, 1)):
        cohort = replace(WIDE, at=AT + days * DAY)
        same(log, cohort)
        assert log.tally(cohort).counts[Rung.DURABLE] == durable


def test_a_week_after_the_last_word_it_has_lasted(log: SqlStore) -> None:
    started(log, a_conversation())
    log.add_message(a_message())
    said = a_message("m2", "Demain.", author=Author.ASSISTANT)
    log.add_reply(a_turn(), message=said, locale="fr", reply=always({}))
    log.add_feedback(Feedback("m2", True, said.created_at))
    roll_up(log)
    last = max(message.created_at for message in log.messages("c1"))
    for apart, durable in ((-DAY, 0), (timedelta(seconds=1), 1)):
        cohort = replace(WIDE, at=last + BACK_WITHIN + apart)
        assert log.tally(cohort).counts[Rung.DURABLE] == durable
        same(log, cohort)
