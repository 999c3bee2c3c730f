"""What makes a conversation a follow-up, and which events one allows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from assistant.domain.follow_up import Cause, FollowUp, Rules, Signs, Step
from assistant.errors import Refused, WrongStep

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
OPEN = FollowUp("f1", "c1", Cause.EFFORT, Signs(None, 70, None), NOW, NOW + timedelta(hours=8))
TAKEN = OPEN.taken("kim")
DONE = TAKEN.finished("Called back.", by="kim", at=NOW)
HELPED = DONE.answered(helped=True, comment=" thanks ", at=NOW)
NOT_HELPED = DONE.answered(helped=False, comment="", at=NOW)
DROPPED = OPEN.dropped("A test of ours.", by="kim", at=NOW)
EVENTS: dict[str, Callable[[FollowUp], FollowUp]] = {
    "taken": lambda f: f.taken("lea"),
    "finished": lambda f: f.finished("Called.", by="lea", at=NOW),
    "dropped": lambda f: f.dropped("No.", by="lea", at=NOW),
    "answered": lambda f: f.answered(helped=True, comment="", at=NOW),
}
ALLOWED = {
    Step.OPEN: {"taken", "finished", "dropped"},
    Step.TAKEN: {"taken", "finished", "dropped"},
    Step.DONE: {"answered"},
    Step.HELPED: set(),
    Step.NOT_HELPED: {"taken", "finished", "dropped"},
    Step.DROPPED: set(),
}


@pytest.mark.parametrize("now", [OPEN, TAKEN, DONE, HELPED, NOT_HELPED, DROPPED])
@pytest.mark.parametrize("event", EVENTS)
def test_each_step_allows_its_events_and_no_other(now: FollowUp, event: str) -> None:
    if event in ALLOWED[now.step]:
        assert EVENTS[event](now) != now
    else:
        with pytest.raises(WrongStep, match="Follow-up 'f1' is"):
            EVENTS[event](now)


def test_every_step_is_in_the_table() -> None:
    assert set(ALLOWED) == set(Step)


def test_who_did_what_and_what_the_customer_said_is_kept() -> None:
    assert (DONE.person_id, DONE.done, DONE.done_at) == ("kim", "Called back.", NOW)
    assert (HELPED.step, HELPED.comment, HELPED.answered_at) == (Step.HELPED, "thanks", NOW)
    assert DROPPED.done == "A test of ours."


@pytest.mark.parametrize("words", ["", " \n", "x" * 4001])
def test_without_words_or_with_too_many_nothing_is_done(words: str) -> None:
    for event in (OPEN.finished, OPEN.dropped):
        with pytest.raises(Refused):
            event(words, by="kim", at=NOW)


def test_it_is_late_only_while_somebody_should_call() -> None:
    after = NOW + timedelta(hours=9)
    assert [each.is_late(after) for each in (OPEN, TAKEN, DONE, DROPPED)] == [
        True,
        True,
        False,
        False,
    ]
    assert not OPEN.is_late(NOW + timedelta(hours=7))


@pytest.mark.parametrize(
    ("signs", "cause"),
    [
        (Signs(csat=2, effort=0, predicted=0.9), Cause.RATED),
        (Signs(csat=3, effort=100, predicted=0.01), None),
        (Signs(csat=None, effort=60, predicted=0.01), Cause.EFFORT),
        (Signs(csat=None, effort=59, predicted=0.19), Cause.PREDICTED),
        (Signs(csat=None, effort=59, predicted=0.20), None),
        (Signs(csat=None, effort=59, predicted=None), None),
        (Signs(csat=None, ces=2, effort=0, predicted=0.9), Cause.RATED),
        (Signs(csat=5, ces=1, effort=0, predicted=0.9), Cause.RATED),
        (Signs(csat=None, ces=3, effort=100, predicted=0.01), None),
        (Signs(csat=None, nps=0, effort=0, predicted=0.9), Cause.RATED),
        (Signs(csat=None, nps=6, effort=0, predicted=0.9), None),
        (Signs(csat=None, nps=10, effort=60, predicted=0.9), Cause.EFFORT),
    ],
)
def test_what_was_said_outweighs_what_was_counted_and_that_what_was_predicted(
    signs: Signs, cause: Cause | None
) -> None:
    assert Rules().cause(signs) is cause


@pytest.mark.parametrize(
    "signs",
    [
        Signs(1, 0, None),
        Signs(None, 100, None),
        Signs(None, 0, 0.001),
        Signs(None, 0, None, ces=1),
        Signs(None, 0, None, nps=0),
    ],
)
def test_a_rule_of_nought_is_off(signs: Signs) -> None:
    assert Rules(csat=0, ces=0, nps=0, effort=0, predicted=0).cause(signs) is None


@pytest.mark.parametrize(
    "rules",
    [
        Rules(csat=5),
        Rules(ces=7),
        Rules(nps=10),
        Rules(effort=101),
        Rules(predicted=-1),
        Rules(hours=0),
    ],
)
def test_rules_that_make_no_sense_are_refused(rules: Rules) -> None:
    with pytest.raises(Refused):
        rules.checked()


BAD = Signs(1, 0, None)


@pytest.mark.parametrize("over", [DONE, DROPPED])
def test_rated_low_again_it_is_opened_anew_with_what_was_done_before(over: FollowUp) -> None:
    later = NOW + timedelta(days=9)
    anew = over.rated_again(BAD, at=later, due_at=None)
    assert (anew.step, anew.cause, anew.signs) == (Step.OPEN, Cause.RATED, BAD)
    assert (anew.person_id, anew.created_at) == (None, later)
    assert (anew.done, anew.done_at) == (over.done, over.done_at)
    assert anew.over_at is None


def test_what_somebody_still_has_to_do_is_not_opened_anew() -> None:
    for each in (OPEN, TAKEN):
        assert each.over_at is None
        with pytest.raises(WrongStep):
            each.rated_again(BAD, at=NOW, due_at=None)


def test_what_the_customer_said_the_last_time_is_kept_as_they_rate_low_again() -> None:
    said_at = NOW + timedelta(hours=1)
    helped = DONE.answered(helped=True, comment="thanks", at=said_at)
    assert helped.over_at == said_at
    anew = helped.rated_again(BAD, at=NOW, due_at=None)
    assert (anew.answered_at, anew.comment) == (said_at, "thanks")
    assert anew.over_at is None
