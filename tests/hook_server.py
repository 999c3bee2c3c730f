"""A real HTTP server on loopback that keeps what is posted to it, for tests."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Hook:
    """What arrived as (path, body, headers). `status`, `headers`: what it answers."""

    url: str = ""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    posted: list[tuple[str, bytes, Mapping[str, str]]] = field(default_factory=list)
    server: Any = None

    def stop(self) -> None:
        if self.server is not None:
            self.server.shutdown()
            self.server.server_close()
            self.server = None


@contextmanager
def hook_server() -> Iterator[Hook]:
    """Listening on a free port; a redirect leads back to itself."""
    hook = Hook()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            hook.posted.append((self.path, body, headers))
            self.send_response(hook.status)
            self.send_header("Location", hook.url)
            for name, value in hook.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Nothing."""

    hook.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    hook.url = f"http://127.0.0.1:{hook.server.server_address[1]}"
    thread = threading.Thread(target=hook.server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield hook
    finally:
        hook.stop()
        thread.join()


@contextmanager
def dripping_server(part: str) -> Iterator[str]:
    """Answers a byte at a time, well within any timeout of a single read: the `head` so, or the
    `body` after a head that comes at once."""
    whole = b"HTTP/1.1 200 OK\r\nX-Long: " if part == "head" else b"HTTP/1.1 200 OK\r\n\r\n"
    over = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def _do(self) -> None:
            self.wfile.write(whole if part == "body" else b"")
            drops = iter(whole if part == "head" else b"")
            with suppress(OSError):
                while not over.wait(0.02):
                    self.wfile.write(bytes([next(drops, ord("x"))]))

        do_GET = do_POST = _do  # noqa: N815

        def log_message(self, *_: Any) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        over.set()
        server.shutdown()
        server.server_close()
        thread.join()
