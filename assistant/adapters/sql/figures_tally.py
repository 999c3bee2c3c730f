"""Add up what one statement told of each conversation of a cohort."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Row

from assistant.ports.figures import By, Durations, Tally, Took

_FIELDS = ("csat", "ces", "nps", "useful", "easy", "enjoyable")
Rows = Sequence[Row[*tuple[Any, ...]]]


def tallied(rows: Rows, responses: Rows, *, names: Sequence[str], at: datetime) -> Tally:
    """`rows`: a fact each, with a column `is_…` for each of the named sets. `responses`: filled
    surveys, also of conversations that are not among them."""
    counts: Counter[str] = Counter()
    by_day: dict[str, Counter[str]] = {}
    for row in rows:
        day = row.created_at.astimezone(UTC).strftime("%Y-%m-%d")
        into = by_day.setdefault(day, Counter())
        for name in names:
            into[name] += row._mapping[f"is_{name}"]
    for found in by_day.values():
        counts.update(found)
    reasons = Counter(row.first_reason for row in rows if row.first_reason)
    return Tally(
        counts={name: counts[name] for name in names},
        by_day={day: dict(found) for day, found in by_day.items()},
        reasons=dict(sorted(reasons.items(), key=lambda each: (-each[1], each[0]))),
        durations={took: _durations(rows, took, at) for took in Took},
        surveys=_surveys(rows, responses),
    )


def _durations(rows: Rows, took: Took, at: datetime) -> Durations:
    ends = {
        Took.FIRST_REPLY: lambda row: row.replied_at - row.first_at,
        Took.TO_PERSON: lambda row: row.person_at - row.first_call_at,
        Took.WAITING: lambda row: at - row.first_call_at,
        Took.RESOLUTION: lambda row: row.resolved_at - row.first_at,
    }
    known = [row for row in rows if row._mapping[f"is_{took.value}"]]
    times = sorted(ends[took](row).total_seconds() for row in known)
    return Durations(len(times), _nearest_rank(times, 0.5), _nearest_rank(times, 0.9))


def _nearest_rank(times: Sequence[float], share: float) -> float | None:
    return times[math.ceil(len(times) * share) - 1] if times else None


def _surveys(rows: Rows, responses: Rows) -> Mapping[By, Mapping[str, Mapping[int, int]]]:
    whose = {row.id: By.PEOPLE if row.with_person else By.ASSISTANT for row in rows}
    given: dict[By, dict[str, Counter[int]]] = {by: {f: Counter() for f in _FIELDS} for by in By}
    for response in responses:
        by = whose.get(response.conversation_id)
        for field in _FIELDS if by else ():
            value = response._mapping[field]
            if by and value is not None:
                given[by][field][value] += 1
    return given
