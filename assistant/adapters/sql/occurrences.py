"""What happened in conversations, in time."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, select

from assistant.adapters.sql.figures_log import NO_ANSWER
from assistant.adapters.sql.part import StorePart, batches
from assistant.adapters.sql.schema import events, handoffs, messages, turns
from assistant.domain.answer import Decision
from assistant.domain.conversation import Author
from assistant.domain.ownership import Event
from assistant.ports.steps import Happened, Occurrence

_ORDER = list(Happened)


class OccurrenceTables(StorePart):
    """Read from the log whenever asked for."""

    def occurrences(
        self, conversation_ids: Iterable[str], *, at: datetime
    ) -> Mapping[str, Sequence[Occurrence]]:
        found: dict[str, list[Occurrence]] = {}
        for batch in batches(conversation_ids):
            for id, each in self._of(batch, at):
                found.setdefault(id, []).append(each)
        for happened in found.values():
            happened.sort(key=lambda each: (each.at, _ORDER.index(each.what)))
        return found

    def _of(self, ids: Sequence[str], at: datetime) -> list[tuple[str, Occurrence]]:
        t, m, h, e = turns.c, messages.c, handoffs.c, events.c
        decided = select(t.conversation_id, t.created_at, t.decision, t.reason).where(
            t.conversation_id.in_(ids), t.created_at <= at, t.decision != Decision.NONE.value
        )
        called = select(h.conversation_id, h.created_at).where(
            h.conversation_id.in_(ids), h.created_at <= at
        )
        wrote = select(m.conversation_id, m.created_at).where(
            m.conversation_id.in_(ids), m.created_at <= at, m.author == Author.AGENT.value
        )
        told = select(e.conversation_id, e.created_at, e.kind, e.payload).where(
            e.conversation_id.in_(ids), e.created_at <= at, e.kind.in_(["status", "looked"])
        )
        resolved: dict[str, list[datetime]] = {}
        with self._db.read() as connection:
            rows = connection.execute(decided)
            found = [(row[0], _decided(row[1], row[2], row[3])) for row in rows]
            for what, query in ((Happened.CALLED, called), (Happened.PERSON_WROTE, wrote)):
                found += [(id, Occurrence(when, what)) for id, when in connection.execute(query)]
            for id, when, kind, payload in connection.execute(told):
                if kind == "looked":
                    found.append((id, Occurrence(when, Happened.LOOKED, payload["what"])))
                elif payload.get("event") == Event.RESOLVED.value:
                    found.append((id, Occurrence(when, Happened.RESOLVED)))
                    resolved.setdefault(id, []).append(when)
            for id, when in _came_back(connection, resolved, at):
                found.append((id, Occurrence(when, Happened.CAME_BACK)))
        return found


def _came_back(
    connection: Connection, resolved: Mapping[str, Sequence[datetime]], at: datetime
) -> set[tuple[str, datetime]]:
    """When the customer wrote first after each time that a conversation was resolved: thanks are no
    return."""
    m, t = messages.c, turns.c
    query = select(m.conversation_id, m.created_at).order_by(m.created_at)
    query = query.join(turns, t.message_id == m.id).where(t.decision != Decision.SMALLTALK.value)
    query = query.where(t.created_at <= at)
    wrote: dict[str, list[datetime]] = {}
    for id, when in connection.execute(query.where(m.conversation_id.in_(resolved))):
        wrote.setdefault(id, []).append(when)
    return {
        (id, said[following])
        for id, said in wrote.items()
        for moment in resolved[id]
        if (following := bisect_right(said, moment)) < len(said)
    }


def _decided(at: datetime, decision: str, reason: str | None) -> Occurrence:
    unanswered = decision == Decision.HANDOFF.value and reason in NO_ANSWER
    return Occurrence(at, Happened.DECIDED, decision, unanswered=unanswered)
