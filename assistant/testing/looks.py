"""What every LookStore must do."""

from __future__ import annotations

import pytest

from assistant.case_ports import WholeStore
from assistant.errors import UnknownThing
from assistant.ports.looks import MOST_LOOKS, Look, Looked
from assistant.testing.samples import a_conversation, started


class LookStoreContract:
    """Needs the fixture `store`: an empty one, its tables made."""

    def test_what_was_looked_at_is_read_in_its_order(self, store: WholeStore) -> None:
        started(store, a_conversation())
        looks = [Look(Looked.SEARCH, "gift"), Look(Looked.ARTICLE, "en/gifts")]
        for look in [looks[0], *looks, looks[0]]:
            store.looked("c1", look)
        assert looked(store) == [*looks, looks[0]]

    def test_no_more_is_kept_than_a_person_reads(self, store: WholeStore) -> None:
        started(store, a_conversation())
        for number in range(MOST_LOOKS + 3):
            store.looked("c1", Look(Looked.PAGE, f"https://shop.example/{number}"))
        assert len(looked(store)) == MOST_LOOKS

    def test_of_no_conversation_nothing_is_kept(self, store: WholeStore) -> None:
        with pytest.raises(UnknownThing):
            store.looked("c1", Look(Looked.SEARCH, "gift"))


def looked(store: WholeStore) -> list[Look]:
    """As the log tells it."""
    told = [event.payload for event in store.events("c1", limit=1000) if event.kind == "looked"]
    return [Look(Looked(each["what"]), each["of"]) for each in told]
