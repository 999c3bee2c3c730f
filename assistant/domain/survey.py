"""What customers tell us when asked: surveys and the thumbs under an answer."""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta


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


def is_due(
    conversation_id: str,
    *,
    share: float,
    asked: Iterable[datetime],
    resolved_at: datetime | None,
) -> bool:
    """Whether the customer may be asked. A share of the conversations is, always the same ones;
    and each once, whether it was answered or not, unless people resolved it again since. `asked`:
    when that was; `resolved_at`: when people last resolved it."""
    if zlib.crc32(conversation_id.encode()) / 2**32 >= share:
        return False
    last = max(asked, default=None)
    return last is None or (resolved_at is not None and last < resolved_at)


@dataclass(frozen=True)
class Sampling:
    """Who is asked: a share of the assistant's conversations and of people's, and nobody who
    was asked about another conversation within the quiet time."""

    share: float = 1.0
    share_people: float = 1.0
    quiet: timedelta = timedelta()

    def share_of(self, *, with_person: bool) -> float:
        """Of the conversations of this kind."""
        return self.share_people if with_person else self.share


EVERYBODY = Sampling()
"""About every conversation."""


@dataclass(frozen=True)
class Feedback:
    """A thumb under one message."""

    message_id: str
    helpful: bool
    created_at: datetime
    reason: str | None = None
    comment: str | None = None


@dataclass(frozen=True)
class ArticleOpinion:
    """What a reader thinks of an article; nothing tells who they are."""

    article_id: str
    helpful: bool
    created_at: datetime
    comment: str | None = None
