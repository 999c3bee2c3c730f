"""What goes with low ratings: the share of good CSAT answers among conversations of one kind,
beside that among all others. It says what comes together, never what causes it. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from assistant.insights.rates import Estimate, Rate, change
from assistant.ports.figures import GOOD, Fact


class Kind(StrEnum):
    """By what conversations are told apart."""

    THEME = "theme"
    REASON = "reason"
    WAITING = "waiting"
    LANGUAGE = "language"


WAITS: Mapping[str, tuple[float, float]] = {
    "under_5_min": (0, 300),
    "under_1_h": (300, 3600),
    "over_1_h": (3600, float("inf")),
}
"""Seconds until a person wrote, from and under."""


@dataclass(frozen=True)
class Driver:
    """Conversations of one kind: how many of those that were rated were rated good, and of the
    others. `difference`: None where one of them has too few answers."""

    kind: Kind
    name: str
    these: Rate
    others: Rate

    @property
    def difference(self) -> Estimate | None:
        return change(self.these, self.others)


@dataclass(frozen=True)
class Analysis:
    """`drivers`: those with enough answers, the lowest difference first, those that may be none
    last. `tried`: how many comparisons were made: of twenty, one looks clear by chance."""

    rated: Rate
    drivers: Sequence[Driver]
    too_few: int

    @property
    def tried(self) -> int:
        return len(self.drivers)


def analysed(facts: Sequence[Fact]) -> Analysis:
    """Of the conversations that were rated."""
    rated = _rated(facts)
    found = [_driver(kind, name, rated) for kind in Kind for name in _names(rated, _OF[kind])]
    shown = [driver for driver in found if driver.difference is not None]
    shown.sort(key=_lowest_first)
    return Analysis(_good(rated), shown, too_few=len(found) - len(shown))


def compared(
    facts: Iterable[Fact], kind: Kind, name: str, *, others: bool, good: bool
) -> list[Fact]:
    """The conversations behind a number of a driver."""
    found = _side(kind, name, _rated(facts), others=others)
    return [fact for fact in found if _is_good(fact)] if good else found


def _rated(facts: Iterable[Fact]) -> list[Fact]:
    return [fact for fact in facts if fact.csat is not None]


def _driver(kind: Kind, name: str, rated: Sequence[Fact]) -> Driver:
    these, others = (_side(kind, name, rated, others=others) for others in (False, True))
    return Driver(kind, name, _good(these), _good(others))


def _side(kind: Kind, name: str, rated: Iterable[Fact], *, others: bool) -> list[Fact]:
    of = _OF[kind]
    if others:
        return [fact for fact in rated if of(fact) not in (name, None)]
    return [fact for fact in rated if of(fact) == name]


def _is_good(fact: Fact) -> bool:
    return (fact.csat or 0) >= GOOD["csat"]


def _good(facts: Sequence[Fact]) -> Rate:
    return Rate(sum(map(_is_good, facts)), len(facts))


def _names(facts: Sequence[Fact], of: Callable[[Fact], str | None]) -> list[str]:
    return sorted({name for fact in facts if (name := of(fact)) is not None})


def _waiting(fact: Fact) -> str | None:
    if fact.waited is None:
        return None
    return next(name for name, (low, high) in WAITS.items() if low <= fact.waited < high)


_OF: Mapping[Kind, Callable[[Fact], str | None]] = {
    Kind.THEME: lambda fact: fact.theme_id,
    Kind.REASON: lambda fact: fact.reason,
    Kind.WAITING: _waiting,
    Kind.LANGUAGE: lambda fact: fact.locale,
}


def _lowest_first(driver: Driver) -> tuple[bool, float]:
    found = driver.difference
    return (not (found and found.excludes_zero), found.value if found else 0.0)
