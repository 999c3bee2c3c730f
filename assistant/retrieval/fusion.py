"""Weigh lexical and vector evidence into one rank of articles. Pure.

Each article gets the best of its passages by each signal; signals are standardised over the
candidates of the question (a z-score sum beat reciprocal ranks by 5-15 points of R@1: FACTS.md), so
that neither the length of the question nor the size of the help center shifts their balance.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from assistant.domain.article import Hit, PassageKind
from assistant.ports import LexicalCandidate, TermStatistics
from assistant.retrieval.analysis import jaccard

K1, B = 1.2, 0.75
"""Robertson and Zaragoza 2009, "The Probabilistic Relevance Framework: BM25 and Beyond"."""

KNOWN = 0.75
"""From this match on, a question is a known phrasing: three words of four."""

_BEGUN = 0.8
_VOTE = 0.03
"""Cosine by which a phrasing may lag behind and still count by a third."""

_OF_HITS = ("body_lexical", "body_cosine", "phrasing_lexical", "phrasing_cosine")
SIGNALS = (*_OF_HITS, "discriminant_mean", "discriminant_nearest")
"""What a rank is made of; the title is one of the phrasings."""


def idf(term: str, statistics: TermStatistics) -> float:
    """Never negative: ln(1 + (N - n + .5) / (n + .5))."""
    found = statistics.document_frequency.get(term, 0)
    return math.log(1 + (statistics.documents - found + 0.5) / (found + 0.5))


def idfs(terms: Iterable[str], statistics: TermStatistics) -> dict[str, float]:
    """Of each term, in order."""
    return {term: idf(term, statistics) for term in terms}


def bm25(weights: Mapping[str, float], candidate: LexicalCandidate, mean_length: float) -> float:
    """Sum over the question's terms; `weights`: their idf."""
    length = len(candidate.tokens) / max(mean_length, 1.0)
    score = 0.0
    for term, weight in weights.items():
        count = candidate.tokens.count(term)
        if count:
            score += weight * count * (K1 + 1) / (count + K1 * (1 - B + B * length))
    return score


def coverage(weights: Mapping[str, float], held: Collection[str]) -> float:
    """Share of the question's weight, by idf, that the held terms carry: 0-1."""
    total = sum(weights.values())
    return sum(weight for term, weight in weights.items() if term in held) / total if total else 0.0


def phrasing_match(asked: Sequence[str], phrasing: Sequence[str]) -> float:
    """How nearly a question is a known phrasing, word for word: Jaccard over their words, 0-1;
    one that begins a phrasing, and is half of it or more, counts as `_BEGUN`."""
    half = len(asked) >= max(3, len(phrasing) / 2)
    begun = half and list(phrasing[: len(asked)]) == list(asked)
    share = jaccard(set(asked), set(phrasing))
    return max(share, _BEGUN) if begun else share


def with_known_phrasings(
    scores: Mapping[str, float], matches: Mapping[str, float]
) -> dict[str, float]:
    """A question that is (nearly) a phrasing that writers gave an article goes to that article:
    the fit cannot learn it, since it always leaves the asked phrasing out."""
    lead = max(scores.values(), default=0.0)
    return {
        id: score + (1 + lead * matches[id]) if matches.get(id, 0.0) >= KNOWN else score
        for id, score in scores.items()
    }


def article_signals(hits: Sequence[Hit]) -> dict[str, float]:
    """The best of the article's passages by each signal, and how its next best stand by them:
    `phrasing_vote`, the smooth maximum of the phrasings' cosines, and `body_near`, the mean of the
    three nearest passages'."""
    signals = dict.fromkeys((*_OF_HITS, "phrasing_vote", "body_near"), 0.0)
    cosines: dict[str, list[float]] = {"body": [], "phrasing": []}
    for hit in hits:
        kind = "phrasing" if hit.passage.kind is PassageKind.PHRASING else "body"
        signals[f"{kind}_lexical"] = max(signals[f"{kind}_lexical"], hit.lexical)
        cosines[kind].append(hit.cosine)
        signals[f"{kind}_cosine"] = max(signals[f"{kind}_cosine"], hit.cosine)
    nearest = sorted(cosines["body"], reverse=True)[:3]
    if nearest:
        signals["body_near"] = sum(nearest) / len(nearest)
    signals["phrasing_vote"] = _smooth_maximum(cosines["phrasing"])
    return signals


def _smooth_maximum(values: Sequence[float]) -> float:
    """Logarithm of the summed exponentials at `_VOTE`: several near ones count more than one."""
    if not values:
        return 0.0
    top = max(values)
    return top + _VOTE * math.log(sum(math.exp((value - top) / _VOTE) for value in values))


def fuse(
    signals: Mapping[str, Mapping[str, float]], weights: Mapping[str, float]
) -> dict[str, float]:
    """article id → weighted sum of z-scores; the articles are each other's background."""
    if not signals:
        return {}
    names = [name for name, weight in weights.items() if weight]
    scores = z_scores(signals, names) @ np.array([weights[name] for name in names])
    return dict(zip(signals, scores.tolist(), strict=True))


def z_scores(
    signals: Mapping[str, Mapping[str, float]], names: Sequence[str]
) -> NDArray[np.float64]:
    """[articles, names]"""
    table = np.array([[each.get(name, 0.0) for name in names] for each in signals.values()])
    spread = table.std(axis=0)
    spread[spread < 1e-9] = 1.0
    standardised: NDArray[np.float64] = (table - table.mean(axis=0)) / spread
    return standardised


def rank_hits(hits: Iterable[Hit]) -> tuple[Hit, ...]:
    """An article's hits by their own evidence, each scored against the best of the article."""
    hits = list(hits)
    lexical = max((hit.lexical for hit in hits), default=0.0) or 1.0
    # Not `replace`, which takes three times as long: a question finds hundreds of hits.
    scored = [
        Hit(hit.passage, hit.lexical, hit.cosine, hit.cosine + 0.5 * hit.lexical / lexical)
        for hit in hits
    ]
    return tuple(sorted(scored, key=lambda hit: (-hit.score, hit.passage.position)))
