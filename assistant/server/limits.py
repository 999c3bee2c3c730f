"""How much and how often: the size of a request's body, and the number of tries."""

from __future__ import annotations

import math
import re
import threading
import time
from collections import deque
from collections.abc import Callable

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.errors import TooManyRequests
from assistant.server.problems import problem, problem_response

_WITHOUT_BODY = ("GET", "HEAD", "OPTIONS")
# Files are larger, and are read by their own route once it knows whose they are.
_READ_BY_ITS_ROUTE = re.compile(
    r"/(api/v1|console)/conversations/[^/]+/attachments|/console/articles/[^/]+/images"
)
_LARGER = (
    *("/console/articles", "/console/playground"),
    *("/console/insights/customers", "/api/v1/customers"),
)
LARGER_BYTES = 2_000_000
"""A form that holds an article, or a batch of questions, of which each byte may be sent as three;
or a list of customers."""


class BodyLimit:
    """Reads a body before the app does, and answers 413 to one that is too large.

    What comes without a declared length is counted as it arrives and cut off at the limit.
    """

    def __init__(self, app: ASGIApp, *, limit: int) -> None:
        self._app, self._limit = app, limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] in _WITHOUT_BODY or _is_file(scope["path"]):
            return await self._app(scope, receive, send)
        limit = LARGER_BYTES if scope["path"].startswith(_LARGER) else self._limit
        body = None if self._declared(scope) > limit else await self._read(receive, limit)
        if body is None:
            detail = f"The body is larger than {limit} bytes; send less."
            return await problem_response(problem(413, detail, name="body-too-large"))(
                scope, receive, send
            )
        unread = [body]

        async def replay() -> Message:
            if unread:
                return {"type": "http.request", "body": unread.pop(), "more_body": False}
            return await receive()

        return await self._app(scope, replay, send)

    @staticmethod
    def _declared(scope: Scope) -> int:
        length = dict(scope["headers"]).get(b"content-length", b"0")
        return int(length) if length.isdigit() else 0

    @staticmethod
    async def _read(receive: Receive, limit: int) -> bytes | None:
        """The whole body, None where it goes over the limit."""
        body = bytearray()
        while True:
            message = await receive()
            body += message.get("body", b"")
            if len(body) > limit:
                return None
            if message["type"] == "http.disconnect" or not message.get("more_body"):
                return bytes(body)


def _is_file(path: str) -> bool:
    return _READ_BY_ITS_ROUTE.fullmatch(path) is not None


class RateLimit:
    """At most `tries` in `window_s` for each key. In this process's memory; thread-safe."""

    def __init__(
        self, tries: int, window_s: float, *, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._tries, self._window_s, self._now = tries, window_s, now
        self._times: dict[str, deque[float]] = {}
        self._lock = threading.Lock()

    def count(self, key: str) -> None:
        """One more try; TooManyRequests where there were enough."""
        with self._lock:
            self._forget_old()
            times = self._times.setdefault(key, deque())
            if len(times) >= self._tries:
                raise TooManyRequests(math.ceil(times[0] + self._window_s - self._now()))
            times.append(self._now())

    def forgive(self, key: str) -> None:
        """It succeeded: what was tried before counts no more."""
        with self._lock:
            self._times.pop(key, None)

    def take_back(self, key: str) -> None:
        """It succeeded: this one try counts no more."""
        with self._lock:
            if times := self._times.get(key):
                times.pop()

    def _forget_old(self) -> None:
        oldest = self._now() - self._window_s
        for key in list(self._times):
            times = self._times[key]
            while times and times[0] <= oldest:
                times.popleft()
            if not times:
                del self._times[key]
