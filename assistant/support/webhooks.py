"""Other systems are told what happens: which webhooks there are, and what each of them is sent."""

from __future__ import annotations

import base64
import json
import re
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from assistant.answering.wordings import spoken
from assistant.case_ports import WholeStore
from assistant.domain.conversation import Conversation, Message
from assistant.domain.delivery import Channel, Delivery, delivery_id
from assistant.domain.ownership import WITH_PEOPLE
from assistant.domain.webhook import (
    SECRET_PREFIX,
    SITTING,
    WORST,
    Form,
    Topic,
    Webhook,
    rating_of,
    signed,
    topic_of,
)
from assistant.errors import Refused, UnknownThing
from assistant.ports import Clock, Deed, Person, StoredEvent
from assistant.ports.webhooks import Poster
from assistant.support.following import Follower
from assistant.support.slack import slack_text

LONGEST_URL = 2000
_MOST = 20
# What an address may be made of (RFC 3986): others have to be written as %C3%A9.
_PLAIN = re.compile(r"[!-~]+")


@dataclass(frozen=True)
class Draft:
    """What a lead types."""

    url: str
    form: Form
    topics: frozenset[Topic]
    words: bool = False
    locale: str = "en"


class Webhooks:
    """What leads do with them. Thread-safe."""

    def __init__(
        self,
        store: WholeStore,
        *,
        allow_private: bool,
        now: Clock,
        new_id: Callable[[], str] = lambda: secrets.token_hex(10),
    ) -> None:
        self._store, self._allow_private = store, allow_private
        self._now, self._new_id = now, new_id

    def all(self) -> list[Webhook]:
        """The oldest first."""
        return self._store.webhooks()

    def one(self, webhook_id: str) -> Webhook:
        """Or UnknownThing."""
        found = next((each for each in self.all() if each.id == webhook_id), None)
        if found is None:
            raise UnknownThing("webhook", webhook_id)
        return found

    def add(self, draft: Draft, *, by: Person) -> Webhook:
        """A new one with its secret, which nobody is shown again; Refused where it cannot work."""
        if len(self.all()) >= _MOST:
            raise Refused(f"There are {_MOST} webhooks already; delete one first.")
        self._must_work(draft)
        webhook = Webhook(
            id=f"w-{self._new_id()}",
            url=draft.url,
            secret=_new_secret(),
            form=draft.form,
            topics=draft.topics,
            words=draft.words,
            locale=spoken(draft.locale),
            active=True,
            created_at=self._now(),
        )
        return self._saved(webhook, by=by, action="webhook_added")

    def renew_secret(self, webhook_id: str, *, by: Person) -> Webhook:
        """From now on it is signed with another one."""
        webhook = replace(self.one(webhook_id), secret=_new_secret())
        return self._saved(webhook, by=by, action="webhook_secret_renewed")

    def pause(self, webhook_id: str, *, by: Person) -> Webhook:
        """It is told nothing until it is resumed; what happens meanwhile is never told."""
        webhook = replace(self.one(webhook_id), active=False)
        return self._saved(webhook, by=by, action="webhook_changed")

    def resume(self, webhook_id: str, *, by: Person) -> Webhook:
        """It is told again what happens from now on."""
        webhook = replace(self.one(webhook_id), active=True)
        return self._saved(webhook, by=by, action="webhook_changed")

    def drop(self, webhook_id: str, *, by: Person) -> None:
        """With what it was still to be told."""
        deed = Deed(self._now(), by.id, "webhook_dropped", webhook_id, {})
        self._store.drop_webhook(webhook_id, deed=deed)

    def test(self, webhook_id: str) -> None:
        """Send it something that is about nothing."""
        at = self._now()
        told = delivery_id(Topic.TEST, webhook_id, self._new_id())
        delivery = Delivery(
            told, Channel.WEBHOOK, Topic.TEST.value, self.one(webhook_id).id, at, "en", next_at=at
        )
        self._store.add_deliveries([delivery])

    def _saved(self, webhook: Webhook, *, by: Person, action: str) -> Webhook:
        host = urlsplit(webhook.url).hostname
        deed = Deed(
            self._now(), by.id, action, webhook.id, {"host": host, "active": webhook.active}
        )
        self._store.save_webhook(webhook, deed=deed)
        return webhook

    def _must_work(self, draft: Draft) -> None:
        wanted = ("https", "http") if self._allow_private else ("https",)
        try:
            parts = urlsplit(draft.url)
            works = parts.scheme in wanted and bool(parts.hostname) and parts.port != 0
            works = works and "@" not in parts.netloc
        except ValueError:
            works = False
        if not works or not _PLAIN.fullmatch(draft.url):
            raise Refused("The address is none of a webhook; write one like https://host/path.")
        if len(draft.url) > LONGEST_URL:
            raise Refused(f"The address has more than {LONGEST_URL} characters.")
        if not draft.topics:
            raise Refused("Choose at least one thing that it is told.")


