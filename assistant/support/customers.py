"""What the company tells of its customers, taken in: all of a list or nothing of it, and the same
list again changes nothing. Only of customers who have been here anything is kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from assistant.domain.segment import Segment
from assistant.insights.customers import segments_of
from assistant.ports import Clock, Deed
from assistant.ports.customers import AttributeStore, Telling, Told
from assistant.support.customer_sheet import Sheet

Parted = Sequence[tuple[str, Sequence[Segment]]]
_REMEMBERED = timedelta(minutes=1)


@dataclass(frozen=True)
class Taken:
    """Of so many `rows`, `known` name a customer who has been here, and of `changed` of those
    something is told otherwise than before. `dry_run`: nothing was kept."""

    rows: int
    known: int
    changed: int
    dry_run: bool

    @property
    def unknown(self) -> int:
        """Customers who have never written: of them nothing is kept."""
        return self.rows - self.known


class CustomersTold:
    """Synchronous, thread-safe."""

    def __init__(self, store: AttributeStore, *, now: Clock) -> None:
        self._store, self._now = store, now
        self._parted: dict[bool, tuple[datetime, Parted]] = {}

    def take(self, sheet: Sheet, *, by: str, dry_run: bool = False) -> Taken:
        """RefusedRows, and nothing is kept, where anything in the list is wrong."""
        tellings = sheet.checked().tellings
        named = self._store.visitors_named(tellings, by=sheet.key)
        of_visitors = {visitor: tellings[key] for key, visitor in named.items()}
        changes = changed(of_visitors, self._store.attributes_of(of_visitors))
        taken = Taken(len(tellings), len(of_visitors), len(changes), dry_run)
        if not dry_run:
            counts = {"customers": taken.known, "changed": taken.changed}
            deed = Deed(self._now(), by, "customers_told", "customers", counts)
            self._store.tell_of_customers(changes, deed=deed)
            self._parted = {}
        return taken

    def segments(self, *, simulated: bool = False) -> Parted:
        """In which customers are parted, by attribute, as it was within the last minute: to count
        hundreds of thousands takes long, and a page offers them each time."""
        at, known = self._now(), self._parted.get(simulated)
        if known is None or at - known[0] >= _REMEMBERED:
            read, numbers = self._store.known_attributes, self._store.numbers_of
            parted = [
                (each.attribute, segments_of(each, numbers(each.attribute, simulated=simulated)))
                for each in read(simulated=simulated)
            ]
            known = (at, parted)
            self._parted = {**self._parted, simulated: known}
        return known[1]


def changed(
    tellings: Mapping[str, Telling], held: Mapping[str, Mapping[str, Told]]
) -> dict[str, Telling]:
    """Of each what is told otherwise than it is held."""
    found: dict[str, Telling] = {}
    for visitor, telling in tellings.items():
        before = held.get(visitor, {})
        if news := {name: told for name, told in telling.items() if told != before.get(name)}:
            found[visitor] = news
    return found
