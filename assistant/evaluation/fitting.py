"""Fit the rank's weights and the confidence to an encoder: `assistant calibrate`.

Learns from question sets, and from the help center itself without labels: each known phrasing asked
with itself left out shows what "there" looks like, and with its whole article left out what "not
there" looks like.
"""

from __future__ import annotations

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
_WRONG_LET_THROUGH = 0.15
FITTED_DEPTH = 40
"""How many articles of each question the weights may reorder."""
MOST_CASES = 500
"""Questions of one set that are learnt from."""


@dataclass(frozen=True)
class Example:
    """A question, what was found for it (any order), and what is right; `group` weighs the sets,
    and `case` is the locale, or CROSS, whose calibration learns from it."""

    found: tuple[RankedArticle, ...]
    relevant: frozenset[str]
    answerable: bool
    group: str
    case: str


def self_sets(
    articles: Sequence[Article], *, name: str, folds: int = 4
) -> Iterator[tuple[str, QuestionSet]]:
    """(group, set): a help center's own phrasings, each asked of what was left in."""
    for fold in range(folds):
        kept = [replace(a, questions=_without(a.questions, fold, folds)) for a in articles]
        cases = [_case(a, q, {a.id}) for a in articles for q in _held_out(a.questions, fold, folds)]
        yield "there", QuestionSet(name, tuple(cases), tuple(kept))
        left = [a for n, a in enumerate(articles) if n % folds != fold]
        gone = [a for n, a in enumerate(articles) if n % folds == fold]
        cases = [_case(a, q, set()) for a in gone for q in a.questions]
        yield "gone", QuestionSet(name, tuple(cases), tuple(left))


def cross_sets(articles: Sequence[Article]) -> Iterator[tuple[str, QuestionSet]]:
    """(group, set): an article's phrasings, asked where at most its translation is."""
    by_id = {article.id: article for article in articles}
    twins = [(a, by_id[a.translation_of]) for a in articles if a.translation_of in by_id]
    pairs = [*twins, *((other, one) for one, other in twins)]
    for locale in sorted({twin.locale for _, twin in pairs}):
        asked = [(a, twin) for a, twin in pairs if twin.locale == locale]
        # One half is the help center for both, so that its size tells nothing.
        left, gone = asked[::2], asked[1::2]
        articles = tuple(twin for _, twin in left)
        there = [_case(a, q, {twin.id}) for a, twin in left for q in a.questions]
        yield "there", QuestionSet(f"cross-{locale}", tuple(there), articles)
        nowhere = [_case(a, q, set()) for a, _ in gone for q in a.questions]
        yield "gone", QuestionSet(f"cross-{locale}", tuple(nowhere), articles)


def fit(examples: Sequence[Example]) -> dict[str, Any]:
    """The calibration as JSON, each case from its own examples."""
    by_case: dict[str, list[Example]] = {}
    for example in examples:
        by_case.setdefault(example.case, []).append(example)
    cases: dict[str, Any] = {}
    shown: list[tuple[float, bool]] = []
    for name, found in sorted(by_case.items()):
        weights = fit_weights(found)
        bias, coefficients, confidences = fit_confidence(found, weights)
        cases[name] = {"weights": weights, "bias": bias, "coefficients": coefficients}
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
