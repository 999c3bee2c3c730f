"""What writers see: lists of articles, an article's history, who else has it open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Protocol

from assistant.domain.article import Article, ArticleCard
from assistant.domain.manuscript import EDITOR, Comment, Content, Manuscript, Revision
from assistant.errors import UnknownThing
from assistant.ports import Clock, KnowledgeStore, PeopleStore, Person
from assistant.ports.editor import EditorStore, Shelf, ShelfQuery
from assistant.ports.figures import Cohort
from assistant.ports.people import Onlooker
from assistant.ports.usage import ArticleUse, UsageStore
from assistant.support.roles import May, allows
from assistant.writing.advice import (
    PERIOD,
    Advice,
    Advised,
    Use,
    answers_in,
    readability,
    usage,
)

LOOKS_FOR = timedelta(seconds=15)
"""Whose page has not been heard of for this long has gone."""

_ALL = 100_000


class WritersStore(KnowledgeStore, EditorStore, PeopleStore, UsageStore, Protocol):
    """What the lists are read from."""


@dataclass(frozen=True)
class ShelfPage:
    """One page of a list. `more`: there is another one."""

    manuscripts: Sequence[Manuscript]
    more: bool


@dataclass(frozen=True)
class SourcesPage:
    """Published articles that sources own, with the source of each."""

    articles: Sequence[tuple[ArticleCard, str]]
    more: bool


@dataclass(frozen=True)
class Open:
    """An article in the editor with what is known around it. `original`: what it translates, as
    customers read it."""

    manuscript: Manuscript
    comments: Sequence[Comment]
    people: Mapping[str, Person]
    original: Article | None
    translations: Sequence[Manuscript]


@dataclass(frozen=True)
class Worth:
    """A published article with what might be better in it. `manuscript_id`: None where it is
    written in `source`."""

    card: ArticleCard
    manuscript_id: str | None
    source: str
    advised: Sequence[Advised]


class Shelves:
    """Reads; what writers do is `editor`."""

    def __init__(self, store: WritersStore, *, now: Clock) -> None:
        self._store, self._now = store, now

    def page(self, query: ShelfQuery) -> ShelfPage:
        """The one that was saved last first."""
        found = self._store.manuscripts(replace(query, limit=query.limit + 1))
        return ShelfPage(found[: query.limit], more=len(found) > query.limit)

    def sizes(self, person: Person) -> Mapping[Shelf, int]:
        """Of each list."""
        return self._store.shelf_sizes(person.id)

    def from_sources(self, words: Sequence[str], *, limit: int, skip: int) -> SourcesPage:
        """By title; every word must stand in it."""
        cards = [card for card in self._store.articles() if _says(card, words)]
        owners = self._store.owners(card.id for card in cards)
        foreign = [card for card in cards if owners.get(card.id, EDITOR) != EDITOR]
        listed = [(card, owners[card.id]) for card in foreign[skip : skip + limit]]
        return SourcesPage(listed, more=len(foreign) > skip + limit)

    def manuscript(self, manuscript_id: str) -> Manuscript:
        """Or UnknownThing."""
        return self._store.manuscript(manuscript_id)

    def open(self, manuscript_id: str) -> Open:
        """All that is shown beside one, or UnknownThing."""
        manuscript = self._store.manuscript(manuscript_id)
        return Open(
            manuscript,
            self._store.comments(manuscript_id),
            self.people(),
            original=self._original(manuscript),
            translations=self._store.translations(manuscript.article_id),
        )

    def published(self) -> list[Manuscript]:
        """All of the editor that customers read, with their latest text."""
        return self._store.manuscripts(ShelfQuery(Shelf.PUBLISHED, "", limit=_ALL))

    def advised(self) -> list[Worth]:
        """Published articles that might be better: those whose use says so first."""
        with self._store.one_moment():
            cards = self._store.articles()
            owners = self._store.owners(card.id for card in cards)
            changed_at = self._store.text_changed_at(owners)
            own = {each.article_id: each for each in self.published()}
            lately, before = self._uses()
            answers = answers_in([*lately.values(), *before.values()])
            found = []
            for card in cards:
                mine = own.get(card.id)
                advised = _of_text(mine.content if mine else self._store.article(card.id))
                # What is new has had no time to be used.
                if (mine.created_at if mine else changed_at[card.id]) < self._now() - 2 * PERIOD:
                    use = Use(lately.get(card.id), before.get(card.id))
                    advised = [*usage(use, answers=answers), *advised]
                if advised:
                    found.append(Worth(card, mine.id if mine else None, owners[card.id], advised))
        order = list(Advice)
        return sorted(found, key=lambda worth: [order.index(each.advice) for each in worth.advised])

    def _uses(self) -> tuple[dict[str, ArticleUse], dict[str, ArticleUse]]:
        """In the last PERIOD and in the one before, by article."""
        now = self._now()
        lately = self._store.article_uses(Cohort(now - PERIOD, now, now))
        before = self._store.article_uses(Cohort(now - 2 * PERIOD, now - PERIOD, now))
        return {use.article_id: use for use in lately}, {use.article_id: use for use in before}

    def revisions(self, manuscript_id: str) -> list[Revision]:
        """The newest first; UnknownThing."""
        return self._store.revisions(manuscript_id)

    def ancestor(self, manuscript_id: str, version: int) -> Revision:
        """What a save began from; the one listed before it, where that was dropped meanwhile."""
        with suppress(UnknownThing):
            return self._store.revision(manuscript_id, version)
        kept = self._store.revisions(manuscript_id)
        return next((each for each in kept if each.version <= version), kept[-1])

    def look_at(self, manuscript_id: str, person: Person, *, writing: bool) -> list[Onlooker]:
        """Say that it is open here, and learn who else has it open."""
        self._store.look_at(manuscript_id, person.id, writing=writing)
        present = self._store.readers(manuscript_id, since=self._now() - LOOKS_FOR)
        return [each for each in present if each.person_id != person.id]

    def people(self) -> dict[str, Person]:
        """Everybody by id, those who have gone too."""
        return {person.id: person for person in self._store.people()}

    def writers(self) -> list[Person]:
        """Who may look after an article."""
        people = self._store.people()
        return [p for p in people if p.disabled_at is None and allows(p.role, May.WRITE)]

    def _original(self, manuscript: Manuscript) -> Article | None:
        with suppress(UnknownThing):
            return self._store.article(manuscript.content.translation_of or "")
        return None


def _of_text(text: Content | Article) -> list[Advised]:
    """Few sources can hold other phrasings: of what is written there, none are missed."""
    missed = isinstance(text, Content)
    return [each for each in readability(text) if missed or each.advice is not Advice.FEW_PHRASINGS]


def _says(card: ArticleCard, words: Sequence[str]) -> bool:
    title = card.title.casefold()
    return all(word.casefold() in title for word in words)
