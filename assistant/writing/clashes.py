"""Passages of different articles that say the same, or contradict each other.

Candidates are passages whose stored vectors are near each other; of those, sentences are compared
word by word. Compared are articles of one language and for the same readers. Writers settle what is
fine: two texts are not named again until one of them changes.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from itertools import islice
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from assistant.domain.article import ArticleCard, Passage, PassageKind
from assistant.errors import UnknownThing
from assistant.ports import Clock, Deed, Person, Vectors
from assistant.ports.clashes import ClashStore, Settled
from assistant.ports.editor import Edition
from assistant.ports.searched import SearchedIndex
from assistant.retrieval.analysis import jaccard, tokens
from assistant.writing.statements import Difference, differences, statements

NEAR = 0.6
"""Cosine from which on two passages are compared, by their sentences …"""
MOST_PAIRS = 20_000
"""… at most so many of a language, the nearest first."""
SAME = 0.8
"""Share of their words from which on two passages repeat each other …"""
_REPEATED_FROM = 12
"""… if they have so many."""
_NEIGHBOURS = 50
"""Passages of the help center that are compared with each of an article's own."""
_MOST_OF_TWO = 20
"""Sentences of two passages that contradict each other: of long tables no more are listed."""
_BLOCK = 1024
_NO_VECTORS = np.empty((0, 0), np.float32)


class Compared(ClashStore, Protocol):
    """What is read of the help center, and what was settled."""

    def version(self) -> int: ...

    def locales(self) -> list[str]: ...

    def articles(self, *, locale: str | None = None) -> list[ArticleCard]: ...

    def fingerprints(self, locale: str) -> set[str]: ...

    def passages_with(
        self, locale: str, fingerprints: Iterable[str]
    ) -> Mapping[str, Sequence[Passage]]: ...

    def vectors(self, model: str, fingerprints: Iterable[str]) -> Mapping[str, Vectors]: ...


@dataclass(frozen=True)
class Side:
    """One of the two: the passage with its article, and the words in question."""

    card: ArticleCard
    passage: Passage
    text: str


@dataclass(frozen=True)
class Clash:
    """Two articles. `differences` is empty where they only repeat each other; `nearness`: the
    cosine of their passages."""

    one: Side
    other: Side
    differences: frozenset[Difference]
    nearness: float

    @cached_property
    def key(self) -> str:
        """Names both texts as they stand, whichever comes first."""
        texts = sorted((side.card.id, side.text) for side in (self.one, self.other))
        return sha256(json.dumps(texts).encode()).hexdigest()[:32]


@dataclass(frozen=True)
class Overview:
    """`open`: of each two articles the worst; `settled`: what writers found to be fine, as long as
    both texts stand."""

    open: Sequence[Clash]
    settled: Sequence[tuple[Clash, Settled]]


@dataclass(frozen=True)
class _Held:
    """Passages of one language with their vectors, in the same order."""

    passages: Sequence[Passage]
    vectors: Vectors
    cards: Mapping[str, ArticleCard]

    def side(self, at: int, text: str) -> Side:
        passage = self.passages[at]
        return Side(self.cards[passage.article_id], passage, text)


