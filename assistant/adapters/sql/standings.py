"""How a conversation stands at a moment: the sets that it is in, how long things took, what its
customer answered. One integer holds the sets, so that a hundred thousand are added up quickly."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Row

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

VERSION = 3
"""One more whenever a definition or the order of SETS changes: all are made again then."""
WITH_PEOPLE = "with_person"
SETS: tuple[str, ...] = (
    *(rung.value for rung in Rung),
    *(counted.value for counted in Counted),
    *(took.value for took in Took),
    *(surveyed(by, answered=answered) for by in By for answered in (False, True)),
)
"""The names of a tally, each a bit of `Standing.sets`; one more says who had the conversation."""
BITS: Mapping[str, int] = {name: 1 << n for n, name in enumerate((*SETS, WITH_PEOPLE))}

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True)
class Standing:
    """Of one conversation. Moments and times are whole microseconds, the former since 1970.

    `reason`: of the first handoff; `called_us`: when that was; `reply_us`, `person_us` and
    `resolution_us`: how long it took; `given`: the last answers to FIELDS, in their order."""

    conversation_id: str
    locale: str
    began_us: int
    sets: int
    reason: str | None
    called_us: int | None
    reply_us: int | None
    person_us: int | None
    resolution_us: int | None
    given: tuple[int | None, ...]

    @property
    def day(self) -> str:
        """The UTC day that it began on."""
        return day_of(self.began_us)

    @property
    def by(self) -> By:
        """Whose conversation it was."""
        return whose(self.sets)

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
        for field, value in zip(FIELDS, self.given, strict=True):
            if value is not None:
                found |= {answers(field, by) for by in (self.by, None)}
                if field in GOOD and value >= GOOD[field]:
                    found |= {answers(field, by, good=True) for by in (self.by, None)}
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
        called_us=row.first_call_at and microseconds(row.first_call_at),
        reply_us=_took(row.first_at, row.replied_at),
        person_us=_took(row.first_call_at, row.person_at),
        resolution_us=_took(row.first_at, row.resolved_at),
        given=tuple(values[field] for field in FIELDS),
    )


def whose(sets: int) -> By:
    """People's where a person was called or wrote."""
    return By.PEOPLE if sets & BITS[WITH_PEOPLE] else By.ASSISTANT


def microseconds(at: datetime) -> int:
    """Since 1970."""
    return (at - _EPOCH) // _MICROSECOND


def moment(us: int) -> datetime:
    """The other way round."""
    return _EPOCH + us * _MICROSECOND


def day_of(us: int) -> str:
    """The UTC day: 2026-03-01."""
    return moment(us).strftime("%Y-%m-%d")


def bits_of(names: Sequence[str]) -> int:
    """Of several sets."""
    return sum(BITS[name] for name in names)


def _took(start: datetime | None, end: datetime | None) -> int | None:
    return None if start is None or end is None else (end - start) // _MICROSECOND