class Announcer:
    """From what happens in conversations to what webhooks are told. One `round` is cheap."""

    def __init__(self, store: WholeStore, *, now: Clock) -> None:
        self._store, self._now = store, now
        self._follower = Follower(store, "webhook", wait=timedelta(), now=now)

    def round(self) -> int:
        """Look at what happened since; how many bodies that led to."""
        return self._follower.round(self._plan)

    def _plan(self, events: Sequence[StoredEvent]) -> list[Delivery]:
        listening = [webhook for webhook in self._store.webhooks() if webhook.active]
        if not listening:
            return []
        told = ((event, self._topic(event)) for event in events)
        return [
            self._delivery(event, topic, webhook)
            for event, topic in told
            if topic is not None
            for webhook in listening
            if topic in webhook.topics
        ]

    def _topic(self, event: StoredEvent) -> Topic | None:
        try:
            status = self._store.conversation(event.conversation_id).status
        except UnknownThing:
            # Erased since.
            return None
        if self._is_told_already(event):
            return None
        return topic_of(event.kind, event.payload, with_people=status in WITH_PEOPLE)

    def _is_told_already(self, event: StoredEvent) -> bool:
        """An effort that the same sitting rated after a bad satisfaction is no other news."""
        rated = rating_of(event.payload) if event.kind == "rated" else {}
        if list(rated) != ["ces"]:
            return False
        since = event.created_at - SITTING
        return any(
            each.csat is not None
            and each.csat <= WORST
            and since <= each.created_at <= event.created_at
            for each in self._store.surveys(event.conversation_id)
        )

    def _delivery(self, event: StoredEvent, topic: Topic, webhook: Webhook) -> Delivery:
        at = self._now()
        payload: dict[str, Any] = {
            "at": event.created_at.isoformat(),
            # A thumb names the message that it is under.
            "message_id": event.payload.get("id") or event.payload.get("message_id"),
        }
        if rating := rating_of(event.payload):
            payload["rating"] = rating
        return Delivery(
            delivery_id(webhook.id, str(event.id)),
            Channel.WEBHOOK,
            topic.value,
            webhook.id,
            at,
            webhook.locale,
            payload,
            conversation_id=event.conversation_id,
            next_at=at,
        )


class WebhookCarrier:
    """Takes deliveries to webhooks."""

    def __init__(self, store: WholeStore, poster: Poster, *, public_url: str, now: Clock) -> None:
        """`public_url`: where the console is; empty: bodies have no link."""
        self._store, self._poster = store, poster
        self._base, self._now = public_url.rstrip("/"), now

    def carry(self, delivery: Delivery) -> None:
        """Posted, unless the webhook is gone or paused meanwhile; NotDelivered, NeverDelivered."""
        found = [each for each in self._store.webhooks() if each.id == delivery.address]
        if not found or not (found[0].active or delivery.kind == Topic.TEST):
            return
        told = self._told(delivery, found[0])
        if found[0].form is Form.SLACK:
            told = {"text": slack_text(told, locale=found[0].locale)}
        body = json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()
        headers = signed(found[0], body, id=delivery.id, at=self._now())
        self._poster.post(found[0].url, body, headers)

    def _told(self, delivery: Delivery, webhook: Webhook) -> dict[str, Any]:
        """What happened and when, and how the conversation stands now."""
        told: dict[str, Any] = {
            "type": delivery.kind,
            "timestamp": delivery.payload.get("at", delivery.created_at.isoformat()),
            "data": {},
        }
        if delivery.conversation_id is not None:
            conversation = self._store.conversation(delivery.conversation_id)
            message = self._message(delivery)
            told["data"] = self._facts(conversation, message, words=webhook.words)
            if rating := delivery.payload.get("rating"):
                comment = self._comment(delivery, rating) if webhook.words else None
                told["data"]["rating"] = rating | ({"comment": comment} if comment else {})
        return told

    def _comment(self, delivery: Delivery, rating: Mapping[str, Any]) -> str | None:
        """What the customer wrote with the rating, or after it until now in the same sitting."""
        id = delivery.conversation_id or ""
        if "helpful" in rating:
            thumb = self._store.feedback(id).get(delivery.payload.get("message_id") or "")
            return thumb.comment if thumb is not None else None
        surveys = self._store.surveys(id)
        asked = (rating.get("csat"), rating.get("ces"))
        rated = [place for place, each in enumerate(surveys) if (each.csat, each.ces) == asked]
        since = surveys[rated[-1] :] if rated else []
        said = [
            each.comment
            for each in since
            # With an NPS it is about the whole.
            if each.nps is None and each.created_at <= since[0].created_at + SITTING
        ]
        return next((comment for comment in reversed(said) if comment), None)

    def _message(self, delivery: Delivery) -> Message | None:
        wanted = delivery.payload.get("message_id")
        messages = self._store.messages(delivery.conversation_id or "") if wanted else []
        return next((each for each in messages if each.id == wanted), None)

    def _facts(
        self, conversation: Conversation, message: Message | None, *, words: bool
    ) -> dict[str, Any]:
        facts: dict[str, Any] = {
            "conversation_id": conversation.id,
            "status": conversation.status.value,
            "reason": conversation.reason.value if conversation.reason else None,
            "priority": conversation.priority.name.lower(),
            "tags": list(conversation.tags),
            "locale": conversation.locale,
            "agent_id": conversation.agent_id,
            "waiting_since": _iso(conversation.waiting_since),
            "due_at": _iso(conversation.due_at),
            "url": self._link(conversation),
        }
        if message is not None:
            facts["message"] = {"id": message.id, "author": message.author.value}
        if words:
            facts["question"] = conversation.subject
            if message is not None:
                facts["message"]["text"] = message.text
        return facts

    def _link(self, conversation: Conversation) -> str | None:
        return f"{self._base}/console/conversations/{conversation.id}" if self._base else None


def _new_secret() -> str:
    return SECRET_PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def _iso(at: Any) -> str | None:
    return at.isoformat() if at else None
