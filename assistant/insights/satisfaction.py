"""Predicted satisfaction, 0 to 1, for each customer's turn and for the conversation.

A turn is a sum of log-odds: what the customer says, what the assistant said before it, when the
turn comes and how long it is, and half of the mood so far. Nothing that is said after a turn counts
for it. The conversation is a mean of its turns in which the end and the worst of them weigh more.
Weights are set by hand (prompts/cues.toml), every one that counted is given as a reason, and
nothing is calibrated: it is a prediction, never a CSAT.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.insights.cues import Side, catalogue, cues_in
from assistant.insights.repetition import (
    answered_again,
    asked_again,
    given_again,
    is_question,
    passed_over,
)
from assistant.insights.transcript import SaidTurn, locale_of

_NEUTRAL = 0.4
"""Log-odds of a turn without any cue: customers without a word of complaint lean to content."""
_WHOLE, _LATE, _WORST, _END = 0.4, 0.2, 0.2, 0.2
"""What all turns, the last ones, the worst quarter and the end decide: people remember how bad it
was at its worst, and how it ended."""
_LAST_TURNS = 3
_USUAL_WORDS = 8
"""Who says less is colder, who says more is warmer."""
_SHORT = 12
"""In a message of more words a fading cue weighs less, by the root of how much longer it is."""
_DEEPEST = 2.0
"""A mood is carried on as far as this, however much came together."""
_TELLING = 0.05
"""What weighs less than this is no reason."""


@dataclass(frozen=True)
class SatisfactionReason:
    """A cue that counted, with its weight in log-odds."""

    cue: str
    turn: int
    weight: float
    text: str


@dataclass(frozen=True)
class TurnSatisfaction:
    """Of the customer's turn at `index`."""

    index: int
    value: float
    reasons: tuple[SatisfactionReason, ...]


@dataclass(frozen=True)
class PredictedSatisfaction:
    """`value` is None where the customer said nothing."""

    value: float | None
    turns: tuple[TurnSatisfaction, ...]
    reasons: tuple[SatisfactionReason, ...]


