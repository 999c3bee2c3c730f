"""How an entry of a list of questions is known: by its question, whatever comes and goes around."""

from __future__ import annotations

from hashlib import sha256

from assistant.domain.manuscript import slug_from
from assistant.knowledge.cleaning import clean_line
from assistant.knowledge.outline import words_of

_LONGEST_NAME = 80


class Slugs:
    """Those of one file; no two are the same."""

    def __init__(self) -> None:
        self._taken: dict[str, int] = {}

    def of(self, question: str) -> str:
        """What it is about, as an address says it, with the first number from 2 on that is free."""
        slug = _slug_of(question)
        free = slug
        while free in self._taken:
            self._taken[slug] += 1
            free = f"{slug}-{self._taken[slug]}"
        self._taken[free] = 1
        return free


def _slug_of(question: str) -> str:
    """Of one without letters, its hash."""
    words = words_of(clean_line(question))
    return slug_from(words)[:_LONGEST_NAME].rstrip("-") or sha256(words.encode()).hexdigest()[:12]
