"""Ask every question of a set through the reply path, and count what came of it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from assistant.answering.pipeline import Answerer, Considered, Exchange
from assistant.answering.understanding import Leaning, understand
from assistant.domain.answer import Answer, ClarifyingQuestion, Decision, PersonNeeded
from assistant.evaluation import metrics
from assistant.evaluation.cases import Case, QuestionSet
from assistant.evaluation.metrics import Figure, Prediction

_DEPTH = 10


@dataclass(frozen=True)
class Result:
    """A set's predictions in the order of its cases."""

    set: QuestionSet
    predictions: tuple[Prediction, ...]

    @property
    def pairs(self) -> Iterator[tuple[Prediction, Case]]:
        """Each prediction with its case."""
        return zip(self.predictions, self.set.cases, strict=True)


def run(
    question_set: QuestionSet,
    *,
    answerer: Answerer,
    article_ids: Sequence[str],
    progress: Callable[[int], None] = lambda _: None,
) -> Result:
    """`article_ids`: the whole corpus, to fill a ranking up to ten."""
    predictions = []
    for case in question_set.cases:
        predictions.append(_predict(case, answerer, article_ids))
        progress(1)
    return Result(question_set, tuple(predictions))


def figures(result: Result) -> dict[str, Figure | float | int | None]:
    """By name; None where the set has no question of the kind."""
    asked = [(p, c) for p, c in result.pairs if c.answerable]
    others = [p for p, c in result.pairs if not c.answerable]
    first = [metrics.recall_at(p, c, 1) for p, c in asked]
    times = sorted(p.ms for p in result.predictions)
    found: dict[str, Figure | float | int | None] = {
        "R@1": metrics.figure(first),
        "R@5": metrics.figure([metrics.recall_at(p, c, 5) for p, c in asked]),
        "MRR@10": metrics.figure([metrics.reciprocal_rank(p, c) for p, c in asked]),
        "AUROC answerable": metrics.auroc(
            [p.confidence for p, _ in asked], [p.confidence for p in others]
        ),
        "AUROC right": metrics.auroc(
            [p.confidence for (p, _), hit in zip(asked, first, strict=True) if hit],
            [p.confidence for (p, _), hit in zip(asked, first, strict=True) if not hit]
            + [p.confidence for p in others],
        ),
        "C@90": metrics.covered_at_90(result.predictions, result.set.cases),
        "answered": metrics.figure([float(p.decision == "answer") for p, _ in asked]),
        "not answered": metrics.figure([float(p.decision != "answer") for p in others]),
        "ms p50": times[len(times) // 2] if times else None,
        "ms p95": times[int(len(times) * 0.95)] if times else None,
    }
    if any(case.facts for case in result.set.cases):
        found["right"] = sum(metrics.is_right(p, c) for p, c in asked)
        found["of answerable"] = len(asked)
        found["right to refuse"] = sum(metrics.is_right(p, c) for p, c in result.pairs) - sum(
            metrics.is_right(p, c) for p, c in asked
        )
        found["of unanswerable"] = len(others)
    return found


def prediction_row(prediction: Prediction) -> dict[str, Any]:
    """As `--predictions` writes it."""
    return asdict(prediction)


def _predict(case: Case, answerer: Answerer, article_ids: Sequence[str]) -> Prediction:
    history = _history(case)
    started = time.perf_counter()
    considered = answerer.consider_extractive(case.text, locale=case.locale, history=history)
    ms = (time.perf_counter() - started) * 1000
    ranked = considered.retrieval.articles if considered.retrieval else ()
    ids = [entry.article.id for entry in ranked]
    scores = [entry.score for entry in ranked]
    for id in article_ids:
        if len(ids) >= _DEPTH:
            break
        if id not in ids:
            ids.append(id)
            scores.append(min(scores, default=0.0) - 1)
    outcome = considered.outcome
    citations = outcome.citations if isinstance(outcome, Answer) else ()
    return Prediction(
        id=case.id,
        ranked=tuple(ids),
        scores=tuple(round(score, 6) for score in scores),
        confidence=considered.retrieval.confidence if considered.retrieval else 0.0,
        decision=decision_of(considered).value,
        text=outcome.text,
        citations=tuple(citation.article_id for citation in citations),
        ms=round(ms, 2),
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
