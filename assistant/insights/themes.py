"""What conversations are about: themes ranked by how many, how much effort, how few were helped,
with the trend. Pure.

A theme's name follows from what was asked in the period: the article that was found first for most,
and the words that tell it from the others. Its id stays; the name may change with the questions.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from assistant.insights.rates import Estimate, Rate, change, mean
from assistant.ports.digests import FirstQuestion
from assistant.ports.figures import Fact
from assistant.retrieval.analysis import content_words, tokens

FEWEST = 2
"""A question that nobody else asked is no theme."""
MOST = 50
LEAST_EFFORT = 5
"""Of 100: no conversation weighs nothing."""
_TERMS = 4
_EFFORT = (0, 100)


@dataclass(frozen=True)
class ThemeFigures:
    """`of_all`: how many of the period's conversations, now and before; `effort`: the mean index
    of however few, for the order alone (`effort_estimate` is shown, None of too few); `unhelped`:
    on no rung that was helped. `weight`: conversations × mean effort × share unhelped, by which
    they are ranked."""

    id: str
    of_all: Rate
    before: Rate
    effort: float
    effort_estimate: Estimate | None
    unhelped: Rate

    @property
    def change(self) -> Estimate | None:
        """Of its share of all conversations."""
        return change(self.of_all, self.before)

    @property
    def weight(self) -> float:
        share = self.unhelped.count / self.unhelped.n
        return self.of_all.count * max(self.effort, LEAST_EFFORT) / 100 * share


@dataclass(frozen=True)
class Ranking:
    """The heaviest first, MOST at most. `read`: conversations with a digest, `asked`: those about
    something, `alone`: those whose question nobody else asked."""

    themes: Sequence[ThemeFigures]
    n: int
    read: int
    asked: int
    alone: int


@dataclass(frozen=True)
class ThemeName:
    """`article_id`: found first for most of its questions, None where nothing was found."""

    terms: tuple[str, ...]
    article_id: str | None
    question: str
    locale: str


def ranked(now: Sequence[Fact], before: Sequence[Fact]) -> Ranking:
    """Of two periods of the same length, one after the other."""
    by_theme = _by_theme(now)
    earlier = Counter(fact.theme_id for fact in before)
    all_now, all_before = _asked(now), _asked(before)
    shared = {id: facts for id, facts in by_theme.items() if len(facts) >= FEWEST}
    found = [
        ThemeFigures(
            id=id,
            of_all=Rate(len(facts), all_now),
            before=Rate(earlier[id], all_before),
            effort=sum(efforts := [fact.effort or 0 for fact in facts]) / len(facts),
            effort_estimate=mean(Counter(efforts), scale=_EFFORT),
            unhelped=Rate(sum(not fact.helped for fact in facts), len(facts)),
        )
        for id, facts in shared.items()
    ]
    found.sort(key=lambda theme: (-theme.weight, -theme.of_all.count, theme.id))
    return Ranking(
        themes=found[:MOST],
        n=len(now),
        read=sum(fact.effort is not None for fact in now),
        asked=all_now,
        alone=len(by_theme) - len(shared),
    )


def named(questions: Mapping[str, Sequence[FirstQuestion]], *, locale: str) -> dict[str, ThemeName]:
    """By theme; in the reader's language where anything was asked in it."""
    used = Counter(chain.from_iterable(_stems(asked) for asked in questions.values()))
    return {
        id: _name(asked, used, among=len(questions), locale=locale)
        for id, asked in questions.items()
        if asked
    }


def _by_theme(facts: Iterable[Fact]) -> dict[str, list[Fact]]:
    found: dict[str, list[Fact]] = {}
    for fact in facts:
        if fact.theme_id is not None:
            found.setdefault(fact.theme_id, []).append(fact)
    return found


def _asked(facts: Iterable[Fact]) -> int:
    return sum(fact.theme_id is not None for fact in facts)


def _name(
    asked: Sequence[FirstQuestion], used: Counter[tuple[str, str]], *, among: int, locale: str
) -> ThemeName:
    own = [each for each in asked if each.locale[:2] == locale]
    spoken = own or list(asked)
    telling = spoken[0].locale
    spoken = [each for each in spoken if each.locale == telling]
    terms = _terms(spoken, used, among=among)
    articles = Counter(each.article_id for each in own or asked if each.article_id)
    return ThemeName(
        terms=terms,
        article_id=articles.most_common(1)[0][0] if articles else None,
        question=_central(spoken),
        locale=telling,
    )


def _terms(
    asked: Sequence[FirstQuestion], used: Counter[tuple[str, str]], *, among: int
) -> tuple[str, ...]:
    """Words of many of its questions and of few other themes, as they are written most often."""
    locale = asked[0].locale
    written: dict[str, Counter[str]] = {}
    for question in asked:
        for word in set(content_words(question.text, locale)):
            if len(word) > 2 and not word.isdigit():
                written.setdefault(tokens(word, locale)[0], Counter())[word] += 1
    weights = {
        stem: words.total() * math.log((among + 1) / used[locale, stem])
        for stem, words in written.items()
        if used[locale, stem]
    }
    best = sorted(weights, key=lambda stem: (-weights[stem], stem))[:_TERMS]
    return tuple(written[stem].most_common(1)[0][0] for stem in best)


def _stems(asked: Iterable[FirstQuestion]) -> set[tuple[str, str]]:
    """Each word of a theme once, whatever its ending."""
    return {(each.locale, stem) for each in asked for stem in tokens(each.text, each.locale)}


def _central(asked: Sequence[FirstQuestion]) -> str:
    """The one that shares most words with the others; the shorter of equals."""
    sets = [set(tokens(each.text, each.locale)) for each in asked]
    counts = Counter(chain.from_iterable(sets))
    weight = [sum(counts[stem] for stem in stems) / (len(stems) or 1) for stems in sets]
    best = min(range(len(asked)), key=lambda at: (-weight[at], len(asked[at].text), at))
    return asked[best].text
