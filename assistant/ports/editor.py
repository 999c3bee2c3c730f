"""The store that knows what writers work on, and how it becomes an article."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol

from assistant.domain.article import Article
from assistant.domain.manuscript import Comment, Manuscript, Revision, Slot, Stale, Step
from assistant.ports import AnalysedPassage, Deed, Vectors
from assistant.ports.people import Onlooker


@dataclass(frozen=True)
class Edition:
    """An article with all that is stored of it when it is published. `content_hash` changes with
    the article and with what makes passages of it; `vectors`: those not yet stored, by fingerprint,
    as the encoder `model` made them."""

    article: Article
    passages: tuple[AnalysedPassage, ...]
    content_hash: str
    vectors: Mapping[str, Vectors]
    model: str


class Shelf(StrEnum):
    """The lists of the editor."""

    MINE = "mine"
    """What I look after, or wrote last, on its way to the public."""
    IN_REVIEW = "in_review"
    DRAFTS = "drafts"
    """Whoever's."""
    PUBLISHED = "published"
    """Customers read it, whatever is written anew."""
    ARCHIVED = "archived"


@dataclass(frozen=True)
class ShelfQuery:
    """Which manuscripts to list, for whom. `words`: each must stand in the title, whatever the
    capitals and accents."""

    shelf: Shelf
    person_id: str
    words: tuple[str, ...] = ()
    limit: int = 50
    skip: int = 0


class EditorStore(Protocol):
    """Every change is one transaction with its deed, and is on disk when the method returns. A step
    that the manuscript's status does not allow raises WrongStatus, and changes nothing."""

    def add_manuscript(self, manuscript: Manuscript, *, deed: Deed) -> None:
        """A new one. Where its article is published by a source, the editor owns that from now on.
        Refused where the editor has the article already."""

    def manuscript(self, manuscript_id: str) -> Manuscript:
        """Or UnknownThing."""

    def manuscript_of(self, article_id: str) -> Manuscript | None:
        """The one that becomes this article."""

    def manuscripts(self, query: ShelfQuery) -> list[Manuscript]:
        """The one that was saved last first."""

    def translations(self, article_id: str) -> list[Manuscript]:
        """Those that translate the article, by locale."""

    def review_days(self) -> Mapping[str, date]:
        """article id → the day on which somebody should read it again, of those that are published:
        as its source says, or the revision of the editor that customers read."""

    def shelf_sizes(self, person_id: str) -> Mapping[Shelf, int]: ...

    def save_manuscript(self, manuscript_id: str, revision: Revision) -> Manuscript | Stale:
        """`revision` with the version after the one that its writer began from; any other is stale,
        unless it holds what stands there already. What is archived is a draft again by it.
        Autosaves of one sitting are listed as one revision, except what is live; the others are
        dropped after a while."""

    def move_manuscript(self, manuscript_id: str, step: Step, *, deed: Deed) -> Manuscript:
        """For steps that change nothing for customers."""

    def schedule_manuscript(
        self, manuscript_id: str, slot: Slot | None, *, deed: Deed
    ) -> Manuscript | Stale:
        """Let a version wait for its moment, instead of any that waited; stale where it is not the
        latest. None: nothing waits any more. Any step of the manuscript does the same."""

    def due_manuscripts(self, now: datetime) -> list[Manuscript]:
        """Those whose scheduled version should be published by now, the longest due first."""

    def publish_manuscript(
        self, manuscript_id: str, edition: Edition, *, version: int, deed: Deed
    ) -> Manuscript | Stale:
        """Article, passages and status at once, or nothing: stale where `version` is not the
        latest any more. UnfitArticle where another published article has its address."""

    def publish_anew(self, edition: Edition, *, instead_of: str) -> bool:
        """The same text with passages made otherwise, unless customers read something else by now
        than what was published with the hash `instead_of`; whether it was done."""

    def archive_manuscript(self, manuscript_id: str, *, deed: Deed) -> Manuscript:
        """Customers read nothing of it any more."""

    def revisions(self, manuscript_id: str) -> list[Revision]:
        """The newest first; UnknownThing."""

    def revision(self, manuscript_id: str, version: int) -> Revision:
        """Listed or not, or UnknownThing."""

    def add_comment(self, comment: Comment) -> None: ...

    def comments(self, manuscript_id: str) -> list[Comment]:
        """In the order they were written."""

    def look_at(self, manuscript_id: str, person_id: str, *, writing: bool) -> None:
        """This person has the manuscript open now."""

    def readers(self, manuscript_id: str, *, since: datetime) -> list[Onlooker]:
        """Who has had it open since."""
