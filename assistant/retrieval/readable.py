"""The help center as one reader may know it: what they may not read is not there at all.

It is left out where the store is read, before anything is counted or ranked: no answer is drawn
from it, no spelling corrected after it, no word weighed by it. Where all is for everybody, every
call goes through as it is.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from contextlib import AbstractContextManager

from assistant.domain.article import Article, ArticleCard, Passage
from assistant.domain.audience import Reader
from assistant.errors import UnknownThing
from assistant.ports import KnowledgeStore, LexicalCandidate, TermStatistics, Vectors
from assistant.ports.searched import SearchedIndex
from assistant.retrieval.discriminant import Discriminants, Nearness

_MORE = 4
"""Times as many neighbours are asked for where too few of them may be read."""


class ReadableStore:
    """A KnowledgeStore to read and search in, for one reader."""

    def __init__(self, store: KnowledgeStore, reader: Reader) -> None:
        self._store, self._reader = store, reader

    @property
    def is_whole(self) -> bool:
        """Whether there is nothing that the reader may not read."""
        return self._among() is None

    def one_moment(self) -> AbstractContextManager[None]:
        return self._store.one_moment()

    def version(self) -> int:
        return self._store.version()

    def locales(self) -> list[str]:
        with self.one_moment():
            return self._store.locales(among=self._among())

    def article(self, article_id: str) -> Article:
        article = self._store.article(article_id)
        if not self._reader.may_read(article.audience):
            raise UnknownThing("article", article_id)
        return article

    def articles(self, *, locale: str | None = None) -> list[ArticleCard]:
        return [card for card in self._store.articles(locale=locale) if self._may(card)]

    def cards(self, article_ids: Iterable[str]) -> dict[str, ArticleCard]:
        found = self._store.cards(article_ids)
        return {id: card for id, card in found.items() if self._may(card)}

    def card_at(self, locale: str, name: str) -> ArticleCard | None:
        card = self._store.card_at(locale, name)
        return card if card is not None and self._may(card) else None

    def passages_of(self, article_id: str) -> list[Passage]:
        with self.one_moment():
            return self._store.passages_of(article_id) if self.cards([article_id]) else []

    def passages_with(self, locale: str, fingerprints: Iterable[str]) -> dict[str, list[Passage]]:
        with self.one_moment():
            found = self._store.passages_with(locale, fingerprints)
            if self.is_whole:
                return found
            may = self.cards({p.article_id for held in found.values() for p in held})
        left = {name: [p for p in held if p.article_id in may] for name, held in found.items()}
        return {name: held for name, held in left.items() if held}

    def term_statistics(self, locale: str, terms: Iterable[str]) -> dict[str, TermStatistics]:
        with self.one_moment():
            return self._store.term_statistics(locale, terms, among=self._among())

    def lexical_candidates(
        self, locale: str, terms: Sequence[str], *, kind: str, limit: int
    ) -> list[LexicalCandidate]:
        with self.one_moment():
            return self._store.lexical_candidates(
                locale, terms, kind=kind, limit=limit, among=self._among()
            )

    def vocabulary(self, locale: str) -> list[str]:
        with self.one_moment():
            return self._store.vocabulary(locale, among=self._among())

    def vectors(self, model: str, fingerprints: Iterable[str]) -> dict[str, Vectors]:
        return self._store.vectors(model, fingerprints)

    def article_vectors(self, model: str, locale: str) -> dict[str, Vectors]:
        with self.one_moment():
            return self._store.article_vectors(model, locale, among=self._among())

    def _may(self, card: ArticleCard) -> bool:
        return self._reader.may_read(card.audience)

    def _among(self) -> frozenset[str] | None:
        """The audiences that the reader is in; None where those are all there are."""
        there = self._store.audiences()
        own = frozenset(filter(self._reader.may_read, there))
        return own if own != there else None


class ReadableDiscriminants(Discriminants):
    """What the articles teach, for the same reader; where there is nothing that the reader may not
    read it is everybody's, so that it is learnt and held once."""

    def __init__(self, store: ReadableStore, *, model: str, everything: Discriminants) -> None:
        super().__init__(store, model=model)
        self._readable, self._everything = store, everything

    def nearness(
        self, question: Vectors | None, locale: str, article_ids: Collection[str]
    ) -> dict[str, Nearness]:
        if self._readable.is_whole:
            return self._everything.nearness(question, locale, article_ids)
        return super().nearness(question, locale, article_ids)


class ReadableIndex:
    """A VectorIndex to search in, for the same reader."""

    def __init__(self, index: SearchedIndex, store: ReadableStore) -> None:
        self._index, self._store = index, store

    def search(self, locale: str, vector: Vectors, *, limit: int) -> list[tuple[str, float]]:
        if self._store.is_whole:
            return self._index.search(locale, vector, limit=limit)
        asked = limit
        while True:
            near = self._index.search(locale, vector, limit=asked)
            may = self._store.passages_with(locale, [name for name, _ in near])
            found = [(name, cosine) for name, cosine in near if name in may]
            if len(found) >= limit or len(near) < asked:
                return found[:limit]
            asked *= _MORE
