"""What the customer means: in which language, whether it is a question at all, and what of it is
looked up. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from assistant.answering.cues import cues_of, folded
from assistant.answering.intents import Intent, intent_of, refuses
from assistant.answering.languages import detect_locale
from assistant.answering.leaning import Leaning, leaning
from assistant.answering.phrases import clauses
from assistant.answering.wordings import spoken

_SAID_BEFORE = 5
"""Of what may stand before a question: "no. ok, sorry, that's not what I asked, …"."""
# Signs that keyboards offer beside the one that is meant.
_SIGNS = str.maketrans({"ʼ": "’", "´": "’", "º": "°"})
_LOOKED_UP_OR_PASSED_ON = (Intent.QUESTION, Intent.REFERENCE, Intent.PERSON)


@dataclass(frozen=True)
class Understood:
    """`locale` is the customer's language, among those that the assistant speaks; `certain` False
    where the words tell none and the page's was taken. `question`: what is asked and looked up,
    without courtesies around it, the number of an order, and that no person is wanted."""

    intent: Intent
    locale: str
    question: str
    certain: bool = True
    leaning: Leaning = Leaning.NONE


def understand(text: str, *, locale: str) -> Understood:
    """`locale` is the page's or the conversation's, kept unless the words clearly tell another."""
    text = text.translate(_SIGNS)
    told = detect_locale(text, otherwise=spoken(locale))
    language = told or spoken(locale)
    intent = intent_of(text, language)
    if intent is not Intent.QUESTION:
        return Understood(intent, language, text.strip(), told is not None)
    asked = _bare(_without_number(_without_refusal(text, language), language), language)
    return Understood(intent, language, asked, told is not None, leaning(asked, language))


def _bare(text: str, locale: str) -> str:
    """Without what is said before it, and thanks or a plea behind; the whole where nothing else
    would be left."""
    left = _behind(locale).sub("", _begun(text.strip(), locale), count=1)
    return left if re.search(r"\w", left) else text.strip()


def _begun(text: str, locale: str) -> str:
    """From where the question begins: what stands before it greets, or answers our last words."""
    before = _before(locale)
    for _ in range(_SAID_BEFORE):
        left = before.sub("", text, count=1)
        first = next(iter(clauses(left)), "")
        if _asks_nothing(first, locale):
            left = left.replace(first, "", 1).strip()
        if left == text or not re.search(r"\w", left):
            break
        text = left
    return text


def _asks_nothing(clause: str, locale: str) -> bool:
    cues, plain = cues_of(locale), folded(clause)
    if plain in cues["continues"]:
        return False
    filled = "?" not in clause and set(plain.split()) <= set(cues["filler"])
    return filled or intent_of(clause, locale) not in _LOOKED_UP_OR_PASSED_ON


def _without_refusal(text: str, locale: str) -> str:
    """What is asked beside it: alone it would have been a no."""
    for each in [clause for clause in clauses(text) if refuses(clause, locale)]:
        text = text.replace(each, "", 1)
    return text.strip()


def _without_number(text: str, locale: str) -> str:
    return re.sub(cues_of(locale)["numbered"], r"\1", text, flags=re.IGNORECASE)


@lru_cache(maxsize=8)
def _before(locale: str) -> re.Pattern[str]:
    """What stands before a question, such as a greeting with whom it is said to."""
    cues = cues_of(locale)
    greeted = rf"(?:{_either(cues['greeting'])})\b(?:[\s,]+(?:{_either(cues['greeted'])})\b)?"
    said = "|".join((greeted, *cues["aside"]))
    # "hi-fi" and "yes/no" are names of things.
    return re.compile(rf"^(?:{said})(?![-/]\w)[\s,.!…:;-]*", re.IGNORECASE)


@lru_cache(maxsize=8)
def _behind(locale: str) -> re.Pattern[str]:
    """What is polite at the end."""
    polite = _either(cues_of(locale)["polite"])
    return re.compile(rf"[\s,.!-]+(?:(?:{polite})\b[\s,.!?]*)+$", re.IGNORECASE)


def _either(phrases: list[str]) -> str:
    return "|".join(re.escape(each) for each in sorted(phrases, key=len, reverse=True))
