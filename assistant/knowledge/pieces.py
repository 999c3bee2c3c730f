"""How much of the encoder's room a text takes. Counting is what splitting costs: it is remembered.

Encoders cut text at white space first, so the sum over the words is the count of the whole, or very
near it: good for planning. What is close to the limit is counted exactly.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

Count = Callable[[str], int]

_LONGEST_WORD = 60
_MOST_WORDS = 400_000


class Scale:
    """Word pieces by word, for one encoder."""

    def __init__(self, count: Count) -> None:
        self._count = count
        self._known: dict[str, int] = {}
        self.overhead = count("")
        """The special pieces around any text."""

    def of(self, plain: str) -> int:
        """Pieces of a text without marks, the special ones not included."""
        known = self._known
        total = 0
        for word in plain.split():
            size = known.get(word)
            total += self._measure(word) if size is None else size
        return total

    def exact(self, text: str) -> int:
        """The encoder's own count, special pieces included."""
        return self._count(text)

    def _measure(self, word: str) -> int:
        size = max(0, self._count(word) - self.overhead)
        if len(word) <= _LONGEST_WORD:
            if len(self._known) >= _MOST_WORDS:
                self._known.clear()
            self._known[word] = size
        return size


@lru_cache(maxsize=2)
def scale_for(count: Count) -> Scale:
    """The scale of an encoder, with what it has learned from earlier articles."""
    return Scale(count)
