"""Effort is counted from events, never from the number of turns."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from assistant.domain.conversation import Author
from assistant.insights.effort import EffortScore, effort_of
from assistant.insights.transcript import SaidTurn

NOON = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)


def customer(text: str, *, after: timedelta | None = None) -> SaidTurn:
    return SaidTurn(Author.CUSTOMER, text, None if after is None else NOON + after)


def assistant(text: str, *, after: timedelta | None = None) -> SaidTurn:
    return SaidTurn(Author.ASSISTANT, text, None if after is None else NOON + after)


def agent(text: str, *, after: timedelta | None = None) -> SaidTurn:
    return SaidTurn(Author.AGENT, text, None if after is None else NOON + after)


def cues(score: EffortScore) -> list[tuple[str, int]]:
    return [(event.cue, event.turn) for event in score.events]


def test_a_plain_question_and_answer_cost_nothing() -> None:
    score = effort_of([customer("Can I return a gift?"), assistant("Yes, within 30 days.")])
    assert score == EffortScore(0, ())


def test_a_long_conversation_without_trouble_costs_nothing() -> None:
    topics = ["returns", "delivery", "invoices", "vouchers", "repairs", "sizes", "colours", "stock"]
    turns = []
    for topic in topics:
        turns += [customer(f"Tell me about {topic}"), assistant(f"About {topic}: all is well.")]
    assert effort_of(turns).index == 0


def test_asking_the_same_again_in_other_words_is_effort() -> None:
    score = effort_of(
        [
            customer("When does my parcel arrive?"),
            assistant("We offer three kinds of delivery."),
            customer("So when will the parcel be arriving?"),
        ]
    )
    assert cues(score) == [("repeated", 2)]
    assert score.index == score.events[0].points > 0


def test_a_message_sent_in_two_halves_is_not_asked_again() -> None:
    score = effort_of([customer("my parcel arrives when"), customer("when arrives my parcel?")])
    assert score.index == 0


def test_the_same_answer_again_is_effort() -> None:
    answer = "Delivery takes three working days in France."
    score = effort_of(
        [customer("Where is it?"), assistant(answer), customer("Lost, perhaps?"), assistant(answer)]
    )
    assert cues(score) == [("same_answer", 3)]


@pytest.mark.parametrize("detail", ["A-778812", "ana@example.org", "0612345678"])
def test_giving_the_same_detail_twice_is_effort(detail: str) -> None:
    score = effort_of(
        [
            customer(f"Hello, it is about {detail}."),
            assistant("Which order is it about?"),
            customer(f"{detail}, please"),
        ]
    )
    assert ("given_twice", 2) in cues(score)


def test_a_dead_end_is_effort_and_a_way_on_is_not() -> None:
    question = customer("Do you repair clocks?")
    dead = effort_of([question, assistant("I do not know.")])
    assert cues(dead) == [("dead_end", 1)]
    open_ = effort_of([question, assistant("I do not know. Would you like to talk to a person?")])
    assert open_.index == 0


@pytest.mark.parametrize(
    ("text", "cue"),
    [
        ("No, I meant the other order", "corrects"),
        ("I already told you my address", "told_before"),
        ("I want to speak to a human", "wants_person"),
        ("I have emailed you about it", "other_channel"),
        ("I contacted you last week about it", "came_back"),
        ("Non, je voulais dire l'autre commande", "corrects"),
        ("Je vous ai déjà donné mon adresse", "told_before"),
        ("Je veux parler à un conseiller", "wants_person"),
        ("Je vous ai envoyé un mail", "other_channel"),
        ("J'ai appelé la semaine dernière et j'attends", "came_back"),
    ],
)
def test_customers_tell_of_their_effort_themselves(text: str, cue: str) -> None:
    locale = "fr" if any(word in text for word in ("Je", "J'", "Non,")) else "en"
    turns = [customer("?"), assistant("…"), customer(text)]
    assert (cue, 2) in cues(effort_of(turns, locale=locale))


def test_a_correction_before_any_answer_corrects_nobody() -> None:
    assert effort_of([customer("That is not what I ordered, the jacket is blue")]).index == 0


def test_waiting_for_a_person_costs_in_proportion() -> None:
    def waited(minutes: float) -> int:
        turns = [
            customer("I want to speak to a human", after=timedelta()),
            assistant("Someone will be with you.", after=timedelta(seconds=2)),
            agent("Hello, this is Marie.", after=timedelta(minutes=minutes)),
        ]
        return sum(event.points for event in effort_of(turns).events if event.cue == "waited")

    assert waited(0.2) == 0
    assert 0 < waited(15) < waited(45) <= waited(60) == waited(600)


def test_a_wait_that_nobody_timed_is_not_guessed() -> None:
    turns = [customer("I want to speak to a human"), agent("Hello, this is Marie.")]
    assert cues(effort_of(turns)) == [("wants_person", 0)]


def test_coming_back_after_hours_is_effort_and_a_slow_reply_is_not() -> None:
    def at(hours: float) -> EffortScore:
        return effort_of(
            [
                customer("Where is my parcel?", after=timedelta()),
                assistant("On its way.", after=timedelta(seconds=5)),
                customer("It says Lyon now.", after=timedelta(hours=hours)),
            ]
        )

    assert cues(at(30)) == [("came_back", 2)]
    assert at(0.5).index == 0
    late = [customer("Hello", after=timedelta()), assistant("Hi", after=timedelta(hours=9))]
    assert effort_of(late).index == 0


def test_the_points_add_up_to_the_index_as_far_as_a_hundred() -> None:
    turns = [customer("Where is my parcel 778812?"), assistant("I do not know.")]
    score = effort_of(turns * 2)
    assert score.index == sum(event.points for event in score.events)
    assert effort_of(turns * 9).index == 100
    assert all(event.text for event in score.events)
