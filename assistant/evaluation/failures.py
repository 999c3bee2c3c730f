"""The questions that teach most: what went wrong, by the way it went wrong, the worst first."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from assistant.evaluation.cases import Case
from assistant.evaluation.metrics import rank_of_right
from assistant.evaluation.predictions import Evidence, Prediction
from assistant.evaluation.runner import Result

_MOST = 12


@dataclass(frozen=True)
class Failure:
    """A question with what was expected and found. `rank`: of the right article, 0 not found."""

    question: str
    earlier: tuple[str, ...]
    expected: tuple[str, ...]
    found: tuple[tuple[str, Evidence], ...]
    rank: int
    decision: str
    confidence: float
    text: str


@dataclass(frozen=True)
class Kind:
    """A way to go wrong: how many questions did, and the worst of them."""

    name: str
    count: int
    worst: tuple[Failure, ...]


def kinds_of_failure(result: Result) -> list[Kind]:
    """Each question counts once at most, under the first of the kinds that it is."""
    left = list(result.pairs)
    found = []
    for name, (is_one, badness) in _KINDS.items():
        of_it = [pair for pair in left if is_one(*pair)]
        left = [pair for pair in left if not is_one(*pair)]
        of_it.sort(key=lambda pair: (-badness(pair[0]), pair[0].id))
        worst = tuple(_failure(p, c, result) for p, c in of_it[:_MOST])
        found.append(Kind(name, len(of_it), worst))
    return found


def _failure(prediction: Prediction, case: Case, result: Result) -> Failure:
    def title(id: str) -> str:
        return result.corpus.get(id, id)

    return Failure(
        question=case.text,
        earlier=tuple(turn["text"] for turn in case.history if turn.get("role") == "user"),
        expected=tuple(title(id) for id in sorted(case.relevant)) if case.answerable else (),
        found=tuple((title(e.article_id), e) for e in prediction.evidence),
        rank=rank_of_right(prediction, case),
        decision=prediction.decision,
        confidence=prediction.confidence,
        text=prediction.text,
    )


def _surest(prediction: Prediction) -> float:
    return prediction.confidence


def _least_sure(prediction: Prediction) -> float:
    return -prediction.confidence


def _not_there_yet_answered(prediction: Prediction, case: Case) -> bool:
    return not case.answerable and prediction.answered


def _wrong_article(prediction: Prediction, case: Case) -> bool:
    return case.answerable and prediction.answered and rank_of_right(prediction, case) != 1


def _not_found(prediction: Prediction, case: Case) -> bool:
    return case.answerable and not 1 <= rank_of_right(prediction, case) <= 5


def _right_yet_withheld(prediction: Prediction, case: Case) -> bool:
    return case.answerable and not prediction.answered and rank_of_right(prediction, case) == 1


_KINDS: dict[str, tuple[Callable[[Prediction, Case], bool], Callable[[Prediction], float]]] = {
    "Nothing answers it, yet it was answered": (_not_there_yet_answered, _surest),
    "Answered from the wrong article": (_wrong_article, _surest),
    "The right article is not among the first five": (_not_found, _surest),
    "The right article came first, yet no answer was given": (_right_yet_withheld, _least_sure),
}
