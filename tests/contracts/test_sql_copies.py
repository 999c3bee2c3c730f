"""A backup is one file from one moment; what is restored from it is the same database."""

from __future__ import annotations

import gzip
import json
import shutil
import stat
import threading
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from assistant.adapters.sql.store import SqlStore
from assistant.domain.survey import Feedback, SurveyResponse
from assistant.errors import Refused
from assistant.ports import Person
from assistant.testing.samples import (
    NOON,
    a_conversation,
    a_message,
    a_passage,
    an_article,
    answered,
    handed_over,
    publish,
    started,
    token_of,
)
from tests.contracts.conftest import postgres_schema, the_clock

KINDS = ("conversations", "articles", "events", "feedback")


def fill(store: SqlStore) -> None:
    article = replace(an_article(), updated=date(2026, 2, 28), questions=("Renvoyer ?",))
    passage = a_passage("send it back \u2014 déjà")
    vector = np.array([0.6, -0.8, 1e-20], dtype=np.float32)
    vectors = {passage.passage.fingerprint: vector}
    store.publish(article, [passage], content_hash="h", vectors=vectors, model="m")
    publish(store, ["gone"], article="gone")
    store.withdraw(["gone"])
    answered(store, started(store, a_conversation()))
    store.add_survey(SurveyResponse("c1", NOON, csat=5, comment="Très bien"))
    store.add_feedback(Feedback("m2", helpful=True, created_at=NOON))
    handed_over(store, started(store, a_conversation("c2", visitor="v2")))
    store.add_person(Person("p1", "ada@example.com", "lead", "$hash"))


def everything(store: SqlStore) -> dict[str, Any]:
    fingerprints = store.fingerprints("en")
    vectors = store.vectors("m", fingerprints)
    return {kind: list(store.export(kind)) for kind in KINDS} | {
        "version": store.version(),
        "vectors": {name: vector.tolist() for name, vector in vectors.items()},
        "found": store.lexical_candidates("en", ["déjà"], kind="body", limit=5),
        "person": store.person_by_email("ada@example.com"),
        "visitor": store.visitor_for(token_of("v1")),
        "reply": store.reply_to("m1"),
    }


@pytest.fixture
def empty(store: SqlStore, tmp_path: Path, request: pytest.FixtureRequest) -> Any:
    """A second database of the same engine, without any tables."""
    if store._db.is_sqlite:
        other = SqlStore(f"sqlite:///{tmp_path / 'other' / 'assistant.db'}", now=the_clock)
        yield other
        other.close()
    else:
        made = request.getfixturevalue("made_postgres")
        with postgres_schema(made.partition("?")[0]) as url:
            other = SqlStore(url, now=the_clock)
            yield other
            other.close()


def test_what_is_restored_is_the_same(store: SqlStore, empty: SqlStore, tmp_path: Path) -> None:
    fill(store)
    copy = tmp_path / "copy"
    store.backup(str(copy))
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert not list(tmp_path.glob(".copy*"))
    empty.restore(str(copy))
    assert everything(empty) == everything(store)
    assert everything(empty)["found"]
    assert empty.check() == []


def test_a_restored_database_goes_on(store: SqlStore, empty: SqlStore, tmp_path: Path) -> None:
    fill(store)
    store.backup(str(tmp_path / "copy"))
    empty.migrate()
    assert empty.vocabulary("en") == []
    empty.restore(str(tmp_path / "copy"))
    last = list(empty.export("events"))[-1]["id"]
    empty.add_message(a_message("m9"))
    assert empty.events("c1")[-1].id > last
    empty.add_survey(SurveyResponse("c1", NOON, ces=7))
    publish(empty, ["one", "two"])
    publish(empty, ["three"], article="more")
    assert empty.vocabulary("en") == ["one", "three", "two"]
    assert empty.check() == []


def test_a_backup_is_of_one_moment_while_others_write(
    store: SqlStore, empty: SqlStore, tmp_path: Path
) -> None:
    started(store, a_conversation())
    stop = threading.Event()

    def write() -> None:
        number = 0
        while not stop.is_set():
            number += 1
            store.add_message(a_message(f"m{number}"))
            publish(store, [f"word{number}"] * 5)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        while store.version() < 5:
            pass
        for _ in range(3):
            store.backup(str(tmp_path / "copy"))
    finally:
        stop.set()
        writer.join()
    empty.restore(str(tmp_path / "copy"))
    assert len(empty.vocabulary("en")) == 1
    assert len(empty.passages_of("returns")) == 5
    assert empty.check() == []
    assert 0 <= len(empty.messages("c1")) - empty.version() <= 1
    assert len(empty.messages("c1")) == len(empty.events("c1", limit=100_000))


