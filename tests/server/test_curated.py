"""Answers given word for word: what a writer keeps, and where it shows that they were given."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.server.conftest import Agent, World


@pytest.fixture
def writer(new_agent: Callable[..., Agent]) -> Agent:
    return new_agent("wim", "writer")


def kept(world: World) -> list[str]:
    return [each.text for each in world.store.curated()]


def add(writer: Agent, **more: str) -> str:
    form = {"locale": "en", "phrasings": "Are you open?", "text": "Until *six*.", **more}
    added = writer.posts("/console/curated", **form)
    assert added.headers["location"] == "/console/curated?saved=1"
    return str(writer.opens("/console/curated?saved=1").text)


def test_without_any_the_page_says_what_they_are_for(writer: Agent) -> None:
    assert "Nothing is answered word for word yet" in writer.opens("/console/curated").text


def test_one_is_added_changed_and_deleted(world: World, writer: Agent) -> None:
    page = add(writer, expires_on="2030-01-31", phrasings="Are you open?\n\nOpening <b>hours?")
    assert "given from the next question on" in page
    assert "Until <em>six</em>." in page
    assert "Opening &lt;b&gt;hours?" in page
    assert "until 31 January 2030" in page
    assert "given 0 times" in page
    (curated,) = world.store.curated()
    here = f"/console/curated/{curated.id}"
    writer.posts(here, locale="fr", phrasings="Ouvert ?", text="Oui.", expires_on="")
    assert kept(world) == ["Oui."]
    assert writer.posts(f"{here}/drop").headers["location"] == "/console/curated"
    assert kept(world) == []
    deeds = [deed.action for _, deed in world.store.deeds()]
    assert deeds[:3] == ["curated_dropped", "curated_saved", "curated_saved"]


def test_an_expired_one_says_so(writer: Agent) -> None:
    assert "Expired" in add(writer, expires_on="2020-01-31")


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"phrasings": " "}, "Write at least one question"),
        ({"text": ""}, "Write what is answered."),
        ({"expires_on": "2026-02-31"}, "There is no such day."),
    ],
)
def test_what_cannot_be_kept_is_told_and_stays_in_the_form(
    world: World, writer: Agent, form: dict[str, str], said: str
) -> None:
    sent = {"locale": "en", "phrasings": "Are you open?", "text": "Yes we are.", **form}
    refused = writer.posts("/console/curated", **sent)
    assert refused.status_code == 422
    assert said in refused.text
    assert ("Yes we are." in refused.text) or not sent["text"]
    assert kept(world) == []


def test_two_answers_to_one_question_are_refused(world: World, writer: Agent) -> None:
    add(writer)
    again = writer.posts(
        "/console/curated", locale="en", phrasings="are you OPEN", text="No.", expires_on=""
    )
    assert again.status_code == 422
    assert "Another one answers “are you OPEN” already" in again.text


def test_one_that_is_not_there_is_not_found(writer: Agent) -> None:
    assert writer.posts("/console/curated/gone/drop").status_code == 404
    form = {"locale": "en", "phrasings": "x", "text": "y", "expires_on": ""}
    assert writer.posts("/console/curated/gone", **form).status_code == 404


def test_the_question_of_the_playground_is_in_the_form(writer: Agent) -> None:
    page = writer.opens("/console/curated?question=Are+you+%3Copen%3E&language=fr").text
    assert "Are you &lt;open&gt;</textarea>" in page
    assert '<option value="fr" selected>' in page


def test_in_french(writer: Agent) -> None:
    page = writer.opens("/console/curated?locale=fr").text
    assert "Mot pour mot" in page
    assert '<option value="fr" selected>' in page
