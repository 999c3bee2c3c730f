"""From what a customer says, and what came before, to an outcome."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.answering.curated import CuratedAnswers, WordForWord
from assistant.answering.exchanges import Exchange
from assistant.answering.pipeline import Answerer, Considered
from assistant.domain.answer import (
    Answer,
    ClarifyingQuestion,
    Decision,
    PersonNeeded,
    Smalltalk,
    Suggestion,
)
from assistant.domain.article import Article
from assistant.domain.curated import Curated
from assistant.domain.handoff import Reason
from assistant.ports import Deed
from assistant.testing import FakeEmbedder, ScriptedModel

pytestmark = pytest.mark.slow

NOON = datetime(2026, 3, 14, 12, tzinfo=UTC)


def cited(considered: Considered) -> str:
    assert isinstance(considered.outcome, Answer), considered.outcome
    return considered.outcome.citations[0].article_id


def asked(topic: str, decision: Decision = Decision.ANSWER, **more: Any) -> tuple[Exchange, ...]:
    return (Exchange(topic=topic, decision=decision, **more),)


# -- one question


@pytest.mark.parametrize(
    ("question", "page", "article"),
    [
        ("How do I return an item?", "en", "returns"),
        ("Can another person pick up my parcel?", "en", "pickup"),
        ("Comment retourner un article ?", "fr", "retours"),
        ("Une autre personne peut-elle retirer mon colis ?", "fr", "retrait"),
        ("Une autre personne peut-elle retirer mon colis ?", "en", "retrait"),
    ],
)  # fmt: skip
def test_a_covered_question_is_answered_from_its_article(
    shop: Any, question: str, page: str, article: str
) -> None:
    considered = shop.ask(question, locale=page)
    assert cited(considered) == article
    assert considered.outcome.note is None
    assert considered.timings.keys() == {"search", "answer"}


def test_an_answer_links_to_its_section_and_to_other_articles(shop: Any) -> None:
    gift = shop.ask("Is a gift card valid for two years?")
    assert cited(gift) == "giftcards"
    assert "[returns](/help/en/returns)" in gift.outcome.text
    fee = shop.ask("What a return costs: free from France, other countries €5")
    assert cited(fee) == "returns"
    assert fee.outcome.citations[0].url == "/help/en/returns#what-a-return-costs"


def test_a_foreign_answer_says_that_it_is_foreign(shop: Any) -> None:
    shop.publish(
        Article("azur", "Azur", "fr", "Azur Soleil Plage donne un point.", slug="azur"),
        source="more",
    )
    considered = shop.ask("What is the Azur Soleil Plage?", locale="en")
    assert cited(considered) == "azur"
    assert considered.understood.locale == "en"
    assert considered.outcome.locale == "fr"
    assert considered.outcome.text.startswith("This article is only available in French")


def test_another_confidence_decides_otherwise_about_the_same_finding(shop: Any) -> None:
    question = "How do I return an item?"
    found = shop.answerer.consider_extractive(question, locale="en")
    stricter = shop.answerer.answering_from(0.999999)
    assert isinstance(found.outcome, Answer)
    assert not isinstance(stricter.consider_extractive(question, locale="en").outcome, Answer)
    assert shop.answerer.answers_from < stricter.answers_from == 0.999999


def test_what_is_not_covered_is_not_answered_and_a_person_is_offered(shop: Any) -> None:
    for question, locale in (("Do you sell unicorns?", "en"), ("Vendez-vous des licornes ?", "fr")):
        outcome = shop.ask(question, locale=locale).outcome
        assert isinstance(outcome, PersonNeeded)
        assert (outcome.reason, outcome.call_now) == (Reason.NOT_COVERED, False)
        assert [entry.action for entry in outcome.suggestions] == ["handoff"]


def test_doubt_asks_which_topic_is_meant_and_keeps_what_it_would_have_said(shop: Any) -> None:
    considered = shop.ask("gift warranty")
    outcome = considered.outcome
    assert isinstance(outcome, ClarifyingQuestion)
    topics = [entry for entry in outcome.suggestions if entry.article_id]
    assert 2 <= len(topics) <= 3
    assert [entry.action for entry in outcome.suggestions[-2:]] == ["ask", "handoff"]
    assert considered.withheld is not None
    assert considered.withheld.citations


def test_doubt_right_after_a_choice_offers_a_person_beside_the_topics(shop: Any) -> None:
    outcome = shop.ask("gift warranty", history=asked("mugs", Decision.CLARIFY)).outcome
    assert isinstance(outcome, PersonNeeded)
    assert (outcome.reason, outcome.call_now) == (Reason.STILL_UNCLEAR, False)
    *topics, person = outcome.suggestions
    assert person.action == "handoff"
    assert "warranty" in [entry.article_id for entry in topics]
    assert "one of these" in outcome.text
    chosen = shop.ask(topics[0].text, history=choices(*outcome.suggestions, topic="gift warranty"))
    assert cited(chosen) == topics[0].article_id


def test_an_empty_help_center_offers_a_person_and_says_why(center: Any) -> None:
    outcome = center.ask("Where is my parcel?").outcome
    assert isinstance(outcome, PersonNeeded)
    assert (outcome.reason, outcome.call_now) == (Reason.EMPTY_HELP_CENTER, False)
    assert isinstance(center.ask("hello").outcome, Smalltalk)
    assert center.ask("a human please").outcome.call_now


@pytest.mark.parametrize("body", ["", "---", "# Kettles", "[a]: https://x.example"])
def test_an_article_without_text_is_no_answer(center: Any, body: str) -> None:
    center.publish(Article("kettles", "Kettle descaling", "en", body, slug="kettles"))
    outcome = center.ask("Kettle descaling?").outcome
    assert isinstance(outcome, PersonNeeded)
    assert not outcome.call_now


def test_markup_in_an_article_is_quoted_and_not_obeyed(center: Any) -> None:
    center.publish(Article("x", "Kettle", "en", "Kettle: <script>alert(1)</script>", slug="x"))
    outcome = center.ask("kettle").outcome
    assert "<script>" in outcome.text


# -- what is no question


@pytest.mark.parametrize("said", ["Hello", "thanks!", "bye", "no", "👍", "ok", "are you human?"])
def test_courtesies_get_a_word_and_no_article(shop: Any, said: str) -> None:
    considered = shop.ask(said)
    assert isinstance(considered.outcome, Smalltalk)
    assert considered.outcome.text
    assert considered.retrieval is None


@pytest.mark.parametrize(
    ("said", "locale"), [("I want a human", "en"), ("je veux parler à un conseiller", "fr")]
)
def test_a_person_is_called_at_once(shop: Any, said: str, locale: str) -> None:
    outcome = shop.ask(said, locale=locale).outcome
    assert isinstance(outcome, PersonNeeded)
    assert (outcome.reason, outcome.call_now) == (Reason.ASKED_FOR_HUMAN, True)
    assert "24" in outcome.text


def test_yes_takes_up_an_offer_and_nothing_else(shop: Any) -> None:
    offered = asked("unicorns", Decision.HANDOFF, offered=True)
    assert isinstance(shop.ask("yes please", history=offered).outcome, PersonNeeded)
    assert isinstance(shop.ask("yes please", history=asked("returns")).outcome, Smalltalk)
    assert isinstance(shop.ask("yes please").outcome, Smalltalk)


@pytest.mark.parametrize(
    ("said", "locale"),
    [("Still waiting", "en"), ("Any news?", "en"), ("J'attends toujours", "fr"), ("Allo ?", "fr")],
)
def test_whoever_still_waits_for_something_is_offered_a_person(
    shop: Any, said: str, locale: str
) -> None:
    first = shop.ask(said, locale=locale).outcome
    assert isinstance(first, Smalltalk)
    later = shop.ask(said, locale=locale, history=asked("unicorns")).outcome
    assert isinstance(later, PersonNeeded)
    assert not later.call_now
    assert [each.action for each in later.suggestions] == ["handoff"]


@pytest.mark.parametrize(
    ("said", "locale", "what"),
    [("order 48213", "en", "in a few words"), ("CMD-20413", "fr", "en quelques mots")],
)
def test_to_a_number_alone_it_says_that_it_cannot_look_it_up_and_offers_who_can(
    shop: Any, said: str, locale: str, what: str
) -> None:
    outcome = shop.ask(said, locale=locale).outcome
    assert isinstance(outcome, PersonNeeded)
    assert not outcome.call_now
    assert what in outcome.text
    assert [each.action for each in outcome.suggestions] == ["handoff"]


@pytest.mark.parametrize("number", ["E10061", "10061", "ISO10061?", "192.168.10.10"])
def test_a_number_that_an_article_holds_is_looked_up(center: Any, number: str) -> None:
    text = "Error 10061 of E10061: the kettle at 192.168.10.10 is dry."
    center.publish(Article("dry", "Error E10061", "en", text, slug="dry"))
    retrieval = center.ask(number).retrieval
    assert retrieval is not None
    assert retrieval.best.article.id == "dry"


def test_no_declines_an_offer(shop: Any) -> None:
    offered = asked("unicorns", Decision.HANDOFF, offered=True)
    assert isinstance(shop.ask("no thanks", history=offered).outcome, Smalltalk)


def test_none_of_these_is_answered_with_a_person_and_not_with_an_article(shop: Any) -> None:
    history = asked("kettle parcel", Decision.CLARIFY)
    outcome = shop.ask("None of these", history=history).outcome
    assert isinstance(outcome, PersonNeeded)
    assert not outcome.call_now


# -- what came before


@pytest.mark.parametrize(
    ("topic", "question", "locale", "article", "held"),
    [
        ("How do I return an item?", "And what does it cost?", "en", "returns", "€5"),
        ("When does my parcel arrive?", "what about abroad?", "en", "delivery", "7 working days"),
        ("Comment retourner un article ?", "et combien ça coûte ?", "fr", "retours", "gratuit"),
        ("Quel est le délai de livraison ?", "Et à l'étranger ?", "fr", "livraison", "7 jours"),
    ],
)  # fmt: skip
def test_a_follow_up_is_answered_within_its_topic(
    shop: Any, topic: str, question: str, locale: str, article: str, held: str
) -> None:
    considered = shop.ask(question, locale=locale, history=asked(topic))
    assert cited(considered) == article
    assert held in considered.outcome.text
    assert question in considered.rewritten
    assert considered.rewritten != question


@pytest.mark.parametrize(
    ("topic", "question", "locale", "article"),
    [
        ("How do I return an item?", "Can another person pick up my parcel?", "en", "pickup"),
        ("Can another person pick up my parcel?", "Gift card valid two years?", "en", "giftcards"),
        ("Comment retourner un article ?",
         "Une autre personne peut-elle retirer mon colis ?", "fr", "retrait"),
    ],
)  # fmt: skip
def test_a_new_topic_drops_the_old_one(
    shop: Any, topic: str, question: str, locale: str, article: str
) -> None:
    considered = shop.ask(question, locale=locale, history=asked(topic))
    assert cited(considered) == article
    assert considered.rewritten == question


def test_a_few_words_go_on_about_the_topic_that_holds_them(shop: Any) -> None:
    considered = shop.ask("other countries", history=asked("How do I return an item?"))
    assert cited(considered) == "returns"
    assert "other countries" in considered.rewritten


@pytest.mark.parametrize(
    "question", ["and can unicorns eat purple clouds?", "purple unicorns", "but purple clouds fly?"]
)
def test_words_that_the_topic_does_not_hold_are_no_part_of_it(shop: Any, question: str) -> None:
    considered = shop.ask(question, history=asked("How do I return an item?"))
    assert considered.rewritten == question
    assert not isinstance(considered.outcome, Answer)


def test_a_follow_up_to_a_question_in_another_language_is_not_lost(shop: Any) -> None:
    considered = shop.ask("et à l'étranger ?", locale="fr", history=asked("parcel delivery"))
    assert considered.outcome.text
    assert considered.understood.locale == "fr"


def test_a_long_talk_keeps_its_thread(shop: Any, customer: Any) -> None:
    texts = [
        customer.says(text)["message"]["text"]
        for text in (
            "Hello!",
            "How do I return an item?",
            "And what does it cost?",
            "thanks",
            "Can another person pick up my parcel?",
        )
    ]
    assert "30 days" in texts[1]
    assert "€5" in texts[2]
    assert "identity card" in texts[4]
    decisions = [turn.decision for turn in customer.turns]
    assert decisions == [
        Decision.SMALLTALK, Decision.ANSWER, Decision.ANSWER, Decision.SMALLTALK, Decision.ANSWER,
    ]  # fmt: skip


def test_a_customer_who_changes_language_is_followed(shop: Any, customer: Any) -> None:
    assert "30 days" in customer.says("How do I return an item?")["message"]["text"]
    french = customer.says("Comment retourner un article ?")
    assert french["message"]["locale"] == "fr"
    assert "30 jours" in french["message"]["text"]


def test_after_two_failures_a_person_is_called(shop: Any) -> None:
    history = asked("unicorns", Decision.HANDOFF) + asked("dragons", Decision.CLARIFY)
    outcome = shop.ask("Do you sell griffins?", history=history).outcome
    assert isinstance(outcome, PersonNeeded)
    assert (outcome.reason, outcome.call_now) == (Reason.STILL_UNCLEAR, True)
    between = history + asked("returns") + asked("dragons", Decision.HANDOFF)
    assert not shop.ask("Do you sell griffins?", history=between).outcome.call_now


# -- choosing a topic


def choices(*suggestions: Suggestion, topic: str = "blue parcel") -> tuple[Exchange, ...]:
    return asked(topic, Decision.CLARIFY, suggestions=suggestions)


def test_a_pressed_topic_is_answered_from_its_article(shop: Any) -> None:
    history = choices(Suggestion("Return an item", article_id="returns"))
    considered = shop.ask("Return an item", history=history)
    assert cited(considered) == "returns"
    typed = shop.ask("return an item!", history=history)
    assert cited(typed) == "returns"


def test_a_pressed_topic_answers_what_was_asked_not_what_its_title_says(center: Any) -> None:
    opening = "You pause your coffee subscription in your account, and you end that pause there. "
    text = (
        f"{opening * 9}\n\n## If you travel\n\nThe longest time is 3 months. {'Travel well. ' * 30}"
    )
    title = "Pause your coffee subscription"
    center.publish(Article("pause", title, "en", text, slug="pause"))
    history = choices(Suggestion(title, article_id="pause"), topic="what is the longest")
    pressed = center.ask(title, history=history)
    assert "3 months" in pressed.outcome.text
    assert pressed.rewritten == f"{title} what is the longest"


def test_a_button_is_a_choice_whatever_its_words_mean(center: Any) -> None:
    center.publish(
        Article("contact", "Talk to a person", "en", "Our people answer by mail.", slug="c"),
        Article("merci", "Merci", "en", "The Merci programme thanks you.", slug="m"),
    )
    for id, title in (("contact", "Talk to a person"), ("merci", "Merci")):
        considered = center.ask(title, history=choices(Suggestion(title, article_id=id)))
        assert cited(considered) == id
        assert considered.understood.locale == "en"


def test_a_pressed_topic_of_another_language_is_answered_all_the_same(shop: Any) -> None:
    """Where there is no article in the customer's own, the topics are of another."""
    history = choices(Suggestion("Gift cards", article_id="giftcards"), topic="carte cadeau")
    considered = shop.ask("Gift cards", locale="fr", history=history)
    assert cited(considered) == "giftcards"
    assert considered.understood.locale == "fr"
    assert "anglais" in considered.outcome.text


