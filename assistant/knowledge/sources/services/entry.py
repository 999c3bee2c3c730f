"""What every service says of an article, and the article that becomes of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any

from assistant.errors import UnreadableSource, Withheld
from assistant.knowledge.cleaning import Cleaned, clean_and_tell
from assistant.knowledge.sources.converted import Converted, noticed
from assistant.knowledge.sources.front_matter import date_value
from assistant.knowledge.sources.page import Place
from assistant.knowledge.sources.records import Found, Records
from assistant.knowledge.sources.soup import make_absolute, markdown_of, parse_html
from assistant.knowledge.sources.web_address import path_of


@dataclass(frozen=True)
class Entry:
    """An article of a service in one locale. `hidden` says why the public must not read it;
    `text` is HTML, or Markdown where `is_markdown`."""

    id: str
    title: str
    text: str
    locale: str
    url: str
    updated: date | None = None
    tags: tuple[str, ...] = ()
    translation_of: str | None = None
    hidden: str = ""
    is_markdown: bool = False

    def records(self, source: str) -> Records:
        """The article, and before it what of it was not understood; or why it is none."""
        name = self.url or f"{source} {self.id}"
        if self.hidden:
            yield Withheld(name, self.hidden, remedy="publish it there", article_id=self.id)
            return
        place = Place(source=source, name=name, path=path_of(self.url or f"https://{self.id}"))
        try:
            body, remarks = self._markdown(name)
            converted = Converted(
                body=body,
                title=self.title,
                locale=self.locale,
                url=self.url,
                updated=self.updated,
                tags=self.tags,
                remarks=remarks,
            )
            article = converted.as_article(place, id=self.id)
        except UnreadableSource as error:
            error.article_id = self.id
            yield error
            return
        yield from noticed(remarks, name, article_id=self.id)
        yield Found(name, replace(article, translation_of=self.translation_of))

    def _markdown(self, name: str) -> Cleaned:
        if self.is_markdown:
            return clean_and_tell(self.text)
        tree = parse_html(self.text, name)
        if self.url:
            make_absolute(tree, self.url)
        return Cleaned(markdown_of(tree), ())


def text(item: Mapping[str, Any], key: str) -> str:
    """A field as text, "" where it is missing or null."""
    value = item.get(key)
    return value if isinstance(value, str) else "" if value is None else str(value)


def texts(values: Any) -> tuple[str, ...]:
    """A list of texts; () for anything else."""
    return tuple(str(value) for value in values) if isinstance(values, list) else ()


def items(found: Any, key: str = "") -> Iterable[Mapping[str, Any]]:
    """The objects of a list, or of the list that stands under the key."""
    values = found.get(key) if key and isinstance(found, dict) else found
    return (
        [value for value in values if isinstance(value, dict)] if isinstance(values, list) else []
    )


def count(value: Any) -> int:
    """A number that may be written as text; 0 for anything else."""
    return int(value) if re.fullmatch(r"\d{1,9}", str(value), re.ASCII) else 0


def day(value: Any) -> date | None:
    """From seconds since 1970, or from a text that begins with a date."""
    if isinstance(value, int | float):
        return datetime.fromtimestamp(value, UTC).date()
    return date_value({"at": value}, "at")
