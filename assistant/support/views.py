"""Lists of the inbox that people come back to: their own, and those that all colleagues have."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping

from assistant.errors import NotAllowed, Refused, UnknownThing
from assistant.ports import Clock, Deed, Person
from assistant.ports.views import SavedView, ViewStore
from assistant.support.roles import May, allows

LONGEST_NAME = 60
_MOST = 30


class SavedViews:
    """Thread-safe."""

    def __init__(
        self,
        store: ViewStore,
        *,
        now: Clock,
        new_id: Callable[[], str] = lambda: secrets.token_hex(10),
    ) -> None:
        self._store, self._now, self._new_id = store, now, new_id

    def of(self, person: Person) -> list[SavedView]:
        """Their own and the shared ones, by name."""
        return self._store.views(person.id)

    def save(self, name: str, query: Mapping[str, str], *, shared: bool, by: Person) -> SavedView:
        """A new one; Refused where it has no name, or there are too many. Leads alone share."""
        name = " ".join(name.split())[:LONGEST_NAME]
        if not name:
            raise Refused("Give the list a name.")
        if len(self.of(by)) >= _MOST:
            raise Refused(f"There are {_MOST} saved lists already; delete one first.")
        if shared and not allows(by.role, May.STEER):
            raise NotAllowed("A list for all colleagues is saved by a lead.")
        view = SavedView(f"sv-{self._new_id()}", by.id, name, query, shared, self._now())
        deed = Deed(view.created_at, by.id, "view_saved", view.id, {"shared": shared})
        self._store.save_view(view, deed=deed)
        return view

    def drop(self, view_id: str, *, by: Person) -> None:
        """One's own; a lead's also what is shared. UnknownThing for any other."""
        found = next((each for each in self.of(by) if each.id == view_id), None)
        if found is None or not (found.person_id == by.id or allows(by.role, May.STEER)):
            raise UnknownThing("saved view", view_id)
        deed = Deed(self._now(), by.id, "view_dropped", view_id, {})
        self._store.drop_view(view_id, deed=deed)
