"""Put what was considered on record: the turn, the reply, the new state, the case."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from functools import partial
from typing import Any

from assistant.answering.exchanges import Exchange
from assistant.answering.pipeline import Considered
from assistant.domain.answer import (
    Answer,
    ClarifyingQuestion,
    Decision,
    Outcome,
    PersonNeeded,
    Sentence,
    Smalltalk,
    Suggestion,
)
from assistant.domain.conversation import Author, Conversation, Message, Turn
from assistant.domain.handoff import CaseFile, Handoff, Reason
from assistant.domain.schedule import ServiceLevels
from assistant.markup import to_html
from assistant.ports import Clock, CustomerStore
from assistant.support.suggesting import with_next_questions
from assistant.support.triggers import Trigger

IDENTITY = "identity"
"""Where the case file's context holds who the customer is."""


def exchanges(turns: Sequence[Turn], said: Sequence[Message]) -> tuple[Exchange, ...]:
    """What the next question may lean on: the turns that were about something. `said`: all messages
    of their conversation up to now."""
    told = next((_told(message) for message in reversed(said) if message.citations), frozenset())
    return tuple(
        Exchange(
            topic=turn.rewritten,
            decision=turn.decision,
            offered=turn.decision is Decision.HANDOFF and bool(turn.suggestions),
            article_id=turn.hits[0]["article_id"] if turn.hits else None,
            suggestions=turn.suggestions,
            looked_up=turn.reason is not Reason.ASKED_FOR_HUMAN,
            told=told,
        )
        for turn in turns
        if turn.decision not in (Decision.SMALLTALK, Decision.NONE)
    )


def _told(message: Message) -> frozenset[str]:
    return frozenset(str(citation["passage_id"]) for citation in message.citations)


def asks(turn: Turn) -> bool:
    """Whether it holds a question. Where nothing was searched, it may be a greeting, a bare call
    for a person, "none of these" (the low confidence), or what was left to people."""
    return bool(turn.hits or turn.curated_id) or not (
        turn.decision in (Decision.SMALLTALK, Decision.NONE)
        or turn.reason in (Reason.ASKED_FOR_HUMAN, Reason.LOW_CONFIDENCE)
    )


def passages_of(considered: Considered) -> tuple[dict[str, Any], ...]:
    """What was found, as a turn keeps it, the likeliest first."""
    articles = considered.retrieval.articles if considered.retrieval else ()
    return tuple(
        {
            "passage_id": hit.passage.id,
            "article_id": ranked.article.id,
            "title": ranked.article.title,
            # Under the title, which all passages of an article have in common.
            "heading": " › ".join(hit.passage.heading_path[1:]),
            "text": hit.passage.text,
            "lexical": round(hit.lexical, 4),
            "cosine": round(hit.cosine, 4),
            "score": round(ranked.score, 4),
        }
        for ranked in articles[:5]
        for hit in ranked.hits[:2]
    )


