"""The pages of what is missing: what a writer reads there, and what they decide."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from types import ModuleType
from typing import Any

import pytest

from assistant.domain.gap import GapEvent, GapState
from assistant.domain.handoff import Reason
from assistant.domain.manuscript import Manuscript
from assistant.domain.ownership import Event
from assistant.errors import WrongStatus
from assistant.ports import Person
from assistant.ports.editor import Shelf, ShelfQuery
from assistant.server import gaps as server_gaps
from assistant.testing import FakeEmbedder, ScriptedModel
from assistant.testing.samples import by_agent
from assistant.writing import written_draft
from assistant.writing.drafting import begun
from assistant.writing.editor import Editor
from assistant.writing.written_draft import WrittenDrafts
from tests.server.conftest import GIFT, Agent, Visitor, World, utc_now


@pytest.fixture
def writer(new_agent: Callable[..., Agent]) -> Agent:
    return new_agent("wim", "writer")


@pytest.fixture
def gap_id(world: World, new_visitor: Callable[..., Visitor]) -> str:
    """Two customers ask for the same; a person answers one of them."""
    world.answerer.will_call_a_person(Reason.NOT_COVERED)
    for _ in range(2):
        visitor = new_visitor(locale="en")
        visitor.says("Can I return a <b>gift</b> without the code?")
    (gap,) = world.assistant.gaps.overview(GapState.OPEN).gaps
    return str(gap.id)


def test_without_failed_questions_the_page_says_what_will_stand_there(writer: Agent) -> None:
    page = writer.opens("/console/gaps").text
    assert "Nothing is missing" in page
    assert "90 days" in page


def test_the_list_tells_what_was_asked_how_it_failed_and_where_an_answer_belongs(
    writer: Agent, gap_id: str
) -> None:
    page = writer.opens("/console/gaps").text
    assert f'href="/console/gaps/{gap_id}"' in page
    assert "Can I return a &lt;b&gt;gift&lt;/b&gt; without the code?" in page
    assert "2 customers" in page
    assert "No answer × 2" in page
    assert "A person was called × 2" in page
    assert "Write an article." in page


def test_one_gap_shows_its_questions_and_what_people_answered(
    world: World, writer: Agent, agent: Agent, gap_id: str
) -> None:
    conversation = world.store.conversations()[0].id
    agent.posts(f"/console/conversations/{conversation}/messages", text="Yes, at the till.")
    page = writer.opens(f"/console/gaps/{gap_id}").text
    assert "Yes, at the till." in page
    assert page.count("without the code?") >= 4
    # A writer reads what was asked, and no conversation.
    assert "/console/conversations/" not in page


def test_who_may_read_conversations_finds_them(
    new_agent: Callable[..., Agent], gap_id: str
) -> None:
    lead = new_agent("lea", "lead")
    assert "/console/conversations/" in lead.opens(f"/console/gaps/{gap_id}").text


def test_taken_on_dismissed_and_reopened(world: World, writer: Agent, gap_id: str) -> None:
    here = f"/console/gaps/{gap_id}"
    moved = writer.posts(f"{here}/take", article_id=GIFT.id)
    assert moved.headers["location"] == here
    page = writer.opens(here).text
    assert "In work" in page
    assert GIFT.title in page
    assert writer.posts(f"{here}/dismiss").status_code == 303
    assert "Dismissed" in writer.opens(here).text
    assert writer.posts(f"{here}/reopen").status_code == 303
    assert world.assistant.gaps.gap(gap_id).state is GapState.OPEN
    deeds = [deed.action for _, deed in world.store.deeds()]
    assert deeds[:3] == ["gap_reopened", "gap_dismissed", "gap_taken"]


@pytest.mark.parametrize(
    ("locale", "told"), [("en", "Open it in the editor"), ("fr", "L’ouvrir dans l’éditeur")]
)
def test_what_is_to_be_extended_is_one_step_from_the_editor(
    world: World, writer: Agent, gap_id: str, locale: str, told: str
) -> None:
    wim = world.store.person_by_email("wim@company.example")
    assert wim
    written = world.assistant.editor.take_over(GIFT.id, by=wim)
    writer.posts(f"/console/gaps/{gap_id}/take", article_id=GIFT.id)
    page = writer.opens(f"/console/gaps/{gap_id}?locale={locale}").text
    assert f'href="/console/articles/{written.id}">{told}</a>' in page


def test_a_draft_begins_with_what_people_answered_and_is_to_answer_it(
    world: World, writer: Agent, agent: Agent, gap_id: str
) -> None:
    conversation = world.store.conversations()[0].id
    said = "Hello, yes: show us the receipt. Call +33 6 12 34 56 78. Kind regards, Kim"
    agent.posts(f"/console/conversations/{conversation}/messages", text=said)
    there = writer.posts(f"/console/gaps/{gap_id}/draft").headers["location"]
    manuscript = world.store.manuscript(there.rpartition("/")[2])
    assert manuscript.content.title == "Can I return a <b>gift</b> without the code?"
    assert manuscript.content.body == "Yes: show us the receipt. Call […]."
    page = writer.opens(f"/console/gaps/{gap_id}").text
    assert "In work" in page
    assert f"/console/impact/{manuscript.id}" in page
    assert writer.posts(f"/console/gaps/{gap_id}/draft").status_code == 409


def test_of_two_who_begin_a_draft_at_once_one_does(
    world: World, writer: Agent, gap_id: str
) -> None:
    gaps, editor = world.assistant.gaps, world.assistant.editor
    wim = world.store.person_by_email("wim@company.example")
    content = begun(gaps.evidence(gap_id))

    class Meanwhile(Editor):
        def draft(self, *args: Any, **named: Any) -> Manuscript:
            with suppress(WrongStatus):
                gaps.draft(gap_id, content, editor=editor, by=wim)
            return super().draft(*args, **named)

    slower = Meanwhile(world.store, embedder=FakeEmbedder(), now=utc_now)
    with suppress(WrongStatus):
        gaps.draft(gap_id, content, editor=slower, by=wim)
    (only,) = world.store.manuscripts(ShelfQuery(Shelf.DRAFTS, person_id=""))
    assert only.article_id == gaps.gap(gap_id).decided.article_id


def test_who_comes_too_late_is_told_how_it_stands(writer: Agent, gap_id: str) -> None:
    writer.posts(f"/console/gaps/{gap_id}/take")
    late = writer.posts(f"/console/gaps/{gap_id}/take")
    assert late.status_code == 409
    assert 'role="alert"' in late.text


@pytest.fixture
def done(world: World, gap_id: str) -> str:
    """The gap, done: its questions are answered now. One customer left an address; what people
    had to do for them is over."""
    first = min(world.store.conversations(), key=lambda each: each.created_at)
    world.assistant.desk.hand_off(first.id, email="ada@customer.example")
    world.store.move(first.id, by_agent(Event.RESOLVED))
    world.answerer.outcome = None
    gaps = world.assistant.gaps
    gaps.take(gap_id, by=Person("wim", "wim@company.example", "writer", ""), article_id=None)
    gaps._decide(gap_id, GapEvent.ANSWERED, by="assistant")
    return gap_id


def test_who_asked_is_told_by_one_click_and_by_one_alone(
    world: World, writer: Agent, done: str
) -> None:
    here = f"/console/gaps/{done}"
    page = writer.opens(here).text
    assert "1 can be told: they left an address" in page
    assert "1 cannot be told: they left no address" in page
    assert "ada@customer.example" not in page
    told = writer.posts(f"{here}/tell")
    assert told.headers["location"] == f"{here}?told=1"
    page = writer.opens(told.headers["location"]).text
    assert "1 customer was told just now." in page
    assert "1 customer was told</li>" in page
    assert f"{here}/tell" not in page
    assert writer.posts(f"{here}/tell").headers["location"] == f"{here}?told=0"
    world.assistant.outlets.courier.round()
    (letter,) = world.assistant.outlets.mail.letters
    assert letter.to == "ada@customer.example"
    assert "You get a **gift card**." in letter.text
    assert world.store.deeds()[0][1].action == "gap_told"


def test_who_looks_on_sees_it_in_the_conversation(
    world: World, writer: Agent, new_visitor: Callable[..., Visitor], done: str
) -> None:
    writer.posts(f"/console/gaps/{done}/tell")
    first = min(world.store.conversations(), key=lambda each: each.created_at)
    last = world.store.messages(first.id)[-1]
    assert last.text.startswith("You asked: “Can I return a <b>gift</b> without the code?”")
    assert "&lt;b&gt;gift" in last.html
    assert last.citations[0]["article_id"] == GIFT.id


def test_who_is_with_a_person_is_not_told_and_the_page_says_so(
    world: World, writer: Agent, done: str
) -> None:
    here = f"/console/gaps/{done}"
    first = min(world.store.conversations(), key=lambda each: each.created_at)
    theirs = world.store.move(first.id, by_agent(Event.TAKEN_UP))
    before = world.store.messages(theirs.id)
    told = writer.posts(f"{here}/tell")
    assert told.headers["location"] == f"{here}?told=0"
    page = writer.opens(told.headers["location"]).text
    assert "0 customers were told just now. 1 was not: a person has their conversation" in page
    assert "1 can be told" in page
    assert world.store.messages(theirs.id) == before
    world.store.move(theirs.id, by_agent(Event.RELEASED))
    assert writer.posts(f"{here}/tell").headers["location"] == f"{here}?told=1"


def test_what_is_not_done_tells_nobody(writer: Agent, gap_id: str) -> None:
    assert "Tell those who asked" not in writer.opens(f"/console/gaps/{gap_id}").text
    assert writer.posts(f"/console/gaps/{gap_id}/tell").status_code == 409


def test_one_that_is_not_there_is_not_found(writer: Agent) -> None:
    assert writer.opens("/console/gaps/gone").status_code == 404
    assert writer.posts("/console/gaps/gone/take").status_code == 404
    assert writer.opens("/console/gaps?state=lost").status_code == 422


def test_in_french(world: World, writer: Agent, gap_id: str) -> None:
    page = writer.opens(f"/console/gaps/{gap_id}?locale=fr").text
    assert "Où placer la réponse" in page
    assert "2 clients" in page


@pytest.mark.parametrize(
    ("locale", "button"), [("en", "Answer it word for word"), ("fr", "Y répondre mot pour mot")]
)
def test_what_is_to_be_answered_word_for_word_is_in_work_and_its_question_filled_in(
    writer: Agent, gap_id: str, locale: str, button: str
) -> None:
    here = f"/console/gaps/{gap_id}"
    assert button in writer.opens(f"{here}?locale={locale}").text
    to = writer.posts(f"{here}/word-for-word").headers["location"]
    assert "Can I return a &lt;b&gt;gift&lt;/b&gt; without the code?" in writer.opens(to).text
    page = writer.opens(here).text
    assert "In work" in page
    assert "it is done once its questions are answered word for word" in page
    assert writer.posts(f"{here}/word-for-word").status_code == 409


def test_what_tells_who_asked_is_in_no_address(
    world: World, writer: Agent, new_visitor: Callable[..., Visitor]
) -> None:
    world.answerer.will_call_a_person(Reason.NOT_COVERED)
    new_visitor(locale="en").says("Where is the parcel of lea.martin@example.com, 4711-88-23?")
    (gap,) = world.assistant.gaps.overview(GapState.OPEN).gaps
    to = writer.posts(f"/console/gaps/{gap.id}/word-for-word").headers["location"]
    assert to == "/console/curated?question=&language=en#text-new"


@pytest.mark.parametrize(
    ("locale", "told"),
    [("en", "nobody has checked it"), ("fr", "personne ne l’a vérifié")],
)
def test_the_language_model_writes_the_draft_and_the_page_says_so(
    world: World, writer: Agent, agent: Agent, gap_id: str, locale: str, told: str
) -> None:
    answers(world, agent, "Yes, at the till, within 14 days.")
    world.assistant.model = model = ScriptedModel("At the till, within 14 days.")
    world.assistant.written_drafts = WrittenDrafts(model, deadline_s=3)
    here = f"/console/gaps/{gap_id}"
    assert "data-patience" in writer.opens(here).text
    to = writer.posts(f"{here}/draft?locale={locale}").headers["location"]
    page = writer.opens(f"{to}&locale={locale}").text
    assert told in page
    later = writer.opens(f"{to.partition('?')[0]}?locale={locale}").text
    assert told in later
    assert "At the till, within 14 days.</textarea>" in page


@pytest.mark.parametrize(
    ("module", "name"), [(server_gaps, "begun"), (written_draft, "impersonal")]
)
def test_whatever_else_is_asked_meanwhile_does_not_wait_for_a_draft(
    world: World,
    writer: Agent,
    agent: Agent,
    gap_id: str,
    monkeypatch: pytest.MonkeyPatch,
    module: ModuleType,
    name: str,
) -> None:
    answers(world, agent, "Yes, at the till.")
    world.assistant.written_drafts = WrittenDrafts(ScriptedModel("At the till."), deadline_s=3)
    work, in_the_loop = getattr(module, name), []

    def watched(*args: Any) -> Any:
        in_the_loop.append(asyncio._get_running_loop())
        return work(*args)

    monkeypatch.setattr(module, name, watched)
    assert writer.posts(f"/console/gaps/{gap_id}/draft").status_code == 303
    assert in_the_loop == [None]


def test_where_the_model_fails_the_draft_is_what_people_answered(
    world: World, writer: Agent, agent: Agent, gap_id: str
) -> None:
    answers(world, agent, "Yes, at the till, within 14 days.")
    world.assistant.written_drafts = WrittenDrafts(ScriptedModel(""), deadline_s=3)
    to = writer.posts(f"/console/gaps/{gap_id}/draft").headers["location"]
    page = writer.opens(to).text
    assert "Yes, at the till, within 14 days.</textarea>" in page
    assert "nobody has checked it" not in page


def answers(world: World, agent: Agent, text: str) -> None:
    conversation = world.store.conversations()[0].id
    agent.posts(f"/console/conversations/{conversation}/messages", text=text)
