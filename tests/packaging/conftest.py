"""The wheel, built once from the checkout; and the commands of something installed, run apart."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.conftest import ROOT


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built with the tools that are installed, so without the network."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder)]
    run(command, cwd=ROOT)
    (built,) = folder.glob("*.whl")
    return built


def run(command: list[str], *, cwd: Path, env: Mapping[str, str] | None = None) -> str:
    """Standard output; where the command fails, the test does, with what the command said."""
    done = subprocess.run(
        command, cwd=cwd, env=env, capture_output=True, text=True, timeout=600, check=False
    )
    if done.returncode:
        pytest.fail(f"{command} ended with {done.returncode}:\n{done.stdout}\n{done.stderr}")
    return done.stdout


def bare_env(**more: str) -> dict[str, str]:
    """No variable of this session's but what a program needs to run."""
    return {"PATH": os.environ["PATH"], "LANG": "C.UTF-8"} | more
