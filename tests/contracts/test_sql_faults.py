"""What goes wrong with a database comes out as our error with a remedy; or the doctor finds it."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import event, text

from assistant.adapters.sql.store import SqlStore
from assistant.errors import StoreUnavailable
from assistant.testing.samples import (
    a_conversation,
    a_message,
    handed_over,
    publish,
    started,
)
from tests.contracts.conftest import the_clock


def test_a_full_disk_has_a_remedy_and_stores_nothing_half(open_store) -> None:
    store = open_store("sqlite")
    publish(store, ["old"])
    store.close()
    # Every connection from here on may use no page more than the file has.
    event.listen(
        store._db.engine, "connect", lambda raw, _: raw.execute("PRAGMA max_page_count = 1")
    )
    with pytest.raises(StoreUnavailable, match=r"the disk is full .*; free some space on it"):
        publish(store, ["new " * 5000] * 20)
    assert [passage.text for passage in store.passages_of("returns")] == ["old"]
    assert store.version() == 1


def test_a_store_without_tables_says_how_to_make_them(tmp_path: Path) -> None:
    store = SqlStore(f"sqlite:///{tmp_path / 'new.db'}", now=the_clock)
    with pytest.raises(StoreUnavailable, match="run `assistant migrate`"):
        store.version()
    store.close()


def test_a_damaged_file_says_to_restore_a_backup(tmp_path: Path) -> None:
    (tmp_path / "broken.db").write_bytes(b"this is not a database, " * 200)
    store = SqlStore(f"sqlite:///{tmp_path / 'broken.db'}", now=the_clock)
    with pytest.raises(StoreUnavailable, match="the file is no database"):
        store.version()
    store.close()


def test_a_folder_that_is_missing_or_a_file_is_named(tmp_path: Path) -> None:
    store = SqlStore(f"sqlite:///{tmp_path / 'nowhere' / 'a.db'}", now=the_clock)
    with pytest.raises(StoreUnavailable, match=r"nowhere.*cannot be opened"):
        store.version()
    (tmp_path / "file").write_text("")
    store = SqlStore(f"sqlite:///{tmp_path / 'file' / 'a.db'}", now=the_clock)
    with pytest.raises(StoreUnavailable, match="file"):
        store.migrate()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_file_that_may_not_be_written_is_named(open_store) -> None:
    store = open_store("sqlite")
    store._db.path.chmod(0o400)
    with pytest.raises(StoreUnavailable, match="may not be written"):
        publish(store, ["new"])


def test_a_database_that_stays_locked_is_told(open_store, monkeypatch) -> None:
    store = open_store("sqlite")
    monkeypatch.setattr("assistant.adapters.sql.engine._BUSY_MS", 50)
    blocker = sqlite3.connect(store._db.path, isolation_level=None)
    blocker.execute("BEGIN IMMEDIATE")
    try:
        with pytest.raises(StoreUnavailable, match="another process keeps it locked"):
            publish(store, ["new"])
        assert store.version() == 0
    finally:
        blocker.close()
    publish(store, ["new"])


def test_a_server_that_is_not_there_is_told_without_the_password() -> None:
    store = SqlStore("postgresql://ada:secret@127.0.0.1:9/x", now=the_clock)
    with pytest.raises(StoreUnavailable, match="the server cannot be reached") as caught:
        store.version()
    assert "127.0.0.1:9" in str(caught.value)
    assert "secret" not in str(caught.value)
    store.close()


def test_a_missing_postgresql_database_is_told(open_store) -> None:
    url = open_store("postgresql")._db.url.set(database="nowhere_at_all", query={})
    store = SqlStore(url.render_as_string(hide_password=False), now=the_clock)
    with pytest.raises(StoreUnavailable, match="nowhere_at_all"):
        store.migrate()
    store.close()


def test_records_that_contradict_each_other_are_our_error_too(store: SqlStore) -> None:
    started(store, a_conversation())
    store.add_message(a_message())
    with pytest.raises(StoreUnavailable, match="contradict"):
        store.add_message(a_message())
    assert len(store.messages("c1")) == len(store.events("c1")) == 1


# -- the doctor


def test_a_sound_database_has_nothing_to_mend(store: SqlStore) -> None:
    publish(store, ["one two", "", "L'été"], locale="pt-BR")
    publish(store, ["one two two", "three"])
    publish(store, ["one"])
    handed_over(store, started(store, a_conversation()))
    assert store.check() == []


def test_the_doctor_names_what_is_wrong(store: SqlStore) -> None:
    publish(store, ["one"], article="bare")
    publish(store, ["one"], article="hidden")
    handed_over(store, started(store, a_conversation()))
    with store._db.write() as connection:
        connection.execute(text("DELETE FROM passages WHERE article_id = 'bare'"))
        connection.execute(text("UPDATE articles SET status = 'draft' WHERE id = 'hidden'"))
        connection.execute(text("DELETE FROM handoffs"))
    problems = "\n".join(store.check())
    assert "Article 'bare' is published but has no passages; run `assistant sync`" in problems
    assert "Article 'hidden' is not published but has passages" in problems
    assert "Conversation 'c1' waits without a case file" in problems
    assert len(store.check()) == 3


def test_the_doctor_mends_a_lexical_index_that_disagrees(open_store) -> None:
    store = open_store("sqlite")
    publish(store, ["one two", "two three"])
    with store._db.write() as connection:
        connection.execute(text("INSERT INTO passage_terms(passage_terms) VALUES ('delete-all')"))
    assert "lexical index" in store.check()[0]
    store.rebuild_lexical_index()
    assert store.check() == []
    store.forget_readings()
    assert len(store.lexical_candidates("en", ["two"], kind="body", limit=9)) == 2


def test_the_lexical_index_can_be_made_anew_on_any_engine(store: SqlStore) -> None:
    publish(store, ["one two", "two three"])
    store.rebuild_lexical_index()
    assert len(store.lexical_candidates("en", ["two"], kind="body", limit=9)) == 2


def test_the_doctor_finds_rows_that_refer_to_nothing(open_store) -> None:
    store = open_store("sqlite")
    started(store, a_conversation())
    store.add_message(a_message())
    with sqlite3.connect(store._db.path) as raw:
        raw.execute("DELETE FROM conversations")
    raw.close()
    problems = "\n".join(store.check())
    assert "of messages refers to nothing" in problems
    assert "Message 'm1' belongs to no conversation" in problems
