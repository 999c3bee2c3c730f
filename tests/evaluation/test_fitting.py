"""A calibration is fitted (scikit-learn takes seconds to import: not among the units)."""

from __future__ import annotations

import json
import random
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from assistant.domain.article import ArticleCard, RankedArticle
from assistant.evaluation.fitting import Example, fit, rerank
from assistant.retrieval.confidence import CROSS, FEATURES, FILE, SAME, Calibration
from assistant.retrieval.dial import Dial
from assistant.retrieval.fusion import SIGNALS


def found(id: str, **signals: float) -> RankedArticle:
    return RankedArticle(ArticleCard(id, id, "en", id), (), 0.0, signals)


def examples(count: int = 60, *, case: str = SAME) -> list[Example]:
    """The right article is near by its vector; words mislead. Every third has no answer."""
    dice = random.Random(7)
    made = []
    for number in range(count):
        there = number % 3 != 0
        near = dice.uniform(0.6, 0.9) if there else dice.uniform(0.1, 0.4)
        entries = (
            found("a", body_cosine=near, body_lexical=dice.uniform(0, 1), coverage=near),
            found("b", body_cosine=dice.uniform(0, 0.3), body_lexical=dice.uniform(1, 9)),
            found("c", body_cosine=dice.uniform(0, 0.3), body_lexical=dice.uniform(1, 9)),
        )
        relevant = frozenset({"a"}) if there else frozenset()
        made.append(Example(entries, relevant, there, f"g{number % 2}", case))
    return made


@pytest.fixture(scope="module")
def fitted() -> dict[str, Any]:
    return fit([*examples(), *examples(45, case=CROSS)])


def test_what_was_fitted_is_sure_where_it_is_right(fitted: dict[str, Any]) -> None:
    assert fitted["cases"].keys() == {SAME, CROSS}
    learned = Calibration(fitted["cases"], dial=Dial(**fitted["dial"]))
    weights = learned.weights("en", asked_in="en")
    sure = {True: 0, False: 0}
    for example in examples():
        ranked = rerank(example, weights)
        confidence = learned.confidence(ranked, locale="en", asked_in="en")
        sure[example.answerable] += confidence >= learned.dial.answer_at(0.1)
    assert sure[True] >= 35
    assert sure[False] <= 4


def test_what_was_fitted_can_be_put_in_a_home(fitted: dict[str, Any], tmp_path: Path) -> None:
    (tmp_path / FILE).write_text(json.dumps(fitted))
    assert asdict(Calibration.of(tmp_path).dial) == fitted["dial"]
    for case in fitted["cases"].values():
        assert case["coefficients"].keys() == set(FEATURES)
        assert case["weights"].keys() == set(SIGNALS)
