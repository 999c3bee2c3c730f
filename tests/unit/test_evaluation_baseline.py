"""Figures of before, and what fell below them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from assistant.errors import Refused
from assistant.evaluation.baseline import fallen, read_baseline, unknown, write_baseline
from assistant.evaluation.cases import Case, QuestionSet
from assistant.evaluation.predictions import Prediction
from assistant.evaluation.runner import Result

pytestmark = pytest.mark.slow

HIT = Prediction("0", ("a",), (1.0,), 0.9, "answer", "Yes.", ("a",), 3.0)
MISS = replace(HIT, ranked=("b",), citations=("b",))


def asked(hits: int, *, of: int = 100, name: str = "tiny") -> Result:
    """A set with so many of its questions right at rank 1."""
    cases = tuple(Case(str(n), "q", "en", True, frozenset({"a"})) for n in range(of))
    predictions = tuple(replace(HIT if n < hits else MISS, id=str(n)) for n in range(of))
    return Result(QuestionSet(name, cases), predictions)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "baseline.json"
    write_baseline([asked(80)], file)
    return file


def test_nothing_fell_where_nothing_changed(file: Path) -> None:
    assert fallen([asked(80)], read_baseline(file)) == []


def test_what_lies_within_the_interval_did_not_fall(file: Path) -> None:
    assert fallen([asked(76)], read_baseline(file)) == []


def test_what_fell_beyond_the_interval_is_named_with_both_figures(file: Path) -> None:
    lines = fallen([asked(60)], read_baseline(file))
    assert any(line.startswith("tiny: R@1 is 0.600  [") for line in lines)
    assert all(
        line.endswith(("it was 0.800", "it was 0.200", "it was 0.100")) for line in lines[:1]
    )


def test_an_error_that_grew_is_a_fall_too_and_one_that_shrank_is_none(file: Path) -> None:
    assert any("wrong of answered" in line for line in fallen([asked(60)], read_baseline(file)))
    assert fallen([asked(100)], read_baseline(file)) == []


def test_other_questions_are_not_compared_but_told(file: Path) -> None:
    before = read_baseline(file)
    assert unknown([asked(80)], before) == []
    for other in (asked(10, of=90), asked(10, name="other")):
        assert unknown([other], before) == [other.set.name]
        assert fallen([other], before) == []


def test_figures_of_other_sets_stay_where_some_are_written(file: Path) -> None:
    write_baseline([asked(10, name="other")], file)
    assert read_baseline(file).keys() == {"tiny", "other"}
    assert read_baseline(file)["tiny"]["R@1"]["value"] == 0.8


def test_a_baseline_that_is_not_there_is_asked_for(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="run from the project's folder"):
        read_baseline(tmp_path / "baseline.json")
