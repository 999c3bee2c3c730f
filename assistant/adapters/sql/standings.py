"""How a conversation stands at a moment: the sets that it is in, how long things took, what its
customer answered. One integer holds the sets, so that a hundred thousand are added up quickly."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Row

from assistant.adapters.sql.schema_insights import GIVEN
from assistant.ports.figures import (
    FIELDS,
    GOOD,
    UNHELPED,
    By,
    Counted,
    Rung,
    Took,
    answers,
    surveyed,
)

VERSION = 6
"""One more whenever a definition or the order of SETS changes: all are made again then."""
SURVEYED = tuple(surveyed(by, answered=answered) for by in By for answered in (False, True))
SETS: tuple[str, ...] = (
    *(rung.value for rung in Rung),
    *(counted.value for counted in Counted),
    *(took.value for took in Took),
    *SURVEYED,
)
"""The names of a tally, each a bit of `Standing.sets`."""
BITS: Mapping[str, int] = {name: 1 << n for n, name in enumerate(SETS)}

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True)
class Standing:
    """Of one conversation. Moments and times are whole microseconds, the former since 1970.

    `reason`: of the first handoff; `called_us`: of whoever still waits, since when; `reply_us`,
    `person_us` and `resolution_us`: how long it took; `given`: by party, in the order of By, the
    last answers to FIELDS, in theirs."""

    conversation_id: str
    locale: str
    began_us: int
    sets: int
    reason: str | None
    called_us: int | None
    reply_us: int | None
    person_us: int | None
    resolution_us: int | None
    given: tuple[tuple[int | None, ...], ...]

    @property
    def day(self) -> str:
        """The UTC day that it began on."""
        return day_of(self.began_us)

    @property
    def answers(self) -> Mapping[str, int | None]:
        """Those given, by the names of their columns."""
        each = zip(By, self.given, strict=True)
        return {name: n for by, ns in each for name, n in zip(GIVEN[by], ns, strict=True)}

    def last(self, field: str) -> int | None:
        """The last answer of all: people's, since they never have a conversation before the
        assistant."""
        assistants, peoples = (given[FIELDS.index(field)] for given in self.given)
        return assistants if peoples is None else peoples

    def took(self, took: Took, at_us: int) -> int | None:
        """How long, where it is known: of whoever still waits, until the moment."""
        if not self.sets & BITS[took.value]:
            return None
        if took is Took.WAITING:
            return at_us - self.called_us if self.called_us is not None else None
        return {
            Took.FIRST_REPLY: self.reply_us,
            Took.TO_PERSON: self.person_us,
            Took.RESOLUTION: self.resolution_us,
        }[took]

    def is_in(self, name: str) -> bool:
        """Whether a number of this name counts it."""
        if name in BITS:
            return bool(self.sets & BITS[name])
        if name == UNHELPED:
            return not self.is_in(Counted.HELPED)
        return name in self._answered()

    def _answered(self) -> set[str]:
        found = set()
        for field, *values in zip(FIELDS, *self.given, strict=True):
            for by, value in zip((*By, None), (*values, self.last(field)), strict=True):
                if value is not None:
                    found.add(answers(field, by))
                    if field in GOOD and value >= GOOD[field]:
                        found.add(answers(field, by, good=True))
        return found


def standing_from(row: Row[*tuple[Any, ...]]) -> Standing:
    """Of a row of `facts`."""
    values = row._mapping
    return Standing(
        conversation_id=row.id,
        locale=row.locale,
        began_us=microseconds(row.created_at),
        sets=sum(bit for name, bit in BITS.items() if values[f"is_{name}"]),
        reason=row.first_reason,
        called_us=row.waits_since and microseconds(row.waits_since),
        reply_us=_took(row.first_at, row.replied_at),
        person_us=_took(row.called_at, row.person_at),
        resolution_us=_took(row.first_at, row.resolved_at),
        given=given_in(values),
    )


def given_in(values: Mapping[Any, Any]) -> tuple[tuple[int | None, ...], ...]:
    """Of a row that has the columns of GIVEN."""
    return tuple(tuple(values[name] for name in GIVEN[by]) for by in By)


def microseconds(at: datetime) -> int:
    """Since 1970."""
    return (at - _EPOCH) // _MICROSECOND


def moment(us: int) -> datetime:
    """The other way round."""
    return _EPOCH + us * _MICROSECOND


def day_of(us: int) -> str:
    """The UTC day: 2026-03-01."""
    return moment(us).strftime("%Y-%m-%d")


def _took(start: datetime | None, end: datetime | None) -> int | None:
    return None if start is None or end is None else (end - start) // _MICROSECOND
