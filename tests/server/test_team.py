"""How the team works is set in the console, and promises follow."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from assistant.domain.conversation import Priority
from assistant.support.team import Form, Team
from tests.server.conftest import Agent, Visitor, World

WEEK = {f"day-{day}": "09:00-12:00, 14:00-24:00" for day in range(5)}
SENT = {
    "zone": "Europe/Paris", **WEEK, "holidays": "2026-12-25\n2027-01-01",
    "first-0": "240", "next-0": "120", "first-1": "60", "next-1": "60",
    "first-2": "15", "next-2": "10",
}  # fmt: skip


def test_hours_and_promises_are_set_and_kept(world: World, lea: Agent) -> None:
    assert 'value="1440"' in lea.opens("/console/team").text
    assert lea.posts("/console/team", **SENT).headers["location"] == "/console/team?saved=1"
    page = lea.opens("/console/team?saved=1").text
    assert "Saved" in page
    assert "09:00-12:00, 14:00-24:00" in page
    monday = datetime(2026, 3, 2, 10, tzinfo=UTC)
    levels = world.assistant.team.levels()
    assert levels.due(monday, priority=Priority.URGENT, first=True) == monday + timedelta(
        minutes=15
    )
    assert levels.due(monday, priority=Priority.NORMAL, first=True) == monday + timedelta(hours=6)
    assert world.store.deeds(limit=1)[0][1].action == "team_changed"


def test_a_promise_of_the_team_reaches_the_customer(
    world: World, lea: Agent, visitor: Visitor
) -> None:
    always = dict.fromkeys(WEEK, "")
    lea.posts("/console/team", **SENT | always)
    said = visitor.calls_a_person()["messages"][-1]["text"]
    assert "within 4 hours" in said
    due_at = world.store.conversation(visitor.id).due_at
    assert due_at is not None
    assert timedelta(hours=3) < due_at - datetime.now(UTC) <= timedelta(hours=4)


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("zone", "Mars/Olympus", "no time zone"),
        ("zone", "../etc/passwd", "no time zone"),
        ("day-0", "9 to 5", "no hours"),
        ("day-0", "18:00-09:00", "no hours"),
        ("day-0", "25:00-26:00", "no hours"),
        ("holidays", "Christmas", "no day"),
        ("first-0", "0", "minutes long"),
        ("next-2", "soon", "minutes long"),
    ],
)
def test_what_makes_no_sense_is_refused_with_the_reason(
    world: World, lea: Agent, field: str, value: str, said: str
) -> None:
    refused = lea.posts("/console/team", **SENT | {field: value})
    assert refused.status_code == 422
    assert said in refused.text
    assert world.store.team_setting("service_levels") is None


def test_another_process_sees_a_change_within_seconds(world: World, lea: Agent) -> None:
    clock: dict[str, Any] = {"at": datetime(2026, 3, 2, 10, tzinfo=UTC)}
    other = Team(world.store, reply_hours=24, now=lambda: clock["at"])
    assert other.levels().targets[Priority.NORMAL].first_reply == 24 * 60
    lea.posts("/console/team", **SENT)
    clock["at"] += timedelta(seconds=6)
    assert other.levels().targets[Priority.NORMAL].first_reply == 240


def test_a_form_is_stored_and_read_as_it_is() -> None:
    form = Form("UTC", {0: "09:00-17:00"}, "", {Priority.HIGH: (1, 2)})
    assert Form.of(form.as_json()) == form
