"""What the command line says of conversations: scores, figures, made-up ones."""

from __future__ import annotations

import json

import pytest

from tests.unit.command_line import Run

pytestmark = pytest.mark.slow


def test_conversations_are_scored_a_line_each(run: Run) -> None:
    line = json.dumps({"id": "c1", "turns": [{"role": "user", "text": "Thanks, that helped!"}]})
    (row,) = map(json.loads, run("score", "-", "--json", input=f"{line}\n").stdout.splitlines())
    assert row["id"] == "c1"
    assert "c1  effort" in run("score", "-", input=f"{line}\n").output


def test_a_demonstration_is_marked_as_simulated(run: Run) -> None:
    assert "Wrote 4 simulated" in run("demo", "--conversations", "4").output
    rows = [json.loads(line) for line in run("export", "conversations").stdout.splitlines()]
    assert len(rows) == 4
    assert all(row["tags"] == ["simulated"] for row in rows)
    assert all(row["visitor_id"].startswith("sim-") for row in rows)
    assert run("demo", "--conversations", "0").exit_code == 2

    # They are counted apart.
    assert json.loads(run("insights", "--json", "--days", "99").stdout)["conversations"] == 0
    counted = json.loads(run("insights", "--json", "--days", "99", "--simulated").stdout)
    assert counted["conversations"] == 4
    assert sum(rung["count"] for rung in counted["ladder"]) == 4
    assert counted["rates"][0]["estimate"] is None
    assert "4 conversations" in run("insights", "--days", "99", "--simulated").output


def test_predictions_are_compared_with_ratings(run: Run) -> None:
    rated = [("thanks, great", 5), ("useless", 1)] * 6
    lines = [json.dumps({"id": n, "text": t, "rating": r}) for n, (t, r) in enumerate(rated)]
    shown = run("score", "-", "--ratings", input="\n".join(lines)).output
    assert "turn AUC, mean < 3" in shown
    assert "1.000 [1.000, 1.000]" in shown
    failed = run("score", "-", "--ratings", input='{"id": 1}\n')
    assert failed.exit_code == 1
    assert "Line 1 is no rated dialogue" in failed.stderr
