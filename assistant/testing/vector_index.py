"""What every VectorIndex must do."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from assistant.ports import VectorIndex, Vectors

_EAST, _NORTH, _NORTH_EAST = (1.0, 0.0), (0.0, 1.0), (2**-0.5, 2**-0.5)


class VectorIndexContract:
    """Needs the fixture `index`: an empty one."""

    def test_the_nearest_come_first_with_their_cosine(self, index: VectorIndex) -> None:
        index.add("en", ["east", "north", "between"], rows(_EAST, _NORTH, _NORTH_EAST))
        found = index.search("en", rows(_EAST)[0], limit=2)
        assert [name for name, _ in found] == ["east", "between"]
        assert [cosine for _, cosine in found] == pytest.approx([1.0, 2**-0.5], abs=1e-5)
        assert len(index.search("en", rows(_EAST)[0], limit=50)) == 3

    def test_locales_are_apart(self, index: VectorIndex) -> None:
        index.add("en", ["one"], rows(_EAST))
        index.add("fr", ["un", "one"], rows(_NORTH, _NORTH))
        assert [name for name, _ in index.search("en", rows(_NORTH)[0], limit=9)] == ["one"]
        assert index.fingerprints("fr") == {"un", "one"}
        assert sorted(index.locales()) == ["en", "fr"]
        index.remove("fr", ["one"])
        assert index.fingerprints("en") == {"one"}

    def test_what_is_not_there_is_no_error(self, index: VectorIndex) -> None:
        assert index.search("de", rows(_EAST)[0], limit=5) == []
        assert index.fingerprints("de") == set()
        index.remove("de", ["nothing"])
        index.add("en", ["one"], rows(_EAST))
        index.remove("en", ["nothing"])
        assert index.fingerprints("en") == {"one"}

    def test_adding_and_removing_twice_changes_nothing(self, index: VectorIndex) -> None:
        for _ in range(2):
            index.add("en", ["one", "two"], rows(_EAST, _NORTH))
        assert len(index.search("en", rows(_EAST)[0], limit=9)) == 2
        for _ in range(2):
            index.remove("en", ["one"])
        assert index.fingerprints("en") == {"two"}

    def test_it_remembers_the_version_it_was_brought_to(self, index: VectorIndex) -> None:
        assert index.version() == 0
        index.set_version(41)
        index.set_version(42)
        assert index.version() == 42

    def test_threads_may_share_it(self, index: VectorIndex) -> None:
        def add(thread: int) -> None:
            for number in range(5):
                index.add("en", [f"{thread}-{number}"], rows(_EAST))
                assert index.search("en", rows(_EAST)[0], limit=3)

        with ThreadPoolExecutor(4) as threads:
            list(threads.map(add, range(4)))
        assert len(index.fingerprints("en")) == 20


def rows(*vectors: tuple[float, ...]) -> Vectors:
    """Vectors as the port passes them."""
    return np.array(vectors, dtype=np.float32)
