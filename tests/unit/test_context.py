"""A question is searched in the customer's language first, then in the others; alone, and with what
came before."""

from __future__ import annotations

from dataclasses import replace
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


def test_where_no_language_finds_anything_nothing_is_found() -> None:
    found = searched(fr=(0.0, []), en=(0.0, []))
    assert (found.locale, found.articles, found.confidence) == ("fr", (), 0.0)


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
    sure = {"gift": 0.9, "two": 0.2}
    topics = ("can i use two", "gift card balance")
    found = asked("does it expire", *topics, text="Cards expire.", **sure)
    assert found.rewritten == "gift card balance does it expire"
    assert found.retrieval.confidence == 0.9


def test_it_is_not_answered_from_an_article_left_for_another_topic_that_does_not_hold_it() -> None:
    """Read in a chat: what a plan includes was not found, and "how many things can i have" was
    answered from the article of before that, on radio bands."""
    topics = ("what is in the free plan", "radio bands")
    found = asked("and how many things", *topics, text="Use 2.4 GHz.", radio=0.9, plan=0.2)
    assert found.retrieval.confidence < 0.5


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


def test_a_question_for_a_price_leans_on_an_article_that_holds_one() -> None:
    """Read in a chat: after a question on backups, « combien coûte » the shop's own software was
    answered with the article on backups."""
    priced = asked("how much is prestashop", "gift card", text="A card is €20 or more.", gift=0.9)
    assert priced.rewritten == "gift card how much is prestashop"
    free_of_it = asked("how much is prestashop", "back up data", text="Press Save.", data=0.9)
    assert free_of_it.rewritten == "how much is prestashop"


def test_what_surely_finds_another_article_is_a_new_topic_however_sure_one_is_of_the_old_one() -> (
    None
):
    """Read in a chat: after the delivery address, "how do I cancel then" was answered with it."""
    sure = {"address": 0.95, "cancel": 0.74}
    found = asked("how do I cancel then", "change address", text="Cancel and order again.", **sure)
    assert found.rewritten == "how do I cancel then"
    found = asked("and what is the linen like", "care for iron", care=0.9, linen=0.74)
    assert found.rewritten == "and what is the linen like"


def test_what_names_hardly_anything_leans_unless_it_is_much_surer_alone() -> None:
    told = {"return": 0.42, "mattress": 0.55}
    found = asked("and if it is a mattress", "return an item", text="No mattress.", **told)
    assert found.rewritten == "return item and if it is a mattress"


def test_what_names_nothing_is_answered_where_the_article_speaks_of_the_topic() -> None:
    """Read in a chat: « et c'est combien ? » after a delivery to Belgium told what a return costs:
    that section alone held the word."""
    told = {"text": "It costs €7.90 to Belgium.", "belgium": 0.9}
    priced = asked("and the cost?", "delivery belgium", **told).retrieval.weights
    assert priced["belgium"] == priced["cost"]
    named = asked("and for a lamp?", "delivery belgium", **told).retrieval.weights
    assert named["belgium"] < named["lamp"]


def test_what_asks_for_a_property_alone_leans_however_surely_it_finds_something() -> None:
    found = asked("how long does it take", "deliver to belgium", deliver=0.6, long=0.9)
    assert found.rewritten == "deliver belgium how long does it take"
    found = asked("from what amount", "pay instalments", text="From €120.", pay=0.6, amount=0.9)
    assert found.rewritten == "pay instalments from what amount"


def test_a_property_that_the_topics_article_does_not_tell_is_asked_back_for() -> None:
    """Read in a chat: "how much does it cost" was answered with how to install it, once more."""
    told = asked("how much does it cost", "install plugin", text="It is free.", install=0.9)
    assert told.retrieval.confidence == 0.9
    untold = asked("how much does it cost", "install plugin", text="Press Save.", install=0.9)
    assert untold.rewritten == "install plugin how much does it cost"
    assert 0.1 <= untold.retrieval.confidence < 0.5


class Drowned(InContext):
    """The more words, the less sure: everything that they hold must be there."""

    def search(self, question: str, *, locale: str, **_: Any) -> Retrieval:
        found = super().search(question, locale=locale)
        drowned = [sure for key, sure in self._found.items() if key in question]
        return replace(found, confidence=min(drowned, default=0.0))


def asked_alone(question: str, **found: float) -> Found:
    retriever = cast(Retriever, Drowned(**found))
    search = ContextualSearch(retriever, sure_from=0.5, lost_below=0.1)
    return search.search(understand(question, locale="en"))


def test_a_sentence_that_surely_asks_something_is_looked_up_by_itself() -> None:
    told = {"order": 0.9, "yesterday": 0.1}
    found = asked_alone("Hi, where is my order? it was meant for yesterday", **told)
    assert (found.rewritten, found.retrieval.confidence) == ("where is my order?", 0.9)
    story = "where is my order, it was meant for yesterday"
    assert asked_alone(story, **told).rewritten == story
    leans = "I do not want it any more. How do I return it?"
    assert asked_alone(leans, **{"any": 0.1, "return": 0.9}).rewritten == leans


def test_a_greeting_and_thanks_are_not_looked_up() -> None:
    found = asked("Hello team, can I pay by card please? Thanks!", card=0.9)
    assert found.rewritten == "can I pay by card"
