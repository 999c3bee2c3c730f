"""What every NudgeStore must do."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from assistant.domain.conversation import Author, Message
from assistant.domain.nudge import Nudge, NudgeFigures, NudgeKind
from assistant.errors import UnknownThing
from assistant.ports import Deed
from assistant.testing.samples import NOON, a_conversation, a_message, handed_over, started

SIZES = Nudge(
    id="n1",
    kind=NudgeKind.INVITATION,
    place="/shoes/*",
    seconds=20,
    texts={"en": "Not sure about the size?", "fr": "Un doute sur la taille ?"},
    active=True,
    created_at=NOON,
)
DEED = Deed(NOON, "lead-1", "nudge_saved", "n1", {})


def words_in(conversation: str) -> Message:
    """What it says there."""
    said = a_message(f"m-{conversation}", SIZES.texts["en"], conversation=conversation)
    return replace(said, author=Author.ASSISTANT, client_id="nudge-n1")


class NudgeStoreContract:
    """Needs the fixture `store`: an empty one that is a ConversationStore and a PeopleStore too."""

    def test_what_was_saved_is_there_the_newest_first(self, store: Any) -> None:
        later = replace(SIZES, id="n2", created_at=NOON + timedelta(hours=1), active=False)
        store.save_nudge(SIZES, deed=DEED)
        store.save_nudge(later, deed=DEED)
        assert store.nudges() == [later, SIZES]
        assert store.deeds()[0][1].action == "nudge_saved"

    def test_a_change_keeps_what_was_counted(self, store: Any) -> None:
        store.save_nudge(SIZES, deed=DEED)
        store.nudge_shown("n1")
        store.nudge_shown("n1")
        store.nudge_shown("gone")
        changed = replace(SIZES, kind=NudgeKind.INCIDENT, place="/*", seconds=0, active=False)
        store.save_nudge(changed, deed=DEED)
        assert store.nudges() == [changed]
        assert store.nudge_figures()["n1"] == NudgeFigures(shown=2)

    def test_once_opened_it_stands_in_the_conversation_once(self, store: Any) -> None:
        store.save_nudge(SIZES, deed=DEED)
        started(store, a_conversation("c1"))
        said = store.nudge_opened("n1", words_in("c1"))
        assert said is not None
        again = store.nudge_opened("n1", replace(words_in("c1"), id="other"))
        assert said == again
        assert [each.text for each in store.messages("c1")] == ["Not sure about the size?"]
        assert [each.kind for each in store.events("c1")] == ["message"]
        assert store.nudge_figures()["n1"] == NudgeFigures(opened=1)

    def test_who_writes_after_it_has_answered(self, store: Any) -> None:
        store.save_nudge(SIZES, deed=DEED)
        for id in ("c1", "c2"):
            started(store, a_conversation(id, visitor=f"v-{id}"))
            store.nudge_opened("n1", words_in(id))
        reply = a_message("m-reply", "I take 42.", conversation="c1")
        store.add_message(replace(reply, created_at=NOON + timedelta(days=9000)))
        assert store.nudge_figures()["n1"] == NudgeFigures(opened=2, answered=1)

    def test_where_people_have_the_conversation_it_is_counted_alone(self, store: Any) -> None:
        store.save_nudge(SIZES, deed=DEED)
        handed_over(store, started(store, a_conversation("c1")))
        before = store.messages("c1")
        assert store.nudge_opened("n1", words_in("c1")) is None
        assert store.messages("c1") == before
        assert store.nudge_figures()["n1"].opened == 1

    def test_who_is_forgotten_is_not_counted(self, store: Any) -> None:
        store.save_nudge(SIZES, deed=DEED)
        started(store, a_conversation("c1", visitor="v1"))
        store.nudge_opened("n1", words_in("c1"))
        store.forget("v1")
        assert store.nudge_figures()["n1"] == NudgeFigures()

    def test_one_that_is_dropped_is_gone_with_its_figures(self, store: Any) -> None:
        store.save_nudge(SIZES, deed=DEED)
        started(store, a_conversation("c1"))
        store.nudge_opened("n1", words_in("c1"))
        store.drop_nudge("n1", deed=replace(DEED, action="nudge_dropped"))
        assert store.nudges() == []
        assert store.nudge_figures() == {}
        assert len(store.messages("c1")) == 1
        with pytest.raises(UnknownThing):
            store.drop_nudge("n1", deed=DEED)
        with pytest.raises(UnknownThing):
            store.nudge_opened("n1", words_in("c1"))
