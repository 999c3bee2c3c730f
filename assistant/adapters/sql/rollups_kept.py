"""What the roll-ups hold of a cohort."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    cast,
    false,
    func,
    literal,
    not_,
    select,
)

from assistant.adapters.sql.columns import CleanText
from assistant.adapters.sql.figures_cohort import narrowed
from assistant.adapters.sql.figures_tally import Sums
from assistant.adapters.sql.part import batches
from assistant.adapters.sql.schema_insights import GIVEN, standings
from assistant.adapters.sql.standings import (
    BITS,
    Standing,
    day_of,
    given_in,
    microseconds,
)
from assistant.ports.figures import (
    FIELDS,
    GOOD,
    UNHELPED,
    By,
    Cohort,
    Counted,
    Took,
    answers,
    surveyed,
)

_S = standings.c
_TIMES: Mapping[Took, Any] = {
    Took.FIRST_REPLY: _S.reply_us,
    Took.TO_PERSON: _S.person_us,
    Took.WAITING: _S.called_us,
    Took.RESOLUTION: _S.resolution_us,
}
_GIVEN = {by: [_S[name] for name in names] for by, names in GIVEN.items()}
_COLUMNS = [
    *(_S.conversation_id, _S.locale, _S.began_us, _S.sets, _S.reason, _S.called_us),
    *(_S.reply_us, _S.person_us, _S.resolution_us),
]


class Kept:
    """How the cohort's conversations stood at its moment, by what was kept of them."""

    def __init__(self, cohort: Cohort) -> None:
        self.at_us = microseconds(cohort.at)
        since_us, until_us = microseconds(cohort.since), microseconds(cohort.until)
        self._began: list[ColumnElement[bool]] = [
            _S.simulated == literal(cohort.simulated),
            _S.day >= day_of(since_us),
            _S.day <= day_of(max(since_us, until_us - 1)),
            _S.began_us >= since_us,
            _S.began_us < until_us,
        ]
        self._where = [*self._began, _S.since_us <= self.at_us, _S.until_us > self.at_us]
        self._where += [_S.locale == cohort.locale] if cohort.locale else []
        self._where += [_S.reason == cohort.reason] if cohort.reason else []
        self._where += narrowed(cohort, _S.conversation_id)

    def add_to(self, sums: Sums, connection: Connection) -> None:
        """All of them."""
        grouped = (_S.day, _S.sets, _S.reason)
        # In one pass: texts of numbers are read many times faster than as many rows.
        times = [func.aggregate_strings(cast(_TIMES[took], CleanText), ",") for took in Took]
        query = select(*grouped, func.count(), *times)
        query = query.where(_S.sets.is_not(None), *self._where).group_by(*grouped)
        for day, sets, reason, n, *texts in connection.execute(query):
            sums.add_group(day, sets, reason, n)
            for took, text in zip(Took, texts, strict=True):
                if text and sets & BITS[took.value]:
                    sums.times[took] += self._times(took, text)
        for by, given in _GIVEN.items():
            filled = _has(BITS[surveyed(by, answered=True)])
            alike = (_S.day, *given)
            query = select(*alike, func.count()).where(filled, *self._where).group_by(*alike)
            for day, *values, n in connection.execute(query):
                for field, value in zip(FIELDS, values, strict=True):
                    if value is not None:
                        sums.given[day, by, field, value] += n

    def of(self, connection: Connection, ids: Iterable[str]) -> Iterator[Standing]:
        """Those of these conversations that are in the cohort."""
        query = self._rows()
        for batch in batches(ids):
            of_these = query.where(_S.conversation_id.in_(batch))
            yield from map(_standing, connection.execute(of_these))

    def all(self, connection: Connection) -> Iterator[Standing]:
        """Every one, in no order."""
        yield from map(_standing, connection.execute(self._rows()))

    def unknown(self, connection: Connection) -> Sequence[str]:
        """Conversations of the period of which the log is to be asked."""
        query = select(_S.conversation_id).where(_S.sets.is_(None), *self._began)
        return connection.execute(query).scalars().all()

    def latest(self, name: str, *, but: Select[str], limit: int) -> Select[Any]:
        """The ids behind a number with when they began, newest first, without some."""
        query = select(_S.began_us, _S.conversation_id).where(counts(name), *self._where)
        query = query.where(_S.conversation_id.not_in(but))
        return query.order_by(_S.began_us.desc(), _S.conversation_id.desc()).limit(limit)

    def _rows(self) -> Select[Any]:
        query = select(*_COLUMNS, *(column for given in _GIVEN.values() for column in given))
        return query.where(_S.sets.is_not(None), *self._where)

    def _times(self, took: Took, text: str) -> list[int]:
        found = np.fromstring(text, np.int64, sep=",")
        times: list[int] = (self.at_us - found if took is Took.WAITING else found).tolist()
        return times


def counts(name: str) -> ColumnElement[bool]:
    """Whether a number of this name counts the conversation of a roll-up."""
    if name in BITS:
        return _has(BITS[name])
    if name == UNHELPED:
        return not_(_has(BITS[Counted.HELPED]))
    for by in (*By, None):
        for n, field in enumerate(FIELDS):
            given = _GIVEN[by][n] if by else _last(n)
            if name == answers(field, by):
                return given.is_not(None)
            if name == answers(field, by, good=True) and field in GOOD:
                return given >= GOOD[field]
    return false()


def _has(bits: int) -> ColumnElement[bool]:
    return _S.sets.bitwise_and(bits) != 0


def _last(n: int) -> ColumnElement[int]:
    """The last answer to the nth of FIELDS, as `Standing.last` tells it."""
    return func.coalesce(_GIVEN[By.PEOPLE][n], _GIVEN[By.ASSISTANT][n])


def _standing(row: Row[*tuple[Any, ...]]) -> Standing:
    known = {column.name: row._mapping[column] for column in _COLUMNS}
    return Standing(**known, given=given_in(row._mapping))
