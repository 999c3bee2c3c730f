"""The page that tells what an article would change, over a real search on both sides."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from assistant.domain.handoff import Reason
from assistant.domain.manuscript import Content
from assistant.writing.impact import Effect
from tests.server.conftest import Agent, Visitor, World, person_of

ENGRAVING = Content(
    title="Can you engrave my gift?",
    locale="en",
    body="We engrave every gift free of charge. Engraving takes two days.",
    questions=("how much does engraving cost",),
)


@pytest.fixture
def writer(new_agent: Callable[..., Agent]) -> Agent:
    return new_agent("wim", "writer")


def drafted(world: World, content: Content = ENGRAVING) -> str:
    wim = world.store.person_by_email("wim@company.example")
    assert wim
    return str(world.assistant.editor.draft(content, by=wim).id)


def asked(world: World, new_visitor: Callable[..., Visitor], *texts: str) -> None:
    world.answerer.will_call_a_person(Reason.NOT_COVERED)
    for text in texts:
        new_visitor(locale="en").says(text)


def test_before_the_check_there_is_only_the_button(world: World, writer: Agent) -> None:
    page = writer.opens(f"/console/impact/{drafted(world)}").text
    assert "Check it" in page
    assert "Can you engrave my gift?" in page


def test_a_question_that_the_draft_answers_is_fixed_and_nothing_is_published(
    world: World, writer: Agent, new_visitor: Callable[..., Visitor]
) -> None:
    asked(world, new_visitor, "How much does engraving cost?", "how much does engraving cost")
    here, version = f"/console/impact/{drafted(world)}", world.store.version()
    assert writer.posts(here).headers["location"] == here
    page = writer.opens(here).text
    assert "fixed: answered with the article" in page
    assert "2 customers" in page
    assert "free of charge" in page
    assert world.store.version() == version
    assert "engrave" not in " ".join(card.title for card in world.store.articles())


def test_what_was_checked_is_forgotten_when_the_article_changes(
    world: World, writer: Agent, new_visitor: Callable[..., Visitor]
) -> None:
    asked(world, new_visitor, "How much does engraving cost?")
    id = drafted(world)
    writer.posts(f"/console/impact/{id}")
    wim = person_of(world, writer)
    content = Content(title="Else", locale="en", body="Something else.")
    world.assistant.editor.save(id, content, version=1, by=wim)
    page = writer.opens(f"/console/impact/{id}").text
    assert "Check it" in page
    assert "fixed" not in page


def test_a_question_of_who_was_forgotten_is_shown_no_more(
    world: World, writer: Agent, new_visitor: Callable[..., Visitor]
) -> None:
    asked(world, new_visitor, "How much does engraving cost?")
    here = f"/console/impact/{drafted(world)}"
    writer.posts(here)
    assert "How much does engraving cost?" in writer.opens(here).text
    world.store.forget(world.store.conversations()[0].visitor_id)
    assert "How much does engraving cost?" not in writer.opens(here).text


def test_without_questions_it_says_so(world: World, writer: Agent) -> None:
    here = f"/console/impact/{drafted(world)}"
    writer.posts(here)
    assert "Nobody has asked anything yet" in writer.opens(here).text


def test_what_cannot_be_published_is_told(world: World, writer: Agent) -> None:
    here = f"/console/impact/{drafted(world, Content('Empty', 'en', ''))}"
    refused = writer.posts(here)
    assert refused.status_code == 422
    assert "no text" in refused.text
    assert writer.opens(here).status_code == 200
    assert writer.opens("/console/impact/gone").status_code == 404


def test_what_is_known_to_break_is_published_with_a_reason_alone(world: World, lea: Agent) -> None:
    person = person_of(world, lea)
    id = world.assistant.editor.draft(ENGRAVING, by=person).id
    lea.posts(f"/console/impact/{id}")
    (version, found) = world.assistant.impact._kept[id]
    broken = replace(found, effects={**found.effects, Effect.BROKEN: 2})
    world.assistant.impact._kept[id] = (version, broken)
    form = {"version": "1", "title": ENGRAVING.title, "locale": "en", "body": ENGRAVING.body}
    form |= {"questions": ENGRAVING.questions[0], "owner": person.id}
    refused = lea.posts(f"/console/articles/{id}/publish", **form)
    assert refused.status_code == 422
    assert "2 questions that are answered now" in refused.text
    assert 'name="reason"' in refused.text
    assert world.store.manuscript(id).live_version is None
    lea.posts(f"/console/articles/{id}/publish", **form, reason="The old answer was wrong.")
    assert world.store.manuscript(id).live_version == 1
    assert "The old answer was wrong." in lea.opens(f"/console/articles/{id}").text
