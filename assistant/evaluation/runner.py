"""Ask every question of a set through the reply path."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from assistant.answering.exchanges import Exchange
from assistant.answering.leaning import Leaning
from assistant.answering.pipeline import Answerer, Considered
from assistant.answering.understanding import understand
from assistant.domain.answer import Answer, ClarifyingQuestion, Decision, PersonNeeded
from assistant.domain.article import RankedArticle, plain_text
from assistant.evaluation.cases import Case, QuestionSet
from assistant.evaluation.predictions import Evidence, Prediction

_EVIDENCE = 3
_EVIDENCE_LENGTH = 400


@dataclass(frozen=True)
class Result:
    """A set's predictions in the order of its cases; `corpus`: the titles of all its articles."""

    set: QuestionSet
    predictions: tuple[Prediction, ...]
    corpus: Mapping[str, str] = field(default_factory=dict)

    @property
    def pairs(self) -> Iterator[tuple[Prediction, Case]]:
        """Each prediction with its case."""
        return zip(self.predictions, self.set.cases, strict=True)


def run(
    question_set: QuestionSet,
    *,
    answerer: Answerer,
    corpus: Mapping[str, str],
    progress: Callable[[int], None] = lambda _: None,
) -> Result:
    """`corpus`: the titles of all articles, by id."""
    predictions = []
    for case in question_set.cases:
        predictions.append(_predict(case, answerer))
        progress(1)
    return Result(question_set, tuple(predictions), corpus)


def _predict(case: Case, answerer: Answerer) -> Prediction:
    history = _history(case)
    started = time.perf_counter()
    considered = answerer.consider_extractive(case.text, locale=case.locale, history=history)
    ms = (time.perf_counter() - started) * 1000
    retrieval, outcome = considered.retrieval, considered.outcome
    ranked = retrieval.articles if retrieval else ()
    citations = outcome.citations if isinstance(outcome, Answer) else ()
    return Prediction(
        id=case.id,
        ranked=tuple(entry.article.id for entry in ranked),
        scores=tuple(round(entry.score, 6) for entry in ranked),
        confidence=retrieval.confidence if retrieval else 0.0,
        decision=decision_of(considered).value,
        text=outcome.text,
        citations=tuple(citation.article_id for citation in citations),
        ms=round(ms, 2),
        evidence=tuple(_evidence(entry) for entry in ranked[:_EVIDENCE]),
        named=tuple(s.article_id for s in outcome.suggestions if s.article_id),
    )


def _evidence(entry: RankedArticle) -> Evidence:
    hit = entry.hits[0] if entry.hits else None
    return Evidence(
        article_id=entry.article.id,
        text=plain_text(hit.passage.text)[:_EVIDENCE_LENGTH] if hit else "",
        lexical=hit.lexical if hit else 0.0,
        cosine=hit.cosine if hit else 0.0,
    )


def decision_of(considered: Considered) -> Decision:
    """The decision that the outcome stands for."""
    match considered.outcome:
        case Answer():
            return Decision.ANSWER
        case ClarifyingQuestion():
            return Decision.CLARIFY
        case PersonNeeded():
            return Decision.HANDOFF
        case _:
            return Decision.SMALLTALK


def _history(case: Case) -> tuple[Exchange, ...]:
    """What the desk would remember of the turns before."""
    found: list[Exchange] = []
    for turn in case.history:
        if turn.get("role") != "user":
            continue
        understood = understand(turn["text"], locale=case.locale)
        topic = understood.question
        if found and understood.leaning >= Leaning.WEAK:
            topic = f"{found[-1].topic} {topic}"
        found.append(Exchange(topic=topic, decision=Decision.ANSWER))
    return tuple(found)
