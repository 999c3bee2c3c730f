"""What writers publish, and the passages that retrieval finds in it."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cached_property
from urllib.parse import quote

_LINK = re.compile(
    r"!?\[((?:\\.|[^\[\]\\]|\[[^\[\]]*\])*)\]\([^()]*(?:\([^()]*\)[^()]*)*\)", re.DOTALL
)
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
_MARKS = re.compile(r"(\*\*|__|`|~~)")
_HEADING = re.compile(r"(?m)^#{1,6}\s+")


class ArticleStatus(StrEnum):
    """Where an article stands on its way to the public."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    PUBLISHED = "published"
    ARCHIVED = "archived"


@dataclass(frozen=True)
class Article:
    """One page of the help center in one locale; `body` is Markdown without front matter."""

    id: str
    title: str
    locale: str
    body: str
    source: str = ""
    slug: str = ""
    url: str | None = None
    questions: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    translation_of: str | None = None
    updated: date | None = None
    status: ArticleStatus = ArticleStatus.PUBLISHED
    escalate: bool = False
    """Who asks this gets a person: its writers want it so."""
    audience: str = ""
    """Who may read it, as `domain.audience` spells it; "" for everybody."""
    owner: str = ""
    """Who looks after it, by e-mail address, as its source says. The editor keeps its own."""
    review_on: date | None = None
    """When somebody should read it again, as its source says."""

    @property
    def content_hash(self) -> str:
        """Changes whenever anything that a customer could see, that is indexed, or that a source
        says of it changes."""
        seen = (self.title, self.locale, self.body, self.slug, self.url, self.questions, self.tags)
        parts = (*seen, self.translation_of, self.updated, self.status.value)
        # Only where it is set: articles that never heard of it keep their hash.
        said = (*parts, "escalate") if self.escalate else parts
        said = (*said, "for", self.audience) if self.audience else said
        care = (self.owner, self.review_on)
        said = (*said, "care", *care) if any(care) else said
        return hashlib.sha256(repr(said).encode()).hexdigest()

    @property
    def phrasings(self) -> tuple[str, ...]:
        """The title and the other ways customers ask it, without repetition."""
        return tuple(dict.fromkeys(text for text in (self.title, *self.questions) if text.strip()))


class PassageKind(StrEnum):
    """BODY is text of the article; PHRASING is a known way of asking for it."""

    BODY = "body"
    PHRASING = "phrasing"


@dataclass(frozen=True)
class Passage:
    """A piece of an article that is indexed on its own.

    `heading_path` runs from the article's title to the nearest heading above. `text` is Markdown
    exactly as it stands in the article (BODY), or the plain phrasing (PHRASING). `anchor` names the
    section on the article's page, None for the text above its first heading.
    """

    article_id: str
    position: int
    kind: PassageKind
    locale: str
    heading_path: tuple[str, ...]
    text: str
    anchor: str | None = None

    @property
    def id(self) -> str:
        """`article#position`, unique within the help center."""
        return f"{self.article_id}#{self.position}"

    @property
    def embedded_text(self) -> str:
        """What the encoder and the lexical index read: for BODY with its title and headings."""
        if self.kind is PassageKind.PHRASING:
            return self.text
        return " › ".join(self.heading_path) + "\n" + plain_text(self.text)

    @cached_property
    def fingerprint(self) -> str:
        """Names the vector of `embedded_text`: passages of equal text share one vector."""
        return hashlib.sha256(self.embedded_text.encode()).hexdigest()[:32]


@dataclass(frozen=True)
class ArticleCard:
    """What a citation or a list needs of an article, without its text."""

    id: str
    title: str
    locale: str
    slug: str
    url: str | None = None
    tags: tuple[str, ...] = ()
    translation_of: str | None = None
    escalate: bool = False
    audience: str = ""


@dataclass(frozen=True)
class Hit:
    """A passage found for a question, with what each retriever made of it."""

    passage: Passage
    lexical: float = 0.0
    cosine: float = 0.0
    score: float = 0.0


@dataclass(frozen=True)
class RankedArticle:
    """An article with its hits, best first. `signals` are the features its rank was made from."""

    article: ArticleCard
    hits: tuple[Hit, ...]
    score: float
    signals: dict[str, float] = field(default_factory=dict)


def plain_text(markdown: str) -> str:
    """Markdown without its marks; link texts stay, link targets go."""
    text = _LINK.sub(r"\1", markdown)
    if "](" in text:
        text = _LINK.sub(r"\1", text)  # an image that is a link
    return _ESCAPE.sub(r"\1", _HEADING.sub("", _MARKS.sub("", text)))


def article_url(card: ArticleCard, anchor: str | None = None) -> str:
    """Where customers read it: its own address, or its page in our help center."""
    page = card.url or f"/help/{card.locale}/{quote(card.slug or card.id)}"
    return f"{page}#{anchor}" if anchor else page
