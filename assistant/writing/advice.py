"""What might be better in a published article: advice, which keeps nobody from publishing. Pure.

How it is used is told only where there is enough to tell it by.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from functools import lru_cache

from assistant.answering.cues import folded
from assistant.answering.wordings import spoken
from assistant.domain.article import Article, plain_text
from assistant.domain.manuscript import Content
from assistant.ports.usage import ArticleUse
from assistant.resources import prompts

LONGEST = 1200
"""Words that a reader takes in; what is longer is two articles."""
FEWEST_PHRASINGS = 2
PERIOD = timedelta(days=90)
"""Use is compared of the last ones and of those before."""
FEWEST_OPINIONS = 10
"""Of each period, before anything is said of how they changed."""
FELL_BY = 0.2
FEWEST_ANSWERS = 50
"""Given from anything in both periods, before an article counts as unused."""

_HEADING = re.compile(r"(?m)^#{1,6}\s+(.+?)\s*#*\s*$")


class Advice(StrEnum):
    """In the order of what it may cost customers."""

    LESS_HELPFUL = "less_helpful"
    """Fewer found it helpful than before."""
    UNUSED = "unused"
    """No answer cites it, and no reader rated it."""
    TOO_LONG = "too_long"
    FEW_PHRASINGS = "few_phrasings"
    VAGUE_HEADING = "vague_heading"
    """A heading that tells nobody what is below it."""


@dataclass(frozen=True)
class Advised:
    """One piece of advice, with what its wording names: figures, or a heading."""

    advice: Advice
    values: Mapping[str, str | int]


@dataclass(frozen=True)
class Use:
    """How an article fared in the last PERIOD and in the one before; None where nobody used it."""

    lately: ArticleUse | None
    before: ArticleUse | None


def readability(content: Content | Article) -> list[Advised]:
    """What its text shows."""
    found = []
    words = len(plain_text(content.body).split())
    if words > LONGEST:
        found.append(Advised(Advice.TOO_LONG, {"words": words, "most": LONGEST}))
    if len(content.questions) < FEWEST_PHRASINGS:
        found.append(Advised(Advice.FEW_PHRASINGS, {"has": len(content.questions)}))
    found += [
        Advised(Advice.VAGUE_HEADING, {"heading": heading})
        for heading in dict.fromkeys(_HEADING.findall(content.body))
        if folded(heading) in _vague(spoken(content.locale))
    ]
    return found


def usage(use: Use, *, answers: int) -> list[Advised]:
    """What its use shows; `answers`: given from anything in both periods together."""
    if not (_is_used(use.lately) or _is_used(use.before)):
        return (
            [Advised(Advice.UNUSED, {"days": 2 * PERIOD.days})] if answers >= FEWEST_ANSWERS else []
        )
    (helped, votes), (helped_before, votes_before) = _opinions(use.lately), _opinions(use.before)
    if min(votes, votes_before) < FEWEST_OPINIONS:
        return []
    share, share_before = helped / votes, helped_before / votes_before
    if share > share_before - FELL_BY:
        return []
    values = {"now": round(share * 100), "before": round(share_before * 100), "votes": votes}
    return [Advised(Advice.LESS_HELPFUL, values)]


def answers_in(uses: Iterable[ArticleUse]) -> int:
    """Answers that cite anything; one that cites two articles counts for each."""
    return sum(use.answers for use in uses)


def _is_used(use: ArticleUse | None) -> bool:
    """By an answer or a reader; whether it was opened, any visitor may claim."""
    return use is not None and (use.answers > 0 or _opinions(use)[1] > 0)


def _opinions(use: ArticleUse | None) -> tuple[int, int]:
    """Of customers and readers: how many found it helpful, of how many."""
    if use is None:
        return 0, 0
    helped = use.helped + use.readers_helped
    return helped, helped + use.not_helped + use.readers_not


@lru_cache(maxsize=8)
def _vague(locale: str) -> frozenset[str]:
    read = tomllib.loads((prompts() / f"advice.{locale}.toml").read_text(encoding="utf-8"))
    return frozenset(read["vague_headings"])
