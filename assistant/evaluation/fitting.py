"""Fit the rank's weights and the confidence to an encoder: `assistant calibrate`.

Learns from question sets, and from the help center itself without labels: each known phrasing asked
with itself left out shows what "there" looks like, and with its whole article left out what "not
there" looks like.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from assistant.domain.article import Article, RankedArticle
from assistant.evaluation.cases import Case, QuestionSet
from assistant.retrieval.confidence import FEATURES, features
from assistant.retrieval.fusion import SIGNALS, fuse

_STEPS = (0.0, 0.15, 0.3, 0.5, 0.7, 1.0, 1.4, 2.0)
_ROUNDS = 3
_MOST_CASES = 500
_WRONG_LET_THROUGH = 0.15
FITTED_DEPTH = 40
"""How many articles of each question the weights may reorder."""


@dataclass(frozen=True)
class Example:
    """A question, what was found for it (any order), and what is right; `group` weighs the sets."""

    found: tuple[RankedArticle, ...]
    relevant: frozenset[str]
    answerable: bool
    group: str


def self_sets(
    articles: Sequence[Article], *, name: str, folds: int = 4
) -> Iterator[tuple[str, QuestionSet]]:
    """(group, set): a help center's own phrasings, each asked of what was left in. All sets have
    one name, and so one index after another in one home, where nothing is embedded twice."""
    for fold in range(folds):
        kept = [replace(a, questions=_without(a.questions, fold, folds)) for a in articles]
        cases = [_case(a, q, {a.id}) for a in articles for q in _held_out(a.questions, fold, folds)]
        yield "there", QuestionSet(name, tuple(cases), tuple(kept))
        left = [a for n, a in enumerate(articles) if n % folds != fold]
        gone = [a for n, a in enumerate(articles) if n % folds == fold]
        cases = [_case(a, q, set()) for a in gone for q in a.questions]
        yield "gone", QuestionSet(name, tuple(cases), tuple(left))


def sample(question_set: QuestionSet) -> QuestionSet:
    """At most 500 questions of it, the same ones every time."""
    cases = question_set.cases
    if len(cases) > _MOST_CASES:
        cases = tuple(random.Random(1).sample(cases, _MOST_CASES))
    return replace(question_set, cases=cases)


def fit(examples: Mapping[str, Sequence[Example]]) -> dict[str, Any]:
    """The calibration as JSON, from examples by locale."""
    cases: dict[str, Any] = {}
    shown: list[tuple[float, bool]] = []
    for locale, found in sorted(examples.items()):
        weights = fit_weights(found)
        bias, coefficients, confidences = fit_confidence(found, weights)
        cases[locale] = {"weights": weights, "bias": bias, "coefficients": coefficients}
        shown += confidences
    answer_at = threshold(shown, wrong_let_through=_WRONG_LET_THROUGH)
    return {"answer_at": answer_at, "clarify_at": round(answer_at * 0.5, 3), "cases": cases}


def threshold(shown: Sequence[tuple[float, bool]], *, wrong_let_through: float) -> float:
    """The confidence that at most this share of the wrong first articles reaches."""
    wrong = [confidence for confidence, right in shown if not right]
    return round(float(np.quantile(wrong, 1 - wrong_let_through)), 3) if wrong else 0.5


def fit_weights(examples: Sequence[Example]) -> dict[str, float]:
    """Coordinate ascent on the mean over groups of the reciprocal rank."""
    weights = dict.fromkeys(SIGNALS, 1.0)
    asked = [example for example in examples if example.answerable]
    best = _mean_rank(asked, weights)
    for _ in range(_ROUNDS):
        for name in SIGNALS:
            for step in _STEPS:
                trial = weights | {name: step}
                value = _mean_rank(asked, trial)
                if value > best + 1e-6:
                    weights, best = trial, value
    return weights


def rerank(example: Example, weights: Mapping[str, float]) -> tuple[RankedArticle, ...]:
    """The found articles in the order that the weights give."""
    scores = fuse({r.article.id: r.signals for r in example.found}, weights)
    ranked = [replace(r, score=scores[r.article.id]) for r in example.found]
    return tuple(sorted(ranked, key=lambda r: (-r.score, r.article.id)))


def fit_confidence(
    examples: Sequence[Example], weights: Mapping[str, float]
) -> tuple[float, dict[str, float], list[tuple[float, bool]]]:
    """Bias, coefficients, and (confidence, right) of each example. Every group weighs the same."""
    from sklearn.linear_model import LogisticRegression

    rows, right, groups = [], [], []
    for example in examples:
        ranked = rerank(example, weights)
        if ranked:
            values = features(ranked)
            rows.append([values[name] for name in FEATURES])
            right.append(ranked[0].article.id in example.relevant)
            groups.append(example.group)
    sizes = {group: groups.count(group) for group in set(groups)}
    model = LogisticRegression(C=1.0, max_iter=2000)
    model.fit(np.array(rows), right, sample_weight=[1000 / sizes[group] for group in groups])
    confidences = model.predict_proba(np.array(rows))[:, 1]
    coefficients = dict(zip(FEATURES, (round(float(c), 4) for c in model.coef_[0]), strict=True))
    shown = list(zip(confidences.tolist(), right, strict=True))
    return round(float(model.intercept_[0]), 4), coefficients, shown


def _mean_rank(examples: Iterable[Example], weights: Mapping[str, float]) -> float:
    by_group: dict[str, list[float]] = {}
    for example in examples:
        ids = [ranked.article.id for ranked in rerank(example, weights)]
        ranks = [n for n, id in enumerate(ids, start=1) if id in example.relevant]
        by_group.setdefault(example.group, []).append(1 / ranks[0] if ranks else 0.0)
    return float(np.mean([np.mean(values) for values in by_group.values()]))


def _held_out(questions: Sequence[str], fold: int, folds: int) -> list[str]:
    return [question for n, question in enumerate(questions) if n % folds == fold]


def _without(questions: Sequence[str], fold: int, folds: int) -> tuple[str, ...]:
    return tuple(question for n, question in enumerate(questions) if n % folds != fold)


def _case(article: Article, question: str, relevant: set[str]) -> Case:
    return Case(
        f"{article.id}?{question}",
        question,
        article.locale,
        answerable=bool(relevant),
        relevant=frozenset(relevant),
    )
