"""What was read of the knowledge, kept in memory while its version lasts."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Remembered(Generic[K, V]):
    """Values by key, at most `most` of them; when there are more, those before are forgotten.
    Thread-safe."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._version = -1
        self._known: dict[K, V] = {}

    def __len__(self) -> int:
        return len(self._known)

    def of(
        self, version: int, keys: Iterable[K], read: Callable[[Sequence[K]], Mapping[K, V]]
    ) -> dict[K, V]:
        """The values at this version, as far as `read` finds those that are not known yet."""
        with self._lock:
            if self._version != version:
                self._version, self._known = version, {}
            known = self._known
        wanted = list(dict.fromkeys(keys))
        found = {key: known[key] for key in wanted if key in known}
        missing = [key for key in wanted if key not in found]
        if missing:
            found |= (new := read(missing))
            self._keep(version, new)
        return found

    def forget(self) -> None:
        """Whatever the version was."""
        with self._lock:
            self._version = -1

    def _keep(self, version: int, new: Mapping[K, V]) -> None:
        with self._lock:
            if self._version != version or len(new) > self._most:
                return
            if len(self._known) + len(new) > self._most:
                # Another thread may be reading the old one.
                self._known = {}
            self._known |= new
