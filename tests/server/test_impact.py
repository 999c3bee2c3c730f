"""The page that tells what an article would change, over a real search on both sides."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from assistant.domain.article import Article
from assistant.domain.handoff import Reason
from assistant.domain.manuscript import Content
from assistant.errors import IndexUnavailable
from assistant.writing.impact import Impact
from assistant.writing.picking import Chosen
from tests.server.conftest import Agent, Visitor, World, person_of, utc_now

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


def test_what_most_customers_ask_stands_first(
    world: World, writer: Agent, new_visitor: Callable[..., Visitor]
) -> None:
    asked(world, new_visitor, "Do you engrave every gift?")
    asked(world, new_visitor, *["how much does engraving cost"] * 3)
    here = f"/console/impact/{drafted(world)}"
    writer.posts(here)
    page = writer.opens(here).text
    assert page.index("how much does engraving cost") < page.index("Do you engrave every gift?")
    assert page.index("3 customers") < page.index("1 customer<")


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


RETURNS = Content(
    title="How long may I return a kettle?",
    locale="en",
    body="You may return a kettle within 45 days.",
    questions=("how long may i return a kettle",),
)
QUESTION = "How long may I return a kettle?"
ELSEWHERE = replace(RETURNS, title="Our shop", body="It is in Namur.", questions=())


@pytest.fixture
def published(world: World, lea: Agent) -> str:
    """RETURNS, which answers the question; its manuscript."""
    return published_by(world, lea, RETURNS)


def published_by(world: World, lea: Agent, content: Content) -> str:
    editor, person = world.assistant.editor, person_of(world, lea)
    id = str(editor.draft(content, by=person).id)
    editor.publish(id, version=1, by=person)
    return id


def form_of(content: Content, *, version: int, **more: str) -> dict[str, str]:
    form = {"title": content.title, "locale": content.locale, "body": content.body}
    form |= {"questions": "\n".join(content.questions), "version": str(version)}
    return form | {"audience": content.audience, **more}


SOON = {"publish_at": f"{utc_now() + timedelta(days=9):%Y-%m-%dT%H:%M}", "zone": "UTC"}


@pytest.mark.parametrize("way", ["publish", "schedule"])
@pytest.mark.parametrize(
    ("locale", "told"),
    [
        ("en", "1 question that is answered now would not be any more"),
        ("fr", "1 question qui a une réponse aujourd’hui n’en aurait plus"),
    ],
)
def test_what_breaks_an_answer_goes_out_with_a_reason_alone_though_nobody_had_it_checked(
    world: World,
    lea: Agent,
    new_visitor: Callable[..., Visitor],
    published: str,
    way: str,
    locale: str,
    told: str,
) -> None:
    asked(world, new_visitor, QUESTION)
    here = f"/console/articles/{published}"
    refused = lea.posts(f"{here}/{way}?locale={locale}", **form_of(ELSEWHERE, version=1), **SOON)
    assert refused.status_code == 422
    assert told in refused.text
    assert 'name="reason"' in refused.text
    kept = world.store.manuscript(published)
    assert (kept.live_version, kept.scheduled, kept.content.body) == (1, None, ELSEWHERE.body)
    assert QUESTION in lea.opens(f"/console/impact/{published}").text
    why = "The shop moved."
    lea.posts(f"{here}/{way}", **form_of(ELSEWHERE, version=kept.version, reason=why), **SOON)
    gone = world.store.manuscript(published)
    assert gone.scheduled if way == "schedule" else gone.live_version == gone.version
    assert why in lea.opens(here).text


def test_a_check_that_had_no_time_to_ask_anything_lets_nothing_out_and_is_made_again(
    world: World,
    lea: Agent,
    new_visitor: Callable[..., Visitor],
    published: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked(world, new_visitor, QUESTION)
    here = f"/console/articles/{published}"
    with monkeypatch.context() as slow:
        slow.setattr("assistant.writing.impact.LONGEST_S", 0.0)
        refused = lea.posts(f"{here}/publish", **form_of(ELSEWHERE, version=1))
    assert "could not be checked" in refused.text
    assert 'name="reason"' in refused.text
    assert world.store.manuscript(published).live_version == 1
    assert "Nobody has asked anything yet" not in lea.opens(f"/console/impact/{published}").text
    again = lea.posts(f"{here}/publish", **form_of(ELSEWHERE, version=2))
    assert "1 question that is answered now would not be any more" in again.text


def test_the_reason_can_be_given_though_the_help_center_changed_during_the_check(
    world: World,
    lea: Agent,
    new_visitor: Callable[..., Visitor],
    published: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked(world, new_visitor, QUESTION)
    impact = world.assistant.impact
    check = impact.check

    def meanwhile(article: Article) -> Impact:
        found: Impact = check(article)
        published_by(world, lea, ENGRAVING)
        return found

    monkeypatch.setattr(impact, "check", meanwhile)
    refused = lea.posts(f"/console/articles/{published}/publish", **form_of(ELSEWHERE, version=1))
    assert "1 question that is answered now would not be any more" in refused.text
    assert 'name="reason"' in refused.text


def test_a_reason_is_kept_only_once_something_goes_out_and_stays_in_its_field_until_then(
    world: World, lea: Agent, new_visitor: Callable[..., Visitor], published: str
) -> None:
    asked(world, new_visitor, QUESTION)
    here, why = f"/console/articles/{published}", "The shop moved."
    past = {"publish_at": "2020-01-01T00:00", "zone": "UTC"}
    for version in (1, 2):
        sent = form_of(ELSEWHERE, version=version, reason=why)
        refused = lea.posts(f"{here}/schedule", **sent, **past)
        assert refused.status_code == 422
        assert f">{why}</textarea>" in refused.text
    assert world.store.comments(published) == []
    lea.posts(f"{here}/schedule", **form_of(ELSEWHERE, version=2, reason=why), **SOON)
    assert [comment.text for comment in world.store.comments(published)] == [why]


def test_what_breaks_nothing_goes_out_at_once(
    world: World, lea: Agent, new_visitor: Callable[..., Visitor], published: str
) -> None:
    asked(world, new_visitor, QUESTION)
    better = replace(RETURNS, body="You may return a kettle within 60 days.")
    sent = lea.posts(f"/console/articles/{published}/publish", **form_of(better, version=1))
    assert sent.headers["location"].endswith("?told=published")


def test_the_questions_that_an_edit_takes_out_are_near_it(
    world: World, lea: Agent, new_visitor: Callable[..., Visitor], published: str
) -> None:
    asked(world, new_visitor, QUESTION)
    proofed = world.assistant.editor.proof(world.store.manuscript(published))
    found = world.assistant.impact.check(replace(proofed, body="In Namur.", questions=()))
    assert [case.wording.chosen for case in found.cases] == [Chosen.NEAR]


def test_one_version_is_checked_once_and_the_next_one_anew(
    world: World,
    lea: Agent,
    new_visitor: Callable[..., Visitor],
    published: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked(world, new_visitor, QUESTION)
    impact = world.assistant.impact
    checked, check = [], impact.check
    monkeypatch.setattr(
        impact, "check", lambda article: (checked.append(article), check(article))[1]
    )
    here = f"/console/articles/{published}/publish"
    for version in (1, 2):
        assert lea.posts(here, **form_of(ELSEWHERE, version=version)).status_code == 422
    assert len(checked) == 1
    other = replace(ELSEWHERE, body="It is in Liège.")
    assert lea.posts(here, **form_of(other, version=2)).status_code == 422
    assert len(checked) == 2


@pytest.mark.parametrize(
    ("locale", "told"),
    [("en", "could not be checked"), ("fr", "Impossible de vérifier ce qui changerait")],
)
def test_what_could_not_be_checked_goes_out_with_a_reason_too(
    world: World, lea: Agent, monkeypatch: pytest.MonkeyPatch, locale: str, told: str
) -> None:
    def broken(_: object) -> None:
        raise IndexUnavailable("The index is gone.")

    monkeypatch.setattr(world.assistant.impact, "check", broken)
    id = world.assistant.editor.draft(ENGRAVING, by=person_of(world, lea)).id
    here = f"/console/articles/{id}"
    refused = lea.posts(f"{here}/publish?locale={locale}", **form_of(ENGRAVING, version=1))
    assert refused.status_code == 422
    assert told in refused.text
    assert 'name="reason"' in refused.text
    lea.posts(f"{here}/publish", **form_of(ENGRAVING, version=2, reason="It is urgent."))
    assert world.store.manuscript(id).live_version == 2
    assert "It is urgent." in lea.opens(here).text


@pytest.mark.parametrize(
    ("locale", "told"),
    [
        ("en", "by who may read it now and no more then"),
        ("fr", "par qui peut le lire aujourd’hui et ne le pourra plus"),
    ],
)
def test_who_may_read_it_no_more_loses_the_answer(
    world: World,
    lea: Agent,
    new_visitor: Callable[..., Visitor],
    published: str,
    locale: str,
    told: str,
) -> None:
    asked(world, new_visitor, QUESTION)
    form = form_of(RETURNS, version=1) | {"audience": "segments", "segments": "plan=pro"}
    refused = lea.posts(f"/console/articles/{published}/publish", **form)
    assert refused.status_code == 422
    assert "1 question that is answered now" in refused.text
    assert told in lea.opens(f"/console/impact/{published}?locale={locale}").text


def test_what_one_segment_loses_is_not_hidden_by_what_another_reads_besides(
    world: World, lea: Agent, new_visitor: Callable[..., Visitor]
) -> None:
    published_by(world, lea, replace(RETURNS, slug="teams", audience="plan=team"))
    both = published_by(world, lea, replace(RETURNS, audience="plan=pro, plan=team"))
    asked(world, new_visitor, QUESTION)
    form = form_of(RETURNS, version=1) | {"audience": "segments", "segments": "plan=solo"}
    refused = lea.posts(f"/console/articles/{both}/publish", **form)
    assert refused.status_code == 422
    assert "1 question that is answered now" in refused.text


def test_who_may_read_it_from_now_on_takes_it_from_nobody(
    world: World, lea: Agent, new_visitor: Callable[..., Visitor]
) -> None:
    published = published_by(world, lea, replace(RETURNS, audience="plan=pro"))
    asked(world, new_visitor, QUESTION)
    sent = lea.posts(f"/console/articles/{published}/publish", **form_of(RETURNS, version=1))
    assert sent.headers["location"].endswith("?told=published")
