"""The steps that every change of a conversation is made of, inside its caller's transaction.

`locked` comes first in each: changes of one conversation happen one after the other, which keeps
its messages and events in order without gaps.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, delete, func, or_, select, update

from assistant.adapters.sql.attachments import add_files, by_message
from assistant.adapters.sql.attention import ask_for, asks_no_more
from assistant.adapters.sql.log_rows import (
    conversation_from,
    conversation_row,
    handoff_row,
    message_from,
    message_payload,
    message_row,
)
from assistant.adapters.sql.people import add_deed
from assistant.adapters.sql.schema import (
    attachments,
    conversations,
    events,
    handoffs,
    messages,
    presence,
    replies,
    turns,
)
from assistant.case_ports import AT_THE_KEYS
from assistant.domain.answer import Decision
from assistant.domain.attention import of_message, of_move
from assistant.domain.conversation import Author, Conversation, Message, Status
from assistant.domain.handoff import Handoff
from assistant.domain.ownership import (
    NOT_PEOPLE,
    WITH_PEOPLE,
    Event,
    Move,
    heard,
    moved,
)
from assistant.errors import UnknownThing
from assistant.ports import Deed


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
    return message_sent(connection, message.conversation_id, message.client_id)


def message_sent(connection: Connection, conversation_id: str, client_id: str) -> Message | None:
    """The conversation's message that its client calls so."""
    query = select(messages).where(messages.c.conversation_id == conversation_id)
    row = connection.execute(query.where(messages.c.client_id == client_id)).one_or_none()
    if row is None:
        return None
    return message_from(row, by_message(connection, conversation_id).get(row.id, ()))


def message_at(connection: Connection, message_id: str) -> datetime:
    """When the message was written."""
    query = select(messages.c.created_at).where(messages.c.id == message_id)
    written: datetime = connection.execute(query).scalar_one()
    return written


def append_message(
    connection: Connection, message: Message, *, at: datetime, due_at: datetime | None = None
) -> Message:
    """Store the message after those that are there, with its event and what it changes about who
    waits; returns it as stored."""
    of_this = messages.c.conversation_id == message.conversation_id
    last = connection.execute(select(func.max(messages.c.sequence)).where(of_this)).scalar()
    row = message_row(message, sequence=(last or 0) + 1)
    connection.execute(messages.insert().values(row))
    stored = connection.execute(select(messages).where(messages.c.id == message.id)).one()
    add_files(connection, message)
    kept = message_from(stored, message.attachments)
    add_event(connection, kept.conversation_id, "message", message_payload(kept), at=at)
    before = locked(connection, message.conversation_id)
    if (after := heard(before, kept, due_at=due_at)) != before:
        save_conversation(connection, after)
    if kept.author is Author.CUSTOMER and before.status in WITH_PEOPLE:
        _end_writing(connection, before.id)
    if (asked := of_message(before, kept)) is not None:
        ask_for(connection, asked)
    if kept.author is Author.AGENT:
        first = handoffs.c.answered_at.is_(None)
        answered = update(handoffs).where(*_open(before.id), first)
        connection.execute(answered.values(answered_at=at))
    return kept


def _end_writing(connection: Connection, conversation_id: str) -> None:
    theirs = (presence.c.conversation_id == conversation_id, presence.c.person_id == AT_THE_KEYS)
    connection.execute(delete(presence).where(*theirs))


def apply_move(
    connection: Connection, before: Conversation, move: Move, *, at: datetime
) -> Conversation:
    """The conversation after the event, which is put on record with who caused it."""
    after = moved(before, move)
    save_conversation(connection, after)
    if move.event is Event.RELEASED:
        owe_again(connection, after.id)
    if after.status not in WITH_PEOPLE:
        connection.execute(update(handoffs).where(*_open(after.id)).values(closed_at=at))
    payload = {
        "status": after.status.value,
        "agent_id": after.agent_id,
        "event": move.event.value,
        "by": move.by,
    }
    add_event(connection, after.id, "status", payload, at=at)
    if before.agent_id is not None and before.agent_id != after.agent_id:
        asks_no_more(connection, before.id, before.agent_id)
    if (asked := of_move(after, move, before=before)) is not None:
        ask_for(connection, asked)
    if move.by not in NOT_PEOPLE:
        to = {"to": after.agent_id} if after.agent_id not in (None, move.by) else {}
        detail = {"from": before.status.value, **to}
        add_deed(connection, Deed(at, move.by, move.event.value, after.id, detail))
    return after


def owe_again(connection: Connection, conversation_id: str) -> None:
    """What the customer wrote last is without a reply, where it was left to people who answered
    nothing since; a file stays theirs, since the assistant reads none."""
    holds_a_file = select(attachments.c.message_id)
    words = messages.c.id.not_in(
        holds_a_file.where(attachments.c.conversation_id == conversation_id)
    )
    spoken = or_(
        and_(messages.c.author == Author.CUSTOMER.value, words),
        messages.c.author == Author.AGENT.value,
    )
    last = (
        select(messages.c.id)
        .where(messages.c.conversation_id == conversation_id, spoken)
        .order_by(messages.c.sequence.desc())
        .limit(1)
        .scalar_subquery()
    )
    # The assistant was silent on it; an agent's words have no turn.
    silent = (turns.c.message_id == last, turns.c.decision == Decision.NONE.value)
    left = connection.execute(select(turns.c.message_id).where(*silent)).scalar_one_or_none()
    if left is not None:
        connection.execute(delete(turns).where(turns.c.message_id == left))
        connection.execute(delete(replies).where(replies.c.message_id == left))


def claimed(connection: Connection, now: Conversation, *, by: str, at: datetime) -> Conversation:
    """Whoever writes in what waits has it by that; any other stays as it is."""
    if now.status is not Status.WAITING:
        return now
    return apply_move(connection, now, Move(Event.CLAIMED, by=by, at=at, agent_id=by), at=at)


def save_conversation(connection: Connection, conversation: Conversation) -> None:
    """Store the new state."""
    this = conversations.c.id == conversation.id
    connection.execute(update(conversations).where(this).values(conversation_row(conversation)))


def add_handoff(connection: Connection, handoff: Handoff, *, at: datetime) -> None:
    """Store a new handoff with its event."""
    connection.execute(handoffs.insert().values(handoff_row(handoff)))
    payload = {"handoff_id": handoff.id, "reason": handoff.reason.value}
    add_event(connection, handoff.conversation_id, "handoff", payload, at=at)


def promise_resolution(connection: Connection, conversation: Conversation) -> None:
    """On the open handoff, as it stands with the conversation."""
    opened = update(handoffs).where(*_open(conversation.id))
    connection.execute(opened.values(resolve_by=conversation.resolve_by))


def set_email(connection: Connection, conversation_id: str, email: str) -> None:
    """On the open handoff; UnknownThing where there is none."""
    opened = update(handoffs).where(*_open(conversation_id))
    if not connection.execute(opened.values(email=email)).rowcount:
        raise UnknownThing("open handoff of conversation", conversation_id)


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
