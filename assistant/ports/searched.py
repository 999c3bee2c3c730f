"""What a search reads: less than a store and an index can do, so that something may stand beside
them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from typing import Protocol

from assistant.domain.article import Article, ArticleCard, Passage
from assistant.ports import LexicalCandidate, TermStatistics, Vectors


class SearchedStore(Protocol):
    """The part of a KnowledgeStore that a search reads, with the same promises."""

    def one_moment(self) -> AbstractContextManager[None]: ...

    def version(self) -> int: ...

    def locales(self) -> list[str]: ...

    def cards(self, article_ids: Iterable[str]) -> dict[str, ArticleCard]: ...

    def passages_of(self, article_id: str) -> list[Passage]: ...

    def passages_with(
        self, locale: str, fingerprints: Iterable[str]
    ) -> dict[str, list[Passage]]: ...

    def term_statistics(self, locale: str, terms: Iterable[str]) -> dict[str, TermStatistics]: ...

    def lexical_candidates(
        self, locale: str, terms: Sequence[str], *, kind: str, limit: int
    ) -> list[LexicalCandidate]: ...

    def vocabulary(self, locale: str) -> list[str]: ...

    def vectors(self, model: str, fingerprints: Iterable[str]) -> dict[str, Vectors]: ...

    def article_vectors(self, model: str, locale: str) -> dict[str, Vectors]: ...


class ReadStore(SearchedStore, Protocol):
    """And what readers and lists need of one."""

    def article(self, article_id: str) -> Article: ...

    def articles(self, *, locale: str | None = None) -> list[ArticleCard]: ...

    def card_at(self, locale: str, name: str) -> ArticleCard | None: ...


class SearchedIndex(Protocol):
    """The part of a VectorIndex that a search reads."""

    def search(self, locale: str, vector: Vectors, *, limit: int) -> list[tuple[str, float]]: ...
