"""`kill -9` at random moments: of a sync, and of the server in the middle of its replies.

ASSISTANT_TEST_KILL_ROUNDS sets how many deaths each test sees; the seeds are printed.
"""

from __future__ import annotations

import json
import os
import random
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import pytest

from assistant.adapters.sql.store import SqlStore
from assistant.knowledge.splitter import split
from tests.server.killed import (
    WITHIN_S,
    Customers,
    HelpCenter,
    Home,
    Readers,
    Sent,
    editions_in,
    killed,
    page,
)
from tests.server.test_process import Process

ROUNDS = int(os.environ.get("ASSISTANT_TEST_KILL_ROUNDS", "2"))

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240 * (ROUNDS + 1))]


@pytest.fixture
def home(tmp_path: Path, encoder: Any, encoder_cache: Path) -> Iterator[Home]:
    encoder.embed(["exported, if it was not yet"])
    home = Home.prepared(tmp_path, encoder_cache=encoder_cache)
    yield home
    home.ends()


@pytest.fixture
def help_center(tmp_path: Path) -> HelpCenter:
    return HelpCenter(tmp_path / "shop")


@pytest.mark.parametrize("beside", ["nobody", "a server", "a server that dies too"])
def test_a_sync_that_is_killed_leaves_whole_articles_and_the_next_one_repairs(
    home: Home, help_center: HelpCenter, encoder: Any, beside: str
) -> None:
    chance, tally, usual_s = random.Random(f"sync beside {beside}"), Counter[str](), 0.0
    home.does("sync", "shop")
    for round_of_death in range(ROUNDS):
        before = help_center.changes(chance, edition=round_of_death + 2)
        with ExitStack() as around, closing(home.store()) as store:
            server = None if beside == "nobody" else home.serves()
            if server is not None:
                readers = around.enter_context(Readers(server, seed=round_of_death))
            sync = home.begins("sync", "shop")
            if round_of_death % 2 or not usual_s:
                waits_for_the_first_change(store, sync.pid)
                time.sleep(chance.uniform(0, 0.4))
            else:
                time.sleep(chance.uniform(0, usual_s))
            tally["killed"] += killed(sync)
            if server is not None and beside == "a server that dies too":
                time.sleep(chance.uniform(0, 1))
                killed(server.popen)
                server = home.serves()
            tally[are_whole(store, before, help_center.editions, encoder)] += 1
            began = time.monotonic()
            home.does("sync", "shop")
            usual_s = time.monotonic() - began
            home.does("doctor")
            are_whole(store, help_center.editions, help_center.editions, encoder)
        if server is not None:
            tally["reads"] += readers.seen
            assert readers.failed == []
            assert readers.torn == []
            assert server.is_told_to_end() < WITHIN_S
        print(f"sync beside {beside}, round {round_of_death}: {dict(tally)}")  # noqa: T201
    assert tally["killed"]


def waits_for_the_first_change(store: SqlStore, pid: int) -> None:
    version, deadline = store.version(), time.monotonic() + WITHIN_S
    while store.version() == version and Path(f"/proc/{pid}").exists():
        assert time.monotonic() < deadline
        time.sleep(0.005)


def are_whole(store: SqlStore, before: dict[str, int], after: dict[str, int], encoder: Any) -> str:
    """Each article is as it was before or after, with its own passages; which, in a word."""
    found = {card.id: editions_in(card.title).pop() for card in store.articles()}
    assert all(found.get(id) in (before.get(id), after.get(id)) for id in {*found, *before, *after})
    for id, edition in found.items():
        article = store.article(id)
        assert (article.title, article.body.strip()) == tuple(map(str.strip, page(id, edition)))
        expected = split(article, count_pieces=encoder.count_pieces, max_pieces=encoder.max_pieces)
        assert store.passages_of(id) == expected
        prints = {passage.fingerprint for passage in expected}
        assert store.known_vectors(encoder.name, prints) == prints
    assert store.check() == []
    return "after" if found == after else "before" if found == before else "between"


