"""The vectors' truth: float32, by model and fingerprint. The vector index is made from them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from functools import partial

import numpy as np
from sqlalchemy import Connection, delete, select

from assistant.adapters.sql.engine import Database
from assistant.adapters.sql.knowledge_rows import PASSAGE, for_audiences, passage_from
from assistant.adapters.sql.knowledge_version import version_seen_by
from assistant.adapters.sql.part import StorePart, batches
from assistant.adapters.sql.remembered import Remembered
from assistant.adapters.sql.schema import passages, vectors
from assistant.domain.article import Passage
from assistant.ports import Clock, Vectors

# Little-endian, so that a copy of the database can move between machines.
_FLOAT32 = np.dtype("<f4")
_MOST_PASSAGES = 10_000


class VectorTables(StorePart):
    """Vectors, and which published passages they stand for."""

    def __init__(self, database: Database, now: Clock) -> None:
        super().__init__(database, now)
        self._holders: Remembered[tuple[str, str], list[Passage]] = Remembered(_MOST_PASSAGES)
        self._vectors: Remembered[tuple[str, str], Vectors] = Remembered(_MOST_PASSAGES)

    def forget_readings(self) -> None:
        super().forget_readings()
        self._holders.forget()
        self._vectors.forget()

    def known_vectors(self, model: str, fingerprints: Iterable[str]) -> set[str]:
        known: set[str] = set()
        with self._db.read() as connection:
            for batch in batches(fingerprints):
                query = select(vectors.c.fingerprint).where(vectors.c.model == model)
                known.update(
                    connection.execute(query.where(vectors.c.fingerprint.in_(batch))).scalars()
                )
        return known

    def add_vectors(self, model: str, vectors: Mapping[str, Vectors]) -> None:
        with self._db.write() as connection:
            insert_vectors(self._db, connection, model, vectors)

    def vectors(self, model: str, fingerprints: Iterable[str]) -> dict[str, Vectors]:
        with self._db.read() as connection:
            found = self._vectors.of(
                version_seen_by(connection),
                ((model, fingerprint) for fingerprint in fingerprints),
                partial(_read_vectors, connection),
            )
        return {fingerprint: vector for (_, fingerprint), vector in found.items()}

    def article_vectors(
        self, model: str, locale: str, *, among: Collection[str] | None = None
    ) -> dict[str, Vectors]:
        query = (
            select(passages.c.article_id, vectors.c.vector)
            .join(vectors, vectors.c.fingerprint == passages.c.fingerprint)
            .where(vectors.c.model == model, passages.c.locale == locale)
            .order_by(passages.c.article_id, passages.c.position)
        )
        rows: dict[str, list[bytes]] = {}
        with self._db.read() as connection:
            for id, vector in connection.execute(for_audiences(query, among)):
                rows.setdefault(id, []).append(vector)
        return {
            id: np.frombuffer(b"".join(held), _FLOAT32).reshape(len(held), -1)
            for id, held in rows.items()
        }

    def fingerprints(self, locale: str) -> set[str]:
        query = select(passages.c.fingerprint).where(passages.c.locale == locale).distinct()
        with self._db.read() as connection:
            return set(connection.execute(query).scalars())

    def passages_with(self, locale: str, fingerprints: Iterable[str]) -> dict[str, list[Passage]]:
        with self._db.read() as connection:
            found = self._holders.of(
                version_seen_by(connection),
                ((locale, fingerprint) for fingerprint in fingerprints),
                partial(_read_passages, connection),
            )
        return {fingerprint: there for (_, fingerprint), there in found.items()}

    def texts(self, locale: str, fingerprints: Iterable[str]) -> dict[str, str]:
        return {
            fingerprint: found[0].embedded_text
            for fingerprint, found in self.passages_with(locale, fingerprints).items()
        }

    def drop_unused_vectors(self) -> int:
        used = select(passages.c.fingerprint)
        with self._db.write() as connection:
            return connection.execute(
                delete(vectors).where(vectors.c.fingerprint.not_in(used))
            ).rowcount


def _read_passages(
    connection: Connection, wanted: Iterable[tuple[str, str]]
) -> dict[tuple[str, str], list[Passage]]:
    found: dict[tuple[str, str], list[Passage]] = {}
    query = select(*PASSAGE, passages.c.fingerprint)
    query = query.order_by(passages.c.article_id, passages.c.position)
    for batch in batches(wanted):
        named = {fingerprint for _, fingerprint in batch}
        here = passages.c.locale.in_({locale for locale, _ in batch})
        for row in connection.execute(query.where(here, passages.c.fingerprint.in_(named))):
            found.setdefault((row.locale, row.fingerprint), []).append(passage_from(row))
    return found


def _read_vectors(
    connection: Connection, wanted: Iterable[tuple[str, str]]
) -> dict[tuple[str, str], Vectors]:
    found: dict[tuple[str, str], Vectors] = {}
    query = select(vectors.c.model, vectors.c.fingerprint, vectors.c.vector)
    for batch in batches(wanted):
        named = {fingerprint for _, fingerprint in batch}
        of_model = vectors.c.model.in_({model for model, _ in batch})
        for row in connection.execute(query.where(of_model, vectors.c.fingerprint.in_(named))):
            found[row.model, row.fingerprint] = np.frombuffer(row.vector, _FLOAT32)
    return found


def insert_vectors(
    database: Database, connection: Connection, model: str, new: Mapping[str, Vectors]
) -> None:
    """Store those that are not there yet, inside the caller's transaction."""
    # In one order for all: two writers of the same vectors must not wait for each other.
    rows = [
        {"model": model, "fingerprint": name, "vector": np.asarray(vector, _FLOAT32).tobytes()}
        for name, vector in sorted(new.items(), key=lambda item: item[0])
    ]
    if rows:
        connection.execute(database.insert(vectors).on_conflict_do_nothing(), rows)
