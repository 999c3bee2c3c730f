"""What a document of any form becomes before it is an article: a title, Markdown, a few facts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from assistant.domain.article import Article
from assistant.domain.audience import audience_from
from assistant.errors import HalfUnderstood
from assistant.knowledge.outline import words_of
from assistant.knowledge.sources.page import Place, article_of, web_address


@dataclass(frozen=True)
class Remark:
    """What of a document was not understood, or not found; `line` from 1."""

    what: str
    line: int | None = None


@dataclass(frozen=True)
class Converted:
    """A document as plain Markdown, and what it says about itself; "" where it does not."""

    body: str
    title: str = ""
    locale: str = ""
    url: str = ""
    updated: date | None = None
    questions: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    audience: str = ""
    remarks: tuple[Remark, ...] = ()

    def as_article(self, place: Place, *, id: str = "") -> Article:
        """UnreadableSource where no text is left."""
        said = {
            "id": id,
            "title": words_of(self.title),
            "locale": self.locale,
            "url": web_address(self.url),
            "questions": self.questions,
            "tags": self.tags,
            "updated": self.updated,
            "audience": audience_from(self.audience),
        }
        return article_of(self.body, said, place)

    def noticed(self, place: Place) -> list[HalfUnderstood]:
        """Its remarks, each with the name of the file."""
        return [
            HalfUnderstood(
                place.name,
                remark.what,
                remedy="look at the article, or write it more plainly",
                article_id=str(place.path),
                line=remark.line,
            )
            for remark in self.remarks
        ]
