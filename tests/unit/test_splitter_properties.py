"""Whatever an article holds, its passages put together are its body, and each fits the encoder."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.domain.article import Article, Passage, PassageKind
from assistant.knowledge.outline import outline
from assistant.knowledge.splitter import split
from tests.unit.nothing_lost import lost

pytestmark = pytest.mark.slow

WORDS = st.sampled_from(
    ["parcel", "**bold**", "`code`", "[link](a.md)", "30", "Oui.", "e-mail", "a_b", "é", "。"]
)
LINE = st.lists(WORDS, min_size=1, max_size=25).map(" ".join)
PARAGRAPH = st.lists(LINE, min_size=1, max_size=4).map("\n".join)
ITEMS = st.lists(LINE, min_size=1, max_size=6)
LIST = ITEMS.map(lambda lines: "\n".join(f"- {line}" for line in lines))
STEPS = ITEMS.map(lambda lines: "\n".join(f"{n}. {line}" for n, line in enumerate(lines, 1)))
NESTED = ITEMS.map(lambda lines: "- first:\n\n" + "\n".join(f"  1. {line}" for line in lines))
QUOTE = PARAGRAPH.map(lambda text: "\n".join(f"> {line}" for line in text.split("\n")))
CODE = ITEMS.map(lambda lines: "```sh\n" + "\n".join(lines) + "\n```")
TABLE = ITEMS.map(lambda lines: "| a | b |\n|---|---|\n" + "\n".join(f"| x | {x} |" for x in lines))
HEADING = st.tuples(st.integers(1, 6), LINE).map(lambda head: f"{'#' * head[0]} {head[1][:60]}")
WILD = st.text(st.sampled_from("abxxxx #*->|`~=.[](){}<!\n\t\\\"'_1:\u2028\x0c"), max_size=80)
BLOCK = st.one_of(PARAGRAPH, LIST, STEPS, NESTED, QUOTE, CODE, TABLE, HEADING, HEADING, WILD)
BODY = st.lists(BLOCK, max_size=12).map("\n\n".join)

PLAIN_BLOCK = st.one_of(PARAGRAPH, LIST, STEPS, QUOTE, HEADING)
PLAIN_BODY = st.lists(PLAIN_BLOCK, max_size=10).map("\n\n".join)


def count(text: str) -> int:
    """Like a real encoder: marks count, and long words in pieces of four."""
    words = re.findall(r"\w+|[^\w\s]", text)
    return 2 + sum(-(-len(word) // 4) for word in words)


def made(body: str, most: int) -> list[Passage]:
    article = Article(id="a", title="Title", locale="en", body=body)
    return split(article, count_pieces=count, max_pieces=most)


@settings(max_examples=60, deadline=None)
@given(body=BODY, most=st.integers(24, 120))
def test_the_passages_of_an_article_give_all_its_text(body, most):
    passages = [p for p in made(body, most) if p.kind is PassageKind.BODY]
    assert lost(body.replace("\r", ""), passages) == ""


@settings(max_examples=60, deadline=None)
@given(body=BODY, most=st.integers(24, 120))
def test_every_passage_fits_the_encoder(body, most):
    assert all(count(passage.embedded_text) <= most for passage in made(body, most))


@settings(max_examples=40, deadline=None)
@given(
    body=st.lists(st.one_of(PARAGRAPH, LIST, STEPS, QUOTE, HEADING), max_size=10).map("\n\n".join)
)
def test_nothing_is_added_where_no_table_or_code_is_cut(body):
    """Joined without white space: the body without those headings that the paths show."""
    texts = "".join(p.text for p in made(body, 60) if p.kind is PassageKind.BODY)
    lines = body.split("\n")
    rest = "".join(texts.split())
    for section in outline(body):
        head = "".join("".join(lines[section.start : section.heading_end]).split())
        own = "".join("".join(lines[section.heading_end : section.end]).split())
        rest = rest.removeprefix(head) if section.level else rest
        assert rest.startswith(own)
        rest = rest[len(own) :]
    assert rest == ""


@settings(max_examples=40, deadline=None)
@given(body=BODY, most=st.integers(24, 120))
def test_splitting_is_the_same_every_time(body, most):
    assert made(body, most) == made(body, most)
