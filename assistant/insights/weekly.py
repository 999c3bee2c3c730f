"""The report of one week: what is on the dashboard, and what was asked about most. Weeks begin on
Monday, and are UTC like every day of the figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Protocol

from assistant.insights.report import Report, Row, period_before, report
from assistant.insights.theme_names import names_of
from assistant.insights.themes import ThemeFigures, ThemeName, ranked
from assistant.ports.digests import DigestStore
from assistant.ports.figures import Cohort, FiguresStore

WEEK = timedelta(days=7)
THEMES = 5
"""So many are named."""


class WeeklyStore(FiguresStore, DigestStore, Protocol):
    """What the report is read from."""


@dataclass(frozen=True)
class Weekly:
    """`changed`: what rose or fell since the week before, beyond doubt; most first."""

    monday: date
    report: Report
    changed: Sequence[Row]
    themes: Sequence[ThemeFigures]
    names: Mapping[str, ThemeName]

    @property
    def sunday(self) -> date:
        """Its last day."""
        return self.monday + WEEK - timedelta(days=1)


def weekly(store: WeeklyStore, cohort: Cohort, *, locale: str) -> Weekly:
    """Of the conversations of a week, all or some of them; `locale`: in which themes are named."""
    found = report(store, cohort)
    facts = store.facts(cohort)
    themes = ranked(facts, store.facts(period_before(cohort))).themes[:THEMES]
    scores = [row for asked in found.asked for row in asked.scores]
    rows = [*found.ladder, *found.rates, *scores]
    return Weekly(
        monday=cohort.since.date(),
        report=found,
        changed=sorted(filter(_has_changed, rows), key=_how_much, reverse=True),
        themes=themes,
        names=names_of(store, facts, [theme.id for theme in themes], locale=locale),
    )


def week_of(day: date, *, now: datetime) -> Cohort:
    """All conversations of the week that has this day, as they stand now."""
    since = datetime.combine(monday_of(day), time(), UTC)
    return Cohort(since, since + WEEK, now)


def monday_of(day: date) -> date:
    """Of the week that has this day."""
    return day - timedelta(days=day.weekday())


def last_week(now: datetime) -> date:
    """The Monday of the last week that is over."""
    return monday_of(now.astimezone(UTC).date()) - WEEK


def _has_changed(row: Row) -> bool:
    return row.change is not None and row.change.excludes_zero


def _how_much(row: Row) -> float:
    return abs(row.change.value) if row.change else 0.0
