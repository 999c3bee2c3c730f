"""Follow-ups: conversations that went badly are found, people go back to the customer, and the
customer says whether it helped.

Found once they are quiet, by reading the log on from where the last look ended; a bad rating is
acted upon at once. Made-up conversations are nobody's to call.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Protocol

from assistant.answering.wordings import spoken
from assistant.case_ports import CaseStore
from assistant.domain.conversation import Author, Conversation
from assistant.domain.delivery import Channel, Delivery, delivery_id
from assistant.domain.follow_up import ASKED, Cause, FollowUp, Rules, Signs, Step
from assistant.domain.handoff import address_left
from assistant.domain.ownership import WITH_PEOPLE
from assistant.domain.schedule import HOUR, ServiceLevels
from assistant.errors import Refused, UnknownThing, WrongStep
from assistant.insights.beside import beside
from assistant.insights.calibration import Calibration
from assistant.insights.predictions import Predictions
from assistant.insights.score import score_conversation
from assistant.insights.transcript import said_in
from assistant.ports import Clock, CustomerStore, Deed, Person
from assistant.ports.deliveries import DeliveryStore
from assistant.ports.figures import SIMULATED
from assistant.ports.follow_ups import FollowUpStore
from assistant.support.letters import FOLLOW_UP
from assistant.support.roles import May, allows, must_answer
from assistant.support.visitors import MOST_MOVES, last_resolved

SETTING = "follow_ups"
QUIET = timedelta(minutes=30)
"""Whoever wrote within this time may not be done."""
LOOKS_BACK = timedelta(days=7)
"""The first look after a start goes back so far: for what is older a call comes too late."""
_AT_ONCE = 500

log = logging.getLogger(__name__)


class FollowingStore(FollowUpStore, CustomerStore, CaseStore, DeliveryStore, Protocol):
    """What is read and kept."""


@dataclass(frozen=True)
class Listed:
    """A follow-up with its conversation and what the customer first asked."""

    follow_up: FollowUp
    conversation: Conversation
    asked: str


class FollowUps:
    """Thread-safe; harmless in several processes at once: one conversation is one follow-up."""

    def __init__(
        self,
        store: FollowingStore,
        *,
        predictions: Predictions,
        levels: Callable[[], ServiceLevels],
        writes: bool,
        now: Clock,
        new_id: Callable[[], str] = lambda: secrets.token_hex(6),
    ) -> None:
        """`writes`: whether mails can be sent at all."""
        self._store, self._predictions, self._levels = store, predictions, levels
        self._writes = writes
        self._now, self._new_id = now, new_id
        self._seen: int | None = None

    # -- finding them

    def round(self) -> int:
        """Look at what became quiet since the last round; how many follow-ups were opened."""
        at = self._now()
        if self._seen is None:
            self._seen = self._store.last_event_before(at - LOOKS_BACK)
        events = self._store.changes(after=self._seen, limit=_AT_ONCE)
        quiet = [each for each in events if each.created_at <= at - QUIET]
        if not quiet:
            return 0
        calibration = self._predictions.of_site().calibration
        ids = dict.fromkeys(each.conversation_id for each in quiet)
        opened = [id for id in ids if self._if_quiet(id, calibration)]
        self._seen = quiet[-1].id
        if opened:
            log.info("follow_ups.opened: %d", len(opened))
        return len(opened)

    def rated(self, conversation_id: str) -> FollowUp | None:
        """The customer just filled in a survey: what it opened, if anything."""
        conversation = self._store.conversation(conversation_id)
        return self._considered(conversation, self._predictions.of_site().calibration)

    def open_by_hand(self, conversation_id: str, *, by: Person) -> FollowUp:
        """Somebody wants it, whatever the rules say; the one that is there, if there is one."""
        must_answer(by.role)
        conversation = self._store.conversation(conversation_id)
        signs = self._signs(conversation, self._predictions.of_site().calibration)
        self._open(conversation, Cause.BY_HAND, signs)
        found = self._store.follow_up_of(conversation_id)
        if found is None:
            raise UnknownThing("conversation", conversation_id)
        return found

    def _if_quiet(self, conversation_id: str, calibration: Calibration | None) -> bool:
        try:
            conversation = self._store.conversation(conversation_id)
        except UnknownThing:
            # Its visitor was forgotten at this moment.
            return False
        messages = self._store.messages(conversation_id)
        if not messages or messages[-1].created_at > self._now() - QUIET:
            return False
        return self._considered(conversation, calibration) is not None

    def _considered(
        self, conversation: Conversation, calibration: Calibration | None
    ) -> FollowUp | None:
        if conversation.visitor_id.startswith(SIMULATED) or conversation.status in WITH_PEOPLE:
            return None
        found = self._store.follow_up_of(conversation.id)
        if found is not None and found.over_at is None:
            return None
        signs = self._signs(conversation, calibration, after=found.over_at if found else None)
        cause = self.rules().cause(signs)
        if found is not None:
            return self._open_anew(found, signs) if cause is Cause.RATED else None
        return self._open(conversation, cause, signs) if cause else None

    def _signs(
        self,
        conversation: Conversation,
        calibration: Calibration | None,
        *,
        after: datetime | None = None,
    ) -> Signs:
        """`after`: what was rated before that is not looked at."""
        said = said_in(self._store.messages(conversation.id))
        score = score_conversation(
            said,
            locale=conversation.locale,
            calibration=calibration,
            beside=beside(self._store, conversation.id, now=self._now()),
        )
        rated = self._store.surveys(conversation.id)
        rated = [each for each in rated if after is None or each.created_at > after]
        return Signs(
            csat=_last(each.csat for each in rated),
            ces=_last(each.ces for each in rated),
            nps=_last(each.nps for each in rated),
            effort=score.effort.index,
            # An uncalibrated number is an order, not a level that a rule could name.
            predicted=score.shown if score.calibrated else None,
        )

    def _open(self, conversation: Conversation, cause: Cause, signs: Signs) -> FollowUp | None:
        at = self._now()
        follow_up = FollowUp(
            id=f"f-{self._new_id()}",
            conversation_id=conversation.id,
            cause=cause,
            signs=signs,
            created_at=at,
            due_at=self._due(at),
        )
        return follow_up if self._store.open_follow_up(follow_up) else None

    def _open_anew(self, follow_up: FollowUp, signs: Signs) -> FollowUp | None:
        at = self._now()
        try:
            return self._store.change_follow_up(
                follow_up.id,
                lambda f: f.rated_again(signs, at=at, due_at=self._due(at)),
                deed=None,
            )
        except WrongStep:
            # Another process was faster.
            return None

    def _due(self, at: datetime) -> datetime | None:
        return self._levels().hours.after(at, self.rules().hours * HOUR)

    # -- for people

    def listed(self, steps: Sequence[Step], *, limit: int, skip: int = 0) -> list[Listed]:
        """What is due first comes first."""
        found = self._store.follow_ups(steps, limit=limit, skip=skip)
        return [self._listed(each) for each in found]

    def one(self, follow_up_id: str) -> Listed:
        """Or UnknownThing."""
        return self._listed(self._store.follow_up(follow_up_id))

    def take(self, follow_up_id: str, *, by: Person, to: Person | None = None) -> FollowUp:
        """Who takes it, or is given it, is who calls back."""
        whose = to or by
        if not allows(whose.role, May.ANSWER):
            raise Refused("This person's role does not allow answering customers.")
        return self._change(follow_up_id, lambda f: f.taken(whose.id), by=by, deed="taken")

    def finish(self, follow_up_id: str, what: str, *, by: Person) -> FollowUp:
        """What was done; from now on the customer is asked whether it helped."""
        at = self._now()
        asked = self._question(self._store.follow_up(follow_up_id), at)
        return self._change(
            follow_up_id,
            lambda f: f.finished(what, by=by.id, at=at),
            by=by,
            deed="done",
            leads_to=asked,
        )

    def drop(self, follow_up_id: str, why: str, *, by: Person) -> FollowUp:
        """Nobody goes back, for a reason."""
        at = self._now()
        return self._change(
            follow_up_id, lambda f: f.dropped(why, by=by.id, at=at), by=by, deed="dropped"
        )

    def address(self, follow_up: FollowUp) -> str | None:
        """Where the customer can be written to: what they left last, or what their site says."""
        visitor = self._store.conversation(follow_up.conversation_id).visitor_id
        profile = self._store.profile(visitor)
        left = address_left(self._store.handoffs(follow_up.conversation_id))
        return left or (profile.email if profile else None)

    def mails_to(self, follow_up: FollowUp) -> str | None:
        """The address to which the question goes by mail; None where it does not."""
        return self.address(follow_up) if self._writes else None

    def rules(self) -> Rules:
        """In force."""
        stored = self._store.team_setting(SETTING)
        return Rules(**stored) if stored else Rules()

    def set_rules(self, rules: Rules, *, by: Person) -> None:
        """From now on; those that are open stay. Refused where they make no sense."""
        deed = Deed(self._now(), by.id, "follow_up_rules", SETTING, {})
        self._store.set_team_setting(SETTING, asdict(rules.checked()), deed=deed)

    # -- for the customer

    def asks(self, conversation_id: str) -> bool:
        """Whether the customer is asked now if it helped."""
        found = self._store.follow_up_of(conversation_id)
        return found is not None and found.step is Step.DONE

    def has_asked(self, conversation_id: str) -> bool:
        """Whether this question takes the place of the survey in this conversation: once it was
        answered, only until people resolve it again."""
        found = self._store.follow_up_of(conversation_id)
        if found is None or found.step not in ASKED:
            return False
        moves = self._store.events(conversation_id, kinds=("status",), limit=MOST_MOVES)
        resolved, answered = last_resolved(moves), found.answered_at
        again = found.step is not Step.DONE and resolved and answered and answered < resolved
        return not again

    def answer(self, conversation_id: str, *, helped: bool, comment: str = "") -> FollowUp:
        """The customer's word; WrongStep where they are not asked."""
        found = self._store.follow_up_of(conversation_id)
        if found is None:
            raise WrongStep(conversation_id, step="not there", wanted=(Step.DONE,))
        at = self._now()
        return self._store.change_follow_up(
            found.id, lambda f: f.answered(helped=helped, comment=comment, at=at), deed=None
        )

    def _question(self, follow_up: FollowUp, at: datetime) -> Sequence[Delivery]:
        """A mail for each time that something was done, where one can be sent."""
        if (address := self.mails_to(follow_up)) is None:
            return ()
        conversation = self._store.conversation(follow_up.conversation_id)
        mail = Delivery(
            delivery_id(FOLLOW_UP, follow_up.id, str(at)),
            Channel.MAIL,
            FOLLOW_UP,
            address,
            at,
            spoken(conversation.locale),
            conversation_id=conversation.id,
            next_at=at,
        )
        return (mail,)

    def _change(
        self,
        follow_up_id: str,
        change: Callable[[FollowUp], FollowUp],
        *,
        by: Person,
        deed: str,
        leads_to: Sequence[Delivery] = (),
    ) -> FollowUp:
        must_answer(by.role)
        done = Deed(self._now(), by.id, f"follow_up_{deed}", follow_up_id, {})
        return self._store.change_follow_up(follow_up_id, change, deed=done, leads_to=leads_to)

    def _listed(self, follow_up: FollowUp) -> Listed:
        conversation = self._store.conversation(follow_up.conversation_id)
        messages = self._store.messages(conversation.id)
        asked = next((each.text for each in messages if each.author is Author.CUSTOMER), "")
        return Listed(follow_up, conversation, asked)


def _last(answers: Iterable[int | None]) -> int | None:
    given = [each for each in answers if each is not None]
    return given[-1] if given else None
