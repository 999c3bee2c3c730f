"""What an experiment changes for whom, and what may be said of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from assistant.domain.experiment import Arm, Before, Experiment, Goal, Subject, before_adopting
from assistant.errors import Refused
from assistant.insights.experiments import SETS, Verdict, result
from assistant.insights.rates import Rate
from assistant.ports.experiments import Met
from assistant.ports.figures import Cohort
from assistant.testing.samples import a_conversation

NOW = datetime(2026, 3, 14, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)
TRIED = Experiment(
    "x1", "Dare more", Subject.MAX_WRONG, 0.25, 0.5, Goal.HELPED, started_at=NOW - 9 * DAY
)


class Log:
    """Holds who met it, and what became of their conversations."""

    def __init__(self, met: Sequence[Met], reached: Collection[str] = ()) -> None:
        self._met, self._reached = met, reached

    def met(self, experiment_id: str, *, until: datetime) -> Sequence[Met]:
        return [each for each in self._met if each.at < until]

    def outcomes(self, cohort: Cohort, names: Collection[str]) -> Mapping[str, frozenset[str]]:
        return {id: frozenset(names) for id in self._reached}


def log(**arms: tuple[int, int]) -> Log:
    """So many reached the goal, of so many in an arm."""
    met, reached = [], []
    for arm, (count, n) in arms.items():
        ids = [f"{arm}-{number}" for number in range(n)]
        met += [Met(f"v-{id}", id, Arm(arm), NOW - 2 * DAY) for id in ids]
        reached += ids[:count]
    return Log(met, reached)


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
    found = looked(log(**arms), replace(TRIED, goal=goal))
    assert found.verdict is verdict
    assert {arm.value: (rate.count, rate.n) for arm, rate in found.arms.items()} == arms


def test_a_visitor_counts_once_by_the_first_conversation() -> None:
    met = [Met("v1", f"c{n}", Arm.VARIANT, NOW - n * DAY) for n in (5, 4, 3)]
    assert looked(Log(met, reached=["c4", "c3"])).arms[Arm.VARIANT] == Rate(0, 1)
    assert looked(Log(met, reached=["c5"])).arms[Arm.VARIANT] == Rate(1, 1)


def test_who_met_both_arms_and_who_met_it_today_are_told_and_not_counted() -> None:
    found = looked(
        Log(
            [
                Met("both", "c1", Arm.VARIANT, NOW - 3 * DAY),
                Met("both", "c2", Arm.CONTROL, NOW - 2 * DAY),
                Met("one", "c3", Arm.CONTROL, NOW - 2 * DAY),
                Met("new", "c4", Arm.CONTROL, NOW - DAY / 2),
            ]
        )
    )
    assert (found.crossed, found.fresh) == (1, 1)
    assert found.arms == {Arm.CONTROL: Rate(0, 1), Arm.VARIANT: Rate(0, 0)}


def test_the_hint_needs_a_first_idea_of_the_rate() -> None:
    assert looked(log(control=(1, 9), variant=(1, 9))).needed is None
    assert looked(log(control=(30, 50), variant=(30, 50))).needed > 1000
