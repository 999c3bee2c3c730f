"""Publishing at a time: an approved version waits for its moment, and goes out once.

What is approved is one version. Whoever changes the text, sends it back or archives it takes it off
the schedule; and where the moment finds it unfit, or its approver gone, nothing is published: the
article says so, and somebody decides anew.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from assistant.domain.manuscript import Manuscript, Slot, Stale, Step
from assistant.errors import AssistantError, UnfitArticle, WrongStatus
from assistant.ports import Clock, Deed, PeopleStore, Person
from assistant.ports.editor import EditorStore
from assistant.support.roles import May, allows
from assistant.writing.editor import Editor

FURTHEST = timedelta(days=366)

log = logging.getLogger(__name__)


class SchedulesStore(EditorStore, PeopleStore, Protocol):
    """What the schedule works with."""


class Schedule:
    """Thread-safe; rounds of several processes publish each article once."""

    def __init__(self, store: SchedulesStore, *, editor: Editor, now: Clock) -> None:
        self._store, self._editor, self._now = store, editor, now

    def publish_at(
        self, manuscript_id: str, at: datetime, *, version: int, by: Person
    ) -> Manuscript | Stale:
        """The version that `by` has read, for customers from that moment on. Refused, WrongStatus
        as if it were published now."""
        manuscript = self._store.manuscript(manuscript_id)
        if manuscript.version != version:
            return Stale(manuscript)
        manuscript.status_after(Step.PUBLISHED)
        if not self._now() < at <= self._now() + FURTHEST:
            raise UnfitArticle("moment", f"{at} is not within the next year.")
        self._editor.proof(manuscript)
        deed = self._deed(by, "article_scheduled", manuscript, {"at": at.isoformat()})
        return self._store.schedule_manuscript(manuscript_id, Slot(version, at, by.id), deed=deed)

    def cancel(self, manuscript_id: str, *, by: Person) -> Manuscript | Stale:
        """It stays what it is, and is published by hand."""
        manuscript = self._store.manuscript(manuscript_id)
        deed = self._deed(by, "article_unscheduled", manuscript, {})
        return self._store.schedule_manuscript(manuscript_id, None, deed=deed)

    def round(self) -> int:
        """Publish what is due; how many those are. One that fails, however it does, keeps no other
        from its moment."""
        return sum(self._tried(due) for due in self._store.due_manuscripts(self._now()))

    def _tried(self, due: Manuscript) -> bool:
        try:
            return self._publish(due)
        except WrongStatus:
            return False  # Somebody was faster.
        except AssistantError as error:
            # It is tried again: the article says that it is overdue, and why.
            log.error("publishing.failed: %s: %s", due.id, type(error).__name__)
        except Exception as error:
            log.exception("publishing.broken: %s: %s", due.id, type(error).__name__)
        return False

    def _publish(self, due: Manuscript) -> bool:
        assert due.scheduled is not None
        by = self._store.person(due.scheduled.by)
        if by.disabled_at is not None or not allows(by.role, May.PUBLISH):
            log.warning("publishing.approver_gone: %s", due.id)
            return False
        done = self._editor.publish(due.id, version=due.scheduled.version, by=by)
        return isinstance(done, Manuscript)

    def _deed(
        self, by: Person, action: str, manuscript: Manuscript, more: Mapping[str, str]
    ) -> Deed:
        detail = {"version": manuscript.version, **more}
        return Deed(self._now(), by.id, action, manuscript.id, detail)


def moment_in(zone: str, local: str, *, otherwise: str) -> datetime:
    """`2026-11-23T09:00` as a clock of the zone shows it; in the zone `otherwise` where that one is
    not known. UnfitArticle for no such text."""
    try:
        at = datetime.fromisoformat(local)
    except ValueError as error:
        raise UnfitArticle("moment", f"{local[:40]!r} is no moment.") from error
    for name in (zone, otherwise):
        try:
            return at.replace(tzinfo=ZoneInfo(name)).astimezone(UTC)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            continue  # No such zone.
        except OverflowError:
            break
    raise UnfitArticle("moment", f"{local[:40]!r} is no moment.")
