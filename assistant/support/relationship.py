"""Asking customers whether they would recommend us: a sample of them, in the widget in place of a
survey, or by a mail that leads there."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from assistant.answering.wordings import spoken
from assistant.domain.conversation import Conversation
from assistant.domain.delivery import Channel, Delivery, delivery_id
from assistant.domain.relationship import MAIL_KIND, Asking, Policy, Way
from assistant.ports import Clock, CustomerStore
from assistant.ports.relationship import RelationshipStore
from assistant.settings import Settings

LOOKS_BACK = timedelta(days=7)
"""The first look after a start goes back so far: whoever is asked later has forgotten us."""
_LOOKED = timedelta(minutes=1)
_AT_ONCE = 10_000

log = logging.getLogger(__name__)


class AskingStore(CustomerStore, RelationshipStore, Protocol):
    """What is read and kept."""


@dataclass(frozen=True)
class Standing:
    """Of one conversation: `due`, whether its customer may be asked at the moment of a survey;
    `waits`, whether a mail has asked and the answer is to be given here; `asked`, whether either
    happened here before."""

    due: bool
    waits: bool
    asked: bool


class Relationship:
    """Thread-safe; harmless in several processes at once: what is asked is stored once."""

    def __init__(self, store: AskingStore, *, policy: Policy, writes: bool, now: Clock) -> None:
        """`writes`: whether mails can be sent at all, with a way out of them."""
        self._store, self._policy, self._writes, self._now = store, policy, writes, now
        self._looked_to: datetime | None = None

    def standing(self, conversation: Conversation) -> Standing:
        """Whether to ask here, and how."""
        history = self._store.relationship(conversation.visitor_id)
        sampled = self._policy.samples(conversation.visitor_id)
        asked = any(each.conversation_id == conversation.id for each in history.askings)
        return Standing(
            # Kept is one asking for each conversation: a second one would come at every moment.
            due=sampled and not asked and self._policy.is_due(history, at=self._now()),
            waits=history.waits_in(conversation.id),
            asked=asked,
        )

    def asked(self, conversation: Conversation) -> None:
        """They were shown the question, of a mail or of the widget itself; whether they answer is
        theirs. Of who was not to be asked nothing is kept."""
        at, standing = self._now(), self.standing(conversation)
        if standing.waits:
            self._store.relationship_shown(conversation.id, at=at)
        elif standing.due:
            self._store.ask_relationship(Asking(conversation.id, Way.WIDGET, at))

    def declined(self, conversation: Conversation) -> None:
        """They wish never to be asked again."""
        self._store.decline_relationship(conversation.id, at=self._now())

    def round(self) -> int:
        """Ask by mail those whose turn has come; how many mails that were."""
        after, now = self._policy.mail_after, self._now()
        if after is None or not self._writes:
            return 0
        since, until = self._looked_to or now - after - LOOKS_BACK, now - after
        if until - since < _LOOKED:
            return 0
        seen = self._store.last_seen(since, until, limit=_AT_ONCE)
        sampled = [each for each in seen if self._policy.samples(each.visitor_id)]
        mailed = sum(self._mailed(each.conversation_id, at=now) for each in sampled)
        # There may be more: the next look goes on at the last one of this.
        self._looked_to = until if len(seen) < _AT_ONCE else seen[-1].began_at
        if mailed:
            log.info("relationship.mailed: %d", mailed)
        return mailed

    def _mailed(self, conversation_id: str, *, at: datetime) -> bool:
        conversation = self._store.conversation(conversation_id)
        profile = self._store.profile(conversation.visitor_id)
        history = self._store.relationship(conversation.visitor_id)
        if not (profile and profile.email) or not self._policy.is_due(history, at=at):
            return False
        mail = Delivery(
            delivery_id(MAIL_KIND, conversation.id),
            Channel.MAIL,
            MAIL_KIND,
            profile.email,
            at,
            spoken(conversation.locale),
            conversation_id=conversation.id,
            next_at=at,
        )
        self._store.ask_relationship(Asking(conversation.id, Way.MAIL, at), mail=mail)
        return True


def policy_of(settings: Settings) -> Policy:
    """As the operator set it."""
    days = settings.nps_mail_days
    return Policy(
        share=settings.nps_share,
        quiet=timedelta(days=settings.nps_quiet_days),
        mail_after=timedelta(days=days) if days else None,
    )
