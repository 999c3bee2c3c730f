"""A question is searched in the customer's language first, then in the others."""

from __future__ import annotations

from typing import Any, cast

from assistant.answering.context import ContextualSearch
from assistant.answering.understanding import understand
from assistant.domain.article import ArticleCard, RankedArticle
from assistant.retrieval.search import Retrieval, Retriever


def entry(id: str, locale: str, *, translation_of: str | None = None) -> RankedArticle:
    card = ArticleCard(id, id.title(), locale, id, translation_of=translation_of)
    return RankedArticle(card, (), 1.0)


class Scripted:
    """Finds what it was told to, by locale."""

    def __init__(self, **found: tuple[float, list[RankedArticle]]) -> None:
        self._found = found
        self.asked_in: list[str | None] = []

    def locales(self) -> list[str]:
        return list(self._found)

    def search(
        self, question: str, *, locale: str, asked_in: str | None = None, **_: Any
    ) -> Retrieval:
        self.asked_in.append(asked_in)
        confidence, articles = self._found[locale]
        return Retrieval(question, locale, tuple(articles), confidence)


def searched(**found: tuple[float, list[RankedArticle]]) -> Retrieval:
    search = ContextualSearch(cast(Retriever, Scripted(**found)), sure_from=0.5)
    return search.search(understand("Combien coûte le retour ?", locale="fr"), "").retrieval


FEES = entry("fees", "en")
FRAIS = entry("frais", "fr", translation_of="fees")
COLIS = entry("colis", "fr")


def test_who_is_understood_in_their_own_language_gets_what_is_there() -> None:
    found = searched(fr=(0.6, [COLIS, FRAIS]), en=(0.9, [FEES]))
    assert found.articles == (COLIS, FRAIS)
    assert found.confidence == 0.6


def test_what_another_language_finds_is_shown_in_the_customers_own_where_it_is_translated() -> None:
    found = searched(fr=(0.2, [COLIS, FRAIS]), en=(0.9, [FEES]))
    assert [ranked.article.id for ranked in found.articles] == ["frais", "colis"]
    assert found.locale == "fr"
    assert found.confidence == (0.2 + 0.9) / 2


def test_only_one_of_two_readings_does_not_make_sure() -> None:
    found = searched(fr=(0.02, [COLIS, FRAIS]), en=(0.8, [FEES]))
    assert found.articles[0].article.id == "frais"
    assert found.confidence < 0.5


def test_what_is_not_translated_is_shown_as_it_is() -> None:
    found = searched(fr=(0.2, [COLIS]), en=(0.9, [FEES]))
    assert (found.locale, found.articles) == ("en", (FEES,))


def test_what_no_language_is_sure_of_stays_in_the_customers_own() -> None:
    found = searched(fr=(0.1, [COLIS]), en=(0.4, [FEES]))
    assert (found.locale, found.confidence) == ("fr", 0.1)


def test_where_the_customers_language_has_no_article_the_other_is_shown_however_unsure() -> None:
    found = searched(fr=(0.0, []), en=(0.1, [FEES]))
    assert (found.locale, found.articles, found.confidence) == ("en", (FEES,), 0.1)


def test_words_that_tell_no_language_are_the_pages_unless_its_articles_do_not_fit() -> None:
    asked = understand("csv import", locale="fr")
    assert not asked.certain
    for own, told in (([], "fr"), ([COLIS], "en")):
        scripted = Scripted(fr=(0.0, own), en=(0.9, [FEES]))
        ContextualSearch(cast(Retriever, scripted), sure_from=0.5).search(asked, "")
        assert scripted.asked_in == [None, told]
