"""The steps that every change of a conversation is made of, inside its caller's transaction.

`locked` comes first in each: changes of one conversation happen one after the other, which keeps
its messages and events in order without gaps.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import (
    Connection,
    Select,
    and_,
    bindparam,
    delete,
    exists,
    func,
    or_,
    select,
    update,
)

from assistant.adapters.sql.attachments import add_files, by_message
from assistant.adapters.sql.attention import ask_for, asks_no_more, asks_nobody
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
from assistant.domain.attention import Cause, of_message, of_move
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

_LAST = (
    select(func.coalesce(func.max(messages.c.sequence), 0))
    .where(messages.c.conversation_id == bindparam("within"))
    .scalar_subquery()
)
_APPENDED = messages.insert().values(sequence=_LAST + 1).returning(messages)
"""A message behind the last one of the conversation that it is `within`."""


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


def asked_and_given(
    connection: Connection, message_id: str
) -> tuple[datetime, dict[str, Any] | None]:
    """When the customer's message was written, and the reply object that it was given."""
    query = select(messages.c.created_at, replies.c.reply).outerjoin(replies)
    written, given = connection.execute(query.where(messages.c.id == message_id)).one()
    return written, given


def is_said(connection: Connection, message_id: str) -> bool:
    """Whether there is such a message."""
    query = select(messages.c.id).where(messages.c.id == message_id)
    return connection.execute(query).first() is not None


def append_message(
    connection: Connection,
    before: Conversation,
    message: Message,
    *,
    at: datetime,
    due_at: datetime | None = None,
    owed: bool = True,
) -> Message:
    """Store the message after those that are there, with its event and what it changes about who
    waits; returns it as stored. `before`: its conversation, locked, as it stands."""
    row = message_row(message) | {"within": message.conversation_id}
    stored = connection.execute(_APPENDED, row).one()
    add_files(connection, message)
    kept = message_from(stored, message.attachments)
    add_event(connection, kept.conversation_id, "message", message_payload(kept), at=at)
    if (after := heard(before, kept, due_at=due_at, owed=owed)) != before:
        save_conversation(connection, after)
    if kept.author is Author.CUSTOMER and before.status in WITH_PEOPLE:
        _end_writing(connection, before.id)
    if before.status in WITH_PEOPLE:
        asks_nobody(connection, before.id, Cause.IDLE)
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
    if move.event is Event.TAKEN_UP:
        # From now on it is a person who owes what the assistant has not answered yet.
        owed = owed_by_assistant().where(messages.c.conversation_id == before.id)
        for row in connection.execute(owed):
            after = heard(after, message_from(row))
    save_conversation(connection, after)
    if move.event is Event.RELEASED:
        owe_again(connection, after.id)
    asks_nobody(connection, after.id, Cause.IDLE)
    if after.status not in WITH_PEOPLE:
        connection.execute(update(handoffs).where(*_open(after.id)).values(closed_at=at))
        asks_nobody(connection, after.id, Cause.OVERRUN)
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


def owed_by_assistant() -> Select[Any]:
    """Messages of customers without a reply, where the assistant has the conversation or reopens
    it, the oldest first."""
    # What was written after a person had closed the case is for the assistant again.
    closed = exists().where(handoffs.c.conversation_id == conversations.c.id)
    closed = closed.where(handoffs.c.closed_at >= messages.c.created_at)
    reopened = and_(conversations.c.status == Status.RESOLVED.value, ~closed)
    return (
        select(messages)
        .join(conversations)
        .outerjoin(replies)
        .where(or_(conversations.c.status == Status.WITH_ASSISTANT.value, reopened))
        .where(messages.c.author == Author.CUSTOMER.value, replies.c.message_id.is_(None))
        .order_by(messages.c.created_at, messages.c.conversation_id, messages.c.sequence)
    )


def owe_again(connection: Connection, conversation_id: str) -> None:
    """All that the customer wrote since anybody last answered them is without a reply, where it was
    left to people; a file stays theirs, since the assistant reads none."""
    here = messages.c.conversation_id == conversation_id
    considered = select(turns.c.message_id).where(turns.c.decision != Decision.NONE.value)
    answered = or_(
        messages.c.author == Author.AGENT.value,
        messages.c.id.in_(considered.where(turns.c.conversation_id == conversation_id)),
    )
    last = select(func.coalesce(func.max(messages.c.sequence), 0)).where(here, answered)
    files = select(attachments.c.message_id).where(attachments.c.conversation_id == conversation_id)
    left = (
        select(messages.c.id)
        .join(turns, turns.c.message_id == messages.c.id)
        .where(here, messages.c.sequence > last.scalar_subquery(), messages.c.id.not_in(files))
    )
    owed = connection.execute(left).scalars().all()
    for table in (turns, replies):
        connection.execute(delete(table).where(table.c.message_id.in_(owed)))


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
    connection.execute(handoffs.insert(), handoff_row(handoff))
    payload = {"handoff_id": handoff.id, "reason": handoff.reason.value}
    add_event(connection, handoff.conversation_id, "handoff", payload, at=at)


def promise_anew(connection: Connection, conversation: Conversation) -> None:
    """On the open handoff, as it stands with the conversation; a first reply that was given was
    given under the promise of its time."""
    opened = update(handoffs).where(*_open(conversation.id))
    connection.execute(opened.values(resolve_by=conversation.resolve_by))
    unanswered = opened.where(handoffs.c.answered_at.is_(None))
    connection.execute(unanswered.values(due_at=conversation.due_at))


def set_email(connection: Connection, conversation_id: str, email: str) -> bool:
    """On the open handoff; False where there is none."""
    opened = update(handoffs).where(*_open(conversation_id))
    return bool(connection.execute(opened.values(email=email)).rowcount)


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
    connection.execute(events.insert(), row)


def _open(conversation_id: str) -> tuple[Any, Any]:
    return (handoffs.c.conversation_id == conversation_id, handoffs.c.closed_at.is_(None))
