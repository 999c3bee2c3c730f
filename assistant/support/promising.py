"""By when people promised to answer a conversation, and to be done with it, counted from when its
customer began to wait and from when a person was called."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from assistant.domain.conversation import Author, Conversation, Priority
from assistant.domain.schedule import ServiceLevels
from assistant.ports import ConversationStore


@dataclass(frozen=True)
class Promise:
    """None: nothing is promised."""

    due_at: datetime | None = None
    resolve_by: datetime | None = None


NO_PROMISE = Promise()


def promised(
    store: ConversationStore,
    conversation: Conversation,
    *,
    levels: ServiceLevels,
    priority: Priority,
    now: datetime,
) -> Promise:
    """As it stands, under this priority."""
    since = conversation.waiting_since or now
    called = [each for each in store.handoffs(conversation.id) if each.closed_at is None]
    # Who stepped in uncalled has had it since then, or since their customer waits.
    came = called[-1].created_at if called else min(since, conversation.since or since)
    first = not any(m.author is Author.AGENT for m in store.messages(conversation.id))
    return Promise(
        due_at=levels.due(since, priority=priority, first=first),
        resolve_by=levels.resolved_by(came, priority=priority),
    )
