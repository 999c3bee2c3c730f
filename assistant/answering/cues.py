"""What customers' words say by themselves, as prompts/understanding.<locale>.toml lists them.
Pure."""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache
from typing import Any

from assistant.answering.phrases import whole
from assistant.answering.wordings import spoken
from assistant.resources import prompts
from assistant.retrieval.analysis import content_words, fold

_NOT_WORD = re.compile(r"[^\w]+")
_OF_PARTS = ("team", "refused", "unneeded", "aside")


def folded(text: str) -> str:
    """Lower case, no accents, every run of punctuation one space."""
    return _NOT_WORD.sub(" ", fold(text)).strip()


@lru_cache(maxsize=8)
def cues_of(locale: str) -> dict[str, Any]:
    """The whole file, its patterns with their parts filled in."""
    path = prompts() / f"understanding.{spoken(locale)}.toml"
    cues = tomllib.loads(path.read_text(encoding="utf-8"))
    for kind in _OF_PARTS:
        cues[kind] = [whole(pattern, cues["parts"]) for pattern in cues[kind]]
    cues["reference"] = whole(cues["reference"], cues["parts"])
    return cues


def answer_kinds(question: str, locale: str) -> list[re.Pattern[str]]:
    """What the answer's folded text should hold, judged by how it is asked."""
    asked = folded(question)
    kinds = cues_of(locale)["answers"].values()
    return [re.compile(kind["held"]) for kind in kinds if re.search(kind["asked"], asked)]


def asks_how(question: str, locale: str) -> bool:
    """Whether the customer wants to do something, and so needs the steps."""
    return re.search(cues_of(locale)["asks_how"], folded(question)) is not None


def asks_back(text: str, locale: str) -> bool:
    """Whether a person's words want an answer, with a question mark or without: "let me know"."""
    plain = folded(text)
    return "?" in text or any(f" {each} " in f" {plain} " for each in cues_of(locale)["asks_back"])


def months(locale: str) -> dict[str, int]:
    """Their names, folded, cut short too: 1 to 12."""
    names = enumerate(cues_of(locale)["months"], start=1)
    return {name: number for number, same in names for name in same.split()}


def number_words(locale: str) -> dict[str, str]:
    """Numbers as they are written out, folded, and in digits."""
    return {name: str(number) for number, name in enumerate(cues_of(locale)["numbers"], start=2)}


def negations(locale: str) -> frozenset[str]:
    """Words, folded, that say that something is not so."""
    return frozenset(cues_of(locale)["negations"])


def is_negated(text: str, locale: str) -> bool:
    """Whether it says that something is not so, or not done."""
    return not negations(locale).isdisjoint(folded(text).split())


def turning_words(locale: str) -> frozenset[str]:
    """Function words, folded, that turn what is asked: another of them is another question."""
    return frozenset(cues_of(locale)["turning"])


def topic_words(text: str, locale: str) -> list[str]:
    """Its words besides function words and properties."""
    properties = cues_of(locale)["properties"]
    return [word for word in content_words(text, locale) if word not in properties]


def turns_taken(text: str, locale: str) -> set[str]:
    """Its function words that turn what is asked, besides properties: on is not off."""
    return {*folded(text).split()} & turning_words(locale) - {*cues_of(locale)["properties"]}
