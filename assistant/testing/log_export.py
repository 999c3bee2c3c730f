"""What every ConversationStore must do with opinions, exports and visitors to forget."""

from __future__ import annotations

import json

import pytest

from assistant.domain.survey import Feedback, SurveyResponse
from assistant.errors import Refused, UnknownThing
from assistant.ports import ConversationStore
from assistant.testing.samples import (
    NOON,
    a_conversation,
    a_handoff,
    a_message,
    answered,
    handed_over,
    started,
    token_of,
)


class ExportContract:
    """Part of the contract of a ConversationStore."""

    def test_opinions_are_kept_and_the_last_thumb_counts(self, store: ConversationStore) -> None:
        answered(store, started(store, a_conversation()))
        store.add_survey(SurveyResponse("c1", NOON, csat=4, comment="Bien"))
        store.add_survey(SurveyResponse("c1", NOON, nps=0))
        store.add_feedback(Feedback("m2", helpful=True, created_at=NOON))
        store.add_feedback(Feedback("m2", helpful=False, created_at=NOON, reason="wrong"))
        assert [survey["csat"] for survey in store.export("surveys")] == [4, None]
        [thumb] = store.export("feedback")
        assert (thumb["message_id"], thumb["helpful"], thumb["reason"]) == ("m2", False, "wrong")
        with pytest.raises(UnknownThing):
            store.add_survey(SurveyResponse("nothing", NOON, csat=1))
        with pytest.raises(UnknownThing):
            store.add_feedback(Feedback("nothing", helpful=True, created_at=NOON))

    def test_the_same_thumb_again_is_told_once(self, store: ConversationStore) -> None:
        started(store, a_conversation("c1"))
        store.add_message(a_message("m1"))
        for helpful, comment in ((False, None), (False, "wrong"), (True, None), (True, None)):
            store.add_feedback(Feedback("m1", helpful=helpful, created_at=NOON, comment=comment))
        [record] = store.export("conversations")
        told = [event["payload"] for event in record["events"] if event["kind"] == "rated"]
        assert [payload["helpful"] for payload in told] == [False, True]

    def test_a_conversation_is_exported_whole(self, store: ConversationStore) -> None:
        conversation = started(store, a_conversation("c2", visitor="v2", minute=1))
        answered(store, started(store, a_conversation()))
        handed_over(store, conversation)
        store.add_survey(SurveyResponse("c1", NOON, csat=5))
        store.add_feedback(Feedback("m2", helpful=True, created_at=NOON))
        records = list(store.export("conversations"))
        assert json.loads(json.dumps(records)) == records
        first, second = records
        assert first["created_at"] == "2026-03-14T12:00:00.123456+00:00"
        assert first["context"] == conversation.context
        assert [message["text"] for message in first["messages"]] == [a_message().text, "Demain."]
        [turn] = first["turns"]
        assert turn["hits"] == [{"passage_id": "delays#0", "score": 0.7}]
        assert (turn["signals"], turn["timings"]) == ({"cosine": 0.61}, {"search": 3.25})
        assert (turn["decision"], turn["reason"]) == ("answer", None)
        assert turn["reply"] == {"decision": "answer"}
        assert first["surveys"][0]["csat"] == 5
        assert first["feedback"][0]["helpful"] is True
        told = [event["kind"] for event in first["events"]]
        assert told == ["message", "message", "rated", "rated"]
        assert second["status"] == "waiting"
        assert second["handoffs"][0]["case_file"] == a_handoff().case_file
        assert "token" not in json.dumps(records).replace('"tokens"', "")

    def test_each_kind_is_exported_on_its_own(self, store: ConversationStore) -> None:
        answered(store, started(store, a_conversation()))
        assert [record["id"] for record in store.export("messages")] == ["m1", "m2"]
        assert [record["message_id"] for record in store.export("turns")] == ["m1"]
        assert [record["kind"] for record in store.export("events")] == ["message"] * 2
        assert list(store.export("handoffs")) == list(store.export("articles")) == []
        with pytest.raises(Refused, match="conversations, articles, messages"):
            store.export("passwords")

    def test_a_visitor_is_forgotten_without_a_trace(self, store: ConversationStore) -> None:
        answered(store, started(store, a_conversation("c1", visitor="v1")))
        handed_over(store, started(store, a_conversation("c2", visitor="v1")))
        store.add_survey(SurveyResponse("c1", NOON, csat=1))
        store.add_feedback(Feedback("m2", helpful=True, created_at=NOON))
        started(store, a_conversation("c3", visitor="v2"))
        store.add_message(a_message("m3", conversation="c3"))
        last = store.events("c3")[-1].id
        assert store.forget("v1") == 2
        assert [found.id for found in store.conversations()] == ["c3"]
        assert store.visitor_for(token_of("v1")) is None
        assert store.reply_to("m1") is None
        for kind in ("turns", "handoffs", "surveys", "feedback"):
            assert list(store.export(kind)) == []
        assert [record["id"] for record in store.export("messages")] == ["m3"]
        assert [record["conversation_id"] for record in store.export("events")] == ["c3"]
        with pytest.raises(UnknownThing):
            store.forget("v1")
        store.add_message(a_message("m4", conversation="c3"))
        assert store.events("c3")[-1].id > last
