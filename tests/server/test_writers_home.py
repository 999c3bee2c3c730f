"""A writer begins with what is theirs, what is missing, and what their changes achieved."""

from __future__ import annotations

from collections.abc import Callable
from unittest.mock import Mock

import pytest

from assistant.domain.answer import Answer, Citation, Sentence
from assistant.domain.handoff import Reason
from assistant.domain.manuscript import Content
from assistant.ports import Person
from tests.server.conftest import Agent, Visitor, World, person_of

HOME = "/console/articles/home"


@pytest.fixture
def writer(new_agent: Callable[..., Agent]) -> Agent:
    return new_agent("wim", "writer")


@pytest.fixture
def wim(world: World, writer: Agent) -> Person:
    return person_of(world, writer)


def test_who_only_writes_begins_there_and_is_told_what_will_stand_there(writer: Agent) -> None:
    assert writer.opens("/console").headers["location"] == HOME
    page = writer.opens(HOME).text
    assert "Nothing of yours is underway." in page
    assert "Nothing waits for a review." in page
    assert "0 gaps are open" in page
    assert "0 articles need care" in page
    assert "Nothing that you wrote is published yet." in page
    assert "Ce que mes modifications ont apporté" in writer.opens(f"{HOME}?locale=fr").text


def test_what_is_mine_and_what_is_missing(
    world: World, writer: Agent, wim: Person, new_visitor: Callable[..., Visitor]
) -> None:
    editor = world.assistant.editor
    editor.draft(Content("Engraving <b>lamps", "en", "Yes."), by=wim)
    waiting = editor.draft(Content("Gift wrapping", "en", "Yes."), by=wim)
    editor.submit(waiting.id, by=wim)
    world.answerer.will_call_a_person(Reason.NOT_COVERED)
    new_visitor(locale="en").says("Do you tune pianos?")
    page = writer.opens(HOME).text
    assert "Engraving &lt;b&gt;lamps" in page
    # Mine, and waiting for a review.
    assert page.count("Gift wrapping") == 2
    assert "1 gap is open" in page
    assert "Do you tune pianos?" in page


def test_what_was_answered_from_it_since_it_was_published(
    world: World, writer: Agent, wim: Person, new_visitor: Callable[..., Visitor]
) -> None:
    editor = world.assistant.editor
    drafted = editor.draft(Content("Engraving", "en", "Up to 20 letters."), by=wim)
    published = editor.publish(drafted.id, version=1, by=wim)
    assert "No question was answered from it yet" in writer.opens(HOME).text
    cited = Citation(1, published.article_id, "Engraving", "/help/en/engraving", "x#0", "…")
    world.answerer.outcome = Answer((Sentence("Up to 20.", (1,)),), (cited,), 0.9, "en")
    new_visitor(locale="en").says("How many letters do you engrave?")
    page = writer.opens(HOME).text
    assert "1 question was answered from it" in page
    assert "0 found it helpful" in page


def test_the_log_is_read_once_for_all_that_was_changed(
    world: World, writer: Agent, wim: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    editor = world.assistant.editor
    for title in ("Engraving", "Gift wrapping", "Lamps"):
        drafted = editor.draft(Content(title, "en", "Yes."), by=wim)
        editor.publish(drafted.id, version=1, by=wim)
    read = Mock(wraps=world.store.article_uses)
    monkeypatch.setattr(world.store, "article_uses", read)
    page = writer.opens(HOME).text
    assert page.count("No question was answered from it yet") == 3
    assert read.call_count == 1


def test_another_s_changes_are_not_mine(world: World, writer: Agent, lea: Agent) -> None:
    person = person_of(world, lea)
    drafted = world.assistant.editor.draft(Content("Engraving", "en", "Yes."), by=person)
    world.assistant.editor.publish(drafted.id, version=1, by=person)
    assert "Nothing that you wrote is published yet." in writer.opens(HOME).text
