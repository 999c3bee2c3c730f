"""Open the database and hand out transactions: `read` sees one moment, `write` is all or nothing.

What the two engines need differently to give the same promises stands here and in `lexical`.
"""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.dialects.postgresql import Insert as PostgresInsert
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import Insert as SqliteInsert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import QueuePool
from sqlalchemy.schema import Table

from assistant.adapters.sql.faults import translated
from assistant.adapters.sql.folding import teach
from assistant.errors import WrongSetting

_SETTING = "ASSISTANT_DATABASE_URL"
_BUSY_MS = 15_000
_BUSY_PAUSE = 0.02


class Database:
    """One pool of connections. Thread-safe: every transaction has a connection of its own."""

    def __init__(self, url: str) -> None:
        self.url = _parse(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self.engine = _sqlite(self.url) if self.is_sqlite else _postgres(self.url)
        reads: dict[str, Any] = {"begin": "BEGIN"}
        if not self.is_sqlite:
            reads = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        self._reads = self.engine.execution_options(**reads)
        self._held = threading.local()

    @property
    def path(self) -> Path:
        """The file of a SQLite database."""
        return Path(str(self.url.database))

    @property
    def shown_url(self) -> str:
        """The URL without its password, for messages."""
        return self.url.render_as_string(hide_password=True)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction in which all statements see the same moment."""
        held: Connection | None = getattr(self._held, "connection", None)
        if held is not None:
            yield held
            return
        with translated(self.shown_url), self._reads.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def one_moment(self) -> Iterator[None]:
        """Inside the block, every `read` of this thread sees the moment of the first one."""
        before = getattr(self._held, "connection", None)
        with self.read() as connection:
            self._held.connection = connection
            try:
                yield
            finally:
                self._held.connection = before

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction that is on disk when the block ends, or was never there."""
        with translated(self.shown_url), self.engine.begin() as connection:
            yield connection

    def insert(self, table: Table) -> SqliteInsert | PostgresInsert:
        """An INSERT that can say what happens `on_conflict`."""
        return sqlite_insert(table) if self.is_sqlite else postgres_insert(table)

    def create_file(self) -> None:
        """Make the SQLite file and its folder, readable by their owner alone."""
        with translated(self.shown_url):
            self.path.parent.mkdir(parents=True, exist_ok=True)
            os.close(os.open(self.path, os.O_CREAT | os.O_RDWR, 0o600))

    @contextmanager
    def outside_transactions(self) -> Iterator[Any]:
        """The driver's own connection, for what SQLite does only outside of a transaction."""
        with translated(self.shown_url), closing(self.engine.raw_connection()) as pooled:
            yield pooled.driver_connection

    def truncate_journal(self) -> None:
        """Take what was deleted out of SQLite's journal too, as far as no reader needs it."""
        if self.is_sqlite:
            with self.outside_transactions() as connection:
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        self.engine.dispose()


def _parse(text: str) -> URL:
    try:
        url = make_url(text)
    except ArgumentError as error:
        raise WrongSetting(_SETTING, "not a URL like sqlite:///data/assistant.db") from error
    if url.drivername in ("postgresql", "postgres", "postgresql+psycopg"):
        return url.set(drivername="postgresql+psycopg")
    if url.get_backend_name() != "sqlite":
        raise WrongSetting(_SETTING, f"{url.drivername} is not known; use sqlite or postgresql")
    if not url.database or url.database == ":memory:":
        raise WrongSetting(_SETTING, "SQLite needs a file, as in sqlite:///data/assistant.db")
    return url


def _sqlite(url: URL) -> Engine:
    # isolation_level None: the driver must not begin transactions of its own, `_begin` does.
    arguments = {"isolation_level": None, "check_same_thread": False, "timeout": _BUSY_MS / 1000}
    engine = create_engine(
        url,
        connect_args=arguments,
        poolclass=QueuePool,
        pool_size=10,
        max_overflow=50,
        # They hold customers' words, which no log may show.
        hide_parameters=True,
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin)
    return engine


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    connection.execute(f"PRAGMA busy_timeout = {_BUSY_MS}")
    _write_ahead(connection)
    # FULL: with WAL, only this has every acknowledged message on disk after a power cut.
    for pragma in (
        "synchronous = FULL",
        "foreign_keys = ON",
        # What was erased must not lie in free pages of the file.
        "secure_delete = ON",
        "temp_store = MEMORY",
        "cache_size = -8000",
    ):
        connection.execute(f"PRAGMA {pragma}")
    teach(connection)


def _write_ahead(connection: sqlite3.Connection) -> None:
    """Put the file into WAL, once for good.

    SQLite heeds its busy timeout for everything but this change: where another process writes,
    or makes the same change, it gives up at once. So the waiting is done here.
    """
    until = time.monotonic() + _BUSY_MS / 1000
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            # Its low byte: the rest tells why it is busy.
            busy = error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY
            if not busy or time.monotonic() > until:
                raise
            time.sleep(_BUSY_PAUSE)


def _begin(connection: Connection) -> None:
    # IMMEDIATE waits for its turn to write; a deferred transaction that turns to writing cannot.
    connection.exec_driver_sql(connection.get_execution_options().get("begin", "BEGIN IMMEDIATE"))


def _postgres(url: URL) -> Engine:
    arguments = {"connect_timeout": 10, "application_name": "help-assistant"}
    return create_engine(
        url,
        connect_args=arguments,
        pool_pre_ping=True,
        pool_size=10,
        max_overflow=20,
        hide_parameters=True,
    )
