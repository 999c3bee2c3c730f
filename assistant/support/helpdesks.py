"""People who answer in another system: cases are opened there, customers' words follow, and what
is answered there comes back into the thread.

A conversation waits until somebody there answers: it stays in our own queue too, and whoever is
first has it. Each answer comes in once, by its id there; one that comes while a colleague has the
conversation here reaches that colleague as a note, and the customer by nobody twice.
"""

from __future__ import annotations

import hashlib
import logging
import secrets
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from assistant.case_ports import Note, WholeStore
from assistant.domain.conversation import Author, Conversation, Message, Status
from assistant.domain.delivery import Channel, Delivery, delivery_id
from assistant.domain.ownership import HELPDESK, NOT_PEOPLE, WITH_PEOPLE, Event, Move
from assistant.domain.ticket import Heard, OutsideReply, Ticket, next_look
from assistant.errors import NeverDelivered, NotDelivered, UnknownThing, WithAnother, WrongStatus
from assistant.markup import to_html
from assistant.ports import Clock, StoredEvent
from assistant.ports.helpdesk import Bell, Helpdesk, Ring
from assistant.support.case_letter import CaseLetters
from assistant.support.following import Follower

OPEN, ADD, TELL = "case_open", "case_add", "case_tell"
"""Kinds of deliveries: a new case, more words of the customer, who has it here."""
AT_ONCE = 10
LONGEST_REPLY = 20_000
_PAUSE = timedelta(minutes=1)
"""How long a silent helpdesk is left alone, unless it asks for more."""
_TOLD = {
    Event.CLAIMED: "taken",
    Event.TAKEN_UP: "taken",
    Event.HANDED_ON: "taken",
    Event.RELEASED: "released",
    Event.RESOLVED: "resolved",
}

log = logging.getLogger(__name__)


class Forwarder:
    """From what happens in conversations to what the helpdesk is told. One `round` is cheap."""

    def __init__(self, store: WholeStore, *, works: bool, now: Clock) -> None:
        """`works`: whether there is a helpdesk; otherwise what happens goes by untold, so that no
        old case is opened once there is one."""
        self._store, self._works, self._now = store, works, now
        self._follower = Follower(store, HELPDESK, wait=timedelta(), now=now)

    def round(self) -> int:
        """Look at what happened since; how many deliveries that led to."""
        return self._follower.round(self._plan)

    def _plan(self, events: Sequence[StoredEvent]) -> list[Delivery]:
        if not self._works:
            return []
        told = ((event, self._kind(event)) for event in events)
        return [self._delivery(event, kind) for event, kind in told if kind]

    def _kind(self, event: StoredEvent) -> str | None:
        happened = event.payload.get("event")
        if event.payload.get("status") == Status.WAITING.value:
            return OPEN
        if event.payload.get("author") == Author.CUSTOMER.value and self._is_peoples(event):
            return ADD
        if happened in _TOLD and _who(event) not in NOT_PEOPLE:
            return TELL
        return None

    def _is_peoples(self, event: StoredEvent) -> bool:
        try:
            return self._store.conversation(event.conversation_id).status in WITH_PEOPLE
        except UnknownThing:
            # Erased since.
            return False

    def _delivery(self, event: StoredEvent, kind: str) -> Delivery:
        at = self._now()
        return Delivery(
            delivery_id(kind, event.conversation_id, str(event.id)),
            Channel.HELPDESK,
            kind,
            HELPDESK,
            at,
            "en",
            {"event": event.payload.get("event"), "by": _who(event)},
            conversation_id=event.conversation_id,
            next_at=at,
        )