class Recorder:
    """Stores the outcome of a turn at once, and gives it back: {"reply": …, "sentences": […]}."""

    def __init__(
        self,
        *,
        store: CustomerStore,
        levels: Callable[[], ServiceLevels],
        now: Clock,
        new_id: Callable[[], str],
    ) -> None:
        self._store, self._levels, self._now, self._new_id = store, levels, now, new_id

    def leave_to_people(self, conversation: Conversation, asked: Message) -> dict[str, Any]:
        """A person or the queue owns it: the assistant says nothing. WrongStatus where they gave it
        back meanwhile."""
        turn = Turn(
            message_id=asked.id,
            conversation_id=conversation.id,
            decision=Decision.NONE,
            reason=None,
            confidence=0.0,
            question=asked.text,
            rewritten=asked.text,
            locale=asked.locale,
        )
        return self._store.add_reply(turn, message=None, locale=conversation.locale, reply=_stored)

    def record(
        self,
        conversation: Conversation,
        asked: Message,
        considered: Considered,
        *,
        trigger: Trigger | None = None,
    ) -> dict[str, Any]:
        """Store and return the reply; a call for a person opens its case at the same time."""
        considered = replace(considered, outcome=with_next_questions(considered))
        outcome = considered.outcome
        turn = _turn(asked, considered)
        conversation = replace(conversation, locale=considered.understood.locale)
        message = self._standing_offer(outcome, conversation.id)
        message = message or self._assistant_message(conversation, outcome)
        handoff = None
        if isinstance(outcome, PersonNeeded) and outcome.call_now:
            called = trigger or Trigger(outcome.reason)
            handoff = self.handoff(conversation, called, latest=turn)
        return self._store.add_reply(
            turn,
            message=message,
            locale=conversation.locale,
            reply=partial(_stored, outcome=outcome),
            handoff=handoff,
        )

    def handoff(
        self, conversation: Conversation, trigger: Trigger, *, latest: Turn | None = None
    ) -> Handoff:
        """With the case as it stands. `latest`: the turn in work, which is not stored yet."""
        turns = [*self._store.turns(conversation.id), *([latest] if latest else [])]
        messages = self._store.messages(conversation.id)
        unanswered = _unanswered(messages, turns)
        turn = next(filter(asks, reversed(turns)), None) if unanswered is None else None
        asked = unanswered or (turn.question if turn else "")
        case = CaseFile(
            question=asked,
            rewritten=turn.rewritten if turn else asked,
            transcript=tuple(
                {"author": m.author.value, "text": m.text, "at": m.created_at.isoformat()}
                for m in messages
            ),
            passages=turn.hits if turn else (),
            answered=self._answer_given(turn) if turn else None,
            withheld=turn.withheld if turn else None,
            confidence=turn.confidence if turn else None,
            page_url=conversation.page_url,
            locale=conversation.locale,
            visitor_id=conversation.visitor_id,
            context=self._known(conversation),
            evidence=dict(trigger.evidence),
        )
        at = self._now()
        return Handoff(
            id=f"h-{self._new_id()}",
            conversation_id=conversation.id,
            reason=trigger.why,
            case_file=case.as_json(),
            created_at=at,
            due_at=self._levels().due(at, priority=conversation.priority, first=True),
            resolve_by=self._levels().resolved_by(at, priority=conversation.priority),
        )

    def _known(self, conversation: Conversation) -> dict[str, Any]:
        """What the page told, and under `identity` what the site has signed, which no page can."""
        told = {name: value for name, value in conversation.context.items() if name != IDENTITY}
        profile = self._store.profile(conversation.visitor_id)
        return told | ({IDENTITY: profile.as_json()} if profile else {})

    def _answer_given(self, turn: Turn) -> str | None:
        if turn.decision is not Decision.ANSWER:
            return None
        stored = self._store.reply_to(turn.message_id)
        return str(stored["reply"]["message"]["text"]) if stored else None

    def _standing_offer(self, outcome: Outcome, conversation_id: str) -> Message | None:
        """The offer of a person that is the last word already: who wrote often while people had it
        reads it once."""
        if not isinstance(outcome, PersonNeeded) or outcome.call_now:
            return None
        with self._store.one_moment():
            turns = self._store.turns(conversation_id)
            offers = [t for t in turns if t.decision is Decision.HANDOFF and t.suggestions]
            if not offers:
                return None
            last = self._store.messages(conversation_id)[-1]
            stored = self._store.reply_to(offers[-1].message_id)
        return last if stored and stored["reply"]["message"]["id"] == last.id else None

    def _assistant_message(self, conversation: Conversation, outcome: Outcome) -> Message:
        citations = outcome.citations if isinstance(outcome, Answer) else ()
        return Message(
            id=f"m-{self._new_id()}",
            conversation_id=conversation.id,
            author=Author.ASSISTANT,
            text=outcome.text,
            html=to_html(outcome.text),
            locale=conversation.locale,
            created_at=self._now(),
            citations=tuple(asdict(citation) for citation in citations),
            rateable=_answers(outcome),
        )


