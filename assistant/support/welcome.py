"""How customers are greeted: in a lead's words, with what the site has signed about them.

Only what `identify` brought is filled in; what a page merely told could be anybody's invention.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from assistant.answering.wordings import say, spoken
from assistant.case_ports import CaseStore
from assistant.domain.conversation import Conversation
from assistant.domain.experiment import Subject
from assistant.domain.visitor import Profile
from assistant.errors import Refused
from assistant.ports import Clock, Deed, Person
from assistant.support.placeholders import filled, stray

SETTING = Subject.WELCOME.value
LONGEST = 500
_LONGEST_VALUE = 80


class Tried(Protocol):
    """What experiments do to settings."""

    def setting(self, subject: Subject, conversation: Conversation) -> Any:
        """Which value holds for a conversation; None where nobody set one."""

    def untried(self, subject: Subject) -> None:
        """Refused while it is being tried."""


class Welcome:
    """What leads have written, and what a customer reads of it. Thread-safe."""

    def __init__(self, store: CaseStore, *, tried: Tried, now: Clock) -> None:
        self._store, self._tried, self._now = store, tried, now

    def texts(self) -> dict[str, str]:
        """Locale → words with places; a locale without is greeted in our own."""
        return dict(self._store.team_setting(SETTING) or {})

    def save(self, texts: Mapping[str, str], *, by: Person) -> None:
        """From now on so; Refused where a text is too long or has a brace that is no place, or
        while other words are tried."""
        kept = checked_texts(texts)
        self._tried.untried(Subject.WELCOME)
        deed = Deed(self._now(), by.id, "welcome_changed", SETTING, {})
        self._store.set_team_setting(SETTING, kept, deed=deed)

    def greeting(self, conversation: Conversation, profile: Profile | None) -> str:
        """For this customer, whom nobody may have vouched for."""
        texts = self._tried.setting(Subject.WELCOME, conversation) or {}
        text = texts.get(spoken(conversation.locale))
        return filled(text, _values(profile)) if text else usual(conversation.locale, profile)


def checked_texts(texts: Mapping[str, str]) -> dict[str, str]:
    """Those that say anything; Refused where one is too long or has a brace that is no place."""
    kept = {locale: text.strip() for locale, text in texts.items() if text.strip()}
    for text in kept.values():
        if len(text) > LONGEST:
            raise Refused(f"The words are too long; {LONGEST} characters are the most.")
        if brace := stray(text):
            raise Refused(f"{brace!r} is no place; write it like {{name}} or {{plan|other words}}.")
    return kept


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
