"""The real process: alive at once, and ended in time whatever is open."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest

from assistant.adapters.sql.store import SqlStore
from tests.server.conftest import utc_now

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
WITHIN_S = 120
"""Only for what hangs: the machine may be busy with other tests."""


def on_this_machine(seconds: float) -> float:
    """What is promised on a free machine, stretched by how busy this one is."""
    return seconds * max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))


@dataclass
class Process:
    home: Path
    port: int
    popen: subprocess.Popen[bytes]
    began: float
    bodies: list[str] = field(default_factory=list)
    threads: list[threading.Thread] = field(default_factory=list)

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, str]:
        text = None if body is None else json.dumps(body)
        headers = {"Content-Type": "application/json", **headers}
        with closing(HTTPConnection("127.0.0.1", self.port, timeout=WITHIN_S)) as connection:
            connection.request(method, path, text, headers)
            response = connection.getresponse()
            return response.status, response.read().decode()

    def starts(self) -> tuple[str, dict[str, str]]:
        started = json.loads(self.call("POST", "/api/v1/conversations", {})[1])
        return f"/api/v1/conversations/{started['id']}", {
            "Authorization": f"Bearer {started['token']}"
        }

    def in_background(self, method: str, path: str, body: Any = None, **headers: str) -> None:
        def run() -> None:
            self.bodies.append(self.call(method, path, body, **headers)[1])

        self.threads.append(threading.Thread(target=run))
        self.threads[-1].start()

    def waits_for(self, path: str, status: int = 200, *, within: float = WITHIN_S) -> float:
        """Seconds from the start of the process to the answer."""
        deadline = time.monotonic() + within
        while True:
            assert self.popen.poll() is None, "the process ended"
            try:
                if self.call("GET", path)[0] == status:
                    return time.monotonic() - self.began
            except OSError:
                pass
            assert time.monotonic() < deadline, f"{path} is not {status} within {within} s"
            time.sleep(0.02)

    def has_stored(self, *, questions: int, within: float = WITHIN_S) -> None:
        """Returns once so many questions are in work: stored, and none of them answered yet."""
        deadline = time.monotonic() + within
        with closing(SqlStore(f"sqlite:///{self.home / 'assistant.db'}", now=utc_now)) as store:
            while len(store.unanswered()) < questions:
                assert time.monotonic() < deadline, f"not {questions} stored within {within} s"
                time.sleep(0.02)

    def is_told_to_end(self, then: Callable[[], object] = lambda: None) -> float:
        """Seconds until it has; `then` happens as soon as it was told."""
        began = time.monotonic()
        self.popen.send_signal(signal.SIGTERM)
        then()
        self.popen.wait(timeout=WITHIN_S)
        for thread in self.threads:
            thread.join(timeout=WITHIN_S)
            assert not thread.is_alive()
        return time.monotonic() - began


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Process]]:
    processes: list[Process] = []

    def run(*, slow_s: float = 0, port: int = 0, **settings: str) -> Process:
        if not port:
            with socket.create_server(("127.0.0.1", 0)) as free:
                port = free.getsockname()[1]
        environment = {
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "ASSISTANT_HOME": str(tmp_path),
            "ASSISTANT_EMBEDDER": "tests.server.slow_embedder:SlowEmbedder",
            "SLOW_EMBEDDER_S": str(slow_s),
            **settings,
        }
        began = time.monotonic()
        code = "from assistant.cli import main; main()"
        command = [sys.executable, "-c", code, "serve", "--port", str(port)]
        log = (tmp_path / "serve.log").open("ab")
        popen = subprocess.Popen(command, env=environment, cwd=tmp_path, stdout=log, stderr=log)
        log.close()
        processes.append(Process(tmp_path, port, popen, began))
        return processes[-1]

    yield run
    for process in processes:
        if process.popen.poll() is None:
            process.popen.kill()
            process.popen.wait()


def test_it_is_alive_long_before_it_is_warm(start: Callable[..., Process]) -> None:
    process = start(slow_s=4)
    alive = process.waits_for("/healthz")
    assert process.call("GET", "/readyz")[0] == 503
    assert alive < on_this_machine(1)
    assert process.waits_for("/readyz") > 4


def test_it_ends_in_time_with_open_streams_and_finishes_replies(
    start: Callable[..., Process], tmp_path: Path
) -> None:
    go_on = tmp_path / "go-on"
    go_on.touch()
    process = start(SLOW_EMBEDDER_UNTIL=str(go_on))
    process.waits_for("/readyz")
    go_on.unlink()
    for _ in range(20):
        path, headers = process.starts()
        process.in_background("GET", f"{path}/events", **headers)
    for accept in ("application/json", "text/event-stream"):
        path, headers = process.starts()
        body = {"text": "Can I return a gift?"}
        process.in_background("POST", f"{path}/messages", body, Accept=accept, **headers)
    process.has_stored(questions=2)
    assert process.bodies == []
    assert process.is_told_to_end(then=go_on.touch) < on_this_machine(5)
    assert process.popen.returncode == 0
    replies = [body for body in process.bodies if "decision" in body]
    assert len(replies) == 2
    assert len(process.bodies) == 22


def test_what_it_could_not_finish_is_answered_at_the_next_start(
    start: Callable[..., Process],
) -> None:
    process = start(slow_s=30)
    process.waits_for("/healthz")
    path, headers = process.starts()

    process.in_background("POST", f"{path}/messages", {"text": "Can I return a gift?"}, **headers)
    process.has_stored(questions=1)
    assert process.is_told_to_end() < on_this_machine(5)
    assert json.loads(process.bodies[0])["status"] == 503
    again = start()
    again.waits_for("/readyz")
    deadline = time.monotonic() + WITHIN_S
    while len(messages(again, path, headers)) < 2:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert [message["author"] for message in messages(again, path, headers)] == [
        "customer",
        "assistant",
    ]
    again.is_told_to_end()
    store = SqlStore(f"sqlite:///{again.home / 'assistant.db'}", now=utc_now)
    assert store.unanswered() == []
    store.close()


def test_a_port_that_is_taken_is_named(start: Callable[..., Process]) -> None:
    process = start()
    process.waits_for("/healthz")
    second = start(ASSISTANT_HOME=str(process.home / "second"), port=process.port)
    assert second.popen.wait(timeout=WITHIN_S) == 1
    assert f":{process.port} cannot be listened on" in (process.home / "serve.log").read_text()


def test_neither_tokens_nor_words_reach_the_log(start: Callable[..., Process]) -> None:
    process = start()
    process.waits_for("/readyz")
    path, headers = process.starts()
    process.call("POST", f"{path}/messages", {"text": "my secret question"}, **headers)
    process.call("GET", "/api/v1/search?q=my+secret+search")
    process.call("GET", path, **headers)
    process.is_told_to_end()
    log = (process.home / "serve.log").read_text(encoding="utf-8")
    assert "secret" not in log
    assert headers["Authorization"].removeprefix("Bearer ") not in log


def messages(process: Process, path: str, headers: dict[str, str]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(process.call("GET", path, **headers)[1])["messages"]
    return found


def test_the_first_start_prints_the_way_in_once_and_nowhere_else(
    start: Callable[..., Process],
) -> None:
    process = start()
    process.waits_for("/readyz")
    said = (process.home / "serve.log").read_text()
    (link,) = [line for line in said.splitlines() if "/console/first#" in line]
    assert link.startswith("Make the first account")
    code = link.partition("#")[2]
    assert said.count(code) == 1
    kept = [file for file in process.home.rglob("*") if file.is_file() and file.name != "serve.log"]
    assert not any(code.encode() in file.read_bytes() for file in kept)
