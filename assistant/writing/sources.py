"""Sources and their syncs: what each gave last, synced now or every so many hours, and taken down
when it is gone."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Protocol

from assistant.domain.manuscript import EDITOR
from assistant.errors import AssistantError, Refused, UnknownThing
from assistant.knowledge.planning import SyncMode, SyncReport
from assistant.knowledge.sources.names import is_remote
from assistant.knowledge.sources.records import Remote
from assistant.knowledge.sync import Progress, Synchroniser
from assistant.ports import Clock, Deed, KnowledgeStore, PeopleStore, Person
from assistant.ports.sources import SourceState, SourceStore
from assistant.writing.images import Images

EVERY_HOURS = (1, 6, 24, 168)
"""What a schedule may be."""
AGAIN = timedelta(hours=1)
"""After this a scheduled sync that failed, or was cut off, is tried again."""

log = logging.getLogger(__name__)


class SourcesStore(SourceStore, KnowledgeStore, PeopleStore, Protocol):
    """What syncs work with."""


class Sources:
    """Thread-safe. In one process a source is synced once at a time."""

    def __init__(
        self,
        store: SourcesStore,
        *,
        synchroniser: Synchroniser,
        open_remote: Callable[[str, bool], Remote],
        images: Images,
        now: Clock,
    ) -> None:
        """`open_remote(name, keep)`: `keep` remembers what was fetched."""
        self._store, self._synchroniser, self._now = store, synchroniser, now
        self._open_remote, self._images = open_remote, images
        self._running: set[str] = set()
        self._lock = threading.Lock()

    def all(self) -> list[SourceState]:
        """By name; the editor is none."""
        return [state for state in self._store.sources() if state.name != EDITOR]

    def named(self, name: str) -> SourceState:
        """Or UnknownThing."""
        found = next((state for state in self.all() if state.name == name), None)
        if found is None:
            raise UnknownThing("source", name)
        return found

    def is_running(self, name: str) -> bool:
        """Whether it is being synced in this process."""
        return name in self._running

    def sync(
        self, source: Path | str, *, mode: SyncMode, progress: Progress = lambda _: None
    ) -> SyncReport:
        """Read it, though it was taken down, and keep the report. Refused where it cannot be read
        at all; that is kept too, and whatever else came in between."""
        if not mode.dry_run:
            self._store.reopen_source(_name(source))
        return self._sync(source, mode, progress)

    def _sync(self, source: Path | str, mode: SyncMode, progress: Progress) -> SyncReport:
        try:
            report = self._read(source, mode, progress)
        except Exception as error:
            if (name := _name(source)) in {state.name for state in self.all()}:
                problem = _problem(error)
                self._store.keep_report(name, None, problem=problem, dry_run=mode.dry_run)
            raise
        self._store.keep_report(report.source, report.as_json(), problem="", dry_run=mode.dry_run)
        return report

    def start(self, name: str, *, mode: SyncMode, by: Person) -> bool:
        """The same of a source that is known and not taken down, in a thread of its own; False
        where that is going on already. UnknownThing."""
        self.named(name)
        detail = {"dry_run": mode.dry_run, "withdraw": mode.withdraw}
        if not self._start(name, mode):
            return False
        self._store.record(Deed(self._now(), by.id, "source_synced", name, detail))
        return True

    def schedule(self, name: str, every_hours: int | None, *, by: Person) -> None:
        """From now on; None: by hand alone. UnknownThing, Refused."""
        self.named(name)
        if every_hours is not None and every_hours not in EVERY_HOURS:
            raise Refused(f"Sync it every {', '.join(map(str, EVERY_HOURS))} hours, or by hand.")
        self._store.schedule_source(name, every_hours)
        detail = {"every_hours": every_hours}
        self._store.record(Deed(self._now(), by.id, "source_scheduled", name, detail))

    def withdraw(self, name: str, *, by: str) -> int:
        """All its articles, and what is known of it; how many articles those were. A sync of it
        that is in work, here or in another process, brings nothing more. UnknownThing."""
        self.named(name)
        count = self._store.take_down_source(name)
        self._store.record(Deed(self._now(), by, "source_withdrawn", name, {"articles": count}))
        return count

    def round(self) -> int:
        """Begin the syncs that are due; how many those are. Of several processes one does each."""
        begun = 0
        for state in self.all():
            if state.every_hours is None or state.name in self._running:
                continue
            now = self._now()
            since = now - timedelta(hours=state.every_hours)
            if self._store.begin_source(state.name, unless_since=since, failed_since=now - AGAIN):
                begun += self._start(state.name, SyncMode())
        return begun

    def _start(self, name: str, mode: SyncMode) -> bool:
        with self._lock:
            if name in self._running:
                return False
            self._running.add(name)
        try:
            threading.Thread(target=self._run, args=(name, mode), name="sync", daemon=True).start()
        except RuntimeError as error:
            self._running.discard(name)
            raise Refused("No thread is left for it; try again later.") from error
        return True

    def _run(self, name: str, mode: SyncMode) -> None:
        try:
            self._sync(name if is_remote(name) else Path(name), mode, lambda _: None)
        except AssistantError as error:
            log.error("sync.failed: %s", type(error).__name__)
        except Exception as error:
            # Whatever it was, a later round tries again, and the page must not say that it runs.
            log.exception("sync.failed: %s", type(error).__name__)
        finally:
            self._running.discard(name)

    def _read(self, source: Path | str, mode: SyncMode, progress: Progress) -> SyncReport:
        if isinstance(source, str):
            remote = self._open_remote(source, not mode.dry_run)
            return self._synchroniser.sync_remote(remote, mode=mode, progress=progress)
        report = self._synchroniser.sync(source, mode=mode, progress=progress)
        if not mode.dry_run:
            self._images.bring(source)
        return report


def _name(source: Path | str) -> str:
    return source if isinstance(source, str) else str(source.expanduser().resolve())


def _problem(error: Exception) -> str:
    """In words; of what is none of our errors no more than its kind, for it may quote anything."""
    if isinstance(error, AssistantError):
        return str(error)
    return f"It broke off ({type(error).__name__}); the server's log tells why."
