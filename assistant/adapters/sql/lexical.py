"""The lexical index: which passages hold a token, and what BM25 needs to know of them.

The database says which passages hold each token (`postings`), FTS5 on SQLite and a GIN index on
PostgreSQL; the counting and the order are done here, in NumPy, once for both. So a cut at `limit`
falls in the same place on either: most distinct tokens first, then by article id and position.
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, Text, cast, func, select, text

from assistant.adapters.sql.engine import Database
from assistant.adapters.sql.knowledge_rows import PASSAGE, for_audiences, passage_from
from assistant.adapters.sql.knowledge_version import version_seen_by
from assistant.adapters.sql.lexical_text import StoredTokens, lexeme, original_token, tokens_of
from assistant.adapters.sql.part import StorePart
from assistant.adapters.sql.remembered import Remembered
from assistant.adapters.sql.schema import passages
from assistant.domain.article import PassageKind
from assistant.ports import Clock, LexicalCandidate, TermStatistics

K = TypeVar("K")
V = TypeVar("V")
Numbers = NDArray[np.int64]

# Memory for what was read of the index since the last change: 4 million places are 32 MB, and so
# are about 10,000 passages with their tokens.
_MOST_KEPT = 4_000_000
_MOST_CANDIDATES = 10_000
_MOST_BUCKETS = 200

_SQLITE_POSTINGS = text(
    "SELECT group_concat(rowid) FROM passage_terms WHERE passage_terms MATCH :query"
)
_SQLITE_TERMS = text("SELECT term FROM passage_vocabulary WHERE term >= :low AND term < :high")
# The first expression is the one that the index of the migration is made of, letter by letter.
_POSTGRES_POSTINGS = text(
    "SELECT string_agg(key::text, ',') FROM passages "
    "WHERE passage_lexemes(locale, kind, tokens) @@ CAST(:query AS tsquery)"
)
_POSTGRES_TERMS = text(
    "SELECT DISTINCT unnest(string_to_array(tokens, ' ')) FROM passages "
    "WHERE locale = :locale AND kind = :kind"
)


class Bucket(NamedTuple):
    """Passages of one locale and kind, of articles for these audiences; None for all."""

    locale: str
    kind: str
    among: frozenset[str] | None = None


@dataclass(frozen=True)
class Board:
    """All passages of one bucket. A passage's place is its rank by (article, position)."""

    keys: Numbers
    by_key: Numbers
    mean_length: float

    def places(self, keys: Numbers) -> Numbers:
        """Where the passages of these keys stand; keys of other boards have no place."""
        if not len(self.keys):
            return self.keys
        near = np.searchsorted(self.keys, keys, sorter=self.by_key)
        places = self.by_key[np.minimum(near, len(self.keys) - 1)]
        found: Numbers = places[self.keys[places] == keys]
        return found


@dataclass
class Reading:
    """What was read of one version of the knowledge, kept while that version lasts."""

    version: int
    boards: dict[Bucket, Board] = field(default_factory=dict)
    places: dict[tuple[Bucket, str], Numbers] = field(default_factory=dict)
    vocabularies: dict[tuple[str, frozenset[str] | None], list[str]] = field(default_factory=dict)
    kept: int = 0

    def keep(self, wanted: tuple[Bucket, str], places: Numbers) -> None:
        """Remember a token's places; when there are too many, those before are forgotten."""
        if self.kept + len(places) > _MOST_KEPT:
            self.places, self.kept = {}, 0
        self.places[wanted] = places
        self.kept += len(places)