def test_nothing_is_restored_over_what_is_there(store: SqlStore, tmp_path: Path) -> None:
    fill(store)
    store.backup(str(tmp_path / "copy"))
    before = everything(store)
    with pytest.raises(Refused, match="holds articles, conversations or people already"):
        store.restore(str(tmp_path / "copy"))
    assert everything(store) == before


def test_a_backup_replaces_an_older_one_and_nothing_else(store: SqlStore, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    copy.write_bytes(b"older")
    store.backup(str(copy))
    assert copy.stat().st_size > 100
    for target in (tmp_path, tmp_path / "nowhere" / "copy"):
        with pytest.raises(Refused, match="name a file in a folder that exists"):
            store.backup(str(target))


@pytest.mark.parametrize("content", [b"", b"text", b"SQLite format 3\x00", gzip.compress(b"{}\n")])
def test_what_is_no_backup_is_refused(store: SqlStore, tmp_path: Path, content: bytes) -> None:
    source = tmp_path / "source"
    source.write_bytes(content)
    with pytest.raises(Refused, match="source"):
        store.restore(str(source))
    with pytest.raises(Refused, match="not there"):
        store.restore(str(tmp_path / "nothing"))


def test_a_cut_backup_restores_nothing(store: SqlStore, empty: SqlStore, tmp_path: Path) -> None:
    fill(store)
    copy = tmp_path / "copy"
    store.backup(str(copy))
    whole = copy.read_bytes()
    for length in (len(whole) - 1, len(whole) // 2, 200):
        copy.write_bytes(whole[:length])
        with pytest.raises(Refused, match=r"cannot be restored|is no backup"):
            empty.restore(str(copy))
    empty.migrate()
    assert empty.version() == 0
    assert list(empty.export("articles")) == []


def test_a_postgresql_copy_that_lacks_its_end_restores_nothing(open_store, tmp_path: Path) -> None:
    store = open_store("postgresql")
    fill(store)
    copy = tmp_path / "copy"
    store.backup(str(copy))
    lines = gzip.decompress(copy.read_bytes()).splitlines(keepends=True)
    copy.write_bytes(gzip.compress(b"".join(lines[:-1])))
    with postgres_schema(str(store._db.url.set(query={})).replace("+psycopg", "")) as url:
        empty = SqlStore(url, now=the_clock)
        with pytest.raises(Refused, match="damaged or cut"):
            empty.restore(str(copy))
        assert empty.articles() == []
        empty.close()


def test_another_programs_database_is_refused(open_store, tmp_path: Path) -> None:
    import sqlite3

    other = tmp_path / "other.db"
    with sqlite3.connect(other) as connection:
        connection.execute("CREATE TABLE notes (text)")
    connection.close()
    with pytest.raises(Refused, match="another program wrote it"):
        open_store("sqlite").restore(str(other))


def test_a_shop_that_grows_moves_from_sqlite_to_postgresql(open_store, tmp_path: Path) -> None:
    small, large = open_store("sqlite"), open_store("postgresql")
    fill(small)
    small.backup(str(tmp_path / "copy"))
    large.restore(str(tmp_path / "copy"))
    assert everything(large) == everything(small)
    large.add_message(a_message("m9"))
    publish(large, ["more"], article="more")
    assert large.check() == []


def test_the_way_back_is_refused_with_a_reason(open_store, tmp_path: Path) -> None:
    large, small = open_store("postgresql"), open_store("sqlite")
    large.backup(str(tmp_path / "copy"))
    with pytest.raises(Refused, match="empty PostgreSQL database"):
        small.restore(str(tmp_path / "copy"))


def test_a_sqlite_copy_is_a_single_file_without_what_was_erased(open_store, tmp_path: Path) -> None:
    store = open_store("sqlite")
    started(store, a_conversation())
    store.add_message(a_message(text="my secret is XYZZY-1234"))
    store.forget("v1")
    store.backup(str(tmp_path / "copy"))
    assert b"XYZZY-1234" not in (tmp_path / "copy").read_bytes()
    for left in store._db.path.parent.glob("assistant.db*"):
        assert b"XYZZY-1234" not in left.read_bytes()
    shutil.copyfile(tmp_path / "copy", tmp_path / "alone.db")
    alone = SqlStore(f"sqlite:///{tmp_path / 'alone.db'}", now=the_clock)
    assert alone.check() == []
    alone.close()


def test_a_postgresql_copy_is_lines_of_json(open_store, tmp_path: Path) -> None:
    store = open_store("postgresql")
    fill(store)
    store.backup(str(tmp_path / "copy"))
    lines = list(map(json.loads, gzip.decompress((tmp_path / "copy").read_bytes()).splitlines()))
    assert lines[0]["form"] == "help-assistant backup 1"
    assert lines[-1] == {"complete": True}
    assert {"articles", "messages", "vectors"} <= {line["table"] for line in lines[1:-1]}
