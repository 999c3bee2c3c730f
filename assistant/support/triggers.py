"""When a person takes over, and what shows it. Pure: from the customer's words and what was decided
on them, never because of how the assistant words its reply.

Only what happened since the assistant last got the conversation counts: what people were called for
once does not call them again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from assistant.answering.cues import folded
from assistant.answering.wordings import spoken
from assistant.domain.answer import Answer, Decision, Outcome, PersonNeeded, Smalltalk
from assistant.domain.conversation import Author, Turn
from assistant.domain.handoff import Reason
from assistant.insights.cues import catalogue
from assistant.insights.repetition import asked_again, is_question
from assistant.insights.satisfaction import satisfaction_of
from assistant.insights.transcript import SaidTurn
from assistant.support.alarms import OF_SOMETHING, TOPICS, blames_us, is_of_us, topic_of
from assistant.support.repeating import More, asks_more, says_so, told_before

UNHELPFUL_TWICE = 2
_MISERABLE = -2.1
_UPSET = -1.5
"""Log-odds of the customer's own cues; at the second, words of reproach must be among them."""
_ANGER = frozenset({"complains", "insults", "not_answered"})
_PLAIN = frozenset({"denies", "declines", "still_open", "confused"})
"""Such words foretell a low rating, but "it has not arrived" is a question, not a reproach."""
OWN_WORDS = "own_words"
"""The topic of what leads have words of their own for."""
OPTIONAL: tuple[str, ...] = (
    *TOPICS,
    Reason.DISSATISFIED.value,
    Reason.ASKED_AGAIN.value,
    Reason.NOT_HELPFUL.value,
    Reason.ARTICLE_ESCALATES.value,
)
"""Topics and reasons that may be switched off. No other may: who asked for a person, has nothing to
go on with, or met a failure would be stranded."""


@dataclass(frozen=True)
class Trigger:
    """Why a person is called. `evidence`: plain JSON values under names that the console knows.
    `offered_for`: the customer took the offer of a person that was made for this reason. `offers`:
    a person is offered, none is called."""

    reason: Reason
    evidence: Mapping[str, Any] = field(default_factory=dict)
    offered_for: Reason | None = None
    offers: bool = False

    @property
    def why(self) -> Reason:
        """What the case is for: who takes an offer comes for what it was made for."""
        return self.offered_for or self.reason


