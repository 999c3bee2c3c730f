"""A VectorIndex in Chroma, embedded or a server. One collection for each (locale, embedding model).

Embedded, one process at a time may open the folder (two corrupt it silently): wiring holds the
home's lock before it makes this.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

import numpy as np

from assistant.errors import IndexUnavailable
from assistant.ports import Vectors

_BATCH = 2000
_T = TypeVar("_T")


class ChromaIndex:
    """`model`: the embedder's name; without `url`, embedded in `folder`. Opens on first use."""

    def __init__(self, *, model: str, folder: Path, url: str = "") -> None:
        self._model, self._folder, self._url = model, folder, url
        self._lock = threading.RLock()
        self._client: Any = None
        self._collections: dict[str, Any] = {}

    def add(self, locale: str, fingerprints: Sequence[str], vectors: Vectors) -> None:
        """In batches; each is on disk when the call returns."""
        collection = self._collection(locale, create=True)
        for start in range(0, len(fingerprints), _BATCH):
            ids = list(fingerprints[start : start + _BATCH])
            rows = vectors[start : start + _BATCH]
            self._call(partial(collection.upsert, ids=ids, embeddings=rows))

    def remove(self, locale: str, fingerprints: Sequence[str]) -> None:
        """Unknown ones are passed over."""
        collection = self._collection(locale)
        if collection is None:
            return
        for start in range(0, len(fingerprints), _BATCH):
            ids = list(fingerprints[start : start + _BATCH])
            self._call(partial(collection.delete, ids=ids))

    def search(self, locale: str, vector: Vectors, *, limit: int) -> list[tuple[str, float]]:
        """Cosine as 1 - Chroma's distance."""
        collection = self._collection(locale)
        if collection is None:
            return []
        query = np.asarray(vector, dtype=np.float32)[None, :]
        found = self._call(
            lambda: collection.query(query_embeddings=query, n_results=limit, include=["distances"])
        )
        pairs = zip(found["ids"][0], found["distances"][0], strict=True)
        return [(id, 1.0 - float(distance)) for id, distance in pairs]

    def fingerprints(self, locale: str) -> set[str]:
        """All of them; a hundred thousand take about a second."""
        collection = self._collection(locale)
        return (
            set()
            if collection is None
            else set(self._call(lambda: collection.get(include=[]))["ids"])
        )

    def locales(self) -> list[str]:
        """Those that have a collection for this model."""
        prefix = self._name("")
        names = [c.name for c in self._call(lambda: self._open().list_collections())]
        return sorted(name.removeprefix(prefix) for name in names if name.startswith(prefix))

    def version(self) -> int:
        """Kept as metadata of a collection of its own, so that it goes when the folder goes."""
        state = self._state()
        return int((state.metadata or {}).get("version", 0))

    def set_version(self, version: int) -> None:
        """Call it last: a crash before it only repeats the comparison."""
        state = self._state()
        self._call(lambda: state.modify(metadata={"version": version}))

    def close(self) -> None:
        """The folder may be opened by another process afterwards."""
        with self._lock:
            if self._client is not None:
                with suppress(Exception):
                    self._client.close()
            self._client = None
            self._collections.clear()

    def _state(self) -> Any:
        return self._call(
            lambda: self._open().get_or_create_collection(
                f"state-{self._model}", embedding_function=None
            )
        )

    def _name(self, locale: str) -> str:
        return f"passages-{self._model}-{locale}"

    def _collection(self, locale: str, *, create: bool = False) -> Any:
        with self._lock:
            if locale not in self._collections:
                found = self._call(lambda: self._find(locale, create=create))
                if found is None:
                    return None
                self._collections[locale] = found
            return self._collections[locale]

    def _find(self, locale: str, *, create: bool) -> Any:
        from chromadb.errors import NotFoundError

        name = self._name(locale)
        if create:
            # The default embedding function would download a model.
            return self._open().get_or_create_collection(
                name, embedding_function=None, configuration={"hnsw": {"space": "cosine"}}
            )
        try:
            return self._open().get_collection(name, embedding_function=None)
        except NotFoundError:
            return None

    def _open(self) -> Any:
        with self._lock:
            if self._client is None:
                import chromadb
                from chromadb.config import Settings

                options = Settings(anonymized_telemetry=False)
                if self._url:
                    address = urlsplit(self._url)
                    self._client = chromadb.HttpClient(
                        host=address.hostname or "127.0.0.1",
                        port=address.port or 8000,
                        ssl=address.scheme == "https",
                        settings=options,
                    )
                else:
                    self._folder.mkdir(parents=True, exist_ok=True)
                    self._client = chromadb.PersistentClient(str(self._folder), settings=options)
            return self._client

    def _call(self, action: Callable[[], _T]) -> _T:
        """Every failure of the vendor or of its connection becomes ours."""
        from chromadb.errors import ChromaError, NotFoundError

        try:
            return action()
        except NotFoundError:
            with self._lock:
                self._collections.clear()
            raise IndexUnavailable("A vector collection went away; ask again.") from None
        except (ChromaError, OSError, ValueError, RuntimeError) as error:
            raise IndexUnavailable(f"The vector index failed: {error}") from error
        except Exception as error:
            if type(error).__module__.split(".")[0] in (
                "httpx",
                "httpcore",
                "chromadb",
                "pyo3_runtime",
            ):
                raise IndexUnavailable(f"The vector index cannot be reached: {error}") from error
            raise
