"""Search for a question as it was meant: alone, or together with the topic that it leans on.

Both are searched, and what is found decides: a question that stands well on its own is a new topic
and drops the old one; one that leans is taken with its topic, if the article found that way holds
what the new words ask for.
"""

from __future__ import annotations

from collections.abc import Mapping
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


@dataclass(frozen=True)
class Found:
    """The question as it was searched, and what was found for it."""

    rewritten: str
    retrieval: Retrieval


class ContextualSearch:
    """`sure_from`: the confidence from which an article is thought to answer."""

    def __init__(self, retriever: Retriever, *, sure_from: float) -> None:
        self._retriever, self._sure_from = retriever, sure_from

    def search(self, understood: Understood, topic: str) -> Found:
        """`topic`: the question before, as it was understood; empty where there was none."""
        question = understood.question
        alone = self._in_languages(understood, question)
        if not topic or understood.leaning is Leaning.NONE:
            return Found(question, alone)
        words = content_words(topic, understood.locale)[-_CONTEXT_WORDS:]
        together = f"{' '.join(words)} {question}"
        leaned = self._in_languages(understood, together)
        if self._leans(understood, alone, leaned):
            return Found(together, _on_the_new_words(leaned, alone))
        return Found(question, alone)

    def _leans(self, understood: Understood, alone: Retrieval, leaned: Retrieval) -> bool:
        sure = alone.confidence >= self._sure_from
        clearly_new = sure and alone.confidence >= leaned.confidence + _CLEARLY_NEW
        match understood.leaning:
            case Leaning.STRONG:
                # Such a question names nothing of its own: what it finds alone is mostly chance.
                return not (sure and alone.confidence >= leaned.confidence + 2 * _CLEARLY_NEW)
            case Leaning.WEAK:
                return not clearly_new and self._holds_new_words(understood, alone, leaned)
            case _:
                better = leaned.confidence > alone.confidence
                return better and self._holds_new_words(understood, alone, leaned)

    def _holds_new_words(self, understood: Understood, alone: Retrieval, leaned: Retrieval) -> bool:
        """A question for a property ("how long?") names nothing that could be looked for."""
        if leaned.best is None or leaned.locale != alone.locale:
            return False
        if answer_kinds(understood.question, understood.locale):
            return True
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
