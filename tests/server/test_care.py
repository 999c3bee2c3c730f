"""What customers read and somebody should look at: of the editor and of sources alike."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from html import unescape
from typing import Any
from unittest.mock import Mock

import pytest

from assistant.domain.article import Article
from assistant.domain.manuscript import Content, Manuscript
from assistant.knowledge.planning import SyncReport
from assistant.knowledge.sync import Synchroniser
from assistant.testing.fakes import FakeEmbedder
from assistant.writing.caring import Caring
from tests.server.conftest import Agent, World, person_of

CARE = "/console/articles/care"
ENGLISH = Content("Engrave a name", "en", "We engrave a name within 3 hours.")
FRENCH = Content("Graver un nom", "fr", "Nous gravons un nom en 3 heures.")


def needs(agent: Agent, *, where: str = CARE, words: str = "") -> str:
    """What stands there above the advice, as it is read."""
    page = agent.opens(f"{where}{words}").text.partition('id="advice"')[0]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page.partition("<main")[2])).split())


def keys(agent: Agent) -> list[str]:
    return re.findall(r'name="key" value="(\w+)"', agent.opens(CARE).text)


def published(world: World, content: Content, *, by: Agent) -> Manuscript:
    editor, person = world.assistant.editor, person_of(world, by)
    done = editor.publish(editor.draft(content, by=person).id, version=1, by=person)
    assert isinstance(done, Manuscript)
    return done


def changed(world: World, manuscript: Manuscript, *, by: Agent, public: bool, **what: Any) -> None:
    editor, person = world.assistant.editor, person_of(world, by)
    version = world.store.manuscript(manuscript.id).version
    content = replace(manuscript.content, **what)
    saved = editor.save(manuscript.id, content, version=version, by=person)
    if public:
        editor.publish(manuscript.id, version=saved.version, by=person)


def synced(world: World, *articles: Article, source: str = "faq") -> None:
    synchroniser = Synchroniser(store=world.store, embedder=FakeEmbedder())
    owned = [replace(each, source=source) for each in articles]
    synchroniser.sync_articles(owned, SyncReport(source=source))


def in_two_languages(world: World, by: Agent) -> tuple[Manuscript, Manuscript]:
    english = published(world, ENGLISH, by=by)
    return english, published(world, replace(FRENCH, translation_of=english.article_id), by=by)


# -- what customers read is judged


@pytest.mark.parametrize(
    ("faulty", "told"),
    [
        ({"review_on": date(2026, 3, 1)}, "To be read again since 1 March 2026"),
        ({"body": "See [it](/help/en/gone)."}, "A link leads nowhere: /help/en/gone"),
    ],
)
def test_a_draft_that_mends_it_clears_nothing_before_it_is_published(
    world: World, lea: Agent, faulty: dict[str, Any], told: str
) -> None:
    article = published(world, replace(ENGLISH, **faulty), by=lea)
    assert told in needs(lea)
    mended = {"body": "All is well.", "review_on": None}
    changed(world, article, by=lea, public=False, **mended)
    assert told in needs(lea)
    assert "a newer draft is not public yet" in needs(lea)
    page = needs(lea, where=f"/console/articles/{article.id}")
    assert f"until your draft is published. {told}" in page
    version = world.store.manuscript(article.id).version
    world.assistant.editor.publish(article.id, version=version, by=person_of(world, lea))
    assert "Nothing needs care" in needs(lea)


def test_a_translation_that_is_only_saved_still_follows_nothing(world: World, lea: Agent) -> None:
    english, french = in_two_languages(world, lea)
    changed(world, english, by=lea, public=True, body="We gladly engrave a name within 3 hours.")
    changed(world, french, by=lea, public=False, body="Nous gravons volontiers en 3 heures.")
    assert "Graver un nom" in needs(lea)
    assert "The original changed on" in needs(lea)


def test_what_is_wrong_in_a_draft_alone_is_told_beside_it(world: World, lea: Agent) -> None:
    article = published(world, ENGLISH, by=lea)
    changed(world, article, by=lea, public=False, body="See [it](/help/en/gone).")
    assert "Nothing needs care" in needs(lea)
    page = needs(lea, where=f"/console/articles/{article.id}")
    assert "In this draft A link leads nowhere: /help/en/gone" in page


# -- articles of sources


def test_articles_of_sources_are_looked_at_too_and_shown_with_their_source(
    world: World, lea: Agent
) -> None:
    old = Article("faq/a", "Kettles", "en", "[gone](gone.md) [no](/help/en/nothing-here)")
    synced(world, old, Article("faq/b", "Pans", "en", "Iron.", review_on=date(2026, 3, 1)))
    page = needs(lea)
    assert "Kettles English · from faq A link leads nowhere: gone.md" in page
    assert "A link leads nowhere: /help/en/nothing-here" in page
    assert "Pans English · from faq To be read again since 1 March 2026" in page
    assert 'href="/help/en/faq/a"' in unescape(lea.opens(CARE).text).replace("%2F", "/")
    assert "2 articles need care" in needs(lea, where="/console/articles/home")


def test_what_customers_read_on_another_site_leads_on_there(world: World, lea: Agent) -> None:
    elsewhere = "https://help.shop.example/kettles"
    synced(world, Article("faq/a", "Kettles", "en", "[all](/kettles/all)", url=elsewhere))
    assert "Nothing needs care" in needs(lea)


def test_a_translation_of_a_source_is_older_than_its_original_only_if_that_changed_alone(
    world: World, lea: Agent
) -> None:
    # The translation comes first by its name; one sync brings both.
    english = Article("faq/y", "Kettles", "en", "Boil it for 3 minutes.")
    french = Article("faq/a", "Bouilloires", "fr", "Trois minutes.", translation_of="faq/y")
    synced(world, french, english)
    assert "Nothing needs care" in needs(lea)
    both = ("Boil it well for 3 minutes.", "Trois bonnes minutes.")
    english, french = replace(english, body=both[0]), replace(french, body=both[1])
    synced(world, french, english)
    assert "Nothing needs care" in needs(lea)
    synced(world, french, replace(english, body="Boil it long, for 3 minutes."))
    assert "Bouilloires French · from faq · Original: Kettles The original changed" in needs(lea)


def test_texts_are_read_once_for_each_version_and_compared_once_for_each_change(
    world: World, lea: Agent, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_two_languages(world, lea)
    read = Mock(wraps=world.store.article)
    monkeypatch.setattr(world.store, "article", read)
    compared = Mock(return_value=None)
    monkeypatch.setattr("assistant.writing.caring.untold", compared)
    for _ in range(2):
        needs(lea)
    judged = len(world.store.articles())
    # Advice reads what it advises on: of sources.
    advised = 2 * sum(owner != "editor" for owner in owners(world))
    assert read.call_count == judged + advised
    first = compared.call_count
    assert first > 0
    published(world, Content("Lamps", "en", "Bright."), by=lea)
    needs(lea)
    assert compared.call_count == first


def owners(world: World) -> Sequence[str]:
    return list(world.store.owners(card.id for card in world.store.articles()).values())


def test_only_addresses_that_no_published_article_has_are_looked_up(
    world: World, lea: Agent
) -> None:
    links = "[x](/help/en/return-a-gift) [y](/help/en/nothing) [z](/help/en/engrave-a-name#how)"
    published(world, replace(ENGLISH, body=f"{links} [w](gone.md)"), by=lea)
    looked_up: list[str] = []
    caring = Caring(world.store, address_of=looked_up.append, now=lambda: datetime.now(UTC))
    (care,) = caring.overview().open
    assert [each.value for each in care.needed] == ["/help/en/nothing", "gone.md"]
    assert looked_up == ["/help/en/nothing"]


def test_of_many_dead_links_some_are_named(world: World, lea: Agent) -> None:
    links = " ".join(f"[x](gone-{number}.md)" for number in range(8))
    synced(world, Article("faq/a", "Kettles", "en", links))
    assert "gone-4.md And 3 more links." in needs(lea)


# -- what a translation states


def test_a_translation_that_states_other_figures_is_listed_with_both(
    world: World, lea: Agent
) -> None:
    _, french = in_two_languages(world, lea)
    assert "Nothing needs care" in needs(lea)
    changed(world, french, by=lea, public=True, body="Nous gravons un nom en 5 heures.")
    told = "It states other prices, dates or numbers than the original."
    both = "Only in the original: 3 hours . Only here: 5 heures ."
    assert f"Original: Engrave a name {told} {both}" in needs(lea)
    assert told in needs(lea, where=f"/console/articles/{french.id}")
    assert "Seulement ici : 5 heures" in needs(lea, words="?locale=fr")
    changed(world, french, by=lea, public=False, body="Nous gravons un nom en 3 heures.")
    assert told in needs(lea)


# -- what is right as it is


def test_a_translation_may_still_be_right_and_says_who_found_it_so(
    world: World, lea: Agent, new_agent: Callable[..., Agent]
) -> None:
    english, _ = in_two_languages(world, lea)
    changed(world, english, by=lea, public=True, body="We engrave any name within 3 hours.")
    wim = new_agent("wim", "writer")
    (key,) = keys(wim)
    done = wim.posts(CARE, key=key, right="true")
    assert done.headers["location"].endswith("?told=settled")
    page = needs(lea)
    assert "Nothing needs care" in page
    assert "wim" in page.partition("1 found to be right")[2]
    assert "0 articles need care" in needs(lea, where="/console/articles/home")
    audit = new_agent("ada", "admin").opens("/console/audit").text
    assert "found an article right as it is" in audit
    changed(world, english, by=lea, public=True, body="We engrave each name within 3 hours.")
    assert "The original changed on" in needs(lea).partition("found to be right")[0]


def test_a_day_that_has_passed_is_answered_until_another_comes(world: World, lea: Agent) -> None:
    page = Article("faq/b", "Pans", "en", "Iron.", review_on=date(2026, 3, 1))
    synced(world, page)
    lea.posts(CARE, key=keys(lea)[0], right="true")
    assert "Nothing needs care" in needs(lea)
    synced(world, replace(page, review_on=date(2026, 4, 1)))
    assert "To be read again since 1 April 2026" in needs(lea)


def test_other_figures_may_be_right_and_be_listed_again(world: World, lea: Agent) -> None:
    _, french = in_two_languages(world, lea)
    changed(world, french, by=lea, public=True, body="Nous gravons un nom en 5 heures.")
    (key,) = keys(lea)
    lea.posts(CARE, key=key, right="true")
    assert "Nothing needs care" in needs(lea)
    assert "It states other prices" not in needs(lea, where=f"/console/articles/{french.id}")
    again = lea.posts(CARE, key=key, right="false")
    assert again.headers["location"].endswith("?told=unsettled")
    assert "It states other prices" in needs(lea)
    assert "found to be right" not in needs(lea)


def test_what_has_changed_meanwhile_is_to_be_looked_at_again(world: World, lea: Agent) -> None:
    for right in ("true", "false"):
        gone = lea.posts(CARE, key="0" * 32, right=right)
        assert gone.headers["location"].endswith("?told=changed")
    assert "That has changed meanwhile" in needs(lea, words="?told=changed")


def test_nobody_finds_a_dead_link_right(world: World, lea: Agent) -> None:
    published(world, replace(ENGLISH, body="See [it](/help/en/gone)."), by=lea)
    assert keys(lea) == []
