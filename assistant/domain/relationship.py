"""Would a customer recommend us (NPS)? Asked about the whole, not about one conversation. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from assistant.domain.lot import lot

KNOWN_FOR = timedelta(days=1)
"""Whoever came first less than so long ago has no relationship with us yet."""
MAIL_KIND = "relationship"
"""Of the mails that ask."""


class Way(StrEnum):
    """How customers are asked."""

    WIDGET = "widget"
    MAIL = "mail"


@dataclass(frozen=True)
class Asking:
    """One time that a customer was asked, in the widget of a conversation or by a mail that leads
    there. `shown_at`: when the mail's question was seen there; `declined_at`: when they wished
    never to be asked again."""

    conversation_id: str
    way: Way
    asked_at: datetime
    shown_at: datetime | None = None
    declined_at: datetime | None = None
    answered: bool = False

    @property
    def waits(self) -> bool:
        """A mail asked, and where it leads nobody has come yet to see the question."""
        said = self.answered or self.declined_at is not None
        return self.way is Way.MAIL and self.shown_at is None and not said


@dataclass(frozen=True)
class History:
    """Since when a customer is known, and each time that they were asked."""

    known_since: datetime
    askings: Sequence[Asking] = ()

    @property
    def refused(self) -> bool:
        """Whether they wished never to be asked again, wherever that was."""
        return any(each.declined_at is not None for each in self.askings)

    def waits_in(self, conversation_id: str) -> bool:
        """Whether a mail leads to the question there, and the answer is still awaited."""
        here = (each for each in self.askings if each.conversation_id == conversation_id)
        return not self.refused and any(each.waits for each in here)


@dataclass(frozen=True)
class Policy:
    """Of whom a share is asked, always the same ones; nobody twice within `quiet`. `mail_after`:
    how long after a conversation began its customer is asked by mail; None: never by mail."""

    share: float = 0.0
    quiet: timedelta = timedelta(days=180)
    mail_after: timedelta | None = None

    def samples(self, visitor_id: str) -> bool:
        """Whether this customer is one of those who are asked at all."""
        return lot(visitor_id, of="relationship") < self.share

    def is_due(self, history: History, *, at: datetime) -> bool:
        """Whether a customer of the sample may be asked now."""
        if at - history.known_since < KNOWN_FOR:
            return False
        if history.refused:
            return False
        return all(at - each.asked_at >= self.quiet for each in history.askings)
