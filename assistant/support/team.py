"""How the team works, as a lead sets it in the console: opening hours, holidays, promised times.

What is not set is the operator's promise (`ASSISTANT_REPLY_HOURS`), at any hour.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import chain
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from assistant.case_ports import CaseStore
from assistant.domain.conversation import Priority
from assistant.domain.schedule import Hours, Kept, ServiceLevels, Targets, within_hours
from assistant.errors import Refused
from assistant.ports import Clock, Deed, Person

SETTING = "service_levels"
WEEKDAYS = range(7)
LONGEST_MINUTES = 60 * 24 * 60
LOOKS_BACK = timedelta(days=30)
_FRESH = timedelta(seconds=5)
"""Another process may have changed it: what was read is believed for so long."""
_SPAN = re.compile(r"(\d{1,2}):(\d{2})\s*[-–]\s*(\d{1,2}):(\d{2})")


@dataclass(frozen=True)
class Form:
    """What a lead types. `days`: weekday → "09:00-12:00, 14:00-18:00"; `minutes`: priority → first
    and next reply; `resolutions`: priority → until it is to be over, where that is promised."""

    zone: str
    days: Mapping[int, str]
    holidays: str
    minutes: Mapping[Priority, tuple[int, int]]
    resolutions: Mapping[Priority, int] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """As it is stored."""
        return {
            "zone": self.zone,
            "days": {str(day): text for day, text in self.days.items()},
            "holidays": self.holidays,
            "minutes": {str(int(level)): list(pair) for level, pair in self.minutes.items()},
            "resolutions": {str(int(level)): each for level, each in self.resolutions.items()},
        }

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> Form:
        """As it was stored."""
        return cls(
            zone=stored["zone"],
            days={int(day): text for day, text in stored["days"].items()},
            holidays=stored["holidays"],
            minutes={Priority(int(p)): (m[0], m[1]) for p, m in stored["minutes"].items()},
            resolutions={
                Priority(int(p)): each for p, each in stored.get("resolutions", {}).items()
            },
        )

    def levels(self) -> ServiceLevels:
        """Refused where something in it is no time, day or zone; the message says which."""
        try:
            ZoneInfo(self.zone)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise Refused(
                f"There is no time zone {self.zone!r}; write it like Europe/Paris."
            ) from None
        weekdays = {day: _spans(text) for day, text in self.days.items()}
        days = frozenset(_day(line) for line in self.holidays.split())
        hours = Hours(self.zone, weekdays, days)
        promised = [*chain(*self.minutes.values()), *self.resolutions.values()]
        if not all(0 < minutes <= LONGEST_MINUTES for minutes in promised):
            raise Refused(f"A promise is 1 to {LONGEST_MINUTES} minutes long.")
        targets = {
            level: Targets(*pair, self.resolutions.get(level))
            for level, pair in self.minutes.items()
        }
        return ServiceLevels(hours, targets)


class Team:
    """Thread-safe."""

    def __init__(self, store: CaseStore, *, reply_hours: int, now: Clock) -> None:
        self._store, self._reply_hours, self._now = store, reply_hours, now
        self._lock = threading.Lock()
        self._read: tuple[datetime, ServiceLevels] | None = None

    def levels(self) -> ServiceLevels:
        """What is promised now."""
        at = self._now()
        with self._lock:
            if self._read is None or not timedelta() <= at - self._read[0] < _FRESH:
                stored = self._store.team_setting(SETTING)
                levels = Form.of(stored).levels() if stored else within_hours(self._reply_hours)
                self._read = (at, levels)
            return self._read[1]

    def form(self) -> Form:
        """What is set, or what holds while nothing is."""
        stored = self._store.team_setting(SETTING)
        if stored:
            return Form.of(stored)
        minutes = self._reply_hours * 60
        return Form(
            "UTC", dict.fromkeys(WEEKDAYS, ""), "", dict.fromkeys(Priority, (minutes, minutes))
        )

    def kept(self) -> Mapping[Priority, Kept]:
        """How promises of the last weeks were kept."""
        at = self._now()
        return self._store.promises_kept(since=at - LOOKS_BACK, now=at)

    def save(self, form: Form, *, by: Person) -> None:
        """Refused where it makes no sense; conversations that wait already keep their promise."""
        form.levels()
        deed = Deed(self._now(), by.id, "team_changed", SETTING, {})
        self._store.set_team_setting(SETTING, form.as_json(), deed=deed)
        with self._lock:
            self._read = None


def _spans(text: str) -> tuple[tuple[time, time], ...]:
    if not text.strip():
        return ()
    return tuple(_span(part.strip()) for part in text.split(","))


def _span(text: str) -> tuple[time, time]:
    match = _SPAN.fullmatch(text)
    try:
        if match is None:
            raise ValueError
        opens, closes = time(int(match[1]), int(match[2])), _closing(int(match[3]), int(match[4]))
        if closes != time(0) and closes <= opens:
            raise ValueError
    except ValueError:
        raise Refused(f"{text[:40]!r} are no hours; write them like 09:00-18:00.") from None
    return opens, closes


def _closing(hour: int, minute: int) -> time:
    return time(0) if (hour, minute) == (24, 0) else time(hour, minute)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Refused(f"{text[:40]!r} is no day; write it like 2026-12-25.") from None
