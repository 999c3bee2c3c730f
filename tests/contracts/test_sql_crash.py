"""Killed at any moment, the store holds every article whole and all that it acknowledged."""

from __future__ import annotations

import itertools
import random
import subprocess
import sys
import threading
import time

import pytest

from assistant.adapters.sql.store import SqlStore
from assistant.testing.samples import (
    NOON,
    a_conversation,
    a_message,
    a_passage,
    an_article,
    started,
)

PUBLISH_FOREVER = """
import sys
from dataclasses import replace
from datetime import UTC, datetime
import numpy as np
from assistant.adapters.sql.store import SqlStore
from assistant.testing.samples import a_message, a_passage, an_article

store = SqlStore(sys.argv[1], now=lambda: datetime.now(UTC))
number = int(sys.argv[2])
while True:
    number += 1
    id = f"article-{number % 7}"
    passages = [
        a_passage(f"round{number} place{place}", article=id, position=place)
        for place in range(3 + number % 5)
    ]
    vectors = {e.passage.fingerprint: np.ones(384, dtype=np.float32) for e in passages}
    article = replace(an_article(id), body=f"{number}")
    store.publish(article, passages, content_hash=str(number), vectors=vectors, model="m")
    store.add_message(a_message(f"m{number}", f"said {number}"))
    print(number, flush=True)
"""


@pytest.mark.slow
def test_killed_while_publishing_every_article_is_whole(store: SqlStore) -> None:
    started(store, a_conversation())
    acknowledged = 0
    for round_of_death in range(3):
        acknowledged = max(acknowledged, killed_after(store, acknowledged + 100, round_of_death))
        assert store.check() == []
        for card in store.articles():
            assert_whole(store, card.id)
        said = [message.text for message in store.messages("c1")]
        assert f"said {acknowledged}" in said
        assert len(store.events("c1", limit=100_000)) == len(said)
    assert len(store.articles()) == 7


def killed_after(store: SqlStore, number: int, seed: int) -> int:
    """Publishes in a process of its own until it is killed; the last number it acknowledged."""
    url = store._db.url.render_as_string(hide_password=False)
    process = subprocess.Popen(
        [sys.executable, "-c", PUBLISH_FOREVER, url, str(number)],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    for _ in range(8):
        assert process.stdout.readline(), "the process ended by itself"
    time.sleep(random.Random(seed).uniform(0, 0.1))
    process.kill()
    last = process.communicate()[0].split("\n")[:-1]
    return int(last[-1]) if last else number + 8


def assert_whole(store: SqlStore, article_id: str) -> None:
    number = int(store.article(article_id).body)
    passages = store.passages_of(article_id)
    assert [passage.text for passage in passages] == [
        f"round{number} place{place}" for place in range(3 + number % 5)
    ]
    assert store.content_hashes("shop")[article_id] == str(number)
    found = store.lexical_candidates("en", [f"round{number}"], kind="body", limit=50)
    assert [candidate.passage for candidate in found] == passages
    fingerprints = {passage.fingerprint for passage in passages}
    assert store.known_vectors("m", fingerprints) == fingerprints


def test_a_reader_sees_an_article_old_or_new_and_never_half(store: SqlStore) -> None:
    stop = threading.Event()
    rounds: list[int] = []

    def publish() -> None:
        number = 0
        while not stop.is_set():
            number += 1
            passages = [
                a_passage(f"same round{number} place{place}", position=place)
                for place in range(2 + number % 3)
            ]
            store.publish(an_article(), passages, content_hash="h", vectors={}, model="m")
            rounds.append(number)

    publisher = threading.Thread(target=publish)
    publisher.start()
    try:
        # However slowly the disk takes what is published.
        until = time.monotonic() + 120
        for number in itertools.count():
            if number >= 60 and len(rounds) > 5:
                break
            assert time.monotonic() < until
            found = store.lexical_candidates("en", ["same"], kind="body", limit=50)
            seen = {candidate.passage.text.split()[1] for candidate in found}
            assert len(seen) <= 1
            assert all(word in each.tokens for each in found for word in seen)
            assert all(len(found) == 2 + int(word.removeprefix("round")) % 3 for word in seen)
    finally:
        stop.set()
        publisher.join()
    assert len(rounds) > 5
    assert store.version() == len(rounds)


def test_two_threads_publish_and_talk_at_once(store: SqlStore) -> None:
    started(store, a_conversation())
    failures: list[BaseException] = []

    def work(thread: int) -> None:
        try:
            for number in range(25):
                passages = [a_passage(f"word{thread}", article=f"a{thread}")]
                article = an_article(f"a{thread}")
                store.publish(article, passages, content_hash="h", vectors={}, model="m")
                store.add_message(a_message(f"m{thread}-{number}"))
                store.withdraw([f"a{1 - thread}"] if number % 10 == 9 else [])
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=work, args=(thread,)) for thread in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert len(store.messages("c1")) == 50
    assert store.check() == []
    assert store.version() >= 50
    assert all(message.created_at == NOON for message in store.messages("c1"))
