"""The editor: writers draft, save, send for review, publish and archive. Nothing saved is lost.

Who may do what is checked where the request comes in (support/roles).
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import Protocol

from assistant.domain.article import Article, ArticleStatus
from assistant.domain.manuscript import (
    EDITOR,
    LONGEST_COMMENT,
    Comment,
    Content,
    Manuscript,
    Revision,
    Stale,
    Step,
    checked,
)
from assistant.errors import UnfitArticle, UnknownThing
from assistant.knowledge.edition import edition_of
from assistant.knowledge.sync import recipe
from assistant.ports import Clock, Deed, Embedder, KnowledgeStore, PeopleStore, Person
from assistant.ports.editor import EditorStore
from assistant.writing.proof import proof


class WritersStore(KnowledgeStore, EditorStore, PeopleStore, Protocol):
    """What the editor works with."""


class Editor:
    """Thread-safe. Publishing embeds what is new in the article: call it from a thread."""

    def __init__(
        self,
        store: WritersStore,
        *,
        embedder: Embedder,
        now: Clock,
        new_id: Callable[[], str] = lambda: secrets.token_hex(8),
    ) -> None:
        self._store, self._embedder = store, embedder
        self._now, self._new_id = now, new_id

    # -- writing

    def free_id(self) -> str:
        """Of an article that nobody began yet."""
        return f"a-{self._new_id()}"

    def draft(self, content: Content, *, by: Person, id: str | None = None) -> Manuscript:
        """A new one, its writer's own if nobody else is named as the owner. `id`: one that was
        free. Refused."""
        id = id or self.free_id()
        owned = replace(checked(content), owner=content.owner or by.id)
        return self._begin(id, article_id=id, content=owned, by=by)

    def translate(self, manuscript_id: str, locale: str, *, by: Person) -> Manuscript:
        """A draft of the article in another language; UnfitArticle where there is one already."""
        original = self._store.manuscript(manuscript_id)
        there = self._store.translations(original.article_id)
        if locale in (original.content.locale, *(each.content.locale for each in there)):
            raise UnfitArticle("translated", f"There is one in {locale!r} already.", locale=locale)
        content = Content(
            title=original.content.title,
            locale=locale,
            body="",
            tags=original.content.tags,
            translation_of=original.article_id,
            audience=original.content.audience,
        )
        return self.draft(content, by=by)

    def take_over(self, article_id: str, *, by: Person) -> Manuscript:
        """What a source published belongs to the editor from now on: later syncs of the source pass
        it over by name, and customers go on reading it. UnknownThing, Refused."""
        article = self._store.article(article_id)
        content = Content(
            title=article.title,
            locale=article.locale,
            body=article.body,
            slug=article.slug,
            url=article.url,
            questions=article.questions,
            tags=article.tags,
            translation_of=article.translation_of,
            escalate=article.escalate,
            audience=article.audience,
            owner=self._owner_of(article) or by.id,
            review_on=article.review_on,
        )
        id = f"a-{self._new_id()}"
        return self._begin(id, article_id=article_id, content=content, by=by, origin=article.source)

    def save(
        self,
        manuscript_id: str,
        content: Content,
        *,
        version: int,
        by: Person,
        autosaved: bool = False,
    ) -> Manuscript | Stale:
        """What was written upon `version`; stale where somebody saved another one meanwhile, unless
        it says the same. Saving what stands there already changes nothing. Refused."""
        revision = Revision(version + 1, checked(content), self._now(), by.id, autosaved=autosaved)
        return self._store.save_manuscript(manuscript_id, revision)

    def restore(self, manuscript_id: str, version: int, *, by: Person) -> Manuscript | Stale:
        """An older revision's content as the newest one."""
        latest = self._store.manuscript(manuscript_id).version
        content = self._store.revision(manuscript_id, version).content
        return self.save(manuscript_id, content, version=latest, by=by)

    def comment(self, manuscript_id: str, text: str, *, by: str) -> Comment:
        """A word to the writers, of the person who has that id, or of the ASSISTANT. Refused,
        UnknownThing."""
        text = text.strip()
        if not text or len(text) > LONGEST_COMMENT:
            said = f"A comment has 1 to {LONGEST_COMMENT} characters."
            raise UnfitArticle("comment", said, most=LONGEST_COMMENT)
        version = self._store.manuscript(manuscript_id).version
        id = f"k-{self._new_id()}"
        comment = Comment(id, manuscript_id, version, by, text, self._now())
        self._store.add_comment(comment)
        return comment

    # -- its way to the public

    def submit(self, manuscript_id: str, *, by: Person) -> Manuscript:
        """For review; it must be fit to be published. WrongStatus, Refused."""
        manuscript = self._store.manuscript(manuscript_id)
        self.proof(manuscript)
        return self._move(manuscript, Step.SUBMITTED, by=by)

    def send_back(self, manuscript_id: str, *, by: Person) -> Manuscript:
        """To its writer. WrongStatus."""
        return self._move(self._store.manuscript(manuscript_id), Step.SENT_BACK, by=by)

    def publish(self, manuscript_id: str, *, version: int, by: Person) -> Manuscript | Stale:
        """The version that `by` has read, for customers from this moment on; stale where it is not
        the latest any more. Refused, WrongStatus."""
        manuscript = self._store.manuscript(manuscript_id)
        if manuscript.version != version:
            return Stale(manuscript)
        manuscript.status_after(Step.PUBLISHED)
        edition = edition_of(self.proof(manuscript), store=self._store, embedder=self._embedder)
        deed = self._deed(by, f"article_{Step.PUBLISHED}", manuscript)
        return self._store.publish_manuscript(manuscript_id, edition, version=version, deed=deed)

    def keep_up(self) -> int:
        """Make the passages of what is published anew where the encoder, or the way articles are
        split, is another one by now, as a sync does for its source; of how many articles."""
        made = 0
        for id, stored in self._store.content_hashes(EDITOR).items():
            with suppress(UnknownThing):
                article = self._store.article(id)
                if stored != recipe(article, self._embedder):
                    edition = edition_of(article, store=self._store, embedder=self._embedder)
                    made += self._store.publish_anew(edition, instead_of=stored)
        return made

    def archive(self, manuscript_id: str, *, by: Person) -> Manuscript:
        """Customers read nothing of it any more; its revisions stay. WrongStatus."""
        manuscript = self._store.manuscript(manuscript_id)
        deed = self._deed(by, f"article_{Step.ARCHIVED}", manuscript)
        return self._store.archive_manuscript(manuscript_id, deed=deed)

    def proof(self, manuscript: Manuscript) -> Article:
        """What customers would read of it; Refused where it cannot be published."""
        today = self._now().date()
        article = proof(manuscript.content, article_id=manuscript.article_id, on=today)
        for card in self._store.articles(locale=article.locale):
            if card.slug == article.slug and card.id != article.id:
                said = f"{card.title!r} has the address {article.slug!r}; choose another."
                raise UnfitArticle("slug_taken", said, title=card.title, slug=article.slug)
        return article

    def _owner_of(self, article: Article) -> str | None:
        """Whom its source names, if they are somebody here."""
        person = self._store.person_by_email(article.owner) if article.owner else None
        return person.id if person else None

    def _begin(
        self,
        id: str,
        *,
        article_id: str,
        content: Content,
        by: Person,
        origin: str | None = None,
    ) -> Manuscript:
        at = self._now()
        taken = origin is not None
        manuscript = Manuscript(
            id=id,
            article_id=article_id,
            status=ArticleStatus.PUBLISHED if taken else ArticleStatus.DRAFT,
            latest=Revision(1, content, at, by.id),
            created_at=at,
            live_version=1 if taken else None,
            origin=origin,
        )
        action = "article_taken_over" if taken else "article_drafted"
        self._store.add_manuscript(manuscript, deed=self._deed(by, action, manuscript))
        return manuscript

    def _move(self, manuscript: Manuscript, step: Step, *, by: Person) -> Manuscript:
        deed = self._deed(by, f"article_{step}", manuscript)
        return self._store.move_manuscript(manuscript.id, step, deed=deed)

    def _deed(self, by: Person, action: str, manuscript: Manuscript) -> Deed:
        detail = {"version": manuscript.version}
        return Deed(self._now(), by.id, action, manuscript.id, detail)
