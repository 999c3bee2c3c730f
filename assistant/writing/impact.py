"""What an article would change for customers, told before it is published.

Real questions of the log are asked twice: of the help center as it is, and of the same one with the
article in it. Extractive on both sides: what a language model would say is not compared.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from typing import Protocol

import numpy as np

from assistant.answering.pipeline import Considered
from assistant.domain.answer import Answer
from assistant.domain.article import Article
from assistant.domain.audience import reader_in
from assistant.domain.regression import Line
from assistant.knowledge.edition import edition_of
from assistant.ports import Embedder, VectorIndex, Vectors
from assistant.ports.gaps import AskedQuestion
from assistant.ports.searched import SearchedIndex, SearchedStore
from assistant.retrieval.analysis import tokens
from assistant.retrieval.colloquial import standard
from assistant.retrieval.readable import ReadableIndex, ReadableStore
from assistant.writing.beside import IndexBeside, StoreBeside
from assistant.writing.clashes import Clash, Clashes
from assistant.writing.gap_log import MOST, WINDOW, GapReader
from assistant.writing.playground import Grade, grade_of
from assistant.writing.question_vectors import QuestionVectors

CHECKED = 300
"""Questions that are asked: of them at most …"""
_NEAR_SHARE, _FAILED_SHARE = 0.5, 0.3
"""… so large a part is near the article, or failed; the rest is drawn from all others."""
_KNOWN = 2000
"""Of the log, the questions that were asked last: each is embedded once."""
_KEPT = 20
_NEAR = 0.45
"""Cosine to a passage or phrasing of the article."""


class Effect(StrEnum):
    """What the article would do to a question, the worst first."""

    BROKEN = "broken"
    """It is answered now, and would not be."""
    CHANGED = "changed"
    """It would be answered otherwise, or from another article."""
    FIXED = "fixed"
    """It is not answered now, and would be."""
    SAME = "same"


class Chosen(StrEnum):
    """Why a question was asked."""

    NEAR = "near"
    FAILED = "failed"
    SAMPLE = "sample"
    KEPT = "kept"
    """It stands in a regression set."""


@dataclass(frozen=True)
class Wording:
    """A question in the same words, by how many customers. `nearness`: to the article."""

    question: AskedQuestion
    askers: int
    nearness: float
    chosen: Chosen


@dataclass(frozen=True)
class Case:
    """A question asked of both."""

    wording: Wording
    before: Considered
    after: Considered
    effect: Effect


@dataclass(frozen=True)
class Impact:
    """Of one edition of an article. `cases`: those that change, the worst and the most asked first.
    `known`: of how many questions in the log they were chosen."""

    article: Article
    cases: tuple[Case, ...]
    effects: Mapping[Effect, int]
    checked: int
    known: int
    seconds: float
    clashes: tuple[Clash, ...] = ()
    """Published passages that it would contradict."""

    @property
    def breaks(self) -> int:
        """How many questions that are answered now would not be."""
        return self.effects[Effect.BROKEN]


class Answers(Protocol):
    """As an Answerer answers, without a language model."""

    def consider_extractive(self, text: str, *, locale: str) -> Considered: ...


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
    ) -> None:
        self._log, self._index, self._embedder, self._over = log, index, embedder, over
        self._clashes, self._regressions = clashes, regressions
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

    def check(self, article: Article) -> Impact:
        """Takes seconds: call it from a thread."""
        started, store = time.perf_counter(), self._log.store
        version = store.version()
        edition = edition_of(article, store=store, embedder=self._embedder)
        own, index = self._readable(article)
        beside = StoreBeside(own, edition)
        since = self._log.now() - WINDOW
        asked = store.asked_questions(since=since, limit=_KNOWN)
        failed = store.failed_questions(since=since, limit=MOST)
        nearness = self._nearness(asked, np.stack(list(beside.own_vectors().values())))
        chosen = choose(asked, nearness, failed={each.message_id for each in failed}, most=CHECKED)
        embedder = _Remembering(self._embedder, self._log.vectors)
        live = self._over(own, index, embedder)
        after = self._over(beside, IndexBeside(index, beside), embedder)
        cases = [_case(wording, live, after) for wording in chosen]
        cases += [_kept_case(line, live, after, at=self._log.now()) for line in self._regressions()]
        clashes = self._clashes.of_edition(edition, index=self._index)
        found = Impact(
            article=article,
            cases=tuple(sorted(filter(_changes, cases), key=_worst_first)),
            effects=dict.fromkeys(Effect, 0) | Counter(case.effect for case in cases),
            checked=len(cases),
            known=len(asked),
            seconds=time.perf_counter() - started,
            clashes=tuple(clash for clash in clashes if clash.differences),
        )
        self._keep(version, found)
        return found

    def answering_with(self, article: Article) -> Answers:
        """What answers as if the article were published, those whom it is for."""
        edition = edition_of(article, store=self._log.store, embedder=self._embedder)
        own, index = self._readable(article)
        beside = StoreBeside(own, edition)
        return self._over(beside, IndexBeside(index, beside), self._embedder)

    def _readable(self, article: Article) -> tuple[ReadableStore, ReadableIndex]:
        """What those read whom it is for: others would see no change."""
        own = ReadableStore(self._log.store, reader_in(article.audience))
        return own, ReadableIndex(self._index, own)

    def _keep(self, version: int, found: Impact) -> None:
        """The last ones: what is forgotten is checked again."""
        self._kept.pop(found.article.id, None)
        self._kept[found.article.id] = (version, found)
        while len(self._kept) > _KEPT:
            self._kept.pop(next(iter(self._kept)), None)

    def _nearness(self, asked: Sequence[AskedQuestion], article: Vectors) -> list[float]:
        """Of each question, to what is nearest to it in the article."""
        if not asked:
            return []
        vectors = self._log.vectors.of([_spoken(question) for question in asked])
        nearness: list[float] = (vectors @ article.T).max(axis=1).tolist()
        return nearness


def choose(
    asked: Sequence[AskedQuestion],
    nearness: Sequence[float],
    *,
    failed: Collection[str],
    most: int,
) -> list[Wording]:
    """Each wording once: those near the article, then of the others those that failed, by how many
    asked; the rest is drawn by a hash of the words, the same ones every time."""
    same: dict[tuple[str, ...], list[int]] = {}
    for at, question in enumerate(asked):
        words = tokens(question.meaning, question.locale)
        if words:
            same.setdefault((question.locale, *words), []).append(at)
    found = [_wording([asked[at] for at in ats], nearness[ats[0]], failed) for ats in same.values()]
    near = sorted((w for w in found if w.chosen is Chosen.NEAR), key=lambda w: -w.nearness)
    lost = sorted((w for w in found if w.chosen is Chosen.FAILED), key=lambda w: -w.askers)
    rest = sorted((w for w in found if w.chosen is Chosen.SAMPLE), key=_drawn)
    picked = near[: int(most * _NEAR_SHARE)]
    picked += lost[: int(most * _FAILED_SHARE)]
    return picked + rest[: most - len(picked)]


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


def _wording(same: Sequence[AskedQuestion], nearness: float, failed: Collection[str]) -> Wording:
    chosen = Chosen.SAMPLE
    if nearness >= _NEAR:
        chosen = Chosen.NEAR
    elif any(question.message_id in failed for question in same):
        chosen = Chosen.FAILED
    askers = len({question.visitor_id for question in same})
    return Wording(same[-1], askers, nearness, chosen)


def _case(wording: Wording, live: Answers, after: Answers) -> Case:
    text, locale = wording.question.meaning, wording.question.locale
    was = live.consider_extractive(text, locale=locale)
    becomes = after.consider_extractive(text, locale=locale)
    return Case(wording, was, becomes, effect_of(was, becomes))


def _kept_case(line: Line, live: Answers, after: Answers, *, at: datetime) -> Case:
    """Of a regression set: what counts is the article that should answer."""
    asked = AskedQuestion("", "", "", line.question, line.question, line.locale, at)
    case = _case(Wording(asked, 0, 0.0, Chosen.KEPT), live, after)
    was = grade_of(line.expected, case.before) is Grade.RIGHT
    becomes = grade_of(line.expected, case.after) is Grade.RIGHT
    if was == becomes:
        return case if case.effect is Effect.SAME else replace(case, effect=Effect.CHANGED)
    return replace(case, effect=Effect.BROKEN if was else Effect.FIXED)


def _changes(case: Case) -> bool:
    return case.effect is not Effect.SAME


def _worst_first(case: Case) -> tuple[int, int, str]:
    place = list(Effect).index(case.effect)
    return place, -case.wording.askers, case.wording.question.message_id


def _drawn(wording: Wording) -> str:
    return sha256(wording.question.meaning.encode()).hexdigest()


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
