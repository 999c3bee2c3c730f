"""The ways of conversations: each number opens those that it counts."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape

import pytest

from tests.server.conftest import Agent, Visitor

PAGE = "/console/insights/journey"
QUESTION = "Can I return a gift card?"


@pytest.fixture
def ana(new_agent: Callable[..., Agent]) -> Agent:
    return new_agent("ana", "analyst")


def opened(ana: Agent, page: str, **wanted: str) -> str:
    """The list behind the first link that has these values."""
    links = [unescape(link) for link in re.findall(rf'href="({PAGE}/conversations[^"]*)"', page)]
    link = next(each for each in links if all(f"{k}={v}" in each for k, v in wanted.items()))
    return unescape(ana.opens(link).text)


def test_every_way_and_passage_opens_its_conversations(
    ana: Agent, new_visitor: Callable[..., Visitor]
) -> None:
    new_visitor().says(QUESTION)
    caller = new_visitor()
    caller.says("How long is the warranty of a lamp?")
    caller.calls_a_person()
    page = unescape(ana.opens(PAGE).text)
    assert "2 conversations." in page
    assert "Question → Answer → Person called → End so far" in page
    assert "not enough yet" in page
    behind = opened(ana, page, way="question.answer.end")
    assert QUESTION in behind
    assert "warranty" not in behind
    behind = opened(ana, page, passage="answer.called", at="1")
    assert "Answer → Person called" in behind
    assert "warranty" in behind
    assert QUESTION not in behind


def test_nothing_to_show_says_what_to_do_next(ana: Agent) -> None:
    assert "Choose a longer period" in ana.opens(PAGE).text
    assert ana.opens(f"{PAGE}/conversations?passage=nonsense").status_code == 200


def test_it_speaks_french(ana: Agent, new_visitor: Callable[..., Visitor]) -> None:
    new_visitor().says(QUESTION)
    page = unescape(ana.opens(f"{PAGE}?locale=fr").text)
    assert "Question → Réponse → Fin à ce jour" in page
