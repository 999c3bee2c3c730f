"""What the company tells of its customers beside what they say themselves: attributes (plan,
country) and outcomes (orders, churned). Numbers are told as numbers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from assistant.ports.figures import Cohort
from assistant.ports.people import Deed


class Key(StrEnum):
    """By what customers are named."""

    CUSTOMER = "customer"
    """The site's own id, which it signs as `sub`."""
    VISITOR = "visitor"
    """The id here, as in cases and exports."""


@dataclass(frozen=True)
class Told:
    """An attribute's value; `number` where it is one."""

    value: str
    number: float | None = None


Telling = Mapping[str, Told | None]
"""Of one customer, by attribute: None takes away what was told. Others stay as they are."""


@dataclass(frozen=True)
class Known:
    """An attribute, of how many customers it is told, and the values of most of them with how many
    have each. `numeric`: each value is a number."""

    attribute: str
    customers: int
    numeric: bool
    values: Sequence[tuple[str, int]]


class AttributeStore(Protocol):
    """It goes with the visitor: `forget` takes it away, and who signs in brings it along."""

    def visitors_named(self, keys: Iterable[str], *, by: Key) -> Mapping[str, str]:
        """Key → visitor id, of those who have been here."""

    def attributes_of(self, visitor_ids: Iterable[str]) -> Mapping[str, Mapping[str, Told]]:
        """By visitor and attribute, of those of whom any is told."""

    def tell_of_customers(self, tellings: Mapping[str, Telling], *, deed: Deed) -> None:
        """By visitor, all of it or nothing. Of a visitor who is gone nothing is kept."""

    def known_attributes(self, *, simulated: bool = False) -> Sequence[Known]:
        """By name; of real customers or made-up ones."""

    def numbers_of(self, attribute: str, *, simulated: bool = False) -> Mapping[float, int]:
        """How many customers have each number."""

    def attribute_in(self, cohort: Cohort, attribute: str) -> Mapping[str, Told]:
        """By conversation, of those that began in the cohort's period and of whose customer it is
        told, as it is known now."""
