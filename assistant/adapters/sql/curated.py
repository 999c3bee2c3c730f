"""Curated answers; how often each was given is counted in the log."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict

from sqlalchemy import delete, func, not_, select

from assistant.adapters.sql.part import StorePart
from assistant.adapters.sql.people import add_deed
from assistant.adapters.sql.schema import conversations, turns
from assistant.adapters.sql.schema_curated import curated_answers
from assistant.domain.answer import Decision
from assistant.domain.curated import Curated
from assistant.errors import UnknownThing
from assistant.ports import Deed
from assistant.ports.curated import CuratedUse
from assistant.ports.figures import SIMULATED

_C = curated_answers.c


class CuratedTables(StorePart):
    """What writers want said word for word."""

    def curated(self) -> list[Curated]:
        with self._db.read() as connection:
            rows = connection.execute(select(curated_answers).order_by(_C.id)).all()
        return [Curated(**{**row._mapping, "phrasings": tuple(row.phrasings)}) for row in rows]

    def curated_stamp(self) -> str:
        query = select(func.count(), func.max(_C.changed_at)).select_from(curated_answers)
        with self._db.read() as connection:
            count, last = connection.execute(query).one()
        return f"{count} {last}"

    def save_curated(self, curated: Curated, *, deed: Deed) -> None:
        row = asdict(curated) | {"phrasings": list(curated.phrasings)}
        insert = self._db.insert(curated_answers).values(row)
        with self._db.write() as connection:
            connection.execute(insert.on_conflict_do_update(index_elements=["id"], set_=row))
            add_deed(connection, deed)

    def drop_curated(self, curated_id: str, *, deed: Deed) -> None:
        with self._db.write() as connection:
            dropped = delete(curated_answers).where(_C.id == curated_id)
            if not connection.execute(dropped).rowcount:
                raise UnknownThing("curated answer", curated_id)
            add_deed(connection, deed)

    def curated_uses(self) -> Mapping[str, CuratedUse]:
        given = (
            turns.c.curated_id.is_not(None),
            turns.c.decision == Decision.ANSWER.value,
            not_(conversations.c.visitor_id.startswith(SIMULATED)),
        )
        query = (
            select(turns.c.curated_id, func.count(), func.max(turns.c.created_at))
            .join(conversations, conversations.c.id == turns.c.conversation_id)
            .where(*given)
            .group_by(turns.c.curated_id)
        )
        with self._db.read() as connection:
            return {id: CuratedUse(count, at) for id, count, at in connection.execute(query)}
