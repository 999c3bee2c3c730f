"""The link that the server prints at its first start makes the first admin, once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from assistant.support.people import FIRST, People
from tests.server.conftest import PASSWORD, QUICK_HASHER, World, utc_now


def makes(world: World, code: str, **changed: str) -> Any:
    sent = {"email": "ann@company.example", "password": PASSWORD, "code": code, **changed}
    client = world.client()
    origin = {"Origin": "http://testserver"}
    response = client.post("/console/first", data=sent, headers=origin, follow_redirects=False)
    return client, response


def test_whoever_has_the_link_becomes_the_admin_and_is_in(world: World) -> None:
    code = world.assistant.people.first_code()
    assert "first.js" in world.client().get("/console/first").text
    client, made = makes(world, code)
    assert made.status_code == 303
    assert client.get("/console/people", follow_redirects=False).status_code == 200
    (ann,) = world.store.people()
    assert (ann.email, ann.role) == ("ann@company.example", "admin")


def test_it_works_once(world: World) -> None:
    code = world.assistant.people.first_code()
    makes(world, code)
    _, again = makes(world, code, email="eve@company.example")
    assert again.status_code == 403
    assert len(world.store.people()) == 1
    assert world.assistant.people.first_code() is None
    closed = world.client().get("/console/first", follow_redirects=False)
    assert closed.headers["location"] == "/console/sign-in"


def test_only_the_latest_link_works_and_not_for_ever(world: World) -> None:
    first, latest = (world.assistant.people.first_code() for _ in range(2))
    assert makes(world, first)[1].status_code == 403
    late = People(world.store, now=lambda: utc_now() + FIRST, hasher=QUICK_HASHER)
    world.assistant.people, now = late, world.assistant.people
    assert makes(world, latest)[1].status_code == 403
    world.assistant.people = now
    assert makes(world, latest)[1].status_code == 303
    assert timedelta(hours=1) < FIRST <= timedelta(days=1)


@pytest.mark.parametrize("wrong", [{"email": "ann"}, {"password": "short"}])
def test_what_was_typed_wrong_uses_the_link_not_up(world: World, wrong: dict[str, str]) -> None:
    code = world.assistant.people.first_code()
    _, refused = makes(world, code, **wrong)
    assert refused.status_code == 422
    assert makes(world, code)[1].status_code == 303


def test_who_guesses_is_slowed_down(world: World) -> None:
    world.assistant.people.first_code()
    statuses = [makes(world, f"guess-{n}")[1].status_code for n in range(12)]
    assert statuses[0] == 403
    assert statuses[-1] == 429
