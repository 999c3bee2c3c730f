"""Export a sentence-transformers folder to ONNX: `python -m …onnx_export FOLDER TARGET`.

The whole pipeline (transformer, pooling, normalisation) is exported, compared with
sentence-transformers' own vectors, and put in its place whole or not at all.
"""

from __future__ import annotations

import os
import sys
import tempfile
import warnings
from pathlib import Path
from typing import Any

import numpy as np

from assistant.adapters.packed_weights import plain_folder
from assistant.adapters.sentence_transformer import SentenceTransformerEmbedder
from assistant.errors import EmbedderUnavailable
from assistant.ports import Vectors

_EQUAL = 0.9999
"""Least cosine between an exported vector and sentence-transformers' own. Measured: 1.0000."""
_PROBES = (
    "Where is my parcel?",
    "Puis-je être remboursé si le colis arrive abîmé ?",
    "You can return an item within 30 days. " * 30,
)
_INPUTS = ["input_ids", "attention_mask", "token_type_ids"]


def export(folder: Path, target: Path) -> None:
    """Or EmbedderUnavailable where the export differs from the model."""
    with plain_folder(folder) as plain:
        model = _load(plain)
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, half = tempfile.mkstemp(dir=target.parent, suffix=".half")
    os.close(handle)
    try:
        _write(model, half)
        _must_be_equal(folder, Path(half), np.asarray(model.encode(list(_PROBES))))
        os.replace(half, target)
    finally:
        Path(half).unlink(missing_ok=True)


def _load(folder: Path) -> Any:
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    from sentence_transformers import SentenceTransformer

    return SentenceTransformer(
        str(folder), device="cpu", model_kwargs={"attn_implementation": "eager"}
    ).eval()


def _write(model: Any, path: str) -> None:
    import torch

    class Pipeline(torch.nn.Module):
        """Tensors in, sentence vectors out."""

        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, input_ids: Any, attention_mask: Any, token_type_ids: Any) -> Any:
            features = dict(zip(_INPUTS, (input_ids, attention_mask, token_type_ids), strict=True))
            return self.model(features)["sentence_embedding"]

    ones = torch.ones(2, 7, dtype=torch.long)
    axes = {name: {0: "batch", 1: "pieces"} for name in _INPUTS} | {"vectors": {0: "batch"}}
    with warnings.catch_warnings():
        # The exporter that works (the dynamo one was silently wrong) announces its end.
        warnings.simplefilter("ignore")
        torch.onnx.export(
            Pipeline(),
            (ones, ones, torch.zeros_like(ones)),
            path,
            dynamo=False,
            input_names=_INPUTS,
            output_names=["vectors"],
            dynamic_axes=axes,
            opset_version=17,
        )


def _must_be_equal(folder: Path, exported: Path, wanted: Vectors) -> None:
    trial = SentenceTransformerEmbedder(folder, cache=exported.parent)
    trial.open(exported)
    wanted = wanted / np.linalg.norm(wanted, axis=1, keepdims=True)
    worst = float((trial.embed(_PROBES) * wanted).sum(axis=1).min())
    if worst < _EQUAL:
        raise EmbedderUnavailable(
            f"{folder} exports to vectors that differ from its own (cosine {worst:.4f});"
            " choose another encoder with ASSISTANT_EMBEDDER."
        )


if __name__ == "__main__":
    export(Path(sys.argv[1]), Path(sys.argv[2]))
