"""Run the app as a process that ends in time: streams at once, replies once they are done."""

from __future__ import annotations

import logging
import signal
from collections.abc import Callable
from types import FrameType
from typing import TYPE_CHECKING

import uvicorn

from assistant.server.app import create_app

if TYPE_CHECKING:
    from assistant.wiring import Assistant

GRACE_S = 3
"""How long open responses may go on after the signal."""

log = logging.getLogger(__name__)


def serve(assistant: Assistant, host: str, port: int) -> None:
    """Serve until SIGTERM or SIGINT; returns when everything is closed."""
    app = create_app(assistant)
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        # Its lines would hold what customers searched for; figures are at /metrics.
        access_log=False,
        log_level="warning",
        server_header=False,
        timeout_graceful_shutdown=GRACE_S,
    )
    _Server(config, on_stop=app.state.wakeups.stop).run()


class _Server(uvicorn.Server):
    """Tells the event streams to end as soon as the signal comes: uvicorn waits for them first.

    Returns after a signal instead of raising it again, so that a wanted end is a good end.
    """

    def __init__(self, config: uvicorn.Config, *, on_stop: Callable[[], None]) -> None:
        super().__init__(config)
        self._on_stop = on_stop

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """The second interrupt from the keyboard ends at once."""
        if self.should_exit and sig == signal.SIGINT:
            self.force_exit = True
        self.should_exit = True
        self._on_stop()
