"""Articles leave as a folder of Markdown, and come back from it as they were."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path, PurePosixPath
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.domain.article import Article
from assistant.errors import Refused, UnknownThing
from assistant.knowledge.export import as_markdown, export_folder
from assistant.knowledge.reader import read_source
from assistant.knowledge.sources.front_matter import split_front_matter
from assistant.knowledge.sources.page import Place, read_page

PLAIN = Article(
    id="center/en/returns",
    title="Return a gift: how?",
    locale="en",
    body="With the code.\n\n## Costs\n\n| Where | Price |\n| --- | --- |\n| France | free |",
    slug="return-a-gift",
    url="https://shop.example/help/return",
    questions=("can I send it back", "404"),
    tags=("returns", "yes"),
    translation_of="center/fr/retours",
    updated=date(2026, 10, 20),
    escalate=True,
    audience="plan=pro, plan=team",
    owner="lea@company.example",
    review_on=date(2027, 3, 1),
)
ODD = replace(PLAIN, id="faq.csv#3", slug="", body="# Return a gift: how?\n\nType {{ name }}.\n")
SOURCE = "export"


def no_image(name: str) -> bytes:
    raise UnknownThing("image", name)


def back(page: str) -> Article:
    return read_page(page, Place(SOURCE, "page.md", PurePosixPath("export/page")))


def test_an_article_is_written_as_a_writer_would_write_it() -> None:
    page = as_markdown(PLAIN)
    assert "verbatim" not in page
    assert page.endswith(f"---\n{PLAIN.body}\n")
    assert "title: 'Return a gift: how?'" in page
    assert back(page) == replace(PLAIN, source=SOURCE)


def test_what_reading_would_change_is_marked_and_comes_back_to_the_letter() -> None:
    page = as_markdown(ODD)
    assert split_front_matter(page, "page").meta["verbatim"] == "true"
    assert back(page) == replace(ODD, source=SOURCE)


texts = st.text(st.characters(codec="utf-8", exclude_characters="\x00\r"), max_size=60)
markdown = st.lists(
    st.sampled_from(
        ["# A", "text", "- a\n- b", "    code", "```\n{{x}}\n```", "<b>x</b>", "{% raw %}", "&amp;",
         ":::note", "| a |\n| --- |", "[!NOTE]", "---", "* * *", "\\<x>", "<!-- x", "1. a", " "]
    ),
    max_size=6,
).map("\n\n".join)  # fmt: skip


@pytest.mark.slow
@given(
    title=texts.filter(str.strip),
    body=(texts | markdown).map(lambda text: f"w{text}"),
    slug=texts,
    questions=st.lists(texts.filter(str.strip), max_size=3, unique=True),
    tags=st.lists(texts.filter(str.strip), max_size=2),
)
def test_any_article_comes_back(
    title: str, body: str, slug: str, questions: list[str], tags: list[str]
) -> None:
    article = replace(
        PLAIN, title=title, body=body, slug=slug, questions=tuple(questions), tags=tuple(tags)
    )
    assert back(as_markdown(article)) == replace(article, source=SOURCE)


@pytest.mark.slow
def test_a_help_center_leaves_and_comes_back_whole(shop: Any, center: Any, tmp_path: Path) -> None:
    articles = [shop.store.article(card.id) for card in shop.store.articles()]
    assert export_folder(articles, tmp_path / "out", image=no_image) == len(articles)
    report = center.synchroniser.sync(tmp_path / "out")
    assert (report.added, report.refused) == (len(articles), [])
    for article in articles:
        found = center.store.article(article.id)
        assert replace(found, source=article.source) == article


@pytest.mark.slow
def test_every_article_gets_a_file_of_its_own(tmp_path: Path) -> None:
    names = ["Same", "same", "SUMMARY", "_x", "a/b", "../up", "é è", "…", "x" * 300]
    articles = [replace(PLAIN, id=f"id {n}", slug=slug) for n, slug in enumerate(names)]
    assert export_folder(articles, tmp_path / "out", image=no_image) == len(names)
    read = list(read_source(tmp_path / "out"))
    assert {a.id for a in read if isinstance(a, Article)} == {a.id for a in articles}
    assert all(path.is_relative_to(tmp_path / "out") for path in tmp_path.rglob("*.md"))


def test_a_folder_that_holds_something_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.md").write_text("Mine.")
    with pytest.raises(Refused, match="not empty"):
        export_folder([PLAIN], tmp_path, image=no_image)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.md"]
