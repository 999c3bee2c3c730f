"""What is made for whom: a library and an answerer for all who may read the same articles."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from assistant.answering.pipeline import Answerer
from assistant.domain.audience import Reader
from assistant.knowledge.library import Library
from assistant.ports import KnowledgeStore

_MOST = 50


@dataclass(frozen=True)
class Readership:
    """All that its readers are shown comes out of these two."""

    library: Library
    answerer: Answerer


class Readerships:
    """Each is made when somebody first belongs to it; those of most recent use are kept.
    Thread-safe: at worst two threads make the same one."""

    def __init__(self, store: KnowledgeStore, make: Callable[[Reader], Readership]) -> None:
        self._store, self._make = store, make
        self._made: OrderedDict[Reader, Readership] = OrderedDict()

    def of(self, reader: Reader) -> Readership:
        """The one that the reader belongs to, as the help center is now."""
        reader = reader.among(self._store.audiences())
        found = self._made.pop(reader, None) or self._make(reader)
        self._made[reader] = found
        while len(self._made) > _MOST:
            self._made.popitem(last=False)
        return found
