"""A run over a question set, and what is said about it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from assistant.evaluation import baseline, report
from assistant.evaluation.cases import Case, QuestionSet
from assistant.evaluation.figures import figures
from assistant.evaluation.metrics import Figure
from assistant.evaluation.runner import Result, run

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
    corpus = {card.id: card.title for card in shop.store.articles()}
    steps: list[int] = []
    made = run(
        QuestionSet("tiny", CASES), answerer=shop.answerer, corpus=corpus, progress=steps.append
    )
    assert sum(steps) == len(CASES)
    return made


def test_every_question_has_a_prediction_with_what_was_found(result: Result) -> None:
    assert [prediction.id for prediction in result.predictions] == ["1", "2", "3", "4", "5"]
    for prediction in result.predictions:
        assert len(prediction.ranked) == len(set(prediction.ranked)) == len(prediction.scores)
        assert list(prediction.scores) == sorted(prediction.scores, reverse=True)
        assert 0.0 <= prediction.confidence <= 1.0
        evidence = [entry.article_id for entry in prediction.evidence]
        assert evidence == list(prediction.ranked[:3])
    decisions = [prediction.decision for prediction in result.predictions]
    assert decisions == ["answer", "handoff", "answer", "answer", "smalltalk"]


def test_a_follow_up_is_asked_with_its_history(result: Result) -> None:
    assert result.predictions[2].citations[0] == "returns"
    assert "€5" in result.predictions[2].text


def the(found: Figure | float | None) -> Figure:
    assert isinstance(found, Figure)
    return found


def test_figures_count_what_was_right(result: Result) -> None:
    found = figures(result)
    assert (the(found["right"]).value, the(found["right"]).n) == (pytest.approx(2 / 3), 3)
    assert (the(found["not answered"]).value, the(found["not answered"]).n) == (1.0, 2)
    assert (the(found["answered"]).value, the(found["answered"]).n) == (1.0, 3)
    assert the(found["wrong of answered"]).value == pytest.approx(1 / 3)


def test_what_was_not_found_is_not_right_though_the_file_is_filled_up(
    result: Result, tmp_path: Path
) -> None:
    hello, case = result.predictions[4], Case("5", "hello", "en", True, frozenset({"returns"}))
    one = Result(QuestionSet("one", (case,)), (hello,), {"returns": "Return an item"})
    assert the(figures(one)["R@5"]).value == 0.0
    report.write_predictions([one], tmp_path / "one.jsonl")
    assert json.loads((tmp_path / "one.jsonl").read_text("utf-8"))["ranked"] == ["returns"]


def test_an_empty_set_has_no_figures_and_no_error() -> None:
    nothing = Result(QuestionSet("none", ()), ())
    assert figures(nothing) == {}
    assert "none" in report.as_text(nothing)
    assert "none" in report.as_html([nothing])


def test_the_figures_read_as_text_and_json(result: Result) -> None:
    assert "tiny" in report.as_text(result)
    assert "right" in report.as_text(result)
    (made,) = json.loads(baseline.as_json([result])).values()
    assert made["answered"] == {"value": 1.0, "low": 1.0, "high": 1.0, "n": 3}
    assert made["questions"] == result.set.fingerprint


def test_predictions_are_a_line_each(result: Result, tmp_path: Path) -> None:
    report.write_predictions([result], tmp_path / "one.jsonl")
    rows = [json.loads(line) for line in (tmp_path / "one.jsonl").read_text("utf-8").splitlines()]
    assert [row["id"] for row in rows] == ["1", "2", "3", "4", "5"]
    for row in rows:
        assert row.keys() == {
            "id", "ranked", "scores", "confidence", "decision", "text", "citations", "ms",
        }  # fmt: skip
        assert len(row["ranked"]) == len(set(row["ranked"])) == len(row["scores"]) >= 9
        assert row["scores"] == sorted(row["scores"], reverse=True)
    report.write_predictions([result, result], tmp_path / "several")
    assert (tmp_path / "several" / "tiny.jsonl").is_file()


# -- the page


def test_the_page_shows_each_failure_with_what_was_expected_and_found(result: Result) -> None:
    page = report.as_html([result])
    assert "Answered from the wrong article" in page
    assert "kettle warranty" in page
    assert "Gift cards" in page
    assert "Every kettle has a warranty of five years." in page


def test_the_page_draws_each_curve_and_tells_it_as_a_table(result: Result) -> None:
    page = report.as_html([result])
    assert page.count("<svg") == 2
    assert page.count("drawing curve") == page.count("drawing diagonal") == 1
    for caption, column in (
        ("Wrong answers by how much is answered", "From confidence"),
        ("Does its confidence come true?", "Shown"),
    ):
        assert page.index(caption) < page.index(f">{column}</th>")


def test_the_page_needs_nothing_else_and_runs_nothing(result: Result) -> None:
    unsafe = "Do you sell <b>unicorns</b>?"
    sold = tuple(replace(p, decision="answer") for p in result.predictions)
    page = report.as_html([replace(result, predictions=sold)])
    assert unsafe not in page
    assert "Do you sell &lt;b&gt;unicorns&lt;/b&gt;?" in page
    for outside in ("<script", "<link", "src=", "@import", "url("):
        assert outside not in page
