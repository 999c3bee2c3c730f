"""`kill -9` of the server with a conversation in each state: the next one rescues all of them."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta
from http.client import HTTPException
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from assistant.adapters.sql.schema import conversations
from assistant.adapters.sql.store import SqlStore
from assistant.domain.conversation import Author, Status
from assistant.domain.schedule import within_hours
from assistant.ports import Person
from assistant.support.casework import Casework
from tests.server.test_process import Process, start, utc_now  # noqa: F401

pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]

KIM = Person("kim", "kim@company.example", "agent", "-")
WITHIN_S = 150


def asks(process: Process, at: tuple[str, dict[str, str]], text: str) -> threading.Thread:
    """The reply, if there will be one, is not waited for."""
    path, headers = at

    def ask() -> None:
        with suppress(OSError, HTTPException):
            process.call("POST", f"{path}/messages", {"text": text}, **headers)

    thread = threading.Thread(target=ask)
    thread.start()
    return thread


def test_the_next_server_rescues_a_conversation_in_each_state(
    start: Callable[..., Process],  # noqa: F811
    tmp_path: Path,
) -> None:
    # Its encoder never comes: what is asked stays in work until the server dies.
    dying = start(slow_s=600)
    dying.waits_for("/healthz", within=WITHIN_S)
    store = SqlStore(f"sqlite:///{tmp_path / 'assistant.db'}", now=utc_now)
    work = Casework(store, levels=lambda: within_hours(24), now=utc_now)
    with closing(store):
        people = {status: dying.starts() for status in Status}
        ids = {status: path.rpartition("/")[2] for status, (path, _) in people.items()}
        for status in (Status.WAITING, Status.WITH_AGENT, Status.RESOLVED):
            path, headers = people[status]
            assert dying.call("POST", f"{path}/handoff", {}, **headers)[0] == 200
        store.add_person(KIM)
        work.answer(ids[Status.WITH_AGENT], KIM, "One moment")
        work.resolve(ids[Status.RESOLVED], KIM)
        asleep = snoozed(dying, work)
        asking = [
            asks(dying, people[Status.WITH_AGENT], "Are you there?"),
            asks(dying, people[Status.WITH_ASSISTANT], "Where is my parcel?"),
            asks(dying, people[Status.RESOLVED], "One thing more: where is it?"),
        ]
        waits_until(lambda: len(store.unanswered()) == 2)
        waits_until(lambda: store.conversation(ids[Status.WITH_AGENT]).due_at)
        dying.popen.kill()
        dying.popen.wait()
        for thread in asking:
            thread.join()
        found = {status: store.conversation(id).status for status, id in ids.items()}
        assert found == {status: status for status in Status}
        # A day without a server.
        late = datetime.now(UTC) - timedelta(minutes=1)
        with store._db.write() as connection:
            owed = update(conversations).where(conversations.c.due_at.is_not(None))
            connection.execute(owed.values(due_at=late, since=late - timedelta(hours=1)))
            sleeping = update(conversations).where(conversations.c.snoozed_until.is_not(None))
            connection.execute(sleeping.values(snoozed_until=late))
        start().waits_for("/readyz", within=WITHIN_S)
        waits_until(lambda: not store.unanswered())
        waits_until(lambda: told_the_truth(store, ids[Status.WAITING]))
        waits_until(lambda: told_the_truth(store, ids[Status.WITH_AGENT]))
        waits_until(lambda: store.conversation(asleep).snoozed_until is None)
        assert store.events(asleep)[-1].payload["event"] == "woken"
        assert store.conversation(asleep).agent_id == KIM.id
        now = {status: store.conversation(id).status for status, id in ids.items()}
        assert now[Status.WAITING] is now[Status.WITH_AGENT] is Status.WAITING
        for status in (Status.WITH_ASSISTANT, Status.RESOLVED):
            assert now[status] is not Status.RESOLVED
            assert store.messages(ids[status])[-1].author is Author.ASSISTANT


def snoozed(process: Process, work: Casework) -> str:
    """A conversation that was answered and put off; its id."""
    path, headers = process.starts()
    assert process.call("POST", f"{path}/handoff", {}, **headers)[0] == 200
    id = path.rpartition("/")[2]
    work.answer(id, KIM, "I will look tomorrow")
    work.snooze(id, KIM, until=utc_now() + timedelta(hours=12))
    return id


def told_the_truth(store: SqlStore, id: str) -> bool:
    return any(message.author is Author.SYSTEM for message in store.messages(id))


def waits_until(holds: Callable[[], Any]) -> None:
    deadline = time.monotonic() + WITHIN_S
    while not holds():
        assert time.monotonic() < deadline, f"not within {WITHIN_S} s"
        time.sleep(0.05)
