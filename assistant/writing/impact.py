"""What an article would change for customers, told before it is published.

Real questions of the log are asked twice: of the help center as it is, and of the same one with the
article in it. Extractive on both sides: what a language model would say is not compared.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

import numpy as np

from assistant.answering.pipeline import Considered
from assistant.domain.answer import Answer
from assistant.domain.article import Article
from assistant.domain.audience import Reader, losing_it, reader_in
from assistant.domain.regression import Line
from assistant.knowledge.edition import edition_of
from assistant.ports import Embedder, VectorIndex, Vectors
from assistant.ports.editor import Edition
from assistant.ports.gaps import AskedQuestion
from assistant.ports.searched import SearchedIndex, SearchedStore
from assistant.retrieval.colloquial import standard
from assistant.retrieval.readable import ReadableIndex, ReadableStore
from assistant.writing.beside import IndexBeside, StoreBeside, withdrawn
from assistant.writing.clashes import Clash, Clashes
from assistant.writing.gap_log import MOST, WINDOW, GapReader
from assistant.writing.picking import Chosen, Wording, choose, in_turn, kept
from assistant.writing.playground import Grade, grade_of
from assistant.writing.question_vectors import QuestionVectors

_KNOWN = 2000
"""Of the log, the questions that were asked last: each is embedded once."""
_KEPT = 20
LONGEST_S = 18.0
"""Seconds after which nothing more is asked, so that whoever publishes knows how long to wait."""
_CHOOSING_S = LONGEST_S / 2
"""Of them, those after which no more questions of the log are embedded …"""
_AT_ONCE = 64
"""… so many at a time."""


class Effect(StrEnum):
    """What the article would do to a question, the worst first."""

    BROKEN = "broken"
    """It is answered now, and would not be."""
    CHANGED = "changed"
    """It would be answered otherwise, or from another article."""
    FIXED = "fixed"
    """It is not answered now, and would be."""
    SAME = "same"


@dataclass(frozen=True)
class Case:
    """A question asked of both. `loses`: by somebody who may read the article now, and may not once
    it is published."""

    wording: Wording
    before: Considered
    after: Considered
    effect: Effect
    loses: bool = False


@dataclass(frozen=True)
class Impact:
    """Of one edition of an article. `cases`: those that change, the worst and the most asked first.
    `known`: of how many questions in the log they were chosen; `left`: how many of those chosen
    were not asked, since the time was over."""

    article: Article
    cases: tuple[Case, ...]
    effects: Mapping[Effect, int]
    checked: int
    known: int
    seconds: float
    left: int = 0
    clashes: tuple[Clash, ...] = ()
    """Published passages that it would contradict."""
    enough: bool = True
    """Whether there was time to compare the whole log with it, and to ask all that is near it or
    stands in a regression set."""

    @property
    def breaks(self) -> int:
        """How many questions that are answered now would not be."""
        return self.effects[Effect.BROKEN]


class Answers(Protocol):
    """As an Answerer answers, without a language model."""

    def consider_extractive(self, text: str, *, locale: str) -> Considered: ...


@dataclass(frozen=True)
class _Sides:
    """What answers some readers: of the help center as it is, and once the article is published."""

    live: Answers
    after: Answers
    loses: bool = False


Over = Callable[[SearchedStore, SearchedIndex, Embedder], Answers]
"""What answers from a store and an index; the encoder is for questions."""


class ImpactCheck:
    """Changes nothing, in the store, the index or anything kept. Thread-safe."""

    def __init__(
        self,
        log: GapReader,
        *,
        index: VectorIndex,
        embedder: Embedder,
        over: Over,
        clashes: Clashes,
        regressions: Callable[[], Sequence[Line]] = tuple,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._log, self._index, self._embedder, self._over = log, index, embedder, over
        self._clashes, self._regressions, self._clock = clashes, regressions, clock
        self._kept: dict[str, tuple[int, Impact]] = {}

    def latest(self, article: Article) -> Impact | None:
        """Of the last check, if article and help center are what they were then, and nobody whose
        question it shows was forgotten since."""
        version, found = self._kept.get(article.id, (-1, None))
        if found is None or found.article != article or version != self._log.store.version():
            return None
        shown = {case.wording.question.message_id for case in found.cases} - {""}
        if len(self._log.store.meanings(shown)) == len(shown):
            return found
        self._kept.pop(article.id, None)
        return None

    def of(self, article: Article) -> Impact:
        """What is known of it, else of a check made now; so too where the last one had not asked
        enough, for its vectors are there by now."""
        found = self.latest(article)
        return found if found and found.enough else self.check(article)

    def check(self, article: Article) -> Impact:
        """Takes seconds, at most LONGEST_S and a little: call it from a thread."""
        started, store = self._clock(), self._log.store
        version = store.version()
        edition = edition_of(article, store=store, embedder=self._embedder)
        sides = self._sides(edition)
        wordings, known, all_compared = self._wordings(edition, until=started + _CHOOSING_S)
        cases: list[Case] = []
        for wording in wordings:
            if self._clock() - started >= LONGEST_S:
                break
            cases.append(_worst(wording, sides))
        clashes = self._clashes.of_edition(edition, index=self._index)
        found = Impact(
            article=article,
            cases=tuple(sorted(filter(_changes, cases), key=_worst_first)),
            effects=dict.fromkeys(Effect, 0) | Counter(case.effect for case in cases),
            checked=len(cases),
            known=known,
            seconds=self._clock() - started,
            left=len(wordings) - len(cases),
            clashes=tuple(clash for clash in clashes if clash.differences),
            enough=all_compared and _asked_enough(wordings, len(cases)),
        )
        self._keep(version, found)
        return found

    def answering_with(self, article: Article) -> Answers:
        """What answers as if the article were published, those whom it is for."""
        edition = edition_of(article, store=self._log.store, embedder=self._embedder)
        own, index = self._readable(reader_in(article.audience))
        beside = StoreBeside(own, edition)
        return self._over(beside, IndexBeside(index, beside), self._embedder)

    def _sides(self, edition: Edition) -> list[_Sides]:
        """Of those whom it is for, since others would see no change; and of those who read it now
        and would not any more."""
        embedder = _Remembering(self._embedder, self._log.vectors)
        article, without = edition.article, withdrawn(edition)
        losing = self._losing(article)
        readers = [(reader_in(article.audience), edition), *((who, without) for who in losing)]
        found = []
        for reader, then in readers:
            own, index = self._readable(reader)
            beside = StoreBeside(own, then)
            live = self._over(own, index, embedder)
            after = self._over(beside, IndexBeside(index, beside), embedder)
            found.append(_Sides(live, after, loses=then is without))
        return found

    def _losing(self, article: Article) -> Iterable[Reader]:
        """Of those who may read the same, one is enough."""
        there = self._log.store.audiences()
        losing = losing_it(self._live_audience(article.id), article.audience)
        return {frozenset(filter(who.may_read, there)): who for who in losing}.values()

    def _live_audience(self, article_id: str) -> str | None:
        """None where nobody reads it yet."""
        card = self._log.store.cards([article_id]).get(article_id)
        return card.audience if card else None

    def _wordings(self, edition: Edition, *, until: float) -> tuple[list[Wording], int, bool]:
        """What is asked, of how many questions in the log it was chosen, and whether those are
        all."""
        store, now = self._log.store, self._log.now()
        asked = store.asked_questions(since=now - WINDOW, limit=_KNOWN)
        failed = store.failed_questions(since=now - WINDOW, limit=MOST)
        # What an edit takes out is asked for too: those questions are the first to break.
        passages = [each.passage for each in edition.passages]
        passages += store.passages_of(edition.article.id)
        own = {passage.fingerprint for passage in passages}
        vectors = {**store.vectors(edition.model, own), **edition.vectors}
        embedded = self._embedded(asked, until=until)
        nearness = self._nearness(embedded, np.stack(list(vectors.values())))
        chosen = choose(embedded, nearness, failed={each.message_id for each in failed})
        of_sets = [kept(line, at=now) for line in self._regressions()]
        self._log.vectors.of([_spoken(each.question) for each in of_sets])
        return in_turn([*chosen, *of_sets]), len(embedded), len(embedded) == len(asked)

    def _readable(self, reader: Reader) -> tuple[ReadableStore, ReadableIndex]:
        own = ReadableStore(self._log.store, reader)
        return own, ReadableIndex(self._index, own)

    def _keep(self, version: int, found: Impact) -> None:
        """The last ones: what is forgotten is checked again."""
        self._kept.pop(found.article.id, None)
        self._kept[found.article.id] = (version, found)
        while len(self._kept) > _KEPT:
            self._kept.pop(next(iter(self._kept)), None)

    def _embedded(self, asked: Sequence[AskedQuestion], *, until: float) -> Sequence[AskedQuestion]:
        """Those of which there are vectors by then, the ones asked last before all others."""
        start = len(asked)
        while start > 0 and self._clock() < until:
            end, start = start, max(0, start - _AT_ONCE)
            self._log.vectors.of([_spoken(question) for question in asked[start:end]])
        return asked[start:]

    def _nearness(self, asked: Sequence[AskedQuestion], article: Vectors) -> list[float]:
        """Of each question, to what is nearest to it in the article."""
        if not asked:
            return []
        vectors = self._log.vectors.of([_spoken(question) for question in asked])
        nearness: list[float] = (vectors @ article.T).max(axis=1).tolist()
        return nearness


def effect_of(before: Considered, after: Considered) -> Effect:
    """By what customers would get."""
    was, becomes = before.outcome, after.outcome
    if isinstance(was, Answer) and isinstance(becomes, Answer):
        same = was.text == becomes.text and _cited(was) == _cited(becomes)
    elif isinstance(was, Answer):
        return Effect.BROKEN
    elif isinstance(becomes, Answer):
        return Effect.FIXED
    else:
        same = type(was) is type(becomes)
    return Effect.SAME if same else Effect.CHANGED


def _worst(wording: Wording, sides: Sequence[_Sides]) -> Case:
    """Of what it would do to those who may ask."""
    cases = [_case(wording, each) for each in sides]
    return min(cases, key=lambda case: list(Effect).index(case.effect))


def _case(wording: Wording, sides: _Sides) -> Case:
    text, locale = wording.question.meaning, wording.question.locale
    was = sides.live.consider_extractive(text, locale=locale)
    becomes = sides.after.consider_extractive(text, locale=locale)
    return Case(wording, was, becomes, _effect(wording, was, becomes), sides.loses)


def _effect(wording: Wording, before: Considered, after: Considered) -> Effect:
    """Of a regression set, what counts is the article that should answer."""
    effect = effect_of(before, after)
    if not wording.expected:
        return effect
    was, becomes = (grade_of(wording.expected, each) is Grade.RIGHT for each in (before, after))
    if was == becomes:
        return effect if effect is Effect.SAME else Effect.CHANGED
    return Effect.BROKEN if was else Effect.FIXED


def _asked_enough(wordings: Sequence[Wording], asked: int) -> bool:
    """Of wordings in turn, whether those left over are only failures and samples, and not all."""
    left = wordings[asked:]
    return not left or (asked > 0 and left[0].chosen not in (Chosen.NEAR, Chosen.KEPT))


def _changes(case: Case) -> bool:
    return case.effect is not Effect.SAME


def _worst_first(case: Case) -> tuple[int, int, str]:
    place = list(Effect).index(case.effect)
    return place, -case.wording.askers, case.wording.question.message_id


def _cited(answer: Answer) -> list[str]:
    return [citation.article_id for citation in answer.citations]


def _spoken(question: AskedQuestion) -> str:
    """The words as retrieval embeds them."""
    return standard(question.meaning, question.locale)


class _Remembering:
    """The encoder, for questions whose vectors are known since they were chosen."""

    def __init__(self, embedder: Embedder, vectors: QuestionVectors) -> None:
        self.name, self.max_pieces = embedder.name, embedder.max_pieces
        self.count_pieces = embedder.count_pieces
        self._vectors = vectors

    def embed(self, texts: Sequence[str]) -> Vectors:
        return self._vectors.of(texts)
