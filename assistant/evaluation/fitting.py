"""Fit the rank's weights and the confidence to an encoder: `assistant calibrate`.

Learns from question sets, and from the help center itself without labels: each known phrasing asked
with itself left out shows what "there" looks like, and with its whole article left out what "not
there" looks like.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.domain.article import Article, RankedArticle
from assistant.evaluation.cases import Case, QuestionSet
from assistant.retrieval.confidence import CROSS, FEATURES, SAME, features
from assistant.retrieval.dial import Dial
from assistant.retrieval.fusion import SIGNALS, fuse, z_scores

_STEPS = (0.0, 0.15, 0.3, 0.5, 0.7, 1.0, 1.4, 2.0)
_MOST_ROUNDS = 10
_SUM_OF_WEIGHTS = 4.0
_UNCOVERED = 0.2
"""Share of a help center's questions that it does not cover, by which the dial weighs its labels:
question sets hold as many of them as their makers liked."""
_FOLDS = 5
_CONFIDENCES = tuple(round(0.025 * step, 3) for step in range(1, 40))
FITTED_DEPTH = 40
"""How many articles of each question the weights may reorder."""
MOST_CASES = 500
"""Questions of one set that are learnt from."""


MARKS = "marks"
"""The group of what a site's own people said of its own questions."""


@dataclass(frozen=True)
class Example:
    """A question, what was found for it (any order), and what is right; `group` weighs the sets,
    and `case` is SAME or CROSS, whose calibration learns from it."""

    found: tuple[RankedArticle, ...]
    relevant: frozenset[str]
    answerable: bool
    group: str
    case: str


@dataclass(frozen=True)
class Shown:
    """The confidence in the first article for a question, and what was true."""

    confidence: float
    right: bool
    answerable: bool
    group: str = ""


@dataclass(frozen=True)
class _Table:
    """An example as numbers, its articles by their ids: [articles, signals] and which are right."""

    group: str
    scores: NDArray[np.float64]
    right: NDArray[np.bool_]


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
    """The calibration as JSON. All languages teach one rank and one confidence, and what crosses
    languages another: on question sets left out of the fit, a language's own examples alone never
    told right from wrong better (docs/decisions/0008-confidence.md)."""
    cases: dict[str, Any] = {}
    shown: list[Shown] = []
    for name in (SAME, CROSS):
        own = [example for example in examples if example.case == name]
        if own:
            weights = fit_weights(own)
            ranked = [(each, rerank(each, weights)) for each in own]
            bias, coefficients, unseen = fit_confidence(ranked)
            shown += unseen
            cases[name] = {"weights": weights, "bias": bias, "coefficients": coefficients}
    return {"dial": asdict(dial(shown)), "cases": cases}


def dial(shown: Sequence[Shown]) -> Dial:
    """What each confidence lets through, one question in five being one that is not covered; else
    every group weighs the same, however many labels it has."""
    from sklearn.isotonic import IsotonicRegression

    sizes = Counter((each.group, each.answerable) for each in shown)
    groups = Counter(answerable for _, answerable in sizes)
    share = {True: 1 - _UNCOVERED, False: _UNCOVERED}
    weight = np.array(
        [
            share[each.answerable] / groups[each.answerable] / sizes[each.group, each.answerable]
            for each in shown
        ]
    )
    confidence = np.array([each.confidence for each in shown])
    wrong = np.array([not each.right for each in shown])
    answered, mistaken = [], []
    for least in _CONFIDENCES:
        reached = weight * (confidence >= least)
        answered.append(float(reached.sum() / weight.sum()))
        mistaken.append(float((reached * wrong).sum() / reached.sum()) if reached.sum() else 0.0)
    # That a surer answer is wrong more often is chance: few reach the surest.
    falling = IsotonicRegression(increasing=False)
    mistaken = falling.fit_transform(_CONFIDENCES, mistaken, sample_weight=answered).tolist()
    answered, mistaken = ([round(share, 4) for share in shares] for shares in (answered, mistaken))
    own = sum(each.group == MARKS for each in shown)
    return Dial(len(shown), list(_CONFIDENCES), answered, mistaken, own)


