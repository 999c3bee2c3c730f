"""The vectors' truth: float32, by model and fingerprint. The vector index is made from them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
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


@dataclass(frozen=True)
class _Held:
    """All vectors of one locale's passages at one version, once for everything that is compared
    with them. `places`: fingerprint → row; `spans`: article id → its rows, in order of position."""

    version: int
    rows: Vectors
    places: Mapping[str, int]
    spans: Mapping[str, slice]


class VectorTables(StorePart):
    """Vectors, and which published passages they stand for."""

    def __init__(self, database: Database, now: Clock) -> None:
        super().__init__(database, now)
        self._holders: Remembered[tuple[str, str], list[Passage]] = Remembered(_MOST_PASSAGES)
        self._held: dict[tuple[str, str], _Held] = {}
        self._added = 0

    def forget_readings(self) -> None:
        super().forget_readings()
        self._holders.forget()
        self._held = {}

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
        self._added += 1
        self._held = {}

    def vectors(self, model: str, fingerprints: Iterable[str]) -> dict[str, Vectors]:
        wanted = set(fingerprints)
        found: dict[str, Vectors] = {}
        # A fingerprint names the text, and so one vector, whatever is published meanwhile.
        for (of_model, _), held in self._held.items():
            if of_model == model:
                found |= {
                    name: held.rows[held.places[name]] for name in wanted & held.places.keys()
                }
        if missing := wanted - found.keys():
            with self._db.read() as connection:
                found |= _read_vectors(connection, model, missing)
        return found

    def article_vectors(
        self, model: str, locale: str, *, among: Collection[str] | None = None
    ) -> dict[str, Vectors]:
        query = select(passages.c.article_id).where(passages.c.locale == locale).distinct()
        with self._db.read() as connection:
            held = self._held.get((model, locale))
            if held is None or held.version != version_seen_by(connection):
                held = self._hold(connection, model, locale)
            if among is None:
                ids: Collection[str] = held.spans
            else:
                ids = set(connection.execute(for_audiences(query, among)).scalars())
        return {id: held.rows[span] for id, span in held.spans.items() if id in ids}

    def _hold(self, connection: Connection, model: str, locale: str) -> _Held:
        added = self._added
        held = _read_held(connection, model, locale)
        # Who reads in an older moment, or while vectors come in, reads for themselves.
        newer = any(each.version > held.version for each in self._held.values())
        if not newer and added == self._added:
            # With what is older goes a locale that has no articles any more.
            present = {key: h for key, h in self._held.items() if h.version == held.version}
            self._held = present | {(model, locale): held}
        return held

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
        for row in connection.execute(query.where(here, passages.c.fingerprint.in_(named))).all():
            passage = passage_from(row)
            found.setdefault((passage.locale, row.fingerprint), []).append(passage)
    return found


def _read_vectors(
    connection: Connection, model: str, fingerprints: Iterable[str]
) -> dict[str, Vectors]:
    found: dict[str, Vectors] = {}
    query = select(vectors.c.fingerprint, vectors.c.vector).where(vectors.c.model == model)
    for batch in batches(fingerprints):
        for name, vector in connection.execute(query.where(vectors.c.fingerprint.in_(batch))):
            found[name] = np.frombuffer(vector, _FLOAT32)
    return found


def _read_held(connection: Connection, model: str, locale: str) -> _Held:
    query = (
        select(passages.c.article_id, passages.c.fingerprint, vectors.c.vector)
        .join(vectors, vectors.c.fingerprint == passages.c.fingerprint)
        .where(vectors.c.model == model, passages.c.locale == locale)
        .order_by(passages.c.article_id, passages.c.position)
    )
    # It grows where it lies: in a large help center all of it twice would be felt.
    content, places, spans = bytearray(), dict[str, int](), dict[str, slice]()
    for row, (id, name, vector) in enumerate(connection.execute(query)):
        content += vector
        places[name] = row
        spans[id] = slice(spans[id].start if id in spans else row, row + 1)
    count = max((span.stop for span in spans.values()), default=1)
    # Whoever compares sees the same rows: none may change them.
    rows = np.frombuffer(content, _FLOAT32).reshape(count, -1)
    rows.flags.writeable = False
    return _Held(version_seen_by(connection), rows, places, spans)


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
