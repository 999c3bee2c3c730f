"""What was said before: the same question again, the same answer again, the same details again."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.insights.cues import cues_in
from assistant.insights.transcript import SaidTurn
from assistant.retrieval.analysis import content_words, jaccard, tokens

_SAME_QUESTION = 0.6
_SAME_ANSWER = 0.8
"""Share of all the words of both that both have."""
_FEWEST_WORDS = 2
_QUESTION = re.compile(r"[^.?!…\n]+\?")
_FEWEST_OF_AN_ANSWER = 4
_DETAIL = re.compile(r"[\w.+-]+@[\w-]+\.\w+|\b(?=\w*\d)[\w-]{5,}\b")
"""An e-mail address, or what holds a figure and is no everyday number: an order, a telephone."""
_MANY_WORDS = 25
"""A reply as long as this may well answer in words of its own."""


def asked_again(turns: Sequence[SaidTurn], locale: str) -> set[int]:
    """Customer's turns that say what they said before, with a reply in between."""
    found: set[int] = set()
    earlier: list[set[str]] = []
    pending: list[set[str]] = []
    for index, turn in enumerate(turns):
        if turn.by_desk:
            earlier, pending = earlier + pending, []
        elif turn.by_customer:
            said = _sayings(turn.text, locale)
            if any(jaccard(one, other) >= _SAME_QUESTION for one in said for other in earlier):
                found.add(index)
            pending += said
    return found


def answered_again(turns: Sequence[SaidTurn], locale: str) -> set[int]:
    """Replies that say what a reply before them said."""
    found: set[int] = set()
    earlier: list[set[str]] = []
    for index, turn in enumerate(turns):
        said = set(tokens(turn.text, locale)) if turn.by_desk else set()
        if len(said) >= _FEWEST_OF_AN_ANSWER:
            if any(jaccard(said, before) >= _SAME_ANSWER for before in earlier):
                found.add(index)
            earlier.append(said)
    return found


def given_again(turns: Sequence[SaidTurn]) -> set[int]:
    """Customer's turns that hold an address or a number which an earlier one gave, with a reply in
    between."""
    found: set[int] = set()
    earlier: set[str] = set()
    pending: set[str] = set()
    for index, turn in enumerate(turns):
        if turn.by_desk:
            earlier, pending = earlier | pending, set()
        elif turn.by_customer:
            details = {detail.casefold() for detail in _DETAIL.findall(turn.text)}
            if details & earlier:
                found.add(index)
            pending |= details
    return found


def passed_over(question: SaidTurn, replies: Sequence[SaidTurn], locale: str) -> bool:
    """A question whose replies take up none of its words, nor say yes or no."""
    said = " ".join(reply.text for reply in replies)
    heard = set(tokens(said, locale))
    if not is_question(question.text, locale) or len(heard) >= _MANY_WORDS:
        return False
    told = "yes_or_no" in cues_in(said, side="assistant", locale=locale)
    asked = set(tokens(question.text, locale))
    return bool(content_words(question.text, locale)) and not told and not asked & heard


def is_question(text: str, locale: str) -> bool:
    """By its mark or its first word."""
    asks = "asks" in cues_in(text, side="customer", locale=locale)
    return asks or text.rstrip().endswith("?")


def _sayings(text: str, locale: str) -> list[set[str]]:
    """The telling words of the whole and of each question in it, for more may be said around it."""
    parts = dict.fromkeys([text, *_QUESTION.findall(text)])
    told = [set(tokens(part, locale)) for part in parts if content_words(part, locale)]
    return [words for words in told if len(words) >= _FEWEST_WORDS]
