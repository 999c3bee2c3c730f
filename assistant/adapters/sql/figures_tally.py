"""Add up what one statement told of each conversation of a cohort."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Row

from assistant.ports.figures import FIELDS, By, Durations, Tally, Took

Rows = Sequence[Row[*tuple[Any, ...]]]


def tallied(rows: Rows, responses: Rows, *, names: Sequence[str], at: datetime) -> Tally:
    """`rows`: a fact each, with a column `is_…` for each of the named sets. `responses`: filled
    surveys in their order, also of conversations that are not among the rows."""
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
    last: dict[tuple[str, str], int] = {}
    for response in responses:
        for field in FIELDS:
            value = response._mapping[field]
            if value is not None and response.conversation_id in whose:
                last[response.conversation_id, field] = value
    given = {by: {field: Counter[int]() for field in FIELDS} for by in By}
    for (conversation_id, field), value in last.items():
        given[whose[conversation_id]][field][value] += 1
    return given
