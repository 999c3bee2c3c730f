"""Server-sent events: a reply as it comes, and what happens in a conversation meanwhile."""

from __future__ import annotations

import asyncio
import json
import logging
import threading
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator, Sequence
from contextlib import aclosing, asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from fastapi import HTTPException, Request
from fastapi.sse import KEEPALIVE_COMMENT, EventSourceResponse, format_sse_event

from assistant.case_ports import CaseStore
from assistant.concurrency import in_thread
from assistant.domain.conversation import Author
from assistant.errors import Refused
from assistant.ports import ConversationStore, StoredEvent
from assistant.server.problems import problem_of

if TYPE_CHECKING:
    from assistant.support.desk import ReplyEvent

MEDIA_TYPE = "text/event-stream"
ANY = "*"
"""Rung whenever any conversation changes."""
PING_S = 15.0
# Whoever writes in this process wakes the readers; this finds what another process wrote.
POLL_S = 1.0
# Before the server itself cuts what is still open.
REPLY_GRACE_S = 2.0
_RESTARTING = (
    "The server is restarting; your message is kept. Send it again with the same client_id."
)
_HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
_LARGEST_ID = 2**63 - 1
_BATCH = 200
_MESSAGE = (
    "id", "author", "text", "html", "locale", "citations", "rateable", "created_at", "client_id",
    "attachments",
)  # fmt: skip

log = logging.getLogger(__name__)


class Wakeups:
    """Wakes event streams: those of one conversation when it changes, all when the server stops."""

    def __init__(self) -> None:
        self.stopping = False
        self._listeners: dict[str, set[_Listener]] = {}
        self._endings: set[Callable[[], object]] = set()
        self._lock = threading.Lock()

    def ring(self, conversation_id: str) -> None:
        """Something was stored in the conversation. From any thread."""
        with self._lock:
            for name in (conversation_id, ANY):
                for listener in self._listeners.get(name, ()):
                    listener.wake()

    def is_followed(self, conversation_id: str) -> bool:
        """Whether its customer's page hears of what happens, in this process."""
        with self._lock:
            return bool(self._listeners.get(conversation_id))

    def stop(self) -> None:
        """Every stream ends. Safe in a signal handler: takes no lock that it could interrupt."""
        self.stopping = True
        for end_soon in list(self._endings):
            end_soon()
        for listeners in list(self._listeners.values()):
            for listener in list(listeners):
                listener.wake()

    @contextmanager
    def listen(self, conversation_id: str) -> Iterator[_Listener]:
        """Within an event loop: a listener that misses nothing from here on."""
        listener = _Listener()
        with self._lock:
            self._listeners.setdefault(conversation_id, set()).add(listener)
        try:
            yield listener
        finally:
            with self._lock:
                self._listeners[conversation_id].discard(listener)
                if not self._listeners[conversation_id]:
                    del self._listeners[conversation_id]

    @asynccontextmanager
    async def bounded(self) -> AsyncIterator[None]:
        """What is in work when the server stops may go on for a moment; then it is a 503."""
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(None) as limit:

                def shorten() -> None:
                    # By now it may be done, and a timeout that is over cannot be moved.
                    if end_soon in self._endings:
                        limit.reschedule(loop.time() + REPLY_GRACE_S)

                def end_soon() -> None:
                    loop.call_soon_threadsafe(shorten)

                self._endings.add(end_soon)
                try:
                    if self.stopping:
                        end_soon()
                    yield
                finally:
                    self._endings.discard(end_soon)
        except TimeoutError:
            if not limit.expired():
                raise
            raise HTTPException(503, _RESTARTING, headers={"Retry-After": "5"}) from None


class _Listener:
    def __init__(self) -> None:
        self._loop, self._rung = asyncio.get_running_loop(), asyncio.Event()

    def wake(self) -> None:
        self._loop.call_soon_threadsafe(self._rung.set)

    async def wait(self, seconds: float) -> None:
        """Until woken or the time is over; then ready for the next wake."""
        try:
            await asyncio.wait_for(self._rung.wait(), seconds)
        except TimeoutError:
            return
        self._rung.clear()


def wants_stream(request: Request) -> bool:
    """Whether the caller asks for events rather than one JSON object."""
    ranges = request.headers.get("accept", "").lower().split(",")
    return any(part.split(";")[0].strip() == MEDIA_TYPE for part in ranges)


def resume_after(last_event_id: str | None) -> int:
    """The event after which to go on, 0 for the beginning."""
    if last_event_id is None or not last_event_id.strip():
        return 0
    digits = last_event_id.strip()
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 19):
        raise Refused(
            "Last-Event-ID is not an id of ours; send the id of an event that you received."
        )
    return min(int(digits), _LARGEST_ID)


async def stream_reply(
    events: AsyncIterator[ReplyEvent],
    *,
    wakeups: Wakeups,
    when_done: Callable[[dict[str, Any]], None],
) -> EventSourceResponse:
    """The reply as a stream. An error before its first event is raised, for a status of its own."""
    async with wakeups.bounded():
        first = await anext(events)
    return EventSourceResponse(_reply(first, events, when_done), headers=_HEADERS)


async def whole_reply(
    events: AsyncIterator[ReplyEvent],
    *,
    wakeups: Wakeups,
    when_done: Callable[[dict[str, Any]], None],
) -> dict[str, Any]:
    """The reply object alone."""
    async with wakeups.bounded():
        reply = [event.data async for event in events if event.kind == "done"][-1]
    when_done(reply)
    return reply


