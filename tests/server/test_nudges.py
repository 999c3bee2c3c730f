"""Proactive messages: written in the console, shown on pages, counted, said in conversations."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from fastapi.testclient import TestClient

from assistant.domain.nudge import LONGEST_TEXT, NudgeFigures
from assistant.server.app import SHOWS_PER_MINUTE
from tests.server.conftest import Agent, Visitor, World

SIZES = {
    "text-en": "Not sure about the size?",
    "text-fr": "Un doute sur la taille ?",
    "kind": "invitation",
    "place": "/shoes/*",
    "seconds": "20",
    "active": "yes",
}
OUTAGE = {"text-en": "Card payments fail.", "kind": "incident", "place": "/*", "seconds": "0"}


def added(world: World, lea: Agent, **changed: str) -> str:
    """The id of a new one."""
    assert lea.posts("/console/nudges", **SIZES | changed).status_code == 303
    return world.store.nudges()[0].id


def rules(client: TestClient) -> list[dict[str, Any]]:
    script = client.get("/widget/nudges.js").text
    told = re.search(r"^rules\.push\(\.\.\.(\[.*\])\);$", script, re.MULTILINE)
    assert told is not None
    found: list[dict[str, Any]] = json.loads(told[1])
    return found


def figures(world: World, nudge_id: str) -> NudgeFigures:
    return world.store.nudge_figures()[nudge_id]


# -- in the console


def test_one_is_written_changed_and_deleted(world: World, lea: Agent) -> None:
    assert "None yet" in lea.opens("/console/nudges").text
    id = added(world, lea)
    page = lea.opens("/console/nudges?saved=1").text
    assert "Not sure about the size?" in page
    assert "/shoes/*" in page
    changed = SIZES | {"text-fr": "", "place": "/boots", "active": ""}
    assert lea.posts(f"/console/nudges/{id}", **changed).status_code == 303
    nudge = world.store.nudges()[0]
    assert (nudge.id, nudge.place, nudge.active) == (id, "/boots", False)
    assert nudge.texts == {"en": "Not sure about the size?"}
    assert "Paused" in lea.opens("/console/nudges").text
    assert lea.posts(f"/console/nudges/{id}/drop").status_code == 303
    assert world.store.nudges() == []
    deeds = [deed.action for _, deed in world.store.deeds(limit=3)]
    assert deeds == ["nudge_dropped", "nudge_saved", "nudge_saved"]


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("text-en", "x" * (LONGEST_TEXT + 1), "too long"),
        ("place", "shoes", "no path"),
        ("place", "/*******x", "too many *"),
        ("place", "/" + "x" * 300, "no path"),
        ("place", "https://shop.example/shoes", "no path"),
        ("seconds", "3601", "seconds"),
        ("seconds", "soon", "seconds"),
    ],
)
def test_what_makes_no_sense_is_refused_and_kept_in_the_form(
    world: World, lea: Agent, field: str, value: str, said: str
) -> None:
    refused = lea.posts("/console/nudges", **SIZES | {field: value})
    assert refused.status_code == 422
    assert said in refused.text
    assert "Un doute sur la taille" in refused.text
    assert world.store.nudges() == []


def test_without_words_it_is_refused(world: World, lea: Agent) -> None:
    refused = lea.posts("/console/nudges", **SIZES | {"text-en": " ", "text-fr": ""})
    assert refused.status_code == 422
    assert world.store.nudges() == []


def test_a_change_that_makes_no_sense_leaves_it_as_it_was(world: World, lea: Agent) -> None:
    id = added(world, lea)
    refused = lea.posts(f"/console/nudges/{id}", **SIZES | {"place": "nowhere"})
    assert refused.status_code == 422
    assert 'value="nowhere"' in refused.text
    assert world.store.nudges()[0].place == "/shoes/*"


def test_one_that_is_gone_is_not_there(lea: Agent) -> None:
    assert lea.posts("/console/nudges/n-gone", **SIZES).status_code == 404
    assert lea.posts("/console/nudges/n-gone/drop").status_code == 404


# -- on pages


def test_the_loader_asks_only_where_there_are_some(world: World, lea: Agent) -> None:
    before = world.client().get("/widget.js")
    assert "const NUDGES=false;" in before.text
    id = added(world, lea)
    after = world.client().get("/widget.js")
    assert "const NUDGES=true;" in after.text
    assert after.headers["etag"] != before.headers["etag"]
    lea.posts(f"/console/nudges/{id}", **SIZES | {"active": ""})
    assert "const NUDGES=false;" in world.client().get("/widget.js").text


def test_pages_of_any_site_get_the_rules_without_words(
    world: World, lea: Agent, client: TestClient
) -> None:
    id = added(world, lea)
    response = client.get("/widget/nudges.js", headers={"Origin": "https://shop.example"})
    assert response.headers["access-control-allow-origin"] == "*"
    assert response.headers["content-type"].startswith("text/javascript")
    assert rules(client) == [
        {
            "id": id,
            "kind": "invitation",
            "place": "/shoes/*",
            "seconds": 20,
            "locales": ["en", "fr"],
        }
    ]
    assert "Not sure" not in response.text


def test_it_is_counted_as_shown_where_its_words_are_fetched(
    world: World, lea: Agent, client: TestClient
) -> None:
    id = added(world, lea, **{"text-en": 'Less than </script> & "quoted"\u2028?'})
    words = client.get(f"/widget/nudges/{id}.js?locale=en")
    told = re.fullmatch(r"export const text = (.+);\n", words.text)
    assert told is not None
    assert json.loads(told[1]) == 'Less than </script> & "quoted"\u2028?'
    assert "\u2028" not in words.text
    assert words.headers["cache-control"] == "no-store"
    assert "set-cookie" not in words.headers
    assert "taille" in client.get(f"/widget/nudges/{id}.js?locale=fr").text
    assert figures(world, id) == NudgeFigures(shown=2)


def test_one_that_is_paused_or_silent_in_that_language_is_not_shown(
    world: World, lea: Agent, client: TestClient
) -> None:
    id = added(world, lea, **{"text-fr": ""})
    assert client.get(f"/widget/nudges/{id}.js?locale=fr").status_code == 404
    lea.posts(f"/console/nudges/{id}", **SIZES | {"active": ""})
    assert client.get(f"/widget/nudges/{id}.js?locale=en").status_code == 404
    assert figures(world, id) == NudgeFigures()


def test_who_asks_too_often_is_shown_it_and_not_counted(
    world: World, lea: Agent, client: TestClient
) -> None:
    id = added(world, lea)
    for _ in range(SHOWS_PER_MINUTE + 3):
        assert client.get(f"/widget/nudges/{id}.js?locale=en").status_code == 200
    assert figures(world, id).shown == SHOWS_PER_MINUTE


def test_a_known_problem_stands_in_the_widget_as_long_as_it_lasts(
    world: World, lea: Agent, client: TestClient
) -> None:
    added(world, lea)
    id = added(world, lea, **OUTAGE, **{"text-fr": ""})
    page = client.get("/widget?locale=en").text
    assert '<p class="incident"><b>Known problem:</b> Card payments fail.</p>' in page
    assert "Not sure" not in client.get("/widget?locale=en").text
    assert 'class="incident"' not in client.get("/widget?locale=fr").text
    lea.posts(f"/console/nudges/{id}/drop")
    assert 'class="incident"' not in client.get("/widget?locale=en").text


# -- in conversations


def take_up(visitor: Visitor, nudge_id: str, **headers: str) -> Any:
    path, body = f"{visitor.path}/nudges", {"nudge_id": nudge_id}
    return visitor.client.post(path, json=body, headers=headers or visitor.headers)


def test_what_was_opened_stands_in_the_conversation_and_an_answer_counts(
    world: World, lea: Agent, visitor: Visitor
) -> None:
    id = added(world, lea)
    said = take_up(visitor, id).json()["message"]
    assert (said["author"], said["text"]) == ("assistant", "Not sure about the size?")
    assert take_up(visitor, id).json()["message"]["id"] == said["id"]
    assert [each["text"] for each in visitor.reads()["messages"]] == [said["text"]]
    assert figures(world, id) == NudgeFigures(opened=1)
    visitor.says("Can I return a gift?")
    assert figures(world, id) == NudgeFigures(opened=1, answered=1)


def test_it_is_said_in_the_language_of_the_conversation(
    world: World, lea: Agent, new_visitor: Callable[..., Visitor]
) -> None:
    id = added(world, lea)
    assert "taille" in take_up(new_visitor(locale="fr"), id).json()["message"]["text"]
    english = added(world, lea, **{"text-fr": ""})
    assert "size" in take_up(new_visitor(locale="fr"), english).json()["message"]["text"]


def test_who_waits_for_a_person_is_not_talked_to(
    world: World, lea: Agent, visitor: Visitor
) -> None:
    id = added(world, lea)
    visitor.calls_a_person()
    before = visitor.reads()["messages"]
    assert take_up(visitor, id).json() == {"message": None}
    assert visitor.reads()["messages"] == before


def test_nobody_else_and_nothing_else_is_taken_up(
    world: World, lea: Agent, visitor: Visitor, new_visitor: Callable[..., Visitor]
) -> None:
    id = added(world, lea)
    assert take_up(visitor, "n-gone").status_code == 404
    other = new_visitor().headers
    assert take_up(visitor, id, **other).status_code == 404
    assert take_up(visitor, id, Authorization="").status_code == 401
    assert visitor.reads()["messages"] == []
