"""Copy the database to one file while it is in use, and fill an empty database from such a file."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sqlalchemy import Connection, inspect, select

from assistant.adapters.sql import copies_postgres, copies_sqlite
from assistant.adapters.sql.faults import translated
from assistant.adapters.sql.migrate import HEAD, migrate, revision_of
from assistant.adapters.sql.part import StorePart
from assistant.adapters.sql.schema import articles, people, visitors
from assistant.errors import Refused


class Copies(StorePart):
    """Backup and restore. A copy holds everything: knowledge, vectors, log and people."""

    def backup(self, target: str) -> None:
        """`target` appears, or is replaced, only once the copy is complete and on disk."""
        path = Path(target)
        if path.is_dir() or not path.parent.is_dir():
            raise Refused(f"{target} cannot be written; name a file in a folder that exists.")
        if revision_of(self._db) != HEAD:
            raise Refused("The database has an older form; run `assistant migrate` first.")
        with translated(target), _complete_or_absent(path) as unfinished:
            if self._db.is_sqlite:
                copies_sqlite.write(self._db, unfinished)
            else:
                copies_postgres.write(self._db, unfinished)

    def restore(self, source: str) -> None:
        """A copy made on SQLite can be restored into PostgreSQL too, not the other way."""
        path = Path(source)
        if not path.is_file():
            raise Refused(f"{source} is not there; name a file that `assistant backup` wrote.")
        from_sqlite, from_postgres = copies_sqlite.is_copy(path), copies_postgres.is_copy(path)
        if not from_sqlite and not from_postgres:
            raise Refused(f"{source} is no backup; name a file that `assistant backup` wrote.")
        if self._db.is_sqlite and from_postgres:
            raise Refused(
                f"{source} is a copy of a PostgreSQL database; "
                "set ASSISTANT_DATABASE_URL to an empty PostgreSQL database."
            )
        self._must_be_empty()
        if self._db.is_sqlite:
            copies_sqlite.read(self._db, path)
        elif from_sqlite:
            copies_postgres.read_sqlite(self._db, path)
        else:
            copies_postgres.read(self._db, path)
        migrate(self._db)

    def _must_be_empty(self) -> None:
        if self._db.is_sqlite and not self._db.path.exists():
            return
        with self._db.read() as connection:
            if holds_anything(connection):
                raise Refused(
                    f"{self._db.shown_url} holds articles, conversations or people already; "
                    "restore into an empty ASSISTANT_HOME or database."
                )


def holds_anything(connection: Connection) -> bool:
    """Whether anybody has put anything into this database."""
    there = set(inspect(connection).get_table_names())
    return any(
        connection.execute(select(table).limit(1)).first() is not None
        for table in (articles, visitors, people)
        if table.name in there
    )


@contextmanager
def _complete_or_absent(path: Path) -> Iterator[Path]:
    unfinished = path.with_name(f".{path.name}.{os.getpid()}.unfinished")
    try:
        # Made here so that nobody else may read it, whoever writes it then.
        os.close(os.open(unfinished, os.O_CREAT | os.O_RDWR | os.O_TRUNC, 0o600))
        yield unfinished
        _to_disk(unfinished)
        unfinished.replace(path)
        _to_disk(path.parent)
    finally:
        with suppress(FileNotFoundError):
            unfinished.unlink()


def _to_disk(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
