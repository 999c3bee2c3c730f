"""From an error budget to the confidence from which to answer."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.retrieval.dial import Counted, Dial

DIAL = Dial(100, (0.2, 0.4, 0.6, 0.8), (0.9, 0.7, 0.5, 0.3), (0.4, 0.2, 0.1, 0.02))


@pytest.mark.parametrize(
    ("max_wrong", "confidence"), [(0.5, 0.2), (0.2, 0.4), (0.15, 0.6), (0.05, 0.8)]
)
def test_it_answers_from_the_least_confidence_that_keeps_the_budget(
    max_wrong: float, confidence: float
) -> None:
    assert DIAL.answer_at(max_wrong) == confidence


def test_a_budget_that_cannot_be_kept_is_kept_as_nearly_as_possible() -> None:
    assert DIAL.answer_at(0.001) == 0.8


def test_luck_below_a_confidence_that_breaks_the_budget_does_not_count() -> None:
    lucky = Dial(100, (0.2, 0.4, 0.6), (0.9, 0.7, 0.5), (0.05, 0.2, 0.05))
    assert lucky.answer_at(0.1) == 0.6


@given(st.floats(0.01, 0.5), st.floats(0.01, 0.5))
def test_a_smaller_budget_never_answers_more(one: float, other: float) -> None:
    small, large = sorted((one, other))
    assert DIAL.answer_at(small) >= DIAL.answer_at(large)


def test_what_a_budget_lets_through_is_told() -> None:
    assert DIAL.counted_at(0.25) == Counted(confidence=0.4, answered=0.7, wrong=0.2)
