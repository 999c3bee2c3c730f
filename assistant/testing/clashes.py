"""What every ClashStore must do."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from assistant.ports import Deed
from assistant.ports.clashes import Settled
from assistant.testing.samples import NOON

FINE = Settled("k-1", "lea", NOON)
DEED = Deed(NOON, "lea", "clash_settled", "k-1", {})


class ClashStoreContract:
    """Needs the fixture `store`: an empty one, its tables made."""

    def test_what_is_settled_is_so_once_and_by_who_was_first(self, store: Any) -> None:
        store.settle_clash(FINE, deed=DEED)
        store.settle_clash(replace(FINE, by="wim"), deed=DEED)
        assert store.settled_clashes() == [FINE]
        assert len(store.deeds()) == 1

    def test_it_can_be_taken_back(self, store: Any) -> None:
        store.settle_clash(FINE, deed=DEED)
        for _ in range(2):
            store.unsettle_clash("k-1", deed=DEED)
        assert store.settled_clashes() == []
        assert len(store.deeds()) == 2
