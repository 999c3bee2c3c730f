"""Which articles the help center shows where: by locale and topic, by address, by translation."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.domain.article import ArticleCard
from assistant.domain.audience import PUBLIC, Reader
from assistant.errors import UnknownThing
from assistant.ports import KnowledgeStore
from assistant.retrieval.analysis import fold

_MOST = 50


@dataclass(frozen=True)
class Topic:
    """Articles of one locale whose first tag is the same; None for those without any."""

    tag: str | None
    articles: tuple[ArticleCard, ...]

    @property
    def anchor(self) -> str:
        """Names the topic on its shelf."""
        return f"topic-{self.tag or 'other'}"

    @property
    def name(self) -> str | None:
        """The tag as people write it."""
        words = self.tag.replace("-", " ").replace("_", " ") if self.tag else ""
        return words[:1].upper() + words[1:] or None


class Catalogue:
    """All published articles at one version of the knowledge, as the help center shows them: in the
    order of people's alphabets, É beside E."""

    def __init__(self, cards: Sequence[ArticleCard]) -> None:
        self._by_locale: dict[str, list[ArticleCard]] = {}
        self._by_original: dict[str, list[ArticleCard]] = {}
        self._by_address: dict[tuple[str, str], ArticleCard] = {}
        for card in sorted(cards, key=lambda card: fold(card.title)):
            self._by_locale.setdefault(card.locale, []).append(card)
            self._by_original.setdefault(card.translation_of or card.id, []).append(card)
            self._by_address.setdefault((card.locale, card.slug or card.id), card)
        for card in cards:
            # A slug goes first; an id still leads to its article where no slug is in the way.
            self._by_address.setdefault((card.locale, card.id), card)

    @property
    def locales(self) -> list[str]:
        """Those that have articles, the one with most first."""
        return sorted(self._by_locale, key=lambda locale: (-len(self._by_locale[locale]), locale))

    def topics(self, locale: str) -> list[Topic]:
        """By first tag, those without a tag last."""
        by_tag: dict[str, list[ArticleCard]] = {}
        for card in self._by_locale.get(locale, []):
            by_tag.setdefault(card.tags[0] if card.tags else "", []).append(card)
        ordered = sorted(by_tag, key=lambda tag: (tag == "", fold(tag)))
        return [Topic(tag or None, tuple(by_tag[tag])) for tag in ordered]

    def find(self, locale: str, name: str) -> ArticleCard:
        """By slug or id, or UnknownThing."""
        card = self._by_address.get((locale, name))
        if card is None:
            raise UnknownThing("article", name[:200])
        return card

    def topic_of(self, card: ArticleCard) -> Topic:
        """Where it stands on its shelf."""
        wanted = card.tags[0] if card.tags else None
        return next(topic for topic in self.topics(card.locale) if topic.tag == wanted)

    def related(self, card: ArticleCard, *, limit: int) -> list[ArticleCard]:
        """Others of its locale that share most of its tags; none where none are shared."""
        tags = set(card.tags)
        shared = [
            (len(tags & set(other.tags)), other)
            for other in self._by_locale.get(card.locale, [])
            if other.id != card.id and tags & set(other.tags)
        ]
        return [other for _, other in sorted(shared, key=lambda each: -each[0])[:limit]]

    def everything(self) -> list[ArticleCard]:
        """All articles, by locale."""
        return [card for locale in sorted(self._by_locale) for card in self._by_locale[locale]]

    def translations(self, card: ArticleCard) -> list[ArticleCard]:
        """The same article in other locales, one for each."""
        original = card.translation_of or card.id
        others = {each.locale: each for each in self._by_original.get(original, [])}
        return [others[locale] for locale in sorted(others) if locale != card.locale]


class Catalogues:
    """The newest catalogues, made again when the knowledge has changed. Thread-safe."""

    def __init__(self, store: KnowledgeStore) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._version = -1
        self._made: dict[Reader, Catalogue] = {}

    def current(self, reader: Reader = PUBLIC) -> Catalogue:
        """Of the version that the store has now, with all that the reader may read."""
        with self._lock:
            version = self._store.version()
            reader = reader.among(self._store.audiences())
            if version != self._version or len(self._made) > _MOST:
                self._version, self._made = version, {}
            if reader not in self._made:
                cards = [c for c in self._store.articles() if reader.may_read(c.audience)]
                self._made[reader] = Catalogue(cards)
            return self._made[reader]