def test_a_pressed_topic_that_its_words_do_not_find_is_answered_all_the_same(center: Any) -> None:
    many = (Article(f"a{n}", "Lamps", "en", "Lamps shine.", slug=f"a{n}") for n in range(12))
    center.publish(*many, Article("x", "Lamps", "en", "We mend what is broken.", slug="x"))
    for id in ("x", "a11"):
        history = choices(Suggestion("Lamps", article_id=id), topic="what shines")
        considered = center.ask("Lamps", history=history)
        assert cited(considered) == id
        # What is on record as found is of the article that was meant.
        assert considered.retrieval.best.hits[0].passage.article_id == id


def test_a_topic_that_was_withdrawn_meanwhile_offers_a_person(shop: Any) -> None:
    history = choices(Suggestion("Gone", article_id="gone"))
    outcome = shop.ask("Gone", history=history).outcome
    assert isinstance(outcome, PersonNeeded)
    assert not outcome.call_now


# -- with a language model


def written(shop: Any, model: ScriptedModel, question: str, **more: Any) -> Considered:
    answerer = shop.answerer_with(model)
    return asyncio.run(answerer.consider(question, locale="en", **more))


def test_a_language_model_writes_from_the_hits(shop: Any) -> None:
    model = ScriptedModel("You have 30 days [1].")
    considered = written(shop, model, "How do I return an item?")
    assert considered.outcome.text == "You have 30 days."
    assert considered.outcome.model == model.name
    assert considered.timings["model"] >= 0


