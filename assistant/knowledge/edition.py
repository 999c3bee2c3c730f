"""Make one article ready to be published: split, analysed, embedded. What a sync does with many."""

from __future__ import annotations

from assistant.domain.article import Article
from assistant.knowledge.splitter import split
from assistant.knowledge.sync import analyse, embed_missing, recipe
from assistant.ports import Embedder, KnowledgeStore
from assistant.ports.editor import Edition


def edition_of(article: Article, *, store: KnowledgeStore, embedder: Embedder) -> Edition:
    """All that is stored when the article is published; takes as long as embedding what is new in
    it. Stores nothing."""
    passages = split(article, count_pieces=embedder.count_pieces, max_pieces=embedder.max_pieces)
    texts = {passage.fingerprint: passage.embedded_text for passage in passages}
    return Edition(
        article=article,
        passages=tuple(analyse(passage) for passage in passages),
        content_hash=recipe(article, embedder),
        vectors=embed_missing(texts, store=store, embedder=embedder),
        model=embedder.name,
    )
