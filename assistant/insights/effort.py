"""The effort index of a conversation: 0 to 100 points, added up from events that can be counted.

The number of turns is not one of them: long is not hard. An estimate from the log, called predicted
CES only once a site's own CES answers have validated it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from assistant.domain.conversation import Author
from assistant.insights.beside import Beside
from assistant.insights.cues import catalogue, cues_in
from assistant.insights.repetition import answered_again, asked_again, given_again
from assistant.insights.transcript import SaidTurn, locale_of

MOST = 100
_AWAY = timedelta(hours=3)
"""A silence longer than this before a customer's turn: the customer had to come back."""
FULL_WAIT = timedelta(hours=1)
"""Waiting for a person costs its points in proportion, and no more than all of them."""
_FROM_WORDS = ("told_before", "corrects", "wants_person", "other_channel", "came_back")
_IS_DONE = {"thanks", "solved", "praise", "closes"}
_Marked = tuple[int, str, float]


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


def effort_of(
    turns: Sequence[SaidTurn], *, locale: str | None = None, beside: Beside | None = None
) -> EffortScore:
    """`locale` of the customer's words; told from the words where it is not given. `beside`: what
    the log knows besides; without it nobody is known to wait still, or to have read an article."""
    locale = locale or locale_of(turns)
    marked = [(index, cue, 1.0) for cue, found in _marked(turns, locale) for index in found]
    marked += _waits(turns, locale, beside)
    if beside is not None:
        marked += [(index, "read_in_vain", 1.0) for index in _read(turns, locale, beside)]
    prices = catalogue()["effort"]
    events = [
        EffortEvent(cue, index, round(prices[cue].weight * share), prices[cue].text)
        for index, cue, share in sorted(marked)
    ]
    return EffortScore(min(MOST, sum(event.points for event in events)), tuple(events))


@dataclass(frozen=True)
class _Wait:
    turn: int
    start: datetime
    end: datetime

    @property
    def share(self) -> float:
        """Of a wait that costs all its points."""
        return max(0.0, min(1.0, (self.end - self.start) / FULL_WAIT))


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


def _read(turns: Sequence[SaidTurn], locale: str, beside: Beside) -> set[int]:
    """Questions of who had left the assistant's reply for an article, and came back."""
    found = set()
    for index, (before, turn) in enumerate(pairwise(turns), start=1):
        replied = any(each.author is Author.ASSISTANT for each in turns[:index])
        if turn.by_customer and replied and before.at and turn.at:
            went = any(before.at < at <= turn.at for at in beside.read)
            if went and _asks_on(turn, locale):
                found.add(index)
    return found


def _asks_on(turn: SaidTurn, locale: str) -> bool:
    return "?" in turn.text or not cues_in(turn.text, side="customer", locale=locale) & _IS_DONE


def _waits(turns: Sequence[SaidTurn], locale: str, beside: Beside | None) -> list[_Marked]:
    """Until the first word of a person; without times it is not known."""
    wishes = [index for index, cues in _said(turns, locale).items() if "wants_person" in cues]
    if beside is not None and beside.calls:
        waits = [_from_call(turns, wishes, number, beside) for number in range(len(beside.calls))]
    else:
        waits = [_from_words(turns, wishes)]
    weight = catalogue()["effort"]["waited"].weight
    known = ((wait.turn, wait.share) for wait in waits if wait is not None)
    return [(turn, "waited", share) for turn, share in known if share * weight >= 1]


def _from_words(turns: Sequence[SaidTurn], wishes: Sequence[int]) -> _Wait | None:
    """From the first request in words."""
    if not wishes:
        return None
    start = turns[wishes[0]].at
    came = next((turn for turn in turns[wishes[0] :] if turn.author is Author.AGENT), None)
    if start is None or came is None or came.at is None:
        return None
    return _Wait(wishes[0], start, came.at)


def _from_call(
    turns: Sequence[SaidTurn], wishes: Sequence[int], number: int, beside: Beside
) -> _Wait | None:
    """From the call, or from the words that asked for it before. Who still waits does so now."""
    call = beside.calls[number]
    agents = [turn.at for turn in turns if turn.author is Author.AGENT and turn.at]
    done = [at for at in agents if at <= call.since]
    done += [each.until for each in beside.calls[:number] if each.until]
    asked = [index for index in wishes if _between(turns[index].at, done, call.since)]
    said = [index for index, turn in enumerate(turns) if turn.at and turn.at <= call.since]
    if not said:
        return None
    mine = [index for index in said if turns[index].by_customer]
    ends = [at for at in agents if at > call.since] + [call.until or beside.now]
    start = turns[asked[0]].at if asked else None
    return _Wait((asked or mine[-1:] or said[-1:])[0], start or call.since, min(ends))


def _between(at: datetime | None, after: Sequence[datetime], until: datetime) -> bool:
    return at is not None and at <= until and all(each < at for each in after)