def test_a_model_that_fails_leaves_the_extractive_answer(shop: Any) -> None:
    model = ScriptedModel()
    considered = written(shop, model, "How do I return an item?")
    assert cited(considered) == "returns"
    assert considered.outcome.model is None
    assert "told to fail" in considered.model_failure


def test_what_the_model_finds_not_covered_goes_to_a_person_with_what_was_withheld(
    shop: Any,
) -> None:
    considered = written(shop, ScriptedModel("NOT_COVERED"), "How do I return an item?")
    assert isinstance(considered.outcome, PersonNeeded)
    assert (considered.outcome.reason, considered.outcome.call_now) == (Reason.NOT_COVERED, False)
    assert considered.withheld is not None
    assert "30 days" in considered.withheld.text


@pytest.mark.parametrize("said", ["hello", "Do you sell unicorns?", "I want a human"])
def test_a_model_is_not_asked_where_nothing_is_answered(shop: Any, said: str) -> None:
    model = ScriptedModel("Anything [1].")
    written(shop, model, said)
    assert model.asked == []


# -- whatever happens


@pytest.mark.parametrize(
    "text",
    ["a" * 10_000, "where\x00is it", "\ud83d\ud83d where is it, please?", "📦" * 500, "\u202eأين",
     "<script>alert(1)</script>", "[x](javascript:alert(1))", "' OR 1=1 --", "{hours} {0} %s"],
)  # fmt: skip
@pytest.mark.parametrize("locale", ["en", "fr"])
def test_hostile_text_has_an_outcome_in_plain_words(shop: Any, text: str, locale: str) -> None:
    outcome = shop.ask(text, locale=locale).outcome
    assert outcome.text
    assert "<script>" not in outcome.text


