"""The tables are made once, by whoever comes first, and are those that the code expects."""

from __future__ import annotations

import sqlite3
import stat
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

from assistant.adapters.sql.migrate import FOLDER, HEAD
from assistant.adapters.sql.schema import metadata
from assistant.adapters.sql.store import SqlStore
from assistant.errors import StoreUnavailable, WrongSetting
from tests.contracts.conftest import postgres_schema, the_clock

MIGRATE = """
import sys
from datetime import UTC, datetime
from assistant.adapters.sql.store import SqlStore
store = SqlStore(sys.argv[1], now=lambda: datetime.now(UTC))
store.migrate()
assert store.version() == 0
"""


def test_the_migrations_make_what_the_code_expects(store: SqlStore) -> None:
    def ours(thing: object, name: str | None, kind: str, reflected: bool, _: object) -> bool:
        made_for_search = (name or "").startswith(("passage_", "ix_passages_lexemes"))
        return not (reflected and made_for_search)

    with store._db.read() as connection:
        context = MigrationContext.configure(
            connection, opts={"include_object": ours, "compare_type": False}
        )
        assert compare_metadata(context, metadata) == []


def test_the_newest_revision_is_the_one_in_the_folder() -> None:
    newest = max(path.name for path in (FOLDER / "versions").glob("*.py"))
    assert newest.startswith(HEAD)


def test_migrating_again_changes_nothing(store: SqlStore) -> None:
    store.migrate()
    assert store.version() == 0


@pytest.mark.slow
@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_processes_that_start_at_once_make_the_tables_once(
    engine: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    if engine == "sqlite":
        start_at_once(f"sqlite:///{tmp_path / 'new' / 'assistant.db'}")
    else:
        made = request.getfixturevalue("made_postgres")
        with postgres_schema(made.partition("?")[0]) as url:
            start_at_once(url)


def start_at_once(url: str) -> None:
    running = [
        subprocess.Popen([sys.executable, "-c", MIGRATE, url], stderr=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    said = [process.communicate(timeout=60)[1] for process in running]
    assert [process.returncode for process in running] == [0, 0], said


def test_a_new_file_waits_for_who_writes_to_it(tmp_path: Path) -> None:
    path = tmp_path / "assistant.db"
    with closing(sqlite3.connect(path, isolation_level=None, check_same_thread=False)) as other:
        other.execute("BEGIN IMMEDIATE")
        done = threading.Timer(0.3, lambda: other.execute("ROLLBACK"))
        done.start()
        with closing(SqlStore(f"sqlite:///{path}", now=the_clock)) as store:
            store.migrate()
            assert store.version() == 0
        done.join()


def test_the_database_file_is_its_owners_alone(tmp_path: Path) -> None:
    path = tmp_path / "home" / "assistant.db"
    store = SqlStore(f"sqlite:///{path}", now=the_clock)
    store.migrate()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    store.close()


def test_a_database_of_a_newer_version_is_left_alone(store: SqlStore) -> None:
    with store._db.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreUnavailable, match="install the newer version"):
        store.migrate()
    with store._db.write() as connection:
        connection.execute(text(f"UPDATE alembic_version SET version_num = '{HEAD}'"))


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("mysql://localhost/x", "mysql is not known"),
        ("sqlite://", "needs a file"),
        ("sqlite:///:memory:", "needs a file"),
        ("somewhere", "not a URL"),
    ],
)
def test_a_url_that_cannot_work_is_refused_by_the_settings_name(url: str, said: str) -> None:
    with pytest.raises(WrongSetting, match=f"ASSISTANT_DATABASE_URL: .*{said}"):
        SqlStore(url, now=the_clock)
