"""From a question to ranked articles in one locale, with everything they were ranked by."""

from __future__ import annotations

import logging
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from functools import lru_cache

import numpy as np

from assistant.domain.article import Hit, PassageKind, RankedArticle
from assistant.errors import EmbedderUnavailable, IndexUnavailable
from assistant.ports import Embedder, LexicalCandidate, TermStatistics, Vectors
from assistant.ports.searched import SearchedIndex, SearchedStore
from assistant.retrieval import analysis, fusion
from assistant.retrieval.colloquial import standard
from assistant.retrieval.confidence import Calibration
from assistant.retrieval.discriminant import Discriminants, Nearness
from assistant.retrieval.spelling import Speller

_LEXICAL_LIMIT = 200
_VECTOR_LIMIT = 80
_HITS_SHOWN = 8
_ARTICLES = 50
_LISTED = 10
_TOO_FREQUENT = 0.2
"""A term in more of the passages than this finds no candidates; it still counts in BM25."""
_SAME_HEADING = 2
_QUESTIONS_KEPT = 64
_PHRASINGS_KEPT = 50_000
_LONG_NUMBER = re.compile(r"\d{4,}")
_KINDS = (PassageKind.BODY, PassageKind.PHRASING)

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Retrieval:
    """Articles, best first, and the probability that the first one answers the question."""

    question: str
    locale: str
    articles: tuple[RankedArticle, ...] = ()
    confidence: float = 0.0
    corrections: Mapping[str, str] = field(default_factory=dict)
    without_vectors: bool = False
    weights: Mapping[str, float] = field(default_factory=dict)
    """idf of the question's stems in the body of the articles."""
    vector: Vectors | None = None

    def spelt(self, text: str, locale: str) -> str:
        """The customer's words as they were searched: slang in standard words, slips corrected."""
        words = standard(text, locale).split()
        stems = ((word, analysis.tokens(word, locale)) for word in words)
        return " ".join(
            self.corrections.get(found[0], word) if len(found) == 1 else word
            for word, found in stems
        )

    @property
    def best(self) -> RankedArticle | None:
        """The first article, None where nothing was found."""
        return self.articles[0] if self.articles else None


