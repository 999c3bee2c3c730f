"""How often promised times were kept, counted from the handoffs."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import ColumnElement, case, func, literal, not_, select

from assistant.adapters.sql.columns import Instant
from assistant.adapters.sql.part import StorePart
from assistant.adapters.sql.schema import conversations, handoffs
from assistant.domain.conversation import Priority
from assistant.domain.schedule import Kept
from assistant.ports.figures import SIMULATED

_H = handoffs.c


class PromiseTables(StorePart):
    """Reads alone."""

    def promises_kept(self, *, since: datetime, now: datetime) -> Mapping[Priority, Kept]:
        moment = literal(now, Instant())
        replied = func.coalesce(_H.answered_at, _H.closed_at)
        counts = (
            *_counted(_H.due_at, replied, moment),
            *_counted(_H.resolve_by, _H.closed_at, moment),
        )
        query = (
            select(conversations.c.priority, *counts)
            .join(conversations, conversations.c.id == _H.conversation_id)
            .where(_H.created_at >= since)
            .where(not_(conversations.c.visitor_id.startswith(SIMULATED)))
            .group_by(conversations.c.priority)
        )
        with self._db.read() as connection:
            rows = connection.execute(query).all()
        found = {Priority(row[0]): Kept(*row[1:]) for row in rows}
        return {level: found.get(level, Kept()) for level in Priority}


def _counted(
    promised: ColumnElement[datetime],
    done: ColumnElement[datetime],
    now: ColumnElement[datetime],
) -> tuple[ColumnElement[int], ColumnElement[int]]:
    """How many are decided, kept or broken, and how many of these are broken."""
    broken = promised < func.coalesce(done, now)
    decided = promised.is_not(None) & (done.is_not(None) | (promised < now))
    return (
        func.coalesce(func.sum(case((decided, 1), else_=0)), 0),
        func.coalesce(func.sum(case((promised.is_not(None) & broken, 1), else_=0)), 0),
    )
