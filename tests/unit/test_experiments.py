"""What an experiment changes for whom, and what may be said of it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from assistant.domain.experiment import Arm, Before, Experiment, Goal, Subject, before_adopting
from assistant.errors import Refused
from assistant.insights.experiments import SETS, Verdict, result
from assistant.insights.rates import Rate
from assistant.ports.experiments import Met
from assistant.testing.samples import a_conversation

NOW = datetime(2026, 3, 14, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)
TRIED = Experiment(
    "x1", "Dare more", Subject.MAX_WRONG, 0.25, 0.5, Goal.HELPED, started_at=NOW - 9 * DAY
)


class Log:
    """Tells how many met it, and of what it was asked."""

    def __init__(self, **arms: tuple[int, int]) -> None:
        self._met = Met({arm: arms.get(arm.value, (0, 0)) for arm in Arm}, fresh=3, crossed=2)
        self.asked: list[dict[str, Any]] = []

    def met(self, experiment_id: str, reached: Collection[str], **moments: datetime) -> Met:
        self.asked.append({"id": experiment_id, "reached": reached} | moments)
        return self._met


def looked(store: Any, experiment: Experiment = TRIED) -> Any:
    return result(store, experiment, now=NOW)


def test_each_visitor_is_always_in_the_same_arm_and_the_share_is_kept() -> None:
    visitors = [f"v-{number}" for number in range(4000)]
    tried = replace(TRIED, share=0.2)
    arms = [tried.arm_of(each) for each in visitors]
    assert arms == [tried.arm_of(each) for each in visitors]
    assert 720 < arms.count(Arm.VARIANT) < 880
    other = replace(tried, id="x2")
    both = sum(tried.arm_of(each) is other.arm_of(each) is Arm.VARIANT for each in visitors)
    assert 110 < both < 210


def test_what_began_before_it_or_goes_on_after_it_is_left_alone() -> None:
    before = a_conversation()
    since = replace(before, created_at=TRIED.started_at)
    assert not TRIED.concerns(replace(before, created_at=TRIED.started_at - DAY))
    assert TRIED.concerns(since)
    assert not replace(TRIED, ended_at=NOW).concerns(since)


def test_only_the_words_that_are_tried_are_others() -> None:
    greeting = replace(TRIED, subject=Subject.WELCOME, value={"fr": "Salut"})
    assert greeting.over({"en": "Hi", "fr": "Bonjour"}) == {"en": "Hi", "fr": "Salut"}
    assert greeting.over(None) == {"fr": "Salut"}
    assert TRIED.over(0.15) == 0.25


def test_what_held_before_anything_was_adopted() -> None:
    def adopted(value: float, over: float | None) -> Experiment:
        return replace(TRIED, value=value, replaced=over, ended_at=NOW, adopted=True)

    latest_first = [adopted(0.2, 0.3), adopted(0.3, 0.2), adopted(0.2, None)]
    assert before_adopting(latest_first, Subject.MAX_WRONG, 0.2) == Before(None)
    assert before_adopting(latest_first[1:], Subject.MAX_WRONG, 0.3) == Before(None)
    assert before_adopting(latest_first, Subject.MAX_WRONG, 0.4) is None
    assert before_adopting(latest_first, Subject.MAX_WRONG, None) is None
    assert before_adopting(latest_first, Subject.SURVEY_AFTER, 0.2) is None


@pytest.mark.parametrize("changed", [{"share": 0.05}, {"share": 0.95}, {"name": " "}])
def test_what_makes_no_sense_is_refused(changed: dict[str, Any]) -> None:
    with pytest.raises(Refused):
        replace(TRIED, **changed).checked()


def test_every_goal_is_counted_by_something() -> None:
    assert set(SETS) == set(Goal)


@pytest.mark.parametrize(
    ("arms", "goal", "verdict"),
    [
        ({"variant": (50, 99), "control": (50, 900)}, Goal.HELPED, Verdict.TOO_FEW),
        ({"variant": (520, 1000), "control": (500, 1000)}, Goal.HELPED, Verdict.UNCLEAR),
        ({"variant": (600, 1000), "control": (500, 1000)}, Goal.HELPED, Verdict.BETTER),
        ({"variant": (600, 1000), "control": (500, 1000)}, Goal.WRONG, Verdict.WORSE),
        ({"variant": (400, 1000), "control": (500, 1000)}, Goal.HANDED, Verdict.BETTER),
        ({"variant": (400, 1000), "control": (500, 1000)}, Goal.WROTE, Verdict.WORSE),
    ],
)
def test_only_what_the_interval_excludes_is_said(
    arms: dict[str, tuple[int, int]], goal: Goal, verdict: Verdict
) -> None:
    found = looked(Log(**arms), replace(TRIED, goal=goal))
    assert found.verdict is verdict
    assert {arm.value: (rate.count, rate.n) for arm, rate in found.arms.items()} == arms


def test_who_met_it_a_day_ago_counts_and_the_others_are_told() -> None:
    store = Log(control=(1, 2))
    found = looked(store)
    asked = {"id": "x1", "reached": ("helped",), "settled": NOW - DAY, "at": NOW}
    assert store.asked == [asked]
    assert (found.crossed, found.fresh) == (2, 3)
    assert found.arms == {Arm.CONTROL: Rate(1, 2), Arm.VARIANT: Rate(0, 0)}


@pytest.mark.parametrize(("days_ago", "at"), [(3, NOW), (30, NOW - 22 * DAY)])
def test_what_it_has_shown_stands_eight_days_after_its_end(days_ago: int, at: datetime) -> None:
    store = Log()
    looked(store, replace(TRIED, started_at=NOW - 60 * DAY, ended_at=NOW - days_ago * DAY))
    assert store.asked == [{"id": "x1", "reached": ("helped",), "settled": at - DAY, "at": at}]


def test_the_hint_needs_a_first_idea_of_the_rate() -> None:
    assert looked(Log(control=(1, 9), variant=(1, 9))).needed is None
    assert looked(Log(control=(30, 50), variant=(30, 50))).needed > 1000
