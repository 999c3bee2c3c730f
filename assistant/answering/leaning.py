"""How much a question needs what came before, by its words. Pure."""

from __future__ import annotations

import re
from enum import IntEnum

from assistant.answering.cues import cues_of, folded, topic_words

_SHORT = 1
"""Words besides function words and properties."""


class Leaning(IntEnum):
    """How much a question needs what came before."""

    NONE = 0
    SHORT = 1
    """Nothing points back, but so few words that they may go on about the same thing."""
    WEAK = 2
    """It begins like one that goes on, and names something of its own."""
    POINTING = 3
    """It points back ("them"), and names something of its own."""
    STRONG = 4
    """It names nothing of its own."""


def leaning(text: str, locale: str) -> Leaning:
    """How much a question needs what came before, by its words."""
    plain = folded(text)
    cues = cues_of(locale)
    pointing = re.sub(rf"\b({'|'.join(cues['neutral'])})\b", " ", plain).split()
    bare = " ".join(pointing)
    continues = any(bare.startswith(f"{start} ") or bare == start for start in cues["continues"])
    points = bool(set(pointing) & set(cues["pronouns"]))
    topic = topic_words(text, locale)
    if not topic or (continues and len(topic) <= 2) or (points and len(topic) <= 1):
        return Leaning.STRONG
    if points and len(topic) <= 4:
        return Leaning.POINTING
    if continues:
        return Leaning.WEAK
    return Leaning.SHORT if len(topic) <= _SHORT else Leaning.NONE
