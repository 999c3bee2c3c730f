"""Commands that work through the server that owns the home."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

import pytest

from assistant.remote import RunningServer, ServerUnreachable
from assistant.support.sureness import ErrorBudget


class Handler(BaseHTTPRequestHandler):
    asked: ClassVar[list[tuple[str, str | None, Any]]]
    broken = ""

    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        body = json.loads(self.rfile.read(length))
        type(self).asked.append((self.path, self.headers["Authorization"], body))
        answers = {
            "/api/v1/conversations": {"id": "c1", "token": "t1"},
            "/api/v1/conversations/c1/messages": {"decision": "answer"},
            "/internal/doctor": {
                "found": ["one thing"],
                "budget": {"operators": 0.15, "adopted": 0.2},
            },
        }
        text = json.dumps(answers[self.path]).encode()
        if self.broken == "refused":
            self.send_error(401, "not allowed here")
            return
        self.send_response(200)
        self.send_header("Content-Length", str(len(text) + (9 if self.broken == "cut" else 0)))
        self.end_headers()
        self.wfile.write(b"<html>" if self.broken == "garbled" else text)

    def log_message(self, *args: Any) -> None:
        """Quietly."""


@pytest.fixture
def handler() -> Iterator[type[Handler]]:
    class Own(Handler):
        asked: ClassVar[list[tuple[str, str | None, Any]]] = []

    server = ThreadingHTTPServer(("127.0.0.1", 0), Own)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    Own.url = f"http://127.0.0.1:{server.server_port}"  # type: ignore[attr-defined]
    yield Own
    server.shutdown()
    server.server_close()
    thread.join()


def running(handler: Any) -> RunningServer:
    return RunningServer(handler.url, "s3cret")


def test_a_question_goes_the_customers_way(handler: Any) -> None:
    assert running(handler).ask("Où ?", locale="fr") == {"decision": "answer"}
    assert handler.asked == [
        ("/api/v1/conversations", None, {"locale": "fr"}),
        ("/api/v1/conversations/c1/messages", "Bearer t1", {"text": "Où ?"}),
    ]


def test_the_doctor_is_opened_by_the_owners_secret(handler: Any) -> None:
    assert running(handler).doctor(repair=True) == (["one thing"], ErrorBudget(0.15, 0.2))
    assert handler.asked == [("/internal/doctor", "Bearer s3cret", {"repair": True})]


@pytest.mark.parametrize("broken", ["refused", "cut", "garbled"])
def test_whatever_the_server_does_it_is_our_error(handler: Any, broken: str) -> None:
    handler.broken = broken
    with pytest.raises(ServerUnreachable, match=r"doctor|does not answer") as failed:
        running(handler).doctor(repair=False)
    assert "s3cret" not in str(failed.value)


def test_a_server_that_is_away_is_named() -> None:
    with pytest.raises(ServerUnreachable, match=r"127\.0\.0\.1:9 owns this home.*wait, or stop"):
        RunningServer("http://127.0.0.1:9", "s").ask("x", locale=None)
