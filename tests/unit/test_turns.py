"""What is put on record, and what the next question may lean on."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from assistant.answering.exchanges import failures, topics
from assistant.domain.answer import Decision, Suggestion
from assistant.support.turns import exchanges
from assistant.testing.samples import a_turn

pytestmark = pytest.mark.slow


def test_only_turns_about_something_are_leaned_on() -> None:
    about = replace(a_turn("m1"), hits=({"article_id": "delays"},))
    hello = replace(a_turn("m2"), decision=Decision.SMALLTALK)
    silent = replace(a_turn("m3"), decision=Decision.NONE)
    offered = replace(
        a_turn("m4"),
        decision=Decision.HANDOFF,
        hits=(),
        suggestions=(Suggestion("Talk to a person", "handoff"),),
    )
    first, second = exchanges([about, hello, silent, offered], [])
    assert (first.topic, first.article_id, first.offered) == ("Où est mon colis ?", "delays", False)
    assert (second.decision, second.article_id, second.offered) == (Decision.HANDOFF, None, True)


def test_what_the_last_answer_was_made_of_is_known_after_a_word_of_thanks_too(
    customer: Any,
) -> None:
    answer = customer.says("How do I return an item?")
    customer.says("thanks")
    read = exchanges(customer.turns, customer.store.messages(customer.id))[-1].told
    assert read == {citation["passage_id"] for citation in answer["message"]["citations"]}
    assert read


def test_a_number_alone_is_neither_a_topic_nor_a_question_in_vain(customer: Any) -> None:
    customer.says("order 48213")
    assert customer.history[-1].offered
    assert topics(customer.history) == []
    assert failures(customer.history) == 0
    customer.says("Do you sell unicorns?")
    customer.says("CMD-20413")
    assert failures(customer.history) == 1


def test_smalltalk_in_between_keeps_the_offer_and_the_topic(customer: Any) -> None:
    customer.says("Do you sell unicorns?")
    customer.says("hello")
    assert customer.history[-1].offered
    assert customer.says("yes please")["decision"] == "handoff"
    assert customer.status == "waiting"


def test_a_turn_keeps_all_that_it_was_decided_from(customer: Any) -> None:
    reply = customer.says("Do you sell unicorns with a parcel?")
    (turn,) = customer.turns
    assert turn.decision.value == reply["decision"]
    assert turn.confidence == reply["confidence"]
    assert turn.signals
    assert turn.withheld
    for hit in turn.hits:
        assert hit.keys() == {
            "passage_id", "article_id", "title", "heading", "text", "lexical", "cosine", "score",
        }  # fmt: skip


def test_the_case_tells_the_last_question_that_found_something(customer: Any) -> None:
    customer.says("How do I return an item?")
    customer.says("thanks")
    customer.says("a human please")
    (handoff,) = customer.store.handoffs(customer.id)
    assert handoff.case_file["question"] == "How do I return an item?"
    assert handoff.case_file["transcript"][-1]["text"] == "a human please"


def test_the_case_tells_an_answer_that_was_given_as_given(customer: Any) -> None:
    answer = customer.says("How do I return an item?")
    customer.says("a human please")
    (handoff,) = customer.store.handoffs(customer.id)
    case = handoff.case_file
    assert (case["answered"], case["withheld"]) == (answer["message"]["text"], None)
    assert case["confidence"] == answer["confidence"]


def test_the_case_tells_an_answer_that_was_not_given_as_withheld(customer: Any) -> None:
    offer = customer.says("Do you sell unicorns with a parcel?")
    customer.says("yes please")
    (handoff,) = customer.store.handoffs(customer.id)
    case = handoff.case_file
    assert case["answered"] is None
    assert case["withheld"] == customer.turns[0].withheld
    assert case["confidence"] == offer["confidence"] < 1


@pytest.mark.parametrize("before", [[], ["hello"]])
def test_a_bare_request_for_a_person_has_no_question_and_no_confidence(
    customer: Any, before: list[str]
) -> None:
    for text in (*before, "a human please"):
        customer.says(text)
    (handoff,) = customer.store.handoffs(customer.id)
    case = handoff.case_file
    assert (case["question"], case["confidence"]) == ("", None)
    assert (case["answered"], case["withheld"]) == (None, None)


def test_the_last_question_is_the_case_even_where_it_found_nothing(customer: Any) -> None:
    customer.says("How do I return an item?")
    nothing = customer.says("Zzyzx qwrtp?")
    assert nothing["decision"] == "handoff"
    customer.says("a human please")
    (handoff,) = customer.store.handoffs(customer.id)
    assert handoff.case_file["question"] == "Zzyzx qwrtp?"
    assert handoff.case_file["answered"] is None


def test_what_answers_a_question_can_be_rated_and_nothing_else(customer: Any) -> None:
    answers = ("How do I return an item?", "Do you sell unicorns?")
    others = ("hello", "gift warranty", "a human please")
    replies = {text: customer.says(text)["message"] for text in (*answers, *others)}
    assert [text for text, said in replies.items() if said["rateable"]] == list(answers)
    stored = customer.store.messages(customer.id)
    assert {each.id for each in stored if each.rateable} == {
        replies[each]["id"] for each in answers
    }


def test_buttons_are_sent_with_their_action(customer: Any) -> None:
    reply = customer.says("Do you sell unicorns?")
    assert reply["suggestions"] == [{"text": "Talk to a person", "action": "handoff"}]


def test_a_pressed_topic_ends_the_doubt(customer: Any) -> None:
    reply = customer.says("gift warranty")
    assert (reply["decision"], reply["reason"]) == ("clarify", "ambiguous")
    chosen = reply["suggestions"][0]["text"]
    answer = customer.says(chosen)
    assert answer["decision"] == "answer"
    assert answer["message"]["citations"][0]["title"] == chosen


def test_a_customer_who_is_not_understood_gets_a_person_in_the_end(customer: Any) -> None:
    replies = [customer.says(f"Do you sell {beast}?") for beast in ("unicorns", "orcs", "elves")]
    assert [reply["decision"] for reply in replies] == ["handoff"] * 3
    assert [reply["conversation"]["status"] for reply in replies] == [
        "with_assistant", "with_assistant", "waiting",
    ]  # fmt: skip
    assert replies[-1]["reason"] == "still_unclear"


def test_the_conversation_takes_the_customers_language(client: Any) -> None:
    client.says("How do I return an item to the shop?")
    assert client.store.conversation(client.id).locale == "en"
    assert client.says("Comment retourner un article ?")["message"]["locale"] == "fr"


def test_a_note_is_streamed_before_the_foreign_words(customer: Any, shop: Any) -> None:
    from assistant.domain.article import Article

    body = "Azur Soleil Plage donne un point."
    shop.publish(Article("azur", "Azur", "fr", body, slug="azur"), source="more")
    events = customer.events("What is the Azur Soleil Plage?")
    assert events[1].data["text"].startswith("This article is only available in French")
    assert events[1].data["citations"] == []
    assert events[2].data["citations"] == [1]
