"""Sources in the console: what each gave, and what may be done about it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from assistant.knowledge.planning import SyncMode
from tests.server.conftest import Agent, World

REPORT = {
    "added": 2, "changed": 0, "unchanged": 1, "withdrawn": 0, "kept": 1, "held_back": 3,
    "refused": [{"path": "a.md", "line": 7, "reason": "it is broken", "remedy": "mend it"}],
    "passed_over": [], "noticed": [], "articles": {"added": [], "changed": [], "withdrawn": []},
}  # fmt: skip


@pytest.fixture
def source(world: World) -> str:
    name = world.store.sources()[0].name
    world.store.keep_report(name, REPORT, problem="", dry_run=False)
    return name


def test_what_failed_is_told_with_file_line_reason_and_remedy(lea: Agent, source: str) -> None:
    page = unescape(lea.opens("/console/sources").text)
    for told in (source, "a.md", ">7<", "it is broken", "mend it", "2 added", "1 failed"):
        assert told in page, told
    assert "3 articles are gone from the source and stay" in page


def test_a_writer_reads_and_changes_nothing(new_agent: Callable[..., Agent], source: str) -> None:
    page = new_agent("wim", "writer").opens("/console/sources").text
    assert source in page
    assert "/console/sources/sync" not in page


def test_a_sync_is_begun_from_the_page(world: World, lea: Agent, source: str) -> None:
    begun: list[Any] = []
    world.assistant.sources.start = lambda name, **how: begun.append((name, how["mode"])) or True
    told = lea.posts("/console/sources/sync", source=source, how="dry_run")
    assert told.headers["location"].endswith("told=begun")
    assert begun[0][0] == source
    assert begun[0][1].dry_run is True


def test_a_folder_is_synced_from_the_page_and_tells_what_became_of_it(
    world: World, lea: Agent, tmp_path: Path
) -> None:
    (tmp_path / "kettles.md").write_text("# Kettles\n\nThey boil.")
    world.assistant.sources.sync(tmp_path, mode=SyncMode())
    (tmp_path / "kettles.md").write_text("# Kettles\n\nThey whistle.")
    (tmp_path / "pans.md").write_text("---\ntitle: [\n---\nThey fry.")
    begun = lea.posts("/console/sources/sync", source=str(tmp_path))
    assert begun.headers["location"].endswith("told=begun")
    for thread in [each for each in threading.enumerate() if each.name == "sync"]:
        thread.join()
    page = unescape(lea.opens("/console/sources").text)
    for told in ("1 changed", "1 failed", "<code>pans.md</code>", "not valid YAML"):
        assert told in page, told
    assert "They whistle" in lea.opens("/help/en/kettles").text


def test_nothing_but_a_known_source_is_synced(lea: Agent, source: str) -> None:
    assert lea.posts("/console/sources/sync", source="/etc").status_code == 404
    assert lea.posts("/console/sources/sync", source=source, how="format").status_code == 422


def test_a_schedule_is_chosen(world: World, lea: Agent, source: str) -> None:
    assert lea.posts("/console/sources/schedule", source=source, every="24").status_code == 303
    assert '<option value="24" selected>' in lea.opens("/console/sources").text
    assert lea.posts("/console/sources/schedule", source=source, every="5").status_code == 422


def test_a_source_is_taken_down_only_by_who_is_sure(world: World, lea: Agent, source: str) -> None:
    count = world.assistant.sources.named(source).articles
    unsure = lea.posts("/console/sources/withdraw", source=source, sure="yes")
    assert unsure.status_code == 422
    assert "Nothing was taken down" in unsure.text
    assert world.store.content_hashes(source)
    done = lea.posts("/console/sources/withdraw", source=source, sure=str(count))
    assert done.status_code == 303
    assert world.store.content_hashes(source) == {}


def test_without_sources_it_says_how_one_comes_in(
    make_world: Any, world: World, lea: Agent
) -> None:
    for state in world.store.sources():
        world.assistant.sources.withdraw(state.name, by="lea")
    assert "assistant sync" in lea.opens("/console/sources").text
