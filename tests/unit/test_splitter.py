"""Passages follow the article's own structure and fit the encoder."""

from __future__ import annotations

import re

import pytest

from assistant.domain.article import Article, PassageKind
from assistant.knowledge.outline import anchor_of
from assistant.knowledge.splitter import split
from assistant.testing.fakes import FakeEmbedder

LOREM = "Parcels leave our warehouse every working day before noon without fail. "


def article(body: str, *, title: str = "Returns", questions: tuple[str, ...] = ()) -> Article:
    return Article(id="help/returns", title=title, locale="en", body=body, questions=questions)


def passages(body: str, *, most: int = 60, **kwargs):
    embedder = FakeEmbedder()
    found = split(article(body, **kwargs), count_pieces=embedder.count_pieces, max_pieces=most)
    sizes = [embedder.count_pieces(passage.embedded_text) for passage in found]
    assert all(size <= most for size in sizes), sizes
    return found


def texts(body: str, **kwargs) -> list[str]:
    return [p.text for p in passages(body, **kwargs) if p.kind is PassageKind.BODY]


def test_body_first_then_the_title_and_each_other_way_to_ask():
    found = passages("One. " * 3, questions=("how to send back", "Returns", "refund?"))
    assert [(p.position, p.kind.value, p.text) for p in found] == [
        (0, "body", "One. One. One."),
        (1, "phrasing", "Returns"),
        (2, "phrasing", "how to send back"),
        (3, "phrasing", "refund?"),
    ]
    assert [p.id for p in found] == [f"help/returns#{n}" for n in range(4)]
    assert found[1].embedded_text == "Returns"


def test_each_section_has_its_headings_and_its_anchor():
    body = f"{LOREM * 4}\n\n## By post\n\n{LOREM * 3}\n\n### From abroad\n\n{LOREM * 3}"
    assert [(p.heading_path, p.anchor) for p in passages(body) if p.kind is PassageKind.BODY] == [
        (("Returns",), None),
        (("Returns", "By post"), "by-post"),
        (("Returns", "By post", "From abroad"), "from-abroad"),
    ]
    assert all("##" not in text for text in texts(body))


def test_headings_of_one_name_have_anchors_of_their_own():
    body = f"## Cost\n\n{LOREM * 3}\n\n> ## Cost\n\n## Cost\n\n{LOREM * 3}"
    assert [p.anchor for p in passages(body)[:2]] == ["cost", "cost-2"]


@pytest.mark.parametrize(
    ("heading", "anchor"),
    [
        ("How do I **pay**?", "how-do-i-pay"),
        ("Prix & délais : résumé", "prix--délais--résumé"),
        ("Use `pip_install` [now](x.md)", "use-pip_install-now"),
        ("!?", "section"),
        ("_Soft_ snake_case", "soft-snake_case"),
    ],
)
def test_anchors_are_those_of_github(heading, anchor):
    assert anchor_of(heading, {}) == anchor


def test_an_anchor_is_never_given_twice():
    seen: dict[str, int] = {}
    given = [anchor_of(heading, seen) for heading in ("A", "A-1", "A", "A")]
    assert given == ["a", "a-1", "a-2", "a-3"]


def test_a_section_with_hardly_any_text_joins_the_first_one_under_it():
    body = f"## Post\n\nTwo ways:\n\n### Shop\n\n{LOREM * 2}\n\n### Locker\n\n{LOREM * 2}"
    first, second = passages(body, most=90)[:2]
    assert first.heading_path == ("Returns", "Post")
    assert first.text.startswith("Two ways:\n\n### Shop\n\nParcels")
    assert first.anchor == "post"
    assert second.heading_path == ("Returns", "Post", "Locker")


def test_sections_side_by_side_are_never_joined():
    body = "## One\n\nShort.\n\n## Two\n\nShort too."
    assert [p.heading_path[-1] for p in passages(body)[:2]] == ["One", "Two"]


def test_two_headings_over_one_text_stand_together():
    body = "## Can I swap?\n\n## Can I exchange?\n\nYes, within 30 days."
    only = passages(body)[0]
    assert only.heading_path == ("Returns", "Can I exchange?")
    assert only.text == "## Can I swap?\n\nYes, within 30 days."


def test_a_heading_with_nothing_under_it_is_not_lost():
    assert texts("## One\n\nText.\n\n### Empty") == ["Text.\n\n### Empty"]
    assert texts("## Only headings\n\n### Here") == ["## Only headings\n\n### Here"]


