"""Proactive messages and what became of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Row, Select, delete, exists, func, select, update

from assistant.adapters.sql.log_steps import append_message, locked, sent_before
from assistant.adapters.sql.part import StorePart
from assistant.adapters.sql.people import add_deed
from assistant.adapters.sql.schema import messages
from assistant.adapters.sql.schema_nudges import nudge_openings, nudges
from assistant.domain.conversation import Author, Message
from assistant.domain.nudge import Nudge, NudgeFigures, NudgeKind
from assistant.domain.ownership import WITH_PEOPLE
from assistant.errors import UnknownThing
from assistant.ports import Deed


class NudgeTables(StorePart):
    """Rules, how often they were shown, and in which conversations they were taken up."""

    def nudges(self) -> list[Nudge]:
        query = select(nudges).order_by(nudges.c.created_at.desc(), nudges.c.id)
        with self._db.read() as connection:
            return [_nudge(row) for row in connection.execute(query)]

    def save_nudge(self, nudge: Nudge, *, deed: Deed) -> None:
        state = {
            "kind": nudge.kind.value,
            "place": nudge.place,
            "seconds": nudge.seconds,
            "texts": dict(nudge.texts),
            "active": nudge.active,
        }
        row = {"id": nudge.id, "created_at": nudge.created_at, "shown": 0} | state
        insert = self._db.insert(nudges).values(row)
        with self._db.write() as connection:
            connection.execute(insert.on_conflict_do_update(index_elements=["id"], set_=state))
            add_deed(connection, deed)

    def drop_nudge(self, nudge_id: str, *, deed: Deed) -> None:
        with self._db.write() as connection:
            _must_exist(connection, nudge_id)
            connection.execute(delete(nudge_openings).where(nudge_openings.c.nudge_id == nudge_id))
            connection.execute(delete(nudges).where(nudges.c.id == nudge_id))
            add_deed(connection, deed)

    def nudge_shown(self, nudge_id: str) -> None:
        with self._db.write() as connection:
            once_more = update(nudges).where(nudges.c.id == nudge_id)
            connection.execute(once_more.values(shown=nudges.c.shown + 1))

    def nudge_opened(self, nudge_id: str, message: Message) -> Message | None:
        opening = {
            "nudge_id": nudge_id,
            "conversation_id": message.conversation_id,
            "opened_at": self._now(),
        }
        with self._db.write() as connection:
            before = locked(connection, message.conversation_id)
            _must_exist(connection, nudge_id)
            insert = self._db.insert(nudge_openings).values(opening)
            connection.execute(insert.on_conflict_do_nothing())
            if (said := sent_before(connection, message)) is not None:
                return said
            if before.status in WITH_PEOPLE:
                return None
            return append_message(connection, before, message, at=self._now())

    def nudge_figures(self) -> Mapping[str, NudgeFigures]:
        answered = (
            exists()
            .where(messages.c.conversation_id == nudge_openings.c.conversation_id)
            .where(messages.c.author == Author.CUSTOMER.value)
            .where(messages.c.created_at > nudge_openings.c.opened_at)
        )
        of_each = nudge_openings.c.nudge_id
        opened = select(of_each, func.count()).group_by(of_each)
        with self._db.read() as connection:
            took_up = _counts(connection, opened)
            replied = _counts(connection, opened.where(answered))
            shown = _counts(connection, select(nudges.c.id, nudges.c.shown))
        return {
            id: NudgeFigures(times, took_up.get(id, 0), replied.get(id, 0))
            for id, times in shown.items()
        }


def _counts(connection: Connection, query: Select[Any]) -> dict[str, int]:
    return {str(row[0]): int(row[1]) for row in connection.execute(query)}


def _must_exist(connection: Connection, nudge_id: str) -> None:
    if connection.execute(select(nudges.c.id).where(nudges.c.id == nudge_id)).first() is None:
        raise UnknownThing("proactive message", nudge_id)


def _nudge(row: Row[*tuple[Any, ...]]) -> Nudge:
    return Nudge(
        id=row.id,
        kind=NudgeKind(row.kind),
        place=row.place,
        seconds=row.seconds,
        texts=row.texts,
        active=row.active,
        created_at=row.created_at,
    )
