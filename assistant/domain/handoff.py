"""Why a conversation goes to a person, and the case file that goes with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


class Reason(StrEnum):
    """The closed list of reasons for a reply that is not a plain answer."""

    ASKED_FOR_HUMAN = "asked_for_human"
    NOT_COVERED = "not_covered"
    LOW_CONFIDENCE = "low_confidence"
    STILL_UNCLEAR = "still_unclear"
    AMBIGUOUS = "ambiguous"
    EMPTY_HELP_CENTER = "empty_help_center"
    FAILURE = "failure"
    ASKED_AGAIN = "asked_again"
    NOT_HELPFUL = "not_helpful"
    DISSATISFIED = "dissatisfied"
    SENSITIVE_TOPIC = "sensitive_topic"
    ARTICLE_ESCALATES = "article_escalates"


@dataclass(frozen=True)
class CaseFile:
    """Everything a person needs to go on without asking again. Plain JSON values throughout.

    `transcript`: {author, text, at}; `passages`: {passage_id, article_id, title, text, lexical,
    cosine, score}; `answered`: the answer that the question was given; `withheld`: the one that was
    not sent; None where there was none. Without a question there is no confidence either.
    `evidence`: what shows the reason, by name.
    """

    question: str
    rewritten: str
    transcript: tuple[dict[str, Any], ...]
    passages: tuple[dict[str, Any], ...]
    answered: str | None
    withheld: str | None
    confidence: float | None
    page_url: str | None
    locale: str
    visitor_id: str
    context: dict[str, Any] = field(default_factory=dict)
    evidence: dict[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """The case as it is stored and exported."""
        return asdict(self)


@dataclass(frozen=True)
class Handoff:
    """A conversation that was given to people.

    `email` is where the customer wants the reply; `due_at` by when it was promised, `resolve_by`
    by when it is to be resolved, `answered_at` when a person first wrote.
    """

    id: str
    conversation_id: str
    reason: Reason
    case_file: dict[str, Any]
    created_at: datetime
    email: str | None = None
    closed_at: datetime | None = None
    due_at: datetime | None = None
    answered_at: datetime | None = None
    resolve_by: datetime | None = None


def address_left(handoffs: Sequence[Handoff]) -> str | None:
    """The latest that the customer left in a conversation, of its handoffs in their order."""
    return next((each.email for each in reversed(handoffs) if each.email), None)
