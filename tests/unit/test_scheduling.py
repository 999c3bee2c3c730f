"""An approved version goes out at its moment, once, and nothing else does."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from assistant.domain.manuscript import Content, Manuscript, Slot, Stale
from assistant.errors import EmbedderUnavailable, UnfitArticle, WrongStatus
from assistant.ports import Person
from assistant.writing.scheduling import Schedule, moment_in

pytestmark = pytest.mark.slow

NOW = datetime(2026, 3, 14, 12, tzinfo=UTC)
AT = NOW + timedelta(hours=2)
LEA = Person("lea", "lea@company.example", "lead", "")


class Desk:
    """A store and an editor that hold one manuscript."""

    def __init__(self) -> None:
        content = Content("Engrave a name", "en", body="For nine euros.")
        self.held = a_draft(content)
        self.approver, self.error = LEA, None
        self.published: list[int] = []

    def manuscript(self, manuscript_id: str) -> Manuscript:
        return self.held

    def person(self, person_id: str) -> Person:
        return self.approver

    def schedule_manuscript(self, manuscript_id: str, slot: Slot | None, *, deed: Any) -> Any:
        self.held = replace(self.held, slot=slot)
        return self.held

    def due_manuscripts(self, now: datetime) -> list[Manuscript]:
        slot = self.held.scheduled
        return [self.held] if slot and slot.at <= now else []

    def proof(self, manuscript: Manuscript) -> None:
        if not manuscript.content.body:
            raise UnfitArticle("no_text", "It has no text.")

    def publish(self, manuscript_id: str, *, version: int, by: Person) -> Any:
        if self.error:
            raise self.error
        self.published.append(version)
        return self.schedule_manuscript(manuscript_id, None, deed=None)


def a_draft(content: Content) -> Manuscript:
    from assistant.domain.article import ArticleStatus
    from assistant.domain.manuscript import Revision

    return Manuscript("a-1", "a-1", ArticleStatus.DRAFT, Revision(1, content, NOW, "wim"), NOW)


class Clock:
    now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def schedule(desk: Desk, clock: Clock) -> Schedule:
    return Schedule(desk, editor=desk, now=clock)  # type: ignore[arg-type]


def test_it_goes_out_at_its_moment_and_once(schedule: Schedule, desk: Desk, clock: Clock) -> None:
    schedule.publish_at("a-1", AT, version=1, by=LEA)
    assert schedule.round() == 0
    clock.now = AT
    assert [schedule.round(), schedule.round()] == [1, 0]
    assert desk.published == [1]


def test_another_version_than_the_one_read_is_not_scheduled(schedule: Schedule, desk: Desk) -> None:
    assert schedule.publish_at("a-1", AT, version=7, by=LEA) == Stale(desk.held)


@pytest.mark.parametrize("at", [NOW, NOW - timedelta(1), NOW + timedelta(400)])
def test_a_moment_lies_within_the_next_year(schedule: Schedule, at: datetime) -> None:
    with pytest.raises(UnfitArticle):
        schedule.publish_at("a-1", at, version=1, by=LEA)


def test_what_is_not_fit_now_is_refused_now(schedule: Schedule, desk: Desk) -> None:
    desk.held = a_draft(Content("Title", "en", body=""))
    with pytest.raises(UnfitArticle):
        schedule.publish_at("a-1", AT, version=1, by=LEA)


@pytest.mark.parametrize("gone", [replace(LEA, role="writer"), replace(LEA, disabled_at=NOW)])
def test_nothing_goes_out_whose_approver_may_not_publish_any_more(
    schedule: Schedule, desk: Desk, clock: Clock, gone: Person
) -> None:
    schedule.publish_at("a-1", AT, version=1, by=LEA)
    desk.approver, clock.now = gone, AT
    assert schedule.round() == 0
    assert desk.published == []


@pytest.mark.parametrize(
    "error", [EmbedderUnavailable("gone"), UnfitArticle("slug_taken", "taken")]
)
def test_what_fails_is_tried_again(
    schedule: Schedule, desk: Desk, clock: Clock, error: Exception
) -> None:
    schedule.publish_at("a-1", AT, version=1, by=LEA)
    desk.error, clock.now = error, AT
    assert schedule.round() == 0
    desk.error = None
    assert schedule.round() == 1


def test_one_that_breaks_keeps_no_other_from_going_out(
    schedule: Schedule, desk: Desk, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    schedule.publish_at("a-1", AT, version=1, by=LEA)
    clock.now = AT
    broken = replace(desk.held, id="broken")
    desk.due_manuscripts = lambda now: [broken, desk.held]  # type: ignore[method-assign]
    publish = desk.publish

    def breaks(manuscript_id: str, **which: Any) -> Any:
        if manuscript_id == broken.id:
            raise ZeroDivisionError
        return publish(manuscript_id, **which)

    desk.publish = breaks  # type: ignore[method-assign]
    assert schedule.round() == 1
    assert desk.published == [1]
    assert "publishing.broken: broken: ZeroDivisionError" in caplog.text


def test_who_was_faster_published_it(schedule: Schedule, desk: Desk, clock: Clock) -> None:
    schedule.publish_at("a-1", AT, version=1, by=LEA)
    desk.error, clock.now = WrongStatus("a-1", status="published", wanted=["draft"]), AT
    assert schedule.round() == 0


def test_it_can_be_cancelled(schedule: Schedule, desk: Desk, clock: Clock) -> None:
    schedule.publish_at("a-1", AT, version=1, by=LEA)
    schedule.cancel("a-1", by=LEA)
    clock.now = AT
    assert schedule.round() == 0


@pytest.mark.parametrize(
    ("zone", "local", "utc"),
    [
        ("Europe/Paris", "2026-07-01T09:00", "2026-07-01T07:00"),
        ("Europe/Paris", "2026-12-01T09:00", "2026-12-01T08:00"),
        ("America/New_York", "2026-12-01T09:00", "2026-12-01T14:00"),
        ("Mars/Olympus", "2026-12-01T09:00", "2026-12-01T00:00"),
        ("../../etc/passwd", "2026-12-01T09:00", "2026-12-01T00:00"),
        ("", "2026-12-01T09:00", "2026-12-01T00:00"),
    ],
)
def test_a_moment_is_meant_in_the_writers_zone(zone: str, local: str, utc: str) -> None:
    expected = datetime.fromisoformat(utc).replace(tzinfo=UTC)
    assert moment_in(zone, local, otherwise="Asia/Tokyo") == expected


@pytest.mark.parametrize("local", ["", "soon", "0001-01-01T00:00", "2026-13-01T00:00"])
def test_what_is_no_moment_is_refused(local: str) -> None:
    with pytest.raises(UnfitArticle):
        moment_in("Asia/Tokyo", local, otherwise="UTC")
