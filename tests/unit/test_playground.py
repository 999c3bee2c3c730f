"""A batch of questions is read as it comes, and graded by the article that answers."""

from __future__ import annotations

from typing import Any

import pytest

from assistant.answering.pipeline import Considered
from assistant.answering.understanding import understand
from assistant.domain.answer import Answer, Citation, PersonNeeded, Sentence
from assistant.domain.handoff import Reason
from assistant.errors import UnfitArticle
from assistant.writing.playground import MOST, Grade, Line, graded, lines_of


def test_a_question_a_line() -> None:
    text = "\ufeffWhere is my parcel?\r\n\r\n  Can I, perhaps,   return it? \n"
    assert lines_of(text) == [Line("Where is my parcel?"), Line("Can I, perhaps, return it?")]


@pytest.mark.parametrize("by", [",", ";", "\t"])
def test_csv_with_the_columns_in_any_order(by: str) -> None:
    rows = [["Expected", "Question", "note"], ["fr/colis", '"Où est mon colis ?"', "x"], ["", "Hi"]]
    text = "\n".join(by.join(row) for row in rows)
    assert lines_of(text) == [Line("Où est mon colis ?", "", "fr/colis"), Line("Hi")]


@pytest.mark.parametrize("text", ["", " \n ", "question,locale\n", "why?\n" * (MOST + 1)])
def test_none_or_too_many_are_refused(text: str) -> None:
    with pytest.raises(UnfitArticle, match=f"1 to {MOST}"):
        lines_of(text)


class Answerer:
    """Answers English from one article, and nothing else."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []

    def consider_extractive(self, text: str, *, locale: str) -> Considered:
        self.asked.append((text, locale))
        citation = Citation(1, "en/returns", "Return an item", "/help", "p#0", "…")
        outcome: Any = Answer((Sentence("Within 30 days.", (1,)),), (citation,), 0.9, "en")
        if locale != "en":
            outcome = PersonNeeded(Reason.NOT_COVERED, "…", 0.1, call_now=False)
        return Considered(understand(text, locale=locale), text, outcome)


@pytest.mark.parametrize(
    ("expected", "locale", "grade"),
    [
        ("en/returns", "en", Grade.RIGHT),
        ("return an ITEM", "en", Grade.RIGHT),
        ("en/gifts", "en", Grade.WRONG),
        ("en/returns", "fr", Grade.WRONG),
        ("-", "fr", Grade.RIGHT),
        ("-", "en", Grade.WRONG),
        ("", "en", Grade.UNGRADED),
    ],
)
def test_right_is_the_expected_article_or_none_where_none_should_answer(
    expected: str, locale: str, grade: Grade
) -> None:
    (found,) = graded([Line("Return?", locale, expected)], answerer=Answerer(), locale="de")
    assert found.grade is grade


def test_a_line_without_a_language_is_asked_in_the_page_s() -> None:
    answerer = Answerer()
    graded([Line("Return?"), Line("Retour ?", "fr")], answerer=answerer, locale="en")
    assert answerer.asked == [("Return?", "en"), ("Retour ?", "fr")]
