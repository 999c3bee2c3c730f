"""How customers are greeted: in a lead's words, with what the site has signed about them.

Only what `identify` brought is filled in; what a page merely told could be anybody's invention.
"""

from __future__ import annotations

from collections.abc import Mapping

from assistant.answering.wordings import say, spoken
from assistant.case_ports import CaseStore
from assistant.domain.visitor import Profile
from assistant.errors import Refused
from assistant.ports import Clock, Deed, Person
from assistant.support.placeholders import filled, stray

SETTING = "welcome"
LONGEST = 500
_LONGEST_VALUE = 80


class Welcome:
    """What leads have written, and what a customer reads of it. Thread-safe."""

    def __init__(self, store: CaseStore, *, now: Clock) -> None:
        self._store, self._now = store, now

    def texts(self) -> dict[str, str]:
        """Locale → words with places; a locale without is greeted in our own."""
        return dict(self._store.team_setting(SETTING) or {})

    def save(self, texts: Mapping[str, str], *, by: Person) -> None:
        """From now on so; Refused where a text is too long or has a brace that is no place."""
        kept = {locale: text.strip() for locale, text in texts.items() if text.strip()}
        for text in kept.values():
            if len(text) > LONGEST:
                raise Refused(f"The words are too long; {LONGEST} characters are the most.")
            if brace := stray(text):
                raise Refused(
                    f"{brace!r} is no place; write it like {{name}} or {{plan|other words}}."
                )
        deed = Deed(self._now(), by.id, "welcome_changed", SETTING, {})
        self._store.set_team_setting(SETTING, kept, deed=deed)

    def greeting(self, locale: str, profile: Profile | None) -> str:
        """For this customer, whom nobody may have vouched for."""
        text = self.texts().get(spoken(locale))
        return filled(text, _values(profile)) if text else usual(locale, profile)


def usual(locale: str, profile: Profile | None) -> str:
    """Where no lead has written another."""
    if profile and profile.name:
        return say("greeting_by_name", locale, name=profile.name)
    return say("greeting", locale)


def _values(profile: Profile | None) -> dict[str, str]:
    """By name, each on one line. A list or a yes is no word to greet with."""
    if profile is None:
        return {}
    known = {**profile.attributes, "name": profile.name, "plan": profile.plan}
    return {
        name: " ".join(str(value).split())[:_LONGEST_VALUE]
        for name, value in known.items()
        if isinstance(value, str | int | float) and not isinstance(value, bool)
    }
