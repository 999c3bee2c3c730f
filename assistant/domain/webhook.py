"""A webhook: what another system is told, in which form, and how it knows that it is us. Pure."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from assistant.domain.conversation import Author, Status
from assistant.domain.ownership import Event

SECRET_PREFIX = "whsec_"
WORST, BEST = 2, 5
"""Of a CSAT or CES: from here down it is a bad one; the best that there is of both."""
SITTING = timedelta(minutes=10)
"""A survey is filled in within so long, and may come question by question."""


class Topic(StrEnum):
    """What can be told, as the type of a webhook's body."""

    WAITING = "conversation.waiting"
    TAKEN = "conversation.taken"
    RELEASED = "conversation.released"
    RESOLVED = "conversation.resolved"
    LATE = "conversation.late"
    REPLIED = "message.from_agent"
    WROTE = "message.from_customer"
    """While people have the conversation."""
    RATED_BADLY = "conversation.rated_badly"
    """A thumb down, or a CSAT or CES of 1 or 2."""
    TEST = "test"


CHOICES = tuple(topic for topic in Topic if topic is not Topic.TEST)


class Form(StrEnum):
    """How a body is written."""

    STANDARD = "standard"
    """Ours, signed as standardwebhooks.com says."""
    SLACK = "slack"
    """A line of text, as Slack and what imitates it reads."""


@dataclass(frozen=True)
class Webhook:
    """`words`: whether customers' words are told too. `secret`: what bodies are signed with."""

    id: str
    url: str
    secret: str = field(repr=False)
    form: Form
    topics: frozenset[Topic]
    words: bool
    locale: str
    active: bool
    created_at: datetime

    @property
    def shown(self) -> str:
        """The address without what may be a secret in it: Slack's path is one."""
        scheme, _, rest = self.url.partition("://")
        host, slash, path = rest.partition("/")
        return f"{scheme}://{host}{slash}{'…' + path[-4:] if len(path) > 8 else path}"


def topic_of(kind: str, payload: Mapping[str, Any], *, with_people: bool) -> Topic | None:
    """What an event of a conversation is about; None where nobody is told of it."""
    if kind == "late":
        return Topic.LATE
    if kind == "rated":
        return Topic.RATED_BADLY if _is_bad(payload) else None
    if "author" in payload:
        spoken_by = {Author.AGENT: Topic.REPLIED}
        if with_people:
            spoken_by[Author.CUSTOMER] = Topic.WROTE
        return spoken_by.get(Author(payload["author"]))
    if payload.get("event") in (Event.SNOOZED, Event.WOKEN):
        return None
    moved = {
        Status.WAITING: Topic.WAITING,
        Status.WITH_AGENT: Topic.TAKEN,
        Status.WITH_ASSISTANT: Topic.RELEASED,
        Status.RESOLVED: Topic.RESOLVED,
    }
    return moved[Status(payload["status"])] if "status" in payload else None


def _is_bad(rating: Mapping[str, Any]) -> bool:
    asked = (rating.get(name) or BEST for name in ("csat", "ces"))
    return rating.get("helpful") is False or min(asked) <= WORST


def rating_of(payload: Mapping[str, Any]) -> dict[str, Any]:
    """What was rated, of the event of a rating; empty for any other event."""
    rated = {name: payload.get(name) for name in ("helpful", "csat", "ces")}
    return {name: value for name, value in rated.items() if value is not None}


def signed(webhook: Webhook, body: bytes, *, id: str, at: datetime) -> dict[str, str]:
    """The headers that prove where the body comes from and when, so that it cannot be replayed
    later: HMAC-SHA256 over id, time stamp and body (standardwebhooks.com, version 1)."""
    stamp = str(int(at.timestamp()))
    key = base64.b64decode(webhook.secret.removeprefix(SECRET_PREFIX))
    content = b".".join((id.encode(), stamp.encode(), body))
    mac = base64.b64encode(hmac.digest(key, content, hashlib.sha256)).decode()
    return {"webhook-id": id, "webhook-timestamp": stamp, "webhook-signature": f"v1,{mac}"}
