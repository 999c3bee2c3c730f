"""What the report draws and lists."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from assistant.evaluation import curves
from assistant.evaluation.cases import Case, QuestionSet
from assistant.evaluation.failures import kinds_of_failure
from assistant.evaluation.figures import Outcomes
from assistant.evaluation.predictions import Prediction
from assistant.evaluation.runner import Result

CASE = Case("1", "return?", "en", answerable=True, relevant=frozenset({"a"}))
SAID = Prediction("1", ("a", "b"), (2, 1), 0.9, "answer", "Yes.", ("a",), 5.0)


def outcomes(confidence: list[float], right: list[bool], answered: list[bool]) -> Outcomes:
    of = np.array
    return Outcomes(of([True] * len(right)), of(right), of(right) * 1, of(confidence), of(answered))


def test_the_curve_runs_from_the_surest_question_to_all_of_them() -> None:
    points = curves.risk_coverage(
        outcomes([0.2, 0.9, 0.5, 0.5], [False, True, True, False], [True] * 4)
    )
    assert points == [
        curves.Point(0.9, 0.25, 0.0),
        curves.Point(0.5, 0.75, pytest.approx(1 / 3)),  # equal confidence comes together
        curves.Point(0.2, 1.0, 0.5),
    ]
    assert curves.tenths(points) == points


def test_a_long_curve_is_thinned_and_keeps_its_ends() -> None:
    points = [curves.Point(1 - n / 5000, (n + 1) / 5000, 0.0) for n in range(5000)]
    drawn = curves.thinned(points)
    assert (drawn[0], drawn[-1], len(drawn)) == (points[0], points[-1], 200)
    assert [round(point.coverage, 4) for point in curves.tenths(points)] == [
        n / 10 for n in range(1, 11)
    ]


def test_todays_point_is_what_the_policy_answers() -> None:
    found = curves.todays_point(outcomes([0.9, 0.6, 0.1], [True, False, True], [True, True, False]))
    assert found == curves.Point(0.6, pytest.approx(2 / 3), 0.5)
    assert curves.todays_point(outcomes([0.9], [True], [False])) is None


def test_a_bin_tells_what_was_shown_and_what_came_true() -> None:
    low, high = curves.reliability(outcomes([0.12, 0.18, 1.0], [False, True, True], [True] * 3))
    assert (low.low, low.high, low.n) == (0.1, 0.2, 2)
    assert (low.confidence, low.right) == (pytest.approx(0.15), 0.5)
    assert (high.low, high.high, high.n) == (0.9, 1.0, 1)


def test_each_failure_stands_under_the_way_it_went_wrong_the_worst_first() -> None:
    gone = replace(CASE, id="2", answerable=False, relevant=frozenset())
    rows = [
        (CASE, SAID),
        (gone, replace(SAID, id="2", confidence=0.7)),
        (replace(gone, id="3"), replace(SAID, id="3", confidence=0.8)),
        (replace(CASE, id="4"), replace(SAID, id="4", ranked=("b", "a"))),
        (replace(CASE, id="5"), replace(SAID, id="5", ranked=("b",), decision="handoff")),
        (replace(CASE, id="6"), replace(SAID, id="6", decision="clarify", confidence=0.3)),
        (replace(gone, id="7"), replace(SAID, id="7", decision="handoff")),
    ]
    result = Result(
        QuestionSet("tiny", tuple(case for case, _ in rows)),
        tuple(prediction for _, prediction in rows),
        {"a": "Return an item", "b": "Gift cards"},
    )
    kinds = kinds_of_failure(result)
    assert [kind.count for kind in kinds] == [2, 1, 1, 1]
    assert [failure.confidence for failure in kinds[0].worst] == [0.8, 0.7]
    (wrong,) = kinds[1].worst
    assert (wrong.expected, wrong.rank) == (("Return an item",), 2)
