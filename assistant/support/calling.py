"""What calls a person besides the customer, as leads choose it in the console."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from assistant.answering.cues import folded
from assistant.case_ports import CaseStore
from assistant.errors import Refused
from assistant.ports import Clock, Deed, Person
from assistant.support.triggers import OPTIONAL, Chosen

SETTING = "triggers"
MOST_WORDS, LONGEST_WORDS, _SHORTEST_WORDS = 100, 80, 2


class Calling:
    """Thread-safe."""

    def __init__(self, store: CaseStore, *, now: Clock) -> None:
        self._store, self._now = store, now

    def chosen(self) -> Chosen:
        """As it is set; all of them, while nobody has chosen."""
        stored: dict[str, Any] = self._store.team_setting(SETTING) or {}
        words = {locale: tuple(each) for locale, each in stored.get("words", {}).items()}
        return Chosen(off=frozenset(stored.get("off", ())), words=words)

    def choose(self, on: Collection[str], words: Mapping[str, str], *, by: Person) -> None:
        """From the next message on so. `words`: by language, a line each. Refused where they are
        too many, too long, or of fewer than two letters or digits."""
        kept = {locale: _lines(text) for locale, text in words.items()}
        for line in (each for lines in kept.values() for each in lines):
            # Folded, "C++" is a c, which stands in every "c'est".
            if len(line) > LONGEST_WORDS or len(folded(line)) < _SHORTEST_WORDS:
                raise Refused(
                    f"{line[:LONGEST_WORDS]!r} cannot be looked for; "
                    f"write a word or a few, {LONGEST_WORDS} characters at most."
                )
        if any(len(lines) > MOST_WORDS for lines in kept.values()):
            raise Refused(f"These are too many lines; {MOST_WORDS} for a language are the most.")
        off = sorted(set(OPTIONAL) - set(on))
        counted = {locale: len(lines) for locale, lines in kept.items()}
        told = {"off": off, "words": counted}
        deed = Deed(self._now(), by.id, "triggers_changed", SETTING, told)
        self._store.set_team_setting(SETTING, {"off": off, "words": kept}, deed=deed)


def _lines(text: str) -> list[str]:
    lines = (" ".join(line.split()) for line in text.splitlines())
    return list(dict.fromkeys(filter(None, lines)))
