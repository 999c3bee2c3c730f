"""The fakes that units are tested with keep the contracts too."""

from __future__ import annotations

import pytest

from assistant.errors import EmbedderUnavailable, IndexUnavailable
from assistant.ports import Embedder, VectorIndex
from assistant.testing import (
    EmbedderContract,
    FakeEmbedder,
    InMemoryVectorIndex,
    VectorIndexContract,
)


class TestFakeEmbedder(EmbedderContract):
    @pytest.fixture
    def embedder(self) -> Embedder:
        return FakeEmbedder()


class TestInMemoryVectorIndex(VectorIndexContract):
    @pytest.fixture
    def index(self) -> VectorIndex:
        return InMemoryVectorIndex()


def test_the_fake_encoder_tells_what_it_encoded() -> None:
    embedder = FakeEmbedder()
    embedder.embed(["one", "two"])
    embedder.embed(["one"])
    assert embedder.embedded == ["one", "two", "one"]


def test_fakes_fail_when_switched_off() -> None:
    embedder, index = FakeEmbedder(), InMemoryVectorIndex()
    vector = embedder.embed(["one"])[0]
    embedder.available = index.available = False
    with pytest.raises(EmbedderUnavailable):
        embedder.embed(["one"])
    with pytest.raises(IndexUnavailable):
        index.search("en", vector, limit=1)
