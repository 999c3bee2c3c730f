"""What happens in a conversation, as it happens."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from queue import Empty, Queue
from typing import Any

import pytest

from assistant.ports import StoredEvent
from assistant.server import events
from tests.server.conftest import Agent, Visitor, World

WITHIN_S = 30
"""Only for what hangs: the machine may be busy with other tests."""


class Following:
    """A customer's open event stream, read in a thread as a browser reads it."""

    def __init__(self) -> None:
        self._blocks: Queue[dict[str, Any]] = Queue()

    def read(self, lines: Iterator[str]) -> None:
        block: dict[str, Any] = {}
        for line in lines:
            if line:
                name, _, value = line.partition(": ")
                block[name] = value
            elif block:
                self._blocks.put(block)
                block = {}

    def next(self, *, within: float = WITHIN_S) -> tuple[str, dict[str, Any], int]:
        while True:
            block = self._blocks.get(timeout=within)
            if "event" in block:
                return block["event"], json.loads(block["data"]), int(block.get("id", 0))

    def is_silent(self, *, during: float = 0.3) -> bool:
        try:
            self.next(within=during)
        except Empty:
            return True
        return False


@contextmanager
def followed(world: World, visitor: Visitor, **headers: str) -> Iterator[Following]:
    """Open the stream; it ends because the server stops, as streams do."""
    following = Following()

    def follow() -> None:
        url = f"{visitor.path}/events"
        with visitor.client.stream("GET", url, headers={**visitor.headers, **headers}) as response:
            assert response.status_code == 200
            assert response.headers["content-type"].startswith("text/event-stream")
            following.read(response.iter_lines())

    thread = threading.Thread(target=follow)
    thread.start()
    try:
        yield following
    finally:
        world.app.state.wakeups.stop()
        thread.join(timeout=WITHIN_S)
        assert not thread.is_alive()


def test_the_stream_begins_with_what_was_said_so_far(world: World, visitor: Visitor) -> None:
    visitor.says("Can I return a gift?", client_id="one")
    with followed(world, visitor) as stream:
        kind, asked, _ = stream.next()
        assert (kind, asked["author"], asked["client_id"]) == ("message", "customer", "one")
        assert stream.next()[1]["author"] == "assistant"


