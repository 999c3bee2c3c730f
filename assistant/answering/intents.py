"""What a message is for: a question, thanks, a wish for a person … Rules only, read from
prompts/understanding.<locale>.toml. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import StrEnum
from itertools import chain
from typing import Any

from assistant.answering.cues import cues_of, folded
from assistant.answering.phrases import clauses

_MOST_TAKEN_IN = 6
"""Words of what only takes note."""


class Intent(StrEnum):
    """What a message is for."""

    QUESTION = "question"
    PERSON = "person"
    GREETING = "greeting"
    THANKS = "thanks"
    GOODBYE = "goodbye"
    HOW_ARE_YOU = "how_are_you"
    PRESENCE = "presence"
    """Is somebody there, and is there an answer yet: it names nothing to look up."""
    REFERENCE = "reference"
    """A number alone, such as an order's: most stand in no article."""
    YES = "yes"
    NO = "no"
    NOTED = "noted"
    """It takes note of what was said, and neither accepts nor declines: "ah, I see"."""
    NONE_OF_THESE = "none_of_these"
    NOTHING = "nothing"


# The more telling first: "ok thanks bye" says goodbye, "ok" alone says yes.
_WHOLE = (Intent.NONE_OF_THESE, Intent.YES, Intent.NO, Intent.HOW_ARE_YOU)
# As above: "hello, are you there?" is no greeting.
_AMONG_COURTESIES = (
    Intent.GOODBYE,
    Intent.THANKS,
    Intent.HOW_ARE_YOU,
    Intent.PRESENCE,
    Intent.GREETING,
)
# Each word would have done: "ah ok", "ok ok". "ok, I see" takes note, "great, go ahead" accepts.
_IN_SEVERAL_WORDS = (
    (Intent.NOTED, ("sounds",)),
    (Intent.YES, ("yes", "sounds")),
    (Intent.NOTED, ("noted", "sounds")),
    (Intent.YES, ("yes", "noted", "sounds")),
    (Intent.NO, ("no", "noted")),
)


def intent_of(text: str, locale: str) -> Intent:
    """By the cues of this locale."""
    plain = folded(text)
    if not plain:
        return Intent.NOTHING
    cues = cues_of(locale)
    if (wish := _wish(text, cues)) is not None:
        return wish
    if re.search(cues["reference"], plain):
        return Intent.REFERENCE
    return _courtesy(plain, cues) or Intent.QUESTION


def _courtesy(plain: str, cues: dict[str, Any]) -> Intent | None:
    """What is said for politeness' sake, or to our last words; with thanks behind it too."""
    among = (each for each in _AMONG_COURTESIES if _only(plain, cues[each.value], cues))
    told = next(chain(_whole(plain, cues), among, _in_several(plain, cues)), None)
    before = _without_thanks(plain, cues)
    if told or before == plain:
        return told
    if _made_of(before, cues, "noted", "sounds"):
        return Intent.THANKS
    return next(chain(_whole(before, cues), _in_several(before, cues)), None)


def _whole(plain: str, cues: dict[str, Any]) -> Iterator[Intent]:
    return (intent for intent in _WHOLE if plain in cues[intent.value])


def _in_several(plain: str, cues: dict[str, Any]) -> Iterator[Intent]:
    return (intent for intent, kinds in _IN_SEVERAL_WORDS if _made_of(plain, cues, *kinds))


def _without_thanks(plain: str, cues: dict[str, Any]) -> str:
    thanks = sorted(cues["thanks"], key=len, reverse=True)
    return next(
        (plain.removesuffix(f" {each}") for each in thanks if plain.endswith(f" {each}")), plain
    )


def is_courtesy(text: str, locale: str) -> bool:
    """Whether it thanks or takes leave and wants nothing besides: "no, thanks" too, but neither
    "thanks, please reply" nor "it was no help, thanks"."""
    cues = cues_of(locale)
    plain = folded(text)
    rest = plain.removeprefix(f"{cues['no'][0]} ")
    if not {*cues["negations"], *cues["wanting"]}.isdisjoint(rest.split()):
        return False
    polite = (Intent.THANKS, Intent.GOODBYE)
    return any(_only(plain, cues[intent.value], cues) for intent in polite)


def is_noted(text: str, locale: str) -> bool:
    """Whether it only says that what was said is taken note of; after a question it answers it."""
    cues = cues_of(locale)
    return _made_of(_without_thanks(folded(text), cues), cues, "noted", "sounds")


def refuses(clause: str, locale: str) -> bool:
    """Whether it does nothing but say that no person is wanted."""
    cues, plain = cues_of(locale), folded(clause)
    kept = _taken_out(cues["refused"], plain)
    return kept != plain and _is_polite(kept, cues)


def _wish(text: str, cues: dict[str, Any]) -> Intent | None:
    """Whether it asks for a person, or does nothing but refuse one. Clause by clause: "I don't want
    a bot, give me a person" refuses none."""
    said = [folded(clause) for clause in clauses(text)]
    kept = [_taken_out(cues["refused"], clause) for clause in said]
    left = [_taken_out(cues["unneeded"], clause) for clause in kept]
    if _says(cues["person"], " ".join(filter(None, left))):
        return Intent.PERSON
    if any(_says(cues["team"], clause) for clause in left):
        return Intent.PERSON
    return Intent.NO if kept != said and _is_polite(" ".join(kept), cues) else None


def _made_of(plain: str, cues: dict[str, Any], *kinds: str) -> bool:
    """Whether it is a few phrases of these kinds; of many, the ways to tell them apart would double
    with each."""
    either = "|".join(re.escape(phrase) for kind in kinds for phrase in cues[kind])
    return (
        plain.count(" ") < _MOST_TAKEN_IN
        and re.fullmatch(rf"(?:(?:{either})(?: |$))+", plain) is not None
    )


def _is_polite(plain: str, cues: dict[str, Any]) -> bool:
    """Whether nothing but courtesies is left."""
    courtesies = {*cues["filler"], *" ".join((*cues["greeting"], *cues["thanks"])).split()}
    return set(plain.split()) <= courtesies


def _only(plain: str, phrases: list[str], cues: dict[str, Any]) -> bool:
    """Whether the text is one of the phrases, with nothing but courtesies around it."""
    for phrase in sorted(phrases, key=len, reverse=True):
        rest, count = re.subn(rf"\b{re.escape(phrase)}\b", " ", plain, count=1)
        if count:
            return _is_polite(rest, cues)
    return False


def _says(patterns: list[str], plain: str) -> bool:
    return any(re.search(pattern, plain) for pattern in patterns)


def _taken_out(patterns: list[str], plain: str) -> str:
    for pattern in patterns:
        plain = re.sub(pattern, " ", plain)
    return " ".join(plain.split())
