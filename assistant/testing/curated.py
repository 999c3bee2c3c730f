"""What every CuratedStore must do."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from assistant.domain.conversation import Author
from assistant.domain.curated import Curated
from assistant.errors import UnknownThing
from assistant.ports import Deed
from assistant.testing.samples import NOON, a_conversation, a_message, a_turn, always, started

BROKEN = Curated(
    "k1", "fr", ("Le site est en panne ?", "Ça marche ?"), "Nous **réparons**.",
    date(2026, 3, 20), "writer-1", NOON,
)  # fmt: skip
DEED = Deed(NOON, "writer-1", "curated_saved", "k1", {})


class CuratedStoreContract:
    """Needs the fixture `store`: an empty one that is a ConversationStore and a PeopleStore too."""

    def test_what_was_saved_is_read_whole_with_its_deed(self, store: Any) -> None:
        endless = replace(BROKEN, id="k0", expires_on=None)
        for curated in (BROKEN, endless):
            store.save_curated(curated, deed=DEED)
        assert store.curated() == [endless, BROKEN]
        assert store.deeds()[0][1] == DEED

    def test_saved_again_it_is_another_text(self, store: Any) -> None:
        store.save_curated(BROKEN, deed=DEED)
        mended = replace(BROKEN, text="C’est réparé.", phrasings=("Ça marche ?",))
        store.save_curated(mended, deed=DEED)
        assert store.curated() == [mended]

    def test_dropped_it_is_gone(self, store: Any) -> None:
        store.save_curated(BROKEN, deed=DEED)
        store.drop_curated("k1", deed=replace(DEED, action="curated_dropped"))
        assert store.curated() == []
        with pytest.raises(UnknownThing):
            store.drop_curated("k1", deed=DEED)
        assert [deed.action for _, deed in store.deeds()] == ["curated_dropped", "curated_saved"]

    def test_its_stamp_tells_of_every_change(self, store: Any) -> None:
        seen = {store.curated_stamp()}
        for minute, id in enumerate(("k1", "k2", "k1")):
            at = NOON + timedelta(minutes=minute)
            store.save_curated(replace(BROKEN, id=id, changed_at=at), deed=DEED)
            seen.add(store.curated_stamp())
        store.drop_curated("k2", deed=DEED)
        seen.add(store.curated_stamp())
        assert len(seen) == 5
        assert store.curated_stamp() in seen

    def test_how_often_each_was_given_is_counted_in_the_log(self, store: Any) -> None:
        assert store.curated_uses() == {}
        for id, visitor in (("c1", "v1"), ("c2", "v2"), ("c3", "sim-3")):
            started(store, a_conversation(id, visitor=visitor))
            store.add_message(a_message(f"m-{id}", conversation=id))
            turn = replace(a_turn(f"m-{id}", conversation=id), curated_id="k1")
            said = a_message(f"a-{id}", "…", conversation=id, author=Author.ASSISTANT)
            store.add_reply(turn, message=said, locale="fr", reply=always({}))
        assert store.turns("c1")[0].curated_id == "k1"
        uses = store.curated_uses()
        assert uses.keys() == {"k1"}
        assert uses["k1"].count == 2
        assert uses["k1"].last_at.tzinfo is not None
