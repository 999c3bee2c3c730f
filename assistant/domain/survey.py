"""What customers tell us when asked: surveys and the thumbs under an answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class SurveyResponse:
    """One filled survey. CSAT and the three needs 1-5, CES 1-7, NPS 0-10; None where not asked."""

    conversation_id: str
    created_at: datetime
    csat: int | None = None
    ces: int | None = None
    nps: int | None = None
    useful: int | None = None
    easy: int | None = None
    enjoyable: int | None = None
    comment: str | None = None


@dataclass(frozen=True)
class Feedback:
    """A thumb under one message."""

    message_id: str
    helpful: bool
    created_at: datetime
    reason: str | None = None
    comment: str | None = None
