"""A question is searched in the customer's language first, then in the others; alone, and with what
came before."""

from __future__ import annotations

from typing import Any, cast

from assistant.answering.context import ContextualSearch, Found
from assistant.answering.understanding import understand
from assistant.domain.article import ArticleCard, Hit, Passage, PassageKind, RankedArticle
from assistant.retrieval.analysis import tokens
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
    search = ContextualSearch(cast(Retriever, Scripted(**found)), sure_from=0.5, lost_below=0.1)
    return search.search(understand("Combien coûte le retour ?", locale="fr")).retrieval


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
        search = ContextualSearch(cast(Retriever, scripted), sure_from=0.5, lost_below=0.1)
        search.search(asked)
        assert scripted.asked_in == [None, told]


# -- what came before


class InContext:
    """Finds an article by the questions that hold its key, as surely as it was told to."""

    def __init__(self, text: str = "", **found: float) -> None:
        self._text, self._found = text, found

    def locales(self) -> list[str]:
        return ["en"]

    def search(self, question: str, *, locale: str, **_: Any) -> Retrieval:
        sure = {key: sure for key, sure in self._found.items() if key in question}
        best = max(sure, key=lambda key: sure[key], default=None)
        articles = (entry(best, locale),) if best else ()
        weights = dict.fromkeys(tokens(question, locale), 1.0)
        return Retrieval(question, locale, articles, sure[best] if best else 0.0, weights=weights)

    def read(self, article_id: str, retrieval: Retrieval) -> tuple[Hit, ...]:
        path = (article_id,)
        passage = Passage(article_id, 0, PassageKind.BODY, retrieval.locale, path, self._text)
        return (Hit(passage),)


def asked(
    question: str, *topics: str, text: str = "", asked_back: bool = False, **found: float
) -> Found:
    search = ContextualSearch(
        cast(Retriever, InContext(text, **found)), sure_from=0.5, lost_below=0.1
    )
    return search.search(understand(question, locale="en"), topics, asked_back=asked_back)


def test_what_follows_a_question_back_is_searched_with_it_where_that_comes_nearer() -> None:
    told = {"parcel": 0.2, "neighbours": 0.15}
    more = "the neighbours have nothing"
    found = asked(more, "parcel lost", asked_back=True, **told)
    assert (found.rewritten, found.retrieval.confidence) == (f"parcel lost {more}", 0.2)
    assert asked(more, "parcel lost", **told).rewritten == more


def test_what_follows_a_question_back_is_not_answered_from_an_article_that_does_not_hold_it() -> (
    None
):
    more = "the neighbours have nothing"
    found = asked(more, "parcel lost", asked_back=True, parcel=0.9, neighbours=0.2)
    assert (found.rewritten, found.retrieval.confidence) == (more, 0.2)


def test_a_question_that_leans_on_an_unanswered_one_leans_on_the_answered_one_before_it() -> None:
    found = asked("does it expire", "can i use two", "gift card balance", gift=0.9, two=0.2)
    assert found.rewritten == "gift card balance does it expire"
    assert found.retrieval.confidence == 0.9


def test_of_equally_good_topics_the_nearest_counts() -> None:
    found = asked("does it expire", "vouchers", "gift card balance", gift=0.9, vouchers=0.9)
    assert found.rewritten == "vouchers does it expire"


def test_who_points_back_and_is_lost_alone_is_asked_back_about_the_topic() -> None:
    found = asked("can i use two of them", "gift card balance", gift=0.9)
    assert found.rewritten.startswith("gift card balance")
    assert 0.1 <= found.retrieval.confidence < 0.5


def test_what_the_topics_article_speaks_of_may_go_on_about_it() -> None:
    told = asked(
        "I already asked the neighbours", "my parcel is lost", text="Ask neighbours.", parcel=0.8
    )
    assert told.rewritten == "parcel lost I already asked the neighbours"
    assert 0.1 <= told.retrieval.confidence < 0.5


def test_what_has_nothing_to_do_with_the_topic_is_not_drawn_into_it() -> None:
    for question in ("who won the champions league", "and do you sell purple unicorns"):
        found = asked(question, "gift card balance", text="Gift cards are paper.", gift=0.9)
        assert found.rewritten == question
        assert found.retrieval.confidence == 0.0


def test_what_finds_something_of_its_own_is_left_alone() -> None:
    found = asked("warranty of the brass lamp", "gift card balance", warranty=0.3, gift=0.9)
    assert (found.rewritten, found.retrieval.confidence) == ("warranty of the brass lamp", 0.3)
