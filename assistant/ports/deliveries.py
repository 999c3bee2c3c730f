"""The store of what must go out, and of who wants to be told what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from assistant.domain.delivery import Delivery
from assistant.ports.people import Deed


class Notice(StrEnum):
    """What people may want to be told by mail."""

    WAITING = "waiting"
    """A conversation waits for a person."""
    LATE = "late"
    """A promised moment is over."""
    MENTION = "mention"
    """A colleague named them in a note."""
    WEEKLY = "weekly"
    """The figures of the last week, on Monday."""


@dataclass(frozen=True)
class Choice:
    """What one person wants to be told by mail, in which language."""

    person_id: str
    notices: frozenset[Notice]
    locale: str


class DeliveryStore(Protocol):
    """Every method is one transaction that is on disk when it returns."""

    def add_deliveries(self, deliveries: Sequence[Delivery]) -> None:
        """Those whose id is there already are left as they are."""

    def followed(self, name: str) -> int | None:
        """Up to which event the follower of that name has come; None for a new one."""

    def follow(
        self, name: str, *, after: int | None, to: int, deliveries: Sequence[Delivery]
    ) -> bool:
        """Store what these events lead to and that they were followed, both or neither. False, and
        nothing is stored, where another process was quicker."""

    def take_due(self, at: datetime, *, until: datetime, limit: int = 20) -> list[Delivery]:
        """What is due, each counted as tried once more and given to nobody else before `until`: a
        process that dies with it leaves it to the next one."""

    def delivered(self, delivery_id: str, *, at: datetime) -> None: ...

    def not_delivered(
        self, delivery_id: str, *, at: datetime, next_at: datetime | None, problem: str
    ) -> None:
        """To be tried at `next_at`; dead where that is None."""

    def undelivered(self, *, limit: int = 200) -> list[Delivery]:
        """The dead, the latest first, then those that failed and are tried again."""

    def count_dead(self) -> int: ...

    def deliver_again(self, delivery_id: str, *, at: datetime, deed: Deed) -> None:
        """A dead one is tried anew, as if for the first time; UnknownThing where it is none."""

    def last_delivered(self, conversation_id: str, address: str) -> Delivery | None:
        """The latest one about the conversation that this address got."""

    def drop_delivered(self, *, before: datetime) -> None:
        """Forget what was sent before that moment."""

    def choices(self) -> Mapping[str, Choice]:
        """By person."""

    def set_choice(self, choice: Choice) -> None: ...