def test_a_heading_that_repeats_the_title_is_said_once():
    assert passages(f"## Returns\n\n{LOREM}")[0].heading_path == ("Returns",)


def test_a_list_is_kept_whole_with_the_line_that_leads_to_it():
    steps = "To send it back:\n\n1. Print the label.\n2. Pack it.\n3. Post it."
    body = f"{LOREM * 3}\n\n{steps}\n\n{LOREM * 3}"
    assert any(steps in text for text in texts(body, most=60))


def test_a_line_that_leads_to_something_large_is_not_left_behind():
    code = "```\n" + "\n".join(f"line {n} of the example" for n in range(9)) + "\n```"
    assert texts(f"See:\n\n{code}\n\n{LOREM * 14}", most=200)[0] == f"See:\n\n{code}"


def test_a_long_list_is_cut_between_its_items():
    items = [f"{n}. {LOREM.strip()}" for n in range(1, 11)]
    found = texts("Do this:\n\n" + "\n".join(items))
    assert len(found) > 1
    assert found[0].startswith("Do this:\n\n1. ")
    for text in found:
        assert all(line in items for line in text.split("\n") if line and line != "Do this:")


def test_a_long_table_is_cut_between_rows_and_each_part_has_the_head():
    rows = [f"| Zone {n} | {LOREM.strip()} |" for n in range(8)]
    head = "| Where | When |\n|---|---|\n"
    found = texts(head + "\n".join(rows))
    assert len(found) > 1
    assert all(text.startswith(head) for text in found)
    assert [row for text in found for row in text.split("\n")[2:]] == rows


def test_a_table_in_a_step_is_cut_in_the_same_way():
    rows = [f"   | Zone {n} | {LOREM.strip()} |" for n in range(8)]
    found = texts("1. Look:\n\n   | Where | When |\n   |---|---|\n" + "\n".join(rows))
    assert len(found) > 1
    assert all("| Where | When |" in text for text in found)


def test_long_code_is_cut_between_lines_and_each_part_is_code():
    lines = [f"run step {n} --with option value" for n in range(30)]
    found = texts("```bash\n" + "\n".join(lines) + "\n```")
    assert len(found) > 1
    assert all(text.startswith("```bash\n") and text.endswith("\n```") for text in found)
    assert [line for text in found for line in text.split("\n")[1:-1]] == lines


def test_a_long_paragraph_is_cut_between_sentences():
    found = texts("Go. " + LOREM * 12)
    assert len(found) > 1
    assert all(text.endswith(".") for text in found)


def test_a_sentence_without_end_is_cut_between_words():
    words = [f"word{n}" for n in range(300)]
    found = texts(" ".join(words))
    assert " ".join(found).split() == words


def test_a_word_without_end_is_cut_anywhere():
    def count(text: str) -> int:
        return len(text.replace(" ", "")) + 2

    found = split(article("x" * 10_000, title="T"), count_pieces=count, max_pieces=100)
    body = [p for p in found if p.kind is PassageKind.BODY]
    assert "".join(p.text for p in body) == "x" * 10_000
    assert all(count(p.embedded_text) <= 100 for p in body)


def test_no_last_line_stands_alone_where_it_can_join_the_others():
    body = f"{LOREM * 4}\n\n{LOREM * 3}\n\nSave."
    found = texts(body, most=60)
    assert all(len(text.split()) > 3 for text in found)


def test_a_title_too_long_for_the_encoder_is_cut_short_in_the_path():
    found = passages(f"## Head\n\n{LOREM}", title="Very long " * 100, most=40)
    assert found[0].heading_path[0].endswith("…")
    assert "## Head" in found[0].text or "Head" in found[0].heading_path


def test_text_that_no_block_owns_is_kept():
    body = "Text [a][r].\n\n[r]: https://x.y\n\nMore."
    assert texts(body) == [body]


def test_windows_line_ends_split_alike():
    body = f"## One\n\n{LOREM}\n\n- a\n- b\n"
    assert texts(body.replace("\n", "\r\n")) == texts(body)


def test_an_empty_article_has_phrasings_alone():
    assert [p.kind.value for p in passages("  \n\n")] == ["phrasing"]


def test_an_encoder_that_counts_more_than_the_sum_of_words_is_believed():
    """The plan is made word by word; what is sent has the encoder's own count."""

    def count(text: str) -> int:
        return round(1.2 * len(re.findall(r"\w+", text))) + 2

    found = split(article(LOREM * 40), count_pieces=count, max_pieces=50)
    assert all(count(p.embedded_text) <= 50 for p in found)