ODD = "a parcel return où?\x00\u202e\u2028<>[]()'’👍 et and it"
talk = st.lists(
    st.builds(
        Exchange,
        topic=st.text(ODD, max_size=30),
        decision=st.sampled_from(Decision),
        offered=st.booleans(),
    ),
    max_size=3,
)


@pytest.mark.slow
@settings(max_examples=20)
@given(st.text(ODD, max_size=40), st.sampled_from(["en", "fr", "de"]), talk)
def test_any_text_after_any_talk_has_an_outcome(
    shop: Any, text: str, locale: str, history: list[Exchange]
) -> None:
    considered = shop.ask(text, locale=locale, history=history)
    assert considered.outcome.text
    if isinstance(considered.outcome, Answer):
        (article,) = {citation.article_id for citation in considered.outcome.citations}
        assert article == considered.retrieval.best.article.id


def test_a_failure_inside_is_told_in_the_customers_language(shop: Any) -> None:
    considered = shop.answerer.failed("Où est mon colis ?", locale="en")
    assert considered.understood.locale == "fr"
    assert considered.outcome.call_now
    assert considered.outcome.reason is Reason.FAILURE


def test_without_an_encoder_it_still_answers(shop: Any) -> None:
    shop.embedder.available = False
    considered = shop.ask("How do I return an item?")
    assert cited(considered) == "returns"
    assert considered.retrieval.without_vectors