@dataclass(frozen=True)
class Chosen:
    """What leads have set. `off`: of OPTIONAL, what calls nobody; `words`: by language, those that
    call a person wherever a customer writes them."""

    off: frozenset[str] = frozenset()
    words: Mapping[str, Sequence[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Situation:
    """A customer's message with what would be said to it.

    `turns` and `said` are those since the assistant got the conversation; `said` ends with the
    message. `follows_up`: it goes on about what was said before. `escalating`: of the articles that
    would answer, those whose writers want a person. `chosen`: what leads have set.
    """

    text: str
    locale: str
    outcome: Outcome
    turns: Sequence[Turn] = ()
    said: Sequence[SaidTurn] = ()
    follows_up: bool = False
    escalating: Sequence[str] = ()
    chosen: Chosen = Chosen()


def trigger(situation: Situation) -> Trigger | None:
    """The first reason that holds and is not switched off, the most telling one first."""
    found = filter(None, (look(situation) for look in _LOOKS))
    return next((each for each in found if each.reason not in situation.chosen.off), None)


def asked_for(turns: Sequence[Turn], **evidence: Any) -> Trigger:
    """The customer asks for a person: out of the blue, or since the last reply offered one."""
    last = turns[-1] if turns else None
    if last is None or last.decision is not Decision.HANDOFF:
        return Trigger(Reason.ASKED_FOR_HUMAN, evidence)
    evidence["taken_by"] = Author.CUSTOMER.value
    return Trigger(Reason.ASKED_FOR_HUMAN, evidence, offered_for=last.reason)


def unhelpful(thumbs_down: Iterable[str], *, chosen: Chosen = Chosen()) -> Trigger | None:
    """`thumbs_down`: messages that the customer marked as not helpful."""
    messages = sorted(set(thumbs_down))
    if len(messages) < UNHELPFUL_TWICE or Reason.NOT_HELPFUL in chosen.off:
        return None
    return Trigger(Reason.NOT_HELPFUL, {"messages": messages})


def sensitive_topic(text: str, locale: str, *, chosen: Chosen = Chosen()) -> tuple[str, str] | None:
    """The topic and the words that name it."""
    plain, language = folded(text), spoken(locale)
    for words in chosen.words.get(language, ()):
        if f" {folded(words)} " in f" {plain} ":
            return OWN_WORDS, words
    return topic_of(text, language, off=chosen.off)


def _decided(situation: Situation) -> Trigger | None:
    """The reply itself calls a person: asked for, none of the topics meant, three questions without
    an answer, a failure."""
    outcome = situation.outcome
    if not isinstance(outcome, PersonNeeded) or not outcome.call_now:
        return None
    evidence: dict[str, Any] = {}
    if outcome.reason is Reason.ASKED_FOR_HUMAN:
        return asked_for(situation.turns, words=situation.text)
    if outcome.reason is Reason.STILL_UNCLEAR:
        failed = [turn for turn in situation.turns if turn.decision in _NOT_ANSWERED][-2:]
        named = [each.text for turn in failed for each in turn.suggestions if each.article_id]
        unanswered = [*(turn.question for turn in failed), situation.text]
        evidence = {"unanswered": unanswered}
        if named:
            evidence["offered"] = list(dict.fromkeys(named))
    return Trigger(outcome.reason, evidence)


def _sensitive(situation: Situation) -> Trigger | None:
    found = sensitive_topic(situation.text, situation.locale, chosen=situation.chosen)
    return found and Trigger(Reason.SENSITIVE_TOPIC, {"topic": found[0], "words": found[1]})


def _article_says_so(situation: Situation) -> Trigger | None:
    if not situation.escalating:
        return None
    return Trigger(Reason.ARTICLE_ESCALATES, {"articles": list(situation.escalating)})


def _dissatisfied(situation: Situation) -> Trigger | None:
    """Strongly, and with the desk: something was replied before."""
    if not any(turn.by_desk for turn in situation.said[:-1]):
        return None
    locale = spoken(situation.locale)
    last = satisfaction_of(situation.said, locale=locale).turns[-1]
    # Their words alone: what the assistant said, or could not say, is no anger of theirs.
    known = catalogue()["customer"]
    blames = blames_us(situation.text, locale)
    ours = blames or is_of_us(situation.text, locale)
    resents = known.keys() - _PLAIN - (frozenset() if ours else OF_SOMETHING)
    words = [reason for reason in last.reasons if reason.cue in resents and reason.weight < 0]
    weight = sum(reason.weight for reason in words)
    angry = any(reason.cue in _ANGER for reason in words)
    upset = weight <= _UPSET and angry and not is_question(situation.text, locale)
    if weight > _MISERABLE and not upset and not blames:
        return None
    cues = [reason.cue for reason in words] or ["complains"]
    return Trigger(Reason.DISSATISFIED, {"words": situation.text, "cues": cues})


def _asked_again(situation: Situation) -> Trigger | None:
    """The same question in other words, or another that would get the same answer again."""
    if isinstance(situation.outcome, Smalltalk) or not situation.said or _chooses(situation):
        return None
    said, locale = situation.said, spoken(situation.locale)
    repeated = len(said) - 1 in asked_again(said, locale)
    before = [turn.question for turn in situation.turns if turn.decision in _ABOUT_SOMETHING]
    called = Trigger(Reason.ASKED_AGAIN, {"before": before[-1:], "words": situation.text})
    more = More() if repeated and says_so(situation.text, locale) else asks_more(said, locale)
    if not isinstance(situation.outcome, Answer):
        return called if repeated and not more else None
    if not told_before(said, situation.outcome, locale):
        # However much alike the questions sound, the answer is a new one.
        return None
    if more and more.is_told_by(situation.outcome.text, locale):
        return None
    was_offered = any(turn.reason is Reason.ASKED_AGAIN for turn in situation.turns)
    same = not more and (repeated or not situation.follows_up)
    return called if same or was_offered else replace(called, offers=True)


def _chooses(situation: Situation) -> bool:
    """An answer after the assistant named topics, to ask back or beside the offer of a person: the
    customer chose one of them."""
    last = situation.turns[-1] if situation.turns else None
    if last is None or last.decision not in _NOT_ANSWERED:
        return False
    named = any(choice.article_id for choice in last.suggestions)
    return named and isinstance(situation.outcome, Answer)


_NOT_ANSWERED = (Decision.CLARIFY, Decision.HANDOFF)
_ABOUT_SOMETHING = (*_NOT_ANSWERED, Decision.ANSWER)
_LOOKS: tuple[Callable[[Situation], Trigger | None], ...] = (
    _sensitive,
    _decided,
    _article_says_so,
    _dissatisfied,
    _asked_again,
)
