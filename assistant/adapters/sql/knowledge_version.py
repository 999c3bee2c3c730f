"""The number that every change of the knowledge raises by one."""

from __future__ import annotations

from weakref import WeakKeyDictionary

from sqlalchemy import Connection, RootTransaction, select, update

from assistant.adapters.sql.schema import knowledge_version

_VERSION = knowledge_version.c.version
_SEEN: WeakKeyDictionary[RootTransaction, int] = WeakKeyDictionary()
"""A reply asks twenty times, in one transaction."""


def version_seen_by(connection: Connection) -> int:
    """The version that this transaction, one that only reads, sees."""
    transaction = connection.get_transaction()
    assert transaction is not None
    version = _SEEN.get(transaction)
    if version is None:
        version = _SEEN[transaction] = connection.execute(select(_VERSION)).scalar_one()
    return version


def lock_version(connection: Connection) -> None:
    """Wait for whoever is changing the knowledge, and let the next one wait for us."""
    connection.execute(select(_VERSION).with_for_update())


def raise_version(connection: Connection) -> None:
    """One more; waits as `lock_version` does."""
    connection.execute(update(knowledge_version).values(version=_VERSION + 1))