def satisfaction_of(
    turns: Sequence[SaidTurn], *, locale: str | None = None
) -> PredictedSatisfaction:
    """`locale` of the customer's words; told from the words where it is not given."""
    course = _Course(turns, locale or locale_of(turns))
    scored: list[TurnSatisfaction] = []
    moods: list[float] = []
    for index, turn in enumerate(turns):
        if turn.by_customer:
            reasons = course.reasons(index, mood=moods[-1] if moods else 0.0)
            moods.append(sum(reason.weight for reason in reasons))
            scored.append(TurnSatisfaction(index, _share(moods[-1]), tuple(reasons)))
    if not moods:
        return PredictedSatisfaction(None, (), ())
    last = course.ending(mood=moods[-1])
    end = _share(sum(reason.weight for reason in last)) if last else scored[-1].value
    worst = sorted(scored, key=lambda turn: turn.value)[: max(1, len(scored) // 4)]
    late = scored[-_LAST_TURNS:]
    whole = _WHOLE * _mean(scored) + _LATE * _mean(late) + _WORST * _mean(worst) + _END * end
    own = [reason for turn in scored for reason in turn.reasons if reason.cue != "mood"]
    after = [reason for reason in last if reason.cue != "mood"]
    return PredictedSatisfaction(whole, tuple(scored), (*own, *after))


class _Course:
    """A conversation with what has to be known of the whole of it."""

    def __init__(self, turns: Sequence[SaidTurn], locale: str) -> None:
        self._turns, self._locale = turns, locale
        self._repeated = asked_again(turns, locale)
        self._given_twice = given_again(turns)
        self._same_answer = answered_again(turns, locale)

    def reasons(self, index: int, *, mood: float) -> list[SatisfactionReason]:
        """Why the customer's turn at `index` is what it is."""
        since = self._replies_before(index)
        names = ["repeated"] if index in self._repeated else []
        names += ["given_twice"] if index in self._given_twice else []
        if any(reply in self._same_answer for reply in since):
            names.append("same_answer")
        if since and self._passed_over(since):
            names.append("question_passed_over")
        found = [self._reason("course", name, index) for name in names]
        found += self._of_place(index)
        for reply in since:
            found += self._of_words(reply, "assistant", at=index)
        return found + self._of_customer(index, since) + self._mood(mood, index)

    def ending(self, *, mood: float) -> list[SatisfactionReason]:
        """Why the end differs from the customer's last turn; nothing where it does not."""
        last = len(self._turns)
        since = self._replies_before(last)
        found = [r for reply in since for r in self._of_words(reply, "assistant", at=reply)]
        if not since and is_question(self._last_words(), self._locale):
            found.append(self._reason("course", "left_without_reply", last - 1))
        return [*found, *self._mood(2 * mood, last - 1)] if found else []

    def _replies_before(self, index: int) -> list[int]:
        """Replies between this turn and the customer's turn before it."""
        found: list[int] = []
        for place in range(index - 1, -1, -1):
            if self._turns[place].by_customer:
                break
            if self._turns[place].by_desk:
                found.insert(0, place)
        return found

    def _passed_over(self, since: Sequence[int]) -> bool:
        before = [turn for turn in self._turns[: since[0]] if turn.by_customer]
        replies = [self._turns[reply] for reply in since]
        return bool(before) and passed_over(before[-1], replies, self._locale)

    def _of_customer(self, index: int, since: Sequence[int]) -> list[SatisfactionReason]:
        found = self._of_words(index, "customer", at=index)
        if any(reason.weight < 0 for reason in found):
            found = [reason for reason in found if reason.cue != "exclaims"]
        if not any(turn.by_desk for turn in self._turns[:index]):
            known = catalogue()["customer"]
            return [reason for reason in found if not known[reason.cue].answers]
        if {"declines", "denies"} & {reason.cue for reason in found} and self._offered_more(since):
            # "No" to "anything else?" is content, not refusal.
            kept = [r for r in found if r.cue not in ("declines", "denies", "closes")]
            return [*kept, self._reason("customer", "closes", index)]
        return found

    def _of_place(self, index: int) -> list[SatisfactionReason]:
        """What is known of a turn before its words are read: when it comes and how long it is."""
        before = self._turns[:index]
        asked = sum(turn.by_customer for turn in before)
        longer = math.log1p(_length(self._turns[index])) - math.log1p(_USUAL_WORDS)
        found = [self._reason("course", "wordy" if longer > 0 else "terse", index, abs(longer))]
        if any(turn.by_desk for turn in before):
            found.append(self._reason("course", "goes_on", index, math.log1p(asked)))
        else:
            found.append(self._reason("course", "begins", index))
        return [reason for reason in found if abs(reason.weight) >= _TELLING]

    def _offered_more(self, since: Sequence[int]) -> bool:
        cues = [cues_in(self._turns[reply].text, side="assistant", locale=self._locale)
                for reply in since]  # fmt: skip
        return any("anything_else" in found for found in cues)

    def _last_words(self) -> str:
        return next(turn.text for turn in reversed(self._turns) if turn.by_customer)

    def _of_words(self, index: int, side: Side, *, at: int) -> list[SatisfactionReason]:
        found = cues_in(self._turns[index].text, side=side, locale=self._locale)
        known = catalogue()[side]
        # One "not" in a long story is no refusal.
        share = min(1.0, math.sqrt(_SHORT / max(1, _length(self._turns[index]))))
        return [
            self._reason(side, name, at, share if known[name].fades else 1.0)
            for name in known
            if name in found
        ]

    def _mood(self, mood: float, index: int) -> list[SatisfactionReason]:
        carried = self._reason("course", "mood", index, _DEEPEST * math.tanh(mood / _DEEPEST))
        return [carried] if abs(carried.weight) >= _TELLING else []

    def _reason(
        self, section: str, name: str, index: int, share: float = 1.0
    ) -> SatisfactionReason:
        cue = catalogue()[section][name]
        return SatisfactionReason(name, index, round(cue.weight * share, 3), cue.text)


def _length(turn: SaidTurn) -> int:
    """In words: French sets a mark of its own apart, which says no more for it."""
    return sum(any(map(str.isalnum, word)) for word in turn.text.split())


def _mean(turns: Sequence[TurnSatisfaction]) -> float:
    return sum(turn.value for turn in turns) / len(turns)


def _share(log_odds: float) -> float:
    return 1 / (1 + math.exp(-(_NEUTRAL + log_odds)))
