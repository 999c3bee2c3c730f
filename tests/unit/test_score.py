"""`assistant score`: a line in, a row out, and a broken line named."""

from __future__ import annotations

import json
from typing import Any

import pytest

from assistant.errors import Refused
from assistant.insights.score import score_conversation, score_lines
from assistant.insights.transcript import read_turns

TURNS = [
    {"role": "user", "text": "Where is my parcel 778812?", "at": "2026-05-04T12:00:00Z"},
    {"role": "assistant", "text": "I do not know.", "at": "2026-05-04T12:00:01Z"},
    {"role": "user", "text": "That's not what I asked", "at": "2026-05-04T12:00:30Z"},
]


def line(**changes: Any) -> str:
    return json.dumps({"id": "c1", "turns": TURNS, **changes})


def only(text: str) -> Any:
    (row,) = score_lines([text])
    return row


def test_a_row_has_the_documented_fields() -> None:
    row = only(line())
    assert list(row) == ["id", "effort", "satisfaction", "calibrated", "reasons", "turns"]
    assert row["id"] == "c1"
    assert row["calibrated"] is False
    assert 0 < row["effort"] <= 100
    assert 0 <= row["satisfaction"] < 0.4
    assert [turn["index"] for turn in row["turns"]] == [0, 2]
    assert all(set(turn) == {"index", "satisfaction", "reasons"} for turn in row["turns"])
    assert json.loads(json.dumps(row)) == row


def test_every_reason_says_what_it_is_of_where_and_how_much() -> None:
    reasons = only(line())["reasons"]
    effort = [reason for reason in reasons if reason["of"] == "effort"]
    assert [(reason["cue"], reason["turn"]) for reason in effort] == [
        ("dead_end", 1),
        ("corrects", 2),
    ]
    assert all(reason["points"] > 0 and reason["text"] for reason in effort)
    satisfaction = [reason for reason in reasons if reason["of"] == "satisfaction"]
    assert {"not_answered", "dead_end"} <= {reason["cue"] for reason in satisfaction}
    assert all(reason["weight"] and reason["text"] for reason in satisfaction)


def test_nothing_is_called_csat() -> None:
    assert "csat" not in json.dumps(only(line())).lower()


def test_the_language_may_be_told() -> None:
    turns = [{"role": "assistant", "text": "…"}, {"role": "user", "text": "super"}]
    told = only(line(turns=turns, locale="fr-CA"))
    assert told["satisfaction"] > only(line(turns=turns))["satisfaction"]
    assert only(line(turns=turns, lang="fr")) == told
    assert only(line(turns=turns, lang=7)) == only(line(turns=turns))


def test_roles_of_the_log_are_taken_too() -> None:
    turns = [{"role": "customer", "text": "Hi"}, {"role": "agent", "text": "Hello"}]
    assert only(line(turns=turns))["turns"]


def test_a_conversation_without_a_customer_is_not_predicted() -> None:
    row = only(line(turns=[]))
    assert (row["effort"], row["satisfaction"], row["turns"]) == (0, None, [])


def test_times_with_and_without_a_zone_may_meet() -> None:
    turns = [dict(TURNS[0], at="2026-05-04T12:00:00"), TURNS[1]]
    assert only(line(turns=turns))["effort"] >= 0


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "no JSON"),
        ("[1]", '"id"'),
        ('{"turns": []}', '"id"'),
        ('{"id": "a"}', '"turns" must be a list'),
        ('{"id": "a", "turns": ["hello"]}', "turn 0 must be an object"),
        ('{"id": "a", "turns": [{"role": "king", "text": ""}]}', "turn 0 has the role 'king'"),
        ('{"id": "a", "turns": [{"role": ["user"], "text": ""}]}', "turn 0 has the role"),
        ('{"id": "a", "turns": [{"role": "user"}]}', 'turn 0 has no "text"'),
        ('{"id": "a", "turns": [{"role": "user", "text": "x", "at": "soon"}]}', "ISO time"),
        ('{"id": "a", "turns": [{"role": "user", "text": "x", "at": 5}]}', "ISO time"),
    ],
)
def test_a_broken_line_is_named_and_the_rest_goes_on(text: str, said: str) -> None:
    first, broken, last = score_lines([line(), text, line(id=2)])
    assert isinstance(broken, Refused)
    assert str(broken).startswith("Line 2: ")
    assert said in str(broken)
    assert isinstance(first, dict)
    assert isinstance(last, dict)
    assert last["id"] == 2


def test_empty_lines_are_passed_over_but_counted() -> None:
    rows = list(score_lines(["\n", line(), "", "{"]))
    assert len(rows) == 2
    assert str(rows[1]).startswith("Line 4: ")


def test_lines_are_scored_as_they_come() -> None:
    def endless() -> Any:
        while True:
            yield line()

    assert next(iter(score_lines(endless())))["id"] == "c1"


def test_a_conversation_is_scored_without_a_file() -> None:
    score = score_conversation(read_turns(TURNS))
    assert score.effort.index > 0
    assert score.calibrated is False
