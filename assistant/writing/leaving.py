"""Everything that writers made leaves as a folder of Markdown: articles with who looks after them,
what is not public, and what is said word for word."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from assistant.domain.article import Article, ArticleStatus
from assistant.domain.manuscript import Content, Manuscript
from assistant.knowledge.export import export_folder
from assistant.ports import KnowledgeStore, PeopleStore
from assistant.ports.curated import CuratedReads
from assistant.ports.editor import EditorStore, Shelf, ShelfQuery

_ALL = 100_000
_NOT_PUBLIC = (Shelf.DRAFTS, Shelf.IN_REVIEW, Shelf.ARCHIVED)


class Everything(KnowledgeStore, EditorStore, PeopleStore, CuratedReads, Protocol):
    """What is read of the store."""


@dataclass(frozen=True)
class Left:
    """How many of each were written."""

    articles: int
    not_public: int
    word_for_word: int


def export_all(store: Everything, folder: Path, *, image: Callable[[str], bytes]) -> Left:
    """As everything is at one moment. `image`: what has that name. Refused where the folder holds
    something already."""
    with store.one_moment():
        owners = {person.id: person.email for person in store.people()}
        published = [_published(store, card.id, owners) for card in store.articles()]
        written = list(_not_public(store, owners))
        curated = store.curated()
        export_folder([*published, *written], folder, image=image, curated=curated)
    return Left(len(published), len(written), len(curated))


def _published(store: Everything, article_id: str, owners: dict[str, str]) -> Article:
    """The editor keeps beside the article who looks after it; a source says it in the article."""
    article, manuscript = store.article(article_id), store.manuscript_of(article_id)
    if manuscript is None or manuscript.live_version is None:
        return article
    content = store.revision(manuscript.id, manuscript.live_version).content
    return _looked_after(article, content, owners)


def _not_public(store: Everything, owners: dict[str, str]) -> Iterator[Article]:
    for shelf in _NOT_PUBLIC:
        for manuscript in store.manuscripts(ShelfQuery(shelf, person_id="", limit=_ALL)):
            yield _unpublished(manuscript, owners)


def _unpublished(manuscript: Manuscript, owners: dict[str, str]) -> Article:
    """To the letter as it was typed: it is read as a page is, once it is published."""
    content = manuscript.content
    article = Article(
        id=manuscript.article_id,
        title=content.title,
        locale=content.locale,
        body=content.body,
        slug=content.slug,
        url=content.url,
        questions=content.questions,
        tags=content.tags,
        translation_of=content.translation_of,
        status=ArticleStatus(manuscript.status),
        escalate=content.escalate,
        audience=content.audience,
    )
    return _looked_after(article, content, owners)


def _looked_after(article: Article, content: Content, owners: dict[str, str]) -> Article:
    owner = owners.get(content.owner, "")
    return replace(article, owner=owner, review_on=content.review_on)
