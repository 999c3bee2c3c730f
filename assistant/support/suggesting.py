"""What to offer a customer to ask: at the start, and after an answer."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from urllib.parse import unquote, urlsplit

from assistant.answering.pipeline import Considered
from assistant.domain.answer import Answer, Outcome, Suggestion
from assistant.domain.article import ArticleCard
from assistant.domain.audience import PUBLIC, Reader
from assistant.ports import Clock, ConversationStore, KnowledgeStore
from assistant.retrieval.analysis import content_words, tokens

_AT_START = 4
_OF_THE_PAGE = 2
_AFTER_ANSWER = 2
_RECENT_ANSWERS = 500
_KEPT_FOR = timedelta(minutes=5)
_WORD = re.compile(r"[^\W\d_]{3,}")


@dataclass(frozen=True)
class _Shelf:
    """The articles of one locale at one version of the knowledge, with the stems that name each."""

    version: int
    named: tuple[tuple[ArticleCard, frozenset[str]], ...]

    def for_reader(self, reader: Reader) -> _Shelf:
        """With what they may read."""
        readable = (each for each in self.named if reader.may_read(each[0].audience))
        return replace(self, named=tuple(readable))


class Opening:
    """Questions for the beginning: of the page where the customer is, then what is asked most, and
    as long as nothing was asked, one of each of the help center's largest topics.

    A greeting waits for nothing: no encoder is asked, and what the log tells is kept for a while.
    """

    def __init__(self, *, log: ConversationStore, knowledge: KnowledgeStore, now: Clock) -> None:
        self._log, self._knowledge, self._now = log, knowledge, now
        self._shelves: dict[str, _Shelf] = {}
        self._asked: dict[str, tuple[datetime, list[str]]] = {}

    def questions(
        self, locale: str, page_url: str | None, *, reader: Reader = PUBLIC
    ) -> tuple[Suggestion, ...]:
        """At most four, none twice, none that the reader may not read the answer to."""
        shelf = self._shelf(locale).for_reader(reader)
        all_cards = [card for card, _ in shelf.named]
        known = {card.id: card for card in all_cards}
        asked = [known[id] for id in self._asked_most(locale) if id in known]
        cards = [*_named_by(shelf, page_url, locale), *asked, *_one_of_each_topic(all_cards)]
        return _as_questions(cards, limit=_AT_START)

    def _shelf(self, locale: str) -> _Shelf:
        version = self._knowledge.version()
        kept = self._shelves.get(locale)
        if kept is None or kept.version != version:
            cards = self._knowledge.articles(locale=locale)
            named = tuple(
                (card, _stems(" ".join((card.title, *card.tags)), locale)) for card in cards
            )
            kept = self._shelves[locale] = _Shelf(version, named)
        return kept

    def _asked_most(self, locale: str) -> list[str]:
        since, ids = self._asked.get(locale, (None, []))
        if since is None or self._now() - since > _KEPT_FOR:
            ids = self._log.most_cited(locale, among=_RECENT_ANSWERS, limit=_AT_START)
            self._asked[locale] = (self._now(), ids)
        return ids


def with_next_questions(considered: Considered) -> Outcome:
    """The outcome; an answer with what else was found on its topic, to be asked next."""
    outcome, retrieval = considered.outcome, considered.retrieval
    if not isinstance(outcome, Answer) or outcome.suggestions or retrieval is None:
        return outcome
    cited = {citation.article_id for citation in outcome.citations}
    topics = {
        tag for each in retrieval.articles if each.article.id in cited for tag in each.article.tags
    }
    others = [
        each.article
        for each in retrieval.articles
        if each.article.id not in cited and topics & set(each.article.tags)
    ]
    return replace(outcome, suggestions=_as_questions(others, limit=_AFTER_ANSWER))


def _as_questions(cards: Iterable[ArticleCard], *, limit: int) -> tuple[Suggestion, ...]:
    """An article's title is a question that it surely answers. Without its id: a choice between
    topics has one, and is answered for the question before."""
    return tuple(Suggestion(card.title) for card in _distinct(cards)[:limit])


def _distinct(cards: Iterable[ArticleCard]) -> list[ArticleCard]:
    return list({card.id: card for card in cards}.values())


def _one_of_each_topic(cards: Sequence[ArticleCard]) -> list[ArticleCard]:
    by_topic: dict[str, list[ArticleCard]] = {}
    for card in cards:
        by_topic.setdefault(card.tags[0] if card.tags else "", []).append(card)
    largest = sorted(by_topic.values(), key=lambda topic: -len(topic))
    return [topic[0] for topic in largest]


def _named_by(shelf: _Shelf, page_url: str | None, locale: str) -> list[ArticleCard]:
    """Those that the words of the page's address name, the best named first."""
    path = unquote(urlsplit(page_url).path) if page_url else ""
    wanted = _stems(" ".join(_WORD.findall(path)), locale)
    shared = [(len(wanted & stems), card) for card, stems in shelf.named if wanted & stems]
    return [card for _, card in sorted(shared, key=lambda each: -each[0])[:_OF_THE_PAGE]]


def _stems(text: str, locale: str) -> frozenset[str]:
    return frozenset(tokens(" ".join(content_words(text, locale)), locale))
