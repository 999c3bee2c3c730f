"""Add up how conversations of a cohort stood, one by one or many that stood alike at once."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from assistant.adapters.sql.standings import BITS, SETS, Standing
from assistant.ports.figures import FIELDS, GOOD, By, Durations, Tally, Took, answers

_BY_DAY = (
    *SETS,
    *(answers(field, by, good=good) for field in GOOD for by in By for good in (False, True)),
)


class Sums:
    """What is known of a cohort so far."""

    def __init__(self, at_us: int) -> None:
        self._at_us = at_us
        self.groups: Counter[tuple[str, int, str | None]] = Counter()
        """By day, sets and reason."""
        self.times: dict[Took, list[int]] = {took: [] for took in Took}
        self.given: Counter[tuple[str, By, str, int]] = Counter()
        """By day, party, field and value."""
        self._out: dict[Took, list[int]] = {took: [] for took in Took}

    def add(self, standing: Standing) -> None:
        """One more."""
        self._count(standing, 1)
        for took, times in self.times.items():
            if (time := standing.took(took, self._at_us)) is not None:
                times.append(time)

    def take_out(self, standing: Standing) -> None:
        """One that was added before."""
        self._count(standing, -1)
        for took, times in self._out.items():
            if (time := standing.took(took, self._at_us)) is not None:
                times.append(time)

    def add_group(self, day: str, sets: int, reason: str | None, n: int) -> None:
        """So many that stood alike; their times and answers come apart."""
        self.groups[day, sets, reason] += n

    def tally(self) -> Tally:
        """Of all of them."""
        by_day: dict[str, Counter[str]] = {}
        reasons: Counter[str] = Counter()
        for (day, sets, reason), n in sorted(self.groups.items(), key=lambda each: each[0][0]):
            if n:
                into = by_day.setdefault(day, Counter())
                into.update({name: n for name in SETS if sets & BITS[name]})
                reasons.update({reason: n} if reason else {})
        counts: Counter[str] = Counter()
        for found in by_day.values():
            counts.update(found)
        for (day, by, field, value), n in self.given.items():
            if n and field in GOOD:
                by_day[day][answers(field, by)] += n
                by_day[day][answers(field, by, good=True)] += n * (value >= GOOD[field])
        return Tally(
            counts={name: counts[name] for name in SETS},
            by_day={day: {name: found[name] for name in _BY_DAY} for day, found in by_day.items()},
            reasons=dict(sorted(reasons.items(), key=lambda each: (-each[1], each[0]))),
            durations={took: self._durations(took) for took in Took},
            surveys=self._surveys(),
        )

    def _count(self, standing: Standing, n: int) -> None:
        self.groups[standing.day, standing.sets, standing.reason] += n
        for by, given in zip(By, standing.given, strict=True):
            for field, value in zip(FIELDS, given, strict=True):
                if value is not None:
                    self.given[standing.day, by, field, value] += n

    def _durations(self, took: Took) -> Durations:
        times = sorted(self.times[took])
        for time in self._out[took]:
            del times[bisect_left(times, time)]
        return Durations(len(times), _nearest_rank(times, 0.5), _nearest_rank(times, 0.9))

    def _surveys(self) -> Mapping[By, Mapping[str, Mapping[int, int]]]:
        given: dict[By, dict[str, Counter[int]]]
        given = {by: {field: Counter() for field in FIELDS} for by in By}
        for (_, by, field, value), n in self.given.items():
            if n:
                given[by][field][value] += n
        return given


def summed(standings: Iterable[Standing], *, at_us: int) -> Sums:
    """Of these alone."""
    sums = Sums(at_us)
    for standing in standings:
        sums.add(standing)
    return sums


def _nearest_rank(times: Sequence[int], share: float) -> float | None:
    return times[math.ceil(len(times) * share) - 1] / 1e6 if times else None
