"""Figures as rows: every row has every column, and nothing in them runs in a spreadsheet."""

from __future__ import annotations

import csv
import io
import json

import pytest

from assistant.insights.tables import Table

TABLE = Table(
    ("name", "n"), [{"name": "=HYPERLINK(1)", "n": 3}, {"name": 'a "b", c'}, {"name": "ok", "n": 0}]
)


def test_every_row_has_every_column() -> None:
    assert TABLE.as_json()[1] == {"name": 'a "b", c', "n": None}
    lines = [json.loads(line) for line in TABLE.as_lines().splitlines()]
    assert lines == TABLE.as_json()


def test_csv_names_its_columns_and_reads_back() -> None:
    rows = list(csv.DictReader(io.StringIO(TABLE.as_csv())))
    assert [row["n"] for row in rows] == ["3", "", "0"]
    assert rows[1]["name"] == 'a "b", c'
    assert Table(("name", "n"), []).as_csv().splitlines() == ["name,n"]


@pytest.mark.parametrize("first", ["=", "+", "-", "@", "\t", "\r"])
def test_no_text_is_a_formula(first: str) -> None:
    table = Table(("text", "number"), [{"text": f"{first}1+1", "number": -2}])
    (row,) = csv.DictReader(io.StringIO(table.as_csv(), newline=""))
    assert row == {"text": f"'{first}1+1", "number": "-2"}
