"""Figures over questions, each with its 95 % bootstrap interval. Pure. docs/quality.md says what
each one means.

A statistic takes weights of shape (draws, questions) and gives a value for each draw: how often a
question was drawn is its weight. So the figure (every weight 1) and its interval come out of the
same lines, and a thousand draws are a few products of matrices.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from assistant.evaluation.cases import Case
from assistant.evaluation.predictions import Prediction

Array = NDArray[np.float64]
Statistic = Callable[[Array], Array]

BINS = 10
"""Of equal width, for the calibration error."""
_DRAWS = 1000
_ROUNDING = 1e-9


@dataclass(frozen=True)
class Figure:
    """A value with its 95 % interval over `n` questions."""

    value: float
    low: float
    high: float
    n: int


def draws(groups: Sequence[str]) -> Array:
    """How often each question is in each bootstrap draw (Efron 1979). Whole groups are drawn, as
    paraphrases succeed together; the same draws every time."""
    _, group = np.unique(np.asarray(groups), return_inverse=True)
    count = int(group.max()) + 1
    drawn = np.random.default_rng(1).multinomial(count, np.full(count, 1 / count), size=_DRAWS)
    return drawn[:, group].astype(float)


def figure(statistic: Statistic, weights: Array, *, n: int) -> Figure | None:
    """The statistic over all questions, and its percentiles over the draws; None where it has no
    value, as over no questions."""
    with np.errstate(invalid="ignore", divide="ignore"):
        (value,) = statistic(np.ones((1, weights.shape[1])))
        if np.isnan(value):
            return None
        low, high = np.nanpercentile(statistic(weights), [2.5, 97.5])
    return Figure(float(value), float(low), float(high), n)


# -- of one question


def rank_of_right(prediction: Prediction, case: Case) -> int:
    """Of the first right article, from 1; 0 where none was found."""
    ranks = (n for n, id in enumerate(prediction.ranked, start=1) if id in case.relevant)
    return next(ranks, 0)


def gain(prediction: Prediction, case: Case, *, depth: int = 10) -> float:
    """nDCG at the depth; each right article counts the same."""
    discounts = 1 / np.log2(np.arange(2, depth + 2))
    found = [id in case.relevant for id in prediction.ranked[:depth]]
    ideal = discounts[: len(case.relevant)].sum()
    return float(discounts[: len(found)][found].sum() / ideal) if ideal else 0.0


def is_right(prediction: Prediction, case: Case) -> bool:
    """Answered with a right article cited first and every fact in the text; or rightly refused."""
    if not case.answerable:
        return not prediction.answered
    cited = bool(prediction.citations) and prediction.citations[0] in case.relevant
    held = all(_holds(prediction.text, fact) for fact in case.facts)
    return prediction.answered and cited and held


def is_named(prediction: Prediction, case: Case) -> bool:
    """Answered from a right article, or not answered with a right one among the buttons."""
    shown = prediction.citations[:1] if prediction.answered else prediction.named
    return not case.relevant.isdisjoint(shown)


# -- statistics


def share(values: ArrayLike, among: ArrayLike) -> Statistic:
    """The mean of the values among some of the questions."""
    mask = np.asarray(among, dtype=float)
    counted = np.asarray(values, dtype=float) * mask
    return lambda weights: (weights @ counted) / (weights @ mask)


def auroc(scores: ArrayLike, positive: ArrayLike) -> Statistic:
    """Chance that a positive scores above another one (Mann-Whitney U); ties count half."""
    levels, is_positive = _Levels(scores), np.asarray(positive, dtype=bool)

    def statistic(weights: Array) -> Array:
        above, others = levels.mass(weights, is_positive), levels.mass(weights, ~is_positive)
        below = np.cumsum(others, axis=1) - others / 2
        pairs = above.sum(axis=1) * others.sum(axis=1)
        return np.asarray((above * below).sum(axis=1) / pairs)

    return statistic


def covered(
    scores: ArrayLike, right: ArrayLike, answerable: ArrayLike, *, refuse: float
) -> Statistic:
    """Share of the answerable questions that are right and above the lowest threshold that refuses
    this share of the others. What has the threshold's own score is refused."""
    levels = _Levels(scores)
    is_right, asked = np.asarray(right, dtype=bool), np.asarray(answerable, dtype=bool)

    def statistic(weights: Array) -> Array:
        others = levels.mass(weights, ~asked)
        refused = np.cumsum(others, axis=1) / others.sum(axis=1, keepdims=True)
        threshold = (refused >= refuse - _ROUNDING).argmax(axis=1)[:, None]
        hits = levels.mass(weights, is_right)
        kept = hits.sum(axis=1) - np.take_along_axis(np.cumsum(hits, axis=1), threshold, 1)[:, 0]
        found = kept / (weights @ asked.astype(float))
        return np.where(others.sum(axis=1) > 0, found, np.nan)

    return statistic


def answered_within(scores: ArrayLike, right: ArrayLike, *, budget: float) -> Statistic:
    """The largest share of all questions that a threshold lets through while at most the budget of
    them is wrong."""
    levels, is_wrong = _Levels(scores), ~np.asarray(right, dtype=bool)

    def statistic(weights: Array) -> Array:
        let = levels.from_above(levels.mass(weights, np.ones_like(is_wrong)))
        wrong = levels.from_above(levels.mass(weights, is_wrong))
        allowed = wrong <= budget * let + _ROUNDING
        return np.asarray((let * allowed).max(axis=1) / weights.sum(axis=1))

    return statistic


def calibration_error(confidence: ArrayLike, right: ArrayLike) -> Statistic:
    """Expected distance between confidence and share right, over ten bins of equal width."""
    shown = np.asarray(confidence, dtype=float)
    gap = (shown - np.asarray(right, dtype=float))[:, None] * _one_hot(bins(shown))
    return lambda weights: np.abs(weights @ gap).sum(axis=1) / weights.sum(axis=1)


def brier(confidence: ArrayLike, right: ArrayLike) -> Statistic:
    """Mean squared distance between confidence and what came true."""
    off = np.asarray(confidence, dtype=float) - np.asarray(right, dtype=float)
    return share(off**2, np.ones_like(off))


def bins(confidence: Array) -> NDArray[np.int64]:
    """The bin of each confidence, 0 to 9; 1.0 falls into the last."""
    return np.minimum((confidence * BINS).astype(np.int64), BINS - 1)


class _Levels:
    """Questions in order of their score, those of equal score as one level."""

    def __init__(self, scores: ArrayLike) -> None:
        values = np.asarray(scores, dtype=float)
        self._order = np.argsort(values, kind="stable")
        _, self._starts = np.unique(values[self._order], return_index=True)

    def mass(self, weights: Array, mask: NDArray[np.bool_]) -> Array:
        """Weight of the masked questions in each level, lowest first: (draws, levels)."""
        rows = (weights * mask)[:, self._order]
        return np.asarray(np.add.reduceat(rows, self._starts, axis=1))

    def from_above(self, mass: Array) -> Array:
        """Weight in each level and all above it."""
        return np.asarray(np.cumsum(mass[:, ::-1], axis=1)[:, ::-1])


def _one_hot(bin: NDArray[np.int64]) -> Array:
    return np.asarray(np.eye(BINS)[bin])


def _holds(text: str, alternatives: Sequence[str]) -> bool:
    held = _normal(text)
    return any(_normal(alternative) in held for alternative in alternatives)


def _normal(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())
