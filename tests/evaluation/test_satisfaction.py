"""Predicted satisfaction against people's ratings, in the half that no rule was written by."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.evaluation.ratings import Ratings, figures, read_ratings, ties
from tests.conftest import ROOT

pytestmark = pytest.mark.slow

TURNS = {"preferences": (0.78, 0.82), "recommendations": (0.74, 0.81)}
DIALOGUES = {"preferences": (0.60, 0.15), "recommendations": (0.71, 0.38)}
"""What each set must reach; `preferences` falls short of the goals (docs/insights.md)."""


def measured(shared: Path, name: str) -> Ratings:
    path = shared / "data" / "satisfaction" / f"{name}.jsonl"
    if not path.is_file():
        pytest.skip(f"{name} is not among the shared material")
    with path.open(encoding="utf-8") as lines:
        return read_ratings(lines).half("measured")


@pytest.mark.parametrize("name", TURNS)
def test_people_and_predictions_agree(shared: Path, name: str) -> None:
    ratings = measured(shared, name)
    found = {key: figure.value for key, figure in figures(ratings).items() if figure}
    assert found["turn AUC, mean < 3"] >= TURNS[name][0]
    assert found["turn AUC, majority < 3"] >= TURNS[name][1]
    assert found["dialogue AUC, mean < 3"] >= DIALOGUES[name][0]
    assert found["dialogue Spearman"] >= DIALOGUES[name][1]
    assert found["turn ECE, 100 labels"] <= 0.06
    assert found["turn ECE, 300 labels"] <= 0.04
    assert ties(ratings.turns) < 0.05


def test_french_turns_are_read_as_well_as_english_ones() -> None:
    lines = (ROOT / "evals" / "satisfaction_fr.jsonl").read_text(encoding="utf-8").splitlines()
    assert len(lines) >= 150
    half = read_ratings(lines).half("measured")
    found = figures(half)["turn AUC, mean < 3"]
    assert len(half.turns) * 2 >= len(lines)
    assert found is not None
    assert found.value >= 0.85
