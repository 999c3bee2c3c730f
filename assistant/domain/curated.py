"""A curated answer: what writers want said word for word, to questions that they name. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from assistant.errors import UnfitArticle

MOST = 500
"""Curated answers: more of them are a help center, and belong there."""
MOST_PHRASINGS, LONGEST_PHRASING, LONGEST_TEXT = 30, 300, 4000


@dataclass(frozen=True)
class Curated:
    """`phrasings`: questions that it answers, as customers ask them, in `locale`; `text`: Markdown;
    `expires_on`: the last day on which it is said (UTC), None for no end."""

    id: str
    locale: str
    phrasings: tuple[str, ...]
    text: str
    expires_on: date | None
    by: str
    changed_at: datetime

    def is_live(self, today: date) -> bool:
        """Whether it is still said."""
        return self.expires_on is None or self.expires_on >= today

    def checked(self) -> Curated:
        """The same without blanks and repetitions; UnfitArticle where something is missing, or too
        long."""
        phrasings = list(dict.fromkeys(filter(None, (" ".join(p.split()) for p in self.phrasings))))
        text = self.text.strip()
        if not phrasings:
            raise UnfitArticle("curated_no_phrasing", "Write a question at least that it answers.")
        if not text:
            raise UnfitArticle("curated_no_text", "Write what is answered.")
        if len(phrasings) > MOST_PHRASINGS or _longest(phrasings) > LONGEST_PHRASING:
            said = f"At most {MOST_PHRASINGS} questions of {LONGEST_PHRASING} characters each."
            values = {"most": MOST_PHRASINGS, "longest": LONGEST_PHRASING}
            raise UnfitArticle("curated_phrasings_too_long", said, **values)
        if len(text) > LONGEST_TEXT:
            said = f"The answer is longer than {LONGEST_TEXT} characters."
            raise UnfitArticle("curated_text_too_long", said, longest=LONGEST_TEXT)
        return replace(self, phrasings=tuple(phrasings), text=text)


def _longest(phrasings: Sequence[str]) -> int:
    return max(map(len, phrasings))
