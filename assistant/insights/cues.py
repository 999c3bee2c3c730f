"""Which cues stand in a text. The words are files (prompts/cues.<locale>.toml), and so are the
weights (prompts/cues.toml)."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

from assistant.resources import prompts
from assistant.retrieval.analysis import fold

Side = Literal["customer", "assistant"]
_APOSTROPHE = re.compile(r"['’ʼ]")
_CLAUSE_END = re.compile(r"[.,;:!?…\n()\[\]\"«»“”]+|\s[-–—]+\s")
_NOT_A_WORD = re.compile(r"[^\w.]+")
_NEAR = 7
"""A negator counts up to this many words before what it negates."""
_SMILES = re.compile(r"(?<!\w)[:;=]-?[)DpP](?!\w)|<3\s*$|[😀😃😄😁😊🙂😍🥰🤩👍🙏❤💯🎉😇☺]")
_FROWNS = re.compile(r"(?<!\w)[:;=]-?[(/|\\](?![\w/])|[😠😡🤬👎😞😔😢😭🙁☹😒🙄😤😩]")
_INSISTS = re.compile(r"\?\s?\?|[?!]{3,}")
_EXCLAIMS = re.compile(r"!")
"""Warmth in a turn that holds nothing negative, and nothing of its own in any other."""
_CAPITALS = 3
_TRANSLATED = ("fr",)


@dataclass(frozen=True)
class Cue:
    """What it weighs, and the reason that an analyst reads. See prompts/cues.toml for the rest."""

    name: str
    weight: float
    text: str
    negated: str | None = None
    answers: bool = False
    fades: bool = False


@lru_cache(maxsize=1)
def catalogue() -> Mapping[str, Mapping[str, Cue]]:
    """By section: customer, assistant, course (log-odds), effort (points)."""
    read = _read("cues.toml")
    sections = {**read["satisfaction"], "effort": read["effort"]}
    return {
        section: {name: _cue(name, entry) for name, entry in cues.items()}
        for section, cues in sections.items()
    }


def reason_text(cue: str, *, of: Literal["satisfaction", "effort"], locale: str) -> str:
    """The reason in the reader's language, which need not be the customer's; else in English."""
    told: Mapping[str, str] = _reasons(locale)[of] if locale in _TRANSLATED else {}
    sections = ("effort",) if of == "effort" else ("customer", "assistant", "course")
    known = (catalogue()[section][cue] for section in sections if cue in catalogue()[section])
    return told.get(cue) or next(known).text


@lru_cache(maxsize=20_000)
def cues_in(text: str, *, side: Side, locale: str) -> frozenset[str]:
    """Names of the cues in what the customer or the assistant wrote."""
    words = _words(locale)
    clauses = _clauses(text, locale)
    found = set()
    for name, pattern in words.patterns[side].items():
        match = pattern.wanted.search(clauses)
        if match is None or (pattern.barred and pattern.barred.search(clauses)):
            continue
        cue = catalogue().get(side, {}).get(name)
        negated = cue is not None and cue.negated is not None and _negated(clauses, match, words)
        found.add((cue.negated or "") if cue and negated else name)
    return frozenset((found | (_signs(text) if side == "customer" else set())) - {""})


def without_cues(text: str, names: Iterable[str], *, side: Side, locale: str) -> str:
    """The text as it is compared, without the words that show these cues."""
    clauses, words = _clauses(text, locale), _words(locale)
    for name in names:
        pattern = words.patterns[side].get(name)
        clauses = pattern.wanted.sub(" ", clauses) if pattern else clauses
    return clauses


def words_of(locale: str, *, side: Side) -> frozenset[str]:
    """The cues that have words in this language."""
    return frozenset(_words(locale).patterns[side])


@lru_cache(maxsize=2)
def _reasons(locale: str) -> Mapping[str, Mapping[str, str]]:
    return _read(f"reasons.{locale}.toml")


def _cue(name: str, entry: Mapping[str, Any]) -> Cue:
    weight = entry["weight"] if "weight" in entry else entry["points"]
    marks = {mark: entry.get(mark, False) for mark in ("answers", "fades")}
    return Cue(name, weight, entry["text"], entry.get("negated"), **marks)


def _signs(text: str) -> set[str]:
    """What is said without words."""
    signs = {"smiles": _SMILES, "frowns": _FROWNS, "insists": _INSISTS, "exclaims": _EXCLAIMS}
    found = {name for name, pattern in signs.items() if pattern.search(text)}
    letters = re.findall(r"[^\W\d_]{2,}", text)
    if len(letters) >= _CAPITALS and all(word.isupper() for word in letters):
        found.add("shouts")
    return found


@dataclass(frozen=True)
class _Pattern:
    wanted: re.Pattern[str]
    barred: re.Pattern[str] | None


@dataclass(frozen=True)
class _Words:
    negators: frozenset[str]
    turns: frozenset[str]
    patterns: Mapping[str, Mapping[str, _Pattern]]


@lru_cache(maxsize=8)
def _words(locale: str) -> _Words:
    read = _read(f"cues.{locale}.toml")
    sides = {
        side: {name: _pattern(phrases) for name, phrases in read[side].items()}
        for side in ("customer", "assistant")
    }
    return _Words(frozenset(read["negators"]), frozenset(read["turns"]), sides)


def _pattern(phrases: list[str]) -> _Pattern:
    barred = [phrase[1:] for phrase in phrases if phrase.startswith("!")]
    wanted = [phrase for phrase in phrases if not phrase.startswith("!")]
    return _Pattern(_any(wanted), _any(barred) if barred else None)


def _any(phrases: list[str]) -> re.Pattern[str]:
    return re.compile("|".join(_anchored(phrase) for phrase in phrases))


def _anchored(phrase: str) -> str:
    start = r"(?<=\. )" if phrase.startswith("^") else r"\b"
    end = r"(?= \.)" if phrase.endswith("$") else r"\b"
    return f"{start}(?:{phrase.removeprefix('^').removesuffix('$')}){end}"


def _clauses(text: str, locale: str) -> str:
    """`. no . its not what i asked .`"""
    # English drops the apostrophe as hasty writers do (dont); French writes two words (c est).
    bare = _APOSTROPHE.sub(" " if locale == "fr" else "", fold(text))
    parts = (_NOT_A_WORD.sub(" ", part).strip() for part in _CLAUSE_END.split(bare))
    return ". " + " . ".join(part for part in parts if part) + " ."


def _negated(clauses: str, match: re.Match[str], words: _Words) -> bool:
    before = clauses[: match.start()].rpartition(". ")[2].split()[-_NEAR:]
    for word in reversed(before):
        if word in words.turns:
            return False
        if word in words.negators:
            return True
    return False


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((prompts() / name).read_text(encoding="utf-8"))