class LexicalIndex(StorePart):
    """Candidates and statistics for BM25."""

    def __init__(self, database: Database, now: Clock) -> None:
        super().__init__(database, now)
        self._reading = Reading(version=-1)
        self._lock = threading.Lock()
        self._candidates: Remembered[int, LexicalCandidate] = Remembered(_MOST_CANDIDATES)

    def term_statistics(
        self, locale: str, terms: Iterable[str], *, among: Collection[str] | None = None
    ) -> dict[str, TermStatistics]:
        wanted = list(dict.fromkeys(terms))
        with self._db.read() as connection:
            reading = self._reading_at(connection)
            found = {}
            for kind in (member.value for member in PassageKind):
                bucket = Bucket(locale, kind, _told(among))
                board = self._board(connection, reading, bucket)
                frequency = {
                    term: len(self._places(connection, reading, bucket, term)) for term in wanted
                }
                found[kind] = TermStatistics(len(board.keys), board.mean_length, frequency)
        return found

    def lexical_candidates(
        self,
        locale: str,
        terms: Sequence[str],
        *,
        kind: str,
        limit: int,
        among: Collection[str] | None = None,
    ) -> list[LexicalCandidate]:
        bucket = Bucket(locale, kind, _told(among))
        with self._db.read() as connection:
            reading = self._reading_at(connection)
            board = self._board(connection, reading, bucket)
            counts = np.zeros(len(board.keys), dtype=np.int32)
            for term in dict.fromkeys(terms):
                counts[self._places(connection, reading, bucket, term)] += 1
            keys: list[int] = board.keys[_best(counts, limit)].tolist()
            read = partial(_read_candidates, connection)
            found = self._candidates.of(reading.version, keys, read)
        return [found[key] for key in keys]

    def vocabulary(self, locale: str, *, among: Collection[str] | None = None) -> list[str]:
        wanted = (locale, _told(among))
        with self._db.read() as connection:
            reading = self._reading_at(connection)
            known = reading.vocabularies.get(wanted)
            if known is None:
                known = self._read_vocabulary(connection, *wanted)
                _keep_few(reading.vocabularies)[wanted] = known
            return list(known)

    def forget_readings(self) -> None:
        super().forget_readings()
        self._candidates.forget()
        with self._lock:
            self._reading = Reading(version=-1)

    def _reading_at(self, connection: Connection) -> Reading:
        version = version_seen_by(connection)
        with self._lock:
            if self._reading.version != version:
                self._reading = Reading(version)
            return self._reading

    def _board(self, connection: Connection, reading: Reading, bucket: Bucket) -> Board:
        board = reading.boards.get(bucket)
        if board is None:
            board = _keep_few(reading.boards)[bucket] = _read_board(connection, bucket)
        return board

    def _places(
        self, connection: Connection, reading: Reading, bucket: Bucket, term: str
    ) -> Numbers:
        wanted = (bucket, term)
        places = reading.places.get(wanted)
        if places is None:
            own = lexeme(bucket.locale, bucket.kind, term)
            keys = self._read_postings(connection, own) if term else None
            board = self._board(connection, reading, bucket)
            places = board.places(_numbers(keys))
            reading.keep(wanted, places)
        return places

    def _read_postings(self, connection: Connection, wanted: str) -> str | None:
        if self._db.is_sqlite:
            statement, query = _SQLITE_POSTINGS, '"' + wanted.replace('"', '""') + '"'
        else:
            escaped = wanted.replace("\\", "\\\\").replace("'", "''")
            statement, query = _POSTGRES_POSTINGS, f"'{escaped}'"
        keys: str | None = connection.execute(statement, {"query": query}).scalar_one()
        return keys

    def _read_vocabulary(
        self, connection: Connection, locale: str, among: frozenset[str] | None
    ) -> list[str]:
        if among is not None:
            return _read_vocabulary_of(connection, locale, among)
        found: set[str] = set()
        for kind in (member.value for member in PassageKind):
            found.update(map(original_token, self._read_terms(connection, locale, kind)))
        # A passage without any token stands in the index by an empty one.
        return sorted(found - {""})

    def _read_terms(self, connection: Connection, locale: str, kind: str) -> Iterable[str]:
        if not self._db.is_sqlite:
            bucket = {"locale": locale, "kind": kind}
            return connection.execute(_POSTGRES_TERMS, bucket).scalars()
        # FTS5 folds the locale's capitals; ";" is the character after ":".
        prefix = lexeme(locale, kind, "").lower()
        span = {"low": prefix, "high": prefix[:-1] + ";"}
        terms = connection.execute(_SQLITE_TERMS, span).scalars()
        return [term[len(prefix) :] for term in terms]


def _told(among: Collection[str] | None) -> frozenset[str] | None:
    return None if among is None else frozenset(among)


def _keep_few(known: dict[K, V]) -> dict[K, V]:
    """Without what was read before, where that is a great deal."""
    if len(known) >= _MOST_BUCKETS:
        known.clear()
    return known


def _read_board(connection: Connection, bucket: Bucket) -> Board:
    query = select(passages.c.key, passages.c.length)
    query = query.where(passages.c.locale == bucket.locale, passages.c.kind == bucket.kind)
    query = for_audiences(query, bucket.among)
    ranked = query.order_by(passages.c.article_id, passages.c.position).subquery()
    # Both engines put a text together in the order of the rows; as rows it would take ten times
    # as long to read.
    columns = [func.aggregate_strings(cast(column, Text), ",") for column in ranked.c]
    keys, lengths = map(_numbers, connection.execute(select(*columns)).one())
    mean_length = float(lengths.mean()) if len(lengths) else 0.0
    return Board(keys=keys, by_key=np.argsort(keys), mean_length=mean_length)


def _read_vocabulary_of(connection: Connection, locale: str, among: frozenset[str]) -> list[str]:
    """From the passages themselves: the index does not tell whose words they are."""
    query = select(passages.c.tokens).where(passages.c.locale == locale)
    rows = connection.execute(for_audiences(query, among)).scalars()
    return sorted({token for tokens in rows for token in tokens_of(tokens)} - {""})


def _numbers(joined: str | None) -> Numbers:
    return np.fromstring(joined or "", dtype=np.int64, sep=",")


def _best(counts: NDArray[np.int32], limit: int) -> Numbers:
    """Places with a count, the highest first; equal ones in the order of their place."""
    found = np.flatnonzero(counts)
    return found[np.argsort(-counts[found], kind="stable")[:limit]]


def _read_candidates(connection: Connection, keys: Sequence[int]) -> dict[int, LexicalCandidate]:
    query = select(*PASSAGE, passages.c.tokens, passages.c.fingerprint, passages.c.key)
    found = {}
    for row in connection.execute(query.where(passages.c.key.in_(keys))).all():
        *_, tokens, fingerprint, key = row
        found[key] = LexicalCandidate(passage_from(row), StoredTokens.of(tokens), fingerprint)
    return found
