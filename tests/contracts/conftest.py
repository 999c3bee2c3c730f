"""Databases for the contracts of the store: each test has an empty one, made once for the run."""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

pytest.register_assert_rewrite("assistant.testing")

from assistant.adapters.sql.schema import metadata  # noqa: E402
from assistant.adapters.sql.store import SqlStore  # noqa: E402

OpenStore = Callable[[str], SqlStore]


def the_clock() -> datetime:
    return datetime(2026, 3, 1, tzinfo=UTC)


@contextmanager
def postgres_schema(server: str) -> Iterator[str]:
    """A schema of its own on the server: runs at the same time do not meet."""
    import psycopg

    name = f"store_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE SCHEMA {name}")
        try:
            joint = "&" if "?" in server else "?"
            yield f"{server}{joint}options=-csearch_path%3D{name}"
        finally:
            connection.execute(f"DROP SCHEMA {name} CASCADE")


@pytest.fixture(scope="session")
def made_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with empty tables, to copy."""
    path = tmp_path_factory.mktemp("sqlite") / "made.db"
    store = SqlStore(f"sqlite:///{path}", now=the_clock)
    store.migrate()
    store.close()
    return path


@pytest.fixture(scope="session")
def made_postgres() -> Iterator[str]:
    """The URL of a PostgreSQL schema of this run's own, with empty tables."""
    server = os.environ.get("ASSISTANT_TEST_DATABASE_URL", "").replace("+psycopg", "")
    if not server:
        if os.environ.get("ASSISTANT_REQUIRE_POSTGRES") == "1":
            pytest.fail("ASSISTANT_TEST_DATABASE_URL is not set, and is required", pytrace=False)
        pytest.skip("ASSISTANT_TEST_DATABASE_URL is not set")
    with postgres_schema(server) as url:
        store = SqlStore(url, now=the_clock)
        store.migrate()
        store.close()
        yield url


@pytest.fixture
def empty_postgres(made_postgres: str) -> str:
    import psycopg

    with psycopg.connect(made_postgres) as connection:
        for table in reversed(metadata.sorted_tables):
            connection.execute(f"DELETE FROM {table.name}")
        connection.execute("INSERT INTO knowledge_version VALUES (0)")
    return made_postgres


@pytest.fixture
def open_store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[OpenStore]:
    """Opens an empty store of the engine `sqlite` or `postgresql`."""
    opened: list[SqlStore] = []

    def open_one(engine: str) -> SqlStore:
        if engine == "sqlite":
            path = tmp_path / "assistant.db"
            shutil.copyfile(request.getfixturevalue("made_sqlite"), path)
            url = f"sqlite:///{path}"
        else:
            url = request.getfixturevalue("empty_postgres")
        opened.append(SqlStore(url, now=the_clock))
        return opened[-1]

    yield open_one
    for store in opened:
        store.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, open_store: OpenStore) -> SqlStore:
    return open_store(request.param)
