"""A conversation, its messages and what was decided on them. What moves it: `ownership`."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Any

from assistant.domain.answer import Decision, Suggestion
from assistant.domain.attachment import Attachment
from assistant.domain.handoff import Reason


class Status(StrEnum):
    """Who owns the conversation: the assistant, the queue, a person, nobody."""

    WITH_ASSISTANT = "with_assistant"
    WAITING = "waiting"
    WITH_AGENT = "with_agent"
    RESOLVED = "resolved"


class Priority(IntEnum):
    """How much a case matters; the promised times follow from it."""

    NORMAL = 0
    HIGH = 1
    URGENT = 2


class Author(StrEnum):
    """Who wrote a message. An agent is always a human."""

    CUSTOMER = "customer"
    ASSISTANT = "assistant"
    AGENT = "agent"
    SYSTEM = "system"


@dataclass(frozen=True)
class Message:
    """One message as the customer sees it. `citations` are JSON objects as in the reply;
    `rateable`: it answers a question, were it by "I do not know", so it may have helped or not."""

    id: str
    conversation_id: str
    author: Author
    text: str
    locale: str
    created_at: datetime
    html: str = ""
    client_id: str | None = None
    citations: tuple[dict[str, Any], ...] = ()
    rateable: bool = False
    attachments: tuple[Attachment, ...] = ()


class CustomerChannel(StrEnum):
    """Where a customer began a conversation."""

    WIDGET = "widget"
    """On a page of the company's own site."""
    HELP_CENTER = "help_center"
    """By the widget, too, on a page of our help center."""
    API = "api"
    """By a program."""


@dataclass(frozen=True)
class Conversation:
    """The thread's state, without its messages. `channel`: None where that was not told then.

    `since`: when its owner got it. Of what people own or owned: `reason` and `subject` (why it came
    to them, and the question on one line), `waiting_since` and `due_at` (an answer is owed since,
    and promised by), `resolve_by` (when it is to be over), `snoozed_until`, `told_late_at` (the
    customer knows that the promise broke).
    """

    id: str
    visitor_id: str
    status: Status
    locale: str
    created_at: datetime
    page_url: str | None = None
    channel: CustomerChannel | None = None
    context: dict[str, Any] = field(default_factory=dict)
    agent_id: str | None = None
    since: datetime | None = None
    reason: Reason | None = None
    subject: str = ""
    priority: Priority = Priority.NORMAL
    tags: tuple[str, ...] = ()
    waiting_since: datetime | None = None
    due_at: datetime | None = None
    resolve_by: datetime | None = None
    snoozed_until: datetime | None = None
    told_late_at: datetime | None = None

    @property
    def next_due(self) -> datetime | None:
        """The promise that breaks first."""
        return min(filter(None, (self.due_at, self.resolve_by)), default=None)


@dataclass(frozen=True)
class Turn:
    """What was decided on one customer message, with everything it was decided from.

    `hits` and `signals` hold plain JSON values; `timings` are milliseconds by step.
    """

    message_id: str
    conversation_id: str
    decision: Decision
    reason: Reason | None
    confidence: float
    question: str
    rewritten: str
    locale: str
    suggestions: tuple[Suggestion, ...] = ()
    hits: tuple[dict[str, Any], ...] = ()
    withheld: str | None = None
    timings: dict[str, float] = field(default_factory=dict)
    model: str | None = None
    tokens: dict[str, int] = field(default_factory=dict)
    signals: dict[str, float] = field(default_factory=dict)
    curated_id: str | None = None
    """The curated answer that it was given, None where the assistant found one itself."""
    created_at: datetime | None = field(default=None, compare=False)
    """When it was stored."""

    def left_to_people(self, unsaid: str) -> Turn:
        """The turn whose reply came too late: people own the conversation, it is not said."""
        withheld = self.withheld or unsaid
        return replace(self, decision=Decision.NONE, reason=None, suggestions=(), withheld=withheld)
