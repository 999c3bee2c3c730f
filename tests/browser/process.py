"""The assistant as a process of its own, ready to be visited."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import uvicorn
from fastapi import FastAPI

ROOT = Path(__file__).resolve().parents[2]
# On a busy machine the first sync of the sample help center takes minutes.
READY_WITHIN_S = 500

_COMMAND = [sys.executable, "-c", "from assistant.cli import main; main()"]


@contextmanager
def serving(home: Path, *arguments: str, **settings: str) -> Iterator[str]:
    """The address of an `assistant serve` with these arguments and settings; it ends afterwards."""
    log = home / "serve.log"
    url = f"http://127.0.0.1:{free_port()}"
    environment = _environment(home, ASSISTANT_PUBLIC_URL=url, **settings)
    command = [*_COMMAND, "serve", "--port", url.rpartition(":")[2], *arguments]
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, stdout=output, stderr=subprocess.STDOUT, env=environment, cwd=ROOT
        )
    try:
        _wait_until_ready(url, process, log)
        yield url
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextmanager
def serving_here(app: FastAPI) -> Iterator[str]:
    """The address of an app that a test has made, served by a thread of the test's own process."""
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error"))
    with server.config.bind_socket() as bound:
        # Who comes before the thread has got that far waits for it and isn't refused.
        bound.listen()
        thread = threading.Thread(target=server.run, kwargs={"sockets": [bound]})
        thread.start()
        yield f"http://127.0.0.1:{bound.getsockname()[1]}"
        server.should_exit = True
        thread.join()


def tell_assistant(home: Path, *arguments: str, said: str) -> None:
    """Run one command on that home, with these words on standard input."""
    done = subprocess.run(
        [*_COMMAND, *arguments], input=said, env=_environment(home), cwd=ROOT, text=True,
        capture_output=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, f"assistant {' '.join(arguments)} failed:\n{done.stderr}"


def _environment(home: Path, **settings: str) -> dict[str, str]:
    return {**os.environ, "ASSISTANT_HOME": str(home), **settings}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_ready(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + READY_WITHIN_S
    while time.monotonic() < deadline:
        if process.poll() is not None:
            pytest.fail(f"assistant serve ended early:\n{log.read_text()[-3000:]}", pytrace=False)
        try:
            with urllib.request.urlopen(f"{url}/readyz", timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    pytest.fail(f"not ready within {READY_WITHIN_S} s:\n{log.read_text()[-3000:]}", pytrace=False)
