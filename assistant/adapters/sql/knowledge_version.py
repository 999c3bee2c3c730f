"""The number that every change of the knowledge raises by one."""

from __future__ import annotations

from sqlalchemy import Connection, select, update

from assistant.adapters.sql.schema import knowledge_version

_VERSION = knowledge_version.c.version


def version_seen_by(connection: Connection) -> int:
    """The version that this transaction sees."""
    version: int = connection.execute(select(_VERSION)).scalar_one()
    return version


def lock_version(connection: Connection) -> None:
    """Wait for whoever is changing the knowledge, and let the next one wait for us."""
    connection.execute(select(_VERSION).with_for_update())


def raise_version(connection: Connection) -> None:
    """One more; waits as `lock_version` does."""
    connection.execute(update(knowledge_version).values(version=_VERSION + 1))
