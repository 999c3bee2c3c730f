"""What contradicts another article stands side by side: everywhere, and before it is published."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from assistant.domain.manuscript import Content
from tests.server.conftest import Agent, World

CHEAP = Content("Returns", "en", "A return from abroad costs €5 for each <b>parcel</b>.")
DEAR = Content("What returns cost", "en", "A return from abroad costs €7 for each <b>parcel</b>.")


@pytest.fixture
def lead(new_agent: Callable[..., Agent]) -> Agent:
    return new_agent("lea", "lead")


def written(world: World, content: Content, *, publish: bool = True) -> str:
    lea = world.store.person_by_email("lea@company.example")
    assert lea
    editor = world.assistant.editor
    drafted = editor.draft(content, by=lea)
    if publish:
        editor.publish(drafted.id, version=1, by=lea)
    return str(drafted.id)


def test_without_any_the_page_says_so(lead: Agent) -> None:
    assert "No two articles contradict" in lead.opens("/console/articles/clashes").text


def test_two_articles_stand_side_by_side(world: World, lead: Agent) -> None:
    written(world, CHEAP)
    written(world, DEAR)
    page = lead.opens("/console/articles/clashes").text
    assert "other price" in page
    assert "costs €5 for each" in page
    assert "costs €7 for each" in page
    assert 'href="/help/en/what-returns-cost"' in page
    assert "autre prix" in lead.opens("/console/articles/clashes?locale=fr").text


def test_a_draft_is_held_against_what_is_published(world: World, lead: Agent) -> None:
    written(world, CHEAP)
    index = world.assistant.impact._index
    for name, vector in world.store.vectors(
        world.assistant.clashes._model, world.store.fingerprints("en")
    ).items():
        index.add("en", [name], np.stack([vector]))
    here = f"/console/impact/{written(world, DEAR, publish=False)}"
    lead.posts(here)
    page = lead.opens(here).text
    assert "Contradicts another article" in page
    assert "costs €5 for each" in page
