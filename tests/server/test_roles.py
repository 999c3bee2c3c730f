"""Every route of the console, called as every role and as nobody: what is not in the table is not
allowed, and what is not in the table does not exist."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.routing import APIRoute

from assistant.support.roles import GRANTS, ROLES, May, allows
from tests.server.conftest import Agent, Visitor, World

ANYBODY, SIGNED_IN = "anybody", "signed in"
ARTICLE = "/console/articles/{manuscript_id}"
CASE = "/console/conversations/{id}"
FOLLOW_UP = "/console/follow-ups/{follow_up_id}"
NEEDS: dict[tuple[str, str], str | May] = {
    ("GET", "/console/sign-in"): ANYBODY,
    ("POST", "/console/sign-in"): ANYBODY,
    ("POST", "/console/sign-out"): ANYBODY,
    ("GET", "/console/first"): ANYBODY,
    ("POST", "/console/first"): ANYBODY,
    ("GET", "/console/sign-in/elsewhere"): ANYBODY,
    ("GET", "/console/sign-in/elsewhere/back"): ANYBODY,
    ("GET", "/console"): SIGNED_IN,
    ("GET", "/console/account"): SIGNED_IN,
    ("POST", "/console/account/name"): SIGNED_IN,
    ("POST", "/console/account/password"): SIGNED_IN,
    ("POST", "/console/account/sessions/{session_id}/end"): SIGNED_IN,
    ("GET", "/console/events"): May.READ,
    ("GET", CASE): May.READ,
    ("POST", "/console/bulk"): May.ANSWER,
    ("GET", "/console/for-you"): May.ANSWER,
    ("POST", "/console/for-you/seen"): May.ANSWER,
    ("POST", f"{CASE}/claim"): May.ANSWER,
    ("POST", f"{CASE}/take-up"): May.ANSWER,
    ("POST", f"{CASE}/messages"): May.ANSWER,
    ("POST", f"{CASE}/notes"): May.ANSWER,
    ("POST", f"{CASE}/hand-on"): May.ANSWER,
    ("POST", f"{CASE}/requeue"): May.ANSWER,
    ("POST", f"{CASE}/release"): May.ANSWER,
    ("POST", f"{CASE}/resolve"): May.ANSWER,
    ("POST", f"{CASE}/snooze"): May.ANSWER,
    ("POST", f"{CASE}/sort"): May.ANSWER,
    ("POST", f"{CASE}/judge"): May.ANSWER,
    ("POST", f"{CASE}/summary"): May.ANSWER,
    ("POST", f"{CASE}/proposal"): May.ANSWER,
    ("POST", f"{CASE}/presence"): May.ANSWER,
    ("GET", "/console/insights"): May.READ,
    ("GET", "/console/insights/conversations"): May.READ,
    ("GET", "/console/insights/conversations/{id}"): May.READ,
    ("GET", "/console/insights/predictions"): May.READ,
    ("GET", "/console/insights/themes"): May.READ,
    ("GET", "/console/insights/weekly"): May.READ,
    ("GET", "/console/insights/journey"): May.READ,
    ("GET", "/console/insights/journey/conversations"): May.READ,
    ("GET", "/console/insights/use"): May.READ,
    ("GET", "/console/insights/use/articles"): May.READ,
    ("GET", "/console/insights/use/people"): May.READ,
    ("GET", "/console/insights/drivers/conversations"): May.READ,
    ("GET", "/console/insights/predictions/conversations"): May.READ,
    ("GET", "/console/insights/relationship/conversations"): May.READ,
    ("GET", "/console/insights/relationship"): May.READ,
    ("GET", "/console/insights/experiments"): May.READ,
    ("POST", "/console/insights/experiments"): May.CONFIGURE,
    ("POST", "/console/insights/experiments/set-back"): May.CONFIGURE,
    ("GET", "/console/insights/experiments/{experiment_id}"): May.READ,
    ("POST", "/console/insights/experiments/{experiment_id}/stop"): May.CONFIGURE,
    ("POST", "/console/insights/experiments/{experiment_id}/adopt"): May.CONFIGURE,
    ("GET", "/console/insights/customers"): May.READ,
    ("POST", "/console/insights/customers"): May.CONFIGURE,
    ("GET", "/console/insights/data/{what}"): May.READ,
    ("GET", "/console/account/tokens"): May.READ,
    ("POST", "/console/account/tokens"): May.READ,
    ("POST", "/console/account/tokens/{token_id}/revoke"): May.READ,
    ("GET", "/console/insights/drivers"): May.READ,
    ("GET", "/console/follow-ups"): May.READ,
    ("GET", "/console/follow-ups/rules"): May.CONFIGURE,
    ("POST", "/console/follow-ups/rules"): May.CONFIGURE,
    ("GET", FOLLOW_UP): May.READ,
    ("POST", f"{FOLLOW_UP}/take"): May.ANSWER,
    ("POST", f"{FOLLOW_UP}/done"): May.ANSWER,
    ("POST", f"{FOLLOW_UP}/drop"): May.ANSWER,
    ("POST", f"{FOLLOW_UP}/link"): May.ANSWER,
    ("POST", f"{CASE}/follow-up"): May.ANSWER,
    ("GET", f"{CASE}/attachments/{{attachment_id}}"): May.READ,
    ("POST", f"{CASE}/attachments"): May.ANSWER,
    ("GET", "/console/gaps"): May.WRITE,
    ("GET", "/console/gaps/{gap_id}"): May.WRITE,
    ("POST", "/console/gaps/{gap_id}/take"): May.WRITE,
    ("POST", "/console/gaps/{gap_id}/draft"): May.WRITE,
    ("POST", "/console/gaps/{gap_id}/word-for-word"): May.WRITE,
    ("POST", "/console/gaps/{gap_id}/tell"): May.WRITE,
    ("POST", "/console/gaps/{gap_id}/dismiss"): May.WRITE,
    ("POST", "/console/gaps/{gap_id}/reopen"): May.WRITE,
    ("GET", "/console/curated"): May.WRITE,
    ("POST", "/console/curated"): May.WRITE,
    ("POST", "/console/curated/{curated_id}"): May.WRITE,
    ("POST", "/console/curated/{curated_id}/drop"): May.WRITE,
    ("GET", "/console/playground"): May.WRITE,
    ("POST", "/console/playground"): May.WRITE,
    ("GET", "/console/impact/{manuscript_id}"): May.WRITE,
    ("POST", "/console/impact/{manuscript_id}"): May.WRITE,
    ("GET", "/console/team"): May.CONFIGURE,
    ("POST", "/console/team"): May.CONFIGURE,
    ("GET", "/console/triggers"): May.CONFIGURE,
    ("POST", "/console/triggers"): May.CONFIGURE,
    ("GET", "/console/deliveries"): May.CONFIGURE,
    ("POST", "/console/deliveries/{delivery_id}/again"): May.CONFIGURE,
    ("POST", "/console/account/notices"): SIGNED_IN,
    ("GET", f"{CASE}/insertable"): May.ANSWER,
    ("GET", "/console/assignment"): May.CONFIGURE,
    ("POST", "/console/assignment"): May.CONFIGURE,
    ("POST", "/console/assignment/{person_id}"): May.CONFIGURE,
    ("POST", "/console/availability"): May.ANSWER,
    ("POST", "/console/views"): May.READ,
    ("POST", "/console/views/{view_id}/drop"): May.READ,
    ("GET", "/console/welcome"): May.CONFIGURE,
    ("POST", "/console/welcome"): May.CONFIGURE,
    ("GET", "/console/canned"): May.CONFIGURE,
    ("POST", "/console/canned"): May.CONFIGURE,
    ("POST", "/console/canned/{canned_id}"): May.CONFIGURE,
    ("POST", "/console/canned/{canned_id}/drop"): May.CONFIGURE,
    ("GET", "/console/review"): May.STEER,
    ("POST", "/console/review/{id}"): May.STEER,
    ("GET", "/console/webhooks"): May.CONFIGURE,
    ("POST", "/console/webhooks"): May.CONFIGURE,
    ("POST", "/console/webhooks/{webhook_id}/secret"): May.CONFIGURE,
    ("POST", "/console/webhooks/{webhook_id}/pause"): May.CONFIGURE,
    ("POST", "/console/webhooks/{webhook_id}/resume"): May.CONFIGURE,
    ("POST", "/console/webhooks/{webhook_id}/test"): May.CONFIGURE,
    ("POST", "/console/webhooks/{webhook_id}/drop"): May.CONFIGURE,
    ("GET", "/console/nudges"): May.CONFIGURE,
    ("POST", "/console/nudges"): May.CONFIGURE,
    ("POST", "/console/nudges/{nudge_id}"): May.CONFIGURE,
    ("POST", "/console/nudges/{nudge_id}/drop"): May.CONFIGURE,
    ("GET", "/console/articles"): May.WRITE,
    ("POST", "/console/articles"): May.WRITE,
    ("GET", "/console/articles/sources"): May.WRITE,
    ("GET", "/console/articles/care"): May.WRITE,
    ("GET", "/console/articles/home"): May.WRITE,
    ("GET", "/console/articles/clashes"): May.WRITE,
    ("POST", "/console/articles/clashes"): May.WRITE,
    ("POST", "/console/articles/care"): May.WRITE,
    ("POST", f"{ARTICLE}/translations"): May.WRITE,
    ("POST", "/console/articles/sources"): May.PUBLISH,
    ("GET", ARTICLE): May.WRITE,
    ("POST", ARTICLE): May.WRITE,
    ("POST", f"{ARTICLE}/autosave"): May.WRITE,
    ("POST", f"{ARTICLE}/preview"): May.WRITE,
    ("POST", f"{ARTICLE}/presence"): May.WRITE,
    ("POST", f"{ARTICLE}/comments"): May.WRITE,
    ("POST", f"{ARTICLE}/submit"): May.WRITE,
    ("POST", f"{ARTICLE}/send-back"): May.WRITE,
    ("POST", f"{ARTICLE}/publish"): May.PUBLISH,
    ("POST", f"{ARTICLE}/schedule"): May.PUBLISH,
    ("GET", "/console/sources"): May.WRITE,
    ("POST", "/console/playground/sets"): May.WRITE,
    ("POST", "/console/playground/sets/{set_id}/drop"): May.WRITE,
    ("POST", "/console/sources/sync"): May.PUBLISH,
    ("POST", "/console/sources/schedule"): May.PUBLISH,
    ("POST", "/console/sources/withdraw"): May.PUBLISH,
    ("POST", f"{ARTICLE}/images"): May.WRITE,
    ("POST", f"{ARTICLE}/unschedule"): May.WRITE,
    ("POST", f"{ARTICLE}/archive"): May.PUBLISH,
    ("GET", f"{ARTICLE}/history"): May.WRITE,
    ("POST", f"{ARTICLE}/restore"): May.WRITE,
    ("GET", "/console/read/{article_id:path}"): SIGNED_IN,
    ("GET", "/console/people"): May.GOVERN,
    ("POST", "/console/people"): May.GOVERN,
    ("POST", "/console/people/{person_id}"): May.GOVERN,
    ("POST", "/console/people/{person_id}/password"): May.GOVERN,
    ("POST", "/console/people/{person_id}/sessions/end"): May.GOVERN,
    ("POST", "/console/people/{person_id}/unbind"): May.GOVERN,
    ("GET", "/console/audit"): May.GOVERN,
}


def routes(world: World) -> Iterator[tuple[str, str]]:
    for route in within(world.app.routes):
        if route.path.startswith("/console"):
            for method in sorted(route.methods - {"HEAD"}):
                yield method, route.path


def within(routes: Iterable[Any]) -> Iterator[APIRoute]:
    """Those of the routers in it, too."""
    for route in routes:
        if isinstance(route, APIRoute):
            yield route
        else:
            yield from within(getattr(getattr(route, "original_router", None), "routes", ()))


def test_every_route_is_in_the_table(world: World) -> None:
    assert set(routes(world)) == set(NEEDS)


def calls(agent: Agent, method: str, path: str, visitor: Visitor) -> Any:
    none = (
        "session_id",
        "person_id",
        "nudge_id",
        "attachment_id",
        "follow_up_id",
        "experiment_id",
        "token_id",
        "delivery_id",
        "gap_id",
        "manuscript_id",
        "article_id",
        "webhook_id",
        "canned_id",
        "view_id",
        "curated_id",
        "set_id",
    )
    path = path.replace(":path}", "}")
    filled = path.format(id=visitor.id, what="report", **dict.fromkeys(none, "none"))
    return agent.posts(filled) if method == "POST" else agent.opens(filled)


def may(role: str | None, needs: str | May) -> bool:
    if needs == ANYBODY:
        return True
    return role is not None and (needs == SIGNED_IN or allows(role, May(needs)))


@pytest.mark.parametrize("role", [None, *ROLES])
def test_each_role_gets_what_it_may_and_nothing_else(
    world: World, visitor: Visitor, new_agent: Callable[..., Agent], role: str | None
) -> None:
    visitor.calls_a_person()
    for (method, path), needs in NEEDS.items():
        if path.endswith(("/sign-in", "/sign-out", "/events", "/first", "/elsewhere", "/back")):
            continue
        agent = agents_of(new_agent, role)
        response = calls(agent, method, path, visitor)
        refused = response.status_code == 403 and "does not allow this" in response.text
        sent_away = response.headers.get("location") == "/console/sign-in"
        assert (refused or sent_away) != may(role, needs), (role, method, path, response)
        assert sent_away == (role is None), (role, method, path)
        assert response.status_code < 500


def agents_of(new_agent: Callable[..., Agent], role: str | None) -> Agent:
    """The same one for the whole test."""
    made: dict[str | None, Agent] = new_agent.__dict__.setdefault("made", {})
    if role not in made:
        made[role] = new_agent(f"{role}", role or "agent", signed_in=role is not None)
    return made[role]


def test_a_stream_of_changes_is_for_who_may_read(
    new_agent: Callable[..., Agent],
) -> None:
    assert new_agent("wim", "writer").opens("/console/events").status_code == 403
    gone = new_agent("kim", signed_in=False).opens("/console/events")
    assert gone.headers["location"] == "/console/sign-in"


def test_the_manual_tells_the_same_table() -> None:
    manual = (Path(__file__).parents[2] / "docs" / "support-leads.md").read_text(encoding="utf-8")
    for role, grants in GRANTS.items():
        row = next(line for line in manual.splitlines() if line.startswith(f"| `{role}` |"))
        told = [cell.strip() for cell in row.split("|")[2:-1]]
        assert told == ["yes" if each in grants else "" for each in May], role
