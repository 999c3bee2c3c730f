"""What customers own: who they are, their conversations on every device, and to delete it all."""

from __future__ import annotations

import json
import secrets
import statistics
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Protocol

from assistant.domain.audience import PUBLIC, VOUCHED_FOR, Reader, reader_of
from assistant.domain.conversation import Author, Conversation, Message
from assistant.domain.ownership import Event
from assistant.domain.schedule import ServiceLevels, within_hours
from assistant.domain.survey import EVERYBODY, ArticleOpinion, Sampling, is_due
from assistant.domain.visitor import Profile
from assistant.errors import NotAllowed, Refused, UnknownThing
from assistant.ports import Clock, CustomerStore, StoredEvent
from assistant.ports.looks import Look, LookStore
from assistant.settings import Settings
from assistant.support.credentials import hashed
from assistant.support.identity import IdentityCheck
from assistant.support.redaction import redact

LINK_LIFE = timedelta(minutes=30)
MAILED_LINK_LIFE = timedelta(days=7)
GUEST = "guest."
"""Begins the code of a link for somebody who may not be the customer, and the token that it gives.
It is part of what was hashed: nobody can leave it out."""
MOST_MOVES = 1000
"""Of one conversation: more than anybody makes."""
LARGEST_CONTEXT = 8 * 1024
"""Of a conversation, as JSON."""
_MOST_LISTED = 50
# Fewer answered calls say little about the next one.
_FEWEST_WAITS = 5
_RECENT_WAITS = 50


@dataclass(frozen=True)
class Identified:
    """A visitor with a token of their own for this device."""

    visitor_token: str
    profile: Profile


@dataclass(frozen=True)
class Link:
    """A code that leads into a conversation once, until `expires_at`."""

    code: str
    expires_at: datetime

    def url(self, base: str, *, locale: str) -> str:
        """The code is in the fragment, which browsers send to no server."""
        return f"{base.rstrip('/')}/widget?locale={locale}#resume={self.code}"


@dataclass(frozen=True)
class Followed:
    """Where a link led, and the token that opens it on this device. `guest`: it opens nothing else
    of the customer's."""

    conversation: Conversation
    visitor_token: str
    guest: bool


@dataclass(frozen=True)
class Wait:
    """How long people usually wait, None while too few have; when the team is back, None while
    somebody is there."""

    usual: timedelta | None
    opens_at: datetime | None


@dataclass(frozen=True)
class Listed:
    """A conversation as its owner finds it again: by its first question and its last word."""

    conversation: Conversation
    question: str
    last_at: datetime


class VisitorsStore(CustomerStore, LookStore, Protocol):
    """What is kept of them."""