class Retriever:
    """Lexical and vector search, fused. Synchronous and thread-safe. A search sees each article
    whole, old or new, while others are being published.

    Without an encoder or a vector index it goes on with lexical evidence alone and says so in the
    result (`without_vectors`).
    """

    def __init__(
        self,
        *,
        store: SearchedStore,
        index: SearchedIndex,
        embedder: Embedder,
        calibration: Calibration,
        discriminants: Discriminants | None = None,
    ) -> None:
        """`discriminants`: of the store; its own where there are none to share."""
        self._store, self._index, self._embedder = store, index, embedder
        self._calibration = calibration
        # A reply asks the same of several languages, and again with what came before.
        self._vector_of = lru_cache(maxsize=_QUESTIONS_KEPT)(lambda text: embedder.embed([text])[0])
        self._speller = Speller(store)
        self._discriminants = discriminants or Discriminants(store, model=embedder.name)

    def search(
        self, question: str, *, locale: str, asked_in: str | None = None, limit: int = _LISTED
    ) -> Retrieval:
        """Search the articles of `locale`; `asked_in`: the question's language where it differs."""
        asked_in = asked_in or locale
        question = standard(question, asked_in)
        vector, near = self._near(question, locale)
        with self.one_moment():
            terms, corrections, statistics = self._terms(question, locale, asked_in)
            candidates = self._lexical(terms, locale, statistics)
            weights = {kind: fusion.idfs(terms, found) for kind, found in statistics.items()}
            lexical = _scores(candidates, weights, statistics)
            hits = self._hits(candidates, lexical, near, vector=vector, locale=locale)
            asked = analysis.words(question, locale)
            matches = {
                "phrasing_match": _phrasing_matches(asked, hits, locale),
                "heading_match": _heading_matches(asked, hits, locale),
            }
            near_by = {hit.passage.article_id for hit in hits}
            apart = self._discriminants.nearness(vector, locale, near_by)
            balance = self._calibration.weights(locale, asked_in=asked_in)
            ranked = self._rank(weights["body"], hits, candidates, matches, apart, balance)
        return Retrieval(
            question=question,
            locale=locale,
            articles=ranked[:limit],
            confidence=self._calibration.confidence(ranked, locale=locale, asked_in=asked_in),
            corrections=corrections,
            without_vectors=vector is None,
            weights=weights["body"],
            vector=vector,
        )

    def about(self, article_id: str, question: str, *, asked_in: str) -> Retrieval | None:
        """A search in the language of an article that the customer chose: it comes first whatever
        the words find, and is surely meant. None where it was withdrawn."""
        card = self._store.cards([article_id]).get(article_id)
        if card is None:
            return None
        found = self.search(question, locale=card.locale, asked_in=asked_in, limit=_ARTICLES)
        first = next((entry for entry in found.articles if entry.article.id == article_id), None)
        if first is None:
            nearest = fusion.rank_hits(self.read(article_id, found))
            first = RankedArticle(card, nearest[:_HITS_SHOWN], 0.0)
        others = [entry for entry in found.articles if entry.article.id != article_id]
        return replace(found, articles=(first, *others[: _LISTED - 1]), confidence=1.0)

    def read(self, article_id: str, retrieval: Retrieval) -> tuple[Hit, ...]:
        """All of an article's BODY passages in order, with their cosines to the question."""
        body = [p for p in self._store.passages_of(article_id) if p.kind is PassageKind.BODY]
        wanted = {passage.fingerprint for passage in body}
        cosines = self._cosines(wanted, {}, retrieval.vector)
        return tuple(Hit(p, cosine=cosines.get(p.fingerprint, 0.0)) for p in body)

    def holds_number(self, text: str) -> bool:
        """Whether an article has the number of the text: alone, in a word (27001, RTX4090), or in
        groups, each of which says little by itself."""
        for locale in self.locales():
            stems = analysis.tokens(text, locale)
            long = [stem for stem in stems if _LONG_NUMBER.search(stem)]
            long += [digits for stem in long for digits in _LONG_NUMBER.findall(stem)]
            groups = [stem for stem in stems if stem.isdigit()]
            statistics = self._store.term_statistics(locale, {*long, *groups})
            known = {stem for stem in (*long, *groups) if _known(stem, statistics)}
            if known.intersection(long) or (groups and not long and known.issuperset(groups)):
                return True
        return False

    def one_moment(self) -> AbstractContextManager[None]:
        """For who searches and then reads: all of it as the help center is now."""
        return self._store.one_moment()

    def locales(self) -> list[str]:
        """Locales that have articles, the one with most first."""
        return self._store.locales()

    def _terms(
        self, question: str, locale: str, asked_in: str
    ) -> tuple[list[str], dict[str, str], dict[str, TermStatistics]]:
        if asked_in == locale:
            stems = analysis.tokens(question, locale)
        else:
            kept = " ".join(analysis.content_words(question, asked_in))
            stems = analysis.tokens(kept, locale)
        stems = list(dict.fromkeys(stems))
        statistics = self._store.term_statistics(locale, stems)
        unknown = [stem for stem in stems if not _known(stem, statistics)]
        corrections = self._speller.corrections(unknown, locale)
        if corrections:
            stems = list(dict.fromkeys(corrections.get(stem, stem) for stem in stems))
            statistics = self._store.term_statistics(locale, stems)
        return stems, corrections, statistics

    def _lexical(
        self, terms: Sequence[str], locale: str, statistics: Mapping[str, TermStatistics]
    ) -> list[LexicalCandidate]:
        found: list[LexicalCandidate] = []
        for kind in _KINDS:
            telling = _telling(terms, statistics[kind.value])
            if telling:
                found += self._store.lexical_candidates(
                    locale, telling, kind=kind.value, limit=_LEXICAL_LIMIT
                )
        return found

    def _near(self, question: str, locale: str) -> tuple[Vectors | None, dict[str, float]]:
        try:
            vector = self._vector_of(question)
            return vector, dict(self._index.search(locale, vector, limit=_VECTOR_LIMIT))
        except (IndexUnavailable, EmbedderUnavailable) as error:
            log.error("search.without_vectors: %s", error)
            return None, {}

    def _hits(
        self,
        candidates: Sequence[LexicalCandidate],
        lexical: Mapping[str, float],
        near: Mapping[str, float],
        *,
        vector: Vectors | None,
        locale: str,
    ) -> list[Hit]:
        found = {c.passage.id: (c.passage, c.fingerprint) for c in candidates}
        for name, passages in self._store.passages_with(locale, near).items():
            found.update((passage.id, (passage, name)) for passage in passages)
        cosines = self._cosines({name for _, name in found.values()}, near, vector)
        return [
            Hit(passage, lexical.get(id, 0.0), cosines.get(name, 0.0))
            for id, (passage, name) in found.items()
        ]

    def _cosines(
        self, fingerprints: set[str], near: Mapping[str, float], vector: Vectors | None
    ) -> dict[str, float]:
        """What the index found, and for the other candidates the same from their stored vectors."""
        cosines = dict(near)
        missing = fingerprints - set(near)
        if vector is not None and missing:
            stored = self._store.vectors(self._embedder.name, missing)
            if stored:
                dots = np.stack(list(stored.values())) @ vector
                cosines.update(zip(stored, dots.tolist(), strict=True))
        return cosines

    def _rank(
        self,
        weights: Mapping[str, float],
        hits: Iterable[Hit],
        candidates: Iterable[LexicalCandidate],
        matches: Mapping[str, Mapping[str, float]],
        apart: Mapping[str, Nearness],
        balance: Mapping[str, float],
    ) -> tuple[RankedArticle, ...]:
        by_article: dict[str, list[Hit]] = defaultdict(list)
        for hit in hits:
            by_article[hit.passage.article_id].append(hit)
        signals = {id: fusion.article_signals(found) for id, found in by_article.items()}
        for id, told in apart.items():
            signals[id]["discriminant_mean"] = told.mean
            signals[id]["discriminant_nearest"] = told.nearest
        scores = fusion.fuse(signals, balance)
        for found in matches.values():
            scores = fusion.with_known_phrasings(scores, found)
        first = sorted(scores, key=lambda id: (-scores[id], id))[:_ARTICLES]
        coverage = _coverage(weights, candidates, wanted=set(first))
        cards = self._store.cards(first)
        return tuple(
            RankedArticle(
                article=cards[id],
                hits=fusion.rank_hits(by_article[id])[:_HITS_SHOWN],
                score=scores[id],
                signals=signals[id]
                | {"coverage": coverage.get(id, 0.0)}
                | {name: found.get(id, 0.0) for name, found in matches.items()},
            )
            for id in first
            if id in cards
        )


