"""Citations in every form that models write them."""

from __future__ import annotations

import time

import pytest

from assistant.answering.citations import best_quote, read_citations
from assistant.domain.article import Passage, PassageKind


def said(text: str, *, known: int = 3) -> list[tuple[str, tuple[int, ...]]]:
    return [(unit.text, unit.citations) for unit in read_citations(text, known=known).sentences]


@pytest.mark.parametrize(
    "mark",
    ["[1]", " [1]", "[1][1]", "【1】", "【1†L4-L9】", " (source 1)", " (Source : 1)", " [source 1]",
     " [passage 1]", "[^1]", " ([1])", " (see [1])", " (voir [1])", "[1](https://evil.example)"],
)  # fmt: skip
def test_a_mark_in_any_form_is_a_citation_and_leaves_the_text(mark: str) -> None:
    assert said(f"You have 30 days{mark}.") == [("You have 30 days.", (1,))]
    assert said(f"You have 30 days.{mark}") == [("You have 30 days.", (1,))]


@pytest.mark.parametrize(
    "marks",
    ["[1, 2]", "[1][2]", "[1] [2]", "[1], [2]", "[1] and [2]", "[1;2]", "[1–2]", "[1 et 2]",
     "(sources 1 and 2)", "【1】【2】", "(see [1] and [2])"],
)  # fmt: skip
def test_several_passages_may_support_one_sentence(marks: str) -> None:
    assert said(f"You have 30 days {marks}.") == [("You have 30 days.", (1, 2))]


def test_a_mark_behind_the_full_stop_belongs_to_the_sentence_before_it() -> None:
    found = said("It takes 3 days. [2] It is free. [1] Ask us.")
    assert found == [("It takes 3 days.", (1,)), ("It is free.", (2,)), ("Ask us.", ())]


def test_french_spacing_survives() -> None:
    found = said("Livraison gratuite ? [1] Oui, dès 50 € ! [2]")
    assert found == [("Livraison gratuite ?", (1,)), ("Oui, dès 50 € !", (2,))]


def test_citations_are_renumbered_in_order_of_appearance() -> None:
    cited = read_citations("First [3]. Second [1]. Both [1, 3].", known=3)
    assert [unit.citations for unit in cited.sentences] == [(1,), (2,), (1, 2)]
    assert cited.passages == (2, 0)


def test_unknown_passages_are_not_cited() -> None:
    cited = read_citations("First [9]. Second [0][2].", known=2)
    assert [unit.citations for unit in cited.sentences] == [(), (1,)]
    assert cited.passages == (1,)


def test_text_without_marks_cites_nothing() -> None:
    assert read_citations("Thirty days, in 2026 (or 2027).", known=3).passages == ()


def test_a_list_is_one_unit_with_its_lead_in_and_all_its_citations() -> None:
    text = "Do this:\n\n1. Open the box. [2]\n2. Close it [1].\n\nThat is all [1]."
    assert said(text) == [
        ("Do this:\n\n1. Open the box.\n2. Close it.", (1, 2)),
        ("That is all.", (2,)),
    ]


def test_a_table_keeps_its_cells() -> None:
    assert said("| a | b |\n|---|---|\n| x [1] | y [2] |") == [
        ("| a | b |\n|---|---|\n| x | y |", (1, 2))
    ]


@pytest.mark.parametrize(
    "tail", ["[2]", "Sources: [2]", "**Sources :** [2]", "Références : [2].", "(source 2)"]
)
def test_marks_that_stand_alone_belong_to_what_was_said_before(tail: str) -> None:
    assert said(f"- a [1]\n- b\n\n{tail}") == [("- a\n- b", (1, 2))]


def test_a_legend_of_sources_is_dropped() -> None:
    assert said("Thirty days [1].\n\n[1]: Returns\n[2]: Other") == [("Thirty days.", (1,))]


def test_code_is_left_alone() -> None:
    text = "Use `list[1]` here [2].\n\n```\nx = a[3]\n```"
    assert said(text) == [("Use `list[1]` here.", (1,)), ("```\nx = a[3]\n```", ())]


def test_sentences_of_a_paragraph_continue_it() -> None:
    units = read_citations("One [1]. Two [1].\n\nThree [1].", known=1).sentences
    assert [unit.continues for unit in units] == [False, True, False]


def passage(text: str, locale: str = "en") -> Passage:
    return Passage("returns", 0, PassageKind.BODY, locale, ("Returns",), text)


def test_the_quote_is_the_passages_sentence_that_overlaps_most() -> None:
    text = "Gift cards **cannot** be sent back.\nItems may be returned within\n30 days. Ask us."
    quote = best_quote(passage(text), ["You can return items for 30 days."], locale="en")
    assert quote == "Items may be returned within 30 days."


def test_an_item_or_a_row_can_be_quoted() -> None:
    text = (
        "How:\n\n1. Pack the item.\n2. Print the label.\n\n| Land | Days |\n|---|---|\n| Fr | 9 |"
    )
    assert best_quote(passage(text), ["Print your label"], locale="en") == "Print the label."
    assert best_quote(passage(text), ["9 days to Fr"], locale="en") == "Fr | 9"


def test_between_languages_the_figures_lead() -> None:
    text = "Gift cards are final. Returns are free for 30 days."
    assert best_quote(passage(text), ["Vous avez 30 jours."], locale="fr").endswith("30 days.")
    assert best_quote(passage(text), ["Oui, bien sûr."], locale="fr") == "Gift cards are final."


def test_a_very_long_sentence_is_cut_and_shows_it() -> None:
    quote = best_quote(passage("word " * 200), ["word"], locale="en")
    assert len(quote) <= 300
    assert quote.endswith("…")


@pytest.mark.slow
@pytest.mark.parametrize("noise", [".", " ", "\n", "[", "[1] ", "(source 1 ", "!["])
def test_a_model_gone_astray_takes_no_long_time_to_read(noise: str) -> None:
    started = time.process_time()
    read_citations((noise * 20_000)[:20_000], known=6)
    assert time.process_time() - started < 5
