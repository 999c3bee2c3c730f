"""One page of Markdown, with or without front matter, as an article."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import Any

from assistant.domain.article import Article, plain_text
from assistant.domain.audience import audience_from
from assistant.errors import UnreadableSource, Withheld
from assistant.knowledge.cleaning import Includes, clean_and_tell, clean_line, humanised
from assistant.knowledge.cleaning.remarks import Remark
from assistant.knowledge.locales import locale_of, normalised
from assistant.knowledge.outline import outline, words_of
from assistant.knowledge.sources.front_matter import (
    Page,
    date_value,
    split_front_matter,
    text_list,
    text_value,
)

_LEADING = re.compile(
    r"\s*(?:#{1,6}[ \t]+(?P<atx>[^\n]+?)(?:[ \t]+#+)?|(?P<setext>[^\n]+)\n=+)[ \t]*(?:\n|\Z)"
)
_REDIRECTS = ("redirect_to", "redirect_url", "redirecturl", "redirect")
_HEADINGS = ("question", "title", "heading", "header", "name", "term", "label")
_TEXTS = ("answer", "text", "content", "body", "description", "details", "definition", "markdown")
_NOT_TEXT = frozenset(
    {"head", "meta", "seo", "links", "nav", "menu", "sidebar", "breadcrumbs", "authors", "author",
     "contributors", "images", "resources", "related", "aliases", "cascade", "params", "tags"}
)  # fmt: skip


_NOT_PUBLIC = {"draft": "a draft", "in_review": "in review", "archived": "archived"}
WORD_FOR_WORD = "word_for_word"
"""The key that marks what the export wrote of an answer that is no article."""
VERBATIM = "verbatim"
"""The key that marks a page written by the export: it comes back letter by letter."""


@dataclass(frozen=True)
class Place:
    """Where a page lies: what its id, its locale and its links follow from.

    `path` runs from the source's name to the file, without suffix. `otherwise` is the locale where
    neither page nor path tells one, `listed` the title that a table of contents gives it.
    """

    source: str
    name: str
    path: PurePosixPath
    otherwise: str | None = None
    listed: str = ""
    mdx: bool = False
    includes: Includes | None = None


def read_page(text: str, place: Place) -> Article:
    """The page as an article; UnreadableSource where it is broken, empty or not for the public."""
    return read_and_tell(text, place)[0]


def read_and_tell(text: str, place: Place) -> tuple[Article, tuple[Remark, ...]]:
    """The same, with what of the page was not understood."""
    page = split_front_matter(text, place.name)
    must_be_public(page.meta, place.name)
    if _flag(page.meta, VERBATIM) == "true":
        return _verbatim(page, place), ()
    source = page.body + "".join(_listed_texts(page.meta))
    body, remarks = clean_and_tell(source, includes=place.includes, mdx=place.mdx)
    above, lines = text.removesuffix(page.body).count("\n"), page.body.count("\n") + 1
    article = article_of(body, said_of(page.meta, place), place)
    return article, tuple(_moved(remark, above, lines) for remark in remarks)


def _moved(remark: Remark, above: int, lines: int) -> Remark:
    """Counted from the top of the file; what stands in a list of its front matter has no line."""
    inside = remark.line is not None and remark.line <= lines
    return replace(remark, line=remark.line + above if inside and remark.line else None)


def article_of(body: str, said: Mapping[str, Any], place: Place) -> Article:
    """The article whose text is `body`. What it says of itself, in the fields of an article, goes
    before what its place tells; UnreadableSource where no text is left."""
    title, body = take_title(body, said.get("title", ""))
    id = said.get("id") or str(place.path)
    must_have_words(body, place.name, article_id=id)
    locale = locale_of(
        said.get("locale", ""),
        path=place.path.parts,
        text=f"{title}\n{body}",
        otherwise=place.otherwise,
    )
    told = {key: value for key, value in said.items() if value}
    derived = {
        "id": id,
        "title": title or place.listed or humanised(own_name(place.path)),
        "locale": locale,
        "body": body,
        "source": place.source,
    }
    return Article(**{"slug": slug_of("", str(place.path)), **told, **derived})


def said_of(meta: Mapping[str, Any], place: Place) -> dict[str, Any]:
    """The fields of an article that front matter gives, by name; none that it leaves out."""
    slug = text_value(meta, "slug")
    found = {
        "id": text_value(meta, "id"),
        "title": words_of(clean_line(text_value(meta, "title"))),
        "locale": normalised(text_value(meta, "locale", "lang", "language")),
        "slug": slug_of(slug, str(place.path)) if slug else "",
        "url": web_address(text_value(meta, "url", "canonical_url")),
        "questions": text_list(meta, "questions"),
        "tags": _tags(meta),
        "translation_of": _translation(text_value(meta, "translation_of"), place.path),
        "escalate": _flag(meta, "escalate") == "true",
        "updated": date_value(meta, "updated", "updated_at", "lastmod", "last_modified", "date"),
        "audience": audience_of(meta),
        "owner": text_value(meta, "owner"),
        "review_on": date_value(meta, "review_on"),
    }
    return {key: value for key, value in found.items() if value}


def _verbatim(page: Page, place: Place) -> Article:
    """The page as the export wrote it: nothing is cleaned, derived or guessed."""

    def said(key: str) -> str:
        return str(page.meta.get(key) or "")

    def listed(key: str) -> tuple[str, ...]:
        items = page.meta.get(key)
        return tuple(str(item) for item in items) if isinstance(items, list) else ()

    id = said("id") or str(place.path)
    must_have_words(page.body, place.name, article_id=id)
    return Article(
        id=id,
        title=said("title") or humanised(own_name(place.path)),
        locale=said("locale") or "en",
        body=page.body.removesuffix("\n"),
        source=place.source,
        slug=said("slug"),
        url=said("url") or None,
        questions=listed("questions"),
        tags=listed("tags"),
        translation_of=said("translation_of").removeprefix("/") or None,
        escalate=_flag(page.meta, "escalate") == "true",
        updated=date_value(page.meta, "updated"),
        audience=audience_of(page.meta),
        owner=said("owner"),
        review_on=date_value(page.meta, "review_on"),
    )


def audience_of(meta: Mapping[str, Any]) -> str:
    """Who may read it, however the key is capitalised: it must not be overlooked."""
    said = (value for key, value in meta.items() if str(key).strip().casefold() == "audience")
    return audience_from(next(said, None))


def must_be_public(meta: Mapping[str, Any], name: str) -> None:
    """Withheld for a draft, for what is said word for word, and for a redirect."""
    status = text_value(meta, "status").lower().replace(" ", "_")
    marked = _flag(meta, "draft") == "true" or _flag(meta, "published") == "false"
    if marked or status in _NOT_PUBLIC:
        raise Withheld(
            name,
            f"it is {_NOT_PUBLIC.get(status, _NOT_PUBLIC['draft'])}",
            remedy="take the mark from its front matter to publish it",
        )
    if _flag(meta, WORD_FOR_WORD) == "true":
        raise Withheld(
            name,
            "it is an answer given word for word, no article",
            remedy="write it in the console, under Word for word",
        )
    if target := text_value(meta, *_REDIRECTS):
        raise Withheld(
            name,
            f"it is empty: a redirect to {target}",
            remedy="nothing is lost; delete it when nobody needs it any more",
        )


def _flag(meta: Mapping[str, Any], key: str) -> str:
    return str(meta.get(key, "")).strip().lower()


def _listed_texts(meta: Mapping[str, Any]) -> list[str]:
    """Text that a theme shows from lists in the front matter, such as questions with answers."""
    found: list[str] = []
    for key, items in meta.items():
        if not isinstance(items, list) or str(key).lower() in _NOT_TEXT:
            continue
        for item in items:
            if isinstance(item, dict) and (text := _first(item, _TEXTS)):
                heading = _first(item, _HEADINGS)
                found.append(f"\n\n## {heading}\n\n{text}\n" if heading else f"\n\n{text}\n")
    return found


def _first(item: Mapping[str, Any], keys: Sequence[str]) -> str:
    texts = (item.get(key) for key in keys)
    return next((text.strip() for text in texts if isinstance(text, str) and text.strip()), "")


def take_title(body: str, said: str) -> tuple[str, str]:
    """The title, and the body without the heading that repeats it or that it was taken from."""
    leading = _LEADING.match(body)
    heading = words_of(leading["atx"] or leading["setext"]) if leading else ""
    if leading and (not said or _same(said, heading)):
        return said or heading, body[leading.end() :].lstrip("\n")
    if said:
        return said, body
    for section in outline(body):
        if section.level == 1:
            lines = body.split("\n")
            del lines[section.start : section.heading_end]
            return words_of(section.heading), "\n".join(lines).strip("\n")
    return "", body


def _same(one: str, other: str) -> bool:
    return re.sub(r"\W+", "", one).casefold() == re.sub(r"\W+", "", other).casefold()


def must_have_words(body: str, name: str, *, article_id: str) -> None:
    """UnreadableSource for a page on which nothing is left to read."""
    if not re.search(r"\w", plain_text(body)):
        raise UnreadableSource(
            name,
            "it is empty: no text is left without its marks",
            remedy="write it or delete it",
            article_id=article_id,
        )


def own_name(path: PurePosixPath) -> str:
    """A folder's own page is known by the folder's name. What is not UTF-8 in it is replaced."""
    is_index = path.name.lower() in ("readme", "index", "_index") and len(path.parts) > 1
    name = path.parent.name if is_index else path.name
    return os.fsencode(name).decode("utf-8", "replace")


def slug_of(said: str, id: str) -> str:
    """The last part of an address: what the writer says, else what the id ends with."""
    last = said.strip("/").rpartition("/")[2] or own_name(PurePosixPath(id))
    return re.sub(r"[^\w.~-]+", "-", last).strip("-.") or "article"


def web_address(text: str) -> str | None:
    """The text where it is an address that a browser opens."""
    return text if re.match(r"https?://[^\s/]", text) else None


def _tags(meta: Mapping[str, Any]) -> tuple[str, ...]:
    tags = text_list(meta, "tags")
    if isinstance(meta.get("tags"), str):
        tags = tuple(tag.strip() for tag in tags[0].split(",")) if tags else ()
    return tuple(tag for tag in tags if tag)


def _translation(said: str, path: PurePosixPath) -> str | None:
    """`en/track-order` as the id of that article in the same source; `/kb/en/track` is an id."""
    if not said:
        return None
    if said.startswith("/"):
        return said.removeprefix("/")
    base = path.parent if said.startswith(".") else PurePosixPath(path.parts[0])
    parts: list[str] = []
    for part in (base / re.sub(r"\.(?:mdx?|markdown)$", "", said)).parts:
        if part == ".." and parts:
            parts.pop()
        elif part not in ("..", "."):
            parts.append(part)
    return "/".join(parts)
