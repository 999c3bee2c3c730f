"""You said, we did: who asked in vain is told that there is an answer now, once, in their language.

Told is who left an address or whose site names one, of a gap that is done, and only where their own
question is answered by now: in their conversation, and by mail with a way back into it.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Protocol

from assistant.answering.wordings import say, spoken
from assistant.domain.answer import Answer
from assistant.domain.audience import VOUCHED_FOR
from assistant.domain.conversation import Author, Message
from assistant.domain.delivery import Channel, Delivery, delivery_id
from assistant.domain.gap import GapState
from assistant.domain.handoff import Handoff, address_left
from assistant.domain.visitor import Profile
from assistant.errors import WrongStatus
from assistant.markup import literal, to_html
from assistant.ports import Clock, Deed, Person
from assistant.ports.gaps import FailedQuestion, GapStore, Telling
from assistant.support.letters import ANSWERED_NOW
from assistant.writing.gap_log import Gap
from assistant.writing.gaps import Gaps

_QUOTED = 160
"""Characters of the question that the customer is reminded of."""


class AskersLog(GapStore, Protocol):
    """What is read of those who asked."""

    def handoffs(self, conversation_id: str) -> list[Handoff]: ...

    def profile(
        self, visitor_id: str, *, vouched_since: datetime | None = None
    ) -> Profile | None: ...

    def has_guests(self, conversation_id: str) -> bool: ...


@dataclass(frozen=True)
class Asker:
    """Somebody who asked; of one address it is one, whatever the device. `questions`: theirs, the
    latest first. `untold`: of those, the ones that they were not told of. `told_at`: None where
    nobody told them since they asked last."""

    questions: tuple[FailedQuestion, ...]
    untold: tuple[FailedQuestion, ...]
    address: str | None
    told_at: datetime | None

    @property
    def latest(self) -> FailedQuestion:
        return self.questions[0]


@dataclass(frozen=True)
class Outreach:
    """Who asked about a gap: were told, can be told, or left no address."""

    told: Sequence[Asker] = ()
    reachable: Sequence[Asker] = ()
    unreachable: Sequence[Asker] = ()


class Askers:
    """Thread-safe."""

    def __init__(
        self,
        store: AskersLog,
        *,
        gaps: Gaps,
        writes: bool,
        now: Clock,
        new_id: Callable[[], str] = lambda: secrets.token_hex(10),
    ) -> None:
        """`writes`: whether mails can be sent at all."""
        self._store, self._gaps = store, gaps
        self.writes = writes
        self._now, self._new_id = now, new_id

    def of(self, gap: Gap) -> Outreach:
        """Everybody whose question belongs to it."""
        askers = self._askers(gap)
        waiting = [asker for asker in askers if asker.told_at is None]
        return Outreach(
            told=[asker for asker in askers if asker.told_at is not None],
            reachable=[asker for asker in waiting if asker.address],
            unreachable=[asker for asker in waiting if not asker.address],
        )

    def tell(self, gap_id: str, *, by: Person) -> list[str]:
        """The conversations whose customers were told just now. Whose own words are not answered
        yet is not told. WrongStatus where the gap is not done."""
        gap = self._gaps.gap(gap_id)
        if gap.state is not GapState.DONE:
            raise WrongStatus(gap_id, status=gap.state, wanted=[GapState.DONE], kind="Gap")
        reachable = self.of(gap).reachable if self.writes else ()
        latest = [asker.latest for asker in reachable]
        openly = {asker.latest.message_id for asker in reachable if not self._is_known(asker)}
        answers = self._gaps.answers(gap, latest, openly=openly)
        tellings = []
        for asker in reachable:
            asked = answers[asker.latest.message_id]
            if asked.answered and isinstance(answer := asked.considered.outcome, Answer):
                tellings.append(self._telling(asker, answer))
        deed = Deed(self._now(), by.id, "gap_told", gap_id, {})
        return [each.said.conversation_id for each in self._store.tell(tellings, deed=deed)]

    def _askers(self, gap: Gap) -> list[Asker]:
        """The latest first."""
        asked: dict[str, list[FailedQuestion]] = {}
        latest_first = sorted(gap.questions, key=lambda each: each.asked_at, reverse=True)
        for question in latest_first:
            asked.setdefault(question.visitor_id, []).append(question)
        told = self._store.told(question.message_id for question in gap.questions)
        people: dict[str, Asker] = {}
        for visitor_id, questions in asked.items():
            address = self._address(visitor_id, questions)
            key = address.casefold() if address else visitor_id
            known = people[key].questions if key in people else ()
            people[key] = _asker((*known, *questions), address, told)
        return list(people.values())

    def _address(self, visitor_id: str, questions: Sequence[FailedQuestion]) -> str | None:
        """What they left last, or what their site says."""
        conversations = dict.fromkeys(question.conversation_id for question in questions)
        left = (address_left(self._store.handoffs(id)) for id in conversations)
        profile = self._store.profile(visitor_id)
        return next(filter(None, left), None) or (profile.email if profile else None)

    def _is_known(self, asker: Asker) -> bool:
        """Whether their site vouches for them still, and nobody else reads what is told: it goes to
        the address that the site names, and no guest is in the conversation."""
        since = self._now() - VOUCHED_FOR
        profile = self._store.profile(asker.latest.visitor_id, vouched_since=since)
        if profile is None or not profile.email or not asker.address:
            return False
        is_theirs = profile.email.casefold() == asker.address.casefold()
        return is_theirs and not self._store.has_guests(asker.latest.conversation_id)

    def _telling(self, asker: Asker, answer: Answer) -> Telling:
        said = self._message(asker.latest, answer)
        return Telling(
            {question.message_id: question.conversation_id for question in asker.untold},
            said,
            Delivery(
                delivery_id(ANSWERED_NOW, said.id),
                Channel.MAIL,
                ANSWERED_NOW,
                str(asker.address),
                said.created_at,
                said.locale,
                {"message_id": said.id},
                conversation_id=said.conversation_id,
                next_at=said.created_at,
            ),
        )

    def _message(self, asked: FailedQuestion, answer: Answer) -> Message:
        locale = spoken(asked.locale)
        question = " ".join(asked.text.split())
        if len(question) > _QUOTED:
            question = question[:_QUOTED].rstrip() + "…"
        intro = say("answered_now", locale, question=question)
        shown = say("answered_now", locale, question=literal(question))
        return Message(
            id=f"m-{self._new_id()}",
            conversation_id=asked.conversation_id,
            author=Author.ASSISTANT,
            text=f"{intro}\n\n{answer.text}",
            html=to_html(f"{shown}\n\n{answer.text}"),
            locale=locale,
            created_at=self._now(),
            citations=tuple(asdict(citation) for citation in answer.citations),
            rateable=True,
        )


def _asker(
    questions: Sequence[FailedQuestion], address: str | None, told: Mapping[str, datetime]
) -> Asker:
    ordered = tuple(sorted(questions, key=lambda each: each.asked_at, reverse=True))
    untold = tuple(question for question in ordered if question.message_id not in told)
    return Asker(ordered, untold, address, told.get(ordered[0].message_id))
