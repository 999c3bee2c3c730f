"""What writers found to be fine: no contradiction, or an article that is right as it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from assistant.ports.people import Deed


@dataclass(frozen=True)
class Settled:
    """Two texts that somebody found to be fine beside each other, or one that needed care and is
    right; `key` names them as they stand, so that a change of either is another key."""

    key: str
    by: str
    at: datetime


class ClashStore(Protocol):
    """Every change is one transaction with its deed."""

    def settle_clash(self, settled: Settled, *, deed: Deed) -> None:
        """Nothing where it is settled already."""

    def unsettle_clash(self, key: str, *, deed: Deed) -> None:
        """Nothing where it is not settled."""

    def settled_clashes(self) -> list[Settled]: ...
