"""The Dockerfile's steps, played as a script in a clean environment. No image is built by it:
`dockerfile.py` says what stands in for what."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import time
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.packaging.conftest import run
from tests.packaging.dockerfile import Image, ignored, play

pytestmark = pytest.mark.packaging

READY_WITHIN_S = 120


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Image:
    """Installs all dependencies once more, 2 GB of them, so only where it is asked for."""
    if os.environ.get("ASSISTANT_TEST_IMAGE") != "1":
        pytest.skip("ASSISTANT_TEST_IMAGE=1 asks for it: it installs 2 GB, as .ci/run does")
    return play(ROOT / "Dockerfile", tmp_path_factory.mktemp("image"))


def test_only_what_the_wheel_is_made_of_reaches_the_builder():
    tracked = run(["git", "ls-files"], cwd=ROOT).split()
    reach = {name.split("/")[0] for name in tracked if not ignored(name.split("/")[0], ROOT)}
    assert reach == {
        *("assistant", "web", "knowledge_base", "models"),
        *("pyproject.toml", "constraints.txt", "README.md", "LICENSE"),
    }


def test_the_image_runs_as_a_user_of_its_own(image: Image):
    recorded = (image.root / "recorded").read_text("utf-8")
    assert f"useradd --system --uid 10001 --home-dir {image.place('/data')}" in recorded
    assert image.user == "assistant"


def test_the_image_holds_no_cuda_and_no_kubernetes(image: Image):
    listed = run([image.place("/opt/assistant/bin/python"), "-m", "pip", "list"], cwd=image.root)
    assert re.findall(r"(?im)^(?:nvidia|cuda|triton|kubernetes)\S*", listed) == []


def test_the_installed_command_answers(image: Image):
    code = "from assistant.resources import shipped; print(shipped('knowledge_base'))"
    sample = run(["python", "-c", code], cwd=image.workdir, env=image.env).strip()
    assert Path(sample).is_relative_to(image.place("/opt/assistant"))
    run(["assistant", "sync", f"{sample}/en"], cwd=image.workdir, env=image.env)

    asked = ["assistant", "ask", "How do I reset my password?"]
    said = run(asked, cwd=image.workdir, env=image.env)

    assert "password" in said.casefold()
    assert "[1]" in said


def test_the_container_gets_healthy(image: Image):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    health = [word.replace(":8000/", f":{port}/") for word in image.health]
    command = [*image.command, "--port", port]
    with subprocess.Popen(command, cwd=image.workdir, env=image.env) as server:
        try:
            assert _healthy(health, image), f"{health} did not succeed within {READY_WITHIN_S} s"
        finally:
            server.terminate()


def _healthy(check: list[str], image: Image) -> bool:
    until = time.monotonic() + READY_WITHIN_S
    while time.monotonic() < until:
        if subprocess.run(check, env=image.env, stderr=subprocess.DEVNULL, check=False).returncode:
            time.sleep(0.3)
        else:
            return True
    return False
