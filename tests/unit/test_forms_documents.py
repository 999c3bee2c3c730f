"""Word and PDF become articles; what is broken, locked or made to do harm is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.domain.article import Article
from assistant.errors import UnreadableSource
from assistant.knowledge.reader import read_source
from tests.unit.documents import Line, paragraph, pdf, table, word

pytestmark = pytest.mark.slow

BODY = (
    paragraph("Return a gift", "Title")
    + paragraph("You have 30 days *at most*.")
    + paragraph("Costs", "H1")
    + table(("Where", "Price"), ("France", "free | easy"))
    + paragraph("x = 1", "Code")
    + paragraph("y = 2", "Code")
    + paragraph("Abroad", "H2")
    + paragraph("It takes longer.")
)


def only(path: Path, data: bytes) -> Article:
    path.write_bytes(data)
    (article,) = read_source(path)
    assert isinstance(article, Article), article
    return article


def refused(path: Path, data: bytes) -> UnreadableSource:
    """Beside a page that is sound."""
    path.write_bytes(data)
    (path.parent / "sound.md").write_text("# Sound\n\nText.")
    records = list(read_source(path.parent))
    assert [r.title for r in records if isinstance(r, Article)] == ["Sound"]
    (error,) = [r for r in records if isinstance(r, UnreadableSource)]
    assert (error.path, error.article_id) == (str(path), f"{path.parent.name}/{path.stem}")
    assert error.remedy
    return error


def test_a_word_document_keeps_headings_tables_and_code(tmp_path: Path) -> None:
    article = only(tmp_path / "gift.docx", word(BODY))
    assert (article.title, article.locale) == ("Return a gift", "en")
    assert article.body == (
        "You have 30 days \\*at most\\*.\n\n# Costs\n\n"
        "| Where | Price |\n| --- | --- |\n| France | free \\| easy |\n\n"
        "```\nx = 1\ny = 2\n```\n\n## Abroad\n\nIt takes longer."
    )


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (word(BODY)[:700], "damaged or cut off"),
        (b"<html>no Word</html>", "damaged or cut off, or no Word document"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
            "locked with a password, or of the old",
        ),
        (word(paragraph("")), "it is empty"),
        (word("<w:p><w:r>"), "damaged"),
        (word(BODY, **{"word/media/big.bin": b"\0" * (40 << 20)}), "unpacks to 40 MB"),
        (word(BODY, head='<!DOCTYPE x [<!ENTITY a "b">]>'), "word/document.xml defines entities"),
        (b"PK" + b"\0" * (26 << 20), "26.0 MB, more than the 25 MB"),
    ],
)
def test_a_bad_word_document_is_named_and_the_rest_goes_on(
    tmp_path: Path, data: bytes, reason: str
) -> None:
    assert reason in refused(tmp_path / "bad.docx", data).reason


def test_a_word_document_of_more_text_than_fits_in_memory_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assistant.knowledge.sources.word._MOST_TEXT", 1000)
    assert "split it" in refused(tmp_path / "long.docx", word(BODY)).remedy


def page(number: int, *lines: Line) -> list[Line]:
    return [(60, 770, 9, "Shop manual"), *lines, (300, 20, 9, f"Page {number} of 3")]


MANUAL = (
    page(
        1,
        (60, 700, 24, "Return a gift"),
        (60, 660, 11, "You can return a gift within thirty days of deliv-"),
        (60, 646, 11, "ery, whoever paid for it."),
        (60, 600, 16, "What you need"),
        (60, 570, 11, "• the gift code"),
        (60, 554, 11, "• the item, which goes on to"),
        (70, 540, 11, "a second line"),
        (60, 500, 11, "This sentence runs over the"),
    ),
    page(2, (60, 700, 11, "edge of the page."), (60, 660, 11, "1. Print the label.")),
    page(3, (60, 700, 16, "Costs"), (60, 670, 11, "A return is free.")),
)


def test_what_repeats_itself_in_a_pdf_is_dropped(tmp_path: Path) -> None:
    def sheet(number: int, chapter: str, *lines: Line) -> list[Line]:
        return [(60, 770, 9, f"{chapter} {number}"), *lines]

    pages = [
        sheet(1, "Contents", (60, 600, 11, "Paying . . . . . . . . . . 2")),
        *(sheet(n, "Chapter 2", (60, 600, 11, f"Text of page {n}.")) for n in range(2, 6)),
        *(sheet(n, "Chapter 3", (60, 600, 11, f"Text of page {n}.")) for n in range(6, 9)),
    ]
    article = only(tmp_path / "x.pdf", pdf(*pages))
    texts = [f"Text of page {n}." for n in range(2, 9)]
    assert article.body == "\n\n".join(["Contents 1", *texts])


def test_a_pdf_keeps_headings_lists_and_whole_sentences(tmp_path: Path) -> None:
    article = only(tmp_path / "gift.pdf", pdf(*MANUAL))
    assert article.title == "Return a gift"
    assert article.body == (
        "You can return a gift within thirty days of delivery, whoever paid for it.\n\n"
        "## What you need\n\n- the gift code\n\n- the item, which goes on to a second line\n\n"
        "This sentence runs over the edge of the page.\n\n1. Print the label.\n\n"
        "## Costs\n\nA return is free."
    )


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (pdf(*MANUAL)[:400], "damaged or cut off"),
        (b"%PDF-1.4\n" + b"\xff" * 500, "damaged or cut off"),
        (b"<html>no PDF</html>", "it is no PDF"),
        (pdf(*MANUAL, locked=True), "locked with a password"),
        (pdf([]), "no text, only pictures"),
    ],
)
def test_a_bad_pdf_is_named_and_the_rest_goes_on(tmp_path: Path, data: bytes, reason: str) -> None:
    assert reason in refused(tmp_path / "bad.pdf", data).reason
