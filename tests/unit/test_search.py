"""From a question to ranked articles, with or without vectors."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.domain.article import Hit, Passage, PassageKind
from assistant.retrieval import search
from assistant.retrieval.analysis import words
from assistant.retrieval.search import Retrieval

pytestmark = pytest.mark.slow


def found(shop: Any, question: str, *, locale: str = "en", **options: Any) -> list[str]:
    retrieval = shop.retriever.search(question, locale=locale, **options)
    return [ranked.article.id for ranked in retrieval.articles]


@pytest.mark.parametrize(
    ("question", "locale", "article"),
    [
        ("How do I return an item?", "en", "returns"),
        ("can another person pick up my parcel", "en", "pickup"),
        ("kettle warranty", "en", "warranty"),
        ("Comment retourner un article ?", "fr", "retours"),
        ("programme azur", "fr", "fidelite"),
    ],
)
def test_the_article_that_answers_comes_first(
    shop: Any, question: str, locale: str, article: str
) -> None:
    assert found(shop, question, locale=locale)[0] == article


def test_only_articles_of_the_locale_are_found(shop: Any) -> None:
    retrieval = shop.retriever.search("colis parcel", locale="fr")
    assert {ranked.article.locale for ranked in retrieval.articles} == {"fr"}
    assert found(shop, "parcel", locale="de") == []


def test_each_article_stands_once_with_its_own_passages_best_first(shop: Any) -> None:
    retrieval = shop.retriever.search("return a parcel abroad", locale="en")
    ids = [ranked.article.id for ranked in retrieval.articles]
    assert len(ids) == len(set(ids)) > 1
    scores = [ranked.score for ranked in retrieval.articles]
    assert scores == sorted(scores, reverse=True)
    for ranked in retrieval.articles:
        assert {hit.passage.article_id for hit in ranked.hits} == {ranked.article.id}
        own = [hit.score for hit in ranked.hits]
        assert own == sorted(own, reverse=True)


def test_no_more_articles_than_asked_for(shop: Any) -> None:
    assert len(found(shop, "parcel", limit=2)) == 2


def test_a_slip_of_the_pen_is_read_as_the_word_meant(shop: Any) -> None:
    retrieval = shop.retriever.search("kettlle and warrannty", locale="en")
    assert set(retrieval.corrections.values()) == {"kettl", "warranti"}
    assert retrieval.articles[0].article.id == "warranty"


def test_without_an_encoder_words_alone_find_it(shop: Any, caplog: Any) -> None:
    shop.embedder.available = False
    with caplog.at_level(logging.ERROR):
        retrieval = shop.retriever.search("How do I return an item?", locale="en")
    assert retrieval.without_vectors
    assert retrieval.articles[0].article.id == "returns"
    assert retrieval.confidence > 0
    assert "search.without_vectors" in caplog.text
    assert "return an item" not in caplog.text


def test_without_an_index_words_alone_find_it(shop: Any) -> None:
    shop.index.available = False
    retrieval = shop.retriever.search("kettle warranty", locale="en")
    assert retrieval.without_vectors
    assert retrieval.articles[0].article.id == "warranty"


def test_what_shares_no_word_is_found_by_its_vector(shop: Any) -> None:
    # The fake encoder knows words alone, so these vectors say that both mean the same.
    store, name = shop.store, shop.embedder.name
    passages = [p for p in store.passages_of("warranty") if p.kind is PassageKind.BODY]
    wanted = store.vectors(name, [passages[0].fingerprint])[passages[0].fingerprint]
    shop.embedder.embed = lambda texts: wanted[None, :].repeat(len(texts), axis=0)
    assert found(shop, "zzz qqq")[0] == "warranty"


def test_an_index_that_is_ahead_or_behind_breaks_nothing(shop: Any) -> None:
    vector = shop.embedder.embed(["kettle"])
    shop.index.add("en", ["a fingerprint that no passage has"], vector)
    shop.index.remove("en", sorted(shop.store.fingerprints("en"))[:5])
    assert found(shop, "kettle warranty")[0] == "warranty"


def test_an_empty_help_center_finds_nothing(center: Any) -> None:
    retrieval = center.retriever.search("Where is my parcel?", locale="en")
    assert (retrieval.articles, retrieval.best, retrieval.confidence) == ((), None, 0.0)
    assert center.retriever.locales() == []


def test_a_question_in_another_language_keeps_its_telling_words(shop: Any) -> None:
    assert found(shop, "le programme Azur", locale="fr", asked_in="en")[0] == "fidelite"
    assert found(shop, "what does the programme Azur give", locale="fr", asked_in="en")[0] == (
        "fidelite"
    )


def test_who_names_one_thing_asks_for_no_section_that_names_two() -> None:
    """Read in a chat: « et la garantie ? » was surely answered with a section on cast iron."""

    def headed(asked: str, heading: str) -> dict[str, float]:
        section = Passage("iron", 1, PassageKind.BODY, "en", ("Iron", heading), "Five years.")
        return search._heading_matches(words(asked, "en"), [Hit(section)], "en")

    assert not headed("and the warranty?", "Iron and the warranty")
    assert headed("the warranty", "The warranty") == {"iron": 1.0}
    assert headed("iron and the warranty?", "Iron and the warranty") == {"iron": 1.0}


def test_all_of_an_article_is_read_in_order(shop: Any) -> None:
    retrieval = shop.retriever.search("What does a return cost?", locale="en")
    hits = shop.retriever.read("returns", retrieval)
    assert [hit.passage.position for hit in hits] == sorted(hit.passage.position for hit in hits)
    assert {hit.passage.kind for hit in hits} == {PassageKind.BODY}
    assert max(hits, key=lambda hit: hit.cosine).cosine > 0
    assert shop.retriever.read("gone", retrieval) == ()


ODD = "a parcel's où?\x00\u202e\u2028'\"*():^NEAR AND OR-%_\\👍"


@settings(max_examples=20)
@given(st.text(ODD, max_size=60), st.sampled_from(["en", "fr", "de"]))
def test_any_text_can_be_searched(shop: Any, text: str, locale: str) -> None:
    retrieval = shop.retriever.search(text, locale=locale)
    assert 0.0 <= retrieval.confidence <= 1.0


@pytest.mark.parametrize("text", ["a" * 10_000, "parcel " * 2_000, "\ud83d parcel", '"parcel*" OR'])
def test_hostile_text_can_be_searched(shop: Any, text: str) -> None:
    assert shop.retriever.search(text, locale="en").question == text


def test_what_was_asked_is_told_again_as_it_was_searched() -> None:
    found = Retrieval("", "en", corrections={"csot": "cost", "deliveri": "delivery"})
    assert found.spelt("wat does delivery csot", "en") == "what does delivery cost"
    assert found.spelt("It's 5 € – ok?", "en") == "It's 5 € – ok?"
