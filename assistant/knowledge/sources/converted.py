"""What a document of any form becomes before it is an article: a title, Markdown, a few facts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from assistant.domain.article import Article
from assistant.domain.audience import audience_from
from assistant.errors import HalfUnderstood
from assistant.knowledge.cleaning.remarks import Remark
from assistant.knowledge.outline import words_of
from assistant.knowledge.sources.page import Place, article_of, web_address


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
        return noticed(self.remarks, place.name, article_id=str(place.path))


def noticed(
    remarks: Iterable[Remark], name: str, *, article_id: str, at: tuple[int, str] | None = None
) -> list[HalfUnderstood]:
    """Remarks on an article, with the name of its file; of an entry of a list, `at` says which."""
    _, unit = at or (None, "line")
    return [
        HalfUnderstood(
            name,
            remark.what,
            remedy="look at the article, or write it more plainly",
            article_id=article_id,
            line=at[0] if at else remark.line,
            unit=unit,
        )
        for remark in remarks
    ]
