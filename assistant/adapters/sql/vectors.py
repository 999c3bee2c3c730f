"""The vectors' truth: float32, by model and fingerprint. The vector index is made from them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
from sqlalchemy import Connection, delete, select

from assistant.adapters.sql.engine import Database
from assistant.adapters.sql.knowledge_rows import PASSAGE, passage_from
from assistant.adapters.sql.part import StorePart, batches
from assistant.adapters.sql.schema import passages, vectors
from assistant.domain.article import Passage
from assistant.ports import Vectors

# Little-endian, so that a copy of the database can move between machines.
_FLOAT32 = np.dtype("<f4")


class VectorTables(StorePart):
    """Vectors, and which published passages they stand for."""

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
        found: dict[str, Vectors] = {}
        query = select(vectors.c.fingerprint, vectors.c.vector).where(vectors.c.model == model)
        with self._db.read() as connection:
            for batch in batches(fingerprints):
                rows = connection.execute(query.where(vectors.c.fingerprint.in_(batch)))
                found |= {row.fingerprint: np.frombuffer(row.vector, _FLOAT32) for row in rows}
        return found

    def fingerprints(self, locale: str) -> set[str]:
        query = select(passages.c.fingerprint).where(passages.c.locale == locale).distinct()
        with self._db.read() as connection:
            return set(connection.execute(query).scalars())

    def passages_with(self, locale: str, fingerprints: Iterable[str]) -> dict[str, list[Passage]]:
        found: dict[str, list[Passage]] = {}
        query = select(*PASSAGE, passages.c.fingerprint).where(passages.c.locale == locale)
        order = (passages.c.article_id, passages.c.position)
        with self._db.read() as connection:
            for batch in batches(fingerprints):
                chosen = query.where(passages.c.fingerprint.in_(batch)).order_by(*order)
                for row in connection.execute(chosen):
                    found.setdefault(row.fingerprint, []).append(passage_from(row))
        return found

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