class HelpdeskCarrier:
    """Takes deliveries to the helpdesk, and keeps which case is whose."""

    def __init__(
        self, store: WholeStore, helpdesk: Helpdesk, *, letters: CaseLetters, now: Clock
    ) -> None:
        self._store, self._helpdesk = store, helpdesk
        self._letters, self._now = letters, now

    def carry(self, delivery: Delivery) -> None:
        """Told, unless it holds no more; NotDelivered, NeverDelivered."""
        try:
            conversation = self._store.conversation(delivery.conversation_id or "")
        except UnknownThing:
            # Erased since: nobody is told.
            return
        ticket = self._store.ticket(conversation.id)
        match delivery.kind:
            case "case_open":
                self._open(conversation, ticket, tried=delivery.tries > 1)
            case "case_add":
                self._add(conversation, ticket)
            case _:
                self._tell(delivery, conversation, ticket)

    def _open(self, conversation: Conversation, ticket: Ticket | None, *, tried: bool) -> None:
        if conversation.status is not Status.WAITING:
            return
        if ticket is not None and self._goes_on(conversation, ticket):
            return
        case, told = self._letters.case(conversation)
        # The answer to an earlier try may have been lost on its way.
        found = self._helpdesk.find(case) if tried else None
        if found is None or (ticket is not None and found.ticket_id == ticket.ticket_id):
            found = self._helpdesk.open(case)
        at = self._now()
        name = self._helpdesk.name
        opened = Ticket(conversation.id, name, found.ticket_id, found.url, told, at, None)
        self._save(opened)

    def _goes_on(self, conversation: Conversation, ticket: Ticket) -> bool:
        """Whether the case that is there can be gone on with. Who read that a colleague has it, or
        closed it, is told that it waits, whether or not the customer wrote something new."""
        if ticket.helpdesk != self._helpdesk.name:
            return False
        told, said = self._untold(ticket)
        words = self._letters.waits_again(conversation, said)
        try:
            self._say(ticket, words, told=told)
        except NeverDelivered:
            # Closed for good, or deleted.
            return False
        return True

    def _add(self, conversation: Conversation, ticket: Ticket | None) -> None:
        """All that is not told yet at once: what came later may be tried earlier."""
        if ticket is None:
            if conversation.status is Status.WAITING:
                raise NotDelivered(f"The case is not open in {self._helpdesk.name} yet.")
            return
        told, said = self._untold(ticket)
        if said:
            self._say(ticket, self._letters.words(said), told=told)

    def _untold(self, ticket: Ticket) -> tuple[int, list[Message]]:
        """How many messages there are, and the customer's of those that the case does not hold."""
        messages = self._store.messages(ticket.conversation_id)
        said = [m for m in messages[ticket.told :] if m.author is Author.CUSTOMER]
        return len(messages), said

    def _say(self, ticket: Ticket, words: str, *, told: int) -> None:
        """As the customer's, which opens what is closed there."""
        self._helpdesk.add(ticket.ticket_id, words, from_customer=True)
        self._save(replace(ticket, told=told, solved_at=None))

    def _tell(self, delivery: Delivery, conversation: Conversation, ticket: Ticket | None) -> None:
        if ticket is None or ticket.solved_at is not None:
            return
        told, by = _TOLD[Event(delivery.payload["event"])], delivery.payload["by"]
        if told == "taken" and conversation.agent_id != by:
            # A try that came late: that it waits again may have been told before.
            return
        words = self._letters.told(told, person_id=by)
        self._helpdesk.add(ticket.ticket_id, words, from_customer=False)

    def _save(self, ticket: Ticket) -> None:
        at = self._now()
        look_at = next_look(at, at, is_solved=False)
        self._store.save_ticket(replace(ticket, active_at=at, look_at=look_at))


class Doorkeeper:
    """Has a case looked at as soon as the helpdesk says that something happened in it."""

    def __init__(self, store: WholeStore, *, name: str, bell: Bell, now: Clock) -> None:
        self._store, self._name, self._bell, self._now = store, name, bell, now

    def ring(self, ring: Ring) -> None:
        """NotAllowed where it is not the helpdesk."""
        at = self._now()
        self._store.wake_ticket(self._name, self._bell(ring, at=at), at=at)


