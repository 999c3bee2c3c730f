"""Follows the log of events, and stores what they lead to: each event once, whoever crashes. What
happens in made-up conversations is nobody's news."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from assistant.case_ports import CaseStore
from assistant.domain.delivery import Delivery
from assistant.errors import UnknownThing
from assistant.ports import Clock, ConversationStore, StoredEvent
from assistant.ports.deliveries import DeliveryStore
from assistant.ports.figures import SIMULATED

SETTLES = timedelta(minutes=1)
"""An event this old is followed by no other with a lower number: no transaction lasts as long."""
_AT_ONCE = 1000

Plan = Callable[[Sequence[StoredEvent]], Sequence[Delivery]]


class FollowedStore(CaseStore, ConversationStore, DeliveryStore, Protocol):
    """Holds the events, what they are about, and the outbox."""


class Follower:
    """One `round` is cheap where nothing happened. Harmless in several processes at once."""

    def __init__(self, store: FollowedStore, name: str, *, wait: timedelta, now: Clock) -> None:
        """`wait`: how old an event must be before it is looked at. Where that is less than
        `SETTLES`, events are looked at more than once, and their deliveries told apart by id."""
        self._store, self._name, self._wait, self._now = store, name, wait, now
        self._planned: set[int] = set()

    def round(self, plan: Plan) -> int:
        """Look at what happened since; how many deliveries that led to. What was before the first
        round of all is nobody's news."""
        after = self._store.followed(self._name)
        if after is None:
            last = self._store.last_event()
            self._store.follow(self._name, after=None, to=last, deliveries=[])
            return 0
        events = self._store.changes(after=after, limit=_AT_ONCE)
        ready = _older(events, self._now() - self._wait)
        settled = _older(events, self._now() - max(self._wait, SETTLES))
        news = self._real([event for event in ready if event.id not in self._planned])
        to = settled[-1].id if settled else after
        if not news and to == after:
            return 0
        planned = plan(news)
        if not self._store.follow(self._name, after=after, to=to, deliveries=planned):
            return 0
        self._planned = {event.id for event in ready if event.id > to}
        return len(planned)

    def _real(self, events: Sequence[StoredEvent]) -> Sequence[StoredEvent]:
        made_up = {id: self._is_made_up(id) for id in {each.conversation_id for each in events}}
        return [event for event in events if not made_up[event.conversation_id]]

    def _is_made_up(self, conversation_id: str) -> bool:
        try:
            return self._store.conversation(conversation_id).visitor_id.startswith(SIMULATED)
        except UnknownThing:
            # Erased since: the plan finds nothing of it either.
            return False


def _older(events: Sequence[StoredEvent], moment: datetime) -> Sequence[StoredEvent]:
    """Those up to the first that is younger."""
    young = next((n for n, event in enumerate(events) if event.created_at > moment), None)
    return events[:young]
