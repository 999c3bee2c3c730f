"""The store of curated answers, and how often each was given."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from assistant.domain.curated import Curated
from assistant.ports.people import Deed


@dataclass(frozen=True)
class CuratedUse:
    """How often it was given to customers, as the log tells, and when last."""

    count: int
    last_at: datetime


class CuratedReads(Protocol):
    """What answering needs of it."""

    def curated(self) -> list[Curated]:
        """All, those that have expired too, by id."""

    def curated_stamp(self) -> str:
        """Another one whenever any of them changed; cheap."""


class CuratedStore(CuratedReads, Protocol):
    """Every change is one transaction with its deed."""

    def save_curated(self, curated: Curated, *, deed: Deed) -> None:
        """A new one, or the one of this id as it is from now on."""

    def drop_curated(self, curated_id: str, *, deed: Deed) -> None:
        """UnknownThing where it is not there. What was said with it stays in the log."""

    def curated_uses(self) -> Mapping[str, CuratedUse]:
        """By id; those that nobody was given are missing. Made-up conversations do not count."""
