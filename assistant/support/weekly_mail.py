"""The weekly report by mail: to whom it goes and when, and what it says. Once a week to each,
whoever restarts and however many processes there are: its id names the week and the person."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from assistant.answering.wordings import spoken
from assistant.case_ports import WholeStore
from assistant.dates import shown_day
from assistant.domain.delivery import Channel, Delivery, delivery_id
from assistant.insights.rates import Rate
from assistant.insights.report import Row
from assistant.insights.weekly import WEEK, Weekly, last_week, week_of, weekly
from assistant.ports import Clock
from assistant.ports.deliveries import Notice
from assistant.resources import shipped
from assistant.support.letters import Content, mail_words, rendered
from assistant.support.notifying import who_wants

HOUR = 7
"""On Monday, in the team's time zone."""
_LOOKED = timedelta(minutes=1)


@dataclass(frozen=True)
class Line:
    """Of the report: `share`, from 0 to 1, is drawn as a bar; None: no bar."""

    name: str
    told: str
    change: str = ""
    share: float | None = None


class WeeklyMails:
    """One `round` is cheap, and harmless in several processes at once."""

    def __init__(
        self, store: WholeStore, *, writes: bool, base: str, zone: Callable[[], str], now: Clock
    ) -> None:
        """`writes`: whether mails can be sent at all; `base`: where the console is."""
        self._store, self._writes = store, writes
        self._base, self._zone, self._now = base.rstrip("/"), zone, now
        self._looked: datetime | None = None

    def round(self) -> int:
        """Plan what is due; how many mails that were. Who has theirs gets no second one."""
        now = self._now()
        if not self._writes or (self._looked and now - self._looked < _LOOKED):
            return 0
        self._looked = now
        if now < self._due(now):
            return 0
        monday = last_week(now)
        planned = [
            Delivery(
                delivery_id(Notice.WEEKLY.value, person.id, monday.isoformat()),
                Channel.MAIL,
                Notice.WEEKLY.value,
                person.email,
                now,
                choice.locale,
                {"week": monday.isoformat()},
                next_at=now,
            )
            for person, choice in who_wants(self._store, Notice.WEEKLY)
        ]
        if planned:
            self._store.add_deliveries(planned)
        return len(planned)

    def content(self, delivery: Delivery) -> Content:
        """The figures as they stand now, in the reader's language."""
        monday = date.fromisoformat(delivery.payload["week"])
        found = weekly(
            self._store, week_of(monday, now=self._now()), locale=spoken(delivery.locale)
        )
        words, telling = mail_words(Notice.WEEKLY.value, delivery.locale), Telling(delivery.locale)
        sections = telling.sections(found)
        days = {"since": found.monday, "until": found.sunday}
        named = {name: shown_day(day, delivery.locale) for name, day in days.items()}
        text = "\n\n".join(
            "\n".join([f"{title}:", *(f"- {_told(line)}" for line in lines)])
            for title, lines in sections.items()
        )
        return Content(
            subject=words["subject"].format(**named, count=found.report.n),
            intro=words["intro"].format(**named),
            body=text,
            html=rendered("weekly.html", sections=sections, note=words["note"]),
            button=words["button"],
            link=f"{self._base}/console/insights/weekly?week={monday.isoformat()}",
            outro=words["outro"].format(account=f"{self._base}/console/account"),
        )

    def _due(self, now: datetime) -> datetime:
        """This week's Monday morning; the week before is over in UTC too by then."""
        monday = last_week(now) + WEEK
        over = datetime.combine(monday, time(), UTC)
        return max(over, datetime.combine(monday, time(HOUR), ZoneInfo(self._zone())))


class Telling:
    """The report in words, one line a number."""

    def __init__(self, locale: str) -> None:
        self._w = _insights(spoken(locale))
        self._mail = mail_words(Notice.WEEKLY.value, locale)

    def sections(self, found: Weekly) -> dict[str, list[Line]]:
        """By title; those with nothing to tell are left out."""
        w, report = self._w, found.report
        all_of_them = Line(
            w["conversations_short"],
            str(report.n),
            self._mail["before"].format(count=report.n_before),
        )
        ladder = [self._row(row, w["rungs"]) for row in report.ladder]
        sections = {
            w["ladder"]: [all_of_them, *ladder],
            w["rates_title"]: [self._row(row, w["rates"]) for row in report.rates],
            self._mail["changed"]: [
                self._row(row, {**w["rungs"], **w["rates"], **w["asked_rates"]})
                for row in found.changed
            ],
            w["asked"]: [
                self._row(row, w["asked_rates"]) for row in report.asked_rates if row.now.n
            ],
            w["themes"]: [
                Line(self._theme(found, theme.id), str(theme.of_all.count), "",
                     theme.of_all.count / theme.of_all.n)
                for theme in found.themes
            ],
        }  # fmt: skip
        return {title: lines for title, lines in sections.items() if lines}

    def _row(self, row: Row, names: Mapping[str, Mapping[str, str]]) -> Line:
        found = row.now.estimate
        share = found.value if found else None
        return Line(names[row.name]["name"], self._rate(row.now), self._change(row), share)

    def _rate(self, rate: Rate) -> str:
        counted = f"{rate.count} / {rate.n}"
        if rate.estimate is None:
            return f"{counted} ({self._w['too_few']})" if rate.n else counted
        found = rate.estimate
        share = self._w["percent"].format(number=round(found.value * 100))
        between = self._w["interval"].format(
            low=round(found.low * 100), high=round(found.high * 100)
        )
        return f"{counted} · {share} ({between})"

    def _change(self, row: Row) -> str:
        if row.change is None:
            return ""
        if not row.change.excludes_zero:
            return str(self._w["no_change"])
        low, value, high = (
            f"{round(each * 100):+d}"
            for each in (row.change.low, row.change.value, row.change.high)
        )
        between = self._w["change_interval"].format(low=low, high=high)
        return f"{self._w['points'].format(number=value)} {between}"

    def _theme(self, found: Weekly, theme_id: str) -> str:
        name = found.names.get(theme_id)
        if name is None:
            return str(self._w["theme_unknown"])
        return ", ".join(name.terms) or name.question


def _told(line: Line) -> str:
    return f"{line.name}: {line.told}" + (f" · {line.change}" if line.change else "")


@lru_cache(maxsize=4)
def _insights(locale: str) -> Mapping[str, Any]:
    """The wordings of the console's pages: a number is called the same everywhere."""
    text = (shipped("web") / "locales" / f"insights.{locale}.json").read_text(encoding="utf-8")
    loaded: dict[str, Any] = json.loads(text)
    return loaded
