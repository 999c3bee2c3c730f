"""Cases that were opened in another system."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

from sqlalchemy import case, or_, select, update

from assistant.adapters.sql.log_steps import locked
from assistant.adapters.sql.part import StorePart
from assistant.adapters.sql.schema_tickets import tickets
from assistant.domain.ticket import Ticket


class TicketTables(StorePart):
    """One row a conversation."""

    def ticket(self, conversation_id: str) -> Ticket | None:
        query = select(tickets).where(tickets.c.conversation_id == conversation_id)
        with self._db.read() as connection:
            row = connection.execute(query).one_or_none()
        return None if row is None else Ticket(**row._mapping)

    def save_ticket(self, ticket: Ticket) -> None:
        row = asdict(ticket)
        insert = self._db.insert(tickets).values(row)
        with self._db.write() as connection:
            locked(connection, ticket.conversation_id)
            connection.execute(
                insert.on_conflict_do_update(index_elements=["conversation_id"], set_=row)
            )

    def hear_ticket(self, read: Ticket, heard: Ticket) -> None:
        as_read = (
            tickets.c.conversation_id == read.conversation_id,
            tickets.c.ticket_id == read.ticket_id,
            tickets.c.told == read.told,
            tickets.c.active_at == read.active_at,
            tickets.c.solved_at.is_not_distinct_from(read.solved_at),
        )
        unwoken = tickets.c.look_at.is_not_distinct_from(read.look_at)
        state = {
            "active_at": heard.active_at,
            "look_at": case((unwoken, heard.look_at), else_=tickets.c.look_at),
            "solved_at": heard.solved_at,
        }
        with self._db.write() as connection:
            connection.execute(update(tickets).where(*as_read).values(state))

    def wake_ticket(self, helpdesk: str, ticket_id: str, *, at: datetime) -> None:
        this = (tickets.c.helpdesk == helpdesk, tickets.c.ticket_id == ticket_id)
        asleep = or_(tickets.c.look_at.is_(None), tickets.c.look_at > at)
        with self._db.write() as connection:
            connection.execute(update(tickets).where(*this, asleep).values(look_at=at))

    def tickets_to_hear(self, at: datetime, *, limit: int) -> list[Ticket]:
        due = select(tickets).where(tickets.c.look_at <= at)
        first = (tickets.c.look_at, tickets.c.conversation_id)
        with self._db.read() as connection:
            rows = connection.execute(due.order_by(*first).limit(limit))
            return [Ticket(**row._mapping) for row in rows]
