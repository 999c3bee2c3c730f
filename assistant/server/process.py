"""Run the app as a process that is alive at once and ends in time: streams first, then replies."""

from __future__ import annotations

import signal
import socket
from collections.abc import Callable
from types import FrameType
from typing import TYPE_CHECKING

import uvicorn

from assistant.errors import WrongSetting
from assistant.server.opening import Opening

if TYPE_CHECKING:
    from fastapi import FastAPI

    from assistant.wiring import Assistant

GRACE_S = 3
"""How long open responses may go on after the signal."""


def serve(make: Callable[[], Assistant], host: str, port: int) -> None:
    """Serve what `make` makes, in a thread, until SIGTERM or SIGINT; returns when all is closed.
    Raises what `make` raised, and WrongSetting where the address cannot be had."""
    listening = _listen(host, port)
    server: _Server

    def build() -> FastAPI:
        from assistant.server.app import create_app

        return create_app(make())

    opening = Opening(build, on_failure=lambda: server.stop())
    config = uvicorn.Config(
        opening,
        host=host,
        port=port,
        # Its lines would hold what customers searched for; figures are at /metrics.
        access_log=False,
        log_level="warning",
        server_header=False,
        timeout_graceful_shutdown=GRACE_S,
        lifespan="on",
    )
    server = _Server(config, opening)
    server.run(sockets=[listening])
    if opening.failure is not None:
        raise opening.failure


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        reason = f"{host}:{port} cannot be listened on ({error.strerror}); choose another"
        raise WrongSetting("--host and --port", reason) from error


class _Server(uvicorn.Server):
    """Tells the event streams to end as soon as the signal comes: uvicorn waits for them first.

    Returns after a signal instead of raising it again, so that a wanted end is a good end.
    """

    def __init__(self, config: uvicorn.Config, opening: Opening) -> None:
        super().__init__(config)
        self._opening = opening

    def stop(self) -> None:
        """End as a signal would."""
        self.should_exit = True
        if self._opening.app is not None:
            self._opening.app.state.wakeups.stop()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """The second interrupt from the keyboard ends at once."""
        if self.should_exit and sig == signal.SIGINT:
            self.force_exit = True
        self.stop()
