"""Proactive messages: what the team says to visitors before they ask. Pure."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from assistant.errors import Refused

LONGEST_TEXT = 300
LONGEST_PLACE = 300
MOST_STARS = 5
LONGEST_WAIT_S = 3600


class NudgeKind(StrEnum):
    """How it is meant."""

    INVITATION = "invitation"
    """An offer of help, where visitors often need some."""
    INCIDENT = "incident"
    """A known problem: told inside the widget too, as long as it lasts."""


@dataclass(frozen=True)
class Nudge:
    """One message with its rule.

    `place`: the addresses on which it is shown, `*` for any words. `seconds` on such a page.
    `texts`: locale → words; a visitor whose language has none is not told.
    """

    id: str
    kind: NudgeKind
    place: str
    seconds: int
    texts: Mapping[str, str]
    active: bool
    created_at: datetime

    def text(self, locale: str) -> str | None:
        """In the visitor's language."""
        return self.texts.get(locale)


@dataclass(frozen=True)
class NudgeFigures:
    """What became of it. `shown` counts page views, the others conversations still on record."""

    shown: int = 0
    opened: int = 0
    answered: int = 0

    @property
    def opened_percent(self) -> int | None:
        """Of those shown; None where none was."""
        return _percent(self.opened, self.shown)

    @property
    def answered_percent(self) -> int | None:
        """Of those opened; None where none was."""
        return _percent(self.answered, self.opened)


def checked(nudge: Nudge) -> Nudge:
    """The same, or Refused: it must say something, somewhere, within reason."""
    if not nudge.texts:
        raise Refused("It says nothing yet; write the words in at least one language.")
    if any(len(text) > LONGEST_TEXT for text in nudge.texts.values()):
        raise Refused(f"The words are too long; {LONGEST_TEXT} characters are the most.")
    if not nudge.place.startswith(("/", "*")) or len(nudge.place) > LONGEST_PLACE:
        raise Refused("The pages are no path of yours; write it like /basket or /products/*.")
    if nudge.place.count("*") > MOST_STARS:
        raise Refused(f"The pages have too many *; {MOST_STARS} are the most, one after another.")
    if not 0 <= nudge.seconds <= LONGEST_WAIT_S:
        raise Refused(f"The seconds are 0 to {LONGEST_WAIT_S}.")
    return nudge


def _percent(part: int, whole: int) -> int | None:
    return min(100, math.floor(100 * part / whole + 0.5)) if whole else None
