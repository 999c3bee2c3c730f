"""Proactive messages: leads write them, pages show them, and it is counted what becomes of them.

Where they are shown is decided in the visitor's browser, which stores nothing for it and tells
nobody where the visitor is.
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from assistant.domain.conversation import Author, Conversation, Message
from assistant.domain.nudge import Nudge, NudgeFigures, NudgeKind, checked
from assistant.errors import StoreUnavailable, UnknownThing
from assistant.markup import to_html
from assistant.ports import Clock, Deed, Person
from assistant.ports.nudges import NudgeStore

_FRESH = timedelta(seconds=5)
"""Another process may have changed them: what was read is believed for so long."""


@dataclass(frozen=True)
class Draft:
    """What a lead types; words that are empty are none."""

    kind: NudgeKind
    place: str
    seconds: int
    texts: Mapping[str, str]
    active: bool


class Nudges:
    """Thread-safe."""

    def __init__(
        self,
        store: NudgeStore,
        *,
        now: Clock,
        new_id: Callable[[], str] = lambda: secrets.token_hex(6),
    ) -> None:
        self._store, self._now, self._new_id = store, now, new_id
        self._lock = threading.Lock()
        self._read: tuple[datetime, tuple[Nudge, ...]] | None = None

    # -- for leads

    def all(self) -> list[tuple[Nudge, NudgeFigures]]:
        """The newest first, each with what became of it."""
        figures = self._store.nudge_figures()
        return [(each, figures.get(each.id, NudgeFigures())) for each in self._store.nudges()]

    def save(self, draft: Draft, *, by: Person, nudge_id: str | None = None) -> Nudge:
        """A new one, or the one with this id as it is from now on; Refused, UnknownThing."""
        known = self._known(nudge_id) if nudge_id else None
        nudge = checked(
            Nudge(
                id=known.id if known else f"n-{self._new_id()}",
                kind=draft.kind,
                place=draft.place.strip() or "*",
                seconds=draft.seconds,
                texts={
                    locale: text.strip() for locale, text in draft.texts.items() if text.strip()
                },
                active=draft.active,
                created_at=known.created_at if known else self._now(),
            )
        )
        self._store.save_nudge(nudge, deed=self._deed(by, "nudge_saved", nudge.id))
        self._forget_reading()
        return nudge

    def drop(self, nudge_id: str, *, by: Person) -> None:
        """Gone, with its figures."""
        self._store.drop_nudge(nudge_id, deed=self._deed(by, "nudge_dropped", nudge_id))
        self._forget_reading()

    # -- for pages

    def active(self) -> tuple[Nudge, ...]:
        """Those in force. A page is served without them rather than not at all."""
        at = self._now()
        with self._lock:
            if self._read is None or not timedelta() <= at - self._read[0] < _FRESH:
                try:
                    found = tuple(each for each in self._store.nudges() if each.active)
                except StoreUnavailable:
                    found = self._read[1] if self._read else ()
                self._read = (at, found)
            return self._read[1]

    def incidents(self, locale: str) -> list[str]:
        """What customers should know of before they ask."""
        told = [each.text(locale) for each in self.active() if each.kind is NudgeKind.INCIDENT]
        return [text for text in told if text]

    def words(self, nudge_id: str, locale: str) -> str:
        """What it says now; UnknownThing where it is not in force, or not in this language."""
        text = self._in_force(nudge_id).text(locale)
        if text is None:
            raise UnknownThing("proactive message", nudge_id)
        return text

    def count_shown(self, nudge_id: str) -> None:
        """A page showed it."""
        self._store.nudge_shown(nudge_id)

    def take_up(self, nudge_id: str, conversation: Conversation) -> Message | None:
        """The customer opened it: it stands in their conversation, once. None where people have
        the conversation."""
        nudge = self._in_force(nudge_id)
        # Who reads the page in another language than they wrote in goes on with what they read.
        text = nudge.text(conversation.locale) or next(iter(nudge.texts.values()))
        message = Message(
            id=f"m-{secrets.token_hex(10)}",
            conversation_id=conversation.id,
            author=Author.ASSISTANT,
            text=text,
            html=to_html(text),
            locale=conversation.locale,
            created_at=self._now(),
            client_id=f"nudge-{nudge_id}",
        )
        return self._store.nudge_opened(nudge_id, message)

    def _in_force(self, nudge_id: str) -> Nudge:
        for each in self.active():
            if each.id == nudge_id:
                return each
        raise UnknownThing("proactive message", nudge_id)

    def _known(self, nudge_id: str) -> Nudge:
        for each in self._store.nudges():
            if each.id == nudge_id:
                return each
        raise UnknownThing("proactive message", nudge_id)

    def _deed(self, by: Person, action: str, nudge_id: str) -> Deed:
        return Deed(self._now(), by.id, action, nudge_id, {})

    def _forget_reading(self) -> None:
        with self._lock:
            self._read = None
