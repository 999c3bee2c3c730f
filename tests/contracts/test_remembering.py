"""An encoder that computes no text twice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest

from assistant.opening import remembering
from assistant.ports import Embedder, Vectors
from assistant.testing import EmbedderContract, FakeEmbedder

pytestmark = pytest.mark.slow


class Counting(FakeEmbedder):
    def __init__(self) -> None:
        super().__init__()
        self.computed: list[str] = []

    def embed(self, texts: Sequence[str]) -> Vectors:
        self.computed += texts
        return super().embed(texts)


class TestRememberingEmbedder(EmbedderContract):
    @pytest.fixture
    def embedder(self, tmp_path: Path) -> Iterator[Embedder]:
        with remembering(FakeEmbedder(), tmp_path / "vectors.db") as embedder:
            yield embedder


def test_no_text_is_computed_twice_not_even_by_the_next_run(tmp_path: Path) -> None:
    counting = Counting()
    with remembering(counting, tmp_path / "kept" / "vectors.db") as first:
        before = first.embed(["a kettle", "a cup", "a kettle"])
    with remembering(counting, tmp_path / "kept" / "vectors.db") as second:
        after = second.embed(["a cup", "a spoon", "a kettle"])
    assert sorted(counting.computed) == ["a cup", "a kettle", "a spoon"]
    assert np.array_equal(before[0], after[2])
    assert np.array_equal(before[0], before[2])
    assert np.array_equal(before[1], after[0])
