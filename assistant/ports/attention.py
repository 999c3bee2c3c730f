"""The store of what asks for one person's attention."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Protocol

from assistant.domain.attention import Attention
from assistant.domain.conversation import Conversation

MOST_UNSEEN = 100
"""More than that are not counted."""


class AttentionStore(Protocol):
    """Every method is one transaction that is on disk when it returns. What asks for attention is
    stored with what causes it: a message, a note, an event of the conversation. What is no longer
    theirs asks them no more, but for what a colleague said to them."""

    def attention(
        self, person_id: str, *, limit: int = 100
    ) -> list[tuple[Attention, Conversation]]:
        """Each with its case, the latest first: of what they have seen, after all that they have
        not, and of what is left idle or overrun, after what names them."""

    def unseen(self, person_id: str) -> list[str]:
        """The conversations that ask for them, at most MOST_UNSEEN."""

    def attended(
        self,
        person_id: str,
        *,
        at: datetime,
        conversation_id: str | None = None,
        until: datetime | None = None,
    ) -> bool:
        """They have seen it, of one conversation or of all, or only what asked `until` then;
        whether there was anything."""

    def warn_of_due(self, at: datetime) -> int:
        """Each moment that is promised for a person's case within DUE_SOON asks for them, once;
        how many did."""

    def ask_about_left(
        self, at: datetime, *, idle_since: datetime | None, steering: Collection[str]
    ) -> int:
        """A person's case that was to be resolved by now, or in which nobody wrote since
        `idle_since` (None: that is not looked for) and nothing is due, asks for them and for
        everybody of a `steering` role, once: again only for another moment, or after somebody
        wrote. What was so LEFT_LONG before, and came to nobody since, asks nobody. How many did."""
