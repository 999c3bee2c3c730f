"""A run over a question set, and what is said about it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from assistant.errors import Refused
from assistant.evaluation import report
from assistant.evaluation.cases import Case, QuestionSet
from assistant.evaluation.metrics import Figure
from assistant.evaluation.runner import Result, figures, run

pytestmark = pytest.mark.slow

CASES = (
    Case("1", "How do I return an item?", "en", True, frozenset({"returns"}), (), (("30 days",),)),
    Case("2", "Do you sell <b>unicorns</b>?", "en", False, frozenset()),
    Case(
        "3", "And what does it cost?", "en", True, frozenset({"returns"}),
        history=({"role": "user", "text": "How do I return an item?"},
                 {"role": "assistant", "text": "Within 30 days."},
                 {"role": "user", "text": "And abroad?"}),
        facts=(("€5", "5 euros"),),
    ),
    Case("4", "kettle warranty", "en", True, frozenset({"giftcards"}), facts=(("never",),)),
    Case("5", "hello", "en", False, frozenset()),
)  # fmt: skip


@pytest.fixture
def result(shop: Any) -> Result:
    ids = [card.id for card in shop.store.articles()]
    steps: list[int] = []
    made = run(
        QuestionSet("tiny", CASES), answerer=shop.answerer, article_ids=ids, progress=steps.append
    )
    assert sum(steps) == len(CASES)
    return made


def test_every_question_has_a_prediction_with_a_ranking(result: Result, shop: Any) -> None:
    assert [prediction.id for prediction in result.predictions] == ["1", "2", "3", "4", "5"]
    for prediction in result.predictions:
        assert len(prediction.ranked) == len(set(prediction.ranked)) >= 9
        assert len(prediction.scores) == len(prediction.ranked)
        assert list(prediction.scores) == sorted(prediction.scores, reverse=True)
        assert 0.0 <= prediction.confidence <= 1.0
    decisions = [prediction.decision for prediction in result.predictions]
    assert decisions == ["answer", "handoff", "answer", "answer", "smalltalk"]


def test_a_follow_up_is_asked_with_its_history(result: Result) -> None:
    assert result.predictions[2].citations[0] == "returns"
    assert "€5" in result.predictions[2].text


def test_figures_count_what_was_right(result: Result) -> None:
    found = figures(result)
    assert (found["right"], found["of answerable"]) == (2, 3)
    assert (found["right to refuse"], found["of unanswerable"]) == (2, 2)
    answered = found["answered"]
    assert isinstance(answered, Figure)
    assert (answered.value, answered.n) == (1.0, 3)


def test_an_empty_set_has_no_figures_and_no_error() -> None:
    nothing = Result(QuestionSet("none", ()), ())
    assert set(figures(nothing).values()) == {None}
    assert "none" in report.as_text(nothing)


def test_the_report_reads_as_text_json_and_html(result: Result) -> None:
    assert "tiny" in report.as_text(result)
    assert "right" in report.as_text(result)
    assert json.loads(report.as_json([result]))["tiny"]["answered"]["n"] == 3
    html = report.as_html([result])
    assert "kettle warranty" in html
    assert "<b>unicorns</b>" not in html


def test_predictions_are_a_line_each(result: Result, tmp_path: Path) -> None:
    report.write_predictions([result], tmp_path / "one.jsonl")
    rows = [json.loads(line) for line in (tmp_path / "one.jsonl").read_text("utf-8").splitlines()]
    assert [row["id"] for row in rows] == ["1", "2", "3", "4", "5"]
    assert rows[0].keys() == {
        "id", "ranked", "scores", "confidence", "decision", "text", "citations", "ms",
    }  # fmt: skip
    report.write_predictions([result, result], tmp_path / "several")
    assert (tmp_path / "several" / "tiny.jsonl").is_file()


def test_what_fell_below_the_baseline_is_named(result: Result) -> None:
    assert report.fallen([result], {"tiny": {"right": 2, "R@1": 0.5}, "other": {"right": 9}}) == []
    (line,) = report.fallen([result], {"tiny": {"right": 3}})
    assert line == "tiny: right is 2, it was 3"
    assert report.fallen([result], {"tiny": {"not answered": 1.01}})
    assert report.fallen([result], {}) == []


def test_a_baseline_is_read_or_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(Refused, match="run from the project's folder"):
        report.baseline()
    (tmp_path / "evals").mkdir()
    (tmp_path / "evals/baseline.json").write_text('{"tiny": {"right": 1}}')
    assert report.baseline() == {"tiny": {"right": 1}}
