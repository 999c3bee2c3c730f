"""An encoder that computes no text twice, for runs that index the same corpora again and again."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np

from assistant.knowledge.sync import embed_missing
from assistant.ports import Embedder, KnowledgeStore, Vectors


class RememberingEmbedder:
    """An Embedder that keeps the vectors in a store of its own, by the hash of the text and the
    name of the encoder: to fill an index quickly, never to answer questions that are timed."""

    def __init__(self, embedder: Embedder, *, store: KnowledgeStore) -> None:
        self._embedder, self._store = embedder, store
        self.name, self.max_pieces = embedder.name, embedder.max_pieces
        self.count_pieces = embedder.count_pieces

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Those that are new are computed, and kept at once."""
        if not texts:
            return self._embedder.embed(texts)
        keys = [hashlib.sha256(text.encode()).hexdigest()[:32] for text in texts]
        by_key = dict(zip(keys, texts, strict=True))
        new = embed_missing(by_key, store=self._store, embedder=self._embedder)
        if new:
            self._store.add_vectors(self.name, new)
        kept = self._store.vectors(self.name, by_key)
        return np.stack([kept[key] for key in keys])
