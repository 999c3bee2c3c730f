"""Figures say what they count."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.evaluation.cases import Case
from assistant.evaluation.metrics import (
    Prediction,
    auroc,
    covered_at_90,
    figure,
    is_right,
    recall_at,
    reciprocal_rank,
)

CASE = Case("1", "return?", "en", answerable=True, relevant=frozenset({"a"}))
SAID = Prediction("1", ("b", "a", "c"), (3, 2, 1), 0.8, "answer", "Within 30 days.", ("a",), 5.0)
NOT_THERE = replace(CASE, answerable=False, relevant=frozenset())


def test_the_first_right_article_counts() -> None:
    assert reciprocal_rank(SAID, CASE) == 0.5
    assert reciprocal_rank(SAID, CASE, depth=1) == 0.0
    assert (recall_at(SAID, CASE, 1), recall_at(SAID, CASE, 2)) == (0.0, 1.0)
    assert reciprocal_rank(SAID, NOT_THERE) == 0.0


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


@given(st.lists(st.floats(0, 1), max_size=30))
def test_a_figure_lies_within_its_interval(values: list[float]) -> None:
    found = figure(values)
    if not values:
        assert found is None
    else:
        assert found is not None
        assert found.n == len(values)
        assert found.low - 1e-9 <= found.value <= found.high + 1e-9


def test_a_figure_is_the_same_every_time() -> None:
    assert figure([0.0, 1.0, 1.0]) == figure([0.0, 1.0, 1.0])


@given(st.lists(st.floats(0, 1), max_size=8), st.lists(st.floats(0, 1), max_size=8))
def test_auroc_is_the_chance_that_a_positive_scores_above(
    positive: list[float], negative: list[float]
) -> None:
    pairs = [(p > n) + 0.5 * (p == n) for p in positive for n in negative]
    expected = sum(pairs) / len(pairs) if pairs else None
    assert auroc(positive, negative) == (None if expected is None else pytest.approx(expected))


def test_c_at_90_counts_what_is_right_above_the_refusals() -> None:
    right = replace(SAID, ranked=("a",), confidence=0.9)
    wrong = replace(SAID, ranked=("b",), confidence=0.95)
    low = replace(SAID, ranked=("a",), confidence=0.1)
    others = [replace(SAID, confidence=0.2) for _ in range(10)]
    cases = [CASE] * 3 + [NOT_THERE] * 10
    assert covered_at_90([right, wrong, low, *others], cases) == pytest.approx(1 / 3)
    assert covered_at_90([right], [CASE]) is None
    assert covered_at_90(others, [NOT_THERE] * 10) is None
