"""Whether a question is one that writers answer word for word.

Nearness of meaning alone would misfire ("before delivery" and "after delivery" are as near as two
wordings of one question), so that every telling word has to be there, in order, and the encoder has
to agree on top of that. Measured in docs/quality.md.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass

import numpy as np
from rapidfuzz.distance import OSA

from assistant.answering.cues import turning_words
from assistant.domain.answer import Answer, Citation, Sentence
from assistant.domain.article import ArticleCard, article_url
from assistant.domain.curated import Curated
from assistant.errors import EmbedderUnavailable
from assistant.markup import internal_links
from assistant.ports import Clock, Embedder, Vectors
from assistant.ports.curated import CuratedReads
from assistant.retrieval.analysis import stop_words, tokens, words
from assistant.retrieval.colloquial import standard

AGREES = 0.85
"""Cosine from which on the encoder agrees that the same telling words ask the same."""
NEARLY = 0.96
"""The same where one telling word is more, less, or mistyped."""
_SLIP_FROM = 5
"""Letters that a word needs before one of them may be wrong."""

ArticleOf = Callable[[str], ArticleCard | None]
"""What a link in a text names: an article's id or its address → its card."""


@dataclass(frozen=True)
class Match:
    """A question that is answered word for word. `nearness`: the encoder's cosine to `phrasing`,
    1 where the words are the same."""

    curated: Curated
    phrasing: str
    nearness: float


@dataclass(frozen=True)
class _Known:
    curated: Curated
    phrasing: str
    words: tuple[str, ...]
    telling: tuple[str, ...]


class CuratedAnswers:
    """Follows the store: what was saved is said at the next question. Thread-safe."""

    def __init__(self, store: CuratedReads, *, embedder: Embedder, now: Clock) -> None:
        self._store, self._embedder, self._now = store, embedder, now
        self._lock = threading.Lock()
        self._stamp = ""
        self._known: dict[str, list[_Known]] = {}
        # By locale and phrasing: what stands for a phrasing depends on its language.
        self._vectors: dict[tuple[str, str], Vectors] = {}

    def keep_up(self) -> None:
        """Read what was saved, and its nearness, before a customer waits for that."""
        for locale in {each.locale for each in self._store.curated()}:
            known = self._of(locale)
            self._embedded([each.phrasing for each in known], locale)

    def match(self, question: str, *, locale: str) -> Match | None:
        """The one that answers it, in the language that it is asked in."""
        today = self._now().date()
        live = [each for each in self._of(locale) if each.curated.is_live(today)]
        if not live:
            return None
        text = standard(question, locale)
        said = tuple(words(text, locale))
        for each in live:
            if said and each.words == said:
                return Match(each.curated, each.phrasing, 1.0)
        asked = _telling(text, locale)
        alike = [
            (each, least)
            for each in live
            if (least := _needed(asked, each.telling, turning_words(locale))) is not None
        ]
        return self._nearest(text, alike, locale=locale) if alike else None

    def _nearest(
        self, text: str, alike: Sequence[tuple[_Known, float]], *, locale: str
    ) -> Match | None:
        try:
            asked = self._embedder.embed([text])[0]
            vectors = self._embedded([each.phrasing for each, _ in alike], locale)
        except EmbedderUnavailable:
            return None
        cosines = np.stack(vectors) @ asked
        near = [
            Match(each.curated, each.phrasing, float(cosine))
            for (each, least), cosine in zip(alike, cosines, strict=True)
            if cosine >= least
        ]
        return max(near, key=lambda match: match.nearness, default=None)

    def _embedded(self, phrasings: Sequence[str], locale: str) -> list[Vectors]:
        # The same ones to the end: a save puts others in their place meanwhile.
        vectors = self._vectors
        missing = [each for each in phrasings if (locale, each) not in vectors]
        if missing:
            embedded = self._embedder.embed([standard(each, locale) for each in missing])
            vectors.update(zip([(locale, each) for each in missing], embedded, strict=True))
        return [vectors[locale, each] for each in phrasings]

    def _of(self, locale: str) -> list[_Known]:
        stamp = self._store.curated_stamp()
        with self._lock:
            if stamp != self._stamp:
                known: dict[str, list[_Known]] = {}
                for each in self._store.curated():
                    known.setdefault(each.locale, []).extend(_phrasings(each))
                said = {(locale, each.phrasing) for locale in known for each in known[locale]}
                vectors = self._vectors.copy()
                self._vectors = {key: vectors[key] for key in vectors.keys() & said}
                self._known, self._stamp = known, stamp
            return self._known.get(locale, [])


@dataclass(frozen=True)
class WordForWord:
    """What is said to readers of some articles: their titles may stand under it, others' not."""

    answers: CuratedAnswers
    article_of: ArticleOf

    def said_to(self, question: str, *, locale: str) -> tuple[Match, Answer] | None:
        """Why, and what: its first link to an article is its source."""
        match = self.answers.match(question, locale=locale)
        if match is None:
            return None
        text = match.curated.text
        linked = (self.article_of(id) for _, id in internal_links(text, article_id=""))
        card = next(filter(None, linked), None)
        citations = (_citation(card),) if card else ()
        sentence = Sentence(text, tuple(each.n for each in citations))
        return match, Answer((sentence,), citations, confidence=1.0, locale=match.curated.locale)


def _phrasings(curated: Curated) -> list[_Known]:
    locale = curated.locale
    standards = [(phrasing, standard(phrasing, locale)) for phrasing in curated.phrasings]
    return [
        _Known(curated, phrasing, tuple(words(text, locale)), _telling(text, locale))
        for phrasing, text in standards
    ]


def _telling(text: str, locale: str) -> tuple[str, ...]:
    """Stems and turning words, in their order."""
    small, turning = stop_words(locale), turning_words(locale)
    return tuple(
        word if word in turning else tokens(word, locale)[0]
        for word in words(text, locale)
        if word in turning or word not in small
    )


def _needed(asked: Sequence[str], known: Sequence[str], turning: Set[str]) -> float | None:
    """The cosine from which on two questions of these telling words are one; None where none is
    enough."""
    if not asked or not known:
        return None
    if asked == known:
        return AGREES
    return NEARLY if _one_apart(asked, known, turning) else None


def _one_apart(one: Sequence[str], other: Sequence[str], turning: Set[str]) -> bool:
    """One word is more or less, or mistyped: no number, and none that turns what is asked."""
    shorter, longer = sorted((one, other), key=len)
    pairs = zip(shorter, longer, strict=False)
    same = next((n for n, (left, right) in enumerate(pairs) if left != right), len(shorter))
    rest, more = shorter[same:], longer[same:]
    if len(more) == len(rest) + 1:
        extra = more[0]
        return more[1:] == rest and len(shorter) > 1 and extra.isalpha() and extra not in turning
    return len(more) == len(rest) and more[1:] == rest[1:] and _slip(rest[0], more[0])


def _slip(one: str, other: str) -> bool:
    both = (one, other)
    return all(len(w) >= _SLIP_FROM and w.isalpha() for w in both) and OSA.distance(*both) == 1


def _citation(card: ArticleCard) -> Citation:
    return Citation(1, card.id, card.title, article_url(card), f"{card.id}#0", "")
