"""Chroma keeps the contract of the vector index, in its folder and over a server."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from assistant.adapters.chroma import ChromaIndex
from assistant.errors import IndexUnavailable
from assistant.ports import VectorIndex
from assistant.testing import VectorIndexContract

EAST = np.array([[1.0, 0.0]], dtype=np.float32)


@pytest.fixture
def index(tmp_path: Path) -> Iterator[ChromaIndex]:
    opened = ChromaIndex(model="model-a", folder=tmp_path / "vectors")
    yield opened
    opened.close()


class TestChroma(VectorIndexContract):
    @pytest.fixture
    def index(self, tmp_path: Path) -> Iterator[VectorIndex]:
        opened = ChromaIndex(model="model-a", folder=tmp_path / "vectors")
        yield opened
        opened.close()


def test_nothing_is_opened_before_the_first_use(index: ChromaIndex, tmp_path: Path) -> None:
    assert not (tmp_path / "vectors").exists()
    index.close()


def test_what_was_added_is_there_after_it_was_opened_again(
    index: ChromaIndex, tmp_path: Path
) -> None:
    index.add("fr", ["un"], EAST)
    index.set_version(7)
    index.close()
    again = ChromaIndex(model="model-a", folder=tmp_path / "vectors")
    assert (again.fingerprints("fr"), again.version(), again.locales()) == ({"un"}, 7, ["fr"])
    again.close()
    assert index.fingerprints("fr") == {"un"}


def test_two_models_in_one_folder_do_not_meet(index: ChromaIndex, tmp_path: Path) -> None:
    index.add("en", ["one"], EAST)
    index.set_version(3)
    index.close()
    other = ChromaIndex(model="model-ab", folder=tmp_path / "vectors")
    assert (other.locales(), other.version(), other.fingerprints("en")) == ([], 0, set())
    other.add("en", ["two"], np.array([[0.0, 1.0, 0.0]], dtype=np.float32))
    other.close()
    assert index.fingerprints("en") == {"one"}


def test_many_vectors_are_added_and_removed_in_batches(index: ChromaIndex) -> None:
    names = [f"f{n}" for n in range(2_500)]
    index.add("en", names, np.repeat(EAST, len(names), axis=0))
    assert index.fingerprints("en") == set(names)
    index.remove("en", names)
    assert index.fingerprints("en") == set()
    assert index.search("en", EAST[0], limit=3) == []


def test_vectors_of_another_length_are_our_error(index: ChromaIndex) -> None:
    index.add("en", ["one"], EAST)
    with pytest.raises(IndexUnavailable):
        index.add("en", ["two"], np.ones((1, 3), dtype=np.float32))
    with pytest.raises(IndexUnavailable):
        index.search("en", np.ones(5, dtype=np.float32), limit=1)


def test_a_collection_that_went_away_is_found_anew(index: ChromaIndex) -> None:
    index.add("en", ["one"], EAST)
    index._client.delete_collection("passages-model-a-en")
    with pytest.raises(IndexUnavailable, match="ask again"):
        index.search("en", EAST[0], limit=1)
    assert index.search("en", EAST[0], limit=1) == []
    index.add("en", ["two"], EAST)
    assert index.fingerprints("en") == {"two"}


def test_a_server_that_is_away_is_our_error(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    away = ChromaIndex(model="model-a", folder=tmp_path, url=f"http://127.0.0.1:{port}")
    for use in (away.version, away.locales, lambda: away.search("en", EAST[0], limit=1)):
        with pytest.raises(IndexUnavailable):
            use()
    away.close()


def test_a_folder_that_cannot_be_used_is_our_error(tmp_path: Path) -> None:
    (tmp_path / "vectors").write_text("not a folder")
    with pytest.raises(IndexUnavailable):
        ChromaIndex(model="model-a", folder=tmp_path / "vectors").fingerprints("en")
