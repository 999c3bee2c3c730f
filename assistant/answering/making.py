"""An answerer over whatever is searched, by the settings."""

from __future__ import annotations

from collections.abc import Callable

from assistant.answering.curated import WordForWord
from assistant.answering.generative import GenerativeWriter
from assistant.answering.pipeline import Answerer
from assistant.answering.policy import Policy
from assistant.domain.article import article_url
from assistant.markup import resolve_links
from assistant.ports import LanguageModel
from assistant.ports.searched import SearchedStore
from assistant.retrieval.confidence import Calibration
from assistant.retrieval.search import Retriever
from assistant.settings import Settings


def make_answerer(
    settings: Settings,
    *,
    retriever: Retriever,
    store: SearchedStore,
    url_of: Callable[[str], str | None],
    calibration: Calibration,
    model: LanguageModel | None = None,
    curated: WordForWord | None = None,
) -> Answerer:
    """Extractive without a language model. `url_of`: article id → where customers read it."""
    writer = None
    if model is not None:
        writer = GenerativeWriter(
            model,
            deadline_s=settings.model_deadline,
            url_of=lambda card, passage: article_url(card, passage.anchor),
            passages_of=store.passages_of,
        )
    return Answerer(
        retriever=retriever,
        policy=Policy.answering_at(calibration.dial.answer_at(settings.max_wrong)),
        reply_hours=settings.reply_hours,
        link=lambda markdown, id: resolve_links(markdown, article_id=id, url_of=url_of),
        writer=writer,
        curated=curated,
    )
