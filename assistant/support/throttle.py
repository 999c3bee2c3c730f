"""How many messages a visitor may send in a minute. In memory: a restart forgives."""

from __future__ import annotations

import threading
from collections import defaultdict, deque

from assistant.errors import TooManyRequests
from assistant.ports import Clock

_WINDOW_S = 60.0
_MOST_VISITORS = 20_000


class Throttle:
    """A sliding window of a minute for each key. Thread-safe."""

    def __init__(self, *, per_minute: int, now: Clock) -> None:
        self._per_minute, self._now = per_minute, now
        self._lock = threading.Lock()
        self._sent: defaultdict[str, deque[float]] = defaultdict(deque)

    def count(self, key: str) -> None:
        """Count one, or TooManyRequests with the seconds to wait."""
        moment = self._now().timestamp()
        with self._lock:
            sent = self._sent[key]
            while sent and sent[0] <= moment - _WINDOW_S:
                sent.popleft()
            if len(sent) >= self._per_minute:
                raise TooManyRequests(max(1, round(sent[0] + _WINDOW_S - moment)))
            sent.append(moment)
            if len(self._sent) > _MOST_VISITORS:
                self._forget(moment)

    def _forget(self, moment: float) -> None:
        idle = [key for key, sent in self._sent.items() if sent[-1] <= moment - _WINDOW_S]
        for key in idle:
            del self._sent[key]
