"""Map words that the help center never uses to the nearest one that it does.

Customers mistype and drop letters; the vocabulary of the indexed articles tells what they meant.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable

from rapidfuzz import process
from rapidfuzz.distance import OSA

from assistant.ports.searched import SearchedStore

_LEAST_LENGTH = 4
_LEAST_SIMILARITY = 0.74
"""One slip in four letters (.75) passes, two in six (.67) do not."""


class Speller:
    """Reads each locale's vocabulary once for each version of the knowledge base. Thread-safe."""

    def __init__(self, store: SearchedStore) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._version = -1
        self._vocabularies: dict[str, list[str]] = {}

    def corrections(self, unknown: Iterable[str], locale: str) -> dict[str, str]:
        """stem → the nearest stem in use; words that resemble none are left out."""
        found = {}
        for stem in unknown:
            if len(stem) < _LEAST_LENGTH or stem.isdigit():
                continue
            best = process.extractOne(
                stem,
                self._vocabulary(locale),
                scorer=OSA.normalized_similarity,
                score_cutoff=_LEAST_SIMILARITY,
            )
            if best is not None:
                found[stem] = best[0]
        return found

    def _vocabulary(self, locale: str) -> list[str]:
        version = self._store.version()
        with self._lock:
            if version != self._version:
                self._vocabularies, self._version = {}, version
            if locale not in self._vocabularies:
                stems = self._store.vocabulary(locale)
                usable = [stem for stem in stems if len(stem) >= _LEAST_LENGTH - 1]
                self._vocabularies[locale] = [stem for stem in usable if not stem.isdigit()]
            return self._vocabularies[locale]
