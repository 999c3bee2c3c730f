"""Words that alarm: a sensitive topic that is told or demanded, a reproach of the help or the
company. Rules only, read from prompts/triggers.<locale>.toml. Pure."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from assistant.answering.cues import folded, topic_words
from assistant.answering.phrases import clauses, whole
from assistant.insights.cues import cues_in, without_cues
from assistant.resources import prompts
from assistant.retrieval.colloquial import standard

TOPICS = ("legal_threat", "safety", "data_request", "cancellation")
OF_SOMETHING = frozenset({"complains", "insults", "not_answered", "dislikes"})
"""Cues of a reproach that may be of anything: a kettle makes a terrible noise."""
_ASKED_TOO = frozenset({"safety"})
"""Who asks about a harm that they tell of needs a person; to ask about the others is no demand."""
_HAVE_STEPS = frozenset({"data_request", "cancellation"})
"""Who says what they want and asks how to do it is told how."""
_SENTENCE_END = re.compile(r"[.!?…\n]+")


def topic_of(text: str, locale: str, *, off: Collection[str] = ()) -> tuple[str, str] | None:
    """The first of TOPICS that it tells of or demands, and the words; none that is `off`."""
    known, text = _known(locale), standard(text, locale)
    sentences = [known.plain(sentence) for sentence in _SENTENCE_END.split(text)]
    told = [each for each in sentences if not known.asks(each)]
    passed_over = {*off, *(_HAVE_STEPS if known.asks_how(known.plain(text)) else ())}
    for topic, named_in in known.topics.items():
        said = sentences if topic in _ASKED_TOO else told
        words = next(filter(None, map(named_in, said)), None)
        if words and topic not in passed_over:
            return topic, words
    return None


def blames_us(text: str, locale: str) -> bool:
    """Whether it is a strong reproach of the help or the company, whatever else it says."""
    known = _known(locale)
    # "You don't answer the phone on Sundays?" only asks.
    kinds = (known.blames,) if "?" in text else (known.blames, known.fails)
    said = [known.plain(clause) for clause in clauses(text)]
    return any(kind(clause) for clause in said for kind in kinds)


def is_of_us(text: str, locale: str) -> bool:
    """Whether its reproach is meant for the help or the company: the clause names them, or nothing
    else is named at all ("this is ridiculous")."""
    known = _known(locale)
    rest, found = "", False
    for clause in clauses(text):
        cues = cues_in(clause, side="customer", locale=locale) & OF_SOMETHING
        if known.oneself(known.plain(clause)):
            rest += f" {clause}"
        elif not known.theirs(known.plain(clause)):
            found = found or bool(cues)
            rest += " " + without_cues(clause, cues, side="customer", locale=locale)
        elif cues:
            return True
    return found and not naming(rest, locale)


def naming(text: str, locale: str) -> list[str]:
    """Its words that name what it is about."""
    return [word for word in topic_words(text, locale) if word not in _known(locale).beside]


@dataclass(frozen=True)
class _Phrases:
    """Called with plain words: those that say it, or none."""

    wanted: Sequence[re.Pattern[str]]
    barred: Sequence[re.Pattern[str]]

    def __call__(self, plain: str) -> str | None:
        if any(pattern.search(plain) for pattern in self.barred):
            return None
        match = next(filter(None, (pattern.search(plain) for pattern in self.wanted)), None)
        return match[0].strip() if match else None


@dataclass(frozen=True)
class _Known:
    """Of one language. `asks`: a sentence that asks; `asks_how`: a text that wants to know how;
    `theirs` and `oneself`: whom a reproach is of; `blames`: what is one by itself, `fails` where it
    asks nothing; `beside`: words that name nothing; `run_together`: what is written without its
    apostrophe."""

    topics: Mapping[str, _Phrases]
    asks: _Phrases
    asks_how: _Phrases
    theirs: _Phrases
    oneself: _Phrases
    blames: _Phrases
    fails: _Phrases
    beside: frozenset[str]
    run_together: Mapping[str, str]

    def plain(self, text: str) -> str:
        """Folded, every word by itself."""
        return " ".join(self.run_together.get(word, word) for word in folded(text).split())


@lru_cache(maxsize=8)
def _known(locale: str) -> _Known:
    path = prompts() / f"triggers.{locale}.toml"
    read = tomllib.loads(path.read_text(encoding="utf-8"))
    parts, listed = read["parts"], {"asks": read["asks"], "asks_how": read["asks_how"]}
    phrases = {
        name: _phrases(found, parts) for name, found in {**listed, **read["reproach"]}.items()
    }
    return _Known(
        {topic: _phrases(found, parts) for topic, found in read["sensitive"].items()},
        beside=frozenset(read["beside"]),
        run_together=read["run_together"],
        **phrases,
    )


def _phrases(patterns: Sequence[str], parts: Mapping[str, str]) -> _Phrases:
    barred = [pattern[1:] for pattern in patterns if pattern.startswith("!")]
    wanted = [pattern for pattern in patterns if not pattern.startswith("!")]
    compiled = ([re.compile(whole(each, parts)) for each in found] for found in (wanted, barred))
    return _Phrases(*compiled)
