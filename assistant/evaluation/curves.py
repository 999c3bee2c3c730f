"""What the report draws: how often it is wrong by how much it answers, and whether its confidence
comes true. Pure."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from assistant.evaluation.figures import Outcomes
from assistant.evaluation.metrics import BINS, bins

_MOST_POINTS = 200
_ROWS = 10


@dataclass(frozen=True)
class Point:
    """Answering every question from `threshold` up: the share answered, and of those the share
    wrong."""

    threshold: float
    coverage: float
    risk: float


@dataclass(frozen=True)
class Bin:
    """Questions of similar confidence: its mean, and the share of them that was right."""

    low: float
    high: float
    n: int
    confidence: float
    right: float


def risk_coverage(outcomes: Outcomes) -> list[Point]:
    """From the surest question to all of them; questions of equal confidence come together."""
    order = np.argsort(-outcomes.confidence, kind="stable")
    confidence = outcomes.confidence[order]
    last = np.append(np.flatnonzero(np.diff(confidence)), len(confidence) - 1)
    wrong = np.cumsum(~outcomes.right[order])
    return [
        Point(float(confidence[at]), (at + 1) / len(order), float(wrong[at] / (at + 1)))
        for at in last.tolist()
    ]


def thinned(points: list[Point]) -> list[Point]:
    """Enough of them to draw, both ends among them."""
    if len(points) <= _MOST_POINTS:
        return points
    return [points[at] for at in np.linspace(0, len(points) - 1, _MOST_POINTS).astype(int)]


def tenths(points: list[Point]) -> list[Point]:
    """The point at each tenth of the questions, or the next one: the curve as a table."""
    wanted = [row / _ROWS for row in range(1, _ROWS + 1)]
    found = [next(p for p in points if p.coverage >= share - 1e-9) for share in wanted]
    return list(dict.fromkeys(found))


def todays_point(outcomes: Outcomes) -> Point | None:
    """What the policy in force answers now; None where that is nothing."""
    answered = outcomes.answered
    if not answered.any():
        return None
    return Point(
        threshold=float(outcomes.confidence[answered].min()),
        coverage=float(answered.mean()),
        risk=float((~outcomes.right[answered]).mean()),
    )


def reliability(outcomes: Outcomes) -> list[Bin]:
    """The bins of the calibration error that hold any question."""
    which = bins(outcomes.confidence)
    return [
        Bin(
            low=bin / BINS,
            high=(bin + 1) / BINS,
            n=int((which == bin).sum()),
            confidence=float(outcomes.confidence[which == bin].mean()),
            right=float(outcomes.right[which == bin].mean()),
        )
        for bin in sorted(set(which.tolist()))
    ]
