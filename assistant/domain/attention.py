"""Whom at the team something concerns by name, and when that is over. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from assistant.domain.conversation import Author, Conversation, Message, Status
from assistant.domain.ownership import NOT_PEOPLE, WATCHDOG, Event, Move

DUE_SOON = timedelta(minutes=15)
"""So long before a promised moment its person is told."""
LEFT_LONG = timedelta(days=7)
"""What was to be noticed as left so long ago, and was not, asks nobody any more."""


class Cause(StrEnum):
    """Why a case asks for one person."""

    MENTIONED = "mentioned"
    """A colleague named them in a note."""
    GIVEN = "given"
    """Somebody else made it theirs."""
    WROTE = "wrote"
    """The customer of their case wrote."""
    DUE = "due"
    """A promised moment of their case is near."""
    WOKEN = "woken"
    """Their case slept, and its moment has come."""
    IDLE = "idle"
    """Nobody has written in a case for days, and nothing is promised in it. Asked of leads too."""
    OVERRUN = "overrun"
    """A case is not resolved though it was to be. Asked of leads too."""


@dataclass(frozen=True)
class Attention:
    """Asked of one person for one case and cause: the latest of its kind. `by`: who caused it, a
    person's id or one of NOT_PEOPLE; `seen_at`: when they opened the case since, or said so."""

    person_id: str
    conversation_id: str
    cause: Cause
    by: str
    at: datetime
    seen_at: datetime | None = None


def of_message(conversation: Conversation, message: Message) -> Attention | None:
    """What a message asks of the person who has its conversation."""
    owner = _owner(conversation)
    if owner is None or message.author is not Author.CUSTOMER:
        return None
    by = Author.CUSTOMER.value
    return Attention(owner, conversation.id, Cause.WROTE, by, message.created_at)


def of_move(after: Conversation, move: Move, *, before: Conversation) -> Attention | None:
    """What an event asks of whoever has the conversation then."""
    owner = _owner(after)
    if owner in (None, move.by):
        return None
    if owner != before.agent_id:
        return Attention(str(owner), after.id, Cause.GIVEN, move.by, move.at)
    if move.event is Event.WOKEN:
        return Attention(str(owner), after.id, Cause.WOKEN, WATCHDOG, move.at)
    return None


def _owner(conversation: Conversation) -> str | None:
    """The person who has it, of those who work here."""
    if conversation.status is not Status.WITH_AGENT or conversation.agent_id in NOT_PEOPLE:
        return None
    return conversation.agent_id