def test_a_server_that_is_killed_forgets_nothing_that_it_acknowledged(
    home: Home, help_center: HelpCenter
) -> None:
    chance, customers, told = random.Random("replies"), Customers(seed=1), 0
    home.does("sync", help_center.folder.name)
    moods = (customers.talk_to, customers.complain_to, customers.talk_to)
    for round_of_death in range(max(ROUNDS, len(moods))):
        # Every third time it dies while it is warming up and recovering.
        mood = round_of_death % len(moods)
        server = home.serves(until="/healthz" if mood == 2 else "/readyz")
        threads = moods[mood](server)
        time.sleep(chance.uniform(0, 4))
        assert killed(server.popen)
        for thread in threads:
            thread.join(timeout=WITHIN_S)
        assert customers.failed == []
        with closing(home.store()) as store:
            owed = len(store.unanswered())
        server = home.serves()
        round_of_customers, told = customers.sent[told:], len(customers.sent)
        acknowledged = [sent for sent in customers.sent if sent.answer is not None]
        with closing(home.store()) as store:
            everything_is_answered(store)
            everything_is_kept(server, store, acknowledged)
            lost = [sent for sent in round_of_customers if sent.answer is None]
            assert all(sent.to(server) for sent in lost)
            everything_is_kept(server, store, round_of_customers)
            nothing_is_doubled(store, customers.sent)
        home.does("doctor")
        assert server.is_told_to_end() < WITHIN_S
        kinds = Counter(sent.kind for sent in acknowledged)
        again = Counter(sent.kind for sent in lost)
        told_of = f"acknowledged {dict(kinds)}, owed {owed}, sent again {dict(again)}"
        print(f"replies, round {round_of_death}: {told_of}")  # noqa: T201


def everything_is_answered(store: SqlStore) -> None:
    """By the server itself, before any customer asks again."""
    deadline = time.monotonic() + WITHIN_S
    while store.unanswered():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def everything_is_kept(server: Process, store: SqlStore, acknowledged: list[Sent]) -> None:
    thumbs = {row["comment"]: row["message_id"] for row in store.export("feedback")}
    shown: dict[str, list[dict[str, Any]]] = {}
    for sent in acknowledged:
        if sent.kind == "feedback":
            assert thumbs[sent.body["comment"]] in sent.path
            continue
        if sent.conversation not in shown:
            path = sent.path.rsplit("/", 1)[0]
            status, text = server.call("GET", path, **sent.headers)
            assert status == 200, text
            shown[sent.conversation] = json.loads(text)["messages"]
        messages = shown[sent.conversation]
        if sent.kind == "handoff":
            emails = [handoff.email for handoff in store.handoffs(sent.conversation)]
            assert emails == [sent.body["email"]]
        else:
            asked = [each for each in messages if each["client_id"] == sent.body["client_id"]]
            assert [each["text"] for each in asked] == [sent.body["text"]]
            said = sent.reply["message"]
            assert said is None or [said] == [
                {key: each[key] for key in said} for each in messages if each["id"] == said["id"]
            ]


def nothing_is_doubled(store: SqlStore, all_sent: list[Sent]) -> None:
    """In each conversation: what was sent, once; one reply to each; one word for each handoff."""
    sent: Counter[tuple[str, str]] = Counter((each.conversation, each.kind) for each in all_sent)
    for record in store.export("conversations"):
        by = Counter(message["author"] for message in record["messages"])
        assert by["customer"] == sent[record["id"], "message"] == len(record["turns"])
        handoffs = sent[record["id"], "handoff"]
        assert by["system"] == handoffs
        replies = [turn["reply"]["reply"]["message"] for turn in record["turns"]]
        assert by["assistant"] == len(list(filter(None, replies))) + handoffs
        events = [event for event in record["events"] if event["kind"] == "message"]
        assert [event["payload"]["id"] for event in events] == [
            message["id"] for message in record["messages"]
        ]
