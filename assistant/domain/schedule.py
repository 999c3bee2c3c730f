"""When the team is there, and by when an answer is promised: opening hours with holidays. Pure.

All moments that come and go are aware; opening hours are in the team's own time zone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from assistant.domain.conversation import Priority

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
MIDNIGHT = time(0)
_FARTHEST_DAYS = 400
"""Beyond this nobody opens any more: a calendar of nothing but holidays."""


@dataclass(frozen=True)
class Hours:
    """Opening hours by weekday, Monday 0, as (from, to); `to` MIDNIGHT is the day's end.

    No hours at all means that somebody is always there.
    """

    zone: str = "UTC"
    weekdays: Mapping[int, tuple[tuple[time, time], ...]] = field(default_factory=dict)
    holidays: frozenset[date] = frozenset()

    def is_open(self, at: datetime) -> bool:
        """Whether somebody is there."""
        return self.opens(at) == at

    def opens(self, at: datetime) -> datetime | None:
        """The moment itself while open, else when it opens next; None where it never does."""
        return next((max(start, at) for start, _ in self._spans(at)), None)

    def after(self, at: datetime, worked: timedelta) -> datetime | None:
        """The moment by which so much time has passed while open; None where it never has."""
        left, at = worked, at.astimezone(UTC)
        for start, end in self._spans(at):
            begin = max(start, at)
            if begin + left <= end:
                return begin + left
            left -= end - begin
        return None

    def between(self, start: datetime, end: datetime) -> timedelta:
        """How much of the time between was open."""
        total, start = timedelta(), start.astimezone(UTC)
        for opened, closed in self._spans(start):
            if opened >= end:
                break
            total += min(closed, end) - max(opened, start)
        return total

    def _spans(self, at: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Open spans that end after the moment, in order."""
        if not any(self.weekdays.values()):
            yield at, at + _FARTHEST_DAYS * DAY
            return
        zone = ZoneInfo(self.zone)
        today = at.astimezone(zone).date()
        for days in range(-1, _FARTHEST_DAYS):
            day = today + days * DAY
            for opening, closing in () if day in self.holidays else self._of(day):
                last = day + DAY if closing == MIDNIGHT else day
                # In UTC: a difference of local times forgets the hour that summer takes.
                start = datetime.combine(day, opening, zone).astimezone(UTC)
                end = datetime.combine(last, closing, zone).astimezone(UTC)
                # Of an opening within that hour nothing is left.
                if end > max(start, at):
                    yield start, end

    def _of(self, day: date) -> tuple[tuple[time, time], ...]:
        return tuple(sorted(self.weekdays.get(day.weekday(), ())))


@dataclass(frozen=True)
class Targets:
    """Promised times, in minutes of opening hours."""

    first_reply: int
    next_reply: int
    resolution: int | None = None
    """None: nothing is promised."""


@dataclass(frozen=True)
class Kept:
    """Of promises whose outcome is known, how many broke: of a first reply, of a resolution."""

    replies: int = 0
    late_replies: int = 0
    resolutions: int = 0
    late_resolutions: int = 0


@dataclass(frozen=True)
class ServiceLevels:
    """What the team promises, by priority, and when it is there."""

    hours: Hours = Hours()
    targets: Mapping[Priority, Targets] = field(default_factory=dict)

    def due(self, at: datetime, *, priority: Priority, first: bool) -> datetime | None:
        """By when a reply is promised to who begins to wait at this moment."""
        targets = self.targets.get(priority) or self.targets.get(Priority.NORMAL)
        if targets is None:
            return None
        minutes = targets.first_reply if first else targets.next_reply
        return self.hours.after(at, minutes * MINUTE)

    def resolved_by(self, at: datetime, *, priority: Priority) -> datetime | None:
        """By when a conversation is to be over that came to people at this moment."""
        targets = self.targets.get(priority) or self.targets.get(Priority.NORMAL)
        if targets is None or targets.resolution is None:
            return None
        return self.hours.after(at, targets.resolution * MINUTE)


def within_hours(hours: int) -> ServiceLevels:
    """The same promise at any time and for everybody."""
    return ServiceLevels(targets={Priority.NORMAL: Targets(hours * 60, hours * 60)})
