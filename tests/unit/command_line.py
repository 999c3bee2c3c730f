"""The command line over fakes: fixtures of the tests that call it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from assistant.testing import InMemoryVectorIndex

Run = Callable[..., Result]


@pytest.fixture
def home(folder: Path, made_store: Path) -> Path:
    home = folder / "home"
    home.mkdir()
    shutil.copyfile(made_store, home / "assistant.db")
    return home


@pytest.fixture
def indexes() -> dict[Path, InMemoryVectorIndex]:
    """The vector index of each folder, in place of Chroma's."""
    return {}


@pytest.fixture
def run(
    home: Path, indexes: dict[Path, InMemoryVectorIndex], monkeypatch: pytest.MonkeyPatch
) -> Run:
    # Here, since the fast tests do without a command line.
    from assistant import wiring
    from assistant.cli import main

    def index_in(*, folder: Path, **_: Any) -> InMemoryVectorIndex:
        return indexes.setdefault(folder, InMemoryVectorIndex())

    monkeypatch.setenv("ASSISTANT_HOME", str(home))
    monkeypatch.setenv("ASSISTANT_EMBEDDER", "assistant.testing:FakeEmbedder")
    monkeypatch.setattr(wiring, "ChromaIndex", index_in)

    def invoke(*arguments: str, input: str | None = None) -> Result:
        result = CliRunner().invoke(main, list(arguments), input=input)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return invoke
