"""The store of who was asked whether they would recommend us, and what they said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from assistant.domain.delivery import Delivery
from assistant.domain.relationship import Asking, History, Way
from assistant.ports.figures import Cohort

ANYTHING = range(11)


@dataclass(frozen=True)
class Recommendation:
    """What one customer said last within a period, and where."""

    conversation_id: str
    at: datetime
    nps: int
    comment: str | None


@dataclass(frozen=True)
class Seen:
    """A visitor and their last conversation."""

    visitor_id: str
    conversation_id: str
    began_at: datetime


class RelationshipStore(Protocol):
    """Answers are surveys that have an `nps`; this keeps who was asked, and counts both. Of a
    cohort only its period, and whether it is made up, narrow what is counted."""

    def relationship(self, visitor_id: str) -> History:
        """Of this visitor; UnknownThing for nobody."""

    def ask_relationship(self, asking: Asking, *, mail: Delivery | None = None) -> None:
        """With the mail that asks, both or neither; once for a conversation and way."""

    def relationship_shown(self, conversation_id: str, *, at: datetime) -> None:
        """Whoever was asked by mail has come here to see the question."""

    def decline_relationship(self, conversation_id: str, *, at: datetime) -> None:
        """The customer wishes not to be asked again; whoever says so was asked, even where that has
        not arrived yet."""

    def last_seen(self, since: datetime, until: datetime, *, limit: int = 10_000) -> Sequence[Seen]:
        """The earliest of those whose site says who they are, and whose last conversation in which
        they wrote began then; none of whose conversations is with people, or waits for them."""

    def relationship_asked(self, cohort: Cohort) -> Mapping[Way, tuple[int, int]]:
        """How many were asked in the period, without those whose mail was not delivered (yet); and
        how many of those answered. An answer belongs to the latest asking before it."""

    def recommendations(self, cohort: Cohort) -> Mapping[int, int]:
        """0-10 → how many customers said so after they were asked; of each what they said last in
        the period."""

    def asked_in(self, cohort: Cohort, way: Way, *, answered: bool) -> Sequence[str]:
        """The conversations behind a number of `relationship_asked`, the latest asked first."""

    def recommended(
        self, cohort: Cohort, *, limit: int, skip: int = 0, among: Sequence[int] = ANYTHING
    ) -> Sequence[Recommendation]:
        """The same one by one, the latest first; of those who said one of these."""
