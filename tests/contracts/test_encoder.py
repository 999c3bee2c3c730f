"""The real encoder keeps the contract, and agrees with sentence-transformers' own figures."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from assistant.adapters.sentence_transformer import SentenceTransformerEmbedder, built_in_folder
from assistant.errors import EmbedderUnavailable
from assistant.ports import Embedder
from assistant.testing import EmbedderContract


@pytest.mark.slow
class TestBuiltInEncoder(EmbedderContract):
    @pytest.fixture
    def embedder(self, encoder: Embedder) -> Embedder:
        return encoder


@pytest.mark.slow
def test_meaning_is_nearer_than_words(encoder: Any) -> None:
    question, near, far = encoder.embed(
        ["I want my money back", "How to get a refund", "How to get back to the front page"]
    )
    assert question @ near > question @ far


@pytest.mark.slow
def test_what_lies_beyond_the_models_reach_is_cut(encoder: Any) -> None:
    text = "parcel " * encoder.max_pieces
    one, other = encoder.embed([text, text + "giraffe " * 50])
    np.testing.assert_allclose(one, other, atol=1e-4)
    assert encoder.count_pieces(text + "giraffe") > encoder.count_pieces(text)


@pytest.mark.slow
def test_texts_of_any_kind_and_number_are_encoded(encoder: Any) -> None:
    texts = ["", " ", "a" * 5_000, "\x00", "👩‍👩‍👧", "退货", "\u202e", "word " * 2_000, *"abc" * 40]
    vectors = encoder.embed(texts)
    assert vectors.shape[0] == len(texts)
    assert np.isfinite(vectors).all()


@pytest.mark.slow
def test_the_name_is_the_weights_and_an_export_is_used_again(
    encoder: Any, encoder_cache: Path
) -> None:
    wanted = encoder.embed(["once"])
    again = SentenceTransformerEmbedder(built_in_folder(), cache=encoder_cache)
    assert again.name == encoder.name
    np.testing.assert_allclose(again.embed(["once"]), wanted, atol=1e-5)


def test_a_folder_without_a_model_is_named(tmp_path: Path) -> None:
    embedder = SentenceTransformerEmbedder(tmp_path, cache=tmp_path)
    with pytest.raises(EmbedderUnavailable, match="name a model folder"):
        _ = embedder.name
    with pytest.raises(EmbedderUnavailable, match="not a model folder"):
        _ = embedder.max_pieces
    with pytest.raises(EmbedderUnavailable):
        embedder.embed(["x"])


def test_an_export_that_cannot_be_loaded_is_named_with_its_remedy(tmp_path: Path) -> None:
    folder = tmp_path / "model"
    folder.mkdir()
    for name in ("tokenizer.json", "sentence_bert_config.json"):
        shutil.copy(built_in_folder() / name, folder / name)
    (folder / "model.safetensors").write_bytes(b"weights")
    embedder = SentenceTransformerEmbedder(folder, cache=tmp_path)
    (tmp_path / f"{embedder.name}.onnx").write_bytes(b"half of it")
    with pytest.raises(EmbedderUnavailable, match="delete it and start again"):
        embedder.embed(["x"])


def test_the_models_reach_is_read_from_its_folder(tmp_path: Path) -> None:
    (tmp_path / "sentence_bert_config.json").write_text(json.dumps({"max_seq_length": 128}))
    assert SentenceTransformerEmbedder(tmp_path, cache=tmp_path).max_pieces == 128
    (tmp_path / "sentence_bert_config.json").write_text("{")
    with pytest.raises(EmbedderUnavailable, match="not a model folder"):
        _ = SentenceTransformerEmbedder(tmp_path, cache=tmp_path).max_pieces
