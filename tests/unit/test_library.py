"""What the public reads."""

from __future__ import annotations

from typing import Any

import pytest

from assistant.errors import UnknownThing
from assistant.knowledge.library import Library

pytestmark = pytest.mark.slow


@pytest.fixture
def library(shop: Any) -> Library:
    return Library(store=shop.store, retriever=shop.retriever)


def test_articles_are_listed_by_title_in_each_language(library: Library) -> None:
    titles = [card.title for card in library.articles("en")]
    assert titles == sorted(titles)
    assert {card.locale for card in library.articles("en")} == {"en"}
    assert len(library.articles()) == len(library.articles("en")) + len(library.articles("fr"))
    assert set(library.locales()) == {"en", "fr"}


def test_an_article_is_read_or_is_not_there(library: Library) -> None:
    assert library.article("returns").title == "Return an item"
    with pytest.raises(UnknownThing):
        library.article("../etc/passwd")


def test_search_finds_articles_and_nothing_for_nothing(library: Library) -> None:
    assert library.search("return", locale="en")[0].article.id == "returns"
    assert library.search(" \n", locale="en") == []
    assert len(library.search("parcel", locale="en", limit=1)) == 1


def test_a_withdrawn_article_is_gone_at_once(library: Library, shop: Any) -> None:
    shop.store.withdraw(["warranty"])
    with pytest.raises(UnknownThing):
        library.article("warranty")
    found = library.search("kettle warranty", locale="en")
    assert "warranty" not in {ranked.article.id for ranked in found}
