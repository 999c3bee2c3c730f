"""What a published article needs of its writers. Pure."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from hashlib import sha256

from assistant.domain.article import Article
from assistant.markup import internal_links
from assistant.writing.translated import Untold

AddressOf = Callable[[str], str | None]


class Need(StrEnum):
    """What may be wrong, in the order in which it is told."""

    REVIEW = "review"
    """The day has come on which somebody should read it again."""
    ORIGINAL = "original"
    """The text that it translates changed since it became what it is."""
    FACTS = "facts"
    """It states other prices, dates or numbers than the text that it translates."""
    LINK = "link"
    """A link in it leads nowhere."""


@dataclass(frozen=True)
class Needed:
    """One thing that an article needs: since which day or moment, which facts, or which link."""

    need: Need
    article_id: str
    value: date | datetime | Untold | str

    @property
    def may_stay(self) -> bool:
        """Whether somebody may find it right as it is; a dead link never is."""
        return self.need is not Need.LINK

    @property
    def key(self) -> str:
        """Names it as it stands: another day, change or fact is another key."""
        parts = (self.need.value, self.article_id, str(self.value))
        return sha256(json.dumps(parts).encode()).hexdigest()[:32]


def of_day(article_id: str, review_on: date | None, *, today: date) -> list[Needed]:
    """To be read again?"""
    due = review_on is not None and review_on <= today
    return [Needed(Need.REVIEW, article_id, review_on)] if review_on and due else []


def of_original(article: Article, changed_at: Mapping[str, datetime]) -> list[Needed]:
    """To follow what it translates? `changed_at`: article id → when its text became what it is."""
    changed, own = changed_at.get(article.translation_of or ""), changed_at.get(article.id)
    late = changed is not None and own is not None and changed > own
    return [Needed(Need.ORIGINAL, article.id, changed)] if changed and late else []


def of_facts(article: Article, found: Untold | None) -> list[Needed]:
    """To be held against what it translates?"""
    return [Needed(Need.FACTS, article.id, found)] if found else []


def of_links(article: Article, address_of: AddressOf) -> list[Needed]:
    """Links to articles that are not there, as they stand in the text. What customers read on
    another site leads on there."""
    if article.url:
        return []
    links = internal_links(article.body, article_id=article.id)
    dead = dict.fromkeys(target for target, id in links if address_of(id) is None)
    return [Needed(Need.LINK, article.id, target) for target in dead]
