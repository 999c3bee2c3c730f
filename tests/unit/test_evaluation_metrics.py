"""Figures say what they count."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.evaluation import metrics
from assistant.evaluation.cases import Case
from assistant.evaluation.metrics import Statistic, figure, gain, is_named, is_right, rank_of_right
from assistant.evaluation.predictions import Prediction

CASE = Case("1", "return?", "en", answerable=True, relevant=frozenset({"a"}))
SAID = Prediction("1", ("b", "a", "c"), (3, 2, 1), 0.8, "answer", "Within 30 days.", ("a",), 5.0)
NOT_THERE = replace(CASE, answerable=False, relevant=frozenset())


def value(statistic: Statistic, count: int) -> float:
    """Over all of so many questions."""
    with np.errstate(invalid="ignore", divide="ignore"):
        return float(statistic(np.ones((1, count)))[0])


def test_the_first_right_article_counts() -> None:
    assert rank_of_right(SAID, CASE) == 2
    assert rank_of_right(SAID, replace(CASE, relevant=frozenset({"c", "b"}))) == 1
    assert rank_of_right(SAID, NOT_THERE) == 0


def test_the_gain_of_a_ranking_is_one_where_all_that_is_right_comes_first() -> None:
    assert gain(SAID, replace(CASE, relevant=frozenset({"a", "b"}))) == pytest.approx(1.0)
    assert gain(SAID, CASE) == pytest.approx(1 / np.log2(3))
    assert gain(SAID, CASE, depth=1) == 0.0
    assert gain(SAID, NOT_THERE) == 0.0


def test_right_is_cited_first_and_holds_every_fact() -> None:
    facts = replace(CASE, facts=(("30\u00a0DAYS", "a month"), ("within",)))
    assert is_right(SAID, facts)
    assert not is_right(replace(SAID, text="In a week."), facts)
    assert not is_right(replace(SAID, citations=("b", "a")), CASE)
    assert not is_right(replace(SAID, citations=()), CASE)
    assert not is_right(replace(SAID, decision="clarify"), CASE)


def test_not_to_answer_is_right_where_nothing_answers() -> None:
    assert not is_right(SAID, NOT_THERE)
    for decision in ("clarify", "handoff", "smalltalk"):
        assert is_right(replace(SAID, decision=decision), NOT_THERE)


def test_an_article_among_the_buttons_is_a_click_away_unless_something_was_answered() -> None:
    asked_back = replace(SAID, decision="clarify", citations=(), named=("b", "a"))
    assert is_named(asked_back, CASE)
    assert not is_named(replace(asked_back, named=("b",)), CASE)
    assert not is_named(replace(asked_back, decision="answer", citations=("b",)), CASE)
    assert is_named(SAID, CASE)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=30))
def test_a_figure_lies_within_its_interval_and_is_the_same_every_time(values: list[float]) -> None:
    statistic = metrics.share(values, [True] * len(values))
    found = [figure(statistic, metrics.draws([str(n) for n in range(len(values))]), n=7)] * 2
    assert found[0] == found[1]
    assert found[0] is not None
    assert found[0].value == pytest.approx(sum(values) / len(values))
    assert found[0].low - 1e-9 <= found[0].value <= found[0].high + 1e-9


def test_over_nothing_there_is_no_figure() -> None:
    assert figure(metrics.share([1.0], [False]), metrics.draws(["a"]), n=0) is None


def test_paraphrases_are_drawn_together_and_so_widen_the_interval() -> None:
    hits = ([1.0] * 5 + [0.0] * 5) * 4
    statistic = metrics.share(hits, [True] * 40)
    alone = figure(statistic, metrics.draws([str(n) for n in range(40)]), n=40)
    in_fives = figure(statistic, metrics.draws([str(n // 5) for n in range(40)]), n=40)
    assert alone is not None
    assert in_fives is not None
    assert in_fives.high - in_fives.low > 1.5 * (alone.high - alone.low)


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=16))
def test_auroc_is_the_chance_that_a_positive_scores_above(rows: list[tuple[float, bool]]) -> None:
    positive = [score for score, is_one in rows if is_one]
    negative = [score for score, is_one in rows if not is_one]
    pairs = [(p > n) + 0.5 * (p == n) for p in positive for n in negative]
    found = value(metrics.auroc(*zip(*rows, strict=True)), len(rows))
    if pairs:
        assert found == pytest.approx(sum(pairs) / len(pairs))
    else:
        assert np.isnan(found)


def test_c_at_90_counts_what_is_right_above_the_threshold_that_refuses_nine_of_ten() -> None:
    others = [n / 10 for n in range(10)]  # .8 is the lowest threshold that refuses nine of them
    asked = [(0.85, True), (0.95, False), (0.8, True), (0.1, True)]
    statistic = metrics.covered(
        [score for score, _ in asked] + others,
        [right for _, right in asked] + [False] * 10,
        [True] * 4 + [False] * 10,
        refuse=0.9,
    )
    assert value(statistic, 14) == pytest.approx(1 / 4)


@pytest.mark.parametrize("answerable", [True, False])
def test_c_at_90_needs_questions_of_both_kinds(answerable: bool) -> None:
    statistic = metrics.covered([0.5], [answerable], [answerable], refuse=0.9)
    assert np.isnan(value(statistic, 1))


def test_within_a_budget_the_most_is_answered_that_stays_within_it() -> None:
    scores = [0.9, 0.8, 0.7, 0.6, 0.5]
    right = [True, False, True, True, False]
    assert value(metrics.answered_within(scores, right, budget=0.02), 5) == pytest.approx(0.2)
    assert value(metrics.answered_within(scores, right, budget=0.25), 5) == pytest.approx(0.8)
    # What scores the same is answered or refused together.
    assert value(metrics.answered_within([0.5] * 2, [True, False], budget=0.02), 2) == 0.0


def test_calibration_error_is_the_distance_between_confidence_and_what_came_true() -> None:
    confidence = [0.95, 0.95, 0.15, 0.15, 1.0]
    right = [True, False, False, False, True]
    # Two of three came true where .967 was shown, none of two where .15 was.
    expected = (3 * abs(2.9 / 3 - 2 / 3) + 2 * 0.15) / 5
    assert value(metrics.calibration_error(confidence, right), 5) == pytest.approx(expected)
    squares = (0.05**2 + 0.95**2 + 2 * 0.15**2) / 5
    assert value(metrics.brier(confidence, right), 5) == pytest.approx(squares)
