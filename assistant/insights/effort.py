"""The effort index of a conversation: 0 to 100 points, added up from events that can be counted.

The number of turns is not one of them: long is not hard. An estimate from the log, called predicted
CES only once a site's own CES answers have validated it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise

from assistant.domain.conversation import Author
from assistant.insights.cues import catalogue, cues_in
from assistant.insights.repetition import answered_again, asked_again, given_again
from assistant.insights.transcript import SaidTurn, locale_of

MOST = 100
_AWAY = timedelta(hours=3)
"""A silence longer than this before a customer's turn: the customer had to come back."""
_FULL_WAIT = timedelta(hours=1)
"""Waiting for a person costs its points in proportion, and no more than all of them."""
_FROM_WORDS = ("told_before", "corrects", "wants_person", "other_channel", "came_back")


@dataclass(frozen=True)
class EffortEvent:
    """Something that cost the customer effort, at a turn."""

    cue: str
    turn: int
    points: int
    text: str


@dataclass(frozen=True)
class EffortScore:
    """0 is none. The points of the events add up to it, as far as 100."""

    index: int
    events: tuple[EffortEvent, ...]


def effort_of(turns: Sequence[SaidTurn], *, locale: str | None = None) -> EffortScore:
    """`locale` of the customer's words; told from the words where it is not given."""
    locale = locale or locale_of(turns)
    marked = [(index, cue, 1.0) for cue, found in _marked(turns, locale) for index in found]
    marked += _waits(turns, locale)
    prices = catalogue()["effort"]
    events = [
        EffortEvent(cue, index, round(prices[cue].weight * share), prices[cue].text)
        for index, cue, share in sorted(marked)
    ]
    return EffortScore(min(MOST, sum(event.points for event in events)), tuple(events))


def _marked(turns: Sequence[SaidTurn], locale: str) -> Iterator[tuple[str, Iterable[int]]]:
    yield "repeated", asked_again(turns, locale)
    yield "same_answer", answered_again(turns, locale)
    yield "given_twice", given_again(turns)
    yield "dead_end", _dead_ends(turns, locale)
    words = _said(turns, locale)
    first_reply = next((i for i, turn in enumerate(turns) if turn.by_desk), len(turns))
    for cue in _FROM_WORDS:
        indexes = {index for index, cues in words.items() if cue in cues}
        if catalogue()["effort"][cue].answers:
            indexes = {index for index in indexes if index > first_reply}
        yield cue, indexes | _returns(turns) if cue == "came_back" else indexes


def _said(turns: Sequence[SaidTurn], locale: str) -> dict[int, frozenset[str]]:
    return {
        index: cues_in(turn.text, side="customer", locale=locale)
        for index, turn in enumerate(turns)
        if turn.by_customer
    }


def _dead_ends(turns: Sequence[SaidTurn], locale: str) -> set[int]:
    """Replies that have no answer and name no way on."""
    found = set()
    for index, turn in enumerate(turns):
        if turn.author is Author.ASSISTANT:
            cues = cues_in(turn.text, side="assistant", locale=locale)
            if cues & {"dead_end", "not_understood"} and "way_on" not in cues:
                found.add(index)
    return found


def _returns(turns: Sequence[SaidTurn]) -> set[int]:
    dated = [(index, turn, turn.at) for index, turn in enumerate(turns) if turn.at]
    return {
        index
        for (_, _, before), (index, turn, at) in pairwise(dated)
        if turn.by_customer and at - before > _AWAY
    }


def _waits(turns: Sequence[SaidTurn], locale: str) -> list[tuple[int, str, float]]:
    """From the first request to the first word of a person; without times it is not known."""
    said = _said(turns, locale)
    asked = next((index for index, cues in said.items() if "wants_person" in cues), None)
    if asked is None:
        return []
    came = next((i for i, t in enumerate(turns) if i > asked and t.author is Author.AGENT), None)
    start = turns[asked].at
    end = turns[came].at if came is not None else None
    if start is None or end is None:
        return []
    share = max(0.0, min(1.0, (end - start) / _FULL_WAIT))
    return [(asked, "waited", share)] if share * catalogue()["effort"]["waited"].weight >= 1 else []
