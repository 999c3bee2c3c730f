"""Figures of a run over a question set. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from assistant.evaluation.cases import Case

_BOOTSTRAPS = 1000


@dataclass(frozen=True)
class Prediction:
    """What the reply path made of a case. `ranked`: article ids, best first."""

    id: str
    ranked: tuple[str, ...]
    scores: tuple[float, ...]
    confidence: float
    decision: str
    text: str
    citations: tuple[str, ...]
    ms: float


@dataclass(frozen=True)
class Figure:
    """A mean with its 95 % bootstrap interval over `n` questions."""

    value: float
    low: float
    high: float
    n: int


def figure(values: Sequence[float]) -> Figure | None:
    """Percentile bootstrap (Efron 1979), seeded; None over nothing."""
    if not values:
        return None
    array = np.asarray(values, dtype=float)
    rows = np.random.default_rng(1).integers(0, len(array), (_BOOTSTRAPS, len(array)))
    low, high = np.percentile(array[rows].mean(axis=1), [2.5, 97.5])
    return Figure(float(array.mean()), float(low), float(high), len(array))


def reciprocal_rank(prediction: Prediction, case: Case, *, depth: int = 10) -> float:
    """1 / rank of the first right article within the depth, else 0."""
    for rank, id in enumerate(prediction.ranked[:depth], start=1):
        if id in case.relevant:
            return 1 / rank
    return 0.0


def recall_at(prediction: Prediction, case: Case, depth: int) -> float:
    """1 where a right article stands within the depth."""
    return float(any(id in case.relevant for id in prediction.ranked[:depth]))


def is_right(prediction: Prediction, case: Case) -> bool:
    """Answered with a right article cited first and every fact in the text; or rightly refused."""
    answered = prediction.decision == "answer"
    if not case.answerable:
        return not answered
    cited = bool(prediction.citations) and prediction.citations[0] in case.relevant
    return answered and cited and all(_holds(prediction.text, fact) for fact in case.facts)


def auroc(positive: Sequence[float], negative: Sequence[float]) -> float | None:
    """Chance that a positive scores above a negative (Mann-Whitney U); ties count half."""
    if not positive or not negative:
        return None
    order = np.sort(np.asarray(negative, dtype=float))
    above = np.searchsorted(order, positive, side="left")
    ties = np.searchsorted(order, positive, side="right") - above
    return float((above + 0.5 * ties).sum() / (len(positive) * len(negative)))


def covered_at_90(predictions: Sequence[Prediction], cases: Sequence[Case]) -> float | None:
    """C@90: share of all answerable questions that are right at rank 1 and above the lowest
    threshold that refuses 90 % of the others."""
    refused = [p.confidence for p, c in zip(predictions, cases, strict=True) if not c.answerable]
    asked = [(p, c) for p, c in zip(predictions, cases, strict=True) if c.answerable]
    if not refused or not asked:
        return None
    bound = float(np.quantile(refused, 0.9, method="higher"))
    right = [p.confidence > bound and recall_at(p, c, 1) > 0 for p, c in asked]
    return sum(right) / len(asked)


def _holds(text: str, alternatives: Sequence[str]) -> bool:
    held = _normal(text)
    return any(_normal(alternative) in held for alternative in alternatives)


def _normal(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())
