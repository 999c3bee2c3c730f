"""Which article a question goes to, learnt from the help center itself, without labels.

Fisher's linear discriminant (1936, "The use of multiple measurements in taxonomic problems"): what
tells passages of one article from each other is noise, so directions in which they scatter count
less. There a question is compared with the mean of each article's passages (its title, phrasings
and text), and with those that lie nearest. By plain cosines the nearest passage is often near for
the thing that it names, not for what is said of it.
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assistant.ports import Vectors
from assistant.ports.searched import SearchedStore

_SHRINKAGE = 0.3
"""Share of the mean variance that every direction keeps at least: scatter is an estimate. To it
comes dimensions / passages, so that few passages say little."""

_NEAREST = 5
"""Passages of an article that are compared with the question: one alone may be near by chance."""

_AT_ONCE = 4096
_LEAST = 1e-12
"""What lies in the center has no direction."""

Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Nearness:
    """Of an article to a question: two cosines, -1 to 1. `mean`: to the mean of its passages;
    `nearest`: the mean of those to its `_NEAREST` nearest ones."""

    mean: float
    nearest: float


class Discriminant:
    """Of the articles of one language."""

    def __init__(self, passages: Mapping[str, Vectors]) -> None:
        """`passages`: article id → [passages, dimensions], at least one row each. ValueError
        where no article has two: nothing is known of how passages scatter."""
        counts = np.array([len(rows) for rows in passages.values()])
        freedom = int(counts.sum() - len(counts))
        if freedom < 1:
            raise ValueError("No article has two passages.")
        rows, starts = np.concatenate(list(passages.values())), np.cumsum(counts) - counts
        means = np.add.reduceat(rows, starts, axis=0, dtype=np.float64) / counts[:, np.newaxis]
        # Every article counts once: one with many passages would lie in the center, as if it were
        # about nothing.
        self._centre = means.mean(axis=0).astype(np.float32)
        scattered = _squares(rows) - (means.T * counts) @ means
        self._whitening = _whitening(scattered, freedom).astype(np.float32)
        self._means = self._seen(means)
        self._places = {id: place for place, id in enumerate(passages)}
        # The passages are kept as they came, which others hold too, with how far from the center
        # each is seen: that is all that their cosines need.
        self._passages = dict(passages)
        self._lengths = dict(zip(passages, np.split(self._far(rows), starts[1:]), strict=True))

    def nearness(self, question: Vectors, article_ids: Collection[str]) -> dict[str, Nearness]:
        """article id → its nearness, in the space where the passages of one article scatter alike
        in all directions around the center of the help center; of those that it knows."""
        known = [id for id in article_ids if id in self._passages]
        if not known:
            return {}
        asked = self._seen(question[np.newaxis])[0]
        means = self._means[[self._places[id] for id in known]] @ asked
        # What is asked is taken to the passages: seeing each of them there would take long.
        towards = self._whitening @ asked
        dots = [self._passages[id] @ towards for id in known]
        lengths = np.concatenate([self._lengths[id] for id in known])
        cosines = (np.concatenate(dots) - self._centre @ towards) / lengths
        nearest = _nearest(cosines, [len(each) for each in dots])
        found = zip(known, means.tolist(), nearest.tolist(), strict=True)
        return {id: Nearness(*each) for id, *each in found}

    def _seen(self, rows: NDArray[np.floating]) -> Vectors:
        """As unit vectors of its space, in single precision, in half the time."""
        seen: Vectors = (rows.astype(np.float32) - self._centre) @ self._whitening
        seen /= np.maximum(np.linalg.norm(seen, axis=1, keepdims=True), _LEAST)
        return seen

    def _far(self, rows: Vectors) -> Vectors:
        """How far from the center each is seen; some at once, as all would take memory."""
        far = [
            np.linalg.norm(
                (rows[start : start + _AT_ONCE] - self._centre) @ self._whitening, axis=1
            )
            for start in range(0, len(rows), _AT_ONCE)
        ]
        found: Vectors = np.maximum(np.concatenate(far), _LEAST)
        return found


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

    def nearness(
        self, question: Vectors | None, locale: str, article_ids: Collection[str]
    ) -> dict[str, Nearness]:
        """As `Discriminant.nearness`; nothing without a vector of the question."""
        found = None if question is None else self._of(locale)
        return {} if found is None or question is None else found.nearness(question, article_ids)

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
            passages = self._store.article_vectors(self._model, locale)
            tells = any(len(rows) > 1 for rows in passages.values())
            known = _Learnt(version, Discriminant(passages) if tells else None)
            self._known[locale] = known
        return known


def _nearest(cosines: Vectors, counts: Sequence[int]) -> Numbers:
    """Of each article the mean of its nearest passages; `cosines`: of all passages, article by
    article, of so many each. At once: one by one took a tenth of a search."""
    ends, taken = np.cumsum(counts), np.minimum(counts, _NEAREST)
    ascending = cosines[np.lexsort((cosines, np.repeat(np.arange(len(ends)), counts)))]
    sums = np.concatenate(([0.0], np.cumsum(ascending, dtype=np.float64)))
    means: Numbers = (sums[ends] - sums[ends - taken]) / taken
    return means


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
