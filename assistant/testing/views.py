"""What every ViewStore must do."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from assistant.errors import UnknownThing
from assistant.ports import Deed, Person
from assistant.ports.views import SavedView
from assistant.testing.samples import NOON

QUERY = {"box": "all", "priority": "2"}
VIEW = SavedView("sv-1", "kim", "Urgent", QUERY, shared=False, created_at=NOON)
DEED = Deed(NOON, "kim", "view_saved", "sv-1", {})


class ViewStoreContract:
    """Needs the fixture `store`: an empty one that is a PeopleStore too."""

    def test_everybody_has_their_own_and_what_is_shared_by_name(self, store: Any) -> None:
        for id in ("kim", "lou"):
            store.add_person(Person(id, f"{id}@company.example", "agent", "-"))
        shared = replace(VIEW, id="sv-2", name="french", shared=True)
        for view in (VIEW, shared):
            store.save_view(view, deed=DEED)
        assert store.views("kim") == [shared, VIEW]
        assert store.views("lou") == [shared]
        assert store.deeds()[0][1].action == "view_saved"

    def test_what_is_dropped_is_gone(self, store: Any) -> None:
        store.add_person(Person("kim", "kim@company.example", "agent", "-"))
        store.save_view(VIEW, deed=DEED)
        store.drop_view("sv-1", deed=replace(DEED, action="view_dropped"))
        assert store.views("kim") == []
        with pytest.raises(UnknownThing):
            store.drop_view("sv-1", deed=DEED)
