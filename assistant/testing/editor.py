"""What every EditorStore must do."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from assistant.domain.article import ArticleStatus
from assistant.domain.manuscript import (
    EDITOR,
    Comment,
    Content,
    Manuscript,
    Revision,
    Slot,
    Stale,
    Step,
)
from assistant.errors import Refused, UnfitArticle, UnknownThing, WrongStatus
from assistant.ports import AnalysedPassage, Deed
from assistant.ports.editor import Edition, Shelf, ShelfQuery
from assistant.ports.people import Onlooker
from assistant.testing.samples import NOON, a_passage, an_article, publish

CONTENT = Content(
    title="Retourner un cadeau",
    locale="fr",
    body="Avec le code.\n",
    slug="retourner-un-cadeau",
    questions=("rendre un présent ?",),
    tags=("retours",),
    translation_of="en/return-a-gift",
    escalate=True,
    owner="wim",
    review_on=date(2027, 2, 28),
)
DRAFTED = Manuscript(
    id="a-1",
    article_id="gifts",
    status=ArticleStatus.DRAFT,
    latest=Revision(1, CONTENT, NOON, "wim"),
    created_at=NOON,
)
DEED = Deed(NOON, "wim", "article_drafted", "a-1", {"version": 1})


def saved(body: str, *, version: int, by: str = "wim", minute: int = 0, **more: Any) -> Revision:
    """A save of so many minutes after noon."""
    at = NOON + timedelta(minutes=minute)
    return Revision(version, replace(CONTENT, body=body), at, by, **more)


def edition(*texts: str, article: str = "gifts") -> Edition:
    """What is published, with these body passages."""
    passages: list[AnalysedPassage] = [
        a_passage(text, article=article, position=position) for position, text in enumerate(texts)
    ]
    published = replace(an_article(article), source=EDITOR)
    return Edition(published, tuple(passages), "h1", {}, "m")


def on(store: Any, shelf: Shelf, **narrowed: Any) -> list[str]:
    """The ids that a list shows."""
    query = ShelfQuery(shelf, "wim", **narrowed)
    return [each.id for each in store.manuscripts(query)]


def shelves_of(store: Any, person: str) -> set[Shelf]:
    """The lists on which the only manuscript stands, by what they show and by their sizes."""
    shown = {shelf for shelf in Shelf if store.manuscripts(ShelfQuery(shelf, person))}
    sizes = store.shelf_sizes(person)
    assert {shelf for shelf, size in sizes.items() if size == 1} == shown
    return shown


class EditorStoreContract:
    """Needs the fixture `store`: an empty one that is a KnowledgeStore and a PeopleStore too."""

    def test_what_was_written_is_read_back_whole(self, store: Any) -> None:
        store.add_manuscript(DRAFTED, deed=DEED)
        assert store.manuscript("a-1") == DRAFTED
        assert store.manuscript_of("gifts") == DRAFTED
        assert store.manuscript_of("other") is None
        assert store.revisions("a-1") == [DRAFTED.latest]
        assert store.deeds()[0][1] == DEED
        for missing in (store.manuscript, store.revisions):
            with pytest.raises(UnknownThing):
                missing("a-2")

    def test_the_one_saved_last_is_listed_first(self, store: Any) -> None:
        store.add_manuscript(DRAFTED, deed=DEED)
        store.add_manuscript(replace(DRAFTED, id="a-2", article_id="a-2"), deed=DEED)
        store.save_manuscript("a-2", saved("Newer.", version=2, minute=1))
        assert on(store, Shelf.DRAFTS) == ["a-2", "a-1"]
        assert on(store, Shelf.DRAFTS, limit=1, skip=1) == ["a-1"]
        assert store.manuscripts(ShelfQuery(Shelf.MINE, "wim"))[0].content.body == "Newer."

    def test_each_stands_on_the_shelves_of_its_state(self, store: Any) -> None:
        assert set(store.shelf_sizes("wim").values()) == {0}
        store.add_manuscript(DRAFTED, deed=DEED)
        assert shelves_of(store, "wim") == {Shelf.MINE, Shelf.DRAFTS}
        assert shelves_of(store, "lea") == {Shelf.DRAFTS}
        store.save_manuscript("a-1", saved("Lea mends it.", version=2, by="lea"))
        store.move_manuscript("a-1", Step.SUBMITTED, deed=DEED)
        assert shelves_of(store, "lea") == {Shelf.MINE, Shelf.IN_REVIEW}
        store.publish_manuscript("a-1", edition("send it"), version=2, deed=DEED)
        assert shelves_of(store, "wim") == {Shelf.PUBLISHED}
        store.save_manuscript("a-1", saved("Written anew.", version=3))
        assert shelves_of(store, "wim") == {Shelf.MINE, Shelf.DRAFTS, Shelf.PUBLISHED}
        store.archive_manuscript("a-1", deed=DEED)
        assert shelves_of(store, "wim") == {Shelf.ARCHIVED}

    def test_a_list_is_narrowed_by_words_of_the_title(self, store: Any) -> None:
        store.add_manuscript(DRAFTED, deed=DEED)
        assert on(store, Shelf.DRAFTS, words=("CADEAU", "retourner")) == ["a-1"]
        assert on(store, Shelf.DRAFTS, words=("cadeau", "kettle")) == []
        assert on(store, Shelf.DRAFTS, words=("%",)) == []

    def test_translations_are_found_by_their_original(self, store: Any) -> None:
        store.add_manuscript(DRAFTED, deed=DEED)
        german = replace(DRAFTED.latest, content=replace(CONTENT, locale="de"))
        other = replace(DRAFTED, id="a-2", article_id="a-2", latest=german)
        store.add_manuscript(other, deed=DEED)
        assert store.translations("en/return-a-gift") == [other, DRAFTED]
        assert store.translations("gifts") == []

    def test_the_day_to_read_it_again_is_of_what_customers_read(self, store: Any) -> None:
        theirs = replace(edition().article, id="faq/x", slug="x", source="faq")
        theirs = replace(theirs, review_on=date(2026, 5, 1))
        store.publish(theirs, [], content_hash="h", vectors={}, model="m")
        store.add_manuscript(DRAFTED, deed=DEED)
        dated = replace(CONTENT, review_on=date(2026, 6, 1))
        store.save_manuscript("a-1", replace(saved("Dated.", version=2), content=dated))
        assert store.review_days() == {"faq/x": date(2026, 5, 1)}
        store.publish_manuscript("a-1", edition("send it"), version=2, deed=DEED)
        store.save_manuscript("a-1", saved("Read again.", version=3))
        assert store.review_days() == {"faq/x": date(2026, 5, 1), "gifts": date(2026, 6, 1)}

    def test_comments_stay_in_their_order(self, store: Any) -> None:
        store.add_manuscript(DRAFTED, deed=DEED)
        said = [
            Comment(f"k-{n}", "a-1", 1, "lea", f"{n} ?", NOON + timedelta(minutes=n))
            for n in range(3)
        ]
        for comment in reversed(said):
            store.add_comment(comment)
        assert store.comments("a-1") == said
        assert store.comments("a-2") == []

    def test_who_has_it_open_is_seen(self, store: Any) -> None:
        store.add_manuscript(DRAFTED, deed=DEED)
        before = datetime(2020, 1, 1, tzinfo=UTC)
        store.look_at("a-1", "wim", writing=False)
        store.look_at("a-1", "wim", writing=True)
        assert store.readers("a-1", since=before) == [Onlooker("wim", writing=True)]
        assert store.readers("a-1", since=datetime(2999, 1, 1, tzinfo=UTC)) == []
        with pytest.raises(UnknownThing):
            store.look_at("a-2", "wim", writing=False)

    def test_every_save_is_a_revision(self, store: Any) -> None:
        store.add_manuscript(DRAFTED, deed=DEED)
        after = store.save_manuscript("a-1", saved("Two.", version=2))
        assert (after.version, after.content.body) == (2, "Two.")
        assert store.manuscript("a-1") == after
        assert [each.version for each in store.revisions("a-1")] == [2, 1]
        assert store.revision("a-1", 1).content == CONTENT
        with pytest.raises(UnknownThing):
            store.revision("a-1", 3)

    def test_a_stale_save_is_refused_with_what_stands_there(self, store: Any) -> None:
        store.add_manuscript(DRAFTED, deed=DEED)
        mine = store.save_manuscript("a-1", saved("Mine.", version=2))
        theirs = saved("Theirs.", version=2, by="lea")
        assert store.save_manuscript("a-1", theirs) == Stale(mine)
        assert store.manuscript("a-1") == mine
        assert len(store.revisions("a-1")) == 2

    def test_saving_what_stands_there_changes_nothing(self, store: Any) -> None:
        store.add_manuscript(DRAFTED, deed=DEED)
        after = store.save_manuscript("a-1", saved("Two.", version=2))
        again = saved("Two.", version=2, minute=3)
        assert store.save_manuscript("a-1", again) == after
        assert len(store.revisions("a-1")) == 2

    def test_autosaves_of_one_sitting_are_one_revision(self, store: Any) -> None:
        store.add_manuscript(DRAFTED, deed=DEED)
        for version in (2, 3, 4):
            store.save_manuscript("a-1", saved(f"{version}.", version=version, autosaved=True))
        store.save_manuscript("a-1", saved("5.", version=5, autosaved=True, by="lea"))
        store.save_manuscript("a-1", saved("6.", version=6, autosaved=True, by="lea", minute=60))
        store.save_manuscript("a-1", saved("7.", version=7, by="lea", minute=60))
        assert [each.version for each in store.revisions("a-1")] == [7, 6, 5, 4, 1]
        assert store.revision("a-1", 3).content.body == "3."

    def test_of_a_sitting_long_ago_the_last_autosave_is_kept(self, store: Any) -> None:
        store.add_manuscript(DRAFTED, deed=DEED)
        for version in (2, 3):
            store.save_manuscript("a-1", saved(f"{version}.", version=version, autosaved=True))
        for version in (4, 5):
            later = saved(f"{version}.", version=version, autosaved=True, minute=60 * 25)
            store.save_manuscript("a-1", later)
        assert [each.version for each in store.revisions("a-1")] == [5, 3, 1]
        with pytest.raises(UnknownThing):
            store.revision("a-1", 2)
        assert store.revision("a-1", 4).content.body == "4."

    def test_of_saves_at_once_upon_one_version_one_wins(self, store: Any) -> None:
        store.add_manuscript(DRAFTED, deed=DEED)
        writers = [saved(f"{n}.", version=2, by=f"w{n}") for n in range(8)]
        with ThreadPoolExecutor(len(writers)) as threads:
            found = list(threads.map(lambda each: store.save_manuscript("a-1", each), writers))
        won = [each for each in found if isinstance(each, Manuscript)]
        assert len(won) == 1
        assert [each for each in found if isinstance(each, Stale)] == [Stale(won[0])] * 7
        assert store.manuscript("a-1") == won[0]

    def test_it_goes_to_review_and_back(self, store: Any) -> None:
        store.add_manuscript(DRAFTED, deed=DEED)
        deed = replace(DEED, action="article_submitted")
        assert store.move_manuscript("a-1", Step.SUBMITTED, deed=deed).status == "in_review"
        with pytest.raises(WrongStatus, match="'gifts' is in_review"):
            store.move_manuscript("a-1", Step.SUBMITTED, deed=deed)
        assert store.move_manuscript("a-1", Step.SENT_BACK, deed=DEED).status == "draft"
        assert [deed.action for _, deed in store.deeds()].count("article_submitted") == 1

    def test_publishing_is_article_passages_and_status_at_once(self, store: Any) -> None:
        store.add_manuscript(DRAFTED, deed=DEED)
        before = store.version()
        after = store.publish_manuscript("a-1", edition("send it"), version=1, deed=DEED)
        assert (after.status, after.live_version) == (ArticleStatus.PUBLISHED, 1)
        assert store.manuscript("a-1") == after
        assert store.article("gifts").source == EDITOR
        assert [passage.text for passage in store.passages_of("gifts")] == ["send it"]
        assert store.version() == before + 1

    def test_only_the_version_that_was_read_is_published(self, store: Any) -> None:
        store.add_manuscript(DRAFTED, deed=DEED)
        newer = store.save_manuscript("a-1", saved("Two.", version=2))
        before = store.version()
        found = store.publish_manuscript("a-1", edition("send it"), version=1, deed=DEED)
        assert found == Stale(newer)
        assert store.version() == before
        assert store.articles() == []

    def test_a_version_waits_for_its_moment(self, store: Any) -> None:
        store.add_manuscript(DRAFTED, deed=DEED)
        slot = Slot(1, NOON + timedelta(hours=1), "lea")
        waiting = store.schedule_manuscript("a-1", slot, deed=DEED)
        assert waiting.scheduled == slot
        assert store.manuscript("a-1") == waiting
        assert store.due_manuscripts(NOON) == []
        assert store.due_manuscripts(slot.at) == [waiting]
        assert store.schedule_manuscript("a-1", None, deed=DEED).slot is None
        assert store.due_manuscripts(slot.at) == []

    def test_no_other_version_than_the_approved_one_is_ever_due(self, store: Any) -> None:
        store.add_manuscript(DRAFTED, deed=DEED)
        slot = Slot(1, NOON, "lea")
        store.schedule_manuscript("a-1", slot, deed=DEED)
        newer = store.save_manuscript("a-1", saved("Two.", version=2))
        assert (newer.slot, newer.scheduled) == (slot, None)
        assert store.due_manuscripts(NOON) == []
        assert store.schedule_manuscript("a-1", slot, deed=DEED) == Stale(newer)

    def test_every_step_takes_it_off_the_schedule(self, store: Any) -> None:
        steps: dict[str, Callable[[], Manuscript]] = {
            "a-1": lambda: store.move_manuscript("a-1", Step.SUBMITTED, deed=DEED),
            "a-2": lambda: store.archive_manuscript("a-2", deed=DEED),
            "a-3": lambda: store.publish_manuscript("a-3", edition("x"), version=1, deed=DEED),
        }
        for id, step in steps.items():
            article_id = "gifts" if id == "a-3" else id
            store.add_manuscript(replace(DRAFTED, id=id, article_id=article_id), deed=DEED)
            store.schedule_manuscript(id, Slot(1, NOON, "lea"), deed=DEED)
            assert step().slot is None
        assert store.due_manuscripts(NOON) == []
        with pytest.raises(WrongStatus):
            store.schedule_manuscript("a-3", Slot(1, NOON, "lea"), deed=DEED)

    def test_of_two_who_publish_at_once_one_gets_the_address(self, store: Any) -> None:
        store.add_manuscript(DRAFTED, deed=DEED)
        store.add_manuscript(replace(DRAFTED, id="a-2", article_id="presents"), deed=DEED)
        one = edition("send it")
        article = replace(one.article, slug="send")
        store.publish_manuscript("a-1", replace(one, article=article), version=1, deed=DEED)
        other = replace(one, article=replace(article, id="presents"), passages=())
        with pytest.raises(UnfitArticle, match="'send'"):
            store.publish_manuscript("a-2", other, version=1, deed=DEED)
        assert [card.id for card in store.articles()] == ["gifts"]

    def test_passages_are_made_anew_only_of_what_customers_read(self, store: Any) -> None:
        store.add_manuscript(DRAFTED, deed=DEED)
        store.publish_manuscript("a-1", edition("send it"), version=1, deed=DEED)
        anew = replace(edition("send", "it"), content_hash="h2")
        assert store.publish_anew(anew, instead_of="h0") is False
        assert store.publish_anew(anew, instead_of="h1") is True
        assert [passage.text for passage in store.passages_of("gifts")] == ["send", "it"]
        assert store.content_hashes(EDITOR) == {"gifts": "h2"}
        store.archive_manuscript("a-1", deed=DEED)
        assert store.publish_anew(edition("send it"), instead_of="h2") is False

    def test_what_is_live_stays_so_while_it_is_written_anew(self, store: Any) -> None:
        store.add_manuscript(DRAFTED, deed=DEED)
        store.save_manuscript("a-1", saved("Two.", version=2, autosaved=True))
        store.publish_manuscript("a-1", edition("send it"), version=2, deed=DEED)
        after = store.save_manuscript("a-1", saved("Three.", version=3, autosaved=True))
        assert (after.status, after.live_version, after.has_news) == ("draft", 2, True)
        assert store.article("gifts").status is ArticleStatus.PUBLISHED
        assert store.revision("a-1", 2).content.body == "Two."

    def test_what_is_archived_is_read_by_nobody_and_kept(self, store: Any) -> None:
        store.add_manuscript(DRAFTED, deed=DEED)
        store.publish_manuscript("a-1", edition("send it"), version=1, deed=DEED)
        after = store.archive_manuscript("a-1", deed=DEED)
        assert (after.status, after.live_version) == (ArticleStatus.ARCHIVED, None)
        assert store.articles() == []
        assert store.passages_of("gifts") == []
        assert store.owners(["gifts"]) == {"gifts": EDITOR}
        with pytest.raises(WrongStatus):
            store.publish_manuscript("a-1", edition("send it"), version=1, deed=DEED)
        assert store.articles() == []
        back = store.save_manuscript("a-1", replace(DRAFTED.latest, version=2))
        assert (back.status, back.version) == (ArticleStatus.DRAFT, 2)

    def test_an_article_of_a_source_is_the_editors_once_it_was_taken_over(self, store: Any) -> None:
        publish(store, ["send it"], article="gifts")
        store.add_manuscript(DRAFTED, deed=DEED)
        assert store.owners(["gifts"]) == {"gifts": EDITOR}
        assert store.content_hashes("shop") == {}
        assert [passage.text for passage in store.passages_of("gifts")] == ["send it"]
        with pytest.raises(Refused, match="taken over"):
            publish(store, ["as it is in the source"], article="gifts")
        with pytest.raises(Refused, match="in the editor already"):
            store.add_manuscript(replace(DRAFTED, id="a-2"), deed=DEED)
