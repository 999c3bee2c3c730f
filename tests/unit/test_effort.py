"""Effort is counted from events, never from the number of turns."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from assistant.domain.conversation import Author
from assistant.insights.beside import Beside, Call, beside_in
from assistant.insights.effort import EffortScore, effort_of
from assistant.insights.transcript import SaidTurn
from assistant.ports import StoredEvent

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


def waited(score: EffortScore) -> list[tuple[int, int]]:
    """At which turns, and for how many points."""
    return [(event.turn, event.points) for event in score.events if event.cue == "waited"]


def since(*minutes: float | None) -> Call:
    """A call so many minutes after noon, and its end."""
    called, *ended = (None if each is None else NOON + timedelta(minutes=each) for each in minutes)
    assert called is not None
    return Call(called, ended[0] if ended else None)


ASKED = [
    customer("Where is my parcel 778812?", after=timedelta()),
    assistant("I have passed this on.", after=timedelta(seconds=5)),
]


def test_who_was_handed_over_waits_though_they_asked_for_nobody() -> None:
    turns = [*ASKED, agent("Hello, this is Marie.", after=timedelta(days=2))]
    known = Beside(NOON + timedelta(days=3), calls=(since(1),))
    assert waited(effort_of(turns)) == []
    assert waited(effort_of(turns, beside=known)) == [(0, 20)]


def test_who_still_waits_waits_until_now() -> None:
    def at(minutes: float) -> list[tuple[int, int]]:
        known = Beside(NOON + timedelta(minutes=minutes), calls=(since(0.5),))
        return waited(effort_of(ASKED, beside=known))

    assert at(1) == []
    assert at(30.5) == [(0, 10)]
    assert at(60.5) == at(3 * 24 * 60) == [(0, 20)]


def test_a_wait_begins_with_the_words_that_asked_before_the_call() -> None:
    turns = [
        customer("I want to speak to a human", after=timedelta()),
        assistant("Shall I ask a colleague?", after=timedelta(seconds=5)),
        customer("Yes", after=timedelta(minutes=30)),
        agent("Hello, this is Marie.", after=timedelta(minutes=45)),
    ]
    known = Beside(NOON + timedelta(days=1), calls=(since(30),))
    assert waited(effort_of(turns, beside=known)) == [(0, 15)]


def test_each_call_is_a_wait_that_ends_with_a_word_or_with_the_case() -> None:
    turns = [
        *ASKED,
        agent("Hello, this is Marie.", after=timedelta(minutes=30)),
        customer("It is broken again", after=timedelta(minutes=100)),
    ]
    known = Beside(NOON + timedelta(days=9), calls=(since(0.5, 40), since(100, 130)))
    assert waited(effort_of(turns, beside=known)) == [(0, 10), (3, 10)]


def test_words_that_called_nobody_are_no_wait_without_end() -> None:
    turns = [customer("I want to speak to a human", after=timedelta())]
    assert waited(effort_of(turns, beside=Beside(NOON + timedelta(days=9)))) == []


@pytest.mark.parametrize(
    ("text", "locale", "in_vain"),
    [
        ("And which label do I print?", "en", True),
        ("Thanks, that is clear now", "en", False),
        ("Thanks! But which label do I print?", "en", True),
        ("Et quelle étiquette imprimer ?", "fr", True),
        ("Merci, c’est clair", "fr", False),
    ],
)
def test_who_read_an_article_and_asks_on_read_it_in_vain(
    text: str, locale: str, *, in_vain: bool
) -> None:
    turns = [*ASKED, customer(text, after=timedelta(minutes=5))]

    def found(*minutes: float) -> list[int]:
        read = tuple(NOON + timedelta(minutes=each) for each in minutes)
        score = effort_of(turns, locale=locale, beside=Beside(NOON, read=read))
        return [event.turn for event in score.events if event.cue == "read_in_vain"]

    assert found(2, 3) == ([2] if in_vain else [])
    assert found(-2) == found(9) == []


def test_what_happened_beside_is_read_from_the_log() -> None:
    def event(minute: int, kind: str, **payload: str) -> StoredEvent:
        return StoredEvent(minute, "c1", kind, payload, NOON + timedelta(minutes=minute))

    known = beside_in(
        [
            event(1, "looked", what="article", of="returns"),
            event(2, "looked", what="page", of="/"),
            event(3, "status", event="person_called", status="waiting"),
            event(4, "status", event="claimed", status="with_agent"),
            event(5, "status", event="released", status="with_assistant"),
            event(6, "status", event="resolved", status="resolved"),
            event(7, "status", event="person_called", status="waiting"),
        ],
        now=NOON,
    )
    assert known.read == (NOON + timedelta(minutes=1),)
    assert known.calls == (since(3, 5), since(7))


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
