"""Predictions become chances only through a site's own answers."""

from __future__ import annotations

import math

import numpy as np
import pytest

from assistant.insights.calibration import FEWEST, Calibration, fit
from assistant.insights.score import score_conversation
from assistant.insights.transcript import read_turns


def answers(n: int, *, slope: float, intercept: float) -> tuple[list[float], list[bool]]:
    """Predictions, and answers that are good as often as a known line says."""
    random = np.random.default_rng(4)
    predicted = random.uniform(0.05, 0.95, n)
    odds = intercept + slope * np.log(predicted / (1 - predicted))
    return predicted.tolist(), (random.random(n) < 1 / (1 + np.exp(-odds))).tolist()


def test_below_a_hundred_labels_nothing_is_calibrated() -> None:
    predicted, good = answers(FEWEST, slope=1, intercept=0)
    assert fit(predicted[:-1], good[:-1]) is None
    found = fit(predicted, good)
    assert found is not None
    assert found.labels == FEWEST


def test_answers_that_are_all_alike_teach_nothing() -> None:
    assert fit([0.1, 0.9] * FEWEST, [True] * (2 * FEWEST)) is None


@pytest.mark.parametrize(("slope", "intercept"), [(0.5, 1.0), (1.0, -1.0), (2.0, 0.3)])
def test_a_known_line_is_found_again(slope: float, intercept: float) -> None:
    found = fit(*answers(20_000, slope=slope, intercept=intercept))
    assert found is not None
    assert found.slope == pytest.approx(slope, abs=0.1)
    assert found.intercept == pytest.approx(intercept, abs=0.1)


def test_it_ends_where_almost_all_answers_are_good() -> None:
    predicted, _ = answers(200, slope=1, intercept=0)
    found = fit(predicted, [n > 0 for n in range(200)])
    assert found is not None
    assert math.isfinite(found.slope)
    assert found.applied(0.0) < found.applied(0.5) < found.applied(1.0) <= 1


def test_a_calibrated_score_says_so_and_keeps_the_order() -> None:
    turns = read_turns([{"role": "user", "text": "Hello"}, {"role": "assistant", "text": "Hi"},
                        {"role": "user", "text": "this is useless"}])  # fmt: skip
    plain = score_conversation(turns).as_json()
    found = score_conversation(turns, calibration=Calibration(0.5, -1.0, 150)).as_json()
    assert (plain["calibrated"], found["calibrated"]) == (False, True)
    assert found["satisfaction"] < plain["satisfaction"]
    assert found["turns"][0]["satisfaction"] > found["turns"][1]["satisfaction"]
