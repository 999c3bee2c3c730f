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

from assistant.insights.rates import FEWEST, Estimate, Rate, change, mean, share_from
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
    answers,
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
SCALES: Mapping[str, tuple[int, int]] = {"ces": (1, 7), **dict.fromkeys(NEEDS, (1, 5))}
"""Of what is told as a mean."""
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
    """How long something took, now and before; of too few it is told how many alone."""

    took: Took
    now: Durations
    before: Durations


@dataclass(frozen=True)
class Asked:
    """What customers said when asked, about one party's conversations: shares beside the period
    before, means and what was `given` of this one alone."""

    by: By
    response: Row
    csat: Row
    ces_easy: Row
    means: Mapping[str, Estimate | None]
    given: Mapping[str, Mapping[int, int]]

    @property
    def scores(self) -> tuple[Row, Row]:
        """How it was rated, without how many rated it."""
        return self.csat, self.ces_easy


@dataclass(frozen=True)
class Bucket:
    """A day, week or month of the trend: all its conversations, and those that were helped; of
    each party's that were rated, those that were rated well."""

    first: date
    last: date
    helped: Rate
    csat: Mapping[By, Rate]


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

    @property
    def asked_rates(self) -> list[Row]:
        """All shares of what was asked, both parties' side by side."""
        of_each = [(each.response, *each.scores) for each in self.asked]
        return [row for rows in zip(*of_each, strict=True) for row in rows]

    @property
    def drawn(self) -> list[By]:
        """The parties whose ratings are enough for a dot of the trend anywhere."""
        return [by for by in By if any(bucket.csat[by].estimate for bucket in self.trend)]


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
        times=[_times(took, now, before) for took in Took],
        asked=[_asked(now, before, by) for by in By],
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
             "helped": _rate_json(each.helped),
             "csat": {by.value: _rate_json(rate) for by, rate in each.csat.items()}}
            for each in found.trend
        ],
    }  # fmt: skip


def _row_json(row: Row) -> dict[str, Any]:
    return {"name": row.name, "among": row.among, **_compared_json(row)}


def _compared_json(row: Row) -> dict[str, Any]:
    return {
        **_rate_json(row.now),
        "before": _rate_json(row.before),
        "change": row.change and asdict(row.change),
    }


def _rate_json(rate: Rate) -> dict[str, Any]:
    return {**asdict(rate), "estimate": rate.estimate and asdict(rate.estimate)}


def _asked_json(asked: Asked) -> dict[str, Any]:
    means = {field: found and asdict(found) for field, found in asked.means.items()}
    return {
        "by": asked.by.value,
        "response": _compared_json(asked.response),
        "csat": _compared_json(asked.csat),
        "ces": means["ces"],
        "ces_easy": _compared_json(asked.ces_easy),
        "needs": {need: means[need] for need in NEEDS},
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


def _times(took: Took, now: Tally, before: Tally) -> Times:
    found = (tally.durations[took] for tally in (now, before))
    return Times(
        took, *(each if each.n >= FEWEST else Durations(each.n, None, None) for each in found)
    )


def _asked(now: Tally, before: Tally, by: By) -> Asked:
    given = now.surveys[by]
    responded, shown = (surveyed(by, answered=each) for each in (True, False))
    return Asked(
        by=by,
        response=_row(responded, shown, now.counts, before.counts),
        csat=_good("csat", by, now, before),
        ces_easy=_good("ces", by, now, before),
        means={field: mean(given[field], scale=scale) for field, scale in SCALES.items()},
        given=given,
    )


def _good(field: str, by: By, now: Tally, before: Tally) -> Row:
    """The good ones of the answers."""
    given = (tally.surveys[by][field] for tally in (now, before))
    shares = (share_from(each, lowest=GOOD[field]) for each in given)
    return Row(answers(field, by, good=True), answers(field, by), *shares)


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
        csat = {
            by: Rate(found[answers("csat", by, good=True)], found[answers("csat", by)]) for by in By
        }
        buckets.append(Bucket(max(first, begin), following - timedelta(days=1), helped, csat))
    return buckets


def _first_of(day: date, step: str) -> date:
    if step == "week":
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if step == "month" else day
