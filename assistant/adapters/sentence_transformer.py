"""An Embedder from a sentence-transformers folder, computed by onnxruntime.

sentence-transformers takes four seconds to import and torch three times as long per question, so
the folder is exported once (its whole pipeline: transformer, pooling, normalisation), compared with
sentence-transformers' own vectors, and kept in a cache folder under the weights' hash.
"""

from __future__ import annotations

import hashlib
import json
import logging
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from assistant.adapters.packed_weights import weights_file
from assistant.errors import EmbedderUnavailable
from assistant.ports import Vectors
from assistant.resources import shipped

_BATCH = 32

log = logging.getLogger(__name__)


def built_in_folder() -> Path:
    """The bilingual encoder that ships with the assistant; models/README.md is its card."""
    return shipped("models") / "bilingual"


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
            self._hash = _sha256(weights_file(self._folder))
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
            self.open(exported)

    def open(self, exported: Path) -> None:
        """Compute with this export of the folder."""
        import onnxruntime
        from tokenizers import Tokenizer

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = self._threads
        # Its threads would spin for milliseconds after a question, on the cores that then search.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
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
    """In a process of its own, so that torch's memory goes when it ends."""
    log.info("preparing the encoder, once; this takes about ten seconds")
    command = [sys.executable, "-m", "assistant.adapters.onnx_export", str(folder), str(target)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        reason = done.stderr.strip().splitlines()[-1:] or ["no reason was given"]
        raise EmbedderUnavailable(f"{folder} cannot be prepared as an encoder: {reason[0]}")


def _sha256(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise EmbedderUnavailable(f"{path} cannot be read: {error}") from error
