"""What the parts of the store share: the database, the clock, and lists of any length."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import TypeVar

from assistant.adapters.sql.engine import Database
from assistant.ports import Clock

T = TypeVar("T")

# Well under the number of parameters that either engine takes in one statement.
_BATCH = 2000


class StorePart:
    """A group of tables with the methods that read and write them."""

    def __init__(self, database: Database, now: Clock) -> None:
        self._db = database
        self._now = now

    def forget_readings(self) -> None:
        """Whatever is remembered between two calls, after the database changed under its version
        numbers; a part that remembers anything adds to this."""


def batches(items: Iterable[T], size: int = _BATCH) -> Iterator[Sequence[T]]:
    """The items, each once, in groups that fit one statement."""
    left = iter(dict.fromkeys(items))
    while batch := list(islice(left, size)):
        yield batch
