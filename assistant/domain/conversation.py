"""A conversation and its messages; who owns it moves by named events that guard themselves."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from assistant.domain.answer import Decision, Suggestion
from assistant.domain.handoff import Reason
from assistant.errors import WrongStatus


class Status(StrEnum):
    """Who owns the conversation: the assistant, the queue, a person, nobody."""

    WITH_ASSISTANT = "with_assistant"
    WAITING = "waiting"
    WITH_AGENT = "with_agent"
    RESOLVED = "resolved"


class Author(StrEnum):
    """Who wrote a message. An agent is always a human."""

    CUSTOMER = "customer"
    ASSISTANT = "assistant"
    AGENT = "agent"
    SYSTEM = "system"


@dataclass(frozen=True)
class Message:
    """One message as the customer sees it. `citations` are JSON objects as in the reply."""

    id: str
    conversation_id: str
    author: Author
    text: str
    locale: str
    created_at: datetime
    html: str = ""
    client_id: str | None = None
    citations: tuple[dict[str, Any], ...] = ()


@dataclass(frozen=True)
class Conversation:
    """The thread's state, without its messages."""

    id: str
    visitor_id: str
    status: Status
    locale: str
    created_at: datetime
    page_url: str | None = None
    context: dict[str, Any] = field(default_factory=dict)
    agent_id: str | None = None

    def call_person(self) -> Conversation:
        """The assistant gives the conversation to the queue; already there, it stays."""
        self._must_be(Status.WITH_ASSISTANT, Status.WAITING, Status.RESOLVED)
        return replace(self, status=Status.WAITING)

    def take_over(self, agent_id: str) -> Conversation:
        """A person takes a waiting conversation."""
        self._must_be(Status.WAITING)
        return replace(self, status=Status.WITH_AGENT, agent_id=agent_id)

    def resolve(self) -> Conversation:
        """Done; nobody owns it."""
        self._must_be(Status.WITH_AGENT, Status.WAITING, Status.WITH_ASSISTANT)
        return replace(self, status=Status.RESOLVED, agent_id=None)

    def reopen(self) -> Conversation:
        """The customer writes again after it was resolved."""
        self._must_be(Status.RESOLVED)
        return replace(self, status=Status.WITH_ASSISTANT)

    def _must_be(self, *wanted: Status) -> None:
        if self.status not in wanted:
            raise WrongStatus(self.id, status=self.status, wanted=wanted)


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

    def left_to_people(self, unsaid: str) -> Turn:
        """The turn whose reply came too late: people own the conversation, it is not said."""
        withheld = self.withheld or unsaid
        return replace(self, decision=Decision.NONE, reason=None, suggestions=(), withheld=withheld)