def _answers(outcome: Outcome) -> bool:
    """Whether there is something to find helpful or not: what asks back, greets or calls a person
    answers nothing."""
    return isinstance(outcome, Answer) or (
        isinstance(outcome, PersonNeeded) and not outcome.call_now
    )


def _unanswered(messages: Sequence[Message], turns: Sequence[Turn]) -> str | None:
    """The customer's last words, where the reply to them is still in work: who asks and calls a
    person at once wants that question answered."""
    considered = {turn.message_id for turn in turns}
    asked = [message for message in messages if message.author is Author.CUSTOMER]
    return asked[-1].text if asked and asked[-1].id not in considered else None


def _turn(asked: Message, considered: Considered) -> Turn:
    outcome, retrieval = considered.outcome, considered.retrieval
    decision, reason = _decision(outcome)
    return Turn(
        message_id=asked.id,
        conversation_id=asked.conversation_id,
        decision=decision,
        reason=reason,
        confidence=_confidence(outcome),
        question=asked.text,
        rewritten=considered.rewritten,
        locale=considered.understood.locale,
        suggestions=outcome.suggestions,
        hits=passages_of(considered),
        signals=dict(retrieval.best.signals) if retrieval and retrieval.best else {},
        withheld=considered.withheld.text if considered.withheld else None,
        timings=considered.timings,
        model=outcome.model if isinstance(outcome, Answer) else None,
        tokens=outcome.tokens if isinstance(outcome, Answer) else {},
        curated_id=considered.curated.curated.id if considered.curated else None,
    )


def _decision(outcome: Outcome) -> tuple[Decision, Reason | None]:
    match outcome:
        case Answer():
            return Decision.ANSWER, None
        case ClarifyingQuestion():
            return Decision.CLARIFY, Reason.AMBIGUOUS
        case PersonNeeded(reason=reason):
            return Decision.HANDOFF, reason
        case Smalltalk():
            return Decision.SMALLTALK, None


def _confidence(outcome: Outcome) -> float:
    return 1.0 if isinstance(outcome, Smalltalk) else round(outcome.confidence, 4)


def _stored(
    turn: Turn,
    message: Message | None,
    conversation: Conversation,
    *,
    outcome: Outcome | None = None,
) -> dict[str, Any]:
    """What the customer is sent; of the outcome nothing where no message is said."""
    sentences = _sentences(outcome) if message and outcome else []
    return {"reply": _reply(message, turn, conversation), "sentences": sentences}


def _sentences(outcome: Outcome) -> list[dict[str, Any]]:
    if not isinstance(outcome, Answer):
        return []
    note = (Sentence(outcome.note),) if outcome.note else ()
    return [
        {
            "text": sentence.text,
            "html": to_html(sentence.text),
            "citations": list(sentence.citations),
        }
        for sentence in (*note, *outcome.sentences)
    ]


def _reply(message: Message | None, turn: Turn, conversation: Conversation) -> dict[str, Any]:
    """The reply object of the HTTP interface."""
    said = message and {
        "id": message.id,
        "author": message.author.value,
        "text": message.text,
        "html": message.html,
        "locale": message.locale,
        "citations": list(message.citations),
        "rateable": message.rateable,
    }
    return {
        "message": said,
        "decision": turn.decision.value,
        "reason": turn.reason.value if turn.reason else None,
        "confidence": turn.confidence,
        "suggestions": [_suggestion(suggestion) for suggestion in turn.suggestions],
        "conversation": {"id": conversation.id, "status": conversation.status.value},
    }


def _suggestion(suggestion: Suggestion) -> dict[str, str]:
    return {"text": suggestion.text, "action": suggestion.action}
