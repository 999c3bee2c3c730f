"""Something that must reach somebody outside: a mail, a webhook. When it is tried again. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

PAUSES = tuple(
    timedelta(minutes=minutes) for minutes in (1, 5, 30, 2 * 60, 6 * 60, 12 * 60, 24 * 60)
)
"""After each failed try; after the last of them it is dead."""


class Channel(StrEnum):
    """The ways out of here."""

    MAIL = "mail"
    WEBHOOK = "webhook"
    HELPDESK = "helpdesk"


@dataclass(frozen=True)
class Delivery:
    """`kind` says what is told, `payload` about what, as plain JSON values: names of things, no
    words and no secret, since what is sent is composed at each try. `address`: an e-mail address,
    or the id of a webhook.

    `next_at`: when it is tried (again); None once it was sent or is dead. `problem`: why the last
    try failed.
    """

    id: str
    channel: Channel
    kind: str
    address: str
    created_at: datetime
    locale: str
    payload: Mapping[str, Any] = field(default_factory=dict)
    conversation_id: str | None = None
    tries: int = 0
    next_at: datetime | None = None
    sent_at: datetime | None = None
    dead_at: datetime | None = None
    problem: str = ""


def delivery_id(*told: str) -> str:
    """The same for the same thing told to the same address, so that it is stored once."""
    return "d-" + hashlib.sha256("\x00".join(told).encode()).hexdigest()[:24]


def next_try(delivery: Delivery, at: datetime, *, retry_after: int = 0) -> datetime | None:
    """After a failed one; None where it was the last. `retry_after`: the seconds that the other
    side asked for."""
    if delivery.tries > len(PAUSES):
        return None
    return at + max(PAUSES[delivery.tries - 1], timedelta(seconds=retry_after))
