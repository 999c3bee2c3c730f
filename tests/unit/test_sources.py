"""Sources are synced now or by themselves, tell what became of it, and are taken down when gone."""

from __future__ import annotations

import shutil
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from assistant.errors import EmbedderUnavailable, Refused, UnknownThing
from assistant.knowledge.planning import SyncMode
from assistant.knowledge.sources.records import Found
from assistant.ports import Person
from assistant.writing.images import Images
from assistant.writing.sources import Sources
from tests.unit.conftest import HelpCenter, an

pytestmark = pytest.mark.slow

LEA = Person("lea", "lea@company.example", "lead", "")
NOW = SyncMode()
TRIAL = SyncMode(dry_run=True)


class Site:
    """A source beyond this machine, as it answers today."""

    name = "https://shop.example/help"

    def __init__(self) -> None:
        self.articles = [an("site-1", "Kettles", "They boil.")]
        self.kept: list[bool] = []
        self.error: Exception | None = None
        self.goes_on = threading.Event()
        self.goes_on.set()

    def records(self) -> Any:
        self.goes_on.wait(5)
        if self.error:
            raise self.error
        yield from (Found(article.id, article) for article in self.articles)


@pytest.fixture
def site() -> Site:
    return Site()


@pytest.fixture
def sources(center: HelpCenter, clock: Any, site: Site) -> Sources:
    return made(center, clock, site)


@pytest.fixture
def another_process(center: HelpCenter, clock: Any, site: Site) -> Sources:
    """Knows nothing of the first one but what stands in the database."""
    return made(center, clock, site)


def made(center: HelpCenter, clock: Any, site: Site) -> Sources:
    def opened(name: str, keep: bool) -> Any:
        site.kept.append(keep)
        return site

    return Sources(
        center.store,
        synchroniser=center.synchroniser,
        open_remote=opened,
        images=Images(center.store, now=clock),
        now=clock,
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "kettles.md").write_text("# Kettles\n\nThey boil.")
    (tmp_path / "broken.md").write_bytes(b"\xff\xfe")
    return tmp_path


def waited(sources: Sources, name: str) -> None:
    for _ in range(200):
        if not sources.is_running(name):
            return
        time.sleep(0.01)
    raise AssertionError("it does not end")


def test_a_sync_leaves_its_report(sources: Sources, folder: Path) -> None:
    sources.sync(folder, mode=NOW)
    (state,) = sources.all()
    assert (state.name, state.articles) == (str(folder), 1)
    assert state.report is not None
    (refused,) = state.report["refused"]
    assert refused["path"].endswith("broken.md")
    assert refused["reason"]
    assert refused["remedy"]


def test_a_dry_run_does_nothing_and_is_told_apart(sources: Sources, site: Site) -> None:
    sources.sync(site.name, mode=NOW)
    site.articles.append(an("site-2", "Pans", "They fry."))
    sources.sync(site.name, mode=TRIAL)
    state = sources.named(site.name)
    assert state.articles == 1
    assert state.trial is not None
    assert state.trial["articles"]["added"] == ["site-2"]
    assert site.kept == [True, False]


def test_what_cannot_be_reached_keeps_its_articles_and_says_why(
    sources: Sources, site: Site
) -> None:
    sources.sync(site.name, mode=NOW)
    site.error = Refused("It cannot be reached.")
    with pytest.raises(Refused):
        sources.sync(site.name, mode=NOW)
    state = sources.named(site.name)
    assert (state.articles, state.problem) == (1, "It cannot be reached.")
    assert state.report is not None


def test_a_name_that_was_never_synced_leaves_no_trace(sources: Sources, site: Site) -> None:
    site.error = Refused("It cannot be reached.")
    with pytest.raises(Refused):
        sources.sync(site.name, mode=NOW)
    assert sources.all() == []
    with pytest.raises(UnknownThing):
        sources.start("/etc", mode=NOW, by=LEA)


def test_it_is_synced_in_a_thread_of_its_own(sources: Sources, folder: Path) -> None:
    sources.sync(folder, mode=NOW)
    (folder / "pans.md").write_text("# Pans\n\nThey fry.")
    assert sources.start(str(folder), mode=NOW, by=LEA) is True
    waited(sources, str(folder))
    assert sources.named(str(folder)).articles == 2


