"""What the log knows of a conversation beside what was said: since when a person was called, and
when an article was read. A transcript from elsewhere has nothing of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from assistant.domain.conversation import Status
from assistant.domain.ownership import WITH_PEOPLE, Event
from assistant.ports import StoredEvent
from assistant.ports.looks import Looked

_KINDS = ("status", "looked")
# Of one conversation: more than anybody makes.
_MOST = 1000


@dataclass(frozen=True)
class Call:
    """For a person; `until` people no longer had the conversation, None while they have it."""

    since: datetime
    until: datetime | None = None


@dataclass(frozen=True)
class Beside:
    """All of it in the order of time, as it stands `now`."""

    now: datetime
    calls: tuple[Call, ...] = ()
    read: tuple[datetime, ...] = ()


class BesideLog(Protocol):
    """What is read of the store."""

    def events(
        self, conversation_id: str, *, limit: int = 200, kinds: tuple[str, ...] = ()
    ) -> list[StoredEvent]: ...


def beside(store: BesideLog, conversation_id: str, *, now: datetime) -> Beside:
    """Of a conversation."""
    return beside_in(store.events(conversation_id, kinds=_KINDS, limit=_MOST), now=now)


def beside_in(events: Iterable[StoredEvent], *, now: datetime) -> Beside:
    """In the events of one conversation."""
    calls: list[Call] = []
    read: list[datetime] = []
    for event in events:
        if event.kind == "looked" and event.payload.get("what") == Looked.ARTICLE:
            read.append(event.created_at)
        elif event.payload.get("event") == Event.PERSON_CALLED:
            calls.append(Call(event.created_at))
        elif calls and calls[-1].until is None and _is_over(event):
            calls[-1] = replace(calls[-1], until=event.created_at)
    return Beside(now, tuple(calls), tuple(read))


def _is_over(event: StoredEvent) -> bool:
    return event.kind == "status" and Status(event.payload["status"]) not in WITH_PEOPLE
