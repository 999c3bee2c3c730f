"""Finds conversations that nobody moves, brings them back to where somebody sees them, and tells
the customer the truth.

Each rescue is one guarded event in the store: of two processes that look at once, one rescues.
"""

from __future__ import annotations

import logging
import secrets
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import timedelta

from assistant.answering.wordings import say
from assistant.case_ports import DeskStore
from assistant.domain.conversation import Author, Conversation, Message, Priority, Status
from assistant.domain.ownership import WATCHDOG, Event, Move
from assistant.domain.schedule import ServiceLevels
from assistant.errors import AssistantError, WrongStatus
from assistant.markup import to_html
from assistant.ports import Clock
from assistant.support.promising import promised
from assistant.support.roles import May, who_may

SILENT = timedelta(minutes=30)
"""Whoever takes what is overdue has so long before it goes back to the queue."""

log = logging.getLogger(__name__)


class Watchdog:
    """One `round` is cheap where all is well. Harmless in several processes at once."""

    def __init__(
        self,
        store: DeskStore,
        *,
        levels: Callable[[], ServiceLevels],
        now: Clock,
        new_id: Callable[[], str] = lambda: secrets.token_hex(10),
        on_silence: Callable[[str], None] = lambda person_id: None,
        idle_days: int = 0,
    ) -> None:
        """`on_silence`: told whose conversation went back to the queue because they went silent.
        `idle_days`: after so many in which nobody wrote, and nothing is due, a person's case asks
        for them and for leads; 0: never."""
        self._store, self._levels, self._now, self._new_id = store, levels, now, new_id
        self._on_silence = on_silence
        self._idle = timedelta(days=idle_days) if idle_days else None

    def round(self) -> Counter[str]:
        """Look once at everything; how many of which were rescued."""
        rescues = (
            ("woken", self._store.to_wake(self._now()), self._wake),
            ("left_by_the_gone", self._left(), self._requeue),
            ("unpromised", self._unpromised(), self._promise),
            ("overdue", self._overdue(), self._late),
        )
        self._warn()
        found: Counter[str] = Counter()
        for name, conversations, rescue in rescues:
            found[name] = self._each(conversations, rescue)
        for name, count in found.items():
            if count:
                log.warning("watchdog.%s: %d", name, count)
        return found

    def _warn(self) -> None:
        at = self._now()
        idle_since = at - self._idle if self._idle else None
        try:
            self._store.warn_of_due(at)
            self._store.ask_about_left(at, idle_since=idle_since, steering=who_may(May.STEER))
        except AssistantError as error:
            # Those to rescue do not wait for a warning.
            log.error("watchdog.failed: %s", error)

    def _left(self) -> list[Conversation]:
        return self._store.left_by_the_gone(answering=who_may(May.ANSWER))

    def _unpromised(self) -> list[Conversation]:
        at, levels = self._now(), self._levels()
        promises = (levels.due(at, priority=each, first=True) for each in Priority)
        # Where nothing is promised to anybody, the same would be read in vain at each round.
        return self._store.unpromised() if any(promises) else []

    def _overdue(self) -> list[Conversation]:
        at = self._now()
        return self._store.overdue(at, silent_since=at - SILENT)

    def _each(
        self, conversations: Iterable[Conversation], rescue: Callable[[Conversation], bool]
    ) -> int:
        rescued = 0
        for conversation in conversations:
            try:
                rescued += rescue(conversation)
            except WrongStatus:
                # Somebody moved it at this moment: that is all we want.
                continue
            except AssistantError as error:
                # The others still wait for theirs.
                log.error("watchdog.failed: %s", error)
            except Exception as error:
                log.exception("watchdog.failed: %s", type(error).__name__)
        return rescued

    def _wake(self, conversation: Conversation) -> bool:
        self._move(Event.WOKEN, conversation, if_late=True)
        return True

    def _requeue(self, conversation: Conversation) -> bool:
        self._move(Event.REQUEUED, conversation)
        return True

    def _promise(self, conversation: Conversation) -> bool:
        """Of whoever waits until no moment nobody would ever find that it is over."""
        promise = promised(
            self._store,
            conversation,
            levels=self._levels(),
            priority=conversation.priority,
            now=conversation.since or self._now(),
        )
        if promise.due_at is None:
            # Nothing is promised to anybody now.
            return False
        due_at = promise.due_at
        if conversation.status is Status.WITH_AGENT:
            # They knew of no promise: it is not over before they could keep it.
            due_at = max(due_at, self._now() + SILENT)
        self._store.promise(conversation.id, due_at=due_at, resolve_by=promise.resolve_by)
        return True

    def _late(self, conversation: Conversation) -> bool:
        """The promised time is over. An agent gone silent loses it to the queue."""
        if conversation.status is Status.WITH_AGENT:
            self._move(Event.REQUEUED, conversation, if_late=True)
            self._on_silence(conversation.agent_id or "")
        told = self._store.told_late(self._truth(conversation), at=self._now())
        return told or conversation.status is Status.WITH_AGENT

    def _move(self, event: Event, conversation: Conversation, *, if_late: bool = False) -> None:
        at, levels, priority = self._now(), self._levels(), conversation.priority
        move = Move(
            event,
            by=WATCHDOG,
            at=at,
            # What was answered is owed nothing; back in the queue it must be found again.
            due_at=levels.due(at, priority=priority, first=False),
            resolve_by=levels.resolved_by(at, priority=priority),
            overrides=True,
            if_late=if_late,
        )
        self._store.move(conversation.id, move)

    def _truth(self, conversation: Conversation) -> Message:
        words = say("still_waiting", conversation.locale)
        return Message(
            id=f"m-{self._new_id()}",
            conversation_id=conversation.id,
            author=Author.SYSTEM,
            text=words,
            html=to_html(words),
            locale=conversation.locale,
            created_at=self._now(),
        )
