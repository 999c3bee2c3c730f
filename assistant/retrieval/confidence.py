"""How likely is it that the first article is right and answers the question?

A logistic model over signals that mean the same in every help center; its coefficients, for an
article in the language of the question and, apart, for one in another, stand in calibration.json
beside this file and are fitted by `assistant calibrate` (evaluation/fitting.py).
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from assistant.domain.article import RankedArticle
from assistant.errors import WrongSetting
from assistant.retrieval.dial import Dial
from assistant.retrieval.fusion import KNOWN, SIGNALS

FILE = "calibration.json"
SAME, CROSS = "same", "cross"
"""The cases: an article in the language of the question, and one in another."""
_KNOWN_CONFIDENCE = 0.9
"""Of a question that is a phrasing which writers gave the article, or heads one of its sections."""
FEATURES = (
    "cosine",
    "coverage",
    "margin",
    "vote",
    "body_near",
    "body_lexical",
    "background",
)
"""docs/decisions/0008-confidence.md says what each is worth, and which were tried."""
_FIELD = slice(4, 20)
"""Articles that answer other questions: what a question is to the help center as a whole."""


class Calibration:
    """`cases`: SAME and CROSS → {"weights": {signal: weight}, "bias": b, "coefficients":
    {feature: c}}.

    `dial`: what each confidence lets through.
    """

    def __init__(self, cases: Mapping[str, Mapping[str, Any]], *, dial: Dial) -> None:
        self._cases = cases
        self.dial = dial

    @classmethod
    def of(cls, home: Path) -> Calibration:
        """The one that `assistant calibrate` left in the home, else the one that ships with us."""
        shipped, own = Path(__file__).parent / FILE, home / FILE
        fitted = json.loads(shipped.read_text(encoding="utf-8"))
        if own.is_file():
            left = _read(own)
            # What a home in one language is fitted on tells nothing of crossing to another.
            fitted = {**left, "cases": fitted["cases"] | left["cases"]}
        return cls(fitted["cases"], dial=Dial(**fitted["dial"]))

    def weights(self, locale: str, *, asked_in: str) -> Mapping[str, float]:
        """Of the signals in the rank of articles in a locale."""
        weights: Mapping[str, float] = self._case(locale, asked_in)["weights"]
        return weights

    def confidence(self, ranked: Sequence[RankedArticle], *, locale: str, asked_in: str) -> float:
        """0.0 where nothing was found."""
        if not ranked:
            return 0.0
        case = self._case(locale, asked_in)
        values = features(ranked)
        logit = case["bias"] + sum(
            case["coefficients"].get(name, 0.0) * values[name] for name in FEATURES
        )
        learned = 1 / (1 + math.exp(-max(-30.0, min(30.0, logit))))
        signal = ranked[0].signals.get
        known = max(signal("phrasing_match", 0.0), signal("heading_match", 0.0))
        if known >= KNOWN:
            return max(learned, _KNOWN_CONFIDENCE)
        return learned

    def _case(self, locale: str, asked_in: str) -> Mapping[str, Any]:
        return self._cases[SAME if locale == asked_in else CROSS]


def _read(path: Path) -> dict[str, Any]:
    """WrongSetting where it is not what `assistant calibrate` writes."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        for name, case in found["cases"].items():
            if name not in (SAME, CROSS):
                raise ValueError(name)
            # Of the signals of before some are gone, and a rank without them is another.
            if not set(case["weights"]) <= set(SIGNALS):
                raise ValueError("weights")
            float(case["bias"]), dict(case["coefficients"])
        return {"cases": dict(found["cases"]), "dial": asdict(Dial(**found["dial"]))}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise WrongSetting(
            str(path),
            f"not a calibration of today ({error}); delete it, or run assistant calibrate",
        ) from error


def features(ranked: Sequence[RankedArticle]) -> dict[str, float]:
    """Of the first article, against the second and against the field. The margin is capped: a lone
    hit proves nothing."""
    first = ranked[0]
    second = ranked[1] if len(ranked) > 1 else None
    field = np.sort([_cosine(article) for article in ranked])[::-1][_FIELD]
    signal = first.signals.get
    return {
        "cosine": _cosine(first),
        "coverage": signal("coverage", 0.0),
        "margin": min(first.score - second.score, 4.0) / 4 if second else 0.0,
        "vote": signal("phrasing_vote", 0.0),
        "body_near": signal("body_near", 0.0),
        "body_lexical": math.log1p(signal("body_lexical", 0.0)),
        "background": float(field.mean()) if len(field) else 0.0,
    }


def _cosine(article: RankedArticle) -> float:
    return max(article.signals.get("body_cosine", 0.0), article.signals.get("phrasing_cosine", 0.0))
