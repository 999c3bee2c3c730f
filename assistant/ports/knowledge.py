"""What is known, and how it is found: encoders, vector indexes, and the store of the knowledge.

Vectors are float32 arrays of unit length: shape (d,) for one, (n, d) for many.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from assistant.domain.article import Article, ArticleCard, Passage

Vectors = NDArray[np.float32]


class Embedder(Protocol):
    """Text to vectors. Thread-safe. Raises EmbedderUnavailable where the model cannot be loaded."""

    @property
    def name(self) -> str:
        """Names the model and its weights: vectors of two names are never mixed."""

    @property
    def max_pieces(self) -> int:
        """How many word pieces are read; what lies beyond is cut silently by the model."""

    def count_pieces(self, text: str) -> int:
        """Word pieces of the text, the model's own special ones included."""

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Shape (len(texts), d), rows in the order of the texts."""


class VectorIndex(Protocol):
    """Nearest vectors by cosine, a partition for each locale. Derived data: SQL holds the truth.

    Thread-safe. Adding a fingerprint that is there changes nothing; removing one that is not there
    neither. Raises IndexUnavailable.
    """

    def add(self, locale: str, fingerprints: Sequence[str], vectors: Vectors) -> None: ...

    def remove(self, locale: str, fingerprints: Sequence[str]) -> None: ...

    def search(self, locale: str, vector: Vectors, *, limit: int) -> list[tuple[str, float]]:
        """(fingerprint, cosine), best first; an unknown locale gives []."""

    def fingerprints(self, locale: str) -> set[str]: ...

    def locales(self) -> list[str]: ...

    def version(self) -> int:
        """The knowledge version that this index was last brought up to; 0 when never."""

    def set_version(self, version: int) -> None: ...

    def close(self) -> None: ...


@dataclass(frozen=True)
class AnalysedPassage:
    """A passage with its tokens (stems, in order) for the lexical index."""

    passage: Passage
    tokens: tuple[str, ...]


@dataclass(frozen=True)
class TermStatistics:
    """What BM25 needs to know of one locale's passages of one kind."""

    documents: int
    mean_length: float
    document_frequency: Mapping[str, int]


class Tokens(Protocol):
    """A passage's tokens, to be counted: a tuple of them, or what takes less time to make."""

    def __len__(self) -> int: ...

    def __contains__(self, token: object, /) -> bool: ...

    def count(self, token: str, /) -> int: ...


@dataclass(frozen=True)
class LexicalCandidate:
    """A passage that holds at least one of the terms asked for; `fingerprint` is the passage's,
    which takes long to compute."""

    passage: Passage
    tokens: Tokens
    fingerprint: str


class KnowledgeStore(Protocol):
    """Articles, passages, the lexical index and the vectors' truth, in one database.

    `publish` and `withdraw` are one transaction each: a reader sees an article whole, old or new.
    Only published articles have passages. Every change raises `version` by one.
    """

    def one_moment(self) -> AbstractContextManager[None]:
        """Inside the block, all that this thread reads is of one moment, whoever publishes
        meanwhile: what takes several reads sees each article whole too. May be nested."""

    def version(self) -> int: ...

    def audiences(self) -> frozenset[str]:
        """Of all published articles; `among` names some of them, and None means every one."""

    def locales(self, *, among: Collection[str] | None = None) -> list[str]:
        """Locales with at least one published article, most articles first."""

    def content_hashes(self, source: str) -> dict[str, str]:
        """article id → the hash given when it was published, of a source's published articles."""

    def owners(self, article_ids: Iterable[str]) -> dict[str, str]:
        """article id → source, for those that are published; the editor keeps what it archived."""

    def publish(
        self,
        article: Article,
        passages: Sequence[AnalysedPassage],
        *,
        content_hash: str,
        vectors: Mapping[str, Vectors],
        model: str,
    ) -> None:
        """Replace the article and its passages; `vectors`: those not yet stored, by fingerprint."""

    def withdraw(self, article_ids: Iterable[str]) -> None:
        """Archive: the revisions stay, passages and tokens go."""

    def article(self, article_id: str) -> Article:
        """A published article, or UnknownThing."""

    def articles(self, *, locale: str | None = None) -> list[ArticleCard]:
        """Published articles by title."""

    def cards(self, article_ids: Iterable[str]) -> dict[str, ArticleCard]: ...

    def card_at(self, locale: str, name: str) -> ArticleCard | None:
        """The published article whose address in the help center ends so: with its slug, else with
        its id, else with a slug that it had before."""

    def text_changed_at(self, article_ids: Iterable[str]) -> dict[str, datetime]:
        """When each article became what it is: publishing the same again changes nothing."""

    def passages_of(self, article_id: str) -> list[Passage]:
        """In order of position; [] where there is none."""

    def passages_with(self, locale: str, fingerprints: Iterable[str]) -> dict[str, list[Passage]]:
        """fingerprint → published passages of that locale that have it."""

    # -- lexical

    def term_statistics(
        self, locale: str, terms: Iterable[str], *, among: Collection[str] | None = None
    ) -> dict[str, TermStatistics]:
        """By PassageKind value ("body", "phrasing"); of articles for these audiences alone, as if
        there were no others."""

    def lexical_candidates(
        self,
        locale: str,
        terms: Sequence[str],
        *,
        kind: str,
        limit: int,
        among: Collection[str] | None = None,
    ) -> list[LexicalCandidate]:
        """Published passages with any of the terms, at most `limit`, those with most of them first
        (ties in order of passage id), the same on every engine."""

    def vocabulary(self, locale: str, *, among: Collection[str] | None = None) -> list[str]:
        """All tokens of the locale's published passages, each once, sorted."""

    # -- vectors

    def known_vectors(self, model: str, fingerprints: Iterable[str]) -> set[str]: ...

    def add_vectors(self, model: str, vectors: Mapping[str, Vectors]) -> None: ...

    def vectors(self, model: str, fingerprints: Iterable[str]) -> dict[str, Vectors]: ...

    def article_vectors(
        self, model: str, locale: str, *, among: Collection[str] | None = None
    ) -> dict[str, Vectors]:
        """article id → [passages, dimensions], one row at least: those of its passages, the title
        and phrasings among them, that have a vector, by position."""

    def fingerprints(self, locale: str) -> set[str]:
        """Of all published passages of the locale."""

    def texts(self, locale: str, fingerprints: Iterable[str]) -> dict[str, str]:
        """fingerprint → the text to embed."""

    def drop_unused_vectors(self) -> int:
        """Remove vectors that no passage has; how many."""
