"""`kill -9` of the server while it publishes: each article is whole, as it was before or after, and
what its writer saved is there. What was scheduled comes out once, whatever died meanwhile."""

from __future__ import annotations

import random
import re
import threading
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from datetime import timedelta
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from assistant.adapters.sql.store import SqlStore
from assistant.domain.article import ArticleStatus
from assistant.domain.manuscript import Content, Manuscript
from assistant.knowledge.splitter import split
from assistant.support.people import People
from assistant.writing.editor import Editor
from assistant.writing.proof import proof
from assistant.writing.scheduling import Schedule
from tests.server.conftest import PASSWORD, QUICK_HASHER, utc_now
from tests.server.killed import THINGS, WITHIN_S, Home, editions_in, killed, page
from tests.server.test_killed import ROUNDS
from tests.server.test_process import Process

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240 * (ROUNDS + 1))]

EMAIL = "lea@company.example"
PUBLISHED = "article_published"
TRIALS = 5


@pytest.fixture
def home(tmp_path: Path, encoder: Any, encoder_cache: Path) -> Iterator[Home]:
    encoder.embed(["exported, if it was not yet"])
    home = Home.prepared(tmp_path, encoder_cache=encoder_cache)
    with closing(home.store()) as store:
        store.migrate()
        People(store, now=utc_now, hasher=QUICK_HASHER).add(EMAIL, role="lead", password=PASSWORD)
    yield home
    home.ends()


class Writer:
    """Signed in at the console; publishes one edition after the other until the server dies."""

    def __init__(self, process: Process) -> None:
        self._process, self._cookie = process, ""
        self.acknowledged = 0
        _, cookie, _ = self._posts("/console/sign-in", email=EMAIL, password=PASSWORD)
        self._cookie = cookie.partition(";")[0]

    def begins(self, title: str) -> str:
        return self._posts("/console/articles", title=title, locale="en")[2]

    def publishes_until_it_dies(self, path: str, *, version: int, edition: int) -> None:
        with suppress(OSError, HTTPException):
            while True:
                title, body = page("shop/en/kettle", edition)
                form = {"title": title, "locale": "en", "slug": "kettle", "body": body}
                status, _, told = self._posts(f"{path}/publish", version=str(version), **form)
                assert (status, told.partition("?")[2]) == (303, "told=published")
                self.acknowledged = edition
                version, edition = version + 1, edition + 1

    def _posts(self, path: str, **form: str) -> tuple[int, str, str]:
        """Status, cookie, and where it leads."""
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "Origin": f"http://127.0.0.1:{self._process.port}",
            "Cookie": self._cookie,
        }
        with closing(HTTPConnection("127.0.0.1", self._process.port, timeout=60)) as connection:
            connection.request("POST", path, urlencode(form), headers)
            response = connection.getresponse()
            response.read()
            found = {name.lower(): value for name, value in response.getheaders()}
            return response.status, found.get("set-cookie", ""), found.get("location", "")


def test_a_server_that_is_killed_while_it_publishes_leaves_whole_articles(
    home: Home, encoder: Any
) -> None:
    chance, path, edition = random.Random("publishing"), "", 1
    for round_of_death in range(ROUNDS + 1):
        server = home.serves()
        writer = Writer(server)
        path = path or writer.begins("Kettles")
        id = path.rpartition("/")[2]
        with closing(home.store()) as store:
            before = store.manuscript(id)
        thread = threading.Thread(
            target=writer.publishes_until_it_dies,
            args=(path,),
            kwargs={"version": before.version, "edition": edition},
        )
        thread.start()
        while not writer.acknowledged:
            assert thread.is_alive()
            time.sleep(0.005)
        time.sleep(chance.uniform(0, 0.4))
        assert killed(server.popen)
        thread.join(timeout=WITHIN_S)
        with closing(home.store()) as store:
            after = store.manuscript(id)
            live = is_whole(store, after, encoder)
            assert live >= writer.acknowledged >= 1
            written = editions_in(after.content.title) or {0}
            assert max(written) >= live
            edition = max(written) + 1
        home.does("doctor")
        print(f"publishing, round {round_of_death}: {writer.acknowledged} → {live}")  # noqa: T201


def test_what_fell_due_comes_out_once_however_often_the_server_dies(
    home: Home, encoder: Any
) -> None:
    """Due while no server ran; the next one is killed as it publishes, the one after it ends it."""
    chance = random.Random("scheduled")
    with closing(home.store()) as store:
        scheduled = dies_midway(home, store, encoder, chance)
        home.serves()
        waits_until(len(scheduled), store)
        for id, edition in scheduled.items():
            assert is_whole(store, store.manuscript(id), encoder) == edition
            assert store.manuscript(id).scheduled is None
        published = [deed.thing for _, deed in store.deeds(limit=1000) if deed.action == PUBLISHED]
        assert sorted(published) == sorted(scheduled)


def dies_midway(home: Home, store: SqlStore, encoder: Any, chance: random.Random) -> dict[str, int]:
    """All that was scheduled, some of it not out yet; one that was through by then is no trial."""
    scheduled: dict[str, int] = {}
    for edition in range(1, TRIALS + 1):
        before = len(scheduled)
        scheduled |= dict.fromkeys(all_due(store, encoder, edition=edition), edition)
        server = home.serves()
        waits_until(before + 1, store)
        time.sleep(chance.uniform(0, 0.2))
        assert killed(server.popen)
        out = sum(is_whole(store, store.manuscript(id), encoder) > 0 for id in scheduled)
        print(f"scheduled: {out} of {len(scheduled)} at its death")  # noqa: T201
        if out < len(scheduled):
            return scheduled
    raise AssertionError(f"of {TRIALS} servers none was killed before it had published all")


def all_due(store: SqlStore, encoder: Any, *, edition: int) -> list[str]:
    """Approved an hour ago for half an hour ago."""
    lea = store.person_by_email(EMAIL)
    assert lea
    editor = Editor(store, embedder=encoder, now=utc_now)
    schedule = Schedule(store, editor=editor, now=lambda: utc_now() - timedelta(hours=1))
    ids = []
    for thing in THINGS["en"].split():
        title, body = page(f"shop/en/{thing}", edition)
        drafted = editor.draft(Content(title, "en", body), by=lea)
        at = utc_now() - timedelta(minutes=30)
        assert schedule.publish_at(drafted.id, at, version=1, by=lea)
        ids.append(drafted.id)
    return ids


def waits_until(published: int, store: SqlStore) -> None:
    deadline = time.monotonic() + WITHIN_S
    while len(store.articles()) < published:
        assert time.monotonic() < deadline
        time.sleep(0.005)


def is_whole(store: SqlStore, manuscript: Manuscript, encoder: Any) -> int:
    """Customers read one saved version, with its own passages; its edition, 0 where it is none."""
    if manuscript.live_version is None:
        assert store.owners([manuscript.article_id]) == {}
        return 0
    content = store.revision(manuscript.id, manuscript.live_version).content
    article = store.article(manuscript.article_id)
    assert article == proof(content, article_id=manuscript.article_id, on=article.updated)
    expected = split(article, count_pieces=encoder.count_pieces, max_pieces=encoder.max_pieces)
    assert store.passages_of(article.id) == expected
    prints = {passage.fingerprint for passage in expected}
    assert store.known_vectors(encoder.name, prints) == prints
    assert store.check() == []
    is_latest = manuscript.live_version == manuscript.version
    assert manuscript.status is (ArticleStatus.PUBLISHED if is_latest else ArticleStatus.DRAFT)
    [edition] = {int(number) for number in re.findall(r"edition (\d+)", article.title)}
    return edition
