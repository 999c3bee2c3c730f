"""What customers look at beside what they write: the person who takes over need not ask."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

MOST_LOOKS = 200
"""Of one conversation."""


class Looked(StrEnum):
    """At what."""

    PAGE = "page"
    ARTICLE = "article"
    SEARCH = "search"


@dataclass(frozen=True)
class Look:
    """`of`: a page's address, an article's id, or the words that were searched."""

    what: Looked
    of: str


class LookStore(Protocol):
    """Kept in the log, and erased with the conversation."""

    def looked(self, conversation_id: str, look: Look) -> None:
        """An event that no customer is told of. The same twice in a row is one; after MOST_LOOKS
        nothing is kept any more. UnknownThing."""
