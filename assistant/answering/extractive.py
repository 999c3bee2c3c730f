"""Answer in the article's own words: the part of one article that answers, complete and no longer
than needed. Pure: everything it weighs is handed in.

The best passage of the article is taken whole where it is short. A longer one is cut to the blocks
around the one that answers best. The article's opening, which answers its title, has a head start,
and goes first where it is as close to the question as the best passage. Who asks how to do a thing
gets the steps as well; anyone gets a second passage that comes as near, where both are short.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass, replace

from assistant.answering.blocks import Block, blocks, goes_on, lines, sentences
from assistant.answering.cues import answer_kinds, asks_how, is_negated
from assistant.domain.answer import Answer, Citation, Sentence
from assistant.domain.article import ArticleCard, Hit, Passage, PassageKind, plain_text
from assistant.retrieval.analysis import fold, tokens

MOST_WORDS = 120
_ROOM = 1.35
"""A passage up to this much over the limit is sent whole: better a little long than cut."""
_HEAD_START = 0.06
"""Of the opening against the other passages."""
_ABOUT_NOT = 0.3
_NAMED = 0.4
_NAMED_HEAD_START = 0.2
"""The same where the title holds this share of what was asked: the opening answers the title."""
_TELLS_MORE = 0.15
"""Unless another passage holds so much more of it: "delivery to Belgium" in "Delivery prices"."""
_AS_CLOSE = 0.05
"""How much less than the best passage another may score and still be sent with it."""
_NEAR = 0.1
"""The same for any other, where the two together are no long answer."""
_STEPS_NEAR = 0.25
"""The same for the steps, where the customer asks how to do it."""
_BRIEF = 2
"""Words that do not tell what of an article is wanted."""
_MUCH_RARER = 1.5
"""By how much the word that a section on what there is not has alone outweighs the others."""
_KIND_BONUS = 0.25
"""For text that holds what was asked for: a duration, a price, a place."""

_PLAIN_SENTENCE = re.compile(r"(?m)^\w[^\[\]|\n]{20,}\.$")
_STEP = re.compile(r"(?m)^\s*\d+[.)] ")

Weights = Mapping[str, float]


@dataclass(frozen=True)
class Asked:
    """What the extract must serve: the words asked, their weights, the kinds of thing wanted."""

    weights: Weights
    kinds: tuple[re.Pattern[str], ...]
    locale: str
    how: bool = False
    negated: bool = False
    known: bool = False
    """Whether writers gave the article this very question, or the customer wrote no more than a
    word or two and chose it: then its opening answers."""
    told: frozenset[str] = frozenset()
    """Ids of passages that the customer has just read: they are not sent again beside another, and
    an opening among them has no head start over what comes nearer."""

    @classmethod
    def of(
        cls,
        question: str,
        *,
        weights: Weights,
        locale: str,
        asked_in: str,
        known: bool = False,
        chosen: str = "",
        told: frozenset[str] = frozenset(),
    ) -> Asked:
        """`weights`: idf by stem in the article's locale. `chosen`: the article's title, where the
        customer pressed it: "How do I …?" asks for steps, whatever they wrote before."""
        return cls(
            weights,
            tuple(answer_kinds(question, asked_in) or answer_kinds(chosen, locale)),
            locale,
            how=asks_how(question, asked_in) or asks_how(chosen, locale),
            negated=is_negated(question, asked_in) or is_negated(chosen, locale),
            known=known or (bool(chosen) and len(weights) <= _BRIEF),
            told=told,
        )

    def score(self, text: str) -> float:
        """Share of the question's weight that the text holds, and a bonus for what is wanted."""
        return self.share(self.held(text)) + self.bonus(text)

    def bonus(self, text: str) -> float:
        """For text that holds what was asked for."""
        if not self.kinds:
            return 0.0
        folded = fold(text)
        return _KIND_BONUS if any(kind.search(folded) for kind in self.kinds) else 0.0

    def share(self, held: Set[str]) -> float:
        """Of the question's weight, by what is held of it: 0-1."""
        total = sum(self.weights.values())
        # In the question's order: a set's differs by process, and with it the last digit.
        return sum(w for word, w in self.weights.items() if word in held) / total if total else 0.0

    def held(self, text: str) -> set[str]:
        """Stems of the question that the text holds."""
        return self.weights.keys() & set(tokens(text, self.locale))