class Listener:
    """Fetches what people answered there. One `round` is cheap where nothing is due; harmless in
    several processes at once, each of which waits as long as it was itself asked to."""

    def __init__(
        self,
        store: WholeStore,
        helpdesk: Helpdesk,
        *,
        letters: CaseLetters,
        now: Clock,
        new_id: Callable[[], str] = lambda: secrets.token_hex(10),
    ) -> None:
        self._store, self._helpdesk = store, helpdesk
        self._letters, self._now, self._new_id = letters, now, new_id
        self._not_before = datetime.min.replace(tzinfo=UTC)

    def round(self) -> int:
        """Ask about the cases whose moment has come; how many answers that brought. None while the
        helpdesk asked to be left alone, whatever rings."""
        if self._now() < self._not_before:
            return 0
        brought = 0
        for ticket in self._store.tickets_to_hear(self._now(), limit=AT_ONCE):
            try:
                brought += self._hear(ticket)
            except NeverDelivered as error:
                log.warning("helpdesk.case_gone: %s", error)
                self._store.hear_ticket(ticket, replace(ticket, look_at=None))
            except NotDelivered as error:
                log.warning("helpdesk.silent: %s", error)
                asked = timedelta(seconds=error.retry_after)
                self._not_before = self._now() + asked
                later = max(_PAUSE, asked)
                self._store.hear_ticket(ticket, replace(ticket, look_at=self._now() + later))
                break
            except Exception as error:
                # Whatever it is, the others are still to be heard.
                log.exception("helpdesk.broken: %s", type(error).__name__)
                self._store.hear_ticket(ticket, replace(ticket, look_at=self._now() + _PAUSE))
        return brought

    def _hear(self, ticket: Ticket) -> int:
        if ticket.helpdesk != self._helpdesk.name:
            # Of a helpdesk that was there before this one.
            self._store.hear_ticket(ticket, replace(ticket, look_at=None))
            return 0
        heard = self._helpdesk.heard(ticket.ticket_id)
        brought = sum(self._take_in(ticket, reply) for reply in self._new(ticket, heard))
        at = self._now()
        newly_solved = heard.is_solved and ticket.solved_at is None
        if newly_solved:
            self._solve(ticket)
        active_at = at if brought or newly_solved else ticket.active_at
        kept = replace(
            ticket,
            active_at=active_at,
            look_at=next_look(active_at, at, is_solved=heard.is_solved),
            solved_at=(ticket.solved_at or at) if heard.is_solved else None,
        )
        self._store.hear_ticket(ticket, kept)
        return brought

    def _new(self, ticket: Ticket, heard: Heard) -> list[OutsideReply]:
        """Those that neither the customer nor a colleague has."""
        messages = self._store.messages(ticket.conversation_id)
        known = {message.client_id for message in messages}
        noted = {note.id for note in self._store.notes(ticket.conversation_id)}
        return [
            reply
            for reply in heard.replies
            if reply.text.strip()
            and _client_id(ticket, reply) not in known
            and _note_id(ticket, reply.id) not in noted
        ]

    def _take_in(self, ticket: Ticket, reply: OutsideReply) -> bool:
        try:
            self._answer(ticket, reply)
        except WithAnother:
            words = self._letters.not_sent(self._helpdesk.name, reply.text[:LONGEST_REPLY])
            self._note(ticket, reply.id, words)
        return True

    def _answer(self, ticket: Ticket, reply: OutsideReply) -> None:
        conversation = self._store.conversation(ticket.conversation_id)
        if conversation.status not in WITH_PEOPLE:
            step_in = Move(Event.TAKEN_UP, by=HELPDESK, at=self._now(), agent_id=HELPDESK)
            self._store.move(conversation.id, step_in)
        words = reply.text.strip()[:LONGEST_REPLY]
        message = Message(
            id=f"m-{self._new_id()}",
            conversation_id=conversation.id,
            author=Author.AGENT,
            text=words,
            html=to_html(words.replace("\n", "  \n")),
            locale=conversation.locale,
            created_at=self._now(),
            client_id=_client_id(ticket, reply),
        )
        self._store.answer(message, by=HELPDESK)

    def _solve(self, ticket: Ticket) -> None:
        """Closed there is resolved here, if somebody answered; otherwise the customer waits on."""
        conversation = self._store.conversation(ticket.conversation_id)
        if conversation.status is Status.WAITING:
            words = self._letters.solved_unanswered(self._helpdesk.name)
            self._note(ticket, f"solved-{self._now().isoformat()}", words)
        try:
            if conversation.agent_id == HELPDESK:
                resolved = Move(Event.RESOLVED, by=HELPDESK, at=self._now())
                self._store.move(conversation.id, resolved)
        except WrongStatus:
            # Somebody here has it by now.
            return

    def _note(self, ticket: Ticket, about: str, words: str) -> None:
        id, at = _note_id(ticket, about), self._now()
        self._store.add_note(Note(id, ticket.conversation_id, HELPDESK, words, at))


def _who(event: StoredEvent) -> str | None:
    """Who has it then, whoever gave it to them; else who let go of it."""
    return event.payload.get("agent_id") or event.payload.get("by")


def _client_id(ticket: Ticket, reply: OutsideReply) -> str:
    return f"helpdesk-{ticket.helpdesk}-{ticket.ticket_id}-{reply.id}"


def _note_id(ticket: Ticket, about: str) -> str:
    named = "\x00".join((ticket.helpdesk, ticket.ticket_id, about))
    return "n-" + hashlib.sha256(named.encode()).hexdigest()[:20]