class Visitors:
    """Use cases of customers about what is theirs. Synchronous, thread-safe."""

    def __init__(
        self,
        store: VisitorsStore,
        *,
        identity: IdentityCheck,
        sampling: Sampling = EVERYBODY,
        levels: Callable[[], ServiceLevels] = lambda: within_hours(24),
        now: Clock,
        new_id: Callable[[], str] = lambda: secrets.token_hex(10),
    ) -> None:
        self._store, self._identity = store, identity
        self._sampling, self._levels = sampling, levels
        self._now, self._new_id = now, new_id

    def identify(self, token: str, *, visitor_token: str | None) -> Identified:
        """Who the site says this is. What they did here before they signed in becomes theirs."""
        profile = self._identity.profile(token)
        known = self._store.visitor_for(hashed(visitor_token)) if visitor_token else None
        minted = secrets.token_urlsafe(32)
        self._store.identify(
            profile, visitor_id=known, new_id=f"v-{self._new_id()}", token_hash=hashed(minted)
        )
        return Identified(minted, profile)

    def reader(self, token: str | None, conversation: Conversation | None = None) -> Reader:
        """What may be shown to whoever holds the token, of the visitor or of this conversation. A
        stranger, a guest in a conversation, and whose site has not vouched for them for longer than
        `VOUCHED_FOR`, read what everybody may."""
        if not token or token.startswith(GUEST):
            return PUBLIC
        known = conversation.visitor_id if conversation else self._store.visitor_for(hashed(token))
        since = self._now() - VOUCHED_FOR
        return reader_of(self._store.profile(known, vouched_since=since) if known else None)

    def conversations(self, visitor_token: str | None) -> list[Listed]:
        """All that have at least a question, newest first."""
        mine = self._store.conversations(visitor_id=self._owner(visitor_token), limit=_MOST_LISTED)
        listed = (_listed(each, self._store.messages(each.id)) for each in mine)
        return [each for each in listed if each is not None]

    def forget(self, visitor_token: str | None) -> int:
        """Erase the visitor with all conversations; how many those were."""
        return self._store.forget(self._owner(visitor_token))

    def link_for(self, conversation: Conversation, *, token: str | None) -> Link:
        """A way for another device, once and soon, to what the token opens."""
        guest = (token or "").startswith(GUEST)
        return self._link(conversation, LINK_LIFE, prefix=GUEST if guest else "")

    def mailed_link(self, conversation: Conversation) -> Link:
        """A way into this conversation alone, once, for whoever reads the customer's mail."""
        return self._link(conversation, MAILED_LINK_LIFE, prefix=GUEST)

    def way_out(self, conversation: Conversation) -> str:
        """A code by which whoever reads the customer's mail can wish never to be asked for a
        recommendation again: for good, and it opens nothing. NotAllowed where no site says who its
        customers are."""
        return self._identity.sealed(conversation.id)

    def leaving(self, code: str) -> Conversation:
        """The conversation whose customer has this way out; UnknownThing for no such code, or where
        the customer was erased since."""
        return self._store.conversation(self._identity.unsealed(code))

    def follow(self, code: str) -> Followed:
        """Where the link leads; UnknownThing where it was followed before, or is too old."""
        guest = code.startswith(GUEST)
        minted = (GUEST if guest else "") + secrets.token_urlsafe(32)
        id = self._store.follow_link(hashed(code), token_hash=hashed(minted), as_guest=guest)
        return Followed(self._store.conversation(id), minted, guest)

    def tell_context(self, conversation: Conversation, context: dict[str, Any]) -> None:
        """What the site knows of the moment; a name that was told before is told anew. Refused
        where all that was told would be over `LARGEST_CONTEXT`."""
        whole = {**conversation.context, **context}
        if len(json.dumps(whole)) > LARGEST_CONTEXT:
            raise Refused(
                f"The context would be over {LARGEST_CONTEXT} bytes of JSON with what was told "
                "before; tell less, or the same names again."
            )
        self._store.set_context(conversation.id, whole)

    def looked(self, conversation: Conversation, look: Look) -> None:
        """What they did beside writing, for the person who may take over."""
        words = redact(look.of, locale=conversation.locale)
        self._store.looked(conversation.id, replace(look, of=words))

    def rate_article(self, article_id: str, *, helpful: bool, comment: str | None = None) -> None:
        """A reader's opinion of an article."""
        opinion = ArticleOpinion(article_id, helpful, self._now(), comment)
        self._store.add_opinion(opinion)

    def survey_due(self, conversation: Conversation, messages: Sequence[Message]) -> bool:
        """Whether this is a conversation whose customer may be asked how it was. `messages`: those
        in it. It is people's once one was called or wrote, as the figures count it."""
        told = self._store.events(
            conversation.id, kinds=("status", "survey_asked"), limit=MOST_MOVES
        )
        shown = [each.created_at for each in told if each.kind == "survey_asked"]
        filled = [each.created_at for each in self._store.surveys(conversation.id)]
        wrote = any(message.author is Author.AGENT for message in messages)
        with_person = wrote or bool(self._store.handoffs(conversation.id))
        due = is_due(
            conversation.id,
            share=self._sampling.share_of(with_person=with_person),
            asked=shown + filled,
            resolved_at=last_resolved(told),
        )
        return due and not self._asked_lately(conversation)

    def survey_asked(self, conversation: Conversation) -> None:
        """They were asked; whether they answer is theirs."""
        self._store.survey_asked(conversation.id)

    def wait(self) -> Wait:
        """What to tell someone who waits for a person."""
        waits = self._store.waiting_times(among=_RECENT_WAITS)
        usual = statistics.median(waits) if len(waits) >= _FEWEST_WAITS else None
        now = self._now()
        opens = self._levels().hours.opens(now)
        return Wait(
            usual=None if usual is None else timedelta(seconds=usual),
            opens_at=opens if opens != now else None,
        )

    def _link(self, conversation: Conversation, life: timedelta, *, prefix: str) -> Link:
        link = Link(prefix + secrets.token_urlsafe(24), self._now() + life)
        self._store.add_link(hashed(link.code), conversation.id, link.expires_at)
        return link

    def _asked_lately(self, conversation: Conversation) -> bool:
        """Whether the customer was asked about another conversation within the quiet time."""
        if not self._sampling.quiet:
            return False
        last = self._store.surveyed_elsewhere(conversation)
        return last is not None and last > self._now() - self._sampling.quiet

    def _owner(self, visitor_token: str | None) -> str:
        if not visitor_token:
            raise NotAllowed("Send the visitor's token as 'Authorization: Bearer …'.")
        visitor_id = self._store.visitor_for(hashed(visitor_token))
        if visitor_id is None:
            raise UnknownThing("visitor", "with this token")
        return visitor_id


def last_resolved(told: Iterable[StoredEvent]) -> datetime | None:
    """When people last resolved what these events are of: a case that is given back to the
    assistant is closed, too, but nobody said that it was resolved."""
    moments = (each.created_at for each in told if each.payload.get("event") == Event.RESOLVED)
    return max(moments, default=None)


def sampling_of(settings: Settings) -> Sampling:
    """As the operator set it."""
    return Sampling(
        settings.survey_share,
        settings.survey_share_people,
        timedelta(days=settings.survey_quiet_days),
    )


def _listed(conversation: Conversation, messages: Sequence[Message]) -> Listed | None:
    asked = [message for message in messages if message.author is Author.CUSTOMER]
    if not asked:
        return None
    return Listed(conversation, asked[0].text, messages[-1].created_at)
