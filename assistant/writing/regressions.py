"""Regression sets: batches with what is expected, kept to be asked again, and asked by each impact
check."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import replace

from assistant.domain.regression import LONGEST_SET_TITLE, Line, RegressionSet
from assistant.errors import UnfitArticle, UnknownThing
from assistant.ports import Clock, Deed, Person
from assistant.ports.regressions import RegressionStore
from assistant.writing.playground import lines_of

MOST_SETS = 20
MOST_CHECKED = 200
"""Questions of all sets that an impact check asks: those of the latest sets first."""


class Regressions:
    """Thread-safe."""

    def __init__(
        self,
        store: RegressionStore,
        *,
        now: Clock,
        new_id: Callable[[], str] = lambda: secrets.token_hex(8),
    ) -> None:
        self._store, self._now, self._new_id = store, now, new_id

    def all(self) -> list[RegressionSet]:
        """By title."""
        return self._store.regression_sets()

    def named(self, set_id: str) -> RegressionSet:
        """Or UnknownThing."""
        found = next((kept for kept in self.all() if kept.id == set_id), None)
        if found is None:
            raise UnknownThing("regression set", set_id)
        return found

    def keep(self, title: str, batch: str, *, locale: str, by: Person) -> RegressionSet:
        """A batch, its questions in `locale` where they say none. UnfitArticle without a title, or
        where nothing is expected of any."""
        title = " ".join(title.split())
        lines = tuple(replace(line, locale=line.locale or locale) for line in lines_of(batch))
        if not 0 < len(title) <= LONGEST_SET_TITLE:
            said = f"A set has a title of 1 to {LONGEST_SET_TITLE} characters."
            raise UnfitArticle("set_title", said, most=LONGEST_SET_TITLE)
        if not any(line.expected for line in lines):
            raise UnfitArticle("set_expected", "Nothing is expected of any of its questions.")
        if len(self.all()) >= MOST_SETS:
            raise UnfitArticle("sets", f"{MOST_SETS} sets are the most.", most=MOST_SETS)
        kept = RegressionSet(f"r-{self._new_id()}", title, lines, by.id, self._now())
        self._store.add_regression_set(kept, deed=self._deed(by, "set_kept", kept.id))
        return kept

    def drop(self, set_id: str, *, by: Person) -> None:
        """UnknownThing."""
        self._store.drop_regression_set(set_id, deed=self._deed(by, "set_dropped", set_id))

    def checked(self) -> list[Line]:
        """What an impact check asks: of all sets the questions of which something is expected."""
        latest = sorted(self.all(), key=lambda kept: kept.kept_at, reverse=True)
        lines = dict.fromkeys(line for kept in latest for line in kept.lines if line.expected)
        return list(lines)[:MOST_CHECKED]

    def _deed(self, by: Person, action: str, set_id: str) -> Deed:
        return Deed(self._now(), by.id, action, set_id, {})
