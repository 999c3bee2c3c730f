"""A writer's day: what is theirs, what is missing, and what their changes achieved."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from assistant.domain.gap import GapState
from assistant.domain.manuscript import Manuscript
from assistant.ports import Clock, Person
from assistant.ports.editor import Shelf, ShelfQuery
from assistant.ports.figures import Cohort
from assistant.ports.gaps import GapStore
from assistant.ports.usage import ArticleUse
from assistant.writing.caring import Care, Caring
from assistant.writing.gap_log import Gap
from assistant.writing.gaps import Gaps
from assistant.writing.shelves import Shelves, WritersStore

SHOWN = 5
"""Of each list; the rest stands on its own page."""
CHANGES = 3
LOOKS_BACK = timedelta(days=30)


class HomeStore(WritersStore, GapStore, Protocol):
    """What it is read from."""


@dataclass(frozen=True)
class Achieved:
    """A published article of the writer's, with what came of it since its text changed, of the last
    LOOKS_BACK at most. `use`: None where no answer came from it; `gaps`: those that it closed."""

    manuscript: Manuscript
    since: datetime
    use: ArticleUse | None
    gaps: int


@dataclass(frozen=True)
class Day:
    """The beginnings of all lists, with how long those of gaps and care are."""

    drafts: Sequence[Manuscript]
    to_review: Sequence[Manuscript]
    gaps: Sequence[Gap]
    open_gaps: int
    care: Sequence[Care]
    in_need: int
    achieved: Sequence[Achieved]


class WritersHome:
    """Reads; thread-safe."""

    def __init__(
        self, store: HomeStore, *, shelves: Shelves, caring: Caring, gaps: Gaps, now: Clock
    ) -> None:
        self._store, self._shelves, self._caring = store, shelves, caring
        self._gaps, self._now = gaps, now

    def of(self, person: Person) -> Day:
        """For this writer."""
        overview = self._gaps.overview(GapState.OPEN)
        care = self._caring.overview().open
        return Day(
            drafts=self._shelf(Shelf.MINE, person),
            to_review=self._shelf(Shelf.IN_REVIEW, person),
            gaps=overview.gaps[:SHOWN],
            open_gaps=len(overview.gaps),
            care=care[:SHOWN],
            in_need=len(care),
            achieved=self._achieved(person),
        )

    def _shelf(self, shelf: Shelf, person: Person) -> Sequence[Manuscript]:
        return self._shelves.page(ShelfQuery(shelf, person.id, limit=SHOWN)).manuscripts

    def _achieved(self, person: Person) -> list[Achieved]:
        """Of what they changed last."""
        published = self._shelves.published()
        mine = {
            each.article_id: each
            for each in published
            if person.id in (each.content.owner, each.latest.saved_by)
        }
        changed = self._store.text_changed_at(mine)
        latest = sorted(changed, key=lambda id: changed[id], reverse=True)[:CHANGES]
        return self._since([mine[id] for id in latest], changed)

    def _since(
        self, manuscripts: Sequence[Manuscript], changed: Mapping[str, datetime]
    ) -> list[Achieved]:
        if not manuscripts:
            return []
        now, ids = self._now(), [each.article_id for each in manuscripts]
        since = {id: max(changed[id], now - LOOKS_BACK) for id in ids}
        cohort = Cohort(min(since.values()), now, now)
        uses = {use.article_id: use for use in self._store.article_uses(cohort, since=since)}
        decisions = self._store.gap_decisions()
        done = Counter(each.article_id for each in decisions if each.state is GapState.DONE)
        return [
            Achieved(each, since[id], uses.get(id), done[id])
            for each, id in zip(manuscripts, ids, strict=True)
        ]
