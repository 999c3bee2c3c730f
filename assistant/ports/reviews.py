"""The store of reviews, and of the answers that wait for one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from assistant.domain.review import Given, Label, Mark, Pick, Review
from assistant.ports.people import Deed


class ReviewStore(Protocol):
    """Every method is one transaction that is on disk when it returns. Made-up conversations are
    never chosen."""

    def to_review(self, pick: Pick, *, limit: int) -> list[Given]:
        """Answers without a review: of the least sure the least sure first, of the badly rated the
        latest first, or any. At random also what was reviewed for another reason: a sample without
        the answers that were looked for because they are bad would tell too much good."""

    def add_review(self, review: Review, *, deed: Deed) -> None:
        """Or its new state; UnknownThing where the question got no answer in that conversation."""

    def labels(self, *, limit: int) -> list[Label]:
        """What reviews and agents' judgements teach, each once, the latest first: a right or partly
        right answer, that its first article was right; a wrong one, that it was not."""

    def marks(self, pick: Pick) -> Mapping[Mark, int]:
        """How often each was given to answers chosen so, 0 too."""
