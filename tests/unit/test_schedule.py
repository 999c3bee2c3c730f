"""Opening hours, holidays, and what follows for a promise."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.domain.conversation import Priority
from assistant.domain.schedule import Hours, ServiceLevels, Targets, within_hours

PARIS = ZoneInfo("Europe/Paris")
WEEK = Hours(
    zone="Europe/Paris",
    weekdays={
        **{day: ((time(9), time(12)), (time(14), time(18))) for day in range(4)},
        4: ((time(9), time(12)),),
    },
    holidays=frozenset({date(2026, 5, 1)}),
)
ALWAYS = Hours()
HOUR = timedelta(hours=1)


def at(day: int, hour: int, minute: int = 0, *, month: int = 3) -> datetime:
    """In Paris, in 2026; 2 March is a Monday."""
    return datetime(2026, month, day, hour, minute, tzinfo=PARIS)


@pytest.mark.parametrize(
    ("moment", "opens"),
    [
        (at(2, 10), at(2, 10)),
        (at(2, 12), at(2, 14)),
        (at(2, 20), at(3, 9)),
        (at(6, 12), at(9, 9)),
        (at(30, 19, month=4), at(4, 9, month=5)),
    ],
)
def test_when_it_opens(moment: datetime, opens: datetime) -> None:
    assert WEEK.opens(moment) == opens
    assert WEEK.is_open(moment) == (opens == moment)


@pytest.mark.parametrize(
    ("moment", "hours", "due"),
    [
        (at(2, 10), 1, at(2, 11)),
        (at(2, 11), 2, at(2, 15)),
        (at(2, 22), 1, at(3, 10)),
        (at(6, 11), 2, at(9, 10)),
        (at(30, 17, month=4), 2, at(4, 10, month=5)),
    ],
)
def test_a_promise_counts_opening_hours_only(moment: datetime, hours: int, due: datetime) -> None:
    assert WEEK.after(moment, hours * HOUR) == due
    assert WEEK.between(moment, due) == hours * HOUR


def test_the_hour_that_summer_takes_is_not_counted() -> None:
    night = Hours(zone="Europe/Paris", weekdays={6: ((time(0), time(0)),)})
    sunday = at(29, 0)
    assert night.between(sunday, sunday + timedelta(days=2)) == 23 * HOUR
    assert night.after(sunday, 3 * HOUR) == datetime(2026, 3, 29, 4, tzinfo=PARIS)


def test_without_hours_somebody_is_always_there() -> None:
    moment = datetime(2026, 1, 1, 3, tzinfo=UTC)
    assert ALWAYS.is_open(moment)
    assert ALWAYS.after(moment, 30 * HOUR) == moment + 30 * HOUR


def test_a_calendar_of_nothing_but_holidays_promises_nothing() -> None:
    first = date(2026, 3, 1)
    never = Hours(
        weekdays={0: ((time(9), time(10)),)},
        holidays=frozenset(first + timedelta(days=n) for n in range(-5, 420)),
    )
    assert never.opens(at(2, 9)) is None
    assert never.after(at(2, 9), HOUR) is None


@given(st.integers(0, 400 * 60), st.integers(1, 60 * 100))
def test_a_promise_is_kept_exactly_when_its_time_has_passed(minutes: int, worked: int) -> None:
    start = at(2, 0) + timedelta(minutes=minutes)
    due = WEEK.after(start, timedelta(minutes=worked))
    assert due is not None
    assert WEEK.between(start, due) == timedelta(minutes=worked)
    assert WEEK.between(start, due - timedelta(seconds=1)) < timedelta(minutes=worked)


def test_what_matters_more_is_promised_sooner() -> None:
    levels = ServiceLevels(
        hours=WEEK,
        targets={Priority.NORMAL: Targets(240, 120), Priority.URGENT: Targets(30, 15)},
    )
    monday = at(2, 9)
    assert levels.due(monday, priority=Priority.NORMAL, first=True) == at(2, 15)
    assert levels.due(monday, priority=Priority.NORMAL, first=False) == at(2, 11)
    assert levels.due(monday, priority=Priority.URGENT, first=True) == at(2, 9, 30)
    assert levels.due(monday, priority=Priority.HIGH, first=True) == at(2, 15)
    assert ServiceLevels().due(monday, priority=Priority.NORMAL, first=True) is None
    assert within_hours(2).due(monday, priority=Priority.URGENT, first=True) == at(2, 11)


def test_an_opening_in_the_hour_that_summer_takes_is_none() -> None:
    night = Hours(zone="Europe/Paris", weekdays={6: ((time(2, 30), time(3)), (time(9), time(12)))})
    before = at(29, 1)
    assert night.opens(before) == at(29, 9)
    assert night.after(before, HOUR) == at(29, 10)
    assert night.between(before, at(29, 13)) == 3 * HOUR
