"""What a writer works on in the editor, and the way it goes from a draft to the public. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

from assistant.domain.article import ArticleStatus
from assistant.domain.audience import LONGEST_AUDIENCE, audience_from, is_known
from assistant.errors import UnfitArticle, WrongStatus

EDITOR = "editor"
"""The source that owns the articles of the editor; no sync of another source touches them."""
LONGEST_TITLE = 200
LONGEST_BODY = 100_000
LONGEST_SLUG = 120
LONGEST_LINE = 300
LONGEST_COMMENT = 4000
MOST_LINES = 50
SITTING_S = 600
"""Autosaves of one person within one stretch of so many seconds of the clock are one revision."""
SUPERSEDED_FOR = timedelta(days=1)
"""How long the others of a sitting are kept, for whoever writes upon one of them."""

_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss"})


class Step(StrEnum):
    """What may happen to a manuscript."""

    EDITED = "edited"
    SUBMITTED = "submitted"
    SENT_BACK = "sent_back"
    PUBLISHED = "published"
    ARCHIVED = "archived"


_DRAFT, _IN_REVIEW = ArticleStatus.DRAFT, ArticleStatus.IN_REVIEW
_PUBLISHED, _ARCHIVED = ArticleStatus.PUBLISHED, ArticleStatus.ARCHIVED
_LEADS: Mapping[tuple[ArticleStatus, Step], ArticleStatus] = MappingProxyType(
    {
        (_DRAFT, Step.EDITED): _DRAFT,
        (_DRAFT, Step.SUBMITTED): _IN_REVIEW,
        (_DRAFT, Step.PUBLISHED): _PUBLISHED,
        (_DRAFT, Step.ARCHIVED): _ARCHIVED,
        # A reviewer mends a comma; what is approved is the version that they saw.
        (_IN_REVIEW, Step.EDITED): _IN_REVIEW,
        (_IN_REVIEW, Step.SENT_BACK): _DRAFT,
        (_IN_REVIEW, Step.PUBLISHED): _PUBLISHED,
        (_IN_REVIEW, Step.ARCHIVED): _ARCHIVED,
        # Customers go on reading what was published, until the draft is.
        (_PUBLISHED, Step.EDITED): _DRAFT,
        (_PUBLISHED, Step.ARCHIVED): _ARCHIVED,
        (_ARCHIVED, Step.EDITED): _DRAFT,
    }
)


@dataclass(frozen=True)
class Content:
    """All that a writer fills in. `review_on`: when somebody should read it again. `owner`: the id
    of the person who looks after it."""

    title: str
    locale: str
    body: str
    slug: str = ""
    url: str | None = None
    questions: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    translation_of: str | None = None
    escalate: bool = False
    audience: str = ""
    owner: str = ""
    review_on: date | None = None


@dataclass(frozen=True)
class Revision:
    """What was saved, by whom; `version` counts the saves of one manuscript from 1 on."""

    version: int
    content: Content = field(repr=False)
    saved_at: datetime
    saved_by: str
    autosaved: bool = False

    def is_continued_by(self, next: Revision) -> bool:
        """Whether both are autosaves of one sitting, of which the last one is enough."""
        both = self.autosaved and next.autosaved and self.saved_by == next.saved_by
        return both and _sitting(self.saved_at) == _sitting(next.saved_at)


@dataclass(frozen=True)
class Slot:
    """When a version is to be published, as `by` approved it."""

    version: int
    at: datetime
    by: str


@dataclass(frozen=True)
class Manuscript:
    """An article of the editor: `latest` is what writers see, `live_version` what customers read,
    None where they read nothing of it. `origin`: the source that it was taken over from."""

    id: str
    article_id: str
    status: ArticleStatus
    latest: Revision
    created_at: datetime
    live_version: int | None = None
    origin: str | None = None
    slot: Slot | None = None

    @property
    def scheduled(self) -> Slot | None:
        """Its slot, as long as what was approved is what stands there."""
        approved = self.slot is not None and self.slot.version == self.version
        return self.slot if approved and self.status in (_DRAFT, _IN_REVIEW) else None

    @property
    def content(self) -> Content:
        """As it was saved last."""
        return self.latest.content

    @property
    def version(self) -> int:
        """Of the content; who saves names the version that they began from."""
        return self.latest.version

    @property
    def has_news(self) -> bool:
        """Whether customers read something else than the writers see."""
        return self.live_version is not None and self.live_version != self.version

    def status_after(self, step: Step) -> ArticleStatus:
        """Or WrongStatus."""
        after = _LEADS.get((self.status, step))
        if after is None:
            wanted = [before.value for before, taken in _LEADS if taken is step]
            raise WrongStatus(
                self.article_id, status=self.status.value, wanted=wanted, kind="Article"
            )
        return after


@dataclass(frozen=True)
class Stale:
    """Nothing was saved, or published: somebody saved meanwhile, and `newer` stands there now."""

    newer: Manuscript


@dataclass(frozen=True)
class Comment:
    """What writers and reviewers tell each other about a version; nobody else reads it."""

    id: str
    manuscript_id: str
    version: int
    person_id: str
    text: str
    created_at: datetime


def checked(content: Content) -> Content:
    """The same without blanks around and repetitions, or UnfitArticle. A draft may still be
    empty."""
    content = Content(
        title=_line(content.title),
        locale=content.locale.strip(),
        body=content.body.replace("\r\n", "\n").replace("\r", "\n"),
        slug=content.slug.strip().strip("/"),
        url=content.url,
        questions=_lines(content.questions),
        tags=_lines(content.tags),
        translation_of=content.translation_of or None,
        escalate=content.escalate,
        audience=audience_from(content.audience),
        owner=content.owner,
        review_on=content.review_on,
    )
    if not re.fullmatch(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}", content.locale):
        said = content.locale[:40]
        raise UnfitArticle("locale", f"{said!r} is no locale; write one like en.", said=said)
    if content.slug and not re.fullmatch(r"[\w.~-]+", content.slug):
        raise UnfitArticle("slug", "The address holds letters, digits and hyphens only.")
    if not is_known(content.audience):
        raise UnfitArticle("audience", f"{content.audience!r} is no audience.")
    _must_be_short(content)
    return content


def _must_be_short(content: Content) -> None:
    found = {
        "title": (len(content.title), LONGEST_TITLE),
        "body": (len(content.body), LONGEST_BODY),
        "slug": (len(content.slug), LONGEST_SLUG),
        "questions": (max(map(len, content.questions), default=0), LONGEST_LINE),
        "tags": (max(map(len, content.tags), default=0), LONGEST_LINE),
        "audience": (len(content.audience), LONGEST_AUDIENCE),
    }
    for name, (length, most) in found.items():
        if length > most:
            said = f"The {name} has {length} characters; {most} are the most."
            raise UnfitArticle("too_long", said, field=name, length=length, most=most)
    for name, lines in (("questions", content.questions), ("tags", content.tags)):
        if len(lines) > MOST_LINES:
            said = f"{len(lines)} {name} are too many; {MOST_LINES} are the most."
            raise UnfitArticle("too_many", said, field=name, most=MOST_LINES)


def slug_from(title: str) -> str:
    """An address that a title suggests: `Où est mon colis ?` gives `ou-est-mon-colis`."""
    bare = unicodedata.normalize("NFKD", title.lower().translate(_LIGATURES))
    letters = "".join(each for each in bare if not unicodedata.combining(each))
    return re.sub(r"[\W_]+", "-", letters).strip("-")[:LONGEST_SLUG].rstrip("-")


def _sitting(at: datetime) -> int:
    return int(at.timestamp()) // SITTING_S


def _line(text: str) -> str:
    return " ".join(text.split())


def _lines(texts: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(line for line in map(_line, texts) if line))
