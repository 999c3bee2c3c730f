"""Whether the assistant is warm, and who waits for it."""

from __future__ import annotations

import asyncio
import threading


class Readiness:
    """Not ready until `done`; `reason` says what is being waited for. Thread-safe."""

    def __init__(self) -> None:
        self._done = threading.Event()
        self.reason = "starting"
        self.ready = False

    async def wait(self) -> None:
        """Until warm, or until it is clear that it will not be: lexical answers still work then."""
        while not self._done.is_set():
            await asyncio.sleep(0.02)

    def done(self) -> None:
        """Warm."""
        self.ready, self.reason = True, "ready"
        self._done.set()

    def failed(self, reason: str) -> None:
        """Stays not ready, with the reason; nobody waits any longer."""
        self.reason = reason
        self._done.set()
