"""What was said and decided, as it was stored."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import or_, select

from assistant.adapters.sql.attachments import by_message
from assistant.adapters.sql.log_rows import (
    conversation_from,
    event_from,
    handoff_from,
    message_from,
    turn_from,
)
from assistant.adapters.sql.log_steps import (
    conversation_of,
    message_sent,
    owed_by_assistant,
    reply_to,
)
from assistant.adapters.sql.part import StorePart
from assistant.adapters.sql.schema import (
    conversations,
    events,
    handoffs,
    messages,
    turns,
)
from assistant.adapters.sql.schema_guests import guest_tokens
from assistant.adapters.sql.visitors import visitor_of
from assistant.domain.conversation import Conversation, Message, Turn
from assistant.domain.handoff import Handoff
from assistant.errors import UnknownThing
from assistant.ports import StoredEvent


class LogReading(StorePart):
    """The reading half of the conversation store."""

    def conversation(self, conversation_id: str) -> Conversation:
        query = select(conversations).where(conversations.c.id == conversation_id)
        with self._db.read() as connection:
            row = connection.execute(query).one_or_none()
        if row is None:
            raise UnknownThing("conversation", conversation_id)
        return conversation_from(row)

    def conversation_for(self, conversation_id: str, token_hash: str) -> Conversation:
        query = select(conversations).where(conversations.c.id == conversation_id)
        of_guest = select(guest_tokens.c.conversation_id)
        with self._db.read() as connection:
            visitor_id = visitor_of(connection, token_hash)
            mine = or_(
                conversations.c.token_hash == token_hash,
                conversations.c.visitor_id == visitor_id,
                conversations.c.id.in_(of_guest.where(guest_tokens.c.token_hash == token_hash)),
            )
            row = connection.execute(query.where(mine)).one_or_none()
        if row is None:
            raise UnknownThing("conversation", conversation_id)
        return conversation_from(row)

    def conversation_of(self, message_id: str) -> str:
        with self._db.read() as connection:
            return conversation_of(connection, message_id)

    def conversations(
        self, *, visitor_id: str | None = None, status: str | None = None, limit: int = 50
    ) -> list[Conversation]:
        query = select(conversations)
        if visitor_id is not None:
            query = query.where(conversations.c.visitor_id == visitor_id)
        if status is not None:
            query = query.where(conversations.c.status == status)
        newest = query.order_by(conversations.c.created_at.desc(), conversations.c.id.desc())
        with self._db.read() as connection:
            return [conversation_from(row) for row in connection.execute(newest.limit(limit))]

    def messages(self, conversation_id: str) -> list[Message]:
        query = select(messages).where(messages.c.conversation_id == conversation_id)
        with self._db.read() as connection:
            files = by_message(connection, conversation_id)
            rows = connection.execute(query.order_by(messages.c.sequence))
            return [message_from(row, files.get(row.id, ())) for row in rows]

    def sent(self, conversation_id: str, client_id: str) -> Message | None:
        with self._db.read() as connection:
            return message_sent(connection, conversation_id, client_id)

    def turns(self, conversation_id: str) -> list[Turn]:
        query = select(turns).join(messages).where(turns.c.conversation_id == conversation_id)
        with self._db.read() as connection:
            rows = connection.execute(query.order_by(messages.c.sequence))
            return [turn_from(row) for row in rows]

    def reply_to(self, message_id: str) -> dict[str, Any] | None:
        with self._db.read() as connection:
            return reply_to(connection, message_id)

    def unanswered(self) -> list[Message]:
        with self._db.read() as connection:
            return [message_from(row) for row in connection.execute(owed_by_assistant())]

    def handoffs(self, conversation_id: str) -> list[Handoff]:
        query = select(handoffs).where(handoffs.c.conversation_id == conversation_id)
        with self._db.read() as connection:
            rows = connection.execute(query.order_by(handoffs.c.created_at, handoffs.c.id))
            return [handoff_from(row) for row in rows]

    def events(
        self,
        conversation_id: str,
        *,
        after: int = 0,
        limit: int = 200,
        kinds: Collection[str] = (),
    ) -> list[StoredEvent]:
        of_this = (events.c.conversation_id == conversation_id, events.c.id > after)
        query = select(events).where(*of_this).order_by(events.c.id).limit(limit)
        if kinds:
            query = query.where(events.c.kind.in_(kinds))
        with self._db.read() as connection:
            return [event_from(row) for row in connection.execute(query)]
