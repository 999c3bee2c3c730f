"""What contradicts another article stands side by side: everywhere, and before it is published."""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np

from assistant.domain.manuscript import Content
from tests.server.conftest import Agent, World, person_of

CHEAP = Content("Returns", "en", "A return from abroad costs €5 for each <b>parcel</b>.")
DEAR = Content("What returns cost", "en", "A return from abroad costs €7 for each <b>parcel</b>.")


def written(world: World, content: Content, *, by: Agent, publish: bool = True) -> str:
    editor, person = world.assistant.editor, person_of(world, by)
    drafted = editor.draft(content, by=person)
    if publish:
        editor.publish(drafted.id, version=1, by=person)
    return str(drafted.id)


def test_without_any_the_page_says_so(lea: Agent) -> None:
    assert "No two articles contradict" in lea.opens("/console/articles/clashes").text


def test_two_articles_stand_side_by_side(world: World, lea: Agent) -> None:
    written(world, CHEAP, by=lea)
    written(world, DEAR, by=lea)
    page = lea.opens("/console/articles/clashes").text
    assert "other price" in page
    assert "costs €5 for each" in page
    assert "costs €7 for each" in page
    assert 'href="/help/en/what-returns-cost"' in page
    assert "autre prix" in lea.opens("/console/articles/clashes?locale=fr").text


def test_what_is_fine_leaves_the_list_and_says_who_found_it_so(
    world: World, lea: Agent, new_agent: Callable[..., Agent]
) -> None:
    written(world, CHEAP, by=lea)
    written(world, DEAR, by=lea)
    wim, here = new_agent("wim", "writer"), "/console/articles/clashes"
    key = re.findall(r'name="key" value="(\w+)"', wim.opens(here).text)[0]
    done = wim.posts(here, key=key, fine="true")
    assert done.headers["location"].endswith("told=settled")
    page = lea.opens(here).text
    assert "No two articles contradict" in page
    assert "1 found to be fine" in page
    assert "wim" in page.partition("1 found to be fine")[2]
    assert "settled a contradiction" in new_agent("ada", "admin").opens("/console/audit").text
    lea.posts(here, key=key, fine="false")
    assert "found to be fine" not in lea.opens(here).text
    gone = lea.posts(here, key="0" * 32, fine="true")
    assert gone.headers["location"].endswith("told=changed")


def test_a_draft_is_held_against_what_is_published(world: World, lea: Agent) -> None:
    written(world, CHEAP, by=lea)
    index = world.assistant.impact._index
    for name, vector in world.store.vectors(
        world.assistant.clashes._model, world.store.fingerprints("en")
    ).items():
        index.add("en", [name], np.stack([vector]))
    here = f"/console/impact/{written(world, DEAR, publish=False, by=lea)}"
    lea.posts(here)
    page = lea.opens(here).text
    assert "Contradicts another article" in page
    assert "costs €5 for each" in page
