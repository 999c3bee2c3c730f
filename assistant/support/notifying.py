"""From what happened in conversations to who is told of it by mail. Follows the log of events.

An event is looked at once it is a minute old, unless an operator wants otherwise: by then a
customer who is here has seen the reply, and what somebody took at once needs no mail.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import timedelta

from assistant.answering.wordings import spoken
from assistant.case_ports import WholeStore
from assistant.domain.conversation import Author, Status
from assistant.domain.delivery import Channel, Delivery, delivery_id
from assistant.domain.handoff import address_left
from assistant.errors import UnknownThing
from assistant.ports import Clock, Person, StoredEvent
from assistant.ports.deliveries import Choice, Notice
from assistant.support.following import SETTLES, Follower
from assistant.support.letters import REPLY
from assistant.support.mentions import is_named
from assistant.support.roles import May, allows


class Notifier:
    """One `round` is cheap where nothing happened. Harmless in several processes at once."""

    def __init__(
        self, store: WholeStore, *, writes: bool, wait: timedelta = SETTLES, now: Clock
    ) -> None:
        """`writes`: whether mails can be sent at all; otherwise what happens goes by unsaid, so
        that nobody is written to about the past once they can. `wait`: how long a customer has to
        see a reply here."""
        self._store, self._writes, self._now = store, writes, now
        self._follower = Follower(store, "mail", wait=wait, now=now)

    def round(self) -> int:
        """Look at what happened since; how many mails that led to."""
        return self._follower.round(self._plan)

    def _plan(self, events: Sequence[StoredEvent]) -> list[Delivery]:
        return [*self._replies(events), *self._notices(events)] if self._writes else []

    def _replies(self, events: Iterable[StoredEvent]) -> Iterator[Delivery]:
        """What people wrote to customers who left an address and have not seen it here."""
        for event in events:
            if event.payload.get("author") != Author.AGENT.value:
                continue
            address = address_left(self._store.handoffs(event.conversation_id))
            if address and not self._store.seen_since(event.conversation_id, event.created_at):
                yield self._reply(event, address)

    def _reply(self, event: StoredEvent, address: str) -> Delivery:
        message_id = str(event.payload["id"])
        at = self._now()
        return Delivery(
            delivery_id(REPLY, message_id),
            Channel.MAIL,
            REPLY,
            address,
            at,
            spoken(self._store.conversation(event.conversation_id).locale),
            {"message_id": message_id},
            conversation_id=event.conversation_id,
            next_at=at,
        )

    def _notices(self, events: Sequence[StoredEvent]) -> Iterator[Delivery]:
        """One mail a person and notice, however much happened at once."""
        about = {
            Notice.WAITING: [e.conversation_id for e in events if _calls(e) and self._waits(e)],
            Notice.LATE: [e.conversation_id for e in events if e.kind == "late"],
        }
        for notice, ids in about.items():
            if ids:
                for person, choice in who_wants(self._store, notice):
                    yield self._notice(notice, list(dict.fromkeys(ids)), person, choice, events)
        for person, choice in who_wants(self._store, Notice.MENTION):
            named = [e.conversation_id for e in events if self._names(e, person)]
            if named:
                ids = list(dict.fromkeys(named))
                yield self._notice(Notice.MENTION, ids, person, choice, events)

    def _names(self, event: StoredEvent, person: Person) -> bool:
        """Whether it is a colleague's note that names the person."""
        if event.kind != "note" or event.payload["by"] == person.id:
            return False
        notes = self._store.notes(event.conversation_id)
        words = next((n.text for n in notes if n.id == event.payload["note_id"]), "")
        return is_named(person, words)

    def _notice(
        self,
        notice: Notice,
        ids: Sequence[str],
        person: Person,
        choice: Choice,
        events: Sequence[StoredEvent],
    ) -> Delivery:
        at = self._now()
        return Delivery(
            delivery_id(notice, person.id, str(events[-1].id)),
            Channel.MAIL,
            notice.value,
            person.email,
            at,
            choice.locale,
            {"conversation_ids": list(ids)},
            next_at=at,
        )

    def _waits(self, event: StoredEvent) -> bool:
        try:
            conversation = self._store.conversation(event.conversation_id)
        except UnknownThing:
            return False
        return conversation.status is Status.WAITING


def who_wants(store: WholeStore, notice: Notice) -> list[tuple[Person, Choice]]:
    """Those whose account is open, whose role may, and who chose it."""
    choices: Mapping[str, Choice] = store.choices()
    return [
        (person, choice)
        for person in store.people()
        if person.disabled_at is None and notice in offered(person.role)
        if (choice := choices.get(person.id)) and notice in choice.notices
    ]


def offered(role: str) -> list[Notice]:
    """What somebody of this role may want to be told."""
    needed = {Notice.WEEKLY: May.READ}
    return [notice for notice in Notice if allows(role, needed.get(notice, May.ANSWER))]


def _calls(event: StoredEvent) -> bool:
    return event.payload.get("status") == Status.WAITING.value