def test_an_agents_words_appear_at_once(
    world: World, visitor: Visitor, agent: Agent, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody waits until the store is looked at again: that would be too late for this test."""
    monkeypatch.setattr(events, "POLL_S", 10 * WITHIN_S)
    visitor.calls_a_person()
    with followed(world, visitor) as stream:
        while stream.next()[0] != "status":
            pass
        agent.posts(f"/console/conversations/{visitor.id}/messages", text="Hello, **Kim** here.")
        assert stream.next()[:2] == ("status", {"status": "with_agent"})
        kind, message, _ = stream.next()
        assert (kind, message["author"]) == ("message", "agent")
        assert "<strong>Kim</strong>" in message["html"]


def test_what_another_process_stored_is_found_too(world: World, visitor: Visitor) -> None:
    with followed(world, visitor) as stream:
        assert stream.is_silent()
        world.assistant.desk.hand_off(visitor.id, reason=None, email=None)
        assert stream.next()[0] == "message"


def test_a_stream_goes_on_after_the_last_event_that_was_seen(
    world: World, visitor: Visitor
) -> None:
    visitor.says("Can I return a gift?")
    seen = world.store.events(visitor.id)[0].id
    with followed(world, visitor, **{"Last-Event-ID": str(seen)}) as stream:
        kind, message, id = stream.next()
        assert (kind, message["author"]) == ("message", "assistant")
        assert id > seen
        assert stream.is_silent()


@pytest.mark.parametrize("id", ["9" * 19, "9223372036854775807"])
def test_an_id_from_the_future_is_waited_for(world: World, visitor: Visitor, id: str) -> None:
    visitor.says("Can I return a gift?")
    with followed(world, visitor, **{"Last-Event-ID": id}) as stream:
        assert stream.is_silent()


@pytest.mark.parametrize("id", ["9" * 5000, "-1", "1.5", "abc", "١٢", "0x10"])
def test_an_id_that_is_none_is_refused(visitor: Visitor, id: str) -> None:
    headers = [(b"Authorization", f"Bearer {visitor.token}".encode())]
    headers.append((b"Last-Event-ID", id.encode()))
    response = visitor.client.get(f"{visitor.path}/events", headers=headers)
    assert response.status_code == 422


def test_an_error_in_mid_stream_is_the_last_event(
    world: World, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any, **__: Any) -> Any:
        raise RuntimeError("SELECT secret FROM customers")

    monkeypatch.setattr(world.store, "events", broken)
    with followed(world, visitor) as stream:
        kind, problem, _ = stream.next()
        assert (kind, problem["status"]) == ("error", 500)
        assert "secret" not in json.dumps(problem)


def test_an_error_in_mid_reply_is_the_last_event(
    world: World, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = world.assistant.desk.reply

    async def cut(*args: Any, **more: Any) -> Any:
        async for event in whole(*args, **more):
            yield event
            raise RuntimeError("SELECT secret FROM customers")

    monkeypatch.setattr(world.assistant.desk, "reply", cut)
    response = visitor.client.post(
        f"{visitor.path}/messages",
        json={"text": "Can I return a gift?"},
        headers={**visitor.headers, "Accept": "text/event-stream"},
    )
    first, last = response.text.strip().split("\n\n")
    assert first.startswith("event: sources")
    assert last.startswith("event: error")
    assert json.loads(last.split("data: ")[1])["status"] == 500
    assert "secret" not in response.text


def test_a_customer_is_not_told_who_the_agent_is_nor_what_is_over() -> None:
    def stored(number: int, kind: str, /, **payload: Any) -> StoredEvent:
        return StoredEvent(number, "c-1", kind, payload, datetime(2026, 1, 1, tzinfo=UTC))

    told = events.public_events(
        [
            stored(1, "handoff", handoff_id="h-1", reason="not_covered"),
            stored(2, "handoff", status="waiting", agent_id=None),
            stored(3, "status", status="with_agent", agent_id="kim"),
            stored(4, "message", id="m-1", author="agent", text="Hello", internal="no"),
            stored(5, "message", status="resolved", agent_id=None),
        ]
    )
    assert [(each.kind, each.payload) for each in told] == [
        ("message", {"id": "m-1", "author": "agent", "text": "Hello"}),
        ("status", {"status": "resolved"}),
    ]


def test_a_silent_stream_is_kept_open_by_comments(
    world: World, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(events, "PING_S", 0.05)
    monkeypatch.setattr(events, "POLL_S", 0.05)
    seen: list[str] = []

    def follow() -> None:
        with visitor.client.stream("GET", f"{visitor.path}/events", headers=visitor.headers) as it:
            seen.extend(line for line in it.iter_lines() if line)

    thread = threading.Thread(target=follow)
    thread.start()
    deadline = time.monotonic() + WITHIN_S
    while seen.count(": ping") < 3 and time.monotonic() < deadline:
        time.sleep(0.02)
    world.app.state.wakeups.stop()
    thread.join(timeout=WITHIN_S)
    assert seen.count(": ping") >= 3


def test_a_closed_stream_leaves_nothing_behind(
    world: World, visitor: Visitor, new_visitor: Callable[..., Visitor]
) -> None:
    with followed(world, visitor) as stream:
        assert stream.is_silent()
    assert world.app.state.wakeups._listeners == {}


def test_who_writes_is_told_as_long_as_they_do(
    world: World, visitor: Visitor, agent: Agent
) -> None:
    visitor.calls_a_person()
    path = f"/console/conversations/{visitor.id}/presence"
    last = world.store.events(visitor.id)[-1].id
    with followed(world, visitor, **{"Last-Event-ID": str(last)}) as stream:
        agent.posts(path, writing="")
        assert stream.is_silent()
        agent.posts(path, writing="1")
        assert stream.next() == ("typing", {"writing": True}, 0)
        agent.posts(path, writing="")
        assert stream.next() == ("typing", {"writing": False}, 0)
    assert world.store.events(visitor.id)[-1].id == last
