"""Lists of the inbox that people come back to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from assistant.ports.people import Deed


@dataclass(frozen=True)
class SavedView:
    """`query`: the list and what narrows it, as the inbox's address says it. `shared`: for all
    colleagues, not only for the person who made it."""

    id: str
    person_id: str
    name: str
    query: Mapping[str, str]
    shared: bool
    created_at: datetime


class ViewStore(Protocol):
    """Every method is one transaction that is on disk when it returns."""

    def views(self, person_id: str) -> list[SavedView]:
        """Their own and those that are shared, by name."""

    def save_view(self, view: SavedView, *, deed: Deed) -> None:
        """A new one."""

    def drop_view(self, view_id: str, *, deed: Deed) -> None:
        """UnknownThing where it is none."""