@dataclass(frozen=True)
class _Read:
    """A passage, read for the question once: that is most of the work of an answer."""

    hit: Hit
    held: Set[str]
    score: float

    @classmethod
    def of(cls, hit: Hit, asked: Asked) -> _Read:
        text = hit.passage.embedded_text
        held = asked.held(text)
        return cls(hit, held, asked.share(held) + asked.bonus(text))


def quotable(hits: Sequence[Hit]) -> list[Hit]:
    """BODY passages that hold more than a heading or a rule; others cannot be an answer."""
    return [
        hit
        for hit in hits
        if hit.passage.kind is PassageKind.BODY and _says_something(hit.passage.text)
    ]


def _says_something(markdown: str) -> bool:
    # Parsing takes longer than all else in an answer, and most passages hold a plain sentence.
    if _PLAIN_SENTENCE.search(markdown):
        return True
    return any(block.kind != "heading" and block.words for block in blocks(markdown))


def extract(
    article: ArticleCard,
    hits: Sequence[Hit],
    *,
    asked: Asked,
    confidence: float,
    url_of: Callable[[ArticleCard, Passage], str],
    link: Callable[[str], str] = lambda markdown: markdown,
) -> Answer:
    """`hits`: the quotable passages of the article with their cosines, in order of position; at
    least one. `link` resolves the links that stand in the article's text."""
    body = [hit.passage for hit in hits]
    scored = _scores(article, [_Read.of(hit, asked) for hit in hits], asked)
    best, chosen = _with_all_steps(body, *_choose(body, scored, asked))
    parts = _fit(chosen, asked, best)
    citations = tuple(
        Citation(
            n=n,
            article_id=article.id,
            title=article.title,
            url=url_of(article, passage),
            passage_id=passage.id,
            quote=_quote(found),
        )
        for n, (passage, found) in enumerate(_best_first(parts, best), start=1)
    )
    number = {citation.passage_id: citation.n for citation in citations}
    return Answer(
        sentences=tuple(
            Sentence(link(text), (number[passage.id],))
            for passage, found in parts
            for text in _texts(passage, found, headed=passage is not chosen[0])
        ),
        citations=citations,
        confidence=confidence,
        locale=article.locale,
    )


def _scores(article: ArticleCard, read: Sequence[_Read], asked: Asked) -> dict[int, float]:
    """position → how well the passage answers."""
    telling = _telling(read, asked)
    scored = {
        each.hit.passage.position: _passage_score(each, asked, alone=bool(each.held & telling))
        for each in read
    }
    opening, nearest = read[0].hit.passage, max(scored, key=lambda place: (scored[place], -place))
    # Who has just read the opening asks for more than that, if there is more.
    if opening.id not in asked.told or nearest == opening.position:
        scored[opening.position] += _head_start(article, read, asked)
    return scored


def _head_start(article: ArticleCard, read: Sequence[_Read], asked: Asked) -> float:
    more = max(each.score for each in read) - read[0].score
    named = asked.share(asked.held(article.title)) >= _NAMED and more <= _TELLS_MORE
    return _NAMED_HEAD_START if named else _HEAD_START


def _choose(
    body: Sequence[Passage], scored: Mapping[int, float], asked: Asked
) -> tuple[Passage, list[Passage]]:
    """The passage that answers best, and what is sent: it alone, or with one more, in order."""
    best = max(body, key=lambda passage: (scored[passage.position], -passage.position))
    others = [each for each in body if each is not best and each.id not in asked.told]
    if asked.known and body[0] in others:
        return body[0], [body[0], best]
    reach = scored[best.position]
    if asked.how and not _has_steps(best):
        # Half of such an answer, also where they were just read.
        listed = (each for each in body if each is not best and _has_steps(each))
        steps = [each for each in listed if scored[each.position] >= reach - _STEPS_NEAR]
        more = sorted(steps, key=lambda passage: -scored[passage.position])[:1]
    else:
        more = [p for p in others[:1] if p is body[0] and scored[p.position] >= reach - _AS_CLOSE]
    if not more and others:
        second = max(others, key=lambda passage: (scored[passage.position], -passage.position))
        near = scored[second.position] >= reach - _NEAR
        more = [second] if near and _words(best, second) <= MOST_WORDS * _ROOM else []
    return best, sorted([best, *more], key=lambda passage: passage.position)


