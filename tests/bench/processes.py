"""What an operator waits for and pays: starts, the command line, the memory of a server."""

from __future__ import annotations

import json
import os
import signal
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import Request, urlopen

from assistant.evaluation.cases import Case
from tests.bench.rows import Row

ROOT = Path(__file__).resolve().parents[2]
ASSISTANT = Path(sys.executable).with_name("assistant")
SAMPLE = ROOT / "knowledge_base"
QUESTION = "How do I return an item?"
_WITHIN_S = 240
_TIMES = 5


class Server:
    """`assistant serve` on a home, and how long it took to answer."""

    def __init__(self, home: Path, *sources: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        command = [ASSISTANT, "serve", "--port", str(port)]
        command += [part for source in sources for part in ("--sync", source)]
        # It is asked faster than any visitor may ask.
        limits = ("ASSISTANT_MESSAGES_PER_MINUTE", "ASSISTANT_CONVERSATIONS_PER_MINUTE")
        env = _environment(home) | dict.fromkeys(limits, "10000")
        self._began = time.perf_counter()
        self._process = subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL)

    def wait(self, path: str) -> float:
        """Seconds since the process began until the page answers 200."""
        while time.perf_counter() - self._began < _WITHIN_S:
            if self._process.poll() is not None:
                sys.exit(f"The server ended with {self._process.returncode}.")
            try:
                with urlopen(self.url + path):
                    return time.perf_counter() - self._began
            except (URLError, ConnectionError):
                time.sleep(0.02)
        sys.exit(f"{path} did not answer within {_WITHIN_S} s.")

    def ask(self, text: str, locale: str) -> float:
        """Seconds since the process began until the reply is here."""
        opened = self._post("/conversations", {"locale": locale})
        path = f"/conversations/{opened['id']}/messages"
        self._post(path, {"text": text}, token=opened["token"])
        return time.perf_counter() - self._began

    def memory_mb(self) -> float:
        """Resident, as Linux counts it."""
        fields = Path(f"/proc/{self._process.pid}/statm").read_text("ascii").split()
        return int(fields[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6

    def stop(self) -> None:
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
            self._process.wait(timeout=30)

    def _post(self, path: str, body: dict[str, Any], *, token: str = "") -> dict[str, Any]:
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {token}"}
        request = Request(f"{self.url}/api/v1{path}", json.dumps(body).encode(), headers)
        with urlopen(request) as response:
            return dict(json.load(response))


@contextmanager
def serving(home: Path, *sources: Path) -> Iterator[Server]:
    """Stopped at the end."""
    server = Server(home, *sources)
    try:
        yield server
    finally:
        server.stop()


def starts(home: Path) -> list[Row]:
    """Of the sample help center: the first start, which prepares everything, and the second."""
    rows = []
    for what in ("first start, help center to be read", "second start, nothing changed"):
        with serving(home, SAMPLE) as server:
            rows.append(Row(f"{what}: /healthz", server.wait("/healthz"), "s"))
            # Asked at once: a question waits for the warm encoder.
            rows.append(Row(f"{what}: first answer", server.ask(QUESTION, "en"), "s"))
            rows.append(Row(f"{what}: /readyz", server.wait("/readyz"), "s"))
    return rows


def memory(home: Path, questions: Sequence[Case], *, size: int) -> list[Row]:
    """Of one serving worker that has answered some questions."""
    with serving(home) as server:
        server.wait("/readyz")
        for case in questions:
            server.ask(case.text, case.locale)
        goal = 600 if size == 10_000 else None
        return [Row(f"{size}: memory of a serving worker", server.memory_mb(), "MB", at_most=goal)]


def asked_from_the_shell(home: Path) -> list[Row]:
    """`assistant ask` without a server, beside the import that others begin with."""
    commands = {
        "assistant ask, from the shell to the answer": [ASSISTANT, "ask", QUESTION],
        "import sentence_transformers alone": [
            sys.executable, "-c", "import sentence_transformers",
        ],
        "assistant --help": [ASSISTANT, "--help"],
    }  # fmt: skip
    taken: dict[str, list[float]] = {what: [] for what in commands}
    for _ in range(_TIMES):
        for what, command in commands.items():
            began = time.perf_counter()
            subprocess.run(command, env=_environment(home), check=True, stdout=subprocess.DEVNULL)
            taken[what].append(time.perf_counter() - began)
    goals = {"assistant ask, from the shell to the answer": 2.5}
    return [
        Row(what, statistics.median(times), "s", at_most=goals.get(what))
        for what, times in taken.items()
    ]


def _environment(home: Path) -> dict[str, str]:
    # As users have it: where keeping bytecode is forbidden, each start would compile us again.
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return kept | {"ASSISTANT_HOME": str(home), "HF_HUB_OFFLINE": "1"}
