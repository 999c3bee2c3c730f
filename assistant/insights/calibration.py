"""What a predicted satisfaction means on this site: Platt scaling on the site's own answers.

The chance of a good answer is a logistic function of the prediction's log-odds (Platt 1999, with
his softened targets). Only from `FEWEST` answers on; before that a prediction is uncalibrated.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

FEWEST = 100
"""Labels: with fewer, the fitted line is mostly chance."""
_PRIOR = 10.0
"""How firmly the slope starts from 1, the scale of the hand-set weights. A hundred labels alone
would often draw it too steep."""
_ROUNDS = 100
_CLOSE = 1e-8
_EDGE = 1e-4


@dataclass(frozen=True)
class Calibration:
    """Fitted on `labels` answers."""

    slope: float
    intercept: float
    labels: int

    def applied(self, predicted: float) -> float:
        """The chance that a customer predicted so answers well."""
        return 1 / (1 + math.exp(-(self.intercept + self.slope * _log_odds(predicted))))


def fit(
    predicted: Sequence[float], good: Sequence[bool], *, fewest: int = FEWEST
) -> Calibration | None:
    """None below the fewest labels, or where all are alike: nothing can be learnt from those."""
    if len(predicted) < fewest or len(set(good)) < 2:
        return None
    odds = np.array([_log_odds(value) for value in predicted])
    inputs = np.column_stack([np.ones_like(odds), odds])
    counted = np.array([len(good) - sum(good), sum(good)], dtype=float)
    # Platt's targets: as if one more of each kind had been seen.
    targets = np.array([1 / (counted[0] + 2), (counted[1] + 1) / (counted[1] + 2)])
    wanted = targets[np.asarray(good, dtype=int)]
    weights = np.array([0.0, 1.0])
    hold = np.array([0.0, _PRIOR])
    for _ in range(_ROUNDS):
        shown = 1 / (1 + np.exp(-np.clip(inputs @ weights, -30, 30)))
        slope = inputs.T @ (wanted - shown) - hold * (weights - [0.0, 1.0])
        bend = (inputs.T * (shown * (1 - shown))) @ inputs + np.diag(hold + 1e-9)
        # A whole Newton step can overshoot where the labels are nearly all alike.
        step = np.clip(np.linalg.solve(bend, slope), -1, 1)
        weights = weights + step
        if np.abs(step).max() < _CLOSE:
            break
    return Calibration(float(weights[1]), float(weights[0]), len(good))


def as_shown(predicted: float, calibration: Calibration | None) -> float:
    """By the site's own line, where it has one."""
    return round(calibration.applied(predicted) if calibration else predicted, 4)


def _log_odds(share: float) -> float:
    held = min(1 - _EDGE, max(_EDGE, share))
    return math.log(held / (1 - held))