class Clashes:
    """Thread-safe. Everything is compared once for each version of the help center."""

    def __init__(self, store: Compared, *, model: str, now: Clock) -> None:
        """`model`: the encoder's name."""
        self._store, self._model, self._now = store, model, now
        self._lock = threading.Lock()
        self._last: tuple[int, list[Clash]] = (-1, [])

    def everywhere(self) -> Overview:
        """Contradictions first, the nearest of each first. Takes seconds in a large help center."""
        settled = self._settled()
        found = {clash.key: clash for clash in self._found()}
        return Overview(
            _worst_of_each_two(found.values(), settled),
            [(clash, settled[key]) for key, clash in found.items() if key in settled],
        )

    def settle(self, key: str, *, by: Person) -> None:
        """These two are fine beside each other. UnknownThing where they stand so no more."""
        if key not in {clash.key for clash in self._found()}:
            raise UnknownThing("contradiction", key)
        settled = Settled(key, by.id, self._now())
        self._store.settle_clash(settled, deed=self._deed(by, "clash_settled", key))

    def unsettle(self, key: str, *, by: Person) -> None:
        """They are listed again."""
        self._store.unsettle_clash(key, deed=self._deed(by, "clash_unsettled", key))

    def of_edition(self, edition: Edition, *, index: SearchedIndex) -> list[Clash]:
        """What it contradicts or repeats once it is published; `one` is its own side."""
        article = edition.article
        card = ArticleCard(article.id, article.title, article.locale, article.slug,
                           url=article.url, audience=article.audience)  # fmt: skip
        own = [each.passage for each in edition.passages if each.passage.kind is PassageKind.BODY]
        names = {passage.fingerprint for passage in own}
        vectors = {**self._store.vectors(self._model, names), **edition.vectors}
        own = [passage for passage in own if passage.fingerprint in vectors]
        near = [
            dict(index.search(article.locale, vectors[passage.fingerprint], limit=_NEIGHBOURS))
            for passage in own
        ]
        live = self._held(article.locale, {name for found in near for name in found})
        pairs = [
            (here, there, found[passage.fingerprint])
            for here, found in enumerate(near)
            for there, passage in enumerate(live.passages)
            if found.get(passage.fingerprint, 0.0) >= NEAR
        ]
        pairs.sort(key=lambda pair: -pair[2])
        held = _Held(own, _NO_VECTORS, {card.id: card})
        compared = sorted(_compared(held, live, pairs), key=_worst_first)
        return _worst_of_each_two(compared, self._settled())

    def _found(self) -> Sequence[Clash]:
        """All there are, settled or not, the worst first."""
        with self._lock:
            version = self._store.version()
            if self._last[0] != version:
                found = [clash for locale in self._store.locales() for clash in self._in(locale)]
                self._last = (version, sorted(found, key=_worst_first))
            return self._last[1]

    def _settled(self) -> dict[str, Settled]:
        return {settled.key: settled for settled in self._store.settled_clashes()}

    def _deed(self, by: Person, action: str, key: str) -> Deed:
        return Deed(self._now(), by.id, action, key, {})

    def _in(self, locale: str) -> Iterator[Clash]:
        held = self._held(locale, self._store.fingerprints(locale))
        if not held.passages:
            return iter(())
        return _compared(held, held, _pairs_within(held.vectors))

    def _held(self, locale: str, fingerprints: Set[str]) -> _Held:
        vectors = self._store.vectors(self._model, fingerprints)
        there = self._store.passages_with(locale, vectors)
        cards = {card.id: card for card in self._store.articles(locale=locale)}
        passages = [
            passage
            for same in there.values()
            for passage in same
            if passage.kind is PassageKind.BODY and passage.article_id in cards
        ]
        passages.sort(key=lambda passage: passage.id)
        rows = [vectors[passage.fingerprint] for passage in passages]
        return _Held(passages, np.stack(rows) if rows else _NO_VECTORS, cards)


def _worst_of_each_two(worst_first: Iterable[Clash], settled: Collection[str]) -> list[Clash]:
    found: dict[frozenset[str], Clash] = {}
    for clash in worst_first:
        if clash.key not in settled:
            found.setdefault(frozenset({clash.one.card.id, clash.other.card.id}), clash)
    return list(found.values())


def _compared(
    left: _Held, right: _Held, pairs: Iterable[tuple[int, int, float]]
) -> Iterator[Clash]:
    for here, there, nearness in pairs:
        one, other = left.passages[here], right.passages[there]
        if not _comparable(left.cards[one.article_id], right.cards[other.article_id]):
            continue
        found = list(islice(_contradictions(one, other), _MOST_OF_TWO))
        if not found and _repeats(one, other):
            found = [(one.text, other.text, frozenset())]
        for mine, theirs, differing in found:
            yield Clash(left.side(here, mine), right.side(there, theirs), differing, nearness)


def _comparable(one: ArticleCard, other: ArticleCard) -> bool:
    return one.id != other.id and one.audience == other.audience


def _contradictions(
    one: Passage, other: Passage
) -> Iterator[tuple[str, str, frozenset[Difference]]]:
    """Two sentences each that differ, unless one of them also stands in the other passage."""
    left, right = statements(one.text, one.locale), statements(other.text, other.locale)
    said = {each.text for each in left} & {each.text for each in right}
    for here in left:
        for there in right:
            if here.text in said or there.text in said:
                continue
            if differing := differences(here, there):
                yield here.text, there.text, differing


def _repeats(one: Passage, other: Passage) -> bool:
    left, right = (frozenset(tokens(each.text, each.locale)) for each in (one, other))
    return min(len(left), len(right)) >= _REPEATED_FROM and jaccard(left, right) >= SAME


def _pairs_within(vectors: Vectors) -> Iterator[tuple[int, int, float]]:
    """Each two once, the nearest first."""
    found: list[tuple[NDArray[np.intp], NDArray[np.intp], Vectors]] = []
    for start in range(0, len(vectors), _BLOCK):
        block = vectors[start : start + _BLOCK] @ vectors[start:].T
        rows, columns = np.nonzero(np.triu(block >= NEAR, k=1))
        found.append((rows + start, columns + start, block[rows, columns]))
    return _nearest_first(found)


def _nearest_first(
    found: Sequence[tuple[NDArray[np.intp], NDArray[np.intp], Vectors]],
) -> Iterator[tuple[int, int, float]]:
    rows, columns, cosines = (np.concatenate(part) for part in zip(*found, strict=True))
    if len(cosines) > MOST_PAIRS:
        nearest = np.argpartition(-cosines, MOST_PAIRS)[:MOST_PAIRS]
        rows, columns, cosines = rows[nearest], columns[nearest], cosines[nearest]
    order = np.argsort(-cosines, kind="stable")
    return zip(rows[order].tolist(), columns[order].tolist(), cosines[order].tolist(), strict=True)


def _worst_first(clash: Clash) -> tuple[bool, float, str]:
    return not clash.differences, -clash.nearness, clash.one.passage.id
