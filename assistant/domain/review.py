"""What a lead says of an answer that the assistant gave by itself. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from assistant.domain.conversation import Turn


class Mark(StrEnum):
    """How good an answer was, all things considered."""

    RIGHT = "right"
    PARTLY = "partly"
    WRONG = "wrong"
    PERSON_NEEDED = "person_needed"
    """It should have been handed over, whatever it says."""


WRONG_MARKS = (Mark.WRONG, Mark.PERSON_NEEDED)
"""What counts as a wrong answer."""


class Pick(StrEnum):
    """How answers are chosen for review."""

    LEAST_SURE = "least_sure"
    BADLY_RATED = "badly_rated"
    """By a thumb under it, or by the survey of its conversation."""
    RANDOM = "random"
    """The only one that says how good answers are on the whole."""


@dataclass(frozen=True)
class Review:
    """`message_id`: of the question. `pick`: how the answer came to be reviewed."""

    message_id: str
    conversation_id: str
    person_id: str
    mark: Mark
    pick: Pick
    note: str
    created_at: datetime


@dataclass(frozen=True)
class Given:
    """An answer to be reviewed: all that it was decided from, and what was said."""

    turn: Turn
    text: str
    html: str
    asked_at: datetime


@dataclass(frozen=True)
class Label:
    """What a person's word teaches about a question: that this article answers it, or does not;
    None: that no article does, or that it was a person's to answer."""

    question: str
    locale: str
    article_id: str | None
    right: bool

    @property
    def answerable(self) -> bool:
        """Whether an article may answer it."""
        return self.article_id is not None
