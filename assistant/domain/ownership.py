"""Who owns a conversation, and the named events that move it: one table, and no other way. Pure.

Always exactly one of the assistant, the queue, a person, or nobody owns it. The store applies
`moved` to the conversation in a locked row, so that of two who move it at once one is refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from assistant.domain.conversation import Author, Conversation, Message, Status
from assistant.domain.handoff import Handoff, Reason
from assistant.errors import WithAnother, WrongStatus

CUSTOMER, ASSISTANT, WATCHDOG = "customer", "assistant", "watchdog"
HELPDESK = "helpdesk"
"""People in another system, all of them: the only one of these that owns conversations."""
ROUTING = "routing"
"""Gives out what waits."""
NOT_PEOPLE = (CUSTOMER, ASSISTANT, WATCHDOG, HELPDESK, ROUTING)
"""Who moves a conversation besides people, whose ids are never one of these."""
LONGEST_SUBJECT = 200


class Event(StrEnum):
    """What can happen to who owns a conversation."""

    PERSON_CALLED = "person_called"
    """By the customer, or by the assistant that cannot carry it."""
    CLAIMED = "claimed"
    """A person takes it out of the queue."""
    HANDED_ON = "handed_on"
    """It gets a person that somebody chose."""
    TAKEN_UP = "taken_up"
    """A person steps into what the assistant has, or reopens what was resolved; then `heard` what
    it had not answered yet."""
    REQUEUED = "requeued"
    RELEASED = "released"
    """Back to the assistant."""
    RESOLVED = "resolved"
    REOPENED = "reopened"
    """The customer writes after it was resolved: the assistant can act at once."""
    SNOOZED = "snoozed"
    """It stays with its person, out of sight until a moment or until the customer writes."""
    WOKEN = "woken"


_A, _Q, _P, _R = Status.WITH_ASSISTANT, Status.WAITING, Status.WITH_AGENT, Status.RESOLVED
LEADS_TO: Mapping[Event, Mapping[Status, Status]] = {
    Event.PERSON_CALLED: {_A: _Q, _R: _Q},
    Event.CLAIMED: {_Q: _P},
    Event.HANDED_ON: {_Q: _P, _P: _P},
    Event.TAKEN_UP: {_A: _P, _R: _P},
    Event.REQUEUED: {_P: _Q},
    Event.RELEASED: {_Q: _A, _P: _A},
    Event.RESOLVED: {_A: _R, _Q: _R, _P: _R},
    Event.REOPENED: {_R: _A},
    Event.SNOOZED: {_P: _P},
    Event.WOKEN: {_P: _P},
}
WITH_PEOPLE = (Status.WAITING, Status.WITH_AGENT)
"""The assistant is silent."""


@dataclass(frozen=True)
class Move:
    """An event with what belongs to it.

    `by`: a person's id, or one of NOT_PEOPLE. `agent_id`: who owns it then.
    `due_at`: by when the customer was promised an answer; `resolve_by`: by when it is to be over.
    `overrides`: a lead, or the watchdog, may move what another person owns. `if_late`: only where
    the promised moment, or the snooze's, is over.
    """

    event: Event
    by: str
    at: datetime
    agent_id: str | None = None
    reason: Reason | None = None
    subject: str = ""
    due_at: datetime | None = None
    resolve_by: datetime | None = None
    until: datetime | None = None
    overrides: bool = False
    if_late: bool = False


def moved(conversation: Conversation, move: Move) -> Conversation:
    """The conversation after the event; WrongStatus, or WithAnother where it is not theirs."""
    leads_to = LEADS_TO[move.event]
    if conversation.status not in leads_to:
        raise WrongStatus(conversation.id, status=conversation.status, wanted=leads_to)
    _must_be_theirs(conversation, move)
    _must_be_late(conversation, move)
    status = leads_to[conversation.status]
    if status is conversation.status and move.event is not Event.HANDED_ON:
        return replace(conversation, snoozed_until=move.until)
    after = replace(
        conversation,
        status=status,
        agent_id=_owner(move) if status is Status.WITH_AGENT else None,
        since=move.at,
        snoozed_until=None,
    )
    if status is Status.WAITING:
        return _queued(after, move)
    if status is Status.WITH_AGENT:
        return after
    return replace(_nothing_owed(after), resolve_by=None)


def call(handoff: Handoff, *, by: str) -> Move:
    """The event that puts a handoff into the queue."""
    return Move(
        Event.PERSON_CALLED,
        by=by,
        at=handoff.created_at,
        reason=handoff.reason,
        subject=_on_one_line(str(handoff.case_file.get("question", ""))),
        due_at=handoff.due_at,
        resolve_by=handoff.resolve_by,
    )


def replied(
    conversation: Conversation, handoff: Handoff | None, *, asked_at: datetime
) -> list[Move]:
    """What a reply of the assistant moves: it reopens what was resolved, and may call a person."""
    moves = []
    if conversation.status is Status.RESOLVED:
        moves.append(Move(Event.REOPENED, by=CUSTOMER, at=asked_at))
    if handoff is not None:
        moves.append(call(handoff, by=ASSISTANT))
    return moves


def must_own(conversation: Conversation, person_id: str) -> None:
    """Only who owns a conversation writes in it: WrongStatus, or WithAnother."""
    if conversation.status is not Status.WITH_AGENT:
        raise WrongStatus(conversation.id, status=conversation.status, wanted=(Status.WITH_AGENT,))
    if conversation.agent_id != person_id:
        raise WithAnother(conversation.id)


def heard(
    conversation: Conversation,
    message: Message,
    *,
    due_at: datetime | None = None,
    owed: bool = True,
) -> Conversation:
    """The conversation once the message is in it: what is due, and since when somebody waits. Not
    `owed`: it asks for no reply, so that a person who owes none goes on owing none."""
    if conversation.status not in WITH_PEOPLE:
        return conversation
    if message.author is Author.AGENT and conversation.status is Status.WITH_AGENT:
        return _nothing_owed(replace(conversation, snoozed_until=None))
    if message.author is not Author.CUSTOMER:
        return conversation
    if not owed and conversation.status is Status.WITH_AGENT and conversation.waiting_since is None:
        return replace(conversation, snoozed_until=None)
    return replace(
        conversation,
        subject=conversation.subject or _on_one_line(message.text),
        waiting_since=conversation.waiting_since or message.created_at,
        due_at=conversation.due_at or due_at,
        snoozed_until=None,
    )


def owes_without_promise(conversation: Conversation) -> bool:
    """Whether people have it whose customer waits, and nobody said until when."""
    owed = conversation.status is Status.WAITING or conversation.waiting_since is not None
    return conversation.status in WITH_PEOPLE and owed and conversation.due_at is None


def _must_be_theirs(conversation: Conversation, move: Move) -> None:
    owned = conversation.status is Status.WITH_AGENT
    if owned and not move.overrides and move.by != conversation.agent_id:
        raise WithAnother(conversation.id)


def _must_be_late(conversation: Conversation, move: Move) -> None:
    moment = conversation.snoozed_until if move.event is Event.WOKEN else conversation.due_at
    if move.if_late and (moment is None or moment > move.at):
        raise WrongStatus(conversation.id, status="in time", wanted=("late",))


def _owner(move: Move) -> str:
    if move.agent_id is None:
        raise ValueError(f"{move.event} needs to say whose the conversation is then: agent_id.")
    return move.agent_id


def _nothing_owed(conversation: Conversation) -> Conversation:
    return replace(conversation, waiting_since=None, due_at=None, told_late_at=None)


def _queued(conversation: Conversation, move: Move) -> Conversation:
    """Who is put back into the queue has waited since before."""
    return replace(
        conversation,
        reason=move.reason or conversation.reason,
        subject=move.subject or conversation.subject,
        waiting_since=conversation.waiting_since or move.at,
        due_at=conversation.due_at or move.due_at,
        resolve_by=conversation.resolve_by or move.resolve_by,
    )


def _on_one_line(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= LONGEST_SUBJECT else line[: LONGEST_SUBJECT - 1] + "…"
