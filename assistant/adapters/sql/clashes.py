"""Contradictions that writers settled."""

from __future__ import annotations

from sqlalchemy import Column, Table, delete, select

from assistant.adapters.sql.columns import CleanText, Instant
from assistant.adapters.sql.part import StorePart
from assistant.adapters.sql.people import add_deed
from assistant.adapters.sql.schema import metadata
from assistant.ports import Deed
from assistant.ports.clashes import Settled

settled_clashes = Table(
    "settled_clashes",
    metadata,
    Column("key", CleanText, primary_key=True),
    Column("settled_by", CleanText, nullable=False),
    Column("settled_at", Instant, nullable=False),
)


class ClashTables(StorePart):
    """One row for each two texts."""

    def settle_clash(self, settled: Settled, *, deed: Deed) -> None:
        row = {"key": settled.key, "settled_by": settled.by, "settled_at": settled.at}
        first = self._db.insert(settled_clashes).values(row).on_conflict_do_nothing()
        with self._db.write() as connection:
            if connection.execute(first.returning(settled_clashes.c.key)).first() is not None:
                add_deed(connection, deed)

    def unsettle_clash(self, key: str, *, deed: Deed) -> None:
        this = settled_clashes.c.key == key
        with self._db.write() as connection:
            if connection.execute(delete(settled_clashes).where(this)).rowcount:
                add_deed(connection, deed)

    def settled_clashes(self) -> list[Settled]:
        with self._db.read() as connection:
            return [Settled(*row) for row in connection.execute(select(settled_clashes))]
