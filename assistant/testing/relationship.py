"""What every RelationshipStore must do."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from assistant.domain.conversation import Author, Conversation
from assistant.domain.delivery import Channel, Delivery
from assistant.domain.ownership import Event, Move
from assistant.domain.relationship import Asking, History, Way
from assistant.domain.survey import SurveyResponse
from assistant.domain.visitor import Profile
from assistant.errors import UnknownThing
from assistant.ports.figures import Cohort
from assistant.ports.relationship import Seen
from assistant.testing.samples import (
    NOON,
    a_conversation,
    a_message,
    handed_over,
    started,
    token_of,
)

HOUR = timedelta(hours=1)
TODAY = Cohort(since=NOON - HOUR, until=NOON + HOUR, at=NOON + HOUR)
MAIL = Delivery("d-1", Channel.MAIL, "relationship", "ada@c.example", NOON, "en", next_at=NOON)


def said(store: Any, conversation: str, nps: int, *, minute: int = 0, **more: Any) -> None:
    """The customer's answer."""
    at = NOON + timedelta(minutes=minute)
    store.add_survey(SurveyResponse(conversation, at, nps=nps, **more))


def known(store: Any, conversation: Conversation) -> None:
    """Of a visitor whose site says who they are."""
    visitor = conversation.visitor_id
    profile = Profile(f"subject of {visitor}")
    store.identify(profile, visitor_id=None, new_id=visitor, token_hash=token_of(visitor))
    started(store, conversation)


