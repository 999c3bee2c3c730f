"""The dashboard's figures, put together from two tallies."""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from assistant.insights.rates import Rate
from assistant.insights.report import Against, as_json, report
from assistant.ports.figures import By, Cohort, Durations, Tally, Took

END = datetime(2026, 3, 31, tzinfo=UTC)


class Log:
    """Tallies by the day that a cohort begins on; nothing where none is told."""

    def __init__(self, **tallies: Tally) -> None:
        self._tallies = tallies
        self.asked: list[Cohort] = []

    def tally(self, cohort: Cohort) -> Tally:
        self.asked.append(cohort)
        return self._tallies.get(f"on_{cohort.since:%m_%d}", tally())

    def counted(self, *_: Any, **__: Any) -> list[Any]:
        return []

    def simulated_conversations(self) -> int:
        return 0


def tally(
    by_day: dict[str, dict[str, int]] | None = None, *, csat: dict[int, int] | None = None
) -> Tally:
    by_day = by_day or {}
    counts: Counter[str] = Counter()
    for found in by_day.values():
        counts.update(found)
    given: dict[str, dict[int, int]] = {
        field: {} for field in ("csat", "ces", "nps", "useful", "easy", "enjoyable")
    }
    surveys = {By.ASSISTANT: given | {"csat": csat or {}}, By.PEOPLE: given}
    durations = {took: Durations(0, None, None) for took in Took}
    return Tally(counts, by_day, {"failure": counts["handed"]}, durations, surveys)


def cohort(days: int) -> Cohort:
    return Cohort(END - timedelta(days=days), END, END, locale="fr")


def test_a_year_before_has_the_same_weekdays_and_the_same_age() -> None:
    log = Log()
    report(log, cohort(10), against=Against.YEAR_BEFORE)
    now, before = log.asked
    assert {now.since - before.since, now.until - before.until, now.at - before.at} == {
        timedelta(weeks=52)
    }
    assert before.since.weekday() == now.since.weekday()


def test_the_period_before_is_as_long_and_ends_where_this_one_begins() -> None:
    log = Log()
    report(log, cohort(10))
    now, before = log.asked
    assert (before.since, before.until) == (now.since - timedelta(days=10), now.since)
    assert before.locale == "fr"
    # It is seen at the same age.
    assert now.at - before.at == timedelta(days=10)


def test_rates_stand_beside_those_before() -> None:
    log = Log(
        on_03_21=tally({"2026-03-21": {"all": 100, "handed": 40}}),
        on_03_11=tally({"2026-03-11": {"all": 100, "handed": 10}}),
    )
    found = report(log, cohort(10))
    row = next(row for row in found.rates if row.name == "handed")
    assert (row.now, row.before) == (Rate(40, 100), Rate(10, 100))
    assert row.change is not None
    assert row.change.excludes_zero
    assert [reason.now for reason in found.reasons] == [Rate(40, 40)]


def test_all_of_it_is_plain_json_with_its_intervals() -> None:
    log = Log(
        on_03_21=tally({"2026-03-21": {"all": 100, "handed": 40}}, csat={5: 30}),
        on_03_11=tally({"2026-03-11": {"all": 100, "handed": 10}}),
    )
    told = json.loads(json.dumps(as_json(report(log, cohort(10)))))
    handed = next(row for row in told["rates"] if row["name"] == "handed")
    assert (handed["count"], handed["n"], handed["before"]["count"]) == (40, 100, 10)
    assert 0.3 < handed["estimate"]["low"] < 0.4 < handed["estimate"]["high"] < 0.5
    assert handed["change"]["low"] > 0
    assert told["asked"][0]["csat"]["estimate"]["value"] == 1
    assert told["asked"][1]["csat"]["estimate"] is None
    assert len(told["trend"]) == 10


def test_every_rung_is_shown_also_an_empty_one() -> None:
    found = report(Log(), cohort(10))
    assert [row.now for row in found.ladder] == [Rate(0, 0)] * 6
    assert found.n == 0


@pytest.mark.parametrize(
    ("days", "step", "buckets"),
    [(10, "day", 10), (31, "day", 31), (60, "week", 10), (365, "month", 13)],
)
def test_the_trend_has_no_gaps(days: int, step: str, buckets: int) -> None:
    found = report(Log(), cohort(days))
    assert (found.step, len(found.trend)) == (step, buckets)
    assert found.trend[0].first == (END - timedelta(days=days)).date()
    assert found.trend[-1].last == date(2026, 3, 30)
    for one, other in zip(found.trend, found.trend[1:], strict=False):
        assert one.last + timedelta(days=1) == other.first


def test_each_day_falls_into_its_week() -> None:
    days = {"2026-03-01": {"all": 3, "helped": 1}, "2026-03-02": {"all": 5, "helped": 5}}
    found = report(Log(on_02_14=tally(days)), cohort(45))
    weeks = {bucket.last: bucket.helped for bucket in found.trend if bucket.helped.n}
    assert weeks == {date(2026, 3, 1): Rate(1, 3), date(2026, 3, 8): Rate(5, 5)}


def test_what_was_asked_is_shown_apart_for_assistant_and_people() -> None:
    surveys = {"responded_assistant": 12, "surveyed_assistant": 15}
    log = Log(on_03_21=tally({"2026-03-21": surveys}, csat={1: 3, 4: 4, 5: 5}))
    assistant, people = report(log, cohort(10)).asked
    assert (assistant.csat, people.csat) == (Rate(9, 12), Rate(0, 0))
    assert assistant.response == Rate(12, 15)
