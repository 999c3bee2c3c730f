"""Images of articles: what is taken, how it is shown, what becomes of those that nobody shows."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from assistant.domain.article import Article
from assistant.domain.image import LARGEST_IMAGE, images_in, name_of, shown_image
from assistant.errors import UnfitArticle, UnknownThing
from assistant.knowledge.cleaning import clean
from assistant.knowledge.export import export_folder
from assistant.knowledge.reader import read_source
from assistant.markup import internal_links, resolve_links, to_html
from assistant.writing.images import KEPT_FOR, Images

PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + b"x" * 100
GIF = b"GIF89a" + b"y" * 100
NOON = datetime(2026, 3, 14, 12, tzinfo=UTC)


class Shelf:
    """A store in memory."""

    def __init__(self) -> None:
        self.held: dict[str, tuple[bytes, datetime]] = {}
        self.texts: list[str] = []
        self.now = NOON

    def add_image(self, name: str, content: bytes) -> None:
        self.held[name] = (content, self.now)

    def image(self, name: str) -> bytes:
        if name not in self.held:
            raise UnknownThing("image", name)
        return self.held[name][0]

    def image_names(self) -> set[str]:
        return set(self.held)

    def texts_with_images(self) -> list[str]:
        return self.texts

    def drop_images(self, names: Any, *, added_before: datetime) -> int:
        gone = [name for name in names if self.held[name][1] < added_before]
        for name in gone:
            del self.held[name]
        return len(gone)


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


@pytest.fixture
def images(shelf: Shelf) -> Images:
    return Images(shelf, now=lambda: shelf.now)


def test_an_image_is_named_by_its_content(images: Images, shelf: Shelf) -> None:
    markdown = images.add(PNG, alternative=" A  kettle [blue] ")
    (name,) = shelf.held
    assert markdown == f"![A kettle blue](/help/images/{name})"
    assert name.endswith(".png")
    assert images.add(PNG, alternative="The same").endswith(f"/{name})")
    assert images.read(name) == PNG


@pytest.mark.parametrize(
    "content",
    [b"", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"%PDF-1.4", b"MZ\x90",
     b"\x89PNG" + b"x" * 99, PNG + b"x" * LARGEST_IMAGE],
)  # fmt: skip
def test_what_is_no_image_or_too_large_is_not_taken(images: Images, content: bytes) -> None:
    with pytest.raises(UnfitArticle):
        images.add(content, alternative="A kettle")


@pytest.mark.parametrize("words", ["", "  ", "[]", "x" * 301])
def test_what_it_shows_must_be_said(images: Images, shelf: Shelf, words: str) -> None:
    with pytest.raises(UnfitArticle):
        images.add(PNG, alternative=words)
    assert not shelf.held


def test_it_is_shown_on_pages_with_its_alternative() -> None:
    markdown = shown_image(name_of(PNG), 'A "blue" <b>')
    html = to_html(resolve_links(markdown, article_id="a", url_of=lambda _: None, images=True))
    assert f'src="/help/images/{name_of(PNG)}"' in html
    assert "&lt;b&gt;" in html
    assert 'loading="lazy"' in html


def test_in_an_answer_it_is_told_in_words() -> None:
    markdown = f"See {shown_image(name_of(PNG), 'the blue kettle')}."
    assert resolve_links(markdown, article_id="a", url_of=lambda _: None) == "See the blue kettle."


@pytest.mark.parametrize(
    "address",
    ["https://evil.example/x.png", "//evil.example/x.png", "/help/images/../../console", "x.png",
     "/help/images/short.png", "javascript:alert(1)", "data:image/png;base64,AAAA",
     "/help/images/0123456789abcdef0123456789abcdef.svg"],
)  # fmt: skip
def test_no_other_image_is_ever_shown(address: str) -> None:
    markdown = f"Before ![words]({address}) after"
    for text in (markdown, resolve_links(markdown, article_id="a", url_of=str, images=True)):
        assert "<img" not in to_html(text)


def test_writers_text_keeps_its_images_when_it_is_cleaned() -> None:
    markdown = f"Text.\n\n{shown_image(name_of(PNG), 'A kettle')}\n\nMore."
    assert clean(markdown) == markdown
    assert images_in(markdown) == {name_of(PNG)}
    assert internal_links(markdown, article_id="a") == []


def test_what_nothing_shows_is_dropped_after_a_while(images: Images, shelf: Shelf) -> None:
    shown = images.add(PNG, alternative="A kettle")
    images.add(GIF, alternative="Another")
    shelf.texts = [f"Text {shown}"]
    assert images.round() == 0
    shelf.now += KEPT_FOR + timedelta(minutes=1)
    assert [images.round(), images.round()] == [1, 0]
    assert list(shelf.held) == [name_of(PNG)]


def test_images_leave_with_the_articles_and_come_back(
    images: Images, shelf: Shelf, tmp_path: Path
) -> None:
    gone = f"![gone](/help/images/{'0' * 32}.png)"
    body = f"Text.\n\n{images.add(PNG, alternative='A kettle')}\n\n{gone}"
    article = Article("k", "Kettles", "en", body, slug="kettles")
    assert export_folder([article], tmp_path / "out", image=images.read) == 1
    (read,) = read_source(tmp_path / "out")
    assert read.body == body
    elsewhere = Shelf()
    other = Images(elsewhere, now=lambda: NOON)
    assert [other.bring(tmp_path / "out"), other.bring(tmp_path / "out")] == [1, 0]
    assert elsewhere.image(name_of(PNG)) == PNG


def test_only_images_that_are_what_their_name_says_are_brought(
    images: Images, shelf: Shelf, tmp_path: Path
) -> None:
    (tmp_path / "images").mkdir()
    (tmp_path / "images" / name_of(PNG)).write_bytes(GIF)
    (tmp_path / "images" / "logo.png").write_bytes(PNG)
    (tmp_path / "images" / "page.md").write_text("# Text")
    assert images.bring(tmp_path) == 0
    assert images.bring(tmp_path / "nothing") == 0
    assert not shelf.held


@pytest.mark.slow
@pytest.mark.parametrize("pattern", ["[", "![", "[a](", "[a](b ", "[a][", "(["])
def test_text_made_to_be_slow_is_not(pattern: str) -> None:
    text = pattern * (96_000 // len(pattern))
    started = time.perf_counter()
    resolve_links(text, article_id="a", url_of=lambda _: None)
    assert time.perf_counter() - started < 1.0