# -- word for word


@pytest.fixture
def curated(shop: Any) -> Answerer:
    """The shop, which answers one question word for word."""
    kept = Curated("k1", "en", ("Where is my parcel?",), "On *strike*.", None, "w", NOON)
    shop.store.save_curated(kept, deed=Deed(NOON, "w", "curated_saved", "k1", {}))
    answers = CuratedAnswers(shop.store, embedder=FakeEmbedder(), now=lambda: NOON)
    answerer: Answerer = shop.answerer
    answerer._curated = WordForWord(answers, lambda reference: None)
    return answerer


def test_what_writers_want_said_is_said_before_anything_is_searched(curated: Answerer) -> None:
    considered = curated.consider_extractive("where is my parcel", locale="en")
    assert isinstance(considered.outcome, Answer)
    assert considered.outcome.text == "On *strike*."
    assert considered.curated
    assert considered.retrieval is None


def test_another_question_is_answered_from_the_articles(curated: Answerer) -> None:
    considered = curated.consider_extractive("How do I return an item?", locale="en")
    assert cited(considered) == "returns"
    assert considered.curated is None


def test_no_language_model_rewrites_what_is_to_be_said(shop: Any, curated: Answerer) -> None:
    model = ScriptedModel()
    curated._writer = shop.answerer_with(model)._writer
    considered = asyncio.run(curated.consider("where is my parcel", locale="en"))
    assert isinstance(considered.outcome, Answer)
    assert considered.outcome.text == "On *strike*."
