"""The dashboard's figures, put together from two tallies."""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from assistant.insights.rates import Rate
from assistant.insights.report import Against, as_json, report
from assistant.insights.tables import report_table
from assistant.insights.weekly import weekly
from assistant.ports.figures import By, Cohort, Durations, Tally, Took
from assistant.support.weekly_mail import Telling

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

    def facts(self, cohort: Cohort) -> list[Any]:
        return []

    def first_questions(self, _: Any) -> dict[str, Any]:
        return {}

    def simulated_conversations(self) -> int:
        return 0


def tally(
    by_day: dict[str, dict[str, int]] | None = None,
    *,
    csat: dict[int, int] | None = None,
    ces: dict[int, int] | None = None,
    timed: int = 0,
) -> Tally:
    by_day = by_day or {}
    counts: Counter[str] = Counter()
    for found in by_day.values():
        counts.update(found)
    given: dict[str, dict[int, int]] = {
        field: {} for field in ("csat", "ces", "nps", "useful", "easy", "enjoyable")
    }
    surveys = {By.ASSISTANT: given | {"csat": csat or {}, "ces": ces or {}}, By.PEOPLE: given}
    durations = {took: Durations(timed, 60.0, 90.0) for took in Took}
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


def test_ratings_have_a_trend_of_each_party_with_how_many_there_were() -> None:
    days = {
        "2026-03-21": {"given_csat_assistant": 12, "good_csat_assistant": 3},
        "2026-03-22": {"given_csat_people": 9, "good_csat_people": 9},
    }
    found = report(Log(on_03_21=tally(days)), cohort(10))
    first, second, *_ = found.trend
    assert first.csat == {By.ASSISTANT: Rate(3, 12), By.PEOPLE: Rate(0, 0)}
    assert second.csat[By.PEOPLE] == Rate(9, 9)
    # Nine ratings are no dot.
    assert found.drawn == [By.ASSISTANT]
    rows = {(row["section"], row["name"]): row for row in report_table(found).as_json()}
    rated = rows["trend_csat_assistant", "2026-03-21"]
    assert (rated["count"], rated["n"], rated["share"]) == (3, 12, 0.25)
    assert as_json(found)["trend"][1]["csat"]["people"]["n"] == 9


def test_what_was_asked_is_shown_apart_for_assistant_and_people() -> None:
    surveys = {"responded_assistant": 12, "surveyed_assistant": 15}
    log = Log(on_03_21=tally({"2026-03-21": surveys}, csat={1: 3, 4: 4, 5: 5}))
    assistant, people = report(log, cohort(10)).asked
    assert (assistant.csat.now, people.csat.now) == (Rate(9, 12), Rate(0, 0))
    assert assistant.response.now == Rate(12, 15)


def fallen() -> Log:
    """CSAT and CES of the assistant's conversations, and how many of them were rated."""
    now = {"responded_assistant": 40, "surveyed_assistant": 200}
    before = {"responded_assistant": 100, "surveyed_assistant": 100}
    return Log(
        on_03_21=tally({"2026-03-21": now}, csat={1: 30, 5: 10}, ces={1: 35, 7: 5}),
        on_03_11=tally({"2026-03-11": before}, csat={1: 10, 5: 90}, ces={1: 5, 7: 95}),
    )


def test_what_was_asked_stands_beside_the_period_before_as_rates_do() -> None:
    found = report(fallen(), cohort(10))
    assistant, people = found.asked
    shares = (assistant.response, assistant.csat, assistant.ces_easy)
    assert [row.before for row in shares] == [Rate(100, 100), Rate(90, 100), Rate(95, 100)]
    assert all(row.change and row.change.high < 0 for row in shares)
    assert people.csat.change is None
    rows = {(row["section"], row["name"]): row for row in report_table(found).as_json()}
    csat = rows["asked_assistant", "csat"]
    assert (csat["count_before"], csat["n_before"]) == (90, 100)
    assert csat["change"] == pytest.approx(0.25 - 0.9)
    told = as_json(found)["asked"][0]
    assert (told["csat"]["before"]["count"], told["csat"]["change"]["n"]) == (90, 40)
    assert told["ces_easy"]["change"]["high"] < 0


def test_what_was_asked_is_compared_with_the_year_before_where_that_is_chosen() -> None:
    log = Log(
        on_03_21=tally(csat={1: 30}), on_03_11=tally(csat={1: 30}), on_03_22=tally(csat={5: 30})
    )
    assistant, _ = report(log, cohort(10), against=Against.YEAR_BEFORE).asked
    assert assistant.csat.before == Rate(30, 30)


@pytest.mark.parametrize(
    ("locale", "csat"), [("en", "CSAT · The assistant alone"), ("fr", "CSAT · L’assistant seul")]
)
def test_a_week_in_which_ratings_fell_says_so_though_nothing_else_did(
    locale: str, csat: str
) -> None:
    found = weekly(fallen(), cohort(10), locale=locale)
    assert [row.name for row in found.changed] == ["good_ces_assistant", "good_csat_assistant"]
    assert [row.among for row in found.changed] == ["given_ces_assistant", "given_csat_assistant"]
    told = Telling(locale).sections(found)
    (line,) = {line for lines in told.values() for line in lines if line.name == csat}
    assert line.told.startswith("10 / 40 · 25")
    assert line.change.startswith("-65 points (-7")


@pytest.mark.parametrize(("n", "median"), [(9, None), (10, 60.0)])
def test_below_ten_no_time_is_told_wherever_it_is_read(n: int, median: float | None) -> None:
    found = report(Log(on_03_21=tally(timed=n)), cohort(10))
    assert {(each.now.n, each.now.median) for each in found.times} == {(n, median)}
    rows = [row for row in report_table(found).as_json() if row["section"] == "times"]
    assert {(row["n"], row["median_s"]) for row in rows} == {(n, median)}
    assert {each["median"] for each in as_json(found)["times"]} == {median}
