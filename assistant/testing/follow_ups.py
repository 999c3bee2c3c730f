"""What every FollowUpStore must do."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from assistant.domain.delivery import Channel, Delivery
from assistant.domain.follow_up import TO_DO, Cause, FollowUp, Signs, Step
from assistant.errors import Refused, UnknownThing, WrongStep
from assistant.ports import Deed
from assistant.testing.samples import NOON, a_conversation, a_message, started

BAD = FollowUp(
    id="f1",
    conversation_id="c1",
    cause=Cause.RATED,
    signs=Signs(csat=1, effort=40, predicted=0.25, ces=2, nps=0),
    created_at=NOON,
    due_at=NOON + timedelta(hours=8),
)
DEED = Deed(NOON, "agent-1", "follow_up_taken", "f1", {})


class FollowUpStoreContract:
    """Needs the fixture `store`: an empty one that is a ConversationStore and a PeopleStore too."""

    def test_a_conversation_has_one_at_most(self, store: Any) -> None:
        started(store, a_conversation("c1"))
        assert store.follow_up_of("c1") is None
        assert store.open_follow_up(BAD)
        assert not store.open_follow_up(replace(BAD, id="f2", cause=Cause.EFFORT))
        assert store.follow_up("f1") == store.follow_up_of("c1") == BAD
        with pytest.raises(UnknownThing):
            store.follow_up("f2")
        assert [each.payload["step"] for each in store.events("c1")] == ["open"]

    def test_of_no_conversation_there_is_none(self, store: Any) -> None:
        with pytest.raises(UnknownThing):
            store.open_follow_up(BAD)

    def test_what_is_due_first_comes_first_and_what_never_is_last(self, store: Any) -> None:
        due = {"f1": 5, "f2": None, "f3": 2, "f4": 3}
        for number, (id, hours) in enumerate(due.items()):
            started(store, a_conversation(f"c{number}", visitor=f"v{number}"))
            at = None if hours is None else NOON + timedelta(hours=hours)
            assert store.open_follow_up(
                replace(BAD, id=id, conversation_id=f"c{number}", due_at=at)
            )
        finish = lambda f: f.finished("Called.", by="agent-1", at=NOON)  # noqa: E731
        store.change_follow_up("f4", finish, deed=DEED)
        assert [each.id for each in store.follow_ups(TO_DO)] == ["f3", "f1", "f2"]
        assert [each.id for each in store.follow_ups(TO_DO, limit=1, skip=1)] == ["f1"]
        assert [each.id for each in store.follow_ups([Step.DONE])] == ["f4"]
        sizes = store.follow_up_sizes()
        assert (sizes[Step.OPEN], sizes[Step.DONE], sizes.get(Step.HELPED, 0)) == (3, 1, 0)

    def test_a_change_is_on_record_with_who_did_it(self, store: Any) -> None:
        started(store, a_conversation("c1"))
        store.open_follow_up(BAD)
        taken = store.change_follow_up("f1", lambda f: f.taken("agent-1"), deed=DEED)
        assert store.follow_up("f1") == taken == replace(BAD, step=Step.TAKEN, person_id="agent-1")
        assert [each.payload["by"] for each in store.events("c1")] == [None, "agent-1"]
        assert store.deeds()[0][1].action == "follow_up_taken"

    def test_what_a_change_leads_to_is_stored_with_it_or_not_at_all(self, store: Any) -> None:
        started(store, a_conversation("c1"))
        store.open_follow_up(BAD)
        mail = Delivery("d-1", Channel.MAIL, "follow_up", "ada@c.example", NOON, "en", next_at=NOON)
        with pytest.raises(Refused):
            store.change_follow_up(
                "f1", lambda f: f.finished(" ", by="a", at=NOON), deed=DEED, leads_to=[mail]
            )
        assert store.take_due(NOON, until=NOON) == []
        store.change_follow_up(
            "f1", lambda f: f.finished("Called.", by="a", at=NOON), deed=DEED, leads_to=[mail]
        )
        assert [each.id for each in store.take_due(NOON, until=NOON)] == ["d-1"]

    def test_whoever_said_that_it_did_not_help_stays_counted(self, store: Any) -> None:
        assert store.follow_up_answers() == (0, 0)
        for number, helped in enumerate([True, False, False, False]):
            started(store, a_conversation(f"c{number}", visitor=f"v{number}"))
            id = f"f{number}"
            store.open_follow_up(replace(BAD, id=id, conversation_id=f"c{number}"))
            for change in (
                lambda f: f.finished("Called.", by="a", at=NOON),
                lambda f, helped=helped: f.answered(helped=helped, comment="", at=NOON),
            ):
                store.change_follow_up(id, change, deed=None)
        store.change_follow_up("f1", lambda f: f.dropped("Left us.", by="a", at=NOON), deed=None)
        store.change_follow_up("f2", lambda f: f.taken("a"), deed=None)
        assert store.follow_up_answers() == (1, 4)

    def test_whoever_said_that_it_helped_stays_counted_until_they_say_otherwise(
        self, store: Any
    ) -> None:
        started(store, a_conversation("c1"))
        store.open_follow_up(BAD)
        finished = lambda f: f.finished("Called.", by="a", at=NOON)  # noqa: E731
        anew = lambda f: f.rated_again(f.signs, at=NOON, due_at=None)  # noqa: E731
        said = []
        for helped in (True, False):
            for change in (
                finished,
                lambda f, helped=helped: f.answered(helped=helped, comment="So", at=NOON),
                *((anew,) if helped else ()),
            ):
                store.change_follow_up("f1", change, deed=None)
                said.append(store.follow_up_answers())
        assert said == [(0, 0), (1, 1), (1, 1), (1, 1), (0, 1)]

    def test_what_cannot_be_leaves_all_as_it_was(self, store: Any) -> None:
        started(store, a_conversation("c1"))
        store.open_follow_up(BAD)
        with pytest.raises(WrongStep):
            store.change_follow_up(
                "f1", lambda f: f.answered(helped=True, comment="", at=NOON), deed=None
            )
        with pytest.raises(Refused):
            store.change_follow_up("f1", lambda f: f.dropped(" ", by="a", at=NOON), deed=DEED)
        with pytest.raises(UnknownThing):
            store.change_follow_up("f9", lambda f: f.taken("agent-1"), deed=DEED)
        assert store.follow_up("f1") == BAD
        assert len(store.events("c1")) == 1
        assert store.deeds() == []

    def test_the_customers_word_is_kept_apart_from_surveys(self, store: Any) -> None:
        started(store, a_conversation("c1"))
        store.open_follow_up(BAD)
        store.change_follow_up("f1", lambda f: f.finished("Sent anew.", by="a", at=NOON), deed=DEED)
        store.change_follow_up(
            "f1", lambda f: f.answered(helped=False, comment="Trop tard", at=NOON), deed=None
        )
        found = store.follow_up("f1")
        assert (found.step, found.comment, found.answered_at) == (
            Step.NOT_HELPED,
            "Trop tard",
            NOON,
        )
        assert store.surveys("c1") == []
        exported = list(store.export("follow_ups"))
        assert [(each["id"], each["step"]) for each in exported] == [("f1", "not_helped")]

    def test_who_is_forgotten_is_followed_up_no_more(self, store: Any) -> None:
        started(store, a_conversation("c1", visitor="v1"))
        store.open_follow_up(BAD)
        store.forget("v1")
        assert store.follow_up_sizes() == {}

    def test_the_newest_event_until_a_moment(self, store: Any) -> None:
        assert store.last_event_before(NOON + timedelta(days=9000)) == 0
        started(store, a_conversation("c1"))
        store.add_message(a_message("m1", "Hello", conversation="c1"))
        (event,) = store.events("c1")
        assert store.last_event_before(event.created_at) == event.id
        assert store.last_event_before(event.created_at - timedelta(seconds=1)) == 0
