"""Why a person is called: from what customers say and do, with the evidence, and never again for
the same old reason."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from assistant.answering.wordings import say
from assistant.domain.answer import (
    Answer,
    Decision,
    Outcome,
    PersonNeeded,
    Sentence,
    Smalltalk,
    Suggestion,
)
from assistant.domain.article import Article
from assistant.domain.conversation import Author, Turn
from assistant.domain.handoff import Reason
from assistant.domain.survey import Feedback
from assistant.insights.transcript import SaidTurn
from assistant.support.triggers import (
    Chosen,
    Situation,
    asked_for,
    sensitive_topic,
    trigger,
    unhelpful,
)
from assistant.testing.samples import a_turn

pytestmark = pytest.mark.slow

QUESTION = "How do I return an item?"
REPLY = "You can return an item within 30 days of delivery."
REPROACHES = tomllib.loads((Path(__file__).parent / "reproaches.toml").read_text("utf-8"))


def an_answer(text: str = "A parcel arrives within 3 working days.") -> Answer:
    return Answer((Sentence(text),), (), confidence=0.9, locale="en")


def an_offer(reason: Reason = Reason.LOW_CONFIDENCE) -> PersonNeeded:
    return PersonNeeded(reason, "Shall I get a person?", 0.3, call_now=False)


def asked_back() -> Turn:
    choices = (Suggestion("Return an item", article_id="returns"), Suggestion("None of these"))
    return replace(a_turn(), decision=Decision.CLARIFY, question="returns?", suggestions=choices)


def said(*texts: str) -> list[SaidTurn]:
    """The customer first, then in turn with the assistant."""
    authors = (Author.CUSTOMER, Author.ASSISTANT)
    return [SaidTurn(authors[n % 2], text) for n, text in enumerate(texts)]


def situation(*texts: str, outcome: Outcome | None = None, **more: Any) -> Situation:
    return Situation(
        text=texts[-1],
        locale=more.pop("locale", "en"),
        outcome=outcome or an_answer(),
        said=said(*texts),
        **more,
    )


# -- sensitive topics


@pytest.mark.parametrize(
    ("locale", "text", "topic"),
    [
        ("en", "My lawyer will hear of this", "legal_threat"),
        ("en", "I'll see you in court!", "legal_threat"),
        ("en", "The lamp caught fire last night", "safety"),
        ("en", "My son got an electric shock from it", "safety"),
        ("en", "I want you to delete all my personal data", "data_request"),
        ("en", "Please send me a copy of my data", "data_request"),
        ("en", "I want to cancel my subscription", "cancellation"),
        ("fr", "Je vais porter plainte", "legal_threat"),
        ("fr", "Je contacte la DGCCRF", "legal_threat"),
        ("fr", "La lampe a pris feu cette nuit", "safety"),
        ("fr", "Je demande la suppression de mes données", "data_request"),
        ("fr", "Je veux résilier mon abonnement", "cancellation"),
    ],
)
def test_a_sensitive_topic_is_a_persons(locale: str, text: str, topic: str) -> None:
    found = trigger(situation(text, locale=locale))
    assert found is not None
    assert (found.reason, found.evidence["topic"]) == (Reason.SENSITIVE_TOPIC, topic)
    assert found.evidence["words"]


@pytest.mark.parametrize(
    ("locale", "text"),
    [
        ("en", "How do I cancel my order?"),
        ("en", "Can I cancel a subscription at any time?"),
        ("en", "What happens to my data?"),
        ("en", "Where is the nearest tennis court?"),
        ("en", "Do you sell fire extinguishers?"),
        ("en", "Is the kettle safe for children?"),
        ("fr", "Comment annuler ma commande ?"),
        ("fr", "Comment résilier un abonnement ?"),
        ("fr", "Que faites-vous de mes données ?"),
        ("fr", "Vendez-vous des feux d'artifice ?"),
    ],
)
def test_what_the_help_center_answers_is_left_to_it(locale: str, text: str) -> None:
    assert sensitive_topic(text, locale) is None


# -- what leads choose


@pytest.mark.parametrize("text", ["About the Recall: is mine one?", "un RÉCALL", "recall"])
def test_words_of_their_own_call_a_person(text: str) -> None:
    chosen = Chosen(words={"en": ["recall", "glass shards"]})
    found = trigger(situation(text, chosen=chosen))
    assert found is not None
    assert found.evidence == {"topic": "own_words", "words": "recall"}
    assert trigger(situation(text, locale="fr", chosen=chosen)) is None


def test_words_of_their_own_are_whole_words() -> None:
    chosen = Chosen(words={"en": ["recall"]})
    assert trigger(situation("Who recalls the opening hours?", chosen=chosen)) is None


def test_a_topic_that_is_switched_off_calls_nobody_and_another_still_does() -> None:
    chosen = Chosen(off=frozenset({"cancellation"}))
    assert trigger(situation("I want to cancel my subscription", chosen=chosen)) is None
    both = "I want to cancel my subscription, and my lawyer will hear of this"
    found = trigger(situation(both, chosen=chosen))
    assert found is not None
    assert found.evidence["topic"] == "legal_threat"


def test_a_reason_that_is_switched_off_leaves_the_answer_as_it_is() -> None:
    off = Chosen(off=frozenset({"article_escalates", "not_helpful"}))
    assert trigger(situation("Which rug?", escalating=["rugs"], chosen=off)) is None
    assert unhelpful(["m-1", "m-2"], chosen=off) is None


# -- what was decided


def test_who_takes_the_offer_of_a_person_comes_for_what_it_was_made_for() -> None:
    offered = replace(a_turn(), decision=Decision.HANDOFF, reason=Reason.LOW_CONFIDENCE)
    asks = PersonNeeded(Reason.ASKED_FOR_HUMAN, "Of course.", 1.0, call_now=True)
    found = trigger(situation("yes please", outcome=asks, turns=[offered]))
    assert found is not None
    # What the customer is told is what whoever asks is told.
    assert (found.reason, found.why) == (Reason.ASKED_FOR_HUMAN, Reason.LOW_CONFIDENCE)
    assert found.evidence == {"words": "yes please", "taken_by": "customer"}


def test_a_call_out_of_the_blue_is_one_for_a_person() -> None:
    answered = replace(a_turn(), decision=Decision.ANSWER, reason=None)
    for turns in ([], [answered]):
        called = asked_for(turns)
        assert (called.why, called.evidence) == (Reason.ASKED_FOR_HUMAN, {})


def test_three_questions_without_an_answer_are_the_evidence() -> None:
    failed = [replace(a_turn(), decision=Decision.HANDOFF, question=q) for q in ("a?", "b?", "c?")]
    unclear = PersonNeeded(Reason.STILL_UNCLEAR, "Still nothing.", 0.1, call_now=True)
    found = trigger(situation("d?", outcome=unclear, turns=failed))
    assert found is not None
    assert found.evidence == {"unanswered": ["b?", "c?", "d?"]}


@pytest.mark.parametrize("outcome", [an_answer(), an_offer(), Smalltalk("Hello!")])
def test_an_ordinary_turn_calls_nobody(outcome: Outcome) -> None:
    assert trigger(situation("Do you rent out chairs?", outcome=outcome)) is None


# -- unclear


def test_the_topics_that_were_named_in_vain_are_evidence() -> None:
    unclear = PersonNeeded(Reason.STILL_UNCLEAR, "A person will reply.", 0.1, call_now=True)
    found = trigger(situation("None of these", outcome=unclear, turns=[asked_back()]))
    assert found is not None
    assert found.evidence == {
        "unanswered": ["returns?", "None of these"],
        "offered": ["Return an item"],
    }


# -- the same again


@pytest.mark.parametrize(
    ("locale", "first", "again"),
    [
        ("en", "How do I return a kettle?", "but how do i return the kettle"),
        ("en", "How do I return a kettle?", "I want to know how to return a kettle"),
        (
            "fr",
            "Comment retourner une bouilloire ?",
            "je veux savoir comment retourner la bouilloire",
        ),
    ],
)
def test_the_same_question_in_other_words_calls_a_person(
    locale: str, first: str, again: str
) -> None:
    turns = [replace(a_turn(), question=first)]
    for outcome in (an_answer(REPLY), an_offer()):
        found = trigger(situation(first, REPLY, again, locale=locale, turns=turns, outcome=outcome))
        assert found is not None
        assert (found.reason, found.evidence) == (
            Reason.ASKED_AGAIN,
            {"before": [first], "words": again},
        )
        assert not found.offers


@pytest.mark.parametrize(
    ("locale", "first", "second"),
    [
        ("en", "How long does delivery to France take?", "How long does delivery to Spain take?"),
        ("en", "How do I return an item?", "What does it cost to return an item?"),
        ("en", "How do I change my address?", "How do I change my email address?"),
        ("en", "How do I turn on notifications?", "How do I turn off notifications?"),
        ("en", "How do I cancel my order?", "How do I cancel part of my order?"),
        ("fr", "Combien coûte la livraison ?", "Combien coûte la livraison express ?"),
        ("fr", "Comment payer par carte ?", "Comment payer par carte cadeau ?"),
    ],
)
def test_a_new_answer_is_given_however_alike_the_questions_are(
    locale: str, first: str, second: str
) -> None:
    for follows_up in (False, True):
        asked = situation(first, REPLY, second, locale=locale, follows_up=follows_up)
        assert trigger(asked) is None


@pytest.mark.parametrize("follows_up", [False, True])
@pytest.mark.parametrize(
    ("locale", "first", "second"),
    [
        ("en", QUESTION, "What about sending back something that I bought?"),
        ("en", "Do you take cards?", "Do you take gift cards?"),
        ("en", QUESTION, "What does it cost to return an item?"),
        ("en", "How do I turn on notifications?", "How do I turn off notifications?"),
        ("fr", "Comment payer par carte ?", "Puis-je payer par carte cadeau ?"),
    ],
)
def test_who_would_read_the_same_answer_to_another_question_is_offered_a_person(
    locale: str, first: str, second: str, follows_up: bool
) -> None:
    same, turns = an_answer(REPLY), [replace(a_turn(), question=first)]
    asked = situation(
        first, REPLY, second, locale=locale, outcome=same, turns=turns, follows_up=follows_up
    )
    found = trigger(asked)
    assert found is not None
    assert (found.reason, found.offers) == (Reason.ASKED_AGAIN, True)
    # Once it was offered, a third question that finds nothing else calls one.
    offered = replace(a_turn(), decision=Decision.HANDOFF, reason=Reason.ASKED_AGAIN)
    found = trigger(replace(asked, turns=[*turns, offered]))
    assert found is not None
    assert not found.offers


@pytest.mark.parametrize(
    ("locale", "first", "reply", "second"),
    [
        ("en", QUESTION, REPLY, "and how long do I have?"),
        ("en", "How much is delivery?", "Standard is €4, express is €9.", "How much is express?"),
        ("en", "When are you there?", "Opening hours: Sunday 10:00-18:00.", "Open on Sundays?"),
        ("fr", "Livrez-vous en Suisse ?", "En Suisse et au Canada.", "Livrez-vous au Canada ?"),
    ],
)
def test_the_same_answer_stands_where_it_tells_what_the_second_question_asks(
    locale: str, first: str, reply: str, second: str
) -> None:
    turns = [replace(a_turn(), question=first)]
    again = an_answer(reply)
    assert (
        trigger(situation(first, reply, second, locale=locale, outcome=again, turns=turns)) is None
    )


def test_who_presses_a_topic_beside_the_offer_of_a_person_gets_its_article() -> None:
    offered = replace(asked_back(), decision=Decision.HANDOFF, question="How do I return an item?")
    texts = ("How do I return an item?", "Is it one of these?", "Return an item")
    assert trigger(situation(*texts, outcome=an_answer(), turns=[offered])) is None


def test_another_question_is_no_repetition() -> None:
    assert trigger(situation(QUESTION, REPLY, "How long does delivery to Belgium take?")) is None


# -- dissatisfied


@pytest.mark.parametrize(
    ("locale", "text"),
    [
        ("en", "This is ridiculous, you are useless"),
        ("en", "That's not what I asked!!!"),
        ("en", "that doesn't help"),
        ("fr", "C'est inadmissible, vous êtes nuls"),
        ("fr", "Ça ne m'aide pas"),
        ("fr", "Je suis furieux, service lamentable"),
    ],
)
def test_strong_dissatisfaction_calls_a_person_with_the_cues(locale: str, text: str) -> None:
    found = trigger(situation(QUESTION, REPLY, text, locale=locale))
    assert found is not None
    assert found.reason is Reason.DISSATISFIED
    assert found.evidence["cues"]
    assert found.evidence["words"] == text


@pytest.mark.parametrize("locale", ["en", "fr"])
def test_a_reproach_calls_a_person_where_it_is_of_the_help_or_the_company(locale: str) -> None:
    def calls(text: str) -> bool:
        found = trigger(situation(QUESTION, REPLY, text, locale=locale))
        return found is not None and found.reason is Reason.DISSATISFIED

    assert [text for text in REPROACHES[locale]["calls"] if not calls(text)] == []
    assert [text for text in REPROACHES[locale]["left"] if calls(text)] == []


@pytest.mark.parametrize("text", ["no", "What about kettles?", "Why is delivery so slow?", "ok"])
def test_a_little_impatience_does_not(text: str) -> None:
    assert trigger(situation(QUESTION, REPLY, text)) is None


@pytest.mark.parametrize(
    ("locale", "text"),
    [
        ("en", "It has not arrived"),
        ("en", "my parcel never came"),
        ("en", "I can't log in"),
        ("fr", "je n'ai pas reçu mon colis"),
        ("fr", "Ça ne marche pas"),
    ],
)
def test_what_is_wrong_is_told_in_the_negative_and_is_no_reproach(locale: str, text: str) -> None:
    found = trigger(situation(QUESTION, REPLY, text, locale=locale))
    assert found is None or found.reason is not Reason.DISSATISFIED


def test_who_comes_in_angry_is_answered_first() -> None:
    assert trigger(situation("This is ridiculous, the kettle is broken")) is None


# -- the article


def test_an_article_that_wants_a_person_gets_one() -> None:
    found = trigger(situation("How do I report a leak?", escalating=["leaks"]))
    assert found is not None
    assert (found.reason, found.evidence) == (Reason.ARTICLE_ESCALATES, {"articles": ["leaks"]})


# -- not helpful


def test_two_answers_marked_as_not_helpful_call_a_person() -> None:
    assert unhelpful(["m1"]) is None
    assert unhelpful(["m1", "m1"]) is None
    found = unhelpful(["m2", "m1"])
    assert found is not None
    assert (found.reason, found.evidence) == (Reason.NOT_HELPFUL, {"messages": ["m1", "m2"]})


# -- never by the reply's own words


@pytest.mark.parametrize("locale", ["en", "fr"])
@pytest.mark.parametrize(
    "key",
    ["handoff_asked", "handoff_unclear", "handoff_again", "handoff_sorry", "handoff_sensitive",
     "not_covered", "clarify", "given_back"],
)  # fmt: skip
def test_what_the_assistant_says_calls_nobody(locale: str, key: str) -> None:
    words = say(key, locale, hours=24)
    next_question = "Do you rent out chairs?"
    assert trigger(situation(QUESTION, words, next_question, locale=locale)) is None
    answered = situation(QUESTION, REPLY, next_question, outcome=an_answer(words), locale=locale)
    assert trigger(answered) is None


# -- through the desk


def reason_of(customer: Any) -> Any:
    return customer.store.handoffs(customer.id)[-1].reason


def evidence_of(customer: Any) -> Any:
    return customer.store.handoffs(customer.id)[-1].case_file["evidence"]


def test_the_answer_is_withheld_and_the_agent_sees_it(customer: Any) -> None:
    customer.says(QUESTION)
    reply = customer.says("But how do I return the item?")
    assert (reply["decision"], reply["reason"]) == ("handoff", "asked_again")
    assert reply["message"]["text"].startswith("I would only tell you the same again")
    assert customer.status == "waiting"
    assert "30 days" in customer.turns[-1].withheld
    assert evidence_of(customer)["before"] == [QUESTION]


def test_the_same_answer_to_another_question_offers_a_person_once(customer: Any) -> None:
    customer.says(QUESTION)
    reply = customer.says("Can I send something back?")
    assert (reply["decision"], reply["reason"]) == ("handoff", "asked_again")
    assert reply["message"]["text"] == say("again_offer", "en")
    assert [each["action"] for each in reply["suggestions"]] == ["handoff"]
    assert customer.status == "with_assistant"
    assert "30 days" in customer.turns[-1].withheld
    assert customer.says("Where is my parcel?")["decision"] == "answer"
    assert customer.says("Could I send my things back?")["decision"] == "handoff"
    assert customer.status == "waiting"


def test_another_question_that_is_not_covered_is_not_called_the_same(customer: Any) -> None:
    customer.says(QUESTION)
    assert customer.says("How do I return an engraved item?")["reason"] != "asked_again"
    assert customer.status == "with_assistant"


def test_none_of_these_after_asking_back_calls_a_person(customer: Any) -> None:
    assert customer.says("gift warranty")["decision"] == "clarify"
    assert customer.says("None of these")["reason"] == "still_unclear"
    assert customer.status == "waiting"


def test_who_is_unclear_after_asking_back_is_offered_a_person_and_may_go_on(customer: Any) -> None:
    assert customer.says("gift warranty")["decision"] == "clarify"
    unclear = customer.says("the other thing")
    assert (unclear["decision"], unclear["reason"]) == ("handoff", "still_unclear")
    assert unclear["suggestions"][-1]["action"] == "handoff"
    assert customer.status == "with_assistant"
    assert customer.says(QUESTION)["decision"] == "answer"


def test_who_stays_unclear_gets_a_person(customer: Any) -> None:
    for text in ("gift warranty", "the other thing", "no, the big one"):
        reply = customer.says(text)
    assert reply["reason"] == "still_unclear"
    assert customer.status == "waiting"
    assert evidence_of(customer)["unanswered"] == [
        "gift warranty",
        "the other thing",
        "no, the big one",
    ]


def test_an_article_that_escalates_is_kept_back(customer: Any, shop: Any) -> None:
    leak = Article("leak", "Report a gas leak at home", "en", "Open the windows and call us.",
                   slug="leak", escalate=True)  # fmt: skip
    shop.publish(leak, source="safety")
    reply = customer.says("How do I report a gas leak at home?")
    # The words themselves are a matter of safety, which is more telling than the article.
    assert reply["reason"] == "sensitive_topic"
    other = type(customer)(customer.desk, shop.store)
    shop.publish(replace(leak, title="Report a smell at home"), source="safety")
    assert other.says("How do I report a smell at home?")["reason"] == "article_escalates"
    assert evidence_of(other) == {"articles": ["leak"]}
    assert "Open the windows" in other.turns[-1].withheld


def test_the_second_thumb_down_calls_a_person(customer: Any, clock: Any) -> None:
    token = customer.started.token
    for question, status in ((QUESTION, "with_assistant"), ("Where is my parcel?", "waiting")):
        id = customer.says(question)["message"]["id"]
        customer.desk.feedback(id, token, Feedback(id, False, clock()))
        assert customer.status == status
    assert reason_of(customer) is Reason.NOT_HELPFUL
    assert customer.store.messages(customer.id)[-1].text.startswith("I’m sorry")


def test_a_thumb_that_was_taken_back_does_not_count(customer: Any, clock: Any) -> None:
    token = customer.started.token
    first, second = (customer.says(q)["message"]["id"] for q in (QUESTION, "Where is my parcel?"))
    customer.desk.feedback(first, token, Feedback(first, False, clock()))
    customer.desk.feedback(first, token, Feedback(first, True, clock()))
    customer.desk.feedback(second, token, Feedback(second, False, clock()))
    assert customer.status == "with_assistant"


@pytest.mark.parametrize("given_back", ["is_released", "is_resolved"])
def test_what_called_a_person_once_does_not_call_again(
    customer: Any, clock: Any, given_back: str
) -> None:
    """chatwoot#13880: the same old context triggered the handoff again and again."""
    token = customer.started.token
    id = customer.says(QUESTION)["message"]["id"]
    customer.desk.feedback(id, token, Feedback(id, False, clock()))
    customer.says("But how do I return the item?")
    assert customer.status == "waiting"
    clock.advance(60)
    customer.is_claimed()
    getattr(customer, given_back)()
    clock.advance(60)
    assert customer.says(QUESTION)["decision"] == "answer"
    for beast in ("unicorns", "orcs"):
        customer.says(f"Do you sell {beast}?")
    assert customer.status == "with_assistant"
    later = customer.says("Where is my parcel?")["message"]["id"]
    customer.desk.feedback(later, token, Feedback(later, False, clock()))
    assert customer.status == "with_assistant"


def test_the_promise_is_the_one_that_is_kept_count_of(customer: Any, clock: Any) -> None:
    reply = customer.says("a human please")
    assert "within 24 hours" in reply["message"]["text"]
    (handoff,) = customer.store.handoffs(customer.id)
    assert (handoff.due_at - clock()).total_seconds() == 24 * 3600
    assert customer.store.conversation(customer.id).due_at == handoff.due_at
