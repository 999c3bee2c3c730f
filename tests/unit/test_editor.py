"""A writer's way from an empty page to an answer, and what the editor never does."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from assistant.domain.article import ArticleStatus
from assistant.domain.manuscript import EDITOR, Content, Manuscript, Stale
from assistant.errors import EmbedderUnavailable, Refused, UnknownThing, WrongStatus
from assistant.knowledge.sync import SyncReport
from assistant.ports import Person
from assistant.writing.editor import Editor
from tests.unit.conftest import SHOP, Clock, HelpCenter, an

pytestmark = pytest.mark.slow

WIM = Person("wim", "wim@company.example", "writer", "")
LEA = Person("lea", "lea@company.example", "lead", "")
ENGRAVING = Content(
    title="Engrave a name",
    locale="en",
    body="We engrave a name on every kettle for €9.\n\n## How long it takes\n\nTwo days more.",
    questions=("can you write initials on it",),
)


@pytest.fixture
def editor(shop: HelpCenter, clock: Clock) -> Editor:
    return Editor(shop.store, embedder=shop.embedder, now=clock)


def now(manuscript: Manuscript | Stale) -> Manuscript:
    assert isinstance(manuscript, Manuscript)
    return manuscript


def published(editor: Editor, content: Content = ENGRAVING) -> Manuscript:
    drafted = editor.draft(content, by=WIM)
    return now(editor.publish(drafted.id, version=drafted.version, by=LEA))


def test_what_is_published_is_answered_from(editor: Editor, shop: HelpCenter) -> None:
    asked = "how long does it take to engrave a name?"
    assert shop.ask(asked).retrieval.articles[0].article.title != "Engrave a name"
    manuscript = published(editor)
    shop.follower.catch_up()
    found = shop.ask(asked).outcome
    assert [each.article_id for each in found.citations] == [manuscript.article_id]
    assert found.citations[0].url == "/help/en/engrave-a-name"
    assert shop.store.article(manuscript.article_id).updated == editor._now().date()
    assert shop.store.check() == []


def test_a_draft_is_for_writers_alone(editor: Editor, shop: HelpCenter) -> None:
    before = shop.store.version()
    drafted = editor.draft(ENGRAVING, by=WIM)
    editor.submit(drafted.id, by=WIM)
    assert shop.store.version() == before
    with pytest.raises(UnknownThing):
        shop.store.article(drafted.article_id)
    assert editor._store.manuscript(drafted.id).content.owner == "wim"


def test_a_stale_save_is_refused_and_tells_the_newer_text(editor: Editor) -> None:
    drafted = editor.draft(ENGRAVING, by=WIM)
    mine = editor.save(drafted.id, replace(ENGRAVING, body="Mine."), version=1, by=WIM)
    theirs = editor.save(drafted.id, replace(ENGRAVING, body="Theirs."), version=1, by=LEA)
    assert theirs == Stale(now(mine))


def test_a_save_that_was_sent_twice_counts_once(editor: Editor) -> None:
    drafted = editor.draft(ENGRAVING, by=WIM)
    changed = replace(drafted.content, body="Changed.")
    once = editor.save(drafted.id, changed, version=1, by=WIM)
    assert editor.save(drafted.id, changed, version=1, by=WIM) == once
    assert len(editor._store.revisions(drafted.id)) == 2


def test_only_what_was_read_is_published(editor: Editor, shop: HelpCenter) -> None:
    drafted = editor.draft(ENGRAVING, by=WIM)
    editor.save(drafted.id, replace(ENGRAVING, body="Later."), version=1, by=WIM)
    found = editor.publish(drafted.id, version=1, by=LEA)
    assert isinstance(found, Stale)
    assert drafted.article_id not in shop.store.owners([drafted.article_id])


@pytest.mark.parametrize(
    ("missing", "said"), [({"title": " "}, "no title"), ({"body": "<!-- later -->"}, "no text")]
)
def test_what_says_nothing_is_not_for_review(
    editor: Editor, missing: dict[str, str], said: str
) -> None:
    drafted = editor.draft(replace(ENGRAVING, **missing), by=WIM)
    with pytest.raises(Refused, match=said):
        editor.submit(drafted.id, by=WIM)
    with pytest.raises(Refused, match=said):
        editor.publish(drafted.id, version=1, by=LEA)
    assert editor._store.manuscript(drafted.id).status is ArticleStatus.DRAFT


def test_an_address_leads_to_one_article(editor: Editor) -> None:
    drafted = editor.draft(replace(ENGRAVING, slug="returns"), by=WIM)
    with pytest.raises(Refused, match="'Return an item' has the address 'returns'"):
        editor.publish(drafted.id, version=1, by=LEA)


def test_writing_on_leaves_what_is_live_until_it_is_published_again(
    editor: Editor, shop: HelpCenter
) -> None:
    manuscript = published(editor)
    changed = replace(manuscript.content, body="We engrave for €12.")
    after = now(editor.save(manuscript.id, changed, version=1, by=WIM))
    assert after.status is ArticleStatus.DRAFT
    assert "€9" in shop.store.article(manuscript.article_id).body
    editor.publish(manuscript.id, version=2, by=LEA)
    assert shop.store.article(manuscript.article_id).body == "We engrave for €12."


def test_what_did_not_change_is_not_embedded_again(editor: Editor, shop: HelpCenter) -> None:
    manuscript = published(editor)
    shop.embedder.embedded.clear()
    longer = replace(manuscript.content, body=f"{ENGRAVING.body}\n\n## Where\n\nIn Lyon.")
    editor.save(manuscript.id, longer, version=1, by=WIM)
    editor.publish(manuscript.id, version=2, by=LEA)
    assert len(shop.embedder.embedded) == 1


def test_another_way_of_splitting_reaches_what_was_published(
    editor: Editor, shop: HelpCenter
) -> None:
    manuscript = published(editor)
    assert editor.keep_up() == 0
    before = shop.store.passages_of(manuscript.article_id)
    shop.embedder._max_pieces = 12
    assert editor.keep_up() == 1
    assert len(shop.store.passages_of(manuscript.article_id)) > len(before)
    assert editor.keep_up() == 0
    assert editor._store.manuscript(manuscript.id) == manuscript
    assert shop.store.check() == []


def test_without_the_encoder_nothing_is_published(editor: Editor, shop: HelpCenter) -> None:
    drafted = editor.draft(ENGRAVING, by=WIM)
    shop.embedder.available = False
    with pytest.raises(EmbedderUnavailable):
        editor.publish(drafted.id, version=1, by=LEA)
    assert editor._store.manuscript(drafted.id) == drafted


def test_what_is_archived_is_answered_no_more_and_can_come_back(
    editor: Editor, shop: HelpCenter
) -> None:
    manuscript = published(editor)
    editor.archive(manuscript.id, by=LEA)
    assert manuscript.article_id not in {card.id for card in shop.store.articles()}
    with pytest.raises(WrongStatus):
        editor.submit(manuscript.id, by=WIM)
    again = now(editor.save(manuscript.id, replace(ENGRAVING, body="Again."), version=1, by=WIM))
    editor.publish(manuscript.id, version=again.version, by=LEA)
    assert shop.store.article(manuscript.article_id).body == "Again."


def test_an_older_revision_comes_back_as_the_newest(editor: Editor) -> None:
    drafted = editor.draft(ENGRAVING, by=WIM)
    editor.save(drafted.id, replace(ENGRAVING, body="Worse."), version=1, by=LEA)
    restored = now(editor.restore(drafted.id, 1, by=WIM))
    assert (restored.version, restored.content) == (3, drafted.content)


def test_a_source_passes_over_what_was_taken_over(editor: Editor, shop: HelpCenter) -> None:
    taken = editor.take_over("returns", by=WIM)
    assert (taken.status, taken.origin, taken.live_version) == (ArticleStatus.PUBLISHED, "shop", 1)
    body = "Within 60 days."
    editor.save(taken.id, replace(taken.content, body=body), version=1, by=WIM)
    editor.publish(taken.id, version=2, by=LEA)
    report = shop.publish(*SHOP)
    assert shop.store.article("returns").body == body
    assert [each.article_id for each in report.passed_over] == ["returns"]
    assert "taken over into the editor" in str(report.passed_over[0])
    assert (report.refused, report.withdrawn, report.unchanged) == ([], 0, len(SHOP) - 1)


def test_what_was_taken_over_outlives_its_source(editor: Editor, shop: HelpCenter) -> None:
    taken = editor.take_over("returns", by=WIM)
    shop.publish(an("warranty", "Warranty", "Five years."))
    assert shop.store.article("returns").source == EDITOR
    editor.archive(taken.id, by=LEA)
    report = shop.synchroniser.sync_articles(SHOP, SyncReport(source="shop"))
    assert "returns" not in {card.id for card in shop.store.articles()}
    assert [each.article_id for each in report.passed_over] == ["returns"]


def test_who_did_what_is_on_record(editor: Editor, shop: HelpCenter) -> None:
    manuscript = published(editor)
    editor.archive(manuscript.id, by=LEA)
    told: list[tuple[str, str, Any]] = [
        (deed.action, deed.person_id, deed.thing) for _, deed in shop.store.deeds()
    ]
    assert told == [
        ("article_archived", "lea", manuscript.id),
        ("article_published", "lea", manuscript.id),
        ("article_drafted", "wim", manuscript.id),
    ]
