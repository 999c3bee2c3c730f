"""Markdown falls into units, and nothing of it is lost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.answering.blocks import Block, blocks, sentences

LINES = (
    "A sentence. And another!", "Steps:", "1. First", "2. Second", "- item", "  more of it",
    "# Heading", "| a | b |", "|---|---|", "| 1 | 2 |", "", "", "```", "code <x>", "> quoted",
    "    indented", "<order number> is yours", "<div>raw</div>", "it has *emphasis* and `code`",
    "one\u2028two", "three\x0cfour", "five\x85six",
)  # fmt: skip


def kinds(markdown: str) -> list[str]:
    return [block.kind for block in blocks(markdown)]


@given(st.lists(st.sampled_from(LINES), max_size=12), st.sampled_from(["\n", "\r\n", "\r"]))
def test_no_word_is_lost_and_none_is_added(lines: list[str], end: str) -> None:
    whole = " ".join(block.text for block in blocks(end.join(lines)))
    assert whole.split() == " ".join(lines).split()


@given(st.text('ab.!?…"»)«( \nÉA1*[e.g.M.', max_size=80))
def test_sentences_put_together_give_the_paragraph(text: str) -> None:
    assert "".join("".join(sentences(text)).split()) == "".join(text.split())


def test_a_list_and_a_table_keep_the_line_that_leads_into_them() -> None:
    steps, last = blocks("Do this:\n\n1. One\n2. Two\n\nThen wait.")
    assert (steps.kind, steps.text) == ("list", "Do this:\n\n1. One\n2. Two")
    assert last == Block("text", "Then wait.")
    (table,) = blocks("**Prices:**\n\n| a | b |\n|---|---|\n| 1 | 2 |")
    assert table.kind == "table"
    assert table.text.startswith("**Prices:**")


def test_only_a_colon_leads_in() -> None:
    assert kinds("Do this.\n\n- One") == ["text", "list"]
    assert kinds("# Steps:\n\n- One") == ["heading", "list"]


def test_each_kind_is_told() -> None:
    markdown = "# T\n\ntext\n\n> quote\n\n- a\n\n```\nx\n```\n\n| a |\n|---|\n| 1 |"
    assert kinds(markdown) == ["heading", "text", "text", "list", "code", "table"]
    assert kinds("") == kinds("\n \n") == kinds("---") == []


def test_a_line_that_looks_like_a_tag_is_text() -> None:
    assert blocks("<order number> is on the label.") == (
        Block("text", "<order number> is on the label."),
    )


def test_words_are_counted_as_a_reader_sees_them() -> None:
    assert Block("text", "See [our **whole** page](https://shop.example/a-b) now").words == 5


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("It takes 3 days. Then it comes.", 2),
        ("It costs approx. 5 euros, e.g. For gifts.", 1),
        ("Ask M. Durand ou Mme. Petit. Merci !", 2),
        ("Version 1.5 is new. Version 2 too.", 2),
        ('He said "yes." Then he left.', 2),
        ("Vraiment ? Oui… Bien sûr.", 3),
        ("no end", 1),
        ("", 0),
    ],
)
def test_sentences_end_where_a_reader_ends_them(text: str, count: int) -> None:
    assert len(sentences(text)) == count


def test_a_quotation_keeps_its_mark() -> None:
    assert sentences('Say "yes." Then go.') == ['Say "yes."', "Then go."]


def test_a_table_of_contents_answers_nothing() -> None:
    contents = "* [Themes](#themes)\n  * [Your theme](#yours)\n* [Pages](#pages)"
    assert kinds(f"Intro.\n\n{contents}\n\n- [Themes](#themes) show the shop") == ["text", "list"]
    assert kinds(contents) == []


def test_what_announces_a_table_of_contents_goes_with_it() -> None:
    """Read in a chat: "This chapter contains the following sections:", and nothing after it."""
    contents = "* [Themes](#themes)\n* [Pages](#pages)"
    (left,) = blocks(f"All about looks. On this page:\n\n{contents}")
    assert left == Block("text", "All about looks.")
    assert kinds(f"On this page:\n\n{contents}") == []
    many = "\n".join(f"* [Page {n}](page-{n}.md)" for n in range(9))
    assert kinds(f"Chapters in this guide:\n\n{many}") == []


def test_a_few_links_that_a_line_announces_say_where_the_answer_is() -> None:
    text = "This chapter has:\n\n* [The SQL manager](sql.md)\n* [Backups](backups.md)"
    assert blocks(text) == (Block("list", text),)


def test_pictures_are_left_out_and_steps_go_on_below_them() -> None:
    shot = "![The settings page](img/settings.png)"
    (steps,) = blocks(f"1. Open the settings.\n\n{shot}\n\n2. Press Save.\n   {shot}")
    assert steps == Block("list", "1. Open the settings.\n\n2. Press Save.")
    assert kinds(f"{shot}\n\nDone.") == ["text"]
    assert kinds(shot) == []
    assert kinds("1. One\n\nOr so:\n\n1. Two") == ["list", "list"]
    assert blocks("See ![the key](key.png) there.")[0].text == "See ![the key](key.png) there."
