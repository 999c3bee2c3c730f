"""Which published articles need their writers' care, and what somebody found right as it is.

Judged is what customers read: a draft that mends it clears nothing before it is published. Articles
of sources are judged too; they are mended where they are written.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Protocol
from urllib.parse import unquote

from assistant.domain.article import Article, ArticleCard, article_url
from assistant.domain.manuscript import Manuscript
from assistant.errors import UnknownThing
from assistant.ports import Clock, Deed, KnowledgeStore, Person
from assistant.ports.clashes import ClashStore, Settled
from assistant.ports.editor import EditorStore, Shelf, ShelfQuery
from assistant.writing.care import (
    AddressOf,
    Need,
    Needed,
    of_day,
    of_facts,
    of_links,
    of_original,
)
from assistant.writing.proof import preview
from assistant.writing.translated import Untold, untold

_ALL = 100_000
_OUR_PAGES = "/help/"

Facts = dict[tuple[str, datetime, str, datetime], Untold | None]


class CaredStore(KnowledgeStore, EditorStore, ClashStore, Protocol):
    """What is read, and where it is kept that something is right."""


@dataclass(frozen=True)
class Care:
    """A published article with what it needs. `manuscript` is None where it is written in `source`;
    `owner`: who looks after it, as the editor or the source names them."""

    card: ArticleCard
    source: str
    owner: str
    manuscript: Manuscript | None
    original: ArticleCard | None
    needed: Sequence[Needed]


@dataclass(frozen=True)
class Overview:
    """`open`: what needs care, the longest overdue first; `settled`: what somebody found to be
    right, as long as it stands so."""

    open: Sequence[Care]
    settled: Sequence[tuple[Care, Settled]]


@dataclass(frozen=True)
class Beside:
    """What an article of the editor needs: `live` as customers read it, `draft` as it stands there,
    where that is another text."""

    live: Sequence[Needed] = ()
    draft: Sequence[Needed] = ()


@dataclass(frozen=True)
class _Judged:
    """What holds as long as nothing is published. `article`: without its text."""

    article: Article
    card: ArticleCard
    original: ArticleCard | None
    needed: Sequence[Needed]


class Caring:
    """Thread-safe. Every text is judged once for each version of the help center, and two
    texts are compared once for each change of either."""

    def __init__(self, store: CaredStore, *, address_of: AddressOf, now: Clock) -> None:
        self._store, self._address_of, self._now = store, address_of, now
        self._lock = threading.Lock()
        self._last: tuple[int, Sequence[_Judged]] = (-1, ())
        self._facts: Facts = {}

    def overview(self) -> Overview:
        """Across the help center."""
        with self._store.one_moment():
            judged = self._judged()
            days = self._store.review_days()
            shelf = ShelfQuery(Shelf.PUBLISHED, "", limit=_ALL)
            own = {each.article_id: each for each in self._store.manuscripts(shelf)}
            settled = self._settled()
        found = [self._care(each, own.get(each.card.id), days) for each in judged]
        cases = [(care, care.needed) for care in found]
        still = [(care, [each for each in all if each.key not in settled]) for care, all in cases]
        named = [replace(care, needed=needed) for care, needed in still if needed]
        return Overview(
            sorted(named, key=self._urgency),
            [
                (replace(care, needed=[each]), settled[each.key])
                for care, all in cases
                for each in all
                if each.key in settled
            ],
        )

    def of(self, manuscript: Manuscript) -> Beside:
        """Of one in the editor."""
        id = manuscript.article_id
        settled = self._settled()
        draft = preview(manuscript.content, article_id=id)
        if manuscript.live_version is None:
            changed = self._changed_at(draft) | {id: manuscript.latest.saved_at}
            return Beside(draft=self._of_text(draft, changed, manuscript.content.review_on))
        live = self._store.article(id)
        found = self._of_text(live, self._changed_at(live), self._store.review_days().get(id))
        news = self._of_draft(draft) if manuscript.has_news else []
        return Beside([each for each in found if each.key not in settled], news)

    def settle(self, key: str, *, by: Person) -> None:
        """This is right as it is, until it changes. UnknownThing where it stands so no more."""
        open = (each for care in self.overview().open for each in care.needed if each.may_stay)
        needed = self._named(key, open)
        now = self._now()
        deed = Deed(now, by.id, "care_settled", needed.article_id, {"need": needed.need.value})
        self._store.settle_clash(Settled(key, by.id, now), deed=deed)

    def unsettle(self, key: str, *, by: Person) -> None:
        """It is listed again. UnknownThing where it is not settled, or stands so no more."""
        needed = self._named(key, (care.needed[0] for care, _ in self.overview().settled))
        detail = {"need": needed.need.value}
        deed = Deed(self._now(), by.id, "care_unsettled", needed.article_id, detail)
        self._store.unsettle_clash(key, deed=deed)

    def _named(self, key: str, among: Iterable[Needed]) -> Needed:
        for each in among:
            if each.key == key:
                return each
        raise UnknownThing("need of an article", key)

    def _urgency(self, care: Care) -> tuple[date, int, str]:
        first = care.needed[0]
        since = self._now().date()
        if first.need is Need.REVIEW and isinstance(first.value, date):
            since = first.value
        return since, list(Need).index(first.need), care.card.id

    def _settled(self) -> dict[str, Settled]:
        return {each.key: each for each in self._store.settled_clashes()}

    def _care(
        self, judged: _Judged, manuscript: Manuscript | None, days: Mapping[str, date]
    ) -> Care:
        id = judged.card.id
        overdue = of_day(id, days.get(id), today=self._now().date())
        return Care(
            judged.card,
            judged.article.source,
            manuscript.content.owner if manuscript else judged.article.owner,
            manuscript,
            judged.original,
            [*overdue, *judged.needed],
        )

    def _judged(self) -> Sequence[_Judged]:
        with self._lock:
            version = self._store.version()
            if self._last[0] != version:
                self._last = (version, self._judge())
            return self._last[1]

    def _judge(self) -> list[_Judged]:
        cards = {card.id: card for card in self._store.articles()}
        changed_at = self._store.text_changed_at(cards)
        # Read at once: thousands of links, looked up one by one, took a minute.
        names = {name for card in cards.values() for name in _names_of(card)}
        bodies = {id: self._store.article(id) for id in cards}
        facts = self._compared(bodies, changed_at)
        return [
            _Judged(
                replace(article, body=""),
                cards[id],
                cards.get(article.translation_of or ""),
                [
                    *of_original(article, changed_at),
                    *of_facts(article, facts.get(id)),
                    *of_links(article, lambda name: self._led(name, names)),
                ],
            )
            for id, article in bodies.items()
        ]

    def _led(self, name: str, names: set[str]) -> str | None:
        """Where a link leads; only an address of ours may be one that an article had before."""
        if name in names:
            return name
        return self._address_of(name) if name.startswith(_OUR_PAGES) else None

    def _compared(
        self, articles: Mapping[str, Article], changed_at: Mapping[str, datetime]
    ) -> dict[str, Untold | None]:
        """By translation."""
        known, self._facts = self._facts, {}
        found = {}
        for id, article in articles.items():
            if original := articles.get(article.translation_of or ""):
                key = (id, changed_at[id], original.id, changed_at[original.id])
                self._facts[key] = known[key] if key in known else _untold(original, article)
                found[id] = self._facts[key]
        return found

    def _of_text(
        self, article: Article, changed_at: Mapping[str, datetime], review_on: date | None
    ) -> list[Needed]:
        overdue = of_day(article.id, review_on, today=self._now().date())
        return [*overdue, *of_original(article, changed_at), *self._of_draft(article)]

    def _of_draft(self, article: Article) -> list[Needed]:
        """What its words alone show."""
        found = None
        if original := self._originals(article).get(article.translation_of or ""):
            found = _untold(original, article)
        return [*of_facts(article, found), *of_links(article, self._address_of)]

    def _changed_at(self, article: Article) -> dict[str, datetime]:
        ids: Iterable[str] = filter(None, (article.id, article.translation_of))
        return self._store.text_changed_at(ids)

    def _originals(self, article: Article) -> dict[str, Article]:
        there = self._store.cards([article.translation_of] if article.translation_of else [])
        return {id: self._store.article(id) for id in there}


def _untold(original: Article, translation: Article) -> Untold | None:
    locales = (original.locale, translation.locale)
    return untold(original.body, translation.body, locales=locales)


def _names_of(card: ArticleCard) -> tuple[str, str]:
    """What a link may call it: its id, or its page here."""
    return card.id, unquote(article_url(replace(card, url=None)))
