"""Write planned conversations into a store, through the same doors that real ones take.

Their visitors' ids begin with `sim-`, they carry the tag `simulated`, and no figure of real ones
counts them.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Protocol

from assistant.case_ports import DeskStore
from assistant.domain.answer import Decision
from assistant.domain.conversation import (
    Author,
    Conversation,
    CustomerChannel,
    Message,
    Status,
    Turn,
)
from assistant.domain.handoff import CaseFile, Handoff, Reason
from assistant.domain.lot import lot
from assistant.domain.ownership import CUSTOMER, Event, Move
from assistant.domain.relationship import Asking, Way
from assistant.domain.survey import Feedback, SurveyResponse
from assistant.evaluation.simulated import ASKS_TWICE, Plan, Story
from assistant.ports.figures import By
from assistant.ports.relationship import RelationshipStore

TAG = "simulated"
_IN_HELP_CENTER = 0.3
_SAYS = {
    "en": {
        "returns": ("How do I send an article back?", "Within 30 days, with the label."),
        "delivery": ("When does my parcel arrive?", "Within three working days."),
        "invoices": ("Where is my invoice?", "In your account, under Orders."),
        "warranty": ("How long is the warranty?", "Two years from the day of delivery."),
        "unknown": "I found nothing about this. Would you like to talk to a person?",
        "clarify": "Which of these do you mean?",
        "called": "I am passing this on to a colleague.",
        "person": "Hello, I have looked into it and put it right.",
        "again": "It has happened again.",
        "thanks": "Thank you very much!",
        "hello": "Hello",
        "chat": "Hello! What would you like to know?",
    },
    "fr": {
        "returns": ("Comment renvoyer un article ?", "Sous 30 jours, avec l’étiquette."),
        "delivery": ("Quand mon colis arrive-t-il ?", "Sous trois jours ouvrés."),
        "invoices": ("Où est ma facture ?", "Dans votre compte, sous Commandes."),
        "warranty": ("Combien dure la garantie ?", "Deux ans après la livraison."),
        "unknown": "Je n’ai rien trouvé. Souhaitez-vous parler à une personne ?",
        "clarify": "De quoi s’agit-il ?",
        "called": "Je transmets à un collègue.",
        "person": "Bonjour, j’ai vérifié et corrigé cela.",
        "again": "Cela recommence.",
        "thanks": "Merci beaucoup !",
        "hello": "Bonjour",
        "chat": "Bonjour ! Que souhaitez-vous savoir ?",
    },
}
Decided = tuple[Decision, Reason | None, str]
_CHAT: Decided = (Decision.SMALLTALK, None, "chat")
_UNKNOWN: Decided = (Decision.HANDOFF, Reason.NOT_COVERED, "unknown")
_ASKED_BACK: Decided = (Decision.CLARIFY, Reason.AMBIGUOUS, "clarify")


@dataclass
class Clock:
    """The store's clock, which the simulator sets."""

    at: datetime

    def __call__(self) -> datetime:
        return self.at


class SimulatedStore(DeskStore, RelationshipStore, Protocol):
    """What is filled."""


class Simulator:
    """Needs a store whose clock is the one given."""

    def __init__(self, store: SimulatedStore, clock: Clock) -> None:
        self._store, self._clock = store, clock

    def write(self, plans: Sequence[Plan], *, told: Callable[[int], Any] = lambda _: None) -> None:
        """All of them; `told` is called with 1 after each."""
        # Drawn anew, so that two demonstrations can stand in one database.
        run = secrets.token_hex(4)
        # Nobody knows it afterwards: no made-up conversation is ever opened by its customer.
        secret = secrets.token_hex(16)
        for plan in plans:
            _Writing(self._store, self._clock, plan, run, secret).write()
            told(1)


