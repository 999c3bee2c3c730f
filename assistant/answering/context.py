"""Search for a question as it was meant: alone, or together with the topic that it leans on.

Both are searched, and what is found decides: a question that stands well on its own is a new topic
and drops the old one; one that leans is taken with its topic, if the article found that way holds
what the new words ask for. One that finds nothing alone, and a good deal with its topic, may go on
about it: then the customer is asked back. What follows a question back mostly says more of the
same, so the two together are asked wherever that comes nearer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from assistant.answering.understanding import Leaning, Understood, answer_kinds
from assistant.retrieval.analysis import content_words, tokens
from assistant.retrieval.search import Retrieval, Retriever

_SHOWN = 10
_CANDIDATES = 50
"""Among them is looked for the translation of what was found in another language."""
_CONTEXT_WORDS = 12
"""Of the topic: enough to name it, too few to drown the new words."""
_CLEARLY_NEW = 0.15
"""How much surer of a question alone than with its topic to call it a new one."""
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
        alone = Found(understood.question, self._in_languages(understood, understood.question))
        lost = alone.retrieval.confidence < self._lost_below
        free = understood.leaning is Leaning.NONE and not asked_back
        if not topics or (free and not lost):
            return alone
        with_topics = [self._with(topic, understood) for topic in topics]
        leaned = max(with_topics, key=lambda found: found.retrieval.confidence)
        on_new_words = _on_the_new_words(leaned.retrieval, alone.retrieval)
        if self._leans(understood, alone.retrieval, leaned.retrieval) or (
            asked_back and self._says_more(understood, alone.retrieval, leaned.retrieval)
        ):
            return replace(leaned, retrieval=on_new_words)
        if lost and self._may_go_on(understood, alone.retrieval, leaned.retrieval):
            unsure = min(leaned.retrieval.confidence, self._sure_from - _DOUBT)
            return replace(leaned, retrieval=replace(on_new_words, confidence=unsure))
        return alone

    def _with(self, topic: str, understood: Understood) -> Found:
        words = content_words(topic, understood.locale)[-_CONTEXT_WORDS:]
        together = f"{' '.join(words)} {understood.question}"
        return Found(together, self._in_languages(understood, together))

    def _leans(self, understood: Understood, alone: Retrieval, leaned: Retrieval) -> bool:
        sure = alone.confidence >= self._sure_from
        clearly_new = sure and alone.confidence >= leaned.confidence + _CLEARLY_NEW
        match understood.leaning:
            case Leaning.STRONG:
                # Such a question names nothing of its own: what it finds alone is mostly chance.
                return not (sure and alone.confidence >= leaned.confidence + 2 * _CLEARLY_NEW)
            case Leaning.WEAK | Leaning.POINTING:
                return not clearly_new and self._serves(understood, alone, leaned)
            case Leaning.SHORT:
                better = leaned.confidence > alone.confidence
                return better and self._serves(understood, alone, leaned)
            case Leaning.NONE:
                return False

    def _says_more(self, understood: Understood, alone: Retrieval, leaned: Retrieval) -> bool:
        """Together they come nearer; to answer, the article must serve the new words too."""
        nearer = alone.confidence < min(self._sure_from, leaned.confidence)
        unsure = leaned.confidence < self._sure_from
        return nearer and (unsure or self._serves(understood, alone, leaned))

    def _serves(self, understood: Understood, alone: Retrieval, leaned: Retrieval) -> bool:
        """A question for a property ("how long?") names nothing that could be looked for."""
        for_property = bool(answer_kinds(understood.question, understood.locale))
        return (for_property and leaned.best is not None and leaned.locale == alone.locale) or (
            self._holds_new_words(alone, leaned)
        )

    def _may_go_on(self, understood: Understood, alone: Retrieval, leaned: Retrieval) -> bool:
        """Alone it finds nothing; with the topic it is sure of, and points at it or speaks of what
        its article holds."""
        points = understood.leaning is Leaning.POINTING
        goes_on = points or self._holds_new_words(alone, leaned)
        return leaned.confidence >= self._sure_from and goes_on

    def _holds_new_words(self, alone: Retrieval, leaned: Retrieval) -> bool:
        if leaned.best is None or leaned.locale != alone.locale:
            return False
        held: set[str] = set()
        for hit in self._retriever.read(leaned.best.article.id, leaned):
            held.update(tokens(hit.passage.embedded_text, leaned.locale))
        return _share(alone.weights, held) >= _HELD

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
                    if other.confidence >= needed:
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


def _on_the_new_words(leaned: Retrieval, alone: Retrieval) -> Retrieval:
    """The topic finds the article; within it, the new words find the answer."""
    weights = {
        term: weight if term in alone.weights else weight * _TOPIC_WEIGHT
        for term, weight in leaned.weights.items()
    }
    return replace(leaned, weights=weights, vector=alone.vector)


def _share(weights: Mapping[str, float], held: set[str]) -> float:
    total = sum(weights.values())
    return sum(weight for term, weight in weights.items() if term in held) / total if total else 1.0
