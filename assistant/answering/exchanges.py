"""What came before a question: what was asked, what became of it, and what of that it may go on
about. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assistant.answering.cues import folded
from assistant.domain.answer import Decision, Suggestion


@dataclass(frozen=True)
class Exchange:
    """A question and what became of it. `topic` is the question as it was understood then."""

    topic: str
    decision: Decision | None = None
    offered: bool = False
    article_id: str | None = None
    suggestions: tuple[Suggestion, ...] = ()
    looked_up: bool = True
    """Whether it asked something of the help center; a number alone does not."""
    told: frozenset[str] = frozenset()
    """Passages of the last answer that the customer was given."""


def chosen(text: str, last: Exchange | None) -> Suggestion | None:
    """The button that the customer pressed, or typed."""
    if last is None:
        return None
    typed = folded(text)
    return next((s for s in last.suggestions if s.article_id and folded(s.text) == typed), None)


def topics(history: Sequence[Exchange]) -> list[str]:
    """What a question may lean on: the one before it and, where that was not answered, the last one
    that was."""
    history = [each for each in history if each.looked_up]
    last = history[-1:]
    missed = last and last[0].decision in (Decision.CLARIFY, Decision.HANDOFF)
    answered = [each for each in history if each.decision is Decision.ANSWER][-1:] if missed else []
    return [each.topic for each in (*last, *answered)]


def asked_back(history: Sequence[Exchange]) -> bool:
    """Whether the last reply asked what the customer meant."""
    return bool(history) and history[-1].decision is Decision.CLARIFY


def told(history: Sequence[Exchange]) -> frozenset[str]:
    """Passages that the customer has just read."""
    return history[-1].told if history else frozenset()


def failures(history: Sequence[Exchange]) -> int:
    """Questions in a row, up to now, that were not answered."""
    count = 0
    for exchange in reversed(history):
        if exchange.decision not in (Decision.CLARIFY, Decision.HANDOFF):
            break
        count += exchange.looked_up
    return count
