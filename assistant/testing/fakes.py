"""Stand-ins for the encoder and the vector index: no model, no disk, the same result every time."""

from __future__ import annotations

import re
import unicodedata
import zlib
from collections.abc import Sequence

import numpy as np

from assistant.errors import EmbedderUnavailable, IndexUnavailable
from assistant.ports import Vectors

_WORD = re.compile(r"\w+")


class FakeEmbedder:
    """A bag of words hashed into a vector: texts that share words are near each other.

    `embedded` lists every text in the order it was encoded, so that a test can say what was not.
    Set `available` to False and it fails as a missing model would.
    """

    def __init__(self, *, dimensions: int = 256, max_pieces: int = 256) -> None:
        self._dimensions = dimensions
        self._max_pieces = max_pieces
        self.embedded: list[str] = []
        self.available = True

    @property
    def name(self) -> str:
        return f"fake-bag-of-words-{self._dimensions}"

    @property
    def max_pieces(self) -> int:
        return self._max_pieces

    def count_pieces(self, text: str) -> int:
        # Two for the special pieces that real encoders put around a text.
        return len(_words(text)) + 2

    def embed(self, texts: Sequence[str]) -> Vectors:
        if not self.available:
            raise EmbedderUnavailable("The fake encoder was switched off; set available to True.")
        self.embedded.extend(texts)
        rows = np.zeros((len(texts), self._dimensions), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            self._fill(row, text)
        return rows

    def _fill(self, row: Vectors, text: str) -> None:
        words = _words(text)[: self._max_pieces - 2]
        for word in words:
            row[zlib.crc32(word.encode()) % self._dimensions] += 1.0
        if not words:
            row[0] = 1.0
        row /= np.linalg.norm(row)


class InMemoryVectorIndex:
    """Cosine against every vector. Set `available` to False and it fails as a lost server would."""

    def __init__(self) -> None:
        self._partitions: dict[str, dict[str, Vectors]] = {}
        self._version = 0
        self.available = True

    def add(self, locale: str, fingerprints: Sequence[str], vectors: Vectors) -> None:
        self._must_be_available()
        partition = self._partitions.setdefault(locale, {})
        for fingerprint, vector in zip(fingerprints, vectors, strict=True):
            partition.setdefault(fingerprint, vector)

    def remove(self, locale: str, fingerprints: Sequence[str]) -> None:
        self._must_be_available()
        partition = self._partitions.get(locale, {})
        for fingerprint in fingerprints:
            partition.pop(fingerprint, None)

    def search(self, locale: str, vector: Vectors, *, limit: int) -> list[tuple[str, float]]:
        self._must_be_available()
        partition = self._partitions.get(locale, {})
        cosines = [(name, float(stored @ vector)) for name, stored in partition.items()]
        return sorted(cosines, key=lambda found: (-found[1], found[0]))[:limit]

    def fingerprints(self, locale: str) -> set[str]:
        self._must_be_available()
        return set(self._partitions.get(locale, {}))

    def locales(self) -> list[str]:
        self._must_be_available()
        return sorted(locale for locale, vectors in self._partitions.items() if vectors)

    def version(self) -> int:
        self._must_be_available()
        return self._version

    def set_version(self, version: int) -> None:
        self._must_be_available()
        self._version = version

    def close(self) -> None:
        """Nothing is held."""

    def _must_be_available(self) -> None:
        if not self.available:
            raise IndexUnavailable("The fake index was switched off; set available to True.")


def _words(text: str) -> list[str]:
    bare = unicodedata.normalize("NFKD", text.lower())
    return _WORD.findall("".join(char for char in bare if not unicodedata.combining(char)))
