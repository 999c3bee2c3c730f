"""What every ReviewStore must do."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from assistant.case_ports import Judgement, Verdict
from assistant.domain.answer import Decision
from assistant.domain.conversation import Author
from assistant.domain.review import Label, Mark, Pick, Review
from assistant.domain.survey import Feedback, SurveyResponse
from assistant.errors import UnknownThing
from assistant.ports import Deed
from assistant.testing.samples import NOON, a_conversation, a_message, a_turn, started

DEED = Deed(NOON, "lead-1", "reviewed", "c1", {"mark": "wrong"})


def answered(store: Any, id: str, *, confidence: float, visitor: str = "") -> str:
    """A conversation whose question got an answer; the id of the question."""
    started(store, a_conversation(id, visitor=visitor or f"v-{id}"))
    store.add_message(a_message(f"m-{id}", conversation=id))
    said = a_message(f"a-{id}", "Demain.", conversation=id, author=Author.ASSISTANT)
    turn = replace(a_turn(f"m-{id}", conversation=id), confidence=confidence)
    store.add_reply(
        turn,
        message=said,
        locale="fr",
        reply=lambda turn, message, _: {
            "reply": {"message": {"id": message.id, "text": message.text, "html": message.html}},
            "sentences": [],
        },
    )
    return f"m-{id}"


def a_review(id: str, *, mark: Mark = Mark.WRONG, pick: Pick = Pick.RANDOM) -> Review:
    """Of the answer in the conversation of that id."""
    return Review(f"m-{id}", id, "lead-1", mark, pick, "Old price.", NOON)


def chosen(store: Any, pick: Pick) -> list[str]:
    """The questions whose answers wait for a review."""
    return [each.turn.message_id for each in store.to_review(pick, limit=9)]


class ReviewStoreContract:
    """Needs the fixture `store`: an empty one that is a ConversationStore and a PeopleStore too."""

    def test_the_least_sure_come_first_with_all_they_were_decided_from(self, store: Any) -> None:
        answered(store, "c1", confidence=0.9)
        answered(store, "c2", confidence=0.6)
        assert chosen(store, Pick.LEAST_SURE) == ["m-c2", "m-c1"]
        first = store.to_review(Pick.LEAST_SURE, limit=1)[0]
        assert (first.text, first.turn.confidence) == ("Demain.", 0.6)
        assert first.turn.hits == a_turn().hits
        assert sorted(chosen(store, Pick.RANDOM)) == ["m-c1", "m-c2"]

    def test_what_is_no_answer_or_made_up_is_never_chosen(self, store: Any) -> None:
        answered(store, "c1", confidence=0.9, visitor="sim-1")
        started(store, a_conversation("c2", visitor="v2"))
        store.add_message(a_message("m-c2", conversation="c2"))
        asked = replace(a_turn("m-c2", conversation="c2"), decision=Decision.CLARIFY)
        store.add_reply(
            asked, message=None, locale="fr", reply=lambda *_: {"reply": {"message": None}}
        )
        for pick in Pick:
            assert chosen(store, pick) == []

    def test_the_badly_rated_are_those_with_a_thumb_down_or_a_bad_survey(self, store: Any) -> None:
        for id in ("c1", "c2", "c3"):
            answered(store, id, confidence=0.9)
        store.add_feedback(Feedback("a-c1", helpful=False, created_at=NOON))
        store.add_feedback(Feedback("a-c2", helpful=True, created_at=NOON))
        store.add_survey(SurveyResponse("c3", NOON, csat=1))
        assert sorted(chosen(store, Pick.BADLY_RATED)) == ["m-c1", "m-c3"]

    def test_what_was_reviewed_is_not_chosen_again_and_is_counted(self, store: Any) -> None:
        answered(store, "c1", confidence=0.9)
        store.add_review(a_review("c1"), deed=DEED)
        assert chosen(store, Pick.RANDOM) == []
        assert store.marks(Pick.RANDOM) == {**dict.fromkeys(Mark, 0), Mark.WRONG: 1}
        again = replace(a_review("c1", mark=Mark.RIGHT), created_at=NOON + timedelta(hours=1))
        store.add_review(again, deed=DEED)
        assert store.marks(Pick.RANDOM)[Mark.RIGHT] == 1
        assert store.marks(Pick.LEAST_SURE)[Mark.RIGHT] == 0
        (record,) = store.export("reviews")
        assert (record["mark"], record["note"]) == ("right", "Old price.")
        assert store.deeds()[0][1].action == "reviewed"

    def test_a_sample_at_random_is_of_all_answers(self, store: Any) -> None:
        for id in ("c1", "c2"):
            answered(store, id, confidence=0.9)
        store.add_review(a_review("c1", pick=Pick.BADLY_RATED), deed=DEED)
        assert chosen(store, Pick.LEAST_SURE) == ["m-c2"]
        assert sorted(chosen(store, Pick.RANDOM)) == ["m-c1", "m-c2"]
        store.add_review(a_review("c1", mark=Mark.PARTLY), deed=DEED)
        assert chosen(store, Pick.RANDOM) == ["m-c2"]
        assert store.marks(Pick.RANDOM)[Mark.PARTLY] == 1
        assert store.marks(Pick.BADLY_RATED)[Mark.WRONG] == 0

    def test_only_answers_are_reviewed(self, store: Any) -> None:
        answered(store, "c1", confidence=0.9)
        started(store, a_conversation("c2", visitor="v2"))
        for unknown in (
            replace(a_review("c1"), message_id="a-c1"),
            replace(a_review("c1"), conversation_id="c2"),
        ):
            with pytest.raises(UnknownThing):
                store.add_review(unknown, deed=DEED)

    def test_who_is_forgotten_takes_the_reviews_along(self, store: Any) -> None:
        answered(store, "c1", confidence=0.9)
        store.add_review(a_review("c1"), deed=DEED)
        store.forget("v-c1")
        assert sum(store.marks(Pick.RANDOM).values()) == 0

    def test_marks_teach_what_the_first_article_was(self, store: Any) -> None:
        for id in ("c1", "c2", "c3", "c4"):
            answered(store, id, confidence=0.5)
        marks = (Mark.RIGHT, Mark.PARTLY, Mark.WRONG, Mark.PERSON_NEEDED)
        for minute, (id, mark) in enumerate(zip(("c1", "c2", "c3", "c4"), marks, strict=True)):
            at = NOON + timedelta(minutes=minute)
            store.add_review(replace(a_review(id, mark=mark), created_at=at), deed=DEED)
        asked = ("Où est mon colis ?", "fr")
        assert store.labels(limit=9) == [
            Label(*asked, None, right=False),
            Label(*asked, "delays", right=False),
            Label(*asked, "delays", right=True),
        ]
        assert store.labels(limit=1) == [Label(*asked, None, right=False)]

    def test_judgements_teach_too_and_made_up_ones_nothing(self, store: Any) -> None:
        answered(store, "c1", confidence=0.5)
        answered(store, "c2", confidence=0.5, visitor="sim-000001")
        right = Judgement("c1", "agent-1", Verdict.RIGHT_PASSAGE, "Lost?", NOON, "lost#2", "lost")
        store.judge(right)
        store.judge(replace(right, conversation_id="c2", question="Made up?"))
        nothing = replace(
            right, verdict=Verdict.NOTHING_ANSWERS, passage_id=None, article_id=None,
            question="A fax?", created_at=NOON - timedelta(minutes=1),
        )  # fmt: skip
        store.judge(replace(nothing, question="Lost?"))
        store.judge(right)
        store.judge(nothing)
        store.add_review(a_review("c2"), deed=DEED)
        assert store.labels(limit=9) == [
            Label("Lost?", "fr", "lost", right=True),
            Label("A fax?", "fr", None, right=False),
        ]
