"""The steps that every change of a conversation is made of, inside its caller's transaction.

`locked` comes first in each: changes of one conversation happen one after the other, which keeps
its messages and events in order without gaps.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select, update

from assistant.adapters.sql.log_rows import (
    conversation_from,
    conversation_row,
    handoff_row,
    message_from,
    message_payload,
    message_row,
)
from assistant.adapters.sql.schema import conversations, events, handoffs, messages, replies
from assistant.domain.conversation import Conversation, Message, Status
from assistant.domain.handoff import Handoff
from assistant.errors import UnknownThing

WITH_PEOPLE = (Status.WAITING, Status.WITH_AGENT)


def locked(connection: Connection, conversation_id: str) -> Conversation:
    """The conversation as it stands, which nobody else changes until the transaction ends."""
    query = select(conversations).where(conversations.c.id == conversation_id)
    row = connection.execute(query.with_for_update()).one_or_none()
    if row is None:
        raise UnknownThing("conversation", conversation_id)
    return conversation_from(row)


def conversation_of(connection: Connection, message_id: str) -> str:
    """The id of the message's conversation, or UnknownThing."""
    query = select(messages.c.conversation_id).where(messages.c.id == message_id)
    found = connection.execute(query).scalar_one_or_none()
    if found is None:
        raise UnknownThing("message", message_id)
    return str(found)


def reply_to(connection: Connection, message_id: str) -> dict[str, Any] | None:
    """The reply object that the customer's message was given."""
    query = select(replies.c.reply).where(replies.c.message_id == message_id)
    found: dict[str, Any] | None = connection.execute(query).scalar_one_or_none()
    return found


def sent_before(connection: Connection, message: Message) -> Message | None:
    """What was stored under the `client_id` of this message."""
    if message.client_id is None:
        return None
    query = select(messages).where(messages.c.conversation_id == message.conversation_id)
    row = connection.execute(query.where(messages.c.client_id == message.client_id)).one_or_none()
    return None if row is None else message_from(row)


def append_message(connection: Connection, message: Message, *, at: datetime) -> Message:
    """Store the message after those that are there, with its event; returns it as stored."""
    of_this = messages.c.conversation_id == message.conversation_id
    last = connection.execute(select(func.max(messages.c.sequence)).where(of_this)).scalar()
    row = message_row(message, sequence=(last or 0) + 1)
    connection.execute(messages.insert().values(row))
    stored = connection.execute(select(messages).where(messages.c.id == message.id)).one()
    kept = message_from(stored)
    add_event(connection, kept.conversation_id, "message", message_payload(kept), at=at)
    return kept


def move(
    connection: Connection,
    before: Conversation,
    after: Conversation,
    *,
    handoff: Handoff | None,
    at: datetime,
) -> None:
    """The state that a reply brings about; its event only where the owner changes."""
    save_conversation(connection, after, at=at)
    if handoff is not None:
        save_handoff(connection, handoff, at=at)
    if after.status is not before.status:
        add_status_event(connection, after, "status", at=at)


def save_conversation(connection: Connection, conversation: Conversation, *, at: datetime) -> None:
    """Store the new state. Away from people, what was handed to them is closed."""
    this = conversations.c.id == conversation.id
    connection.execute(update(conversations).where(this).values(conversation_row(conversation)))
    if conversation.status not in WITH_PEOPLE:
        opened = _open(conversation.id)
        connection.execute(update(handoffs).where(*opened).values(closed_at=at))


def save_handoff(connection: Connection, handoff: Handoff, *, at: datetime) -> None:
    """Store a new handoff with its event, or the new state of a known one.

    A conversation that waits for a person already goes on waiting with the case it has.
    """
    row = handoff_row(handoff)
    known = update(handoffs).where(handoffs.c.id == handoff.id).values(row)
    if connection.execute(known).rowcount:
        return
    waiting = connection.execute(select(handoffs.c.id).where(*_open(handoff.conversation_id)))
    if waiting.first() is None:
        connection.execute(handoffs.insert().values(row))
        payload = {"handoff_id": handoff.id, "reason": handoff.reason.value}
        add_event(connection, handoff.conversation_id, "handoff", payload, at=at)


def set_email(connection: Connection, conversation_id: str, email: str) -> None:
    """On the open handoff; UnknownThing where there is none."""
    opened = update(handoffs).where(*_open(conversation_id))
    if not connection.execute(opened.values(email=email)).rowcount:
        raise UnknownThing("open handoff of conversation", conversation_id)


def add_status_event(
    connection: Connection, conversation: Conversation, kind: str, *, at: datetime
) -> None:
    """Tell who owns the conversation now."""
    payload = {"status": conversation.status.value, "agent_id": conversation.agent_id}
    add_event(connection, conversation.id, kind, payload, at=at)


def add_event(
    connection: Connection,
    conversation_id: str,
    kind: str,
    payload: dict[str, Any],
    *,
    at: datetime,
) -> None:
    """Put an entry into the outbox."""
    row = {"conversation_id": conversation_id, "kind": kind, "payload": payload, "created_at": at}
    connection.execute(events.insert().values(row))


def _open(conversation_id: str) -> tuple[Any, Any]:
    return (handoffs.c.conversation_id == conversation_id, handoffs.c.closed_at.is_(None))
