"""A conversation that people answer in another system: the case opened there, and what comes back
from it. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from assistant.domain.conversation import Priority

_LIVELY, _LIVELY_PAUSE = timedelta(minutes=15), timedelta(seconds=20)
_LONGEST_PAUSE = timedelta(minutes=10)
_GIVEN_UP, _GIVEN_UP_SOLVED = timedelta(days=30), timedelta(days=3)


@dataclass(frozen=True)
class NewCase:
    """What is opened there. `body` is plain text; `customer` how the customer is called, `id` the
    conversation's and `visitor_id` the customer's here."""

    id: str
    visitor_id: str
    customer: str
    subject: str
    body: str
    locale: str
    priority: Priority
    tags: tuple[str, ...] = ()


@dataclass(frozen=True)
class Opened:
    """A case as the other system calls it, and where people find it there."""

    ticket_id: str
    url: str


@dataclass(frozen=True)
class Ticket:
    """`told`: how many of the thread's messages, from its beginning, stand in it. `active_at`: when
    something last happened in it. `look_at`: when its answers are fetched next; None: not any more.
    `solved_at`: when it was found closed there."""

    conversation_id: str
    helpdesk: str
    ticket_id: str
    url: str
    told: int
    active_at: datetime
    look_at: datetime | None
    solved_at: datetime | None = None


@dataclass(frozen=True)
class OutsideReply:
    """What a person wrote there for the customer; plain text."""

    id: str
    text: str


@dataclass(frozen=True)
class Heard:
    """All that people wrote there for the customer, the oldest first, and whether it is closed."""

    replies: Sequence[OutsideReply]
    is_solved: bool


def next_look(active_at: datetime, at: datetime, *, is_solved: bool) -> datetime | None:
    """Soon while people talk, seldom once it has become quiet: helpdesks count what they are
    asked. None where nothing is expected any more."""
    quiet = at - active_at
    if quiet > (_GIVEN_UP_SOLVED if is_solved else _GIVEN_UP):
        return None
    pause = _LIVELY_PAUSE if quiet <= _LIVELY else min(quiet / 20, _LONGEST_PAUSE)
    return at + pause
