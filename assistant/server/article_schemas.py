"""What public readers receive of the help center, as JSON."""

from __future__ import annotations

from datetime import date

from pydantic import BaseModel


class FoundArticle(BaseModel):
    """A result of a search; `score` orders results of one search only."""

    article_id: str
    title: str
    url: str
    locale: str
    excerpt: str
    score: float


class ListedArticle(BaseModel):
    """What a list shows."""

    article_id: str
    title: str
    url: str


class TopicOut(BaseModel):
    """Articles under one heading; null: those without a topic."""

    name: str | None
    articles: list[ListedArticle]


class TopicsOut(BaseModel):
    """In the order of their names."""

    locale: str
    topics: list[TopicOut]


class SearchOut(BaseModel):
    """Results, best first."""

    results: list[FoundArticle]


class ArticleOut(BaseModel):
    """An article; `body` is Markdown, `html` is safe to show. Only what is `public` has a page that
    everybody may open."""

    id: str
    title: str
    locale: str
    url: str
    body: str
    html: str
    questions: list[str]
    tags: list[str]
    translation_of: str | None
    updated: date | None
    public: bool
