"""Articles and passages as rows, and back."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import Row, Select

from assistant.adapters.sql.lexical_text import index_text
from assistant.adapters.sql.schema import articles, passages
from assistant.domain.article import Article, ArticleCard, ArticleStatus, Passage, PassageKind
from assistant.ports import AnalysedPassage

PUBLISHED = articles.c.status == ArticleStatus.PUBLISHED.value
CARD = (
    articles.c.id,
    articles.c.title,
    articles.c.locale,
    articles.c.slug,
    articles.c.url,
    articles.c.tags,
    articles.c.translation_of,
    articles.c.escalate,
    articles.c.audience,
)
PASSAGE = (
    passages.c.article_id,
    passages.c.position,
    passages.c.kind,
    passages.c.locale,
    passages.c.heading_path,
    passages.c.text,
    passages.c.anchor,
)


def card_from(row: Row[*tuple[Any, ...]]) -> ArticleCard:
    """A card from a row of the columns CARD."""
    id, title, locale, slug, url, tags, translation_of, escalate, audience = row
    return ArticleCard(
        id=id,
        title=title,
        locale=locale,
        slug=slug,
        url=url,
        tags=tuple(tags),
        translation_of=translation_of,
        escalate=escalate,
        audience=audience,
    )


def passage_from(row: Row[*tuple[Any, ...]]) -> Passage:
    """A passage from a row that begins with the columns PASSAGE."""
    article_id, position, kind, locale, heading_path, text, anchor, *_ = row
    return Passage(
        article_id=article_id,
        position=position,
        kind=PassageKind(kind),
        locale=locale,
        heading_path=tuple(heading_path),
        text=text,
        anchor=anchor,
    )


def passage_row(entry: AnalysedPassage) -> dict[str, Any]:
    """What is stored of a passage, its fingerprint and tokens included."""
    passage = entry.passage
    return {
        "article_id": passage.article_id,
        "position": passage.position,
        "kind": passage.kind.value,
        "locale": passage.locale,
        "fingerprint": passage.fingerprint,
        "heading_path": passage.heading_path,
        "anchor": passage.anchor,
        "text": passage.text,
        "tokens": index_text(entry.tokens),
        "length": len(entry.tokens),
    }


def article_from(row: Row[*tuple[Any, ...]]) -> Article:
    """An article from a row of the whole table."""
    return Article(
        id=row.id,
        title=row.title,
        locale=row.locale,
        body=row.body,
        source=row.source,
        slug=row.slug,
        url=row.url,
        questions=tuple(row.questions),
        tags=tuple(row.tags),
        translation_of=row.translation_of,
        updated=row.updated,
        status=ArticleStatus(row.status),
        escalate=row.escalate,
        audience=row.audience,
        owner=row.owner,
        review_on=row.review_on,
    )


def article_row(article: Article) -> dict[str, Any]:
    """The article's own fields as columns."""
    return {
        "id": article.id,
        "source": article.source,
        "locale": article.locale,
        "title": article.title,
        "slug": article.slug,
        "url": article.url,
        "body": article.body,
        "questions": article.questions,
        "tags": article.tags,
        "translation_of": article.translation_of,
        "updated": article.updated,
        "status": article.status.value,
        "escalate": article.escalate,
        "audience": article.audience,
        "owner": article.owner,
        "review_on": article.review_on,
    }


def for_audiences(query: Select[Any], among: Collection[str] | None) -> Select[Any]:
    """Of what selects passages: those of articles for these audiences; None for all."""
    if among is None:
        return query
    of_it = articles.c.id == passages.c.article_id
    return query.join(articles, of_it).where(articles.c.audience.in_(sorted(among)))
