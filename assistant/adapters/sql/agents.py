"""How people take part in automatic assignment, and giving them conversations."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, select, update

from assistant.adapters.sql.log_steps import apply_move, locked
from assistant.adapters.sql.part import StorePart
from assistant.adapters.sql.people import add_deed
from assistant.adapters.sql.schema import conversations, people
from assistant.adapters.sql.schema_agents import agents
from assistant.domain.conversation import Status
from assistant.domain.ownership import ROUTING, Event, Move
from assistant.domain.routing import Agent, Load
from assistant.ports import Deed

_AWAKE = (
    conversations.c.status == Status.WITH_AGENT.value,
    conversations.c.snoozed_until.is_(None),
)


class AgentTables(StorePart):
    """One row a person."""

    def agents(self) -> Sequence[Load]:
        open_ones = select(agents).join(people).where(people.c.disabled_at.is_(None))
        counted = select(conversations.c.agent_id, func.count()).where(*_AWAKE)
        with self._db.read() as connection:
            by_person = connection.execute(counted.group_by(conversations.c.agent_id))
            has = {row[0]: row[1] for row in by_person}
            rows = connection.execute(open_ones.order_by(agents.c.person_id))
            return [Load(_agent(row), has.get(row.person_id, 0)) for row in rows]

    def save_agent(self, agent: Agent, *, deed: Deed | None = None) -> None:
        state = {
            "locales": sorted(agent.locales),
            "skills": sorted(agent.skills),
            "capacity": agent.capacity,
            "takes": agent.takes,
        }
        insert = self._db.insert(agents).values({"person_id": agent.person_id} | state)
        with self._db.write() as connection:
            connection.execute(
                insert.on_conflict_do_update(index_elements=["person_id"], set_=state)
            )
            if deed is not None:
                add_deed(connection, deed)

    def give(self, conversation_id: str, person_id: str, *, at: datetime) -> bool:
        this = agents.c.person_id == person_id
        with self._db.write() as connection:
            # First the person: two conversations that come to them at once come one by one.
            row = connection.execute(select(agents).where(this).with_for_update()).one_or_none()
            if row is None or not Load(_agent(row), _has(connection, person_id)).has_room:
                return False
            before = locked(connection, conversation_id)
            given = Move(Event.HANDED_ON, by=ROUTING, at=at, agent_id=person_id)
            apply_move(connection, before, given, at=at)
            connection.execute(update(agents).where(this).values(given_at=at))
        return True


def _has(connection: Connection, person_id: str) -> int:
    theirs = select(func.count()).where(conversations.c.agent_id == person_id, *_AWAKE)
    return connection.execute(theirs).scalar_one()


def _agent(row: Row[*tuple[Any, ...]]) -> Agent:
    return Agent(
        row.person_id,
        frozenset(row.locales),
        frozenset(row.skills),
        row.capacity,
        row.takes,
        row.given_at,
    )
