"""What the public would read of a manuscript: the same reading that a source's files get."""

from __future__ import annotations

from datetime import date

from assistant.domain.article import Article
from assistant.domain.audience import audience_from
from assistant.domain.manuscript import EDITOR, LONGEST_BODY, Content, slug_from
from assistant.errors import UnfitArticle, UnreadableSource
from assistant.knowledge.cleaning import clean, clean_line
from assistant.knowledge.sources.page import must_have_words, slug_of


def proof(content: Content, *, article_id: str, on: date | None = None) -> Article:
    """The article, published `on` that day; UnfitArticle without a title or a text."""
    article = preview(content, article_id=article_id, on=on)
    if not article.title:
        raise UnfitArticle("no_title", "The article has no title; write one.")
    try:
        must_have_words(article.body, article.title, article_id=article_id)
    except UnreadableSource as error:
        raise UnfitArticle("no_text", "The article has no text; write one.") from error
    return article


def preview(content: Content, *, article_id: str, on: date | None = None) -> Article:
    """The same of a text that is not finished; of one that is too long, as much as may be kept."""
    title = clean_line(content.title)
    return Article(
        id=article_id,
        title=title,
        locale=content.locale,
        body=clean(content.body[:LONGEST_BODY], keep_names=True),
        source=EDITOR,
        slug=slug_of(content.slug or slug_from(title), article_id),
        url=content.url,
        questions=content.questions,
        tags=content.tags,
        translation_of=content.translation_of,
        escalate=content.escalate,
        audience=audience_from(content.audience),
        updated=on,
    )
