"""Whether a translation states the prices, dates and numbers of its original. Pure.

What is written in digits is compared, by its value: 9,50 € is €9.50, and 5 pm is 17 h. A number
that one side states and the other has nowhere, in digits or in words, is told; so is one that
stands there for another: "3 hours, then 5" is not "5 heures, puis 5".
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from unicodedata import normalize

from assistant.answering.cues import months, number_words
from assistant.domain.article import plain_text
from assistant.retrieval.analysis import fold
from assistant.writing.statements import NUMBER, date_in, day_of, value_of

MOST_NAMED = 5
"""Of each side: whoever reads them finds the rest in the texts."""
_COUNTED = frozenset({"0", "1"})
"""Written in words as often as in digits: "one parcel", "un colis"."""
_HALF_A_DAY = 12

_CODE = re.compile(r"(?ms)^\s*(`{3,}|~{3,}).*?^\s*\1|(`+)[^`\n]+\2")
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+|\S+@\S+\.\w+")
_STEP = re.compile(r"(?m)^[\s>]*\d+[.)]\s")
_FULL_HOUR = re.compile(r"(?<!\d)(\d{1,2})\s?[:h]\s?00(?!\d)", re.IGNORECASE)
_AFTERNOON = re.compile(r"(?<!\d)(\d{1,2})(?:[:.]\d\d)?\s?p\.?\s?m\b", re.IGNORECASE)
_EVENING = re.compile(r"(?<!\d)(1[2-9]|2[0-3])(?:\s?(?:h|heures|Uhr)\b|:\d\d|\s?h\s?\d\d)")
_STATED = re.compile(
    rf"(?:[€$£]\s?)?(?<![\w.,/-])(?P<number>{NUMBER})(?!\w*\d)(?:\s?[€$£%]|\s[^\W\d_]{{2,12}}\b)?"
)
_RUN = re.compile(r"\d+")


@dataclass(frozen=True)
class Untold:
    """What one of two texts states and the other does not, as it stands there."""

    in_original: tuple[str, ...] = ()
    in_translation: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Stated:
    """`facts`: value → how it stands there, and `count` how often; `told`: all that a number of the
    other side may be found as; `dates`: month and day, in either order."""

    facts: Mapping[str, str]
    count: Counter[str]
    told: frozenset[str]
    dates: Mapping[frozenset[int], str]


def untold(original: str, translation: str, *, locales: tuple[str, str]) -> Untold | None:
    """Of two bodies in Markdown; None where both state the same. `locales`: theirs."""
    one, other = _stated(original, locales[0]), _stated(translation, locales[1])
    missing = (_missing(one, other), _missing(other, one))
    found = missing if any(missing) else _exchanged(one, other) or _redated(one, other)
    return Untold(found[0][:MOST_NAMED], found[1][:MOST_NAMED]) if found else None


def _missing(one: _Stated, other: _Stated) -> tuple[str, ...]:
    return tuple(text for value, text in one.facts.items() if not _is_told(value, text, other))


def _is_told(value: str, text: str, other: _Stated) -> bool:
    return value in other.told or other.told.issuperset(_runs(text))


def _exchanged(one: _Stated, other: _Stated) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
    """Those that stand as often too often on one side as others do on the other."""
    mine, theirs = one.count - other.count, other.count - one.count
    if not mine or mine.total() != theirs.total() or _are_half_a_day_apart(mine, theirs):
        return None
    return tuple(one.facts[value] for value in mine), tuple(other.facts[value] for value in theirs)


def _are_half_a_day_apart(one: Counter[str], other: Counter[str]) -> bool:
    """8 to 10 pm is 20 à 22 h."""
    if not all(value.isdecimal() for value in (*one, *other)):
        return False
    left, right = (sorted(map(int, count.elements())) for count in (one, other))
    apart = {abs(mine - theirs) for mine, theirs in zip(left, right, strict=True)}
    return apart == {_HALF_A_DAY}


def _redated(one: _Stated, other: _Stated) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
    """Days that each has and the other lacks: one alone may be written in a way unknown here."""
    mine = tuple(text for day, text in one.dates.items() if day not in other.dates)
    theirs = tuple(text for day, text in other.dates.items() if day not in one.dates)
    return (mine, theirs) if mine and theirs else None


@lru_cache(maxsize=500)
def _stated(markdown: str, locale: str) -> _Stated:
    everything = normalize("NFC", _STEP.sub("\n", markdown))
    own = _prose(_ADDRESS.sub(" ", _CODE.sub(" ", everything)))
    everything = _prose(everything)
    found = [(value_of(each["number"]), each[0].strip()) for each in _STATED.finditer(own)]
    words, clock = number_words(locale), {*_by_the_other_clock(everything)}
    spelt = {words[word] for word in re.findall(r"\w+", fold(everything)) if word in words}
    values = {value_of(each["number"]) for each in _STATED.finditer(everything)}
    facts = {value: text for value, text in reversed(found) if value not in _COUNTED}
    hours = _hours(own)
    return _Stated(
        facts=dict(reversed(facts.items())),
        count=Counter(value for value, _ in found if value in facts and value not in hours),
        told=frozenset({*values, *_runs(everything), *spelt, *clock, *_COUNTED}),
        dates=dict(_dates(own, locale)),
    )


def _prose(markdown: str) -> str:
    return _FULL_HOUR.sub(r"\1 h", plain_text(markdown))


def _by_the_other_clock(text: str) -> Iterator[str]:
    for hour in _AFTERNOON.findall(text):
        yield str(int(hour) % _HALF_A_DAY + _HALF_A_DAY)
    for hour in _EVENING.findall(text):
        yield str(int(hour) % _HALF_A_DAY or _HALF_A_DAY)


def _hours(text: str) -> set[str]:
    return {*_AFTERNOON.findall(text), *_EVENING.findall(text)}


def _dates(text: str, locale: str) -> Iterator[tuple[frozenset[int], str]]:
    named, plain = months(locale), fold(text)
    for each in date_in(locale).finditer(plain):
        month, day = map(int, day_of(each, named).split("-"))
        if 1 <= min(month, day) <= _HALF_A_DAY and max(month, day) <= 31:
            # Folding keeps the length of nearly every text.
            shown = text[each.start() : each.end()] if len(text) == len(plain) else each[0]
            yield frozenset({month, day}), shown


def _runs(text: str) -> set[str]:
    return {run.lstrip("0") or "0" for run in _RUN.findall(text)}
