"""What the reply path made of a question, and the file that `--predictions` writes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

_LEAST_RANKED = 10


@dataclass(frozen=True)
class Evidence:
    """What spoke for an article: its best passage, with what each retriever made of it."""

    article_id: str
    text: str
    lexical: float
    cosine: float


@dataclass(frozen=True)
class Prediction:
    """What the reply path made of a case. `ranked`: ids of the articles found, best first, with
    their `scores`; `evidence`: for the first of them; `citations`: of the answer, if any; `named`:
    of the articles that the customer may choose from where there is none."""

    id: str
    ranked: tuple[str, ...]
    scores: tuple[float, ...]
    confidence: float
    decision: str
    text: str
    citations: tuple[str, ...]
    ms: float
    evidence: tuple[Evidence, ...] = ()
    named: tuple[str, ...] = ()

    @property
    def answered(self) -> bool:
        """Whether the customer got an answer."""
        return self.decision == "answer"


def write(predictions: Iterable[Prediction], target: Path, *, corpus: Mapping[str, str]) -> None:
    """A JSON line for each question. `corpus`: all articles by id, to fill the rankings."""
    rows = (json.dumps(as_row(p, corpus=corpus), ensure_ascii=False) for p in predictions)
    target.write_text("".join(f"{row}\n" for row in rows), encoding="utf-8")


def as_row(prediction: Prediction, *, corpus: Mapping[str, str]) -> dict[str, Any]:
    """`ranked` holds at least ten ids, or the whole corpus: what was not found comes last."""
    rest = (id for id in corpus if id not in prediction.ranked)
    filling = tuple(islice(rest, max(0, _LEAST_RANKED - len(prediction.ranked))))
    below = min(prediction.scores, default=0.0) - 1
    return {
        "id": prediction.id,
        "ranked": prediction.ranked + filling,
        "scores": prediction.scores + (below,) * len(filling),
        "confidence": prediction.confidence,
        "decision": prediction.decision,
        "text": prediction.text,
        "citations": prediction.citations,
        "ms": prediction.ms,
    }
