"""Follow-ups: one for each conversation at most, changed one event after the other."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, select, update

from assistant.adapters.sql.deliveries import store_deliveries
from assistant.adapters.sql.figures_engine import told
from assistant.adapters.sql.log_steps import add_event, locked
from assistant.adapters.sql.part import StorePart
from assistant.adapters.sql.people import add_deed
from assistant.adapters.sql.schema import events
from assistant.adapters.sql.schema_insights import follow_ups
from assistant.domain.delivery import Delivery
from assistant.domain.follow_up import Cause, FollowUp, Signs, Step
from assistant.errors import UnknownThing
from assistant.ports import Deed

_F = follow_ups.c
_SIGNS = ("csat", "effort", "predicted", "ces", "nps")


class FollowUpTables(StorePart):
    """To whom a person goes back, and what came of it."""

    def open_follow_up(self, follow_up: FollowUp) -> bool:
        of_this = _F.conversation_id == follow_up.conversation_id
        with self._db.write() as connection:
            locked(connection, follow_up.conversation_id)
            if connection.execute(select(_F.id).where(of_this)).first() is not None:
                return False
            connection.execute(follow_ups.insert().values(_row(follow_up)))
            self._note(connection, follow_up, by=None)
        return True

    def follow_up(self, follow_up_id: str) -> FollowUp:
        with self._db.read() as connection:
            return _found(connection, follow_up_id)

    def follow_up_of(self, conversation_id: str) -> FollowUp | None:
        query = select(follow_ups).where(_F.conversation_id == conversation_id)
        with self._db.read() as connection:
            row = connection.execute(query).one_or_none()
        return None if row is None else _follow_up(row)

    def follow_ups(
        self, steps: Sequence[Step], *, limit: int = 50, skip: int = 0
    ) -> list[FollowUp]:
        query = select(follow_ups).where(_F.step.in_([step.value for step in steps]))
        # Without a promise last, on both engines.
        query = query.order_by(_F.due_at.is_(None), _F.due_at, _F.id).limit(limit).offset(skip)
        with self._db.read() as connection:
            return [_follow_up(row) for row in connection.execute(query)]

    def follow_up_sizes(self) -> Mapping[Step, int]:
        query = select(_F.step, func.count()).group_by(_F.step)
        with self._db.read() as connection:
            return {Step(step): count for step, count in connection.execute(query)}

    def follow_up_answers(self) -> tuple[int, int]:
        # The step may be another by now: what was said stands in the log.
        said = told(events.c.payload, "step", self._db)
        answered = select(_F.conversation_id).where(_F.answered_at.is_not(None))
        last = (
            select(func.max(events.c.id))
            # No join: SQLite would read the whole log.
            .where(events.c.conversation_id.in_(answered), events.c.kind == "follow_up")
            .where(said.in_([Step.HELPED.value, Step.NOT_HELPED.value]))
            .group_by(events.c.conversation_id)
        )
        helped = func.count().filter(said == Step.HELPED.value)
        query = select(helped, func.count()).where(events.c.id.in_(last))
        with self._db.read() as connection:
            yes, all_of_them = connection.execute(query).one()
        return yes, all_of_them

    def change_follow_up(
        self,
        follow_up_id: str,
        change: Callable[[FollowUp], FollowUp],
        *,
        deed: Deed | None,
        leads_to: Sequence[Delivery] = (),
    ) -> FollowUp:
        with self._db.write() as connection:
            locked(connection, _found(connection, follow_up_id).conversation_id)
            after = change(_found(connection, follow_up_id))
            this = _F.id == follow_up_id
            connection.execute(update(follow_ups).where(this).values(_row(after)))
            self._note(connection, after, by=deed.person_id if deed else None)
            if deed is not None:
                add_deed(connection, deed)
            store_deliveries(connection, self._db, leads_to)
        return after

    def last_event_before(self, at: datetime) -> int:
        query = select(func.max(events.c.id)).where(events.c.created_at <= at)
        with self._db.read() as connection:
            return connection.execute(query).scalar() or 0

    def _note(self, connection: Connection, now: FollowUp, *, by: str | None) -> None:
        step = {"step": now.step.value, "by": by}
        add_event(connection, now.conversation_id, "follow_up", step, at=self._now())


def _found(connection: Connection, follow_up_id: str) -> FollowUp:
    row = connection.execute(select(follow_ups).where(_F.id == follow_up_id)).one_or_none()
    if row is None:
        raise UnknownThing("follow-up", follow_up_id)
    return _follow_up(row)


def _row(follow_up: FollowUp) -> dict[str, Any]:
    values = asdict(follow_up)
    signs: dict[str, Any] = values.pop("signs")
    return values | signs | {"cause": follow_up.cause.value, "step": follow_up.step.value}


def _follow_up(row: Row[*tuple[Any, ...]]) -> FollowUp:
    values = dict(row._mapping)
    signs = Signs(**{name: values.pop(name) for name in _SIGNS})
    typed = {"cause": Cause(row.cause), "step": Step(row.step), "signs": signs}
    return FollowUp(**values | typed)
