"""What a customer is offered to ask, at the start and after an answer."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from assistant.answering.pipeline import Considered
from assistant.answering.understanding import understand
from assistant.domain.answer import Answer, Citation, ClarifyingQuestion, Outcome, Sentence
from assistant.domain.article import ArticleCard, RankedArticle
from assistant.retrieval.search import Retrieval
from assistant.support.suggesting import Opening, with_next_questions
from assistant.testing.samples import NOON

REFUNDS = ArticleCard("refunds", "Refunds", "en", "", tags=("returns",))
FEES = ArticleCard("fees", "Return fees", "en", "", tags=("returns",))
GIFT = ArticleCard("gift", "Return a gift", "en", "", tags=("returns",))
LAMPS = ArticleCard("lamps", "Bulbs for lamps", "en", "", tags=("lamps",))
CARDS = (FEES, GIFT, LAMPS, REFUNDS)


class Log:
    """What is asked most, and how often it was counted."""

    def __init__(self, *asked: str) -> None:
        self.asked, self.counted = list(asked), 0

    def most_cited(self, locale: str, **_: int) -> list[str]:
        self.counted += 1
        return self.asked


def opening(log: Log, *, now: Any = lambda: NOON) -> Opening:
    knowledge = SimpleNamespace(version=lambda: 1, articles=lambda locale: list(CARDS))
    return Opening(log=log, knowledge=knowledge, now=now)  # type: ignore[arg-type]


def offered(outcome: Outcome) -> list[str]:
    retrieval = Retrieval("q", "en", articles=tuple(RankedArticle(c, (), 1) for c in CARDS))
    considered = Considered(understand("q", locale="en"), "q", outcome, retrieval)
    return [suggestion.text for suggestion in with_next_questions(considered).suggestions]


def test_nothing_was_asked_yet_so_each_topic_shows_one() -> None:
    questions = opening(Log()).questions("en", None)
    assert [question.text for question in questions] == ["Return fees", "Bulbs for lamps"]
    assert {question.action for question in questions} == {"ask"}


def test_what_is_asked_most_comes_first_and_nothing_twice() -> None:
    questions = opening(Log("refunds", "fees", "withdrawn")).questions("en", None)
    assert [question.text for question in questions] == [
        "Refunds",
        "Return fees",
        "Bulbs for lamps",
    ]


def test_the_page_where_the_customer_is_goes_before() -> None:
    page = "https://shop.example/lamp/vesper?basket=1"
    questions = opening(Log("refunds")).questions("en", page)
    assert [question.text for question in questions][:2] == ["Bulbs for lamps", "Refunds"]


@pytest.mark.parametrize("page", [None, "", "https://shop.example/", "https://shop.example/42"])
def test_a_page_without_words_offers_nothing_of_its_own(page: str | None) -> None:
    questions = opening(Log("refunds")).questions("en", page)
    assert questions[0].text == "Refunds"


def test_what_is_asked_most_is_counted_now_and_then_not_for_every_greeting() -> None:
    log, moment = Log("refunds"), [NOON]
    beginning = opening(log, now=lambda: moment[0])
    for _ in range(3):
        beginning.questions("en", None)
    assert log.counted == 1
    moment[0] += timedelta(minutes=6)
    log.asked = ["gift"]
    assert beginning.questions("en", None)[0].text == "Return a gift"


def test_after_an_answer_its_topic_goes_on() -> None:
    citation = Citation(1, "fees", "Return fees", "/help/en/fees", "fees#0", "Free.")
    answer = Answer((Sentence("Free.", (1,)),), (citation,), confidence=0.9, locale="en")
    assert offered(answer) == ["Return a gift", "Refunds"]


def test_what_asks_back_keeps_its_own_choices() -> None:
    assert offered(ClarifyingQuestion("Which?", (), confidence=0.4)) == []


@pytest.mark.slow
def test_a_next_question_is_asked_for_itself_not_as_a_choice_of_topic(customer: Any) -> None:
    reply = customer.says("How do I return an item?")
    assert all(each.article_id is None for each in customer.turns[-1].suggestions)
    assert reply["decision"] == "answer"