def _with_all_steps(
    body: Sequence[Passage], best: Passage, chosen: Sequence[Passage]
) -> tuple[Passage, list[Passage]]:
    """The same where steps were split between passages: the best one has all of them."""
    first = last = body.index(best)
    while first > 0 and _goes_on(body[first - 1], body[first]):
        first -= 1
    while last + 1 < len(body) and _goes_on(body[last], body[last + 1]):
        last += 1
    if first == last:
        return best, list(chosen)
    run = body[first : last + 1]
    whole = replace(best, text="\n\n".join(passage.text for passage in run))
    others = [passage for passage in chosen if passage not in run]
    return whole, sorted([whole, *others], key=lambda passage: passage.position)


def _goes_on(before: Passage, passage: Passage) -> bool:
    same = before.heading_path == passage.heading_path
    return same and goes_on(before.text, passage.text)


def _words(*passages: Passage) -> int:
    return sum(block.words for passage in passages for block in blocks(passage.text))


def _has_steps(passage: Passage) -> bool:
    if not _STEP.search(passage.text):
        return False
    return any(_STEP.search(block.text) for block in blocks(passage.text) if block.kind == "list")


def _texts(passage: Passage, found: Sequence[Block], *, headed: bool) -> list[str]:
    """A list or a table, or a second passage, says what it is about by its heading."""
    texts = [block.text for block in found]
    bare = bool(found) and found[0].kind in ("list", "table") and "\n\n" not in found[0].text
    if (headed or bare) and len(passage.heading_path) > 1 and texts:
        texts[0] = f"**{passage.heading_path[-1]}**\n\n{texts[0]}"
    return texts


def _telling(read: Sequence[_Read], asked: Asked) -> set[str]:
    """Words of the question that one passage of the article has alone, much rarer than those which
    others have."""
    count = Counter(word for each in read for word in each.held)
    usual = max((asked.weights[word] for word, n in count.items() if n > 1), default=0.0)
    return {w for w, n in count.items() if n == 1 and asked.weights[w] > _MUCH_RARER * usual}


def _passage_score(read: _Read, asked: Asked, *, alone: bool) -> float:
    score = read.hit.cosine + 0.6 * read.score
    # Who asks what there is does not want the section on what there is not, unless just that names
    # it: "Do you deliver to Austria?"
    heading = read.hit.passage.heading_path[-1]
    about_not = is_negated(heading, asked.locale) and not alone
    return score - (_ABOUT_NOT if about_not and not asked.negated else 0.0)


def _best_first(
    parts: list[tuple[Passage, list[Block]]], best: Passage
) -> list[tuple[Passage, list[Block]]]:
    """The first citation leads to the section that answers, not to the opening before it."""
    return sorted(parts, key=lambda part: part[0] is not best)


def _fit(
    passages: Sequence[Passage], asked: Asked, best: Passage
) -> list[tuple[Passage, list[Block]]]:
    parts = [
        (passage, list(found if passage is best else _until_the_next_heading(found)))
        for passage, found in ((passage, blocks(passage.text)) for passage in passages)
    ]
    length = sum(block.words for _, found in parts for block in found)
    if length > MOST_WORDS * _ROOM and len(parts) > 1:
        opening, found = parts[0]
        parts[0] = (opening, _cut(found, asked, limit=MOST_WORDS // 3))
        length = sum(block.words for _, part in parts for block in part)
    if length > MOST_WORDS * _ROOM:
        left = MOST_WORDS - sum(b.words for p, f in parts if p is not best for b in f)
        parts = [(p, _cut(f, asked, limit=left) if p is best else f) for p, f in parts]
    return [(passage, found) for passage, found in parts if found]


def _until_the_next_heading(found: Sequence[Block]) -> Sequence[Block]:
    """Of what goes with the passage that answers: the next section is about something else."""
    heads = [n for n, block in enumerate(found) if block.kind == "heading"]
    said = [n for n in heads if any(block.kind != "heading" for block in found[:n])]
    return found[: said[0]] if said else found


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
    shown = next((block for block in found if block.kind == "text"), found[0])
    return next(iter(lines(shown)), plain_text(shown.text))[:300]
