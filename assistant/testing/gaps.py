"""What every GapStore must do."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest

from assistant.case_ports import Judgement, Verdict
from assistant.domain.answer import Decision
from assistant.domain.conversation import Author
from assistant.domain.delivery import Channel, Delivery, delivery_id
from assistant.domain.gap import Decided, Failing, GapState
from assistant.domain.handoff import Reason
from assistant.domain.ownership import Event
from assistant.domain.review import Mark
from assistant.domain.survey import Feedback
from assistant.errors import WrongStatus
from assistant.ports import Deed
from assistant.ports.gaps import AskedQuestion, FailedQuestion, Telling
from assistant.testing.reviews import a_review
from assistant.testing.reviews import answered as reviewed
from assistant.testing.samples import (
    NOON,
    a_conversation,
    a_handoff,
    a_message,
    a_turn,
    always,
    answered,
    by_agent,
    claimed,
    handed_over,
    started,
)

TAKEN = Decided("m1", GapState.IN_WORK, ("m1", "m2"), by="writer-1", at=NOON)
DEED = Deed(NOON, "writer-1", "gap_taken", "m1", {})
TOLD = Deed(NOON, "writer-1", "gap_told", "m1", {})


def _minutes(count: int) -> timedelta:
    return timedelta(minutes=count)


def _declined(
    store: Any,
    id: str,
    *,
    conversation: str = "c1",
    decision: Decision = Decision.HANDOFF,
    reason: Reason | None = Reason.NOT_COVERED,
    minute: int = 0,
) -> None:
    """The customer asks; the reply is as told."""
    said = a_message(id, f"Question {id} ?", conversation=conversation, minute=minute)
    store.add_message(said)
    turn = replace(
        a_turn(id, conversation=conversation),
        decision=decision,
        reason=reason,
        question=said.text,
        rewritten=f"{said.text} (colis)",
    )
    reply = a_message(f"{id}-reply", "…", conversation=conversation, author=Author.ASSISTANT)
    store.add_reply(
        turn,
        message=replace(reply, created_at=said.created_at),
        locale="fr",
        reply=always({"decision": decision.value}),
    )


class GapStoreContract:
    """Needs the fixture `store`: an empty one that is a ConversationStore and a CaseStore too."""

    def failed(self, store: Any, **window: Any) -> list[FailedQuestion]:
        asked = {"since": NOON - timedelta(days=1), "limit": 10} | window
        found: list[FailedQuestion] = store.failed_questions(**asked)
        return found

    def ways(self, store: Any) -> dict[str, set[Failing]]:
        return {each.message_id: set(each.ways) for each in self.failed(store)}

    def test_what_was_answered_did_not_fail(self, store: Any) -> None:
        answered(store, started(store, a_conversation("c1")))
        assert self.failed(store) == []

    def test_a_question_without_an_answer_is_told_whole(self, store: Any) -> None:
        started(store, a_conversation("c1", visitor="v1"))
        _declined(store, "m1")
        assert self.failed(store) == [
            FailedQuestion(
                message_id="m1",
                conversation_id="c1",
                visitor_id="v1",
                text="Question m1 ?",
                meaning="Question m1 ? (colis)",
                locale="fr",
                asked_at=NOON,
                failed_at=NOON,
                ways=frozenset({Failing.UNANSWERED}),
            )
        ]

    @pytest.mark.parametrize(
        ("reason", "way"),
        [
            (Reason.NOT_COVERED, Failing.UNANSWERED),
            (Reason.EMPTY_HELP_CENTER, Failing.UNANSWERED),
            (Reason.LOW_CONFIDENCE, Failing.UNSURE),
            (Reason.SENSITIVE_TOPIC, None),
            (Reason.FAILURE, None),
        ],
    )
    def test_why_there_was_no_answer(self, store: Any, reason: Reason, way: Failing | None) -> None:
        started(store, a_conversation("c1"))
        _declined(store, "m1", reason=reason)
        assert self.ways(store) == ({"m1": {way}} if way else {})

    def test_asking_back_failed_unless_an_answer_followed(self, store: Any) -> None:
        asks_back: Any = {"decision": Decision.CLARIFY, "reason": Reason.AMBIGUOUS}
        for id in ("c1", "c2"):
            started(store, a_conversation(id, visitor=f"v-{id}"))
        _declined(store, "m1", **asks_back)
        _declined(store, "m2", conversation="c2", **asks_back)
        _declined(store, "m3", conversation="c2", decision=Decision.ANSWER, reason=None, minute=1)
        assert self.ways(store) == {"m1": {Failing.UNSURE}}

    def test_a_thumb_down_is_about_the_question_before_it(self, store: Any) -> None:
        answered(store, started(store, a_conversation("c1")))
        store.add_feedback(Feedback("m2", helpful=False, created_at=NOON + _minutes(9)))
        (found,) = self.failed(store)
        assert (found.message_id, set(found.ways)) == ("m1", {Failing.NOT_HELPFUL})
        assert found.failed_at == NOON + _minutes(9)
        store.add_feedback(Feedback("m2", helpful=True, created_at=NOON + _minutes(10)))
        assert self.failed(store) == []

    def test_a_call_for_a_person_is_about_the_last_question(self, store: Any) -> None:
        answered(store, started(store, a_conversation("c1")))
        wish: Any = {"decision": Decision.HANDOFF, "reason": Reason.ASKED_FOR_HUMAN}
        _declined(store, "m3", minute=1, **wish)
        handoff = replace(a_handoff(), created_at=NOON + _minutes(2))
        notice = a_message("n1", "…", author=Author.ASSISTANT, minute=2)
        store.call_person(handoff, by="customer", notice=notice)
        assert self.ways(store) == {"m1": {Failing.HANDED_OVER}}

    def test_a_call_that_is_meant_to_be_is_no_failure(self, store: Any) -> None:
        answered(store, started(store, a_conversation("c1")))
        store.call_person(
            replace(a_handoff(), reason=Reason.ARTICLE_ESCALATES),
            by="assistant",
            notice=a_message("n1", "…", author=Author.ASSISTANT),
        )
        assert self.failed(store) == []

    def test_what_a_person_marks_as_missing_failed(self, store: Any) -> None:
        answered(store, started(store, a_conversation("c1")))
        judged = Judgement(
            conversation_id="c1",
            person_id="agent-1",
            verdict=Verdict.NOTHING_ANSWERS,
            question="Où est mon colis ?",
            created_at=NOON + _minutes(5),
        )
        store.judge(replace(judged, verdict=Verdict.RIGHT_PASSAGE, passage_id="delays#0"))
        assert self.failed(store) == []
        store.judge(judged)
        assert self.ways(store) == {"m1": {Failing.MARKED}}
        # A mis-click, or they looked again.
        store.judge(replace(judged, verdict=Verdict.RIGHT_PASSAGE, passage_id="delays#0"))
        assert self.failed(store) == []

    def test_what_a_lead_reviews_as_wrong_failed(self, store: Any) -> None:
        for id, mark in (("c1", Mark.WRONG), ("c2", Mark.PERSON_NEEDED), ("c3", Mark.PARTLY)):
            reviewed(store, id, confidence=0.9)
            store.add_review(a_review(id, mark=mark), deed=DEED)
        assert self.ways(store) == {"m-c1": {Failing.REVIEWED}, "m-c2": {Failing.REVIEWED}}

    def test_one_question_may_fail_in_more_than_one_way(self, store: Any) -> None:
        conversation = started(store, a_conversation("c1"))
        _declined(store, "m1")
        handed_over(store, conversation)
        (found,) = self.failed(store)
        assert found.ways == {Failing.UNANSWERED, Failing.HANDED_OVER}
        assert found.failed_at == NOON

    def test_the_last_ones_of_the_window_in_the_order_they_failed(self, store: Any) -> None:
        for number in range(4):
            id = f"c{number}"
            started(store, a_conversation(id, visitor=f"v{number}", minute=number))
            _declined(store, f"m{number}", conversation=id, minute=9 - number)
        found = self.failed(store, since=NOON + _minutes(1), limit=2)
        assert [each.message_id for each in found] == ["m2", "m1"]

    def test_what_was_made_up_stands_apart(self, store: Any) -> None:
        started(store, a_conversation("c1", visitor="sim-1"))
        _declined(store, "m1")
        assert self.failed(store) == []
        assert [each.message_id for each in self.failed(store, simulated=True)] == ["m1"]

    def test_whatever_was_asked_last_the_earliest_first(self, store: Any) -> None:
        answered(store, started(store, a_conversation("c1", visitor="v1")))
        started(store, a_conversation("c2", visitor="v2", minute=1))
        _declined(store, "m3", conversation="c2", minute=1)
        _declined(store, "m4", conversation="c2", reason=Reason.ASKED_FOR_HUMAN, minute=2)
        started(store, a_conversation("c3", visitor="sim-1", minute=2))
        _declined(store, "m5", conversation="c3", minute=2)
        window: Any = {"since": NOON - timedelta(days=1), "limit": 9}
        found = store.asked_questions(**window)
        assert [each.message_id for each in found] == ["m1", "m3"]
        assert found[1] == AskedQuestion(
            message_id="m3",
            conversation_id="c2",
            visitor_id="v2",
            text="Question m3 ?",
            meaning="Question m3 ? (colis)",
            locale="fr",
            asked_at=NOON + _minutes(1),
        )
        (last,) = store.asked_questions(**window | {"limit": 1})
        assert last.message_id == "m3"
        assert store.asked_questions(since=NOON + _minutes(3), limit=9) == []

    def test_meanings_by_message(self, store: Any) -> None:
        started(store, a_conversation("c1"))
        _declined(store, "m1")
        assert store.meanings(["m1", "gone"]) == {"m1": "Question m1 ? (colis)"}
        assert store.meanings([]) == {}

    def test_who_is_forgotten_asked_nothing(self, store: Any) -> None:
        started(store, a_conversation("c1", visitor="v1"))
        _declined(store, "m1")
        store.decide_gap(TAKEN, was=None, deed=DEED)
        store.forget("v1")
        assert self.failed(store) == []
        assert store.meanings(["m1"]) == {}
        assert store.gap_decisions() == [TAKEN]

    def test_a_decision_is_kept_with_its_deed(self, store: Any) -> None:
        store.decide_gap(TAKEN, was=None, deed=DEED)
        assert store.gap_decisions() == [TAKEN]
        assert store.deeds()[0][1] == DEED
        done = replace(TAKEN, state=GapState.DONE, article_id="fr/colis", article_hash="h1")
        store.decide_gap(done, was=GapState.IN_WORK, deed=replace(DEED, action="gap_answered"))
        assert store.gap_decisions() == [done]

    @pytest.mark.parametrize("was", [None, GapState.DISMISSED])
    def test_who_decides_on_what_was_decided_meanwhile_is_refused(
        self, store: Any, was: GapState | None
    ) -> None:
        store.decide_gap(TAKEN, was=None, deed=DEED)
        with pytest.raises(WrongStatus):
            store.decide_gap(replace(TAKEN, state=GapState.DONE), was=was, deed=DEED)
        assert store.gap_decisions() == [TAKEN]
        assert len(store.deeds()) == 1

    def test_of_those_who_decide_at_once_one_does(self, store: Any) -> None:
        together = Barrier(4)

        def decide(_: int) -> bool:
            together.wait()
            try:
                store.decide_gap(TAKEN, was=None, deed=DEED)
            except WrongStatus:
                return False
            return True

        with ThreadPoolExecutor(4) as people:
            assert sum(people.map(decide, range(4))) == 1
        assert len(store.deeds()) == 1

    # -- telling who asked

    def asked_by(self, store: Any, visitor: str, *, conversation: str, message: str) -> Telling:
        """A question without an answer, and what its asker is told by now."""
        started(store, a_conversation(conversation, visitor=visitor))
        _declined(store, message, conversation=conversation)
        said = a_message(f"{message}-now", conversation=conversation, author=Author.ASSISTANT)
        mail = Delivery(
            delivery_id("answered_now", said.id), Channel.MAIL, "answered_now", "v@shop.example",
            NOON, "fr", {"message_id": said.id}, conversation_id=conversation, next_at=NOON,
        )  # fmt: skip
        return Telling({message: conversation}, said, mail)

    def test_who_asked_is_told_in_the_conversation_and_by_mail(self, store: Any) -> None:
        telling = self.asked_by(store, "v1", conversation="c1", message="m1")
        assert store.told(["m1"]) == {}
        assert store.tell([telling], deed=TOLD) == [telling]
        assert store.told(["m1", "gone"]) == {"m1": NOON}
        assert store.messages("c1")[-1] == telling.said
        (mail,) = store.take_due(NOON, until=NOON + _minutes(5))
        assert (mail.id, mail.conversation_id) == (telling.mail.id, "c1")
        assert store.deeds()[0][1] == replace(TOLD, detail={"customers": 1})

    def test_who_is_with_people_is_told_once_that_is_over(self, store: Any) -> None:
        telling = self.asked_by(store, "v1", conversation="c1", message="m1")
        waiting = handed_over(store, store.conversation("c1"))
        self.is_not_told(store, telling)
        theirs = claimed(store, waiting)
        self.is_not_told(store, telling)
        store.move(theirs.id, by_agent(Event.RESOLVED))
        assert store.tell([telling], deed=TOLD) == [telling]

    def is_not_told(self, store: Any, telling: Telling) -> None:
        """The assistant is silent, no mail goes out, and they can still be told."""
        before = store.messages("c1")
        assert store.tell([telling], deed=TOLD) == []
        assert store.messages("c1") == before
        assert store.take_due(NOON, until=NOON + _minutes(5)) == []
        assert store.told(["m1"]) == {}
        assert "gap_told" not in [deed.action for _, deed in store.deeds()]

    def test_nobody_is_told_of_a_question_twice(self, store: Any) -> None:
        telling = self.asked_by(store, "v1", conversation="c1", message="m1")
        store.tell([telling], deed=TOLD)
        again = replace(telling, said=replace(telling.said, id="again"))
        before = store.messages("c1")
        assert store.tell([again], deed=TOLD) == []
        assert store.messages("c1") == before
        assert len(store.take_due(NOON, until=NOON + _minutes(5))) == 1
        assert len(store.deeds()) == 1

    def test_who_was_told_is_told_of_a_new_question_and_of_no_old_one(self, store: Any) -> None:
        first = self.asked_by(store, "v1", conversation="c1", message="m1")
        second = self.asked_by(store, "v1", conversation="c2", message="m2")
        store.tell([first], deed=TOLD)
        assert store.tell([replace(second, questions={"m1": "c1", "m2": "c2"})], deed=TOLD) == []
        assert store.told(["m1", "m2"]) == {"m1": NOON}
        assert store.tell([second], deed=TOLD) == [second]
        assert store.told(["m1", "m2"]) == {"m1": NOON, "m2": NOON}

    def test_of_those_who_tell_at_once_one_does(self, store: Any) -> None:
        telling = self.asked_by(store, "v1", conversation="c1", message="m1")
        together = Barrier(4)

        def tell(number: int) -> int:
            together.wait()
            said = replace(telling.said, id=f"now-{number}")
            return len(store.tell([replace(telling, said=said)], deed=TOLD))

        with ThreadPoolExecutor(4) as people:
            assert sum(people.map(tell, range(4))) == 1

    def test_who_is_erased_is_not_told_and_leaves_no_trace(self, store: Any) -> None:
        telling = self.asked_by(store, "v1", conversation="c1", message="m1")
        other = self.asked_by(store, "v2", conversation="c2", message="m2")
        store.tell([telling], deed=TOLD)
        store.forget("v1")
        assert store.told(["m1"]) == {}
        store.forget("v2")
        assert store.tell([other], deed=TOLD) == []
