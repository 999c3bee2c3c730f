"""Copies of a PostgreSQL database: one moment of all tables, as gzipped lines of JSON.

The first line names the form, each of the next holds some rows of one table, those tables first
that others refer to; the last line says that the copy is complete.
"""

from __future__ import annotations

import base64
import gzip
import json
import shutil
import zlib
from collections.abc import Iterable, Iterator
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Any

from sqlalchemy import Connection, Table, column, delete, insert, select, table, text

from assistant.adapters.sql import copies_sqlite
from assistant.adapters.sql.engine import Database
from assistant.adapters.sql.faults import translated
from assistant.adapters.sql.migrate import HEAD, migrate, revision_of
from assistant.adapters.sql.schema import knowledge_version, metadata
from assistant.errors import Refused

_FORM = "help-assistant backup 1"
_AT_ONCE = 500
_DAMAGE = (EOFError, gzip.BadGzipFile, zlib.error, UnicodeDecodeError, json.JSONDecodeError)


def is_copy(path: Path) -> bool:
    """Whether the file begins as `write` begins it."""
    with translated(str(path)):
        try:
            with gzip.open(path, "rt", encoding="utf-8") as lines:
                return bool(json.loads(lines.readline(1000)).get("form") == _FORM)
        except (*_DAMAGE, AttributeError):
            return False


def write(database: Database, target: Path) -> None:
    """All rows as they are in one moment, whoever writes meanwhile."""
    with (
        gzip.open(target, "wt", encoding="utf-8", compresslevel=5) as lines,
        database.read() as connection,
    ):
        _write_line(lines, {"form": _FORM, "revision": HEAD})
        for kept in metadata.sorted_tables:
            for rows in _batches(connection, kept):
                _write_line(lines, {"table": kept.name, "rows": rows})
        _write_line(lines, {"complete": True})


def read(database: Database, source: Path) -> None:
    """Fill the empty database in one transaction; Refused where the copy is damaged or cut."""
    with translated(str(source)), gzip.open(source, "rt", encoding="utf-8") as lines:
        _prepare(database, json.loads(lines.readline())["revision"])
        with database.write() as connection:
            _clear_way(connection)
            try:
                _load(connection, map(json.loads, lines))
            except (*_DAMAGE, KeyError, TypeError) as error:
                raise _damaged(source) from error
            _set_counters(connection)


def read_sqlite(database: Database, source: Path) -> None:
    """Fill the empty database from a copy of a SQLite one: the way from one machine to many."""
    migrate(database)
    with TemporaryDirectory() as folder:
        copy = Path(folder) / "copy.db"
        with translated(str(source)):
            shutil.copyfile(source, copy)
        copies_sqlite.check(copy, name=source)
        with closing(Database(f"sqlite:///{copy}")) as origin:
            migrate(origin)
            with origin.read() as reading, database.write() as writing:
                _clear_way(writing)
                for kept in metadata.sorted_tables:
                    _copy_table(kept, reading, writing)
                _set_counters(writing)


def _batches(connection: Connection, kept: Table) -> Iterator[list[dict[str, Any]]]:
    # Plain SQL: the rows as the server has them, not as our column types read them.
    result = connection.exec_driver_sql(
        f"SELECT * FROM {kept.name}", execution_options={"yield_per": _AT_ONCE}
    )
    for rows in result.mappings().partitions():
        yield [{name: _plain(value) for name, value in row.items()} for row in rows]


def _write_line(lines: IO[str], value: Any) -> None:
    lines.write(json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n")


def _plain(value: Any) -> Any:
    if isinstance(value, bytes | memoryview):
        return {"base64": base64.b64encode(value).decode()}
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return value.isoformat() if isinstance(value, date) else value


def _value(plain: Any) -> Any:
    return base64.b64decode(plain["base64"]) if isinstance(plain, dict) else plain


def _prepare(database: Database, revision: str) -> None:
    if revision_of(database) not in (None, revision):
        raise Refused(
            f"The copy has the older form {revision}, the database a newer one; "
            "restore into a database without any tables."
        )
    migrate(database, to=revision)


def _clear_way(connection: Connection) -> None:
    connection.execute(text("SET LOCAL timezone = 'UTC'"))
    connection.execute(delete(knowledge_version))


def _load(connection: Connection, lines: Iterable[dict[str, Any]]) -> None:
    complete = False
    # To the very end, where the checksum of the whole is: what follows a wrong one is undone.
    for line in lines:
        if complete := "complete" in line:
            continue
        rows = [{name: _value(plain) for name, plain in row.items()} for row in line["rows"]]
        connection.execute(insert(table(line["table"], *map(column, rows[0]))), rows)
    if not complete:
        raise EOFError("the last line is missing")


def _damaged(source: Path) -> Refused:
    return Refused(f"{source} cannot be restored: it is damaged or cut; use another backup.")


def _set_counters(connection: Connection) -> None:
    for kept in metadata.sorted_tables:
        for key in kept.primary_key:
            if kept.autoincrement_column is not key:
                continue
            name = f"pg_get_serial_sequence('{kept.name}', '{key.name}')"
            last = f"(SELECT max({key.name}) FROM {kept.name})"
            connection.execute(text(f"SELECT setval({name}, {last}) WHERE {last} IS NOT NULL"))


def _copy_table(kept: Table, reading: Connection, writing: Connection) -> None:
    rows = reading.execute(select(kept), execution_options={"yield_per": _AT_ONCE}).mappings()
    for batch in rows.partitions():
        writing.execute(kept.insert(), [dict(row) for row in batch])
