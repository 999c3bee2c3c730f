"""Ask the live help center anything, one question or many, and hold the answers against what is
expected. Nothing is stored."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from assistant.answering.pipeline import Considered
from assistant.domain.answer import Answer
from assistant.domain.regression import Line
from assistant.errors import UnfitArticle

MOST = 300
LONGEST = 1000
NOTHING = "-"
"""What is expected of a question that should not be answered."""
_COLUMNS = ("question", "locale", "expected")


class Grade(StrEnum):
    """How an answer compares with what was expected."""

    RIGHT = "right"
    WRONG = "wrong"
    UNGRADED = "ungraded"
    """Nothing was expected."""


@dataclass(frozen=True)
class Graded:
    """What the assistant would do with it."""

    line: Line
    considered: Considered
    grade: Grade


class Answers(Protocol):
    """As an Answerer answers, without a language model."""

    def consider_extractive(self, text: str, *, locale: str) -> Considered: ...


def lines_of(text: str) -> list[Line]:
    """A question a line; or CSV with a column `question`, and `locale` and `expected` if you like.
    UnfitArticle where there are none, or too many."""
    rows = [row for row in text.lstrip("\ufeff").splitlines() if row.strip()]
    try:
        lines = _from_csv(rows) if rows and _names_columns(rows[0]) else [Line(row) for row in rows]
    except csv.Error:  # A mark of quotation that never ends.
        lines = []
    found = [line for line in map(_trimmed, lines) if line.question]
    if not 0 < len(found) <= MOST:
        said = f"A batch has 1 to {MOST} questions; this one has {len(found)}."
        raise UnfitArticle("batch", said, most=MOST, found=len(found))
    return found


def graded(lines: Sequence[Line], *, answerer: Answers, locale: str) -> list[Graded]:
    """Each one asked in its own language, or in `locale`."""
    found = []
    for line in lines:
        considered = answerer.consider_extractive(line.question, locale=line.locale or locale)
        found.append(Graded(line, considered, grade_of(line.expected, considered)))
    return found


def grade_of(expected: str, considered: Considered) -> Grade:
    """Right is an answer from the expected article, or none where none is expected."""
    if not expected:
        return Grade.UNGRADED
    answer = considered.outcome
    if not isinstance(answer, Answer):
        return Grade.RIGHT if expected == NOTHING else Grade.WRONG
    names = [(cited.article_id, cited.title) for cited in answer.citations[:1]]
    right = any(expected.casefold() == name.casefold() for pair in names for name in pair)
    return Grade.RIGHT if right else Grade.WRONG


def _names_columns(row: str) -> bool:
    if len(row) > LONGEST:
        return False
    return _COLUMNS[0] in [cell.strip().lower() for cell in next(csv.reader([row], _form_of(row)))]


def _from_csv(rows: Sequence[str]) -> list[Line]:
    reader = csv.reader(rows, _form_of(rows[0]))
    names = [cell.strip().lower() for cell in next(reader)]
    cells = (dict(zip(names, row, strict=False)) for row in reader)
    return [Line(*(cell.get(name, "") for name in _COLUMNS)) for cell in cells]


def _form_of(row: str) -> type[csv.Dialect]:
    class Form(csv.excel):
        delimiter = max(";,\t", key=row.count)

    return Form


def _trimmed(line: Line) -> Line:
    question = " ".join(line.question.split())[:LONGEST]
    return Line(question, line.locale.strip(), line.expected.strip())
