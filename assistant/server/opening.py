"""Alive at once: /healthz answers while the assistant is still being imported and built.

Every other request waits for the app; a build that fails ends the server with its error.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING, Any

import anyio.to_thread

if TYPE_CHECKING:
    from fastapi import FastAPI
    from starlette.types import Receive, Scope, Send

_EARLY = {
    "/healthz": (200, {"status": "alive"}),
    "/readyz": (503, {"reason": "starting"}),
}


class Opening:
    """An ASGI app in front of the one that `build` makes in a thread. `failure`: why it did not."""

    def __init__(self, build: Callable[[], FastAPI], *, on_failure: Callable[[], None]) -> None:
        self._build, self._on_failure = build, on_failure
        self._app: asyncio.Future[FastAPI] | None = None
        self._life = AsyncExitStack()
        self.failure: BaseException | None = None

    @property
    def app(self) -> FastAPI | None:
        """The app behind, once it is there."""
        made = self._app is not None and self._app.done() and self.failure is None
        return self._app.result() if made and self._app else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Lifespan, the early answers, or the app behind."""
        if scope["type"] == "lifespan":
            await self._lifespan(receive, send)
        elif self.app is None and scope.get("path") in _EARLY:
            await _answer(send, *_EARLY[scope["path"]])
        elif self._app is not None:
            app = await asyncio.shield(self._app)
            await app(scope, receive, send)

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        await receive()
        self._app = asyncio.get_running_loop().create_future()
        opening = asyncio.create_task(self._open(self._app))
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await asyncio.wait([opening])
        await self._life.aclose()
        await send({"type": "lifespan.shutdown.complete"})

    async def _open(self, opened: asyncio.Future[FastAPI]) -> None:
        try:
            app = await anyio.to_thread.run_sync(self._build)
            await self._life.enter_async_context(app.router.lifespan_context(app))
        except BaseException as error:
            self.failure = error
            opened.set_exception(error)
            # Nobody may be waiting for it; serve() raises it once the server has ended.
            opened.exception()
            self._on_failure()
        else:
            opened.set_result(app)


async def _answer(send: Send, status: int, body: dict[str, Any]) -> None:
    headers = [(b"content-type", b"application/json"), (b"cache-control", b"no-store")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": json.dumps(body).encode()})