class _Writing:
    """One conversation."""

    def __init__(
        self, store: SimulatedStore, clock: Clock, plan: Plan, run: str, secret: str
    ) -> None:
        self._store, self._clock, self._plan, self._secret = store, clock, plan, secret
        self._id = f"c-sim-{run}-{plan.number:06}"
        self._visitor = f"{plan.visitor}-{run}"
        self._says: dict[str, Any] = _SAYS[plan.locale]
        self._said = 0

    def write(self) -> None:
        self._start()
        greets = self._plan.story is Story.GREETED
        self._ask(self._says["hello"] if greets else self._says[self._plan.topic][0])
        if self._plan.story is Story.RATED_THEN_CALLED:
            self._rate_then_call()
        if self._plan.story in ASKS_TWICE:
            self._ask_more()
        if self._plan.by_people:
            self._person()

    def _start(self) -> None:
        plan = self._plan
        self._clock.at = plan.start
        conversation = Conversation(
            id=self._id,
            visitor_id=self._visitor,
            status=Status.WITH_ASSISTANT,
            locale=plan.locale,
            created_at=plan.start,
            since=plan.start,
            channel=_begun_in(self._id),
            context={"simulated": True},
            tags=(TAG,),
        )
        self._store.start(
            conversation,
            token_hash=self._hashed(self._id),
            visitor_token_hash=self._hashed(self._visitor),
        )

    def _ask(self, text: str, decided: Decided | None = None) -> None:
        asked = self._message(Author.CUSTOMER, text)
        self._store.add_message(asked)
        self._clock.at += self._plan.reply
        self._reply(asked, *(decided or self._decided()))

    def _reply(self, asked: Message, decision: Decision, reason: Reason | None, key: str) -> None:
        text = self._says[self._plan.topic][1] if key == "answer" else self._says[key]
        called = decision is Decision.HANDOFF and self._plan.is_handed
        answered = decision is Decision.ANSWER
        message = self._message(Author.ASSISTANT, text, cited=answered)
        hit = {
            "passage_id": f"{self._plan.topic}#0",
            "article_id": self._plan.topic,
            "title": self._plan.topic.title(),
            "text": self._says[self._plan.topic][1],
            "lexical": 4.0,
            "cosine": 0.7,
            "score": 0.8,
        }
        turn = Turn(
            message_id=asked.id,
            conversation_id=self._id,
            decision=decision,
            reason=reason,
            confidence=0.9 if answered else 0.3,
            question=asked.text,
            rewritten=asked.text,
            locale=self._plan.locale,
            hits=(hit,),
        )
        self._store.add_reply(
            turn,
            message=message,
            locale=self._plan.locale,
            reply=lambda turn, said, conversation: {
                "reply": {"message": {"text": text}, "decision": turn.decision.value},
                "sentences": [],
            },
            handoff=self._handoff(asked.text) if called else None,
        )
        if answered:
            self._thumb(message)

    def _decided(self) -> Decided:
        plan = self._plan
        answered_first = (Story.RATED_THEN_CALLED, *ASKS_TWICE)
        match plan.story:
            case Story.GREETED:
                return _CHAT
            case Story.UNANSWERED:
                return _UNKNOWN
            case Story.CLARIFIED:
                return _ASKED_BACK
            case story if plan.is_handed and story not in answered_first:
                return self._calls
            case _:
                return Decision.ANSWER, None, "answer"

    @property
    def _calls(self) -> Decided:
        return Decision.HANDOFF, self._plan.reason, "called"

    def _thumb(self, message: Message) -> None:
        thumbs = {Story.THUMB_UP: True, Story.THUMB_DOWN: False} | dict.fromkeys(ASKS_TWICE, True)
        if self._plan.story in thumbs:
            helpful = thumbs[self._plan.story]
            self._store.add_feedback(Feedback(message.id, helpful, self._clock.at))

    def _ask_more(self) -> None:
        self._wait(self._plan.person)
        calls = self._plan.story is Story.PRAISED_THEN_CALLED
        self._ask(self._says["again"], self._calls if calls else _UNKNOWN)

    def _rate_then_call(self) -> None:
        self._store.survey_asked(self._id)
        self._survey(By.ASSISTANT)
        self._wait(self._plan.called)
        notice = self._message(Author.ASSISTANT, self._says["called"])
        handoff = self._handoff(self._says[self._plan.topic][0])
        self._store.call_person(handoff, by=CUSTOMER, notice=notice)

    def _person(self) -> None:
        plan = self._plan
        self._wait(plan.person)
        self._move(Event.CLAIMED)
        self._store.answer(self._message(Author.AGENT, self._says["person"]), by=plan.agent)
        self._wait(plan.resolution)
        self._move(Event.RESOLVED)
        self._store.survey_asked(self._id)
        self._store.ask_relationship(Asking(self._id, Way.WIDGET, self._clock.at))
        self._survey(By.PEOPLE)
        self._wait(plan.reopening)
        match plan.story:
            case Story.THANKED:
                self._ask(self._says["thanks"], _CHAT)
            case Story.REOPENED:
                self._ask(self._says["again"], _ASKED_BACK)
            case Story.CALLED_AGAIN:
                self._ask(self._says["again"], self._calls)

    def _survey(self, by: By) -> None:
        rated = self._plan.rated.get(by)
        if rated is not None:
            self._store.add_survey(
                SurveyResponse(
                    self._id,
                    self._clock.at,
                    csat=rated,
                    ces=rated + 2,
                    nps=2 * rated,
                    useful=rated,
                    easy=rated,
                    enjoyable=3,
                )
            )

    def _move(self, event: Event) -> None:
        agent = self._plan.agent
        self._store.move(self._id, Move(event, by=agent, at=self._clock.at, agent_id=agent))

    def _handoff(self, question: str) -> Handoff:
        case = CaseFile(
            question=question,
            rewritten=question,
            transcript=(),
            passages=(),
            answered=None,
            withheld=None,
            confidence=0.3,
            page_url=None,
            locale=self._plan.locale,
            visitor_id=self._visitor,
        )
        return Handoff(
            id=f"h-{self._id}-{self._said}",
            conversation_id=self._id,
            reason=self._plan.reason,
            case_file=case.as_json(),
            created_at=self._clock.at,
            due_at=self._clock.at + timedelta(hours=24),
        )

    def _wait(self, until: timedelta) -> None:
        self._clock.at = self._plan.start + until

    def _message(self, author: Author, text: str, *, cited: bool = False) -> Message:
        self._said += 1
        topic = self._plan.topic
        citation = {"n": 1, "article_id": topic, "title": topic.title(), "url": "/help"}
        return Message(
            id=f"m-{self._id}-{self._said}",
            conversation_id=self._id,
            author=author,
            text=text,
            locale=self._plan.locale,
            created_at=self._clock.at,
            citations=(citation | {"passage_id": f"{topic}#0", "quote": text},) if cited else (),
        )

    def _hashed(self, whose: str) -> str:
        return sha256(f"{whose}{self._secret}".encode()).hexdigest()


def _begun_in(conversation_id: str) -> CustomerChannel:
    """Some in the help center, most in the widget."""
    drawn = lot(conversation_id, of="channel")
    return CustomerChannel.HELP_CENTER if drawn < _IN_HELP_CENTER else CustomerChannel.WIDGET
