"""Which form a file is of, by its ending, and how that form becomes an article."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from assistant.domain.article import Article
from assistant.errors import UnreadableSource, Withheld
from assistant.knowledge.sources.asciidoc import read_asciidoc
from assistant.knowledge.sources.converted import Converted, noticed
from assistant.knowledge.sources.files import (
    MAX_DOCUMENT,
    part_below,
    read_bytes,
    read_html_text,
    read_text,
)
from assistant.knowledge.sources.front_matter import Page, split_front_matter
from assistant.knowledge.sources.html_page import read_html
from assistant.knowledge.sources.page import Place, must_be_public, read_and_tell, said_of
from assistant.knowledge.sources.pdf_apart import read_pdf_apart
from assistant.knowledge.sources.records import Found
from assistant.knowledge.sources.rst import read_rst
from assistant.knowledge.sources.rst_library import RstLibrary
from assistant.knowledge.sources.word import read_word

MARKDOWN = (".md", ".mdx", ".markdown")
HTML = (".html", ".htm", ".xhtml")
ASCIIDOC = (".adoc", ".asciidoc")
RST = (".rst", ".rest")
TEXTS = (*MARKDOWN, *HTML, *RST, *ASCIIDOC)
DOCUMENTS = (".docx", ".pdf")
READABLE = (*TEXTS, *DOCUMENTS)
FOREIGN = {
    ".textile": "Textile",
    ".org": "Org",
    ".mediawiki": "MediaWiki",
    ".wiki": "MediaWiki",
    ".doc": "Word's old form .doc",
    ".odt": "OpenDocument",
    ".rtf": "RTF",
}
"""Forms of articles that cannot be read yet; any other file is an asset of the site."""

_INCLUDE = re.compile(r"^include::([^\[\]\n{}]+)\[", re.MULTILINE)
_TEMPLATE = re.compile(r"\{%-?\s*(?:block|extends|include|if|for|set|macro|partial|layout)\b")
_CODE = re.compile(r"<(pre|code)\b.*?</\1\s*>", re.DOTALL | re.IGNORECASE)


@dataclass
class Library:
    """The files of one source, as far as they speak of each other."""

    root: Path

    @cached_property
    def rst(self) -> RstLibrary:
        """Labels, titles and parts of its reStructuredText."""
        return RstLibrary(self.root)

    def is_part(self, path: Path) -> bool:
        """Whether other files include it, so that it is read where they do."""
        if path.suffix in RST:
            return self.rst.is_part(path)
        return path.suffix in ASCIIDOC and path.resolve() in self._asciidoc_parts

    @cached_property
    def _asciidoc_parts(self) -> set[Path]:
        found: set[Path] = set()
        for path in (path for form in ASCIIDOC for path in self.root.rglob(f"*{form}")):
            try:
                names = _INCLUDE.findall(read_text(path))
            except UnreadableSource:
                continue  # Reading it as an article says what is wrong.
            found |= {(path.parent / name).resolve() for name in names}
        return found


def read_file(path: Path, place: Place, library: Library) -> Iterator[Found | UnreadableSource]:
    """The file's article, and before it what of it was not understood."""
    try:
        if path.suffix.lower() in MARKDOWN:
            article, remarks = read_and_tell(read_text(path), place)
            yield from noticed(remarks, place.name, article_id=article.id)
            yield Found(place.name, article)
            return
        page, converted = _converted(path, place, library)
        article = _as_article(converted, page.meta, place)
    except RecursionError:
        yield UnreadableSource(
            place.name,
            "its parts are nested beyond all reason",
            remedy="write it more plainly",
            article_id=str(place.path),
        )
        return
    except UnreadableSource as error:
        if path.suffix.lower() in DOCUMENTS and error.article_id is None:
            # It has no front matter: its path alone tells which article it was.
            error.article_id = str(place.path)
        yield error
        return
    yield from converted.noticed(place)
    yield Found(place.name, article)


def _converted(path: Path, place: Place, library: Library) -> tuple[Page, Converted]:
    form, name = path.suffix.lower(), place.name
    if form == ".docx":
        return Page({}, ""), read_word(read_bytes(path, most=MAX_DOCUMENT), name)
    if form == ".pdf":
        return Page({}, ""), read_pdf_apart(read_bytes(path, most=MAX_DOCUMENT), name)
    text = read_html_text(path) if form in HTML else read_text(path)
    page = split_front_matter(text, name)
    must_be_public(page.meta, name)
    if form in HTML:
        _must_be_content(page.body, name)
        return page, read_html(page.body, name)
    if form in RST:
        return page, read_rst(page.body, name, page=path.resolve(), library=library.rst)
    return page, read_asciidoc(
        page.body, name, part=lambda other: part_below(library.root, path.parent / other)
    )


def _must_be_content(text: str, name: str) -> None:
    # Code is looked for only where it may matter: a page may open very much of it.
    if _TEMPLATE.search(text) and _TEMPLATE.search(_CODE.sub("", text)):
        raise Withheld(
            name, "it is a template of the site", remedy="nothing is lost; name its built pages"
        )


def _as_article(converted: Converted, meta: Any, place: Place) -> Article:
    said = said_of(meta, place)
    article = converted.as_article(place, id=said.pop("id", ""))
    return replace(article, **said)
