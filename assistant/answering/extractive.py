"""Answer in the article's own words: the part of one article that answers, complete and no longer
than needed. Pure: everything it weighs is handed in.

The best passage of the article is taken whole where it is short. A longer one is cut to the blocks
around the one that answers best. The article's opening, which answers its title, goes first where
it is as close to the question as the best passage.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from assistant.answering.blocks import Block, blocks, sentences
from assistant.answering.understanding import answer_kinds
from assistant.domain.answer import Answer, Citation, Sentence
from assistant.domain.article import ArticleCard, Hit, Passage, PassageKind, plain_text
from assistant.retrieval.analysis import fold, tokens

MOST_WORDS = 120
_ROOM = 1.35
"""A passage up to this much over the limit is sent whole: better a little long than cut."""
_OPENING = 0.12
"""How much less than the best passage the opening may score and still go first."""
_KIND_BONUS = 0.25
"""For text that holds what was asked for: a duration, a price, a place."""

Weights = Mapping[str, float]


@dataclass(frozen=True)
class Asked:
    """What the extract must serve: the words asked, their weights, the kinds of thing wanted."""

    weights: Weights
    kinds: tuple[re.Pattern[str], ...]
    locale: str

    @classmethod
    def of(cls, question: str, *, weights: Weights, locale: str, asked_in: str) -> Asked:
        """`weights`: idf by stem in the article's locale."""
        return cls(weights, tuple(answer_kinds(question, asked_in)), locale)

    def score(self, text: str) -> float:
        """Share of the question's weight that the text holds, and a bonus for what is wanted."""
        held = set(tokens(text, self.locale))
        total = sum(self.weights.values())
        share = sum(w for term, w in self.weights.items() if term in held) / total if total else 0.0
        wanted = any(kind.search(fold(text)) for kind in self.kinds)
        return share + (_KIND_BONUS if wanted else 0.0)


def extract(
    article: ArticleCard,
    hits: Sequence[Hit],
    *,
    asked: Asked,
    confidence: float,
    url_of: Callable[[ArticleCard, Passage], str],
    link: Callable[[str], str] = lambda markdown: markdown,
) -> Answer:
    """`hits`: all BODY passages of the article with their cosines, in order of position; at least
    one. `link` resolves the links that stand in the article's text."""
    body = [hit for hit in hits if hit.passage.kind is PassageKind.BODY]
    scored = {hit.passage.position: _passage_score(hit, asked) for hit in body}
    best = max(body, key=lambda hit: (scored[hit.passage.position], -hit.passage.position))
    chosen = [best]
    opening = body[0]
    if opening is not best and scored[opening.passage.position] >= (
        scored[best.passage.position] - _OPENING
    ):
        chosen = [opening, best]
    parts = _fit([hit.passage for hit in chosen], asked, best.passage)
    citations = tuple(
        Citation(
            n=n,
            article_id=article.id,
            title=article.title,
            url=url_of(article, passage),
            passage_id=passage.id,
            quote=_quote(found),
        )
        for n, (passage, found) in enumerate(_best_first(parts, best.passage), start=1)
    )
    number = {citation.passage_id: citation.n for citation in citations}
    return Answer(
        sentences=tuple(
            Sentence(link(block.text), (number[passage.id],))
            for passage, found in parts
            for block in found
        ),
        citations=citations,
        confidence=confidence,
        locale=article.locale,
    )


def _passage_score(hit: Hit, asked: Asked) -> float:
    return hit.cosine + 0.6 * asked.score(hit.passage.embedded_text)


def _best_first(
    parts: list[tuple[Passage, list[Block]]], best: Passage
) -> list[tuple[Passage, list[Block]]]:
    """The first citation leads to the section that answers, not to the opening before it."""
    return sorted(parts, key=lambda part: part[0] is not best)


def _fit(
    passages: Sequence[Passage], asked: Asked, best: Passage
) -> list[tuple[Passage, list[Block]]]:
    parts = [(passage, blocks(passage.text)) for passage in passages]
    length = sum(block.words for _, found in parts for block in found)
    if length > MOST_WORDS * _ROOM and len(parts) > 1:
        opening, found = parts[0]
        parts[0] = (opening, _cut(found, asked, limit=MOST_WORDS // 3))
        length = sum(block.words for _, part in parts for block in part)
    if length > MOST_WORDS * _ROOM:
        left = MOST_WORDS - sum(b.words for p, f in parts if p is not best for b in f)
        parts = [(p, _cut(f, asked, limit=left) if p is best else f) for p, f in parts]
    return [(passage, found) for passage, found in parts if found]


def _cut(found: Sequence[Block], asked: Asked, *, limit: int) -> list[Block]:
    """The block that answers best and its neighbours, as far as the limit goes; order kept."""
    content = [index for index, block in enumerate(found) if block.kind != "heading"]
    if not content:
        return list(found)
    scores = {index: asked.score(found[index].text) for index in content}
    best = max(content, key=lambda index: (scores[index], -index))
    kept = {best: _shorten(found[best], asked, limit=limit)}
    room = limit - kept[best].words
    for index in sorted(content, key=lambda index: (abs(index - best), index)):
        if index not in kept and found[index].words <= room:
            kept[index] = found[index]
            room -= found[index].words
    # What lies between two kept blocks is missed less than a leap in the text.
    return [kept[index] for index in _run_around(best, kept)]


def _run_around(best: int, kept: Mapping[int, Block]) -> list[int]:
    low = high = best
    while low - 1 in kept:
        low -= 1
    while high + 1 in kept:
        high += 1
    return list(range(low, high + 1))


def _shorten(block: Block, asked: Asked, *, limit: int) -> Block:
    """Steps and tables stay whole: a cut list of steps is a trap. Text gives its best sentences."""
    if block.kind != "text" or block.words <= limit * _ROOM:
        return block
    found = sentences(block.text)
    scores = [asked.score(sentence) for sentence in found]
    best = max(range(len(found)), key=lambda index: (scores[index], -index))
    first = last = best
    words = len(found[best].split())
    while first > 0 or last + 1 < len(found):
        after = last + 1 < len(found) and (first == 0 or scores[last + 1] >= scores[first - 1])
        candidate = last + 1 if after else first - 1
        words += len(found[candidate].split())
        if words > limit:
            break
        first, last = (first, candidate) if after else (candidate, last)
    return replace(block, text=" ".join(found[first : last + 1]))


def _quote(found: Sequence[Block]) -> str:
    """The first sentence of what is sent, as the article has it."""
    text = next((b.text for b in found if b.kind == "text"), found[0].text if found else "")
    first = sentences(plain_text(text))
    return (first[0] if first else plain_text(text))[:300]
