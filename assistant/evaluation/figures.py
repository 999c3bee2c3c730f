"""The figures of a run by name, in the order in which they are told. docs/quality.md says what
each one means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assistant.evaluation import metrics
from assistant.evaluation.metrics import Figure, Statistic
from assistant.evaluation.runner import Result

Figures = Mapping[str, Figure | float]

LOWER_IS_BETTER = frozenset({"ECE", "Brier", "wrong of answered"})
BUDGETS = {"C@2% wrong": 0.02, "C@5% wrong": 0.05}


@dataclass(frozen=True)
class Outcomes:
    """A run as arrays with an entry for each question. `right`: the first article found is a right
    one, which is what confidence foretells."""

    answerable: NDArray[np.bool_]
    right: NDArray[np.bool_]
    rank: NDArray[np.int64]
    confidence: NDArray[np.float64]
    answered: NDArray[np.bool_]

    @classmethod
    def of(cls, result: Result) -> Outcomes:
        """Of at least one question."""
        rank = np.array(
            [metrics.rank_of_right(p, c) if c.answerable else 0 for p, c in result.pairs]
        )
        return cls(
            answerable=np.array([case.answerable for case in result.set.cases]),
            right=rank == 1,
            rank=rank,
            confidence=np.array([p.confidence for p in result.predictions]),
            answered=np.array([p.answered for p in result.predictions]),
        )


def figures(result: Result) -> Figures:
    """Those that the set's questions allow; none of a set without questions."""
    if not result.predictions:
        return {}
    weights = metrics.draws([case.group or case.id for case in result.set.cases])
    found: dict[str, Figure | float] = {}
    for name, (statistic, among) in _statistics(result).items():
        figure = metrics.figure(statistic, weights, n=int(among.sum()))
        if figure is not None:
            found[name] = figure
    times = [prediction.ms for prediction in result.predictions]
    for percentile in (50, 95):
        found[f"ms p{percentile}"] = float(np.percentile(times, percentile))
    return found


def _statistics(result: Result) -> dict[str, tuple[Statistic, NDArray[np.bool_]]]:
    """By name, with the questions over which each is counted."""
    o = Outcomes.of(result)
    all_of_them = np.ones_like(o.answerable)
    gains = [metrics.gain(p, c) for p, c in result.pairs]
    done = [metrics.is_right(p, c) for p, c in result.pairs]
    named = [metrics.is_named(p, c) for p, c in result.pairs]
    reciprocal = np.where((o.rank > 0) & (o.rank <= 10), 1 / np.maximum(o.rank, 1), 0.0)
    budgets = {
        name: (metrics.answered_within(o.confidence, o.right, budget=budget), all_of_them)
        for name, budget in BUDGETS.items()
    }
    return {
        "R@1": (metrics.share(o.right, o.answerable), o.answerable),
        "R@5": (metrics.share((o.rank > 0) & (o.rank <= 5), o.answerable), o.answerable),
        "MRR@10": (metrics.share(reciprocal, o.answerable), o.answerable),
        "nDCG@10": (metrics.share(gains, o.answerable), o.answerable),
        "AUROC answerable": (metrics.auroc(o.confidence, o.answerable), all_of_them),
        "AUROC right": (metrics.auroc(o.confidence, o.right), all_of_them),
        "C@90": (metrics.covered(o.confidence, o.right, o.answerable, refuse=0.9), o.answerable),
        **budgets,
        "ECE": (metrics.calibration_error(o.confidence, o.right), all_of_them),
        "Brier": (metrics.brier(o.confidence, o.right), all_of_them),
        "right": (metrics.share(done, o.answerable), o.answerable),
        "within a click": (metrics.share(named, o.answerable), o.answerable),
        "wrong of answered": (metrics.share(~np.array(done), o.answered), o.answered),
        "answered": (metrics.share(o.answered, o.answerable), o.answerable),
        "not answered": (metrics.share(~o.answered, ~o.answerable), ~o.answerable),
    }
