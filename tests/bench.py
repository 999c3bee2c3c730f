"""Measure what a customer and an operator wait for: starts, sync, replies. Run as `make bench`.

Figures are of this machine at this moment; compare only those of one run, or of runs side by side.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import Request, urlopen

ROOT = Path(__file__).resolve().parent.parent
ASSISTANT = Path(sys.executable).with_name("assistant")
SAMPLE = ROOT / "knowledge_base"
QUESTIONS = ROOT / "evals" / "sample" / "queries.jsonl"
WITHIN_S = 240


def main() -> None:
    """First start, second start, replies, stop; then a sync of its own."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        with server(home) as running:
            starts("first start, help center to be read", running)
        with server(home) as running:
            starts("second start, nothing changed", running)
            replies(running)
            tell("memory of the server", f"{running.memory_mb():.0f} MB")
            began = time.perf_counter()
            running.stop()
            tell("stop", seconds(began))
        syncs(Path(folder) / "other", encoder=home / "encoder")
    began = time.perf_counter()
    subprocess.run([ASSISTANT, "--help"], check=True, stdout=subprocess.DEVNULL)
    tell("assistant --help", seconds(began))


class Running:
    """A server process, and how long it took to answer."""

    def __init__(self, home: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        self._began = time.perf_counter()
        command = [ASSISTANT, "serve", "--port", str(port), "--sync", SAMPLE]
        # Bench asks faster than any visitor may.
        env = os.environ | {"ASSISTANT_HOME": str(home), "ASSISTANT_MESSAGES_PER_MINUTE": "10000"}
        self._process = subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL)

    def wait(self, path: str) -> str:
        """Until the page answers 200; since the process began."""
        while time.perf_counter() - self._began < WITHIN_S:
            if self._process.poll() is not None:
                sys.exit(f"The server ended with {self._process.returncode}.")
            try:
                with urlopen(self.url + path):
                    return seconds(self._began)
            except (URLError, ConnectionError):
                time.sleep(0.02)
        sys.exit(f"{path} did not answer within {WITHIN_S} s.")

    def post(self, path: str, body: dict[str, Any], *, token: str = "") -> dict[str, Any]:
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {token}"}
        request = Request(f"{self.url}/api/v1{path}", json.dumps(body).encode(), headers)
        with urlopen(request) as response:
            return dict(json.load(response))

    def memory_mb(self) -> float:
        """Resident, as Linux counts it."""
        fields = Path(f"/proc/{self._process.pid}/statm").read_text("ascii").split()
        return int(fields[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6

    def stop(self) -> None:
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
            self._process.wait(timeout=30)


@contextmanager
def server(home: Path) -> Iterator[Running]:
    """On the sample help center, stopped at the end."""
    running = Running(home)
    try:
        yield running
    finally:
        running.stop()


def starts(what: str, running: Running) -> None:
    tell(f"{what}: /healthz", running.wait("/healthz"))
    tell(f"{what}: /readyz", running.wait("/readyz"))


def replies(running: Running) -> None:
    """Every sample question that stands alone, one after the other, each in a new conversation."""
    taken = []
    for question in alone():
        opened = running.post("/conversations", {"locale": question["lang"]})
        began = time.perf_counter()
        path = f"/conversations/{opened['id']}/messages"
        running.post(path, {"text": question["text"]}, token=opened["token"])
        taken.append((time.perf_counter() - began) * 1000)
    cuts = statistics.quantiles(taken, n=20)
    figures = f"p50 {statistics.median(taken):.0f}, p95 {cuts[18]:.0f}, max {max(taken):.0f} ms"
    tell(f"{len(taken)} replies", figures)


def syncs(home: Path, *, encoder: Path) -> None:
    """The sample help center into an empty home, whose encoder is prepared, and once more."""
    shutil.copytree(encoder, home / "encoder")
    for what in ("sync", "sync again"):
        began = time.perf_counter()
        command = [ASSISTANT, "sync", "--json", SAMPLE]
        env = os.environ | {"ASSISTANT_HOME": str(home)}
        done = subprocess.run(command, env=env, check=True, capture_output=True, text=True)
        (report,) = json.loads(done.stdout)
        rate = report["embedded"] / (time.perf_counter() - began)
        figures = f"{report['passages']} passages, {report['embedded']} texts encoded"
        tell(what, f"{seconds(began)}; {figures}, {rate:.0f} a second")


def alone() -> list[dict[str, Any]]:
    rows = [json.loads(line) for line in QUESTIONS.read_text("utf-8").splitlines()]
    return [row for row in rows if not row["history"]]


def seconds(began: float) -> str:
    return f"{time.perf_counter() - began:.2f} s"


def tell(what: str, figure: str) -> None:
    sys.stdout.write(f"{what:<45} {figure}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
