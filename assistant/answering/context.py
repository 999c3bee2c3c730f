"""Search for a question as it was meant: alone, or together with the topic that it leans on.

Both are searched, and what is found decides: a question that stands well on its own is a new topic
and drops the old one; one that leans is taken with its topic, if the article found that way holds
what the new words ask for. One that finds nothing alone, and a good deal with its topic, may go on
about it: then the customer is asked back. What follows a question back mostly says more of the
same, so the two together are asked wherever that comes nearer. Of a message that as a whole finds
nothing sure, one question in it may.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial

from assistant.answering.cues import answer_kinds, topic_words
from assistant.answering.leaning import Leaning, leaning
from assistant.answering.understanding import Understood
from assistant.retrieval.analysis import content_words, fold, tokens
from assistant.retrieval.search import Retrieval, Retriever

_SENTENCE_END = re.compile(r"(?<=[.?!…])\s+(?![?!])")
"""Nobody begins with a capital in a chat. In French a space stands before the mark."""
_SHOWN = 10
_CANDIDATES = 50
"""Among them is looked for the translation of what was found in another language."""
_CONTEXT_WORDS = 12
"""Of the topic: enough to name it, too few to drown the new words."""
_LITTLE = 0.1
"""How much surer a question must stand alone that names hardly anything."""
_MOST_SENTENCES = 4
_HELD = 0.5
"""Least share of the new words' weight that the article of the topic must hold."""
_TOPIC_WEIGHT = 0.3
"""Of the topic's words against the new ones, when the answer is cut from the article."""
_DOUBT = 0.01
"""How much less than sure one is who asks back."""


@dataclass(frozen=True)
class Found:
    """The question as it was searched, and what was found for it."""

    rewritten: str
    retrieval: Retrieval


@dataclass(frozen=True)
class _Both:
    """A question as it was found alone, and with its topic; `read`: the texts of what was found
    first with it, asked for once, and only where the rest does not decide."""

    understood: Understood
    alone: Retrieval
    leaned: Retrieval
    read: Callable[[], tuple[str, ...]]

    @cached_property
    def held(self) -> tuple[str, ...]:
        return self.read()

    @property
    def apart(self) -> bool:
        """Whether they find different articles first."""
        firsts = {each.best.article.id if each.best else None for each in (self.alone, self.leaned)}
        return len(firsts) > 1

    @property
    def names_something(self) -> bool:
        """Whether it holds a word that could be looked for, not only what is asked of something."""
        return bool(topic_words(self.understood.question, self.understood.locale))

    @property
    def on_the_new_words(self) -> Retrieval:
        """The topic finds the article; within it, the new words find the answer. Where they name
        nothing ("and how much?"), no passage is nearer to them than to what was spoken of."""
        if not self.names_something:
            return self.leaned
        weights = {
            term: weight if term in self.alone.weights else weight * _TOPIC_WEIGHT
            for term, weight in self.leaned.weights.items()
        }
        return replace(self.leaned, weights=weights, vector=self.alone.vector)

    @property
    def serves(self) -> bool:
        """A question for a property ("how long?") names nothing that could be looked for: then the
        article must hold something of the kind."""
        return bool(self._kinds and self.tells) or self.holds_new_words

    @property
    def tells(self) -> bool:
        """Whether the article holds something of the kind that is asked for, if one is."""
        kinds = self._kinds
        return not kinds or any(kind.search(fold(text)) for kind in kinds for text in self.held)

    @property
    def holds_new_words(self) -> bool:
        held = {stem for text in self.held for stem in tokens(text, self.leaned.locale)}
        return bool(held) and _share(self.alone.weights, held) >= _HELD

    @property
    def _kinds(self) -> list[re.Pattern[str]]:
        return answer_kinds(self.understood.question, self.understood.locale)


