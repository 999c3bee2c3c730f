"""What a passage states, sentence by sentence, and whether two sentences tell other facts. Pure.

Two sentences are about the same where one's words are all among the other's: a word on each side
that the other lacks ("Belgium", "Spain") may well be why the numbers differ.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from assistant.answering.blocks import sentences
from assistant.answering.cues import is_negated, months, negations, number_words
from assistant.domain.article import plain_text
from assistant.retrieval.analysis import fold, jaccard, tokens

FEWEST_WORDS = 3
"""Words besides the facts: of fewer nobody can tell what they are about."""
ALIKE = 0.75
"""Share of their words that two sentences have in common."""

_MARKS = re.compile(r"^\s*(?:[-*+>]|\d+[.)]|#+)\s+|^\s*\||\|\s*$")
_CELLS = re.compile(r"\s*\|\s*")
_MONEY = r"(?:€|\$|£|euros?|eur|dollars?|usd|pounds?|gbp|chf)"
NUMBER = r"\d+(?:[.,  ]\d{3})*(?:[.,]\d+)?"
_PRICE = re.compile(
    rf"(?:{_MONEY}\s?(?P<after>{NUMBER}))|(?:(?P<before>{NUMBER})\s?{_MONEY}(?!\w))"
)
_PLAIN_NUMBER = re.compile(rf"(?<![\w.]){NUMBER}(?!\w*\d)")


class Difference(StrEnum):
    """What two sentences say otherwise."""

    PRICE = "price"
    DATE = "date"
    NUMBER = "number"
    NEGATION = "negation"


@dataclass(frozen=True)
class Statement:
    """A sentence, an item or a row. `words`: stems of what it is about, without `facts`."""

    text: str
    words: frozenset[str]
    facts: frozenset[tuple[Difference, str]]
    negated: bool

    def of(self, kind: Difference) -> frozenset[str]:
        """The values of that kind."""
        return frozenset(value for each, value in self.facts if each is kind)


@lru_cache(maxsize=50_000)
def statements(markdown: str, locale: str) -> tuple[Statement, ...]:
    """In order; those with too few words are left out."""
    found = (_statement(sentence, locale) for sentence in _sentences(markdown))
    return tuple(each for each in found if len(each.words) >= FEWEST_WORDS)


def differences(one: Statement, other: Statement) -> frozenset[Difference]:
    """What they say otherwise of the same; nothing where they say the same, or are about something
    else."""
    apart = one.words ^ other.words
    if apart and not (one.words < other.words or other.words < one.words):
        return frozenset()
    if jaccard(one.words, other.words) < ALIKE:
        return frozenset()
    found = {kind for kind in _VALUES if _other_values(one.of(kind), other.of(kind))}
    if not found and not apart and one.facts == other.facts and one.negated != other.negated:
        found = {Difference.NEGATION}
    return frozenset(found)


_VALUES = (Difference.PRICE, Difference.DATE, Difference.NUMBER)


def _other_values(one: frozenset[str], other: frozenset[str]) -> bool:
    """Each has one that the other lacks: what only says more contradicts nothing."""
    return bool(one - other and other - one)


def _sentences(markdown: str) -> Iterator[str]:
    for line in markdown.splitlines():
        bare = plain_text(_CELLS.sub(" · ", _MARKS.sub("", _MARKS.sub("", line))))
        yield from sentences(bare)


def _statement(text: str, locale: str) -> Statement:
    rest, facts = _without_facts(fold(text), locale)
    words = frozenset(tokens(rest, locale)) if rest.strip() else frozenset()
    negated = is_negated(text, locale)
    return Statement(text, words - negations(locale), frozenset(facts), negated)


def _without_facts(folded: str, locale: str) -> tuple[str, list[tuple[Difference, str]]]:
    """What is left of the text, and what was found in it: prices, then dates, then numbers."""
    facts: list[tuple[Difference, str]] = []

    def take(kind: Difference, value: str) -> str:
        facts.append((kind, value))
        return " "

    written, named = number_words(locale), months(locale)
    rest = " ".join(written.get(word, word) for word in folded.split(" "))
    rest = _PRICE.sub(
        lambda found: take(Difference.PRICE, value_of(found["after"] or found["before"])), rest
    )
    rest = date_in(locale).sub(lambda found: take(Difference.DATE, day_of(found, named)), rest)
    rest = _PLAIN_NUMBER.sub(lambda found: take(Difference.NUMBER, value_of(found[0])), rest)
    return rest, facts


def value_of(number: str) -> str:
    """1 000,50 and 1,000.50 are the same."""
    whole, mark, cents = re.sub(r"[  ]", "", number), "", ""
    if found := re.fullmatch(r"(.*)[.,](\d{1,2})", whole):
        whole, mark, cents = found[1], ".", found[2].ljust(2, "0")
    amount = re.sub(r"\D", "", whole)
    return f"{amount}{mark}{cents}".removesuffix(".00")


def day_of(match: re.Match[str], named: Mapping[str, int]) -> str:
    """Month and day alone: a year that one of them leaves out is no contradiction."""
    day = next(filter(None, (match[f"day{n}"] for n in range(1, 5))))
    name = match["name3"] or match["name4"]
    month = named[name] if name else int(match["month1"] or match["month2"])
    return f"{month}-{int(day)}"


@lru_cache(maxsize=8)
def date_in(locale: str) -> re.Pattern[str]:
    """A day with its month, in text without capitals and accents; `day_of` reads what is found."""
    names = "|".join(sorted(months(locale), key=len, reverse=True))
    return re.compile(
        r"\b\d{4}-(?P<month1>\d\d?)-(?P<day1>\d\d?)\b"
        r"|\b(?P<day2>\d\d?)/(?P<month2>\d\d?)(?:/\d{2,4})?\b"
        rf"|\b(?P<day3>\d\d?)(?:st|nd|rd|th|er)?\s+(?:of\s+)?(?P<name3>{names})\b"
        rf"|\b(?P<name4>{names})\s+(?P<day4>\d\d?)\b"
    )
