"""Vectors of customers' questions, computed once as long as they are asked about. Nothing of it is
stored: who is forgotten leaves no vector behind when the process ends."""

from __future__ import annotations

import threading
from collections.abc import Sequence

import numpy as np

from assistant.ports import Embedder, Vectors

_KEPT = 20_000
"""Of 384 numbers each: 30 MB."""


class QuestionVectors:
    """Thread-safe."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._lock = threading.Lock()
        self._known: dict[str, Vectors] = {}

    def of(self, texts: Sequence[str]) -> Vectors:
        """Rows in the order of the texts."""
        with self._lock:
            new = [text for text in dict.fromkeys(texts) if text not in self._known]
            if len(self._known) + len(new) > _KEPT:
                self._known, new = {}, list(dict.fromkeys(texts))
            if new:
                self._known.update(zip(new, self._embedder.embed(new), strict=True))
            rows = [self._known[text] for text in texts]
        return np.stack(rows) if rows else np.zeros((0, 0), np.float32)