@dataclass(frozen=True)
class Followed:
    """A conversation that is followed. `is_written`: whether a person writes in it at this moment,
    which is told and not stored. `was_seen`: called once a person's words were sent."""

    store: ConversationStore
    id: str
    is_written: Callable[[], bool] = lambda: False
    was_seen: Callable[[], object] = lambda: None


def stream_conversation(followed: Followed, *, after: int, wakeups: Wakeups) -> EventSourceResponse:
    """Everything that happens in the conversation, until the client leaves or the server stops."""
    content = _conversation(followed, after, wakeups)
    return EventSourceResponse(content, headers=_HEADERS)


@dataclass(frozen=True)
class Console:
    """Somebody's console. `asking`: the conversations that ask for them; `still_open`: whether
    their session is."""

    store: CaseStore
    asking: Callable[[], Sequence[str]]
    still_open: Callable[[], bool]


def stream_changes(console: Console, *, after: int, wakeups: Wakeups) -> EventSourceResponse:
    """The ids of conversations that change and of those that ask for this person, as long as their
    session is open."""
    return EventSourceResponse(_changes(console, after, wakeups), headers=_HEADERS)


async def _changes(console: Console, after: int, wakeups: Wakeups) -> AsyncIterator[bytes]:
    yield KEEPALIVE_COMMENT
    told_at, asking = time.monotonic(), None
    with wakeups.listen(ANY) as listener:
        while not wakeups.stopping:
            stored, asks = await in_thread(_news_of_all, console, after)
            told = []
            if asks != asking:
                asking = asks
                told.append(_encoded("asking", {"ids": asks}))
            if stored:
                after = stored[-1].id
                changed = sorted({event.conversation_id for event in stored})
                told.append(_encoded("changed", {"ids": changed}, id=after))
            if told or time.monotonic() - told_at >= PING_S:
                if not told and not await in_thread(console.still_open):
                    return
                yield b"".join(told) or KEEPALIVE_COMMENT
                told_at = time.monotonic()
            if len(stored) < _BATCH:
                await listener.wait(POLL_S)


def _news_of_all(console: Console, after: int) -> tuple[list[StoredEvent], list[str]]:
    return console.store.changes(after=after, limit=_BATCH), list(console.asking())


async def _reply(
    first: ReplyEvent,
    events: AsyncIterator[ReplyEvent],
    when_done: Callable[[dict[str, Any]], None],
) -> AsyncIterator[bytes]:
    def told(event: ReplyEvent) -> bytes:
        if event.kind == "done":
            when_done(event.data)
        return _encoded(event.kind, event.data)

    try:
        yield told(first)
        async for event in events:
            yield told(event)
    except Exception as error:
        yield _failure(error)


async def _conversation(followed: Followed, after: int, wakeups: Wakeups) -> AsyncIterator[bytes]:
    yield KEEPALIVE_COMMENT
    try:
        async with aclosing(_batches(followed, after, wakeups)) as batches:
            async for batch in batches:
                yield b"".join(batch) or KEEPALIVE_COMMENT
    except Exception as error:
        yield _failure(error)


async def _batches(followed: Followed, after: int, wakeups: Wakeups) -> AsyncGenerator[list[bytes]]:
    """Events in the order of their ids; an empty batch when nothing happened for a while."""
    told_at, writing = time.monotonic(), False
    with wakeups.listen(followed.id) as listener:
        while not wakeups.stopping:
            stored, writes = await in_thread(_news, followed, after)
            if stored:
                after = stored[-1].id
            told = [_encoded(each.kind, each.payload, id=each.id) for each in public_events(stored)]
            if writes is not writing:
                writing = writes
                told.append(_encoded("typing", {"writing": writing}))
            if told or time.monotonic() - told_at >= PING_S:
                told_at = time.monotonic()
                yield told
            if any(each.payload.get("author") == Author.AGENT for each in stored):
                await in_thread(followed.was_seen)
            if len(stored) < _BATCH:
                await listener.wait(POLL_S)


def _news(followed: Followed, after: int) -> tuple[list[StoredEvent], bool]:
    stored = followed.store.events(followed.id, after=after, limit=_BATCH)
    return stored, followed.is_written()


def public_events(stored: Sequence[StoredEvent]) -> list[StoredEvent]:
    """What the customer is told of them: no agent's id, and no status that was overtaken since."""
    told = [event for event in map(_public, stored) if event is not None]
    last_status = max((event.id for event in told if event.kind == "status"), default=None)
    return [event for event in told if event.kind != "status" or event.id == last_status]


def _public(event: StoredEvent) -> StoredEvent | None:
    """Told by what it holds: a change of status may be stored under a kind that says why."""
    if "author" in event.payload:
        known = [name for name in _MESSAGE if name in event.payload]
        return replace(event, kind="message", payload={name: event.payload[name] for name in known})
    if "status" in event.payload:
        return replace(event, kind="status", payload={"status": event.payload["status"]})
    return None


def _encoded(kind: str, data: dict[str, Any], *, id: int | None = None) -> bytes:
    text = json.dumps(data, separators=(",", ":"), default=str)
    return format_sse_event(event=kind, data_str=text, id=None if id is None else str(id))


def _failure(error: Exception) -> bytes:
    """In mid-stream there is no status to set any more: the error becomes the last event."""
    body = problem_of(error)
    if body["status"] >= 500:
        log.exception("stream.failed")
    return _encoded("error", body)
