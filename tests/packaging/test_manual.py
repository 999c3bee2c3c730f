"""What the manual tells people to type does what it says, against a real process."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest

from tests.conftest import ROOT
from tests.packaging.conftest import run

pytestmark = pytest.mark.packaging

READY_WITHIN_S = 120


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server with two of the sample's articles; its encoder is the fake one."""
    folder = tmp_path_factory.mktemp("manual")
    articles = folder / "articles"
    articles.mkdir()
    for name in ("fr/suivre-votre-commande.md", "en/reset-your-password.md"):
        text = (ROOT / "knowledge_base" / name).read_text("utf-8")
        (articles / name.replace("/", "-")).write_text(text, encoding="utf-8")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    env = os.environ | {
        "ASSISTANT_HOME": str(folder / "home"),
        "ASSISTANT_EMBEDDER": "assistant.testing.fakes:FakeEmbedder",
        "PYTHONPATH": str(ROOT),
    }
    code = "from assistant.cli import main; main()"
    command = [sys.executable, "-c", code, "serve", "--port", str(port), "--sync", str(articles)]
    with subprocess.Popen(command, cwd=folder, env=env) as process:
        try:
            _wait_for(f"http://127.0.0.1:{port}/readyz", process)
            yield f"127.0.0.1:{port}"
        finally:
            process.terminate()


def test_the_program_on_the_page_about_the_http_interface_runs(server: str, tmp_path: Path):
    (program,) = re.findall(r"```python\n(.*?)```", _page("api.md"), re.DOTALL)
    said = run([sys.executable, "-c", program.replace("127.0.0.1:8000", server)], cwd=tmp_path)
    assert re.match(r"(answer|clarify|handoff) \S+", said)


def test_the_calls_on_the_page_about_the_http_interface_run(server: str, tmp_path: Path):
    calls = re.findall(r"```sh\n(.*?)```", _page("api.md"), re.DOTALL)
    take = "id=$(field id); token=$(field token)"
    field = f"field() {{ {sys.executable} -c \"import json; print(json.load(open('o'))['$1'])\"; }}"
    script = "\n".join(["set -eu", field, calls[0].rstrip() + " >o", take, *calls[1:]])
    said = run(["sh", "-c", script.replace("127.0.0.1:8000", server)], cwd=tmp_path)
    assert '"decision"' in said
    assert '"status":"waiting"' in said.replace(": ", ":")


def _page(name: str) -> str:
    return (ROOT / "docs" / name).read_text("utf-8")


def _wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + READY_WITHIN_S
    while time.monotonic() < until and process.poll() is None:
        try:
            with urlopen(url):
                return
        except (URLError, ConnectionError):
            time.sleep(0.05)
    pytest.fail(f"the server was not ready: {url}")