def _scores(
    candidates: Iterable[LexicalCandidate],
    weights: Mapping[str, Mapping[str, float]],
    statistics: Mapping[str, TermStatistics],
) -> dict[str, float]:
    """passage id → BM25 among the passages of its kind."""
    scores = {}
    for candidate in candidates:
        kind = candidate.passage.kind.value
        scores[candidate.passage.id] = fusion.bm25(
            weights[kind], candidate, statistics[kind].mean_length
        )
    return scores


def _phrasing_matches(asked: Sequence[str], hits: Iterable[Hit], locale: str) -> dict[str, float]:
    """article id → the best match of the question with one of its phrasings."""
    best: dict[str, float] = defaultdict(float)
    for hit in hits:
        if hit.passage.kind is PassageKind.PHRASING:
            match = fusion.phrasing_match(asked, _words(hit.passage.text, locale))
            best[hit.passage.article_id] = max(best[hit.passage.article_id], match)
    return best


def _heading_matches(asked: Sequence[str], hits: Iterable[Hit], locale: str) -> dict[str, float]:
    """The same with its sections' headings; nothing where many articles have such a section. A word
    among function words matches "Care and the warranty" by those: it has to be the heading."""
    stop = analysis.stop_words(locale)
    needed = fusion.KNOWN if sum(word not in stop for word in asked) > 1 else 1.0
    best: dict[str, float] = {}
    for hit in hits:
        if hit.passage.kind is PassageKind.BODY and len(hit.passage.heading_path) > 1:
            match = fusion.phrasing_match(asked, _words(hit.passage.heading_path[-1], locale))
            if match >= needed:
                id = hit.passage.article_id
                best[id] = max(best.get(id, 0.0), match)
    return best if len(asked) > 1 and len(best) <= _SAME_HEADING else {}


@lru_cache(maxsize=_PHRASINGS_KEPT)
def _words(text: str, locale: str) -> tuple[str, ...]:
    return tuple(analysis.words(text, locale))


def _known(stem: str, statistics: Mapping[str, TermStatistics]) -> bool:
    return any(entry.document_frequency.get(stem) for entry in statistics.values())


def _telling(terms: Sequence[str], statistics: TermStatistics) -> list[str]:
    """The terms that tell passages apart; all of them where each one is frequent."""
    known = [term for term in terms if statistics.document_frequency.get(term)]
    bound = max(_TOO_FREQUENT * statistics.documents, 50)
    rare = [term for term in known if statistics.document_frequency[term] <= bound]
    return rare or known


def _coverage(
    weights: Mapping[str, float], candidates: Iterable[LexicalCandidate], *, wanted: set[str]
) -> dict[str, float]:
    """article id → share of the question's weight that its passages hold together."""
    held: dict[str, set[str]] = defaultdict(set)
    for candidate in candidates:
        if candidate.passage.article_id in wanted:
            found = (term for term in weights if term in candidate.tokens)
            held[candidate.passage.article_id].update(found)
    return {id: fusion.coverage(weights, tokens) for id, tokens in held.items()}
