"""Figures for Prometheus. Counts and durations only, never a customer's words."""

from __future__ import annotations

from collections.abc import Callable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_SECONDS = (0.05, 0.1, 0.25, 0.5, 1, 2, 4, 8, 12, 20, 60)


class Metrics:
    """One app's own figures, so that two apps in a process do not share them."""

    def __init__(self, *, count_waiting: Callable[[], int]) -> None:
        self._registry = CollectorRegistry()
        self._replies = Counter(
            "assistant_replies",
            "Replies to customers' messages.",
            ["decision"],
            registry=self._registry,
        )
        self._seconds = Histogram(
            "assistant_reply_seconds",
            "Seconds from a customer's message to the complete reply.",
            buckets=_SECONDS,
            registry=self._registry,
        )
        waiting = Gauge(
            "assistant_waiting_conversations",
            "Conversations that wait for a person.",
            registry=self._registry,
        )
        waiting.set_function(lambda: float(count_waiting()))

    def reply_given(self, *, decision: str, seconds: float) -> None:
        """A reply is complete and stored."""
        self._replies.labels(decision=decision).inc()
        self._seconds.observe(seconds)

    def text(self) -> bytes:
        """The exposition that Prometheus reads."""
        return generate_latest(self._registry)