class ContextualSearch:
    """`sure_from`: the confidence from which an article is thought to answer; `lost_below`: the one
    below which none comes near."""

    def __init__(self, retriever: Retriever, *, sure_from: float, lost_below: float) -> None:
        self._retriever, self._sure_from, self._lost_below = retriever, sure_from, lost_below

    def search(
        self, understood: Understood, topics: Sequence[str] = (), *, asked_back: bool = False
    ) -> Found:
        """`topics`: questions before, as they were understood, that it may lean on; of equally
        good ones the first. `asked_back`: the customer was asked what they meant by the first."""
        alone = self._alone(understood)
        lost = alone.retrieval.confidence < self._lost_below
        free = understood.leaning is Leaning.NONE and not asked_back
        if not topics or (free and not lost):
            return alone
        with_topics = [self._with(topic, understood) for topic in topics]
        leaned = max(with_topics, key=lambda found: found.retrieval.confidence)
        read = partial(self._read, alone, leaned)
        both = _Both(understood, alone.retrieval, leaned.retrieval, read)
        on_new_words = both.on_the_new_words
        if self._leans(both) or (asked_back and self._says_more(both)):
            # Who names nothing asks for a property of the topic, or for more of the same; of one
            # that they had left for another, where it holds what they name.
            told = both.tells if leaned is with_topics[0] else both.serves
            told = told or understood.leaning is not Leaning.STRONG
            return replace(leaned, retrieval=on_new_words if told else self._doubted(on_new_words))
        if lost and self._may_go_on(both):
            return replace(leaned, retrieval=self._doubted(on_new_words))
        return alone

    def _alone(self, understood: Understood) -> Found:
        """All of it; where that is not sure, one of its questions that surely is."""
        asked = understood.question
        whole = Found(asked, self._in_languages(understood, asked))
        parts = _SENTENCE_END.split(asked)
        if whole.retrieval.confidence >= self._sure_from or not 1 < len(parts) <= _MOST_SENTENCES:
            return whole
        apart = [
            Found(part, self._in_languages(understood, part))
            for part in parts
            if part.endswith("?")
            and leaning(part, understood.locale) <= Leaning.SHORT
            and topic_words(part, understood.locale)
        ]
        best = max(apart, key=lambda found: found.retrieval.confidence, default=whole)
        return best if best.retrieval.confidence >= self._sure_from else whole

    def _doubted(self, retrieval: Retrieval) -> Retrieval:
        """Not sure enough to answer from."""
        unsure = min(retrieval.confidence, self._sure_from - _DOUBT)
        return replace(retrieval, confidence=unsure)

    def _with(self, topic: str, understood: Understood) -> Found:
        words = content_words(topic, understood.locale)[-_CONTEXT_WORDS:]
        together = f"{' '.join(words)} {understood.question}"
        return Found(together, self._in_languages(understood, together))

    def _leans(self, both: _Both) -> bool:
        if self._stands_alone(both):
            return False
        match both.understood.leaning:
            case Leaning.STRONG:
                return True
            case Leaning.WEAK | Leaning.POINTING:
                return both.serves
            case Leaning.SHORT:
                return both.leaned.confidence > both.alone.confidence and both.serves
            case Leaning.NONE:
                return False

    def _stands_alone(self, both: _Both) -> bool:
        """It names something that surely finds an article. That one is surer of the topic's with
        the topic beside it says nothing against that: those words have found theirs before."""
        alone, leaned = both.alone.confidence, both.leaned.confidence
        if alone < self._sure_from or not both.names_something:
            return False
        if both.understood.leaning is not Leaning.STRONG:
            return both.apart or alone >= leaned
        # It names hardly anything: of an article that both find, the topic tells which part.
        surely = min(self._sure_from + _LITTLE, leaned + 2 * _LITTLE)
        return alone >= surely and (both.apart or leaned < self._sure_from)

    def _says_more(self, both: _Both) -> bool:
        """Together they come nearer; to answer, the article must serve the new words too."""
        nearer = both.alone.confidence < min(self._sure_from, both.leaned.confidence)
        return nearer and (both.leaned.confidence < self._sure_from or both.serves)

    def _may_go_on(self, both: _Both) -> bool:
        """Alone it finds nothing; with the topic it is sure of, and points at it or speaks of what
        its article holds."""
        points = both.understood.leaning is Leaning.POINTING
        return both.leaned.confidence >= self._sure_from and (points or both.holds_new_words)

    def _read(self, alone: Found, leaned: Found) -> tuple[str, ...]:
        """The passages of the topic's article; none where it is in another language than the
        words."""
        found = leaned.retrieval
        if found.best is None or found.locale != alone.retrieval.locale:
            return ()
        hits = self._retriever.read(found.best.article.id, found)
        return tuple(hit.passage.embedded_text for hit in hits)

    def _in_languages(self, understood: Understood, question: str) -> Retrieval:
        """The customer's language first; another only when nothing fits there, and then only where
        it fits well, unless there is nothing at all in the customer's."""
        own = self._retriever.search(question, locale=understood.locale, limit=_CANDIDATES)
        if own.confidence < self._sure_from:
            for locale in self._retriever.locales():
                if locale != understood.locale:
                    crosses = understood.certain or not own.articles
                    asked_in = understood.locale if crosses else locale
                    other = self._retriever.search(question, locale=locale, asked_in=asked_in)
                    needed = max(self._sure_from, own.confidence) if own.articles else 0.0
                    if other.articles and other.confidence >= needed:
                        return _translated(other, own) or other
        return replace(own, articles=own.articles[:_SHOWN])


def _translated(other: Retrieval, own: Retrieval) -> Retrieval | None:
    """What was found in another language, as its translation in the customer's own. It has been
    read twice, so both readings count for its confidence."""
    found = other.articles[0].article
    for entry in own.articles:
        card = entry.article
        if card.translation_of == found.id or found.translation_of == card.id:
            left = (article for article in own.articles if article is not entry)
            first = replace(entry, score=max(entry.score, own.articles[0].score))
            shown = (first, *left)[:_SHOWN]
            confidence = max(own.confidence, (own.confidence + other.confidence) / 2)
            return replace(own, articles=shown, confidence=confidence)
    return None


def _share(weights: Mapping[str, float], held: set[str]) -> float:
    total = sum(weights.values())
    return sum(weight for term, weight in weights.items() if term in held) / total if total else 1.0