def fit_weights(examples: Sequence[Example]) -> dict[str, float]:
    """Coordinate ascent on the reciprocal rank, a weighted mean over the groups."""
    asked = [_table(example) for example in examples if example.answerable and example.found]
    weights = np.ones(len(SIGNALS))
    best = _mean_rank(asked, weights)
    for _ in range(_MOST_ROUNDS):
        before = best
        for place in range(len(SIGNALS)):
            for step in _STEPS:
                trial = weights.copy()
                trial[place] = step
                value = _mean_rank(asked, trial)
                if value > best + 1e-6:
                    weights, best = trial, value
        if best == before:
            break
    # Of one sum in every case: the margin between two scores is a feature of the confidence.
    weights *= _SUM_OF_WEIGHTS / weights.sum()
    return dict(zip(SIGNALS, np.round(weights, 3).tolist(), strict=True))


def rerank(example: Example, weights: Mapping[str, float]) -> tuple[RankedArticle, ...]:
    """The found articles in the order that the weights give."""
    scores = fuse({r.article.id: r.signals for r in example.found}, weights)
    ranked = [replace(r, score=scores[r.article.id]) for r in example.found]
    return tuple(sorted(ranked, key=lambda r: (-r.score, r.article.id)))


def fit_confidence(
    examples: Sequence[tuple[Example, Sequence[RankedArticle]]],
) -> tuple[float, dict[str, float], list[Shown]]:
    """Of examples with their ranked articles: bias, coefficients, and what a fit that had not seen
    them shows for each. Every group weighs the same."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import StratifiedKFold

    found = [(example, ranked) for example, ranked in examples if ranked]
    values = [features(ranked) for _, ranked in found]
    rows = np.array([[value[name] for name in FEATURES] for value in values])
    right = np.array([ranked[0].article.id in example.relevant for example, ranked in found])
    sizes = Counter(example.group for example, _ in found)
    weight = np.array([1000 / sizes[example.group] for example, _ in found])
    model = LogisticRegression(C=1.0, max_iter=2000)
    unseen = np.zeros(len(found))
    for learnt, left in StratifiedKFold(_FOLDS, shuffle=True, random_state=0).split(rows, right):
        model.fit(rows[learnt], right[learnt], sample_weight=weight[learnt])
        unseen[left] = model.predict_proba(rows[left])[:, 1]
    model.fit(rows, right, sample_weight=weight)
    coefficients = dict(zip(FEATURES, (round(float(c), 4) for c in model.coef_[0]), strict=True))
    shown = [
        Shown(confidence, bool(is_right), example.answerable, example.group)
        for confidence, is_right, (example, _) in zip(unseen.tolist(), right, found, strict=True)
    ]
    return round(float(model.intercept_[0]), 4), coefficients, shown


def _table(example: Example) -> _Table:
    entries = sorted(example.found, key=lambda ranked: ranked.article.id)
    found = {ranked.article.id: ranked.signals for ranked in entries}
    right = np.array([id in example.relevant for id in found])
    return _Table(example.group, z_scores(found, SIGNALS), right)


def _mean_rank(asked: Iterable[_Table], weights: NDArray[np.float64]) -> float:
    by_group: dict[str, list[float]] = {}
    for table in asked:
        order = np.argsort(-(table.scores @ weights), kind="stable")
        places = np.flatnonzero(table.right[order])
        by_group.setdefault(table.group, []).append(1 / (places[0] + 1) if len(places) else 0.0)
    # Of few questions the mean says little, so a group weighs by the root of its size.
    means = [np.mean(values) for values in by_group.values()]
    return float(np.average(means, weights=[len(values) ** 0.5 for values in by_group.values()]))


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
