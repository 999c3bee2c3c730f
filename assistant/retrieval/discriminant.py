"""Which article a question goes to, learnt from the phrasings that the help center itself has.

Fisher's linear discriminant (1936, "The use of multiple measurements in taxonomic problems"): what
tells phrasings of one article from each other is noise, so directions in which they scatter count
less, and a question is compared with the mean of each article's phrasings. The nearest phrasing
alone is drawn by a word that they share; the mean is drawn by what they are about.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assistant.ports import Vectors
from assistant.ports.searched import SearchedStore

_SHRINKAGE = 0.3
"""Share of the mean variance that every direction keeps at least: scatter is an estimate. To it
comes dimensions / phrasings, so that few phrasings say little."""

_MOSTLY = 0.5
"""Share of the articles that have phrasings besides their title, from which on phrasings tell."""

_AT_ONCE = 4096

Numbers = NDArray[np.float64]


class Discriminant:
    """Of the articles of one language."""

    def __init__(self, phrasings: Mapping[str, Vectors]) -> None:
        """`phrasings`: article id → [phrasings, dimensions], at least one row each. ValueError
        where no article has two: nothing is known of how phrasings scatter."""
        counts = np.array([len(rows) for rows in phrasings.values()])
        freedom = int(counts.sum() - len(counts))
        if freedom < 1:
            raise ValueError("No article has two phrasings.")
        means = np.stack([rows.mean(axis=0, dtype=np.float64) for rows in phrasings.values()])
        squares = _squares(np.concatenate(list(phrasings.values())))
        self._ids = list(phrasings)
        # Every article counts once: one with many phrasings would lie in the center, as if it were
        # about nothing.
        self._centre = means.mean(axis=0)
        self._whitening = _whitening(squares - (means.T * counts) @ means, freedom)
        self._means = _units((means - self._centre) @ self._whitening)

    def nearness(self, question: Vectors) -> dict[str, float]:
        """article id → cosine of the question and the mean of its phrasings, -1 to 1, in the space
        where the phrasings of one article scatter alike in all directions around the center of the
        help center."""
        asked = _units((question - self._centre)[np.newaxis] @ self._whitening)[0]
        return dict(zip(self._ids, (self._means @ asked).tolist(), strict=True))


@dataclass(frozen=True)
class _Learnt:
    version: int
    discriminant: Discriminant | None


class Discriminants:
    """Learns each locale's once for each version of the knowledge base. Thread-safe: while one
    search learns, others go on with what was known."""

    def __init__(self, store: SearchedStore, *, model: str) -> None:
        self._store, self._model = store, model
        self._learning = threading.Lock()
        self._known: dict[str, _Learnt] = {}

    def nearness(self, question: Vectors | None, locale: str) -> dict[str, float] | None:
        """As `Discriminant.nearness`, nothing without a vector of the question; None where most
        articles have no phrasings but their titles."""
        found = self._of(locale)
        if found is None:
            return None
        return {} if question is None else found.nearness(question)

    def _of(self, locale: str) -> Discriminant | None:
        version, known = self._store.version(), self._known.get(locale)
        if known is not None and known.version == version:
            return known.discriminant
        # Only who knows nothing yet has to wait for who learns.
        if known is not None and self._learning.locked():
            return known.discriminant
        with self._learning:
            return self._learnt(locale, version).discriminant

    def _learnt(self, locale: str, version: int) -> _Learnt:
        known = self._known.get(locale)
        if known is None or known.version != version:
            phrasings = self._store.phrasing_vectors(self._model, locale)
            asked = sum(len(rows) > 1 for rows in phrasings.values())
            tells = asked and asked >= _MOSTLY * len(phrasings)
            known = _Learnt(version, Discriminant(phrasings) if tells else None)
            self._known[locale] = known
        return known


def _squares(rows: Vectors) -> Numbers:
    """Sum of the rows' outer products. A product for each article took a second where there are
    thousands; all at once in double precision would take memory."""
    dimensions = rows.shape[1]
    squares: Numbers = np.zeros((dimensions, dimensions))
    for start in range(0, len(rows), _AT_ONCE):
        some = rows[start : start + _AT_ONCE].astype(np.float64)
        squares += some.T @ some
    return squares


def _whitening(scattered: Numbers, freedom: int) -> Numbers:
    """The symmetric matrix that gives what is within articles the same variance in all directions,
    nearly; `scattered`: its sum of squares."""
    dimensions = len(scattered)
    scatter = scattered / freedom
    kept = (_SHRINKAGE + dimensions / freedom) * np.trace(scatter) / dimensions
    variances, directions = np.linalg.eigh(scatter + max(kept, 1e-9) * np.eye(dimensions))
    whitening: Numbers = directions / np.sqrt(np.maximum(variances, 1e-9)) @ directions.T
    return whitening


def _units(rows: Numbers) -> Numbers:
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    units: Numbers = rows / np.maximum(lengths, 1e-12)
    return units
