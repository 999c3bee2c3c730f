"""Replies that leads write once and people insert: variables are filled in for the conversation.

They are a setting of the team: few, read and written whole.
"""

from __future__ import annotations

import secrets
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from assistant.answering.wordings import LOCALES, spoken
from assistant.case_ports import WholeStore
from assistant.domain.conversation import Conversation
from assistant.errors import Refused, UnknownThing
from assistant.ports import Clock, Deed, Person
from assistant.resources import prompts
from assistant.support.placeholders import filled, names
from assistant.support.team import Form

SETTING = "canned_replies"
VARIABLES = ("customer_name", "agent_name", "conversation_link", "help_center", "opening_hours")
LONGEST_TITLE, LONGEST_TEXT = 80, 4000
_MOST = 200


@dataclass(frozen=True)
class CannedReply:
    """`texts`: locale → Markdown with variables in braces; at least one."""

    id: str
    title: str
    texts: Mapping[str, str]


@dataclass(frozen=True)
class Filled:
    """Ready to be inserted, in `locale`."""

    title: str
    text: str
    locale: str


class CannedReplies:
    """What leads keep, and what people insert. Thread-safe."""

    def __init__(
        self,
        store: WholeStore,
        *,
        public_url: str,
        hours: Callable[[], Form],
        now: Clock,
        new_id: Callable[[], str] = lambda: secrets.token_hex(6),
    ) -> None:
        """`hours`: how the team is there, as a lead has typed it."""
        self._store, self._base, self._hours = store, public_url.rstrip("/"), hours
        self._now, self._new_id = now, new_id

    def all(self) -> list[CannedReply]:
        """By title."""
        stored = self._store.team_setting(SETTING) or []
        return sorted((CannedReply(**each) for each in stored), key=lambda each: each.title.lower())

    def save(
        self, title: str, texts: Mapping[str, str], *, by: Person, id: str | None = None
    ) -> None:
        """A new one, or the one of this id as it is from now on; Refused, UnknownThing."""
        kept = {each.id: each for each in self.all()}
        if id is not None and id not in kept:
            raise UnknownThing("canned reply", id)
        if id is None and len(kept) >= _MOST:
            raise Refused(f"There are {_MOST} canned replies already; delete some first.")
        reply = _checked(id or self._new_id(), title, texts)
        self._keep(kept | {reply.id: reply}, by=by, action="canned_saved")

    def drop(self, id: str, *, by: Person) -> None:
        """It is gone; UnknownThing."""
        kept = {each.id: each for each in self.all()}
        if kept.pop(id, None) is None:
            raise UnknownThing("canned reply", id)
        self._keep(kept, by=by, action="canned_dropped")

    def filled(self, conversation: Conversation, person: Person) -> list[Filled]:
        """All of them for this conversation, in its language where they have it."""
        locale = spoken(conversation.locale)
        values = {each: self._values(conversation, person, each) for each in LOCALES}
        found = []
        for reply in self.all():
            written = locale if locale in reply.texts else next(iter(reply.texts))
            text = filled(reply.texts[written], values[spoken(written)])
            found.append(Filled(reply.title, text, written))
        return found

    def _values(self, conversation: Conversation, person: Person, locale: str) -> dict[str, str]:
        profile = self._store.profile(conversation.visitor_id)
        return {
            "customer_name": (profile.name if profile else None) or "",
            "agent_name": person.shown,
            # No secret: it opens the conversation where the customer has it already.
            "conversation_link": f"{self._base}/widget?locale={locale}" if self._base else "",
            "help_center": f"{self._base}/help?locale={locale}" if self._base else "",
            "opening_hours": _told_hours(self._hours(), locale),
        }

    def _keep(self, replies: Mapping[str, CannedReply], *, by: Person, action: str) -> None:
        stored = [
            {"id": each.id, "title": each.title, "texts": dict(each.texts)}
            for each in replies.values()
        ]
        deed = Deed(self._now(), by.id, action, SETTING, {})
        self._store.set_team_setting(SETTING, stored, deed=deed)


def _checked(id: str, title: str, texts: Mapping[str, str]) -> CannedReply:
    title = " ".join(title.split())
    texts = {locale: text.strip() for locale, text in texts.items() if text.strip()}
    if not title or len(title) > LONGEST_TITLE:
        raise Refused(f"A canned reply needs a title of 1 to {LONGEST_TITLE} characters.")
    if not texts or any(len(text) > LONGEST_TEXT for text in texts.values()):
        raise Refused(
            f"Write the reply in a language at least, with {LONGEST_TEXT} characters at most."
        )
    named = {name for text in texts.values() for name in names(text)}
    if unknown := sorted(named.difference(VARIABLES)):
        known = ", ".join(f"{{{name}}}" for name in VARIABLES)
        raise Refused(f"There is no variable {{{unknown[0]}}}; use {known}.")
    return CannedReply(id, title, texts)


def _told_hours(form: Form, locale: str) -> str:
    words = _wordings(locale)
    days = [f"{words['weekdays'][day]} {text}" for day, text in sorted(form.days.items()) if text]
    return f"{', '.join(days)} ({form.zone})" if days else str(words["always"])


@lru_cache(maxsize=8)
def _wordings(locale: str) -> dict[str, Any]:
    path = prompts() / f"canned.{locale}.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))
