"""The dashboard's figures: each with what it counts, over how many, and how sure that is. Pure.

Two cohorts of the same length stand beside each other: one and an earlier one. What each
figure means and what it does not tell: docs/insights.md.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from assistant.insights.rates import Estimate, Rate, change, mean, share_from
from assistant.ports.figures import (
    GOOD,
    By,
    Cohort,
    Counted,
    Durations,
    FiguresStore,
    Rung,
    Tally,
    Took,
    surveyed,
)

RATES: Mapping[Counted, Counted] = {
    Counted.HANDED: Counted.ALL,
    Counted.UNANSWERED: Counted.ASKED,
    Counted.WRONG: Counted.ANSWERED,
    Counted.FIRST_CONTACT_RESOLVED: Counted.FIRST_CONTACT,
    Counted.REOPENED: Counted.RESOLVED,
}
"""What is counted, and among which."""
LADDER = (Rung.DURABLE, Rung.CONFIRMED, Rung.ASSUMED, Rung.CONTAINED, Rung.PERSON, Rung.ABANDONED)
NEEDS = ("useful", "easy", "enjoyable")
_YEAR = timedelta(weeks=52)
_DAYS, _WEEKS = 31, 190
"""Periods up to so long are shown by the day, by the week, and longer ones by the month."""


class Against(StrEnum):
    """With which period one is compared."""

    PERIOD_BEFORE = ""
    YEAR_BEFORE = "year"


@dataclass(frozen=True)
class Row:
    """A set of conversations by its name, `among` another one, now and in the period before."""

    name: str
    among: str
    now: Rate
    before: Rate

    @property
    def change(self) -> Estimate | None:
        return change(self.now, self.before)


@dataclass(frozen=True)
class Times:
    """How long something took, now and before."""

    took: Took
    now: Durations
    before: Durations


@dataclass(frozen=True)
class Asked:
    """What customers said when asked, about one party's conversations."""

    by: By
    response: Rate
    csat: Rate
    ces: Estimate | None
    ces_easy: Rate
    needs: Mapping[str, Estimate | None]
    given: Mapping[str, Mapping[int, int]]


@dataclass(frozen=True)
class Bucket:
    """A day, week or month of the trend: all its conversations, and those that were helped."""

    first: date
    last: date
    helped: Rate


@dataclass(frozen=True)
class Report:
    """Of one cohort."""

    cohort: Cohort
    n: int
    n_before: int
    ladder: Sequence[Row]
    rates: Sequence[Row]
    reasons: Sequence[Row]
    times: Sequence[Times]
    asked: Sequence[Asked]
    trend: Sequence[Bucket]
    step: str


def report(
    store: FiguresStore, cohort: Cohort, *, against: Against = Against.PERIOD_BEFORE
) -> Report:
    """As the log tells it now, beside what it told of another period at the same age."""
    now, before = store.tally(cohort), store.tally(earlier(cohort, against))
    step = _step(cohort.until - cohort.since)
    return Report(
        cohort=cohort,
        n=now.counts[Counted.ALL],
        n_before=before.counts[Counted.ALL],
        ladder=[_row(rung, Counted.ALL, now.counts, before.counts) for rung in LADDER],
        rates=[_row(name, among, now.counts, before.counts) for name, among in RATES.items()],
        reasons=_reasons(now, before),
        times=[Times(took, now.durations[took], before.durations[took]) for took in Took],
        asked=[_asked(now, by) for by in By],
        trend=_trend(now, cohort, step),
        step=step,
    )


def earlier(cohort: Cohort, against: Against) -> Cohort:
    """The other period, at the same age."""
    return _EARLIER[against](cohort)


def period_before(cohort: Cohort) -> Cohort:
    """As long, and seen at the same age: the newest have had no time yet to last, or to come
    back."""
    length = cohort.until - cohort.since
    return replace(cohort, since=cohort.since - length, until=cohort.since, at=cohort.at - length)


def year_before(cohort: Cohort) -> Cohort:
    """52 weeks before, so that the weekdays are the same, and seen at the same age."""
    since, until, at = (each - _YEAR for each in (cohort.since, cohort.until, cohort.at))
    return replace(cohort, since=since, until=until, at=at)


