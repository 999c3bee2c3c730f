"""An OpenAI-compatible server on loopback that does what a test tells it, well or badly."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Act = Callable[["Reply"], None]


class Reply:
    """What an act may do with one request. The connection is kept alive, as real servers do."""

    def __init__(self, handler: BaseHTTPRequestHandler, closing: threading.Event) -> None:
        self._handler, self._closing = handler, closing

    def open(self) -> None:
        self._handler.send_response(200)
        self._handler.send_header("Content-Type", "text/event-stream")
        self._handler.send_header("Transfer-Encoding", "chunked")
        self._handler.end_headers()

    def send(self, data: str) -> None:
        self._write(f"data: {data}\n\n".encode())

    def end(self) -> None:
        self._write(b"")

    def drop(self) -> None:
        """In the middle of the body, as a lost network does."""
        self._handler.close_connection = True
        self._handler.connection.shutdown(socket.SHUT_RDWR)

    def refuse(self, status: int, body: str, headers: dict[str, str]) -> None:
        self._handler.send_response(status)
        self._handler.send_header("Content-Type", "application/json")
        self._handler.send_header("Content-Length", str(len(body.encode())))
        for name, value in headers.items():
            self._handler.send_header(name, value)
        self._handler.end_headers()
        self._handler.wfile.write(body.encode())

    def wait(self, seconds: float) -> None:
        self._closing.wait(seconds)

    def _write(self, data: bytes) -> None:
        self._handler.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
        self._handler.wfile.flush()


class OpenAIServer:
    """Takes the acts in turn, the last one for ever. `requests` holds the bodies that came."""

    def __init__(self) -> None:
        self._acts: list[Act] = []
        self._closing = threading.Event()
        self.requests: list[dict[str, Any]] = []
        self.paths: list[str] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    @property
    def url(self) -> str:
        return f"{self.origin}/v1"

    def will(self, *acts: Act) -> None:
        self._acts = list(acts)

    def close(self) -> None:
        self._closing.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                outer.paths.append(self.path)
                if not self.path.endswith("/chat/completions"):
                    Reply(self, outer._closing).refuse(404, "{}", {})
                    return
                outer.requests.append(json.loads(body))
                act = outer._acts.pop(0) if len(outer._acts) > 1 else outer._acts[0]
                try:
                    act(Reply(self, outer._closing))
                except OSError:
                    # The client gave up, as its deadline wants.
                    self.close_connection = True

            def handle_one_request(self) -> None:
                try:
                    super().handle_one_request()
                except ConnectionError:
                    self.close_connection = True

            def log_message(self, *_args: object) -> None:
                """Nothing on standard error."""

        return Handler


def chunk(text: str = "", *, finish: str | None = None, usage: bool = False) -> str:
    body: dict[str, Any] = {
        "id": "c1",
        "object": "chat.completion.chunk",
        "created": 1,
        "model": "scripted",
        "choices": [{"index": 0, "delta": {"content": text}, "finish_reason": finish}],
    }
    if usage:
        body["choices"] = []
        body["usage"] = {"prompt_tokens": 120, "completion_tokens": 30, "total_tokens": 150}
    return json.dumps(body)


def says(text: str, *, finish: str | None = "stop") -> Act:
    """A whole answer, or with `finish` None or "length" one that is not."""

    def act(reply: Reply) -> None:
        reply.open()
        for part in _pieces(text):
            reply.send(chunk(part))
        if finish:
            reply.send(chunk(finish=finish))
        reply.send(chunk(usage=True))
        reply.send("[DONE]")
        reply.end()

    return act


def drips(text: str, *, every: float) -> Act:
    def act(reply: Reply) -> None:
        reply.open()
        for part in _pieces(text * 1000):
            reply.send(chunk(part))
            reply.wait(every)

    return act


def hangs() -> Act:
    return lambda reply: reply.wait(60)


def refuses(status: int, *, body: str = '{"error": {"message": "no"}}', **headers: str) -> Act:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda reply: reply.refuse(status, body, named)


def drops_after(text: str) -> Act:
    def act(reply: Reply) -> None:
        reply.open()
        reply.send(chunk(text))
        reply.wait(0.05)
        reply.drop()

    return act


def sends(*data: str) -> Act:
    """Raw events, then a clean end."""

    def act(reply: Reply) -> None:
        reply.open()
        for line in data:
            reply.send(line)
        reply.send("[DONE]")
        reply.end()

    return act


def _pieces(text: str) -> Iterator[str]:
    size = max(7, len(text) // 100)
    for start in range(0, len(text), size):
        yield text[start : start + size]
