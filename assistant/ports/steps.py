"""What happened in conversations, step by step."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol


class Happened(StrEnum):
    """What the log tells of a conversation's course."""

    CAME_BACK = "came_back"
    """The customer wrote for the first time since it was resolved."""
    DECIDED = "decided"
    """The assistant decided on a message: `detail` is its decision."""
    LOOKED = "looked"
    """The customer opened a page, read an article or searched: `detail` is which of these, and
    nothing of what they looked at."""
    CALLED = "called"
    PERSON_WROTE = "person_wrote"
    RESOLVED = "resolved"


@dataclass(frozen=True)
class Occurrence:
    """One of them. `unanswered`: of a decision, that it was to offer a person for want of one."""

    at: datetime
    what: Happened
    detail: str = ""
    unanswered: bool = False


class StepStore(Protocol):
    """Read in the log whenever asked for."""

    def occurrences(
        self, conversation_ids: Iterable[str], *, at: datetime
    ) -> Mapping[str, Sequence[Occurrence]]:
        """By conversation, in time, as far as the log told at the moment."""
