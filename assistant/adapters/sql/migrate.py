"""Bring the tables to the newest form, whoever starts first; the migrations lie in the package."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, inspect, text

import assistant
from assistant.adapters.sql.engine import Database
from assistant.errors import StoreUnavailable

HEAD = "0045"
"""The newest revision; a test holds it against the folder of migrations."""

FOLDER = Path(assistant.__file__).resolve().parent / "migrations"
# Any number, as long as all processes of ours take the same.
_POSTGRES_LOCK = 4_357_001


def migrate(database: Database, *, to: str = HEAD) -> None:
    """Upgrade to the revision; of two processes at once, one does it while the other waits.

    Raises StoreUnavailable where a newer version of this software wrote the database.
    """
    if database.is_sqlite:
        database.create_file()
    if revision_of(database) == to:
        return
    with database.write() as connection:
        if not database.is_sqlite:
            connection.execute(text("SELECT pg_advisory_xact_lock(:n)"), {"n": _POSTGRES_LOCK})
        _upgrade(connection, to)


def revision_of(database: Database) -> str | None:
    """The revision that the tables have, None where there are none."""
    with database.read() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def _upgrade(connection: Connection, to: str) -> None:
    # Half a second of imports that a start on a database of the newest form does without.
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, to)
    except CommandError as error:
        raise StoreUnavailable(
            f"its tables have a form that this version does not know ({error})",
            remedy="install the newer version of Help Assistant that wrote it",
        ) from error
