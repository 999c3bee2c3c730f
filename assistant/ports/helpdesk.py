"""Another system in which people answer, and the store of the cases that were opened in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from assistant.domain.ticket import Heard, NewCase, Opened, Ticket


class Helpdesk(Protocol):
    """Thread-safe. Every method raises NotDelivered where another try may succeed, with how long to
    wait if the other side says so, and NeverDelivered where it would end the same. No message holds
    the key, or what customers wrote."""

    @property
    def name(self) -> str:
        """As people call it."""

    def open(self, case: NewCase) -> Opened:
        """A new case."""

    def find(self, case: NewCase) -> Opened | None:
        """What `open` made of this conversation, its answer lost perhaps; the latest."""

    def add(self, ticket_id: str, words: str, *, from_customer: bool) -> None:
        """More of what the customer wrote; otherwise a note that people alone read there. What is
        closed is open again once the customer wrote in it. Tried again after an answer that was
        lost on its way, it may say the same twice: none of them can be asked whether it arrived."""

    def heard(self, ticket_id: str) -> Heard:
        """Never what `open` and `add` wrote, and no notes."""

    def check(self) -> None:
        """That it can be reached and knows the key."""


@dataclass(frozen=True)
class Ring:
    """What somebody sends who says to be the helpdesk; `headers` by names in small letters."""

    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)


class Bell(Protocol):
    """Knows the helpdesk by a secret that both have."""

    def __call__(self, ring: Ring, *, at: datetime) -> str:
        """The case in which something happened; NotAllowed where somebody else rings."""


class TicketStore(Protocol):
    """Every method is one transaction that is on disk when it returns."""

    def ticket(self, conversation_id: str) -> Ticket | None:
        """The conversation's latest."""

    def save_ticket(self, ticket: Ticket) -> None:
        """A new one, which takes the place of one before it, or its new state. UnknownThing where
        the conversation was erased."""

    def hear_ticket(self, read: Ticket, heard: Ticket) -> None:
        """Keeps `active_at`, `look_at` and `solved_at` as they were heard, unless the ticket was
        saved since it was read: what was told meanwhile stands, and it is heard again soon. One
        that was woken meanwhile stays so."""

    def wake_ticket(self, helpdesk: str, ticket_id: str, *, at: datetime) -> None:
        """It is to be heard then or before, though it was given up; nothing where there is none."""

    def tickets_to_hear(self, at: datetime, *, limit: int) -> list[Ticket]:
        """Those whose moment has come, the longest overdue first."""
