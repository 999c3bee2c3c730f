"""The NPS of the relationship: of customers, not of conversations. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from assistant.domain.relationship import Way
from assistant.insights.rates import Nps, Rate, nps
from assistant.insights.tables import Cell, Table
from assistant.ports.figures import Cohort
from assistant.ports.relationship import RelationshipStore

GROUPS: Mapping[str, range] = {
    "promoters": range(9, 11),
    "passives": range(7, 9),
    "detractors": range(7),
}
"""By what they said."""


@dataclass(frozen=True)
class Relationship:
    """Of a period. `response`: who answered, of those who were asked, by the way; `groups`: how
    many customers are in each, of all who said anything after they were asked."""

    response: Mapping[Way, Rate]
    groups: Mapping[str, Rate]
    nps: Nps | None

    @property
    def n(self) -> int:
        """Customers who said anything."""
        return self.groups["promoters"].n


def relationship(store: RelationshipStore, cohort: Cohort) -> Relationship:
    """As the log tells it now."""
    asked, given = store.relationship_asked(cohort), store.recommendations(cohort)
    n = sum(given.values())
    response = {way: asked.get(way, (0, 0)) for way in Way}
    return Relationship(
        response={way: Rate(said, shown) for way, (shown, said) in response.items()},
        groups={
            name: Rate(sum(given.get(value, 0) for value in values), n)
            for name, values in GROUPS.items()
        },
        nps=nps(given),
    )


_COLUMNS = ("name", "count", "n", "share", "low", "high", "value", "value_low", "value_high")


def relationship_table(found: Relationship) -> Table:
    """A row for each way, each group, and the NPS itself as `value`, from -100 to 100."""
    rates = {f"answered_{way.value}": rate for way, rate in found.response.items()} | dict(
        found.groups
    )
    rows = [_row(name, rate) for name, rate in rates.items()]
    score = found.nps.estimate if found.nps else None
    told: dict[str, Cell] = {"name": "nps", "n": found.n}
    if score:
        told |= {"value": score.value, "value_low": score.low, "value_high": score.high}
    return Table(_COLUMNS, [*rows, told])


def _row(name: str, rate: Rate) -> dict[str, Cell]:
    row: dict[str, Cell] = {"name": name, "count": rate.count, "n": rate.n}
    if share := rate.estimate:
        row |= {"share": share.value, "low": share.low, "high": share.high}
    return row
