"""The playground: one question with its reasons, and a batch with its grades."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from assistant.answering.curated import Match
from assistant.domain.curated import Curated
from assistant.domain.manuscript import Content
from assistant.retrieval.fusion import SIGNALS
from assistant.server.pages import LOCALES, strings
from tests.server.conftest import GIFT, Agent, World, utc_now

PLAYGROUND = "/console/playground"


@pytest.fixture
def writer(new_agent: Callable[..., Agent]) -> Agent:
    return new_agent("wim", "writer")


def test_a_question_is_answered_with_all_that_led_to_it(world: World, writer: Agent) -> None:
    page = writer.opens("/console/playground?q=can+i+return+it&language=en").text
    assert "You get a <strong>gift card</strong>." in page
    assert "answered" in page
    assert "42 % sure" in page
    assert GIFT.title in page
    assert "words 7.50 · meaning 0.61" in page
    assert world.store.conversations() == []


def test_what_is_given_word_for_word_says_so_and_for_which_question(
    world: World, writer: Agent, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = Curated("k1", "en", ("Are you <open>?",), "Yes.", None, "wim", utc_now())
    asked = world.answerer.consider_extractive("are you open", locale="en")
    given = replace(asked, retrieval=None, curated=Match(kept, kept.phrasings[0], 1.0))
    monkeypatch.setattr(world.answerer, "consider_extractive", lambda text, *, locale: given)
    page = writer.opens("/console/playground?q=are+you+open&language=en").text
    assert "because it asks the same as:" in page
    assert "Are you &lt;open&gt;?</q> nearness 1.00" in page
    assert 'href="/console/curated#curated-k1"' in page
    assert "Why: the articles it found" not in page


def test_without_a_question_there_is_only_the_form(writer: Agent) -> None:
    page = writer.opens("/console/playground").text
    assert "From 50 % on" in page
    assert "What the assistant does" not in page


def test_a_batch_is_graded(writer: Agent) -> None:
    pasted = f"question;expected\ncan i return it;{GIFT.id}\nand this;en/other\n"
    page = writer.posts("/console/playground", questions=pasted, language="en").text
    assert page.count("/console/playground?q=") == 2
    assert '<span class="tag with_agent">right</span>' in page
    assert '<span class="tag alerting">wrong</span>' in page


def test_a_file_goes_before_what_was_pasted(writer: Agent) -> None:
    sent: dict[str, Any] = {
        "file": ("q.csv", "question\nOù est mon colis ?\n".encode(), "text/csv")
    }
    page = writer.client.post(
        "/console/playground",
        data={"questions": "never asked", "language": "fr"},
        files=sent,
        headers={"Origin": "http://testserver"},
    ).text
    assert "Où est mon colis ?" in page
    assert "q=never" not in page


def test_a_batch_without_questions_is_refused_with_the_limit(writer: Agent) -> None:
    refused = writer.posts("/console/playground", questions=" ", language="en")
    assert refused.status_code == 422
    assert "1 to 300 questions; this one has 0" in refused.text
    assert writer.posts("/console/playground", language="<b>").status_code == 422


def test_what_is_no_table_is_told_too(writer: Agent) -> None:
    for text in ('question;expected\n"' + "never ends\n" * 20_000, "a" * 200_000 + "\n" * 2 + "b"):
        page = writer.posts("/console/playground", questions=text, language="en")
        assert page.status_code in (200, 422)
        assert "<h1>Playground</h1>" in page.text


# -- sets that are kept, and drafts

SET = "question,expected\nHow do I return a gift?,Return a gift\nWho won?,-"


def keeps(writer: Agent, **form: str) -> Any:
    return writer.posts(f"{PLAYGROUND}/sets", **{"title": "Gifts", "questions": SET, **form})


def test_a_batch_is_kept_asked_again_and_dropped(world: World, new_agent: Any) -> None:
    wim = new_agent("wim", "writer")
    assert "Keep these questions" in wim.posts(PLAYGROUND, questions=SET).text
    assert keeps(wim).status_code == 303
    (kept,) = world.assistant.regressions.all()
    assert [line.locale for line in kept.lines] == ["en", "en"]
    page = wim.opens(PLAYGROUND).text
    assert "Gifts" in page
    assert "2 questions" in page
    again = wim.posts(PLAYGROUND, kept=kept.id)
    assert "Who won?" in again.text
    assert wim.posts(f"{PLAYGROUND}/sets/{kept.id}/drop").status_code == 303
    assert world.assistant.regressions.all() == []
    assert wim.posts(f"{PLAYGROUND}/sets/{kept.id}/drop").status_code == 404


@pytest.mark.parametrize(
    ("form", "told"),
    [
        ({"title": " "}, "Give the set a title"),
        ({"questions": "How do I return a gift?"}, "which article should answer it"),
        ({"questions": ""}, "A batch has 1 to"),
    ],
)
def test_what_cannot_be_kept_is_told(new_agent: Any, form: dict[str, str], told: str) -> None:
    refused = keeps(new_agent("wim", "writer"), **form)
    assert refused.status_code == 422
    assert told in refused.text


def test_a_draft_is_asked_as_if_it_were_published(world: World, new_agent: Any) -> None:
    wim = new_agent("wim", "writer")
    person = next(p for p in world.assistant.people.everybody() if p.role == "writer")
    body = "We engrave any name on a kettle for nine euros."
    drafted = world.assistant.editor.draft(Content("Engrave a kettle", "en", body), by=person)
    asked = f"{PLAYGROUND}?q=engrave+a+kettle&language=en"
    assert "Engrave a kettle" not in wim.opens(asked).text
    page = wim.opens(f"{asked}&draft={drafted.id}").text
    assert "Asked as if this draft were published" in page
    assert "nine euros" in page
    assert wim.opens(f"{asked}&draft=nothing").status_code == 404


def test_an_impact_check_asks_what_is_kept(world: World, new_agent: Any) -> None:
    wim = new_agent("wim", "writer")
    person = next(p for p in world.assistant.people.everybody() if p.role == "writer")
    questions = "question,expected\nWho engraves my kettle with a name?,Engrave a kettle"
    keeps(wim, questions=questions)
    body = "We engrave any name on a kettle for nine euros."
    content = Content(
        "Engrave a kettle", "en", body, questions=("Who engraves my kettle with a name?",)
    )
    drafted = world.assistant.editor.draft(content, by=person)
    found = world.assistant.impact.check(world.assistant.editor.proof(drafted))
    assert found.checked == 1
    (case,) = found.cases
    assert (case.effect.value, case.wording.chosen.value) == ("fixed", "kept")
    page = wim.opens(f"/console/impact/{drafted.id}").text
    assert "in a regression set" in page


@pytest.mark.parametrize("locale", LOCALES)
def test_every_signal_of_the_ranking_has_a_name_for_writers(locale: str) -> None:
    named = strings("playground", locale)["signals"]
    assert named.keys() >= set(SIGNALS)
