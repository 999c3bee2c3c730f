"""Whether what was considered goes to a person instead of the customer, and what they are told."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from assistant.answering.leaning import Leaning
from assistant.answering.pipeline import Considered
from assistant.answering.wordings import say
from assistant.domain.answer import Answer, PersonNeeded, Suggestion
from assistant.domain.conversation import Conversation, Message, Turn
from assistant.domain.handoff import Reason
from assistant.insights.transcript import said_in
from assistant.support.triggers import Chosen, Situation, Trigger, trigger

_WORDING = {
    Reason.ASKED_FOR_HUMAN: "handoff_asked",
    Reason.FAILURE: "handoff_failure",
    Reason.ASKED_AGAIN: "handoff_again",
    Reason.NOT_HELPFUL: "handoff_sorry",
    Reason.DISSATISFIED: "handoff_sorry",
    Reason.SENSITIVE_TOPIC: "handoff_sensitive",
    Reason.ARTICLE_ESCALATES: "handoff_sensitive",
}


@dataclass(frozen=True)
class Lately:
    """What happened since the assistant last got the conversation, up to one message.

    `given_back`: that message is older. It was left to people, who gave it back together with the
    conversation; what the assistant has said to such words since, happened since."""

    turns: Sequence[Turn]
    messages: Sequence[Message]
    given_back: bool = False

    @classmethod
    def of(
        cls,
        conversation: Conversation,
        *,
        turns: Sequence[Turn],
        messages: Sequence[Message],
        until: str | None = None,
    ) -> Lately:
        """`until`: the id of the message that is being answered; later ones do not count yet."""
        since = conversation.since or conversation.created_at
        place = next((n for n, m in enumerate(messages) if m.id == until), len(messages) - 1)
        known = {turn.message_id for turn in turns if turn.created_at and turn.created_at >= since}
        fresh = [
            message
            for message in messages[: place + 1]
            if message.created_at >= since or message.id in (*known, until)
        ]
        ids = {message.id for message in fresh}
        given_back = any(m.id == until and m.created_at < since for m in fresh)
        return cls([turn for turn in turns if turn.message_id in ids], fresh, given_back)


def escalated(
    considered: Considered, message: Message, lately: Lately, *, hours: int, chosen: Chosen
) -> tuple[Considered, Trigger | None]:
    """What was considered, or a person in its place with what called them; an answer is withheld
    then. `hours`: within how many a person promises to reply; `chosen`: what calls one.

    What people had and gave back calls nobody a second time: a person is offered."""
    called, found = _called(considered, message, lately, hours=hours, chosen=chosen)
    outcome, locale = called.outcome, considered.understood.locale
    if not isinstance(outcome, PersonNeeded) or not outcome.call_now:
        return called, found
    if lately.given_back:
        text = say("given_back_offer", locale)
    elif found and found.offers:
        text = say("again_offer", locale)
    else:
        return called, found
    return replace(called, outcome=_offered(outcome, text, locale)), None


def _called(
    considered: Considered, message: Message, lately: Lately, *, hours: int, chosen: Chosen
) -> tuple[Considered, Trigger | None]:
    locale = considered.understood.locale
    found = trigger(
        Situation(
            text=message.text,
            locale=locale,
            outcome=considered.outcome,
            turns=lately.turns,
            said=said_in(lately.messages),
            follows_up=considered.understood.leaning is not Leaning.NONE,
            escalating=_escalating(considered),
            chosen=chosen,
        )
    )
    if found is None:
        return considered, None
    answer = considered.outcome if isinstance(considered.outcome, Answer) else None
    confidence = considered.retrieval.confidence if considered.retrieval else 0.0
    person = PersonNeeded(
        found.reason,
        told(found.reason, locale, hours=hours),
        confidence=getattr(considered.outcome, "confidence", confidence),
        call_now=True,
    )
    return replace(considered, outcome=person, withheld=answer or considered.withheld), found


def _offered(person: PersonNeeded, text: str, locale: str) -> PersonNeeded:
    button = Suggestion(say("talk_to_person", locale), "handoff")
    return replace(person, text=text, call_now=False, suggestions=(button,))


def told(reason: Reason, locale: str, *, hours: int) -> str:
    """What the customer reads when a person was called for this reason."""
    return say(_WORDING.get(reason, "handoff_unclear"), locale, hours=hours)


def hours_until(due_at: datetime | None, *, now: datetime, otherwise: int) -> int:
    """A promise in whole hours, never sooner than it is."""
    return max(1, math.ceil((due_at - now).total_seconds() / 3600)) if due_at else otherwise


def _escalating(considered: Considered) -> list[str]:
    """Articles that would answer, but whose writers want a person."""
    if not isinstance(considered.outcome, Answer) or considered.retrieval is None:
        return []
    cited = {citation.article_id for citation in considered.outcome.citations}
    ranked = [entry.article for entry in considered.retrieval.articles]
    return [card.id for card in ranked if card.escalate and card.id in cited]
