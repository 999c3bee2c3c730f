"""What the store is asked for most often costs no more statements than it needs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import pytest
from sqlalchemy import event

from assistant.adapters.sql.store import SqlStore
from assistant.domain.conversation import Author
from assistant.testing.samples import (
    a_conversation,
    a_message,
    a_passage,
    a_turn,
    always,
    an_article,
    started,
)


@contextmanager
def statements(store: SqlStore) -> Iterator[list[str]]:
    """Those inside the block, by their first three words."""
    engine, seen = store._db.engine, list[str]()

    def note(_: object, __: object, statement: str, *___: object) -> None:
        if not statement.startswith("BEGIN"):
            seen.append(" ".join(statement.split()[:3]))

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)


def test_a_message_takes_three_statements_and_a_reply_seven(open_store) -> None:
    store = open_store("sqlite")
    conversation = started(store, a_conversation())
    with statements(store) as seen:
        store.add_message(a_message())
    assert [each.split()[0] for each in seen] == ["SELECT", "INSERT", "INSERT"]
    said = a_message("m2", "Tomorrow.", author=Author.ASSISTANT)
    with statements(store) as seen:
        store.add_reply(a_turn(), message=said, locale=conversation.locale, reply=always({}))
    written = [each.split()[2] for each in seen if each.startswith("INSERT")]
    assert written == ["turns", "messages", "events", "replies"]
    assert len(seen) == 7


def test_vectors_of_published_passages_lie_in_memory_once(open_store) -> None:
    store = open_store("sqlite")
    names = publish(store, "first", "second")
    assert store.vectors("m", names[:1]).keys() == {names[0]}
    [rows] = store.article_vectors("m", "en").values()
    with statements(store) as seen:
        found = store.vectors("m", names)
    assert seen == []
    assert all(np.shares_memory(vector, rows) for vector in found.values())
    assert np.array_equal(np.stack([found[name] for name in names]), rows)


def test_vectors_of_an_edition_are_there_at_once(open_store) -> None:
    store = open_store("sqlite")
    publish(store, "first")
    store.article_vectors("m", "en")
    names = publish(store, "first", "third")
    assert store.vectors("m", [*names, "none"]).keys() == set(names)
    assert [len(rows) for rows in store.article_vectors("m", "en").values()] == [2]
    store.add_vectors("m", {"else": np.ones(4, np.float32)})
    assert store.vectors("m", ["else"]).keys() == {"else"}
    assert store.vectors("other model", names) == {}


def test_vectors_in_memory_change_for_nobody_and_go_with_their_edition(open_store) -> None:
    store = open_store("sqlite")
    publish(store, "first")
    [rows] = store.article_vectors("m", "en").values()
    with pytest.raises(ValueError, match="read-only"):
        rows[0] = 0
    publish(store, "first", "third")
    assert store.article_vectors("m", "fr") == {}
    assert store._held.keys() == {("m", "fr")}


def publish(store: SqlStore, *texts: str) -> list[str]:
    """An article of these passages, each with a vector; returns their fingerprints."""
    passages = [a_passage(text, position=place) for place, text in enumerate(texts)]
    names = [each.passage.fingerprint for each in passages]
    vectors = {name: np.eye(4, dtype=np.float32)[place] for place, name in enumerate(names)}
    store.publish(an_article(), passages, content_hash="h", vectors=vectors, model="m")
    return names
