"""What must go out: stored with what led to it, taken by one process at a time, kept until sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, func, select, update

from assistant.adapters.sql.engine import Database
from assistant.adapters.sql.part import StorePart
from assistant.adapters.sql.people import add_deed
from assistant.adapters.sql.schema_deliveries import deliveries, followers, notice_choices
from assistant.domain.delivery import Channel, Delivery
from assistant.errors import UnknownThing
from assistant.ports import Deed
from assistant.ports.deliveries import Choice, Notice

_C = deliveries.c


class DeliveryTables(StorePart):
    """The outbox, and who wants to be told what."""

    def add_deliveries(self, new: Sequence[Delivery]) -> None:
        with self._db.write() as connection:
            store_deliveries(connection, self._db, new)

    def followed(self, name: str) -> int | None:
        query = select(followers.c.event_id).where(followers.c.name == name)
        with self._db.read() as connection:
            return connection.execute(query).scalar_one_or_none()

    def follow(
        self, name: str, *, after: int | None, to: int, deliveries: Sequence[Delivery]
    ) -> bool:
        with self._db.write() as connection:
            if not moves_on(connection, self._db, name, after=after, to=to):
                return False
            store_deliveries(connection, self._db, deliveries)
        return True

    def take_due(self, at: datetime, *, until: datetime, limit: int = 20) -> list[Delivery]:
        due = select(_C.id).where(_C.next_at <= at).order_by(_C.next_at, _C.id).limit(limit)
        with self._db.read() as connection:
            if connection.execute(due).first() is None:
                return []
        taken = {"next_at": until, "tries": _C.tries + 1}
        with self._db.write() as connection:
            ids = connection.execute(due.with_for_update(skip_locked=True)).scalars().all()
            these = _C.id.in_(ids)
            connection.execute(update(deliveries).where(these).values(taken))
            rows = connection.execute(
                select(deliveries).where(these).order_by(_C.created_at, _C.id)
            )
            return [_delivery(row) for row in rows]

    def delivered(self, delivery_id: str, *, at: datetime) -> None:
        self._settle(delivery_id, {"sent_at": at, "next_at": None, "problem": ""})

    def not_delivered(
        self, delivery_id: str, *, at: datetime, next_at: datetime | None, problem: str
    ) -> None:
        dead_at = at if next_at is None else None
        self._settle(delivery_id, {"next_at": next_at, "dead_at": dead_at, "problem": problem})

    def undelivered(self, *, limit: int = 200) -> list[Delivery]:
        failed = _C.sent_at.is_(None) & (_C.problem != "")
        latest = (_C.dead_at.is_(None), _C.dead_at.desc(), _C.next_at, _C.id)
        with self._db.read() as connection:
            rows = connection.execute(
                select(deliveries).where(failed).order_by(*latest).limit(limit)
            )
            return [_delivery(row) for row in rows]

    def count_dead(self) -> int:
        query = select(func.count()).where(_C.dead_at.is_not(None))
        with self._db.read() as connection:
            return connection.execute(query).scalar_one()

    def deliver_again(self, delivery_id: str, *, at: datetime, deed: Deed) -> None:
        dead = (_C.id == delivery_id, _C.dead_at.is_not(None))
        anew = {"next_at": at, "dead_at": None, "tries": 0}
        with self._db.write() as connection:
            if not connection.execute(update(deliveries).where(*dead).values(anew)).rowcount:
                raise UnknownThing("dead delivery", delivery_id)
            add_deed(connection, deed)

    def last_delivered(self, conversation_id: str, address: str) -> Delivery | None:
        got = (
            _C.conversation_id == conversation_id,
            _C.address == address,
            _C.sent_at.is_not(None),
        )
        query = select(deliveries).where(*got).order_by(_C.sent_at.desc(), _C.id).limit(1)
        with self._db.read() as connection:
            row = connection.execute(query).one_or_none()
        return None if row is None else _delivery(row)

    def drop_delivered(self, *, before: datetime) -> None:
        with self._db.write() as connection:
            connection.execute(delete(deliveries).where(_C.sent_at < before))

    def choices(self) -> Mapping[str, Choice]:
        with self._db.read() as connection:
            rows = connection.execute(select(notice_choices)).all()
        return {
            row.person_id: Choice(row.person_id, frozenset(map(Notice, row.notices)), row.locale)
            for row in rows
        }

    def set_choice(self, choice: Choice) -> None:
        wanted = {"notices": sorted(choice.notices), "locale": choice.locale}
        insert = self._db.insert(notice_choices).values(person_id=choice.person_id, **wanted)
        with self._db.write() as connection:
            connection.execute(
                insert.on_conflict_do_update(index_elements=["person_id"], set_=wanted)
            )

    def _settle(self, delivery_id: str, outcome: Mapping[str, Any]) -> None:
        with self._db.write() as connection:
            connection.execute(update(deliveries).where(_C.id == delivery_id).values(outcome))


def store_deliveries(connection: Connection, database: Database, new: Sequence[Delivery]) -> None:
    """With what led to them; those whose id is there already stay as they are."""
    for each in new:
        row = asdict(each) | {"channel": each.channel.value}
        connection.execute(database.insert(deliveries).values(row).on_conflict_do_nothing())


def moves_on(
    connection: Connection, database: Database, name: str, *, after: int | None, to: int
) -> bool:
    """That the follower of that name has come from one event to another; False where another
    process moved it meanwhile."""
    if after is None:
        first = database.insert(followers).values(name=name, event_id=to)
        made = first.on_conflict_do_nothing().returning(followers.c.name)
        return connection.execute(made).first() is not None
    here = (followers.c.name == name, followers.c.event_id == after)
    return bool(connection.execute(update(followers).where(*here).values(event_id=to)).rowcount)


def _delivery(row: Row[*tuple[Any, ...]]) -> Delivery:
    return Delivery(**{**row._mapping, "channel": Channel(row.channel)})
