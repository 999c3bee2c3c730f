"""A lead looks at what the assistant answered by itself, and says how good it was."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from assistant.domain.review import Given, Mark, Pick, Review
from assistant.errors import TooLong
from assistant.insights.rates import Rate
from assistant.ports import Clock, Deed, Person
from assistant.ports.reviews import ReviewStore

PER_PAGE = 10
LONGEST_NOTE = 1000


@dataclass(frozen=True)
class Verdicts:
    """How answers drawn at random were marked; `shares` has an interval from ten on."""

    n: int
    counts: Mapping[Mark, int]
    shares: Mapping[Mark, Rate]


class Reviewing:
    """Thread-safe."""

    def __init__(self, store: ReviewStore, *, now: Clock) -> None:
        self._store, self._now = store, now

    def queue(self, pick: Pick) -> Sequence[Given]:
        """A page of answers that nobody has reviewed."""
        return self._store.to_review(pick, limit=PER_PAGE)

    def mark(
        self,
        message_id: str,
        *,
        conversation_id: str,
        mark: Mark,
        pick: Pick,
        note: str,
        by: Person,
    ) -> None:
        """Say how good the answer was; again is the new state. UnknownThing, TooLong."""
        note, at = note.strip(), self._now()
        if len(note) > LONGEST_NOTE:
            raise TooLong(len(note), limit=LONGEST_NOTE)
        review = Review(message_id, conversation_id, by.id, mark, pick, note, at)
        deed = Deed(at, by.id, "reviewed", conversation_id, {"mark": mark.value})
        self._store.add_review(review, deed=deed)

    def verdicts(self) -> Verdicts:
        """Of those drawn at random alone: whoever looks for bad answers finds them."""
        counts = self._store.marks(Pick.RANDOM)
        n = sum(counts.values())
        return Verdicts(n, counts, {mark: Rate(count, n) for mark, count in counts.items()})
