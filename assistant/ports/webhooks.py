"""The store of webhooks, and who posts to them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from assistant.domain.webhook import Webhook
from assistant.ports.people import Deed


class WebhookStore(Protocol):
    """Every method is one transaction that is on disk when it returns."""

    def webhooks(self) -> list[Webhook]:
        """The oldest first."""

    def save_webhook(self, webhook: Webhook, *, deed: Deed) -> None:
        """A new one, or its new state."""

    def drop_webhook(self, webhook_id: str, *, deed: Deed) -> None:
        """UnknownThing where it is none."""


class Poster(Protocol):
    """Posts bodies to addresses that somebody typed. Thread-safe."""

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> None:
        """Returns once the other side has answered with a status of 2xx. NotDelivered where another
        try may succeed, NeverDelivered where it said that it is gone for good, or where the address
        is one that may not be reached; no message holds the path of the address."""
