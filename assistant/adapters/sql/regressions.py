"""Batches of questions that are kept."""

from __future__ import annotations

from dataclasses import asdict

from sqlalchemy import Column, Table, delete, select

from assistant.adapters.sql.columns import CleanText, Instant, JsonText
from assistant.adapters.sql.part import StorePart
from assistant.adapters.sql.people import add_deed
from assistant.adapters.sql.schema import metadata
from assistant.domain.regression import Line, RegressionSet
from assistant.errors import UnknownThing
from assistant.ports import Deed

regression_sets = Table(
    "regression_sets",
    metadata,
    Column("id", CleanText, primary_key=True),
    Column("title", CleanText, nullable=False),
    Column("lines", JsonText, nullable=False),
    Column("kept_by", CleanText, nullable=False),
    Column("kept_at", Instant, nullable=False),
)


class RegressionTables(StorePart):
    """Each set is one row, whole."""

    def add_regression_set(self, kept: RegressionSet, *, deed: Deed) -> None:
        with self._db.write() as connection:
            connection.execute(regression_sets.insert().values(asdict(kept)))
            add_deed(connection, deed)

    def drop_regression_set(self, set_id: str, *, deed: Deed) -> None:
        this = regression_sets.c.id == set_id
        with self._db.write() as connection:
            if not connection.execute(delete(regression_sets).where(this)).rowcount:
                raise UnknownThing("regression set", set_id)
            add_deed(connection, deed)

    def regression_sets(self) -> list[RegressionSet]:
        with self._db.read() as connection:
            rows = [row._asdict() for row in connection.execute(select(regression_sets))]
        found = [
            RegressionSet(**{**row, "lines": tuple(Line(**line) for line in row["lines"])})
            for row in rows
        ]
        return sorted(found, key=lambda kept: (kept.title.casefold(), kept.id))
