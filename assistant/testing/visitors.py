"""What every VisitorStore must do, and what the log must tell of how it went."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from assistant.domain.conversation import Author
from assistant.domain.survey import ArticleOpinion, Feedback, SurveyResponse
from assistant.domain.visitor import Profile
from assistant.errors import UnknownThing
from assistant.ports import Store
from assistant.testing.samples import (
    NOON,
    a_conversation,
    a_message,
    a_turn,
    always,
    answered,
    handed_over,
    publish,
    started,
    token_of,
)

ANNA = Profile("42", name="Anna", email="anna@customer.example", plan="gold", attributes={"n": 1})


class VisitorStoreContract:
    """Needs the fixture `store`: an empty one, its tables made."""

    # -- who they are

    def test_an_anonymous_visitor_who_signs_in_keeps_what_they_did(self, store: Store) -> None:
        started(store, a_conversation("before", visitor="v1"))
        assert store.profile("v1") is None
        known = store.identify(ANNA, visitor_id="v1", new_id="v9", token_hash=token_of("laptop"))
        assert known == "v1"
        assert store.profile("v1") == ANNA
        for token in ("v1", "laptop", "before"):
            assert store.conversation_for("before", token_of(token)).id == "before"

    def test_who_was_vouched_for_too_long_ago_is_nobody(self, store: Store) -> None:
        store.identify(ANNA, visitor_id=None, new_id="v1", token_hash=token_of("laptop"))
        ages = timedelta(days=9000)
        assert store.profile("v1", vouched_since=NOON - ages) == ANNA
        assert store.profile("v1", vouched_since=NOON + ages) is None
        assert store.profile("v1") == ANNA

    def test_on_a_second_device_it_is_the_same_visitor(self, store: Store) -> None:
        store.identify(ANNA, visitor_id=None, new_id="v1", token_hash=token_of("laptop"))
        started(store, a_conversation("on-phone", visitor="v2"))
        renamed = replace(ANNA, name="Anna B.")
        known = store.identify(renamed, visitor_id="v2", new_id="v9", token_hash=token_of("phone"))
        assert known == "v1"
        assert store.profile("v1") == renamed
        assert [each.id for each in store.conversations(visitor_id="v1")] == ["on-phone"]
        for token in ("laptop", "phone", "v2"):
            assert store.visitor_for(token_of(token)) == "v1"

    def test_somebody_elses_conversations_stay_theirs(self, store: Store) -> None:
        store.identify(ANNA, visitor_id=None, new_id="v1", token_hash=token_of("anna"))
        ben = Profile("43", name="Ben")
        known = store.identify(ben, visitor_id="v1", new_id="v2", token_hash=token_of("ben"))
        assert known == "v2"
        assert store.visitor_for(token_of("anna")) == "v1"
        assert store.visitor_for(token_of("ben")) == "v2"
        assert store.profile("v1") == ANNA

    def test_a_known_visitor_goes_on_with_a_new_conversation(self, store: Store) -> None:
        store.identify(ANNA, visitor_id=None, new_id="v1", token_hash=token_of("laptop"))
        store.identify(ANNA, visitor_id=None, new_id="v9", token_hash=token_of("phone"))
        store.start(
            a_conversation("c1", visitor="v1"),
            token_hash=token_of("c1"),
            visitor_token_hash=token_of("phone"),
        )
        assert store.conversation_for("c1", token_of("laptop")).visitor_id == "v1"

    def test_who_is_forgotten_is_forgotten_on_every_device(self, store: Store) -> None:
        store.identify(ANNA, visitor_id=None, new_id="v1", token_hash=token_of("laptop"))
        store.identify(ANNA, visitor_id=None, new_id="v9", token_hash=token_of("phone"))
        store.start(
            a_conversation("c1", visitor="v1"),
            token_hash=token_of("c1"),
            visitor_token_hash=token_of("phone"),
        )
        store.add_link(token_of("code"), "c1", NOON + timedelta(days=9000))
        assert store.forget("v1") == 1
        assert store.visitor_for(token_of("laptop")) is None
        assert store.visitor_for(token_of("phone")) is None

    # -- links

    def test_a_link_leads_to_the_conversation_once(self, store: Store) -> None:
        started(store, a_conversation("c1", visitor="v1"))
        store.add_link(token_of("code"), "c1", NOON + timedelta(days=9000))
        assert (
            store.follow_link(token_of("code"), token_hash=token_of("phone"), as_guest=False)
            == "c1"
        )
        assert store.conversation_for("c1", token_of("phone")).id == "c1"
        with pytest.raises(UnknownThing):
            store.follow_link(token_of("code"), token_hash=token_of("thief"), as_guest=False)
        assert store.visitor_for(token_of("thief")) is None

    def test_a_guest_has_the_one_conversation_and_nothing_else(self, store: Store) -> None:
        for id in ("c1", "c2"):
            store.start(
                a_conversation(id, visitor="v1"),
                token_hash=token_of(id),
                visitor_token_hash=token_of("v1"),
            )
        store.add_link(token_of("code"), "c1", NOON + timedelta(days=9000))
        guest = token_of("guest")
        assert not store.has_guests("c1")
        assert store.follow_link(token_of("code"), token_hash=guest, as_guest=True) == "c1"
        assert (store.has_guests("c1"), store.has_guests("c2")) == (True, False)
        assert store.conversation_for("c1", guest).id == "c1"
        assert store.visitor_for(guest) is None
        with pytest.raises(UnknownThing):
            store.conversation_for("c2", guest)
        assert store.forget("v1") == 2
        with pytest.raises(UnknownThing):
            store.conversation_for("c1", guest)

    def test_a_link_that_is_too_old_leads_nowhere(self, store: Store) -> None:
        started(store, a_conversation("c1", visitor="v1"))
        store.add_link(token_of("code"), "c1", NOON - timedelta(days=9000))
        with pytest.raises(UnknownThing):
            store.follow_link(token_of("code"), token_hash=token_of("phone"), as_guest=False)
        assert store.visitor_for(token_of("phone")) is None

    # -- what the site tells, and what customers say of it

    def test_the_context_is_replaced(self, store: Store) -> None:
        started(store, a_conversation())
        store.set_context("c1", {"basket": 2})
        assert store.conversation("c1").context == {"basket": 2}
        with pytest.raises(UnknownThing):
            store.set_context("nothing", {})

    def test_a_message_is_found_by_its_clients_name_for_it(self, store: Store) -> None:
        started(store, a_conversation())
        message = store.add_message(a_message(client_id="k1"))
        assert store.sent("c1", "k1") == message
        assert store.sent("c1", "k2") is None
        assert store.sent("nothing", "k1") is None

    def test_opinions_are_read_back(self, store: Store) -> None:
        conversation = started(store, a_conversation())
        answered(store, conversation)
        thumb = Feedback("m2", helpful=False, created_at=NOON, reason="wrong")
        store.add_feedback(thumb)
        response = SurveyResponse("c1", NOON, csat=4, ces=6, comment="Bien")
        store.survey_asked("c1")
        store.add_survey(response)
        assert store.feedback("c1") == {"m2": thumb}
        assert store.surveys("c1") == [response]
        assert [each.kind for each in store.events("c1", kinds=["survey_asked"])] == [
            "survey_asked"
        ]

    def test_when_somebody_was_asked_about_another_conversation_is_known(
        self, store: Store
    ) -> None:
        first = started(store, a_conversation("c1"))
        second = started(store, a_conversation("c2", minute=1))
        started(store, a_conversation("c3", visitor="v2", minute=2))
        store.survey_asked("c3")
        assert store.surveyed_elsewhere(second) is None
        store.add_survey(SurveyResponse("c1", NOON, csat=4))
        assert store.surveyed_elsewhere(second) == NOON
        store.survey_asked("c1")
        (shown,) = store.events("c1", kinds=["survey_asked"])
        assert store.surveyed_elsewhere(second) == max(NOON, shown.created_at)
        assert store.surveyed_elsewhere(first) is None

    def test_an_opinion_of_an_article_needs_the_article(self, store: Store) -> None:
        publish(store, ["Send it back."])
        store.add_opinion(ArticleOpinion("returns", helpful=True, created_at=NOON))
        with pytest.raises(UnknownThing):
            store.add_opinion(ArticleOpinion("nothing", helpful=True, created_at=NOON))

    # -- figures

    def test_what_is_asked_most_comes_first(self, store: Store) -> None:
        started(store, a_conversation())
        for number, article in enumerate(["returns", "delays", "delays"]):
            id = f"q{number}"
            store.add_message(a_message(id))
            turn = replace(a_turn(id), hits=({"article_id": article},))
            said = a_message(f"a{number}", author=Author.ASSISTANT)
            store.add_reply(turn, message=said, locale="fr", reply=always({}))
        assert store.most_cited("fr", among=10, limit=5) == ["delays", "returns"]
        assert store.most_cited("fr", among=10, limit=1) == ["delays"]
        assert store.most_cited("en", among=10, limit=5) == []

    def test_how_long_people_waited_is_told_of_those_who_were_answered(self, store: Store) -> None:
        handed_over(store, started(store, a_conversation()))
        assert store.waiting_times(among=10) == []
        for minute in (3, 9):
            id = f"m{minute}"
            store.add_message(a_message(id, author=Author.AGENT, minute=minute))
        assert store.waiting_times(among=10) == [180.0]