_EARLIER: Mapping[Against, Callable[[Cohort], Cohort]] = {
    Against.PERIOD_BEFORE: period_before,
    Against.YEAR_BEFORE: year_before,
}


def as_json(found: Report) -> dict[str, Any]:
    """All of it as plain values; `estimate` is null where there is too little to tell."""
    cohort = found.cohort
    return {
        "since": cohort.since.isoformat(),
        "until": cohort.until.isoformat(),
        "locale": cohort.locale,
        "simulated": cohort.simulated,
        "conversations": found.n,
        "ladder": [_row_json(row) for row in found.ladder],
        "rates": [_row_json(row) for row in found.rates],
        "reasons": [_row_json(row) for row in found.reasons],
        "times": [{"name": each.took.value, **asdict(each.now)} for each in found.times],
        "asked": [_asked_json(each) for each in found.asked],
        "trend": [
            {"first": each.first.isoformat(), "last": each.last.isoformat(),
             "helped": _rate_json(each.helped)}
            for each in found.trend
        ],
    }  # fmt: skip


def _row_json(row: Row) -> dict[str, Any]:
    return {
        "name": row.name,
        "among": row.among,
        **_rate_json(row.now),
        "before": _rate_json(row.before),
        "change": row.change and asdict(row.change),
    }


def _rate_json(rate: Rate) -> dict[str, Any]:
    return {**asdict(rate), "estimate": rate.estimate and asdict(rate.estimate)}


def _asked_json(asked: Asked) -> dict[str, Any]:
    return {
        "by": asked.by.value,
        "response": _rate_json(asked.response),
        "csat": _rate_json(asked.csat),
        "ces": asked.ces and asdict(asked.ces),
        "ces_easy": _rate_json(asked.ces_easy),
        "needs": {need: found and asdict(found) for need, found in asked.needs.items()},
    }


def _row(name: str, among: str, now: Mapping[str, int], before: Mapping[str, int]) -> Row:
    rates = [Rate(counts[name], counts[among]) for counts in (now, before)]
    return Row(str(name), str(among), *rates)


def _reasons(now: Tally, before: Tally) -> list[Row]:
    every = [sum(tally.reasons.values()) for tally in (now, before)]
    return [
        Row(
            reason,
            Counted.HANDED.value,
            Rate(now.reasons.get(reason, 0), every[0]),
            Rate(before.reasons.get(reason, 0), every[1]),
        )
        for reason in dict.fromkeys([*now.reasons, *before.reasons])
    ]


def _asked(tally: Tally, by: By) -> Asked:
    given = tally.surveys[by]
    responded, shown = (tally.counts[surveyed(by, answered=each)] for each in (True, False))
    return Asked(
        by=by,
        response=Rate(responded, shown),
        csat=share_from(given["csat"], lowest=GOOD["csat"]),
        ces=mean(given["ces"], scale=(1, 7)),
        ces_easy=share_from(given["ces"], lowest=GOOD["ces"]),
        needs={need: mean(given[need], scale=(1, 5)) for need in NEEDS},
        given=given,
    )


def _step(length: timedelta) -> str:
    if length.days <= _DAYS:
        return "day"
    return "week" if length.days <= _WEEKS else "month"


def _trend(tally: Tally, cohort: Cohort, step: str) -> list[Bucket]:
    """Every day, week or month of the period, also those without a conversation."""
    counts: dict[date, Counter[str]] = {}
    for day, found in tally.by_day.items():
        counts.setdefault(_first_of(date.fromisoformat(day), step), Counter()).update(found)
    begin, end = cohort.since.date(), cohort.until.date() - timedelta(days=1)
    firsts = dict.fromkeys(
        _first_of(begin + timedelta(days=n), step) for n in range((end - begin).days + 1)
    )
    buckets = []
    for first, following in zip(firsts, [*list(firsts)[1:], end + timedelta(days=1)], strict=True):
        found = counts.get(first, Counter())
        helped = Rate(found[Counted.HELPED], found[Counted.ALL])
        buckets.append(Bucket(max(first, begin), following - timedelta(days=1), helped))
    return buckets


def _first_of(day: date, step: str) -> date:
    if step == "week":
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if step == "month" else day
