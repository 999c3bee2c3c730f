"""Takes what must go out of the database and gives it to whoever carries it, until it arrived.

At least once: a process that dies in between leaves it to the next one. Never twice on purpose: of
two processes one takes it, and what was given over is marked before the next is begun.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping
from datetime import timedelta
from typing import Protocol

from assistant.domain.delivery import Channel, Delivery, next_try
from assistant.errors import AssistantError, NeverDelivered, NotDelivered
from assistant.ports import Clock, Deed, Person
from assistant.ports.deliveries import DeliveryStore

HELD = timedelta(minutes=5)
"""Whoever takes a delivery has so long; longer than any carrier waits."""
KEPT = timedelta(days=30)
"""What was sent is remembered so long, for its thread and so that it is not sent again."""
AT_ONCE = 50

log = logging.getLogger(__name__)


class Carrier(Protocol):
    """One way out."""

    def carry(self, delivery: Delivery) -> None:
        """Returns once the other side has it; NotDelivered, or NeverDelivered."""


class Courier:
    """One `round` is cheap where nothing is due. Harmless in several processes at once."""

    def __init__(
        self, store: DeliveryStore, carriers: Mapping[Channel, Carrier], *, now: Clock
    ) -> None:
        self._store, self._carriers, self._now = store, carriers, now
        self._stopping, self._idle = threading.Event(), threading.Event()
        self._idle.set()

    def round(self) -> int:
        """Try what is due; how many were tried. Ends early when `stop` is called."""
        tried = 0
        while tried < AT_ONCE and not self._stopping.is_set():
            at = self._now()
            taken = self._store.take_due(at, until=at + HELD, limit=1)
            if not taken:
                break
            self._idle.clear()
            try:
                self._try(taken[0])
            finally:
                self._idle.set()
            tried += 1
        if tried:
            self._store.drop_delivered(before=self._now() - KEPT)
        return tried

    def again(self, delivery_id: str, *, by: Person) -> None:
        """Try a dead one anew; UnknownThing where it is none."""
        at = self._now()
        deed = Deed(at, by.id, "delivery_again", delivery_id, {})
        self._store.deliver_again(delivery_id, at=at, deed=deed)

    def stop(self, *, wait_s: float) -> None:
        """Begin nothing new, and wait so long for what is in work: who does not know that it
        arrived sends it again."""
        self._stopping.set()
        self._idle.wait(wait_s)

    def _try(self, delivery: Delivery) -> None:
        try:
            self._carrier(delivery).carry(delivery)
        except NeverDelivered as error:
            self._failed(delivery, error, final=True)
        except AssistantError as error:
            self._failed(delivery, error, final=False)
        except Exception as error:
            # Whatever it is, the others still have to go out.
            log.exception("delivery.broken: %s %s", delivery.kind, type(error).__name__)
            self._failed(delivery, NotDelivered(type(error).__name__), final=False)
        else:
            self._store.delivered(delivery.id, at=self._now())

    def _carrier(self, delivery: Delivery) -> Carrier:
        if (carrier := self._carriers.get(delivery.channel)) is None:
            raise NotDelivered(f"Nothing goes out by {delivery.channel}; see docs/operators.md.")
        return carrier

    def _failed(self, delivery: Delivery, error: AssistantError, *, final: bool) -> None:
        at = self._now()
        asked = getattr(error, "retry_after", 0)
        next_at = None if final else next_try(delivery, at, retry_after=asked)
        log.warning("delivery.%s: %s", "dead" if next_at is None else "failed", delivery.kind)
        self._store.not_delivered(delivery.id, at=at, next_at=next_at, problem=str(error))
