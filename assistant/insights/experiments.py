"""What an experiment has shown so far. Pure but for the store that it reads.

Every visitor counts once, by the first conversation in which they met it, in the arm that they met
there; whoever met both, because they signed in, is in neither. Only who met it a day ago or earlier
counts: before, a conversation has hardly had time to end.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from assistant.domain.experiment import Arm, Experiment, Goal
from assistant.insights.rates import Estimate, Rate
from assistant.insights.sequential import difference, visitors_needed
from assistant.ports.experiments import ExperimentStore
from assistant.ports.figures import BACK_WITHIN, By, Counted, answers, surveyed

SETTLES = timedelta(days=1)
ENDS = SETTLES + BACK_WITHIN
"""So long after an experiment nothing that is logged changes what it has shown; only visitors who
turn out to be one still do, and those who are erased."""
HOPED = 0.05
"""The difference that the hint is about."""
SETS: Mapping[Goal, tuple[str, ...]] = {
    Goal.WROTE: (Counted.ALL.value,),
    Goal.HELPED: (Counted.HELPED.value,),
    Goal.HANDED: (Counted.HANDED.value,),
    Goal.WRONG: (Counted.WRONG.value,),
    Goal.UNANSWERED: (Counted.UNANSWERED.value,),
    Goal.RATED: tuple(surveyed(by, answered=True) for by in By),
    Goal.PRAISED: tuple(answers("csat", by, good=True) for by in By),
}
"""Which counts a conversation is in that reaches the goal: one of them."""


class Verdict(StrEnum):
    """What may be said now, however often one looked before."""

    TOO_FEW = "too_few"
    UNCLEAR = "unclear"
    BETTER = "better"
    WORSE = "worse"


@dataclass(frozen=True)
class Result:
    """`arms`: visitors who reached the goal, of those who count; `difference`: variant minus
    control, valid at every look; `crossed`: visitors who met both arms; `fresh`: those who met it
    too lately to count; `needed`: visitors in all, to find a difference of HOPED."""

    arms: Mapping[Arm, Rate]
    difference: Estimate | None
    verdict: Verdict
    crossed: int
    fresh: int
    needed: int | None


def result(store: ExperimentStore, experiment: Experiment, *, now: datetime) -> Result:
    """As the log tells it now; of one that ended long ago, as it told it then."""
    at = now if experiment.ended_at is None else min(now, experiment.ended_at + ENDS)
    met = store.met(experiment.id, SETS[experiment.goal], settled=at - SETTLES, at=at)
    arms = {arm: Rate(*met.arms[arm]) for arm in Arm}
    found = difference(arms[Arm.VARIANT], arms[Arm.CONTROL])
    control = arms[Arm.CONTROL].estimate
    return Result(
        arms=arms,
        difference=found,
        verdict=_verdict(found, experiment.goal),
        crossed=met.crossed,
        fresh=met.fresh,
        needed=visitors_needed(control.value, by=HOPED, variant=experiment.share)
        if control
        else None,
    )


def _verdict(found: Estimate | None, goal: Goal) -> Verdict:
    if found is None:
        return Verdict.TOO_FEW
    if not found.excludes_zero:
        return Verdict.UNCLEAR
    return Verdict.BETTER if (found.value > 0) is not goal.less_is_better else Verdict.WORSE