class RelationshipStoreContract:
    """Needs the fixture `store`: an empty one that is a CustomerStore and a DeliveryStore too."""

    def test_of_nobody_nothing_is_known(self, store: Any) -> None:
        with pytest.raises(UnknownThing):
            store.relationship("v1")

    def test_who_is_asked_is_asked_once_in_a_conversation_and_way(self, store: Any) -> None:
        started(store, a_conversation("c1", minute=3))
        assert store.relationship("v1") == History(NOON + timedelta(minutes=3), [])
        for minute in (0, 5):
            at = NOON + timedelta(minutes=minute)
            store.ask_relationship(Asking("c1", Way.WIDGET, at))
        store.ask_relationship(Asking("c1", Way.MAIL, NOON + HOUR), mail=MAIL)
        assert store.relationship("v1").askings == [
            Asking("c1", Way.WIDGET, NOON),
            Asking("c1", Way.MAIL, NOON + HOUR),
        ]
        assert [each.id for each in store.take_due(NOON, until=NOON)] == ["d-1"]

    def test_no_mail_goes_out_about_a_conversation_that_is_not_there(self, store: Any) -> None:
        with pytest.raises(UnknownThing):
            store.ask_relationship(Asking("c1", Way.MAIL, NOON), mail=MAIL)
        assert store.take_due(NOON, until=NOON) == []

    def test_what_became_of_it_is_told_by_the_visitor(self, store: Any) -> None:
        for id in ("c1", "c2"):
            store.start(
                a_conversation(id), token_hash=token_of(id), visitor_token_hash=token_of("v1")
            )
        store.ask_relationship(Asking("c1", Way.MAIL, NOON))
        store.ask_relationship(Asking("c2", Way.WIDGET, NOON + HOUR))
        assert [each.waits for each in store.relationship("v1").askings] == [True, False]
        store.relationship_shown("c1", at=NOON + HOUR)
        store.decline_relationship("c2", at=NOON + HOUR)
        said(store, "c1", 9, minute=70)
        first, second = store.relationship("v1").askings
        assert (first.shown_at, first.declined_at, first.answered) == (NOON + HOUR, None, True)
        assert (second.declined_at, second.answered) == (NOON + HOUR, False)

    def test_what_was_said_before_is_no_answer_to_it(self, store: Any) -> None:
        started(store, a_conversation("c1"))
        said(store, "c1", 9, minute=-1)
        store.add_survey(SurveyResponse("c1", NOON, csat=5))
        store.ask_relationship(Asking("c1", Way.WIDGET, NOON))
        assert store.relationship_asked(TODAY) == {Way.WIDGET: (1, 0)}
        said(store, "c1", 8, minute=1)
        assert store.relationship_asked(TODAY) == {Way.WIDGET: (1, 1)}

    def test_a_customer_counts_once_with_what_they_said_last(self, store: Any) -> None:
        for id, visitor in (("c1", "v1"), ("c2", "v2"), ("c3", "sim-v3")):
            started(store, a_conversation(id, visitor=visitor))
            store.ask_relationship(Asking(id, Way.WIDGET, NOON))
        said(store, "c1", 2)
        said(store, "c1", 10, minute=5, comment="Vite !")
        said(store, "c2", 6, minute=3)
        said(store, "c3", 0)
        said(store, "c2", 9, minute=90)
        assert store.recommendations(TODAY) == {10: 1, 6: 1}
        latest, other = store.recommended(TODAY, limit=5)
        assert (latest.conversation_id, latest.nps) == ("c2", 6)
        assert (other.conversation_id, other.nps, other.comment) == ("c1", 10, "Vite !")
        assert store.recommended(TODAY, limit=5, skip=1) == [other]
        assert store.recommended(TODAY, limit=5, among=range(9, 11)) == [other]

    def test_what_nobody_asked_for_counts_nothing(self, store: Any) -> None:
        started(store, a_conversation("c1", visitor="v1"))
        started(store, a_conversation("c2", visitor="v2"))
        said(store, "c1", 0)
        store.ask_relationship(Asking("c2", Way.WIDGET, NOON + timedelta(minutes=5)))
        said(store, "c2", 1)
        assert store.recommendations(TODAY) == {}
        assert store.recommended(TODAY, limit=5) == []
        said(store, "c2", 9, minute=6)
        assert store.recommendations(TODAY) == {9: 1}

    def test_an_answer_belongs_to_the_latest_asking_before_it(self, store: Any) -> None:
        started(store, a_conversation("c1"))
        store.ask_relationship(Asking("c1", Way.WIDGET, NOON))
        store.ask_relationship(Asking("c1", Way.MAIL, NOON + timedelta(minutes=5)))
        said(store, "c1", 9, minute=6)
        assert store.relationship_asked(TODAY) == {Way.WIDGET: (1, 0), Way.MAIL: (1, 1)}
        assert store.asked_in(TODAY, Way.WIDGET, answered=False) == ["c1"]
        assert store.asked_in(TODAY, Way.WIDGET, answered=True) == []
        assert store.asked_in(TODAY, Way.MAIL, answered=True) == ["c1"]
        said(store, "c1", 8, minute=4)
        assert store.relationship_asked(TODAY) == {Way.WIDGET: (1, 1), Way.MAIL: (1, 1)}

    def test_whose_mail_could_not_be_delivered_was_not_asked(self, store: Any) -> None:
        started(store, a_conversation("c1"))
        mail = replace(MAIL, conversation_id="c1")
        store.ask_relationship(Asking("c1", Way.MAIL, NOON), mail=mail)
        assert store.relationship_asked(TODAY) == {}
        store.not_delivered("d-1", at=NOON, next_at=None, problem="no such mail box")
        assert store.relationship_asked(TODAY) == {}
        store.delivered("d-1", at=NOON + HOUR)
        assert store.relationship_asked(TODAY) == {Way.MAIL: (1, 0)}
        store.drop_delivered(before=NOON + 2 * HOUR)
        assert store.relationship_asked(TODAY) == {Way.MAIL: (1, 0)}

    def test_a_refusal_that_arrives_before_the_asking_is_kept(self, store: Any) -> None:
        started(store, a_conversation("c1"))
        store.decline_relationship("c1", at=NOON)
        store.ask_relationship(Asking("c1", Way.WIDGET, NOON + HOUR))
        refused = Asking("c1", Way.WIDGET, NOON, declined_at=NOON)
        assert store.relationship("v1").askings == [refused]
        with pytest.raises(UnknownThing):
            store.decline_relationship("nothing", at=NOON)

    def test_who_is_known_is_found_by_their_last_conversation(self, store: Any) -> None:
        store.identify(Profile("42"), visitor_id=None, new_id="v1", token_hash=token_of("v1"))
        for id, minute in (("c1", 1), ("c2", 2)):
            store.start(
                a_conversation(id, minute=minute),
                token_hash=token_of(id),
                visitor_token_hash=token_of("v1"),
            )
            store.add_message(a_message(f"m-{id}", conversation=id, minute=minute))
        started(store, a_conversation("c3", visitor="stranger", minute=2))
        store.add_message(a_message("m-c3", conversation="c3", minute=2))
        assert store.last_seen(NOON, NOON + timedelta(minutes=2)) == []
        assert store.last_seen(NOON, NOON + HOUR) == [Seen("v1", "c2", NOON + timedelta(minutes=2))]

    def test_who_only_opened_the_widget_asked_for_no_help(self, store: Any) -> None:
        known(store, a_conversation("c1", minute=1))
        assert store.last_seen(NOON, NOON + HOUR) == []
        store.add_message(a_message("m1", conversation="c1", minute=1))
        store.start(
            a_conversation("c2", minute=9),
            token_hash=token_of("c2"),
            visitor_token_hash=token_of("v1"),
        )
        store.add_message(a_message("m2", conversation="c2", author=Author.ASSISTANT, minute=9))
        assert [each.conversation_id for each in store.last_seen(NOON, NOON + HOUR)] == ["c1"]

    def test_whose_case_people_have_is_left_in_peace(self, store: Any) -> None:
        known(store, a_conversation("c1", minute=1))
        store.start(
            a_conversation("c2", minute=2),
            token_hash=token_of("c2"),
            visitor_token_hash=token_of("v1"),
        )
        for id in ("c1", "c2"):
            store.add_message(a_message(f"m-{id}", conversation=id, minute=3))
        handed_over(store, store.conversation("c1"))
        assert store.last_seen(NOON, NOON + HOUR) == []
        store.move("c1", Move(Event.CLAIMED, by="kim", at=NOON + HOUR, agent_id="kim"))
        assert store.last_seen(NOON, NOON + HOUR) == []
        store.move("c1", Move(Event.RESOLVED, by="kim", at=NOON + HOUR))
        assert [each.conversation_id for each in store.last_seen(NOON, NOON + HOUR)] == ["c2"]

    def test_as_many_are_seen_as_were_wanted_the_earliest_first(self, store: Any) -> None:
        for number in (3, 1, 2):
            known(store, a_conversation(f"c{number}", visitor=f"v{number}", minute=number))
            store.add_message(a_message(f"m{number}", conversation=f"c{number}", minute=number))
        found = store.last_seen(NOON, NOON + HOUR, limit=2)
        assert [each.visitor_id for each in found] == ["v1", "v2"]
        found = store.last_seen(found[-1].began_at, NOON + HOUR, limit=2)
        assert [each.visitor_id for each in found] == ["v2", "v3"]

    def test_who_was_asked_is_exported(self, store: Any) -> None:
        started(store, a_conversation("c1"))
        store.ask_relationship(Asking("c1", Way.WIDGET, NOON))
        store.decline_relationship("c1", at=NOON + HOUR)
        [asking] = store.export("relationship_askings")
        assert asking["declined_at"] == (NOON + HOUR).isoformat()
        [conversation] = store.export("conversations")
        assert conversation["relationship_askings"] == [
            {name: value for name, value in asking.items() if name != "conversation_id"}
        ]

    def test_who_is_forgotten_was_never_asked(self, store: Any) -> None:
        started(store, a_conversation("c1"))
        store.ask_relationship(Asking("c1", Way.WIDGET, NOON))
        store.forget("v1")
        assert store.relationship_asked(TODAY) == {}
