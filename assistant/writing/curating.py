"""Writers keep the answers that are given word for word."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from assistant.answering.curated import CuratedAnswers
from assistant.domain.curated import MOST, Curated
from assistant.errors import UnfitArticle, UnknownThing
from assistant.ports import Clock, Deed, Person
from assistant.ports.curated import CuratedStore, CuratedUse
from assistant.retrieval.analysis import words


@dataclass(frozen=True)
class Listed:
    """One with how it was used; `use` None: nobody was given it. `live`: it is still said."""

    curated: Curated
    use: CuratedUse | None
    live: bool


class Curating:
    """Thread-safe."""

    def __init__(
        self,
        store: CuratedStore,
        *,
        answers: CuratedAnswers,
        now: Clock,
        new_id: Callable[[], str] = lambda: secrets.token_hex(6),
    ) -> None:
        self._store, self._answers, self._now, self._new_id = store, answers, now, new_id

    def listed(self) -> list[Listed]:
        """Those that have expired first, then the one that is given most."""
        uses, today = self._store.curated_uses(), self._now().date()
        all_of_them = [
            Listed(each, uses.get(each.id), each.is_live(today)) for each in self._store.curated()
        ]
        return sorted(
            all_of_them,
            key=lambda each: (each.live, -(each.use.count if each.use else 0), each.curated.id),
        )

    def save(
        self,
        locale: str,
        phrasings: Sequence[str],
        text: str,
        *,
        expires_on: date | None,
        by: Person,
        id: str | None = None,
    ) -> Curated:
        """A new one, or the one of this id as it is from now on. UnfitArticle, UnknownThing."""
        kept = {each.id: each for each in self._store.curated()}
        if id is not None and id not in kept:
            raise UnknownThing("curated answer", id)
        if id is None and len(kept) >= MOST:
            raise UnfitArticle("curated_too_many", f"There are {MOST} of them already.", most=MOST)
        at, own = self._now(), id or self._new_id()
        curated = Curated(own, locale, tuple(phrasings), text, expires_on, by.id, at).checked()
        _must_be_free(curated, [each for each in kept.values() if each.id != own])
        self._store.save_curated(curated, deed=Deed(at, by.id, "curated_saved", own, {}))
        self._answers.keep_up()
        return curated

    def drop(self, id: str, *, by: Person) -> None:
        """It is said no more; UnknownThing."""
        deed = Deed(self._now(), by.id, "curated_dropped", id, {})
        self._store.drop_curated(id, deed=deed)


def _must_be_free(curated: Curated, others: Sequence[Curated]) -> None:
    """Two answers to the same question would be chance."""
    locale = curated.locale
    taken = {
        tuple(words(phrasing, locale))
        for other in others
        if other.locale == locale
        for phrasing in other.phrasings
    }
    for phrasing in curated.phrasings:
        if tuple(words(phrasing, locale)) in taken:
            said = f"Another curated answer has the question {phrasing!r}."
            raise UnfitArticle("curated_taken", said, phrasing=phrasing)
