"""The store that knows to which customers a person goes back, and what came of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from assistant.domain.delivery import Delivery
from assistant.domain.follow_up import FollowUp, Step
from assistant.ports.people import Deed


class FollowUpStore(Protocol):
    """Every method is one transaction that is on disk when it returns."""

    def open_follow_up(self, follow_up: FollowUp) -> bool:
        """False, and nothing is stored, where its conversation has one already."""

    def follow_up(self, follow_up_id: str) -> FollowUp:
        """Or UnknownThing."""

    def follow_up_of(self, conversation_id: str) -> FollowUp | None:
        """The conversation's own."""

    def follow_ups(
        self, steps: Sequence[Step], *, limit: int = 50, skip: int = 0
    ) -> list[FollowUp]:
        """At one of these steps, what is due first comes first."""

    def follow_up_sizes(self) -> Mapping[Step, int]:
        """How many are at each step; steps with none may be missing."""

    def change_follow_up(
        self,
        follow_up_id: str,
        change: Callable[[FollowUp], FollowUp],
        *,
        deed: Deed | None,
        leads_to: Sequence[Delivery] = (),
    ) -> FollowUp:
        """As it stands then, whichever process asked first; the event is in the conversation's log,
        the deed of a person on record, and what it leads to in the outbox. Whatever `change` raises
        leaves all as it was."""

    def follow_up_answers(self) -> tuple[int, int]:
        """How many customers said that it helped, of how many that said anything: of each the last
        word, whatever became of the follow-up since."""

    def last_event_before(self, at: datetime) -> int:
        """The newest event of all conversations until then, 0 where there is none."""
