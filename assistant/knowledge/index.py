"""Keep the vector index in step with the store, whoever wrote to the store."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from assistant.errors import AssistantError
from assistant.knowledge.sync import embed_missing
from assistant.ports import Embedder, KnowledgeStore, VectorIndex

_BATCH = 512
_TRIES = 10
"""How often the doctor looks again while somebody publishes."""

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Difference:
    """Between store and index in one locale, as fingerprints."""

    locale: str
    missing: tuple[str, ...]
    surplus: tuple[str, ...]


class IndexFollower:
    """Only the owner of the index runs one. `catch_up` may be called from any thread."""

    def __init__(self, *, store: KnowledgeStore, index: VectorIndex, embedder: Embedder) -> None:
        self._store, self._index, self._embedder = store, index, embedder
        self._lock = threading.RLock()
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def disagreements(self) -> list[Difference]:
        """Where they differ although nothing was published that the index has yet to learn."""
        found: list[Difference] = []
        with self._lock:
            for _ in range(_TRIES):
                self.catch_up()
                found = self.compare()
                if not found or not self.behind():
                    break
        return found

    def compare(self) -> list[Difference]:
        """Where they differ now; [] when in agreement."""
        found = []
        for locale in sorted({*self._store.locales(), *self._index.locales()}):
            wanted, held = self._store.fingerprints(locale), self._index.fingerprints(locale)
            if wanted != held:
                missing, surplus = sorted(wanted - held), sorted(held - wanted)
                found.append(Difference(locale, tuple(missing), tuple(surplus)))
        return found

    def behind(self) -> bool:
        """Whether the store changed since the index was last brought up to it. One cheap query."""
        return self._store.version() != self._index.version()

    def catch_up(
        self, *, always: bool = False, progress: Callable[[int], None] = lambda _: None
    ) -> list[Difference]:
        """Add what is missing, then remove what is surplus; what was mended."""
        with self._lock:
            version = self._store.version()
            if not always and version == self._index.version():
                return []
            mended = self.compare()
            for difference in mended:
                for start in range(0, len(difference.missing), _BATCH):
                    part = difference.missing[start : start + _BATCH]
                    self._add(difference.locale, part)
                    progress(len(part))
                self._index.remove(difference.locale, difference.surplus)
            self._index.set_version(version)
            return mended

    def start(self, *, every_s: float = 0.5) -> None:
        """Follow the store in a thread until `stop`."""
        self._thread = threading.Thread(
            target=self._follow, args=(every_s,), name="index-follower", daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        """Returns once the thread has ended."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(timeout=10)

    def _follow(self, every_s: float) -> None:
        while not self._stop.wait(every_s):
            try:
                self.catch_up()
            except AssistantError as error:
                # The store is still the truth; the next round tries again.
                log.error("index.behind: %s", error)

    def _add(self, locale: str, fingerprints: Sequence[str]) -> None:
        vectors = self._vectors(locale, fingerprints)
        if vectors:
            self._index.add(locale, list(vectors), np.stack(list(vectors.values())))

    def _vectors(self, locale: str, fingerprints: Sequence[str]) -> Mapping[str, np.ndarray]:
        """Stored ones; those of another model are embedded again and stored."""
        texts = self._store.texts(locale, fingerprints)
        fresh = embed_missing(texts, store=self._store, embedder=self._embedder)
        if fresh:
            self._store.add_vectors(self._embedder.name, fresh)
        return self._store.vectors(self._embedder.name, texts)
