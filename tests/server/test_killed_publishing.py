"""`kill -9` of the server while it publishes: each article is whole, as it was before or after, and
what its writer saved is there."""

from __future__ import annotations

import random
import re
import threading
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from assistant.adapters.sql.store import SqlStore
from assistant.domain.article import ArticleStatus
from assistant.domain.manuscript import Manuscript
from assistant.knowledge.splitter import split
from assistant.support.people import People
from assistant.writing.proof import proof
from tests.server.conftest import PASSWORD, QUICK_HASHER, utc_now
from tests.server.killed import WITHIN_S, Home, editions_in, killed, page
from tests.server.test_killed import ROUNDS
from tests.server.test_process import Process

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240 * (ROUNDS + 1))]

EMAIL = "lea@company.example"


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
