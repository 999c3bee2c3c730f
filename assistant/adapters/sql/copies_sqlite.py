"""Copies of a SQLite database: a compact SQLite file, without journal beside it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from assistant.adapters.sql.engine import Database
from assistant.adapters.sql.faults import translated
from assistant.errors import Refused

_HEADER = b"SQLite format 3\x00"


def is_copy(path: Path) -> bool:
    """Whether the file is a SQLite database, of whomever."""
    with translated(str(path)), path.open("rb") as file:
        return file.read(len(_HEADER)) == _HEADER


def write(database: Database, target: Path) -> None:
    """VACUUM INTO: one moment of the database, and nothing of what was deleted from it."""
    with database.outside_transactions() as connection:
        connection.execute("VACUUM INTO ?", (str(target),))


def read(database: Database, source: Path) -> None:
    """Replace the whole database by the copy, in one transaction."""
    check(source, name=source)
    database.create_file()
    with closing(sqlite3.connect(source)) as copy, database.outside_transactions() as connection:
        copy.backup(connection)
    # Connections of the pool may remember the schema of the database that was there.
    database.close()


def check(path: Path, *, name: Path) -> None:
    """Refused where the file is damaged, or not ours; `name` is what its owner calls it."""
    try:
        with closing(sqlite3.connect(path)) as copy:
            found = "cut" if _is_cut(copy, path) else _integrity(copy)
            ours = copy.execute("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'")
            if found == "ok" and ours.fetchone():
                return
    except sqlite3.DatabaseError as error:
        found = str(error)
    reason = "another program wrote it" if found == "ok" else f"it is damaged ({found})"
    raise Refused(f"{name} cannot be restored: {reason}; use another backup.")


def _is_cut(copy: sqlite3.Connection, path: Path) -> bool:
    # SQLite reads zeros past the end of a file, which can look sound.
    pages = copy.execute("PRAGMA page_count").fetchone()[0]
    size = copy.execute("PRAGMA page_size").fetchone()[0]
    return path.stat().st_size < int(pages) * int(size)


def _integrity(copy: sqlite3.Connection) -> str:
    return str(copy.execute("PRAGMA integrity_check").fetchone()[0])
