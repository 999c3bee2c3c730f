"""Conversations, messages, turns and the rest of the log as rows, and back."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from assistant.domain.answer import Decision, Suggestion
from assistant.domain.attachment import Attachment
from assistant.domain.conversation import (
    Author,
    Conversation,
    CustomerChannel,
    Message,
    Priority,
    Status,
    Turn,
)
from assistant.domain.handoff import Handoff, Reason
from assistant.ports import StoredEvent


def conversation_row(conversation: Conversation) -> dict[str, Any]:
    """The conversation's own fields, without its tokens."""
    return asdict(conversation) | {
        "status": conversation.status.value,
        "reason": conversation.reason.value if conversation.reason else None,
        "priority": int(conversation.priority),
        "tags": list(conversation.tags),
        # What lists are sorted by, so that an index holds them in order.
        "next_due": conversation.next_due,
    }


def conversation_from(row: Row[*tuple[Any, ...]]) -> Conversation:
    """A conversation from a row of the whole table."""
    return Conversation(
        id=row.id,
        visitor_id=row.visitor_id,
        status=Status(row.status),
        locale=row.locale,
        created_at=row.created_at,
        page_url=row.page_url,
        channel=row.channel and CustomerChannel(row.channel),
        context=row.context,
        agent_id=row.agent_id,
        since=row.since,
        reason=Reason(row.reason) if row.reason else None,
        subject=row.subject,
        priority=Priority(row.priority),
        tags=tuple(row.tags),
        waiting_since=row.waiting_since,
        due_at=row.due_at,
        resolve_by=row.resolve_by,
        snoozed_until=row.snoozed_until,
        told_late_at=row.told_late_at,
    )


def message_row(message: Message) -> dict[str, Any]:
    """Without its place in the conversation."""
    row = asdict(message) | {"author": message.author.value}
    # They have a table of their own.
    del row["attachments"]
    return row


def message_from(row: Row[*tuple[Any, ...]], attachments: tuple[Attachment, ...] = ()) -> Message:
    """A message from a row of the whole table."""
    return Message(
        id=row.id,
        conversation_id=row.conversation_id,
        author=Author(row.author),
        text=row.text,
        locale=row.locale,
        created_at=row.created_at,
        html=row.html,
        client_id=row.client_id,
        citations=tuple(row.citations),
        rateable=row.rateable,
        attachments=attachments,
    )


def message_payload(message: Message) -> dict[str, Any]:
    """The message as the conversation's event stream tells it."""
    return {
        "id": message.id,
        "author": message.author.value,
        "text": message.text,
        "html": message.html,
        "locale": message.locale,
        "citations": list(message.citations),
        "rateable": message.rateable,
        "created_at": message.created_at.isoformat(),
        "client_id": message.client_id,
        "attachments": [asdict(each) for each in message.attachments],
    }


def turn_row(turn: Turn, *, created_at: datetime) -> dict[str, Any]:
    """Everything that a turn was decided from, and when."""
    return asdict(turn) | {
        "decision": turn.decision.value,
        "reason": turn.reason.value if turn.reason else None,
        "created_at": created_at,
    }


def turn_from(row: Row[*tuple[Any, ...]]) -> Turn:
    """A turn from a row of the whole table."""
    return Turn(
        message_id=row.message_id,
        conversation_id=row.conversation_id,
        decision=Decision(row.decision),
        reason=Reason(row.reason) if row.reason else None,
        confidence=row.confidence,
        question=row.question,
        rewritten=row.rewritten,
        locale=row.locale,
        suggestions=tuple(Suggestion(**suggestion) for suggestion in row.suggestions),
        hits=tuple(row.hits),
        withheld=row.withheld,
        timings=row.timings,
        model=row.model,
        tokens=row.tokens,
        signals=row.signals,
        curated_id=row.curated_id,
        created_at=row.created_at,
    )


def handoff_row(handoff: Handoff) -> dict[str, Any]:
    """A handoff with its case file."""
    return asdict(handoff) | {"reason": handoff.reason.value}


def handoff_from(row: Row[*tuple[Any, ...]]) -> Handoff:
    """A handoff from a row of the whole table."""
    return Handoff(
        id=row.id,
        conversation_id=row.conversation_id,
        reason=Reason(row.reason),
        case_file=row.case_file,
        created_at=row.created_at,
        email=row.email,
        closed_at=row.closed_at,
        due_at=row.due_at,
        answered_at=row.answered_at,
        resolve_by=row.resolve_by,
    )


def event_from(row: Row[*tuple[Any, ...]]) -> StoredEvent:
    """An entry of the outbox from a row of the whole table."""
    return StoredEvent(
        id=row.id,
        conversation_id=row.conversation_id,
        kind=row.kind,
        payload=row.payload,
        created_at=row.created_at,
    )