def test_a_schedule_begins_each_sync_once(sources: Sources, folder: Path, clock: Any) -> None:
    name = str(folder)
    sources.sync(folder, mode=NOW)
    sources.schedule(name, 24, by=LEA)
    assert sources.round() == 0
    clock.advance(24 * 3600 + 60)
    assert sources.round() == 1
    waited(sources, name)
    assert sources.round() == 0
    sources.schedule(name, None, by=LEA)
    clock.advance(7 * 24 * 3600)
    assert sources.round() == 0
    with pytest.raises(Refused):
        sources.schedule(name, 5, by=LEA)


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (Refused("It cannot be reached."), "It cannot be reached."),
        (EmbedderUnavailable("The encoder is gone."), "The encoder is gone."),
        (OSError("secret"), "It broke off (OSError); the server's log tells why."),
    ],
)
def test_a_scheduled_sync_that_fails_is_told_and_tried_again_in_an_hour(
    sources: Sources, site: Site, clock: Any, error: Exception, told: str
) -> None:
    sources.sync(site.name, mode=NOW)
    sources.schedule(site.name, 168, by=LEA)
    clock.advance(168 * 3600 + 60)
    site.error = error
    assert sources.round() == 1
    waited(sources, site.name)
    assert sources.named(site.name).problem == told
    assert sources.round() == 0
    site.error = None
    clock.advance(3600 + 60)
    assert sources.round() == 1
    waited(sources, site.name)
    assert sources.named(site.name).problem == ""
    clock.advance(3600 + 60)
    assert sources.round() == 0


def test_a_sync_that_its_process_left_undone_is_begun_again(
    sources: Sources, site: Site, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    sources.sync(site.name, mode=NOW)
    sources.schedule(site.name, 24, by=LEA)
    clock.advance(24 * 3600 + 60)
    with monkeypatch.context() as exhausted:
        exhausted.setattr(threading.Thread, "start", no_thread_left)
        with pytest.raises(Refused):
            sources.round()
    assert not sources.is_running(site.name)
    clock.advance(3600 + 60)
    assert sources.round() == 1
    waited(sources, site.name)


def test_what_is_taken_down_comes_back_by_no_schedule(
    sources: Sources,
    another_process: Sources,
    site: Site,
    center: HelpCenter,
    clock: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Not even by a sync that is due at that moment."""
    sources.sync(site.name, mode=NOW)
    sources.schedule(site.name, 24, by=LEA)
    clock.advance(24 * 3600 + 60)
    begin = center.store.begin_source

    def begin_and_take_down(name: str, **since: Any) -> bool:
        begun = begin(name, **since)
        another_process.withdraw(name, by="lea")
        return begun

    monkeypatch.setattr(center.store, "begin_source", begin_and_take_down)
    assert sources.round() == 1
    waited(sources, site.name)
    assert center.store.articles() == []
    assert sources.all() == []


def test_a_clock_that_was_wrong_keeps_no_sync_away(
    sources: Sources, site: Site, clock: Any
) -> None:
    sources.sync(site.name, mode=NOW)
    sources.schedule(site.name, 24, by=LEA)
    clock.advance(-30 * 24 * 3600)
    assert sources.round() == 1
    waited(sources, site.name)


def no_thread_left(self: threading.Thread) -> None:
    raise RuntimeError("can't start new thread")


def test_a_scheduled_sync_never_empties_the_help_center(
    sources: Sources, folder: Path, clock: Any
) -> None:
    sources.sync(folder, mode=NOW)
    sources.schedule(str(folder), 1, by=LEA)
    shutil.rmtree(folder)
    clock.advance(2 * 3600)
    assert sources.round() == 1
    waited(sources, str(folder))
    state = sources.named(str(folder))
    assert state.articles == 1
    assert "does not exist" in state.problem


def test_a_source_that_is_gone_is_taken_down_whole(
    sources: Sources, folder: Path, site: Site, center: HelpCenter
) -> None:
    sources.sync(folder, mode=NOW)
    sources.sync(site.name, mode=NOW)
    assert sources.withdraw(str(folder), by="lea") == 1
    assert [state.name for state in sources.all()] == [site.name]
    assert [card.id for card in center.store.articles()] == ["site-1"]
    with pytest.raises(UnknownThing):
        sources.withdraw("editor", by="lea")


def test_what_is_taken_down_is_not_brought_back_by_a_sync_that_is_in_work_anywhere(
    sources: Sources, another_process: Sources, site: Site, center: HelpCenter
) -> None:
    sources.sync(site.name, mode=NOW)
    site.goes_on.clear()
    another_process.start(site.name, mode=NOW, by=LEA)
    try:
        assert sources.withdraw(site.name, by="lea") == 1
    finally:
        site.goes_on.set()
        waited(another_process, site.name)
    assert center.store.articles() == []
    assert sources.all() == []
    # Whoever syncs it anew means it.
    assert sources.sync(site.name, mode=NOW).added == 1
