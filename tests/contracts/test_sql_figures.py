"""What is counted in the log is what happened: the simulator's truth is recovered exactly."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta

import pytest

from assistant.adapters.sql.store import SqlStore
from assistant.case_ports import Judgement, Verdict
from assistant.domain.answer import Decision
from assistant.domain.conversation import Author
from assistant.domain.handoff import Reason
from assistant.domain.ownership import CUSTOMER, ROUTING, Event, Move
from assistant.domain.survey import Feedback, SurveyResponse
from assistant.evaluation.simulated import Plan, Story, Truth, plans, truth
from assistant.evaluation.simulator import Clock, Simulator
from assistant.ports.figures import FIELDS, By, Cohort, Counted, Fact, Rung, Took, answers
from assistant.testing.samples import (
    a_conversation,
    a_handoff,
    a_message,
    a_turn,
    always,
    answered,
    by_agent,
    started,
)

pytestmark = pytest.mark.slow

AT = datetime(2026, 6, 1, 12, tzinfo=UTC)
ALL = Cohort(AT - timedelta(days=90), AT, AT, simulated=True)
NAMES = [*(rung.value for rung in Rung), *(counted.value for counted in Counted)]
PLANS = plans(90, seed=24, until=AT)


@pytest.fixture
def clock() -> Clock:
    return Clock(AT)


@pytest.fixture
def figures(store: SqlStore, clock: Clock) -> Iterator[SqlStore]:
    """The store with a clock that can be set back."""
    other = SqlStore(store._db.url.render_as_string(hide_password=False), now=clock)
    yield other
    other.close()


@pytest.fixture
def simulated(figures: SqlStore, clock: Clock) -> SqlStore:
    Simulator(figures, clock).write(PLANS)
    return figures


def agrees(store: SqlStore, cohort: Cohort, found: Sequence[Plan]) -> Truth:
    """The counts are true of these plans."""
    true = truth(found, at=cohort.at)
    counts = store.tally(cohort).counts
    assert {name: counts[name] for name in NAMES} == {name: true.counts[name] for name in NAMES}
    return true


def test_every_story_is_told() -> None:
    assert {plan.story for plan in PLANS} == set(Story)
    counts = truth(PLANS, at=AT).counts
    assert all(counts[name] for name in NAMES)
    assert sum(counts[rung.value] for rung in Rung) == len(PLANS)


def test_the_truth_is_recovered(simulated: SqlStore) -> None:
    true = agrees(simulated, ALL, PLANS)
    tally = simulated.tally(ALL)
    assert tally.reasons == true.reasons
    for took, found in tally.durations.items():
        times = true.took[took]
        assert found.n == len(times) == tally.counts[took]
        assert found.median == times[math.ceil(found.n / 2) - 1]
        assert found.p90 == times[math.ceil(found.n * 0.9) - 1]

    # The list behind a number is as long as the number says, and each is on one rung.
    listed = {name: simulated.counted(ALL, name, limit=1000) for name in tally.counts}
    assert {name: len(found) for name, found in listed.items()} == tally.counts
    on_rungs = [found.id for rung in Rung for found in listed[rung.value]]
    assert sorted(on_rungs) == sorted(found.id for found in listed["all"])
    page = simulated.counted(ALL, "all", limit=5, skip=3)
    assert list(page) == list(listed["all"])[3:8]
    assert simulated.counted(ALL, "nonsense") == []

    assert list(tally.by_day) == sorted({plan.start.strftime("%Y-%m-%d") for plan in PLANS})
    for name, count in tally.counts.items():
        assert sum(day[name] for day in tally.by_day.values()) == count

    # What was asked and answered before a person was called is the assistant's.
    for by in By:
        for good, least in ((False, 1), (True, 4)):
            name = answers("csat", by, good=good)
            rated = Counter(
                plan.start.strftime("%Y-%m-%d") for plan in PLANS if plan.rated.get(by, 0) >= least
            )
            assert {day: n for day, each in tally.by_day.items() if (n := each[name])} == rated
        assert tally.surveys[by]["csat"] == true.csat[by]
        assert tally.counts[f"responded_{by}"] == true.csat[by].total() > 0
        assert len(simulated.counted(ALL, answers("csat", by))) == true.csat[by].total()
    assert tally.counts["surveyed_people"] == true.counts["resolved"]
    assert tally.counts["surveyed_assistant"] == true.csat[By.ASSISTANT].total()
    rated = [plan for plan in PLANS if plan.rated]
    assert len(simulated.counted(ALL, answers("csat"))) == len(rated)

    # A cohort is narrowed by period, language and reason.
    some = [plan for plan in PLANS if plan.locale == "fr"]
    agrees(simulated, replace(ALL, locale="fr"), some)
    reason = "asked_for_human"
    some = [plan for plan in PLANS if plan.is_handed and plan.reason.value == reason]
    agrees(simulated, replace(ALL, reason=reason), some)
    middle = AT - timedelta(days=20)
    counted = simulated.tally(replace(ALL, until=middle)).counts["all"]
    assert counted == sum(plan.start < middle for plan in PLANS)
    # What became of them changes with time; what happened in them does not.
    later = replace(ALL, at=AT + timedelta(days=30))
    assert agrees(simulated, later, PLANS).counts["confirmed"] == 0

    latest = simulated.rated(limit=3, simulated=True)
    assert [each.csat for each in latest] == [
        each.csat for each in simulated.rated(limit=99, simulated=True)
    ][:3]
    given = sum(len(plan.rated) for plan in PLANS)
    assert len(simulated.rated(limit=99, simulated=True)) == given

    # None of it is ever counted among real ones.
    assert simulated.rated(limit=99, simulated=False) == []
    real = replace(ALL, simulated=False)
    assert set(simulated.tally(real).counts.values()) == {0}
    assert simulated.tally(real).durations[Took.FIRST_REPLY].median is None
    assert simulated.simulated_conversations() == len(PLANS)
    assert simulated.waiting_times(among=100) == []
    assert simulated.most_cited("en", among=100, limit=5) == []
    assert all("simulated" in found.tags for found in listed["all"])


def test_what_is_told_of_each_adds_up_to_what_is_counted(simulated: SqlStore) -> None:
    counts, told = simulated.tally(ALL).counts, simulated.outcomes(ALL)
    rungs = Counter(each.rung for each in told)
    assert rungs == {rung: counts[rung] for rung in Rung if counts[rung]}
    assert sum(each.wrong for each in told) == counts[Counted.WRONG] > 0
    assert sum(each.reopened for each in told) == counts[Counted.REOPENED] > 0
    assert [each.began for each in told] == [plan.start for plan in PLANS]
    names = [field.name for field in fields(Fact)]
    same = [Fact(**{name: getattr(each, name) for name in names}) for each in told]
    assert same == simulated.facts(ALL)


def test_a_moment_sees_nothing_of_what_came_later(figures: SqlStore, clock: Clock) -> None:
    """The log of an afternoon, with every hour seen again afterwards."""
    hours = [AT + timedelta(hours=n) for n in range(6)]
    clock.at = hours[0]
    conversation = started(figures, replace(a_conversation(), created_at=hours[0]))
    figures.add_message(replace(a_message(), created_at=hours[0]))
    clock.at = hours[1]
    said = replace(a_message("m2", "Demain.", author=Author.ASSISTANT), created_at=hours[1])
    figures.add_reply(a_turn(), message=said, locale="fr", reply=always({}))
    figures.add_feedback(Feedback("m2", True, hours[2]))
    clock.at = hours[3]
    notice = replace(a_message("n1", author=Author.ASSISTANT), created_at=hours[3])
    handoff = replace(a_handoff(), created_at=hours[3])
    figures.call_person(handoff, by=CUSTOMER, notice=notice)
    clock.at = hours[4]
    figures.answer(replace(a_message("a1", author=Author.AGENT), created_at=hours[4]), by="agent-1")
    clock.at = hours[5]
    figures.move(conversation.id, by_agent(Event.RESOLVED))

    tallies = [figures.tally(Cohort(AT, AT + timedelta(days=1), at)) for at in hours]
    rungs = [next(rung for rung in Rung if tally.counts[rung]) for tally in tallies]
    assert rungs == [Rung.ABANDONED, Rung.ASSUMED, Rung.CONFIRMED, *[Rung.PERSON] * 3]
    assert [tally.counts["handed"] for tally in tallies] == [0, 0, 0, 1, 1, 1]
    assert [tally.counts["waiting"] for tally in tallies] == [0, 0, 0, 1, 0, 0]
    assert [tally.counts["resolved"] for tally in tallies] == [0, 0, 0, 0, 0, 1]
    assert tallies[4].durations[Took.TO_PERSON].median == 3600
    before = figures.tally(Cohort(AT, AT + timedelta(days=1), AT - timedelta(seconds=1)))
    assert before.counts["all"] == 0
    # A week after its last message it has lasted.
    late = Cohort(AT, AT + timedelta(days=1), hours[4] + timedelta(days=7))
    assert figures.tally(late).counts["durable"] == 1


def test_of_several_surveys_of_a_conversation_the_last_one_counts(figures: SqlStore) -> None:
    started(figures, a_conversation())
    figures.add_message(a_message())
    for minute, values in enumerate([{"csat": 5, "nps": 9}, {"csat": 2, "easy": 4}]):
        figures.add_survey(SurveyResponse("c1", AT + timedelta(minutes=minute), **values))
    cohort = Cohort(AT - timedelta(days=90), AT, AT + timedelta(hours=1))
    tally = figures.tally(cohort)
    given = tally.surveys[By.ASSISTANT]
    assert (given["csat"], given["nps"], given["easy"]) == ({2: 1}, {9: 1}, {4: 1})
    listed = {
        name: len(figures.counted(cohort, name))
        for field in FIELDS
        for name in (answers(field, By.ASSISTANT), answers(field, By.ASSISTANT, good=True))
    }
    assert {name for name, n in listed.items() if n} == {
        "given_csat_assistant",
        "given_nps_assistant",
        "given_easy_assistant",
    }
    assert figures.counted(cohort, answers("csat", By.PEOPLE)) == []
    first = replace(cohort, at=AT)
    assert len(figures.counted(first, answers("csat", By.ASSISTANT, good=True))) == 1


def case_of_a_person(log: SqlStore, clock: Clock) -> None:
    """An answer at 12:00, a person is called an hour later, writes and resolves it at 14:00."""
    clock.at = AT
    answered(log, started(log, replace(a_conversation(), created_at=AT)))
    clock.at = AT + timedelta(hours=1)
    call(log, clock, 1)
    clock.at = AT + timedelta(hours=2)
    said = a_message("a1", author=Author.AGENT)
    log.answer(replace(said, created_at=clock.at), by="agent-1")
    log.move("c1", by_agent(Event.RESOLVED))


def writes(
    log: SqlStore, clock: Clock, id: str, decision: Decision, reason: Reason | None = None
) -> None:
    """The customer does, and the assistant decides so about it."""
    log.add_message(replace(a_message(id), created_at=clock.at))
    said = replace(a_message(f"{id}-r", author=Author.ASSISTANT), created_at=clock.at)
    turn = replace(a_turn(id), decision=decision, reason=reason)
    log.add_reply(turn, message=said, locale="fr", reply=always({}))


def call(log: SqlStore, clock: Clock, number: int) -> None:
    notice = replace(a_message(f"n{number}", author=Author.ASSISTANT), created_at=clock.at)
    handoff = replace(a_handoff(f"h{number}"), created_at=clock.at)
    log.call_person(handoff, by=CUSTOMER, notice=notice)


def later(clock: Clock) -> Cohort:
    """All, as they stand a week after."""
    return Cohort(AT - timedelta(days=90), AT + timedelta(days=1), clock.at + timedelta(days=9))


@pytest.mark.parametrize(
    ("hours", "csat", "rung"),
    [
        (3, 1, Rung.PERSON),
        (3, 3, Rung.DURABLE),
        (3, 5, Rung.DURABLE),
        # Before anybody was called: it says nothing of what the person did then.
        (0.5, 1, Rung.DURABLE),
    ],
)
def test_who_rates_badly_what_a_person_resolved_was_not_helped(
    figures: SqlStore, clock: Clock, hours: float, csat: int, rung: Rung
) -> None:
    case_of_a_person(figures, clock)
    figures.add_survey(SurveyResponse("c1", AT + timedelta(hours=hours), csat=csat))
    counts = figures.tally(later(clock)).counts
    helped = int(rung is Rung.DURABLE)
    assert counts[rung] == counts["resolved"] == 1
    assert [counts[name] for name in ("helped", "first_contact_resolved")] == [helped, helped]


def test_a_thumb_down_counts_against_whoever_had_the_conversation(
    figures: SqlStore, clock: Clock
) -> None:
    case_of_a_person(figures, clock)
    # Given late, but to an answer from before the call.
    figures.add_feedback(Feedback("m2", False, clock.at))
    assert figures.tally(later(clock)).counts[Rung.DURABLE] == 1


def test_who_resolves_in_silence_what_was_blamed_helped_nobody(
    figures: SqlStore, clock: Clock
) -> None:
    clock.at = AT
    answered(figures, started(figures, replace(a_conversation(), created_at=AT)))
    figures.add_feedback(Feedback("m2", False, clock.at))
    figures.move("c1", by_agent(Event.RESOLVED))
    assert figures.tally(later(clock)).counts[Rung.CONTAINED] == 1


def test_what_was_said_of_the_assistant_stays_its_own_whoever_comes_later(
    figures: SqlStore, clock: Clock
) -> None:
    clock.at = AT
    answered(figures, started(figures, replace(a_conversation(), created_at=AT)))
    figures.survey_asked("c1")
    figures.add_survey(SurveyResponse("c1", AT, csat=1))

    def told() -> list[dict[int, int]]:
        tally = figures.tally(later(clock))
        for by in By:
            rated = sum(tally.surveys[by]["csat"].values())
            for name in (f"responded_{by}", f"surveyed_{by}"):
                assert tally.counts[name] == len(figures.counted(later(clock), name)) == rated
            assert len(figures.counted(later(clock), answers("csat", by))) == rated
        return [dict(tally.surveys[by]["csat"]) for by in (By.ASSISTANT, By.PEOPLE)]

    assert told() == [{1: 1}, {}]
    clock.at = AT + timedelta(hours=1)
    call(figures, clock, 1)
    assert told() == [{1: 1}, {}]
    clock.at = AT + timedelta(hours=2)
    figures.survey_asked("c1")
    figures.add_survey(SurveyResponse("c1", clock.at, csat=5))
    assert told() == [{1: 1}, {5: 1}]
    # Of both together, the last one tells.
    assert len(figures.counted(later(clock), answers("csat"))) == 1
    assert len(figures.counted(later(clock), answers("csat", good=True))) == 1
    (fact,) = figures.facts(later(clock))
    assert fact.csat == 5


RETURN = ("reopened", "returned", "helped", "first_contact_resolved")


def test_thanks_after_it_was_resolved_reopen_nothing(figures: SqlStore, clock: Clock) -> None:
    case_of_a_person(figures, clock)
    clock.at += timedelta(days=1)
    writes(figures, clock, "thanks", Decision.SMALLTALK)
    for days, rung in ((6, Rung.PERSON), (7, Rung.DURABLE)):
        stood = replace(later(clock), at=clock.at + timedelta(days=days))
        assert figures.tally(stood).counts[rung] == 1
    counts = figures.tally(later(clock)).counts
    assert [counts[name] for name in RETURN] == [0, 0, 1, 1]


@pytest.mark.parametrize(
    ("days", "told", "rung"),
    [(6, [1, 1, 0, 0], Rung.PERSON), (30, [1, 0, 1, 1], Rung.DURABLE)],
)
def test_a_question_reopens_what_was_resolved_and_within_a_week_the_customer_is_back(
    figures: SqlStore, clock: Clock, days: int, told: list[int], rung: Rung
) -> None:
    case_of_a_person(figures, clock)
    clock.at += timedelta(days=days)
    writes(figures, clock, "again", Decision.ANSWER)
    for after in (timedelta(), timedelta(days=9)):
        counts = figures.tally(replace(later(clock), at=clock.at + after)).counts
        assert ([counts[name] for name in RETURN[:3]], counts[rung]) == (told[:3], 1)
    assert [figures.tally(later(clock)).counts[name] for name in RETURN] == told


def test_what_people_go_on_with_was_reopened_and_their_afterthought_was_not(
    figures: SqlStore, clock: Clock
) -> None:
    case_of_a_person(figures, clock)
    clock.at += timedelta(hours=1)
    figures.move("c1", Move(Event.TAKEN_UP, by="agent-1", at=clock.at, agent_id="agent-1"))

    def says(id: str, author: Author = Author.AGENT) -> None:
        clock.at += timedelta(minutes=1)
        said = replace(a_message(id, author=author), created_at=clock.at)
        if author is Author.AGENT:
            figures.answer(said, by="agent-1")
            return
        figures.add_message(said)
        turn = replace(a_turn(id), decision=Decision.NONE)
        figures.add_reply(turn, message=None, locale="fr", reply=always({}))

    says("a2")
    says("m3", Author.CUSTOMER)
    assert figures.tally(later(clock)).counts["reopened"] == 0
    says("a3")
    counts = figures.tally(later(clock)).counts
    assert [counts[name] for name in RETURN] == [1, 1, 0, 0]


def test_who_waits_for_a_person_is_not_helped_however_they_liked_the_answer_before(
    figures: SqlStore, clock: Clock
) -> None:
    clock.at = AT
    answered(figures, started(figures, replace(a_conversation(), created_at=AT)))
    figures.add_feedback(Feedback("m2", True, AT))
    clock.at += timedelta(minutes=1)
    writes(figures, clock, "more", Decision.HANDOFF, Reason.NOT_COVERED)
    assert figures.tally(later(clock)).counts[Rung.CONTAINED] == 1
    call(figures, clock, 1)
    counts = figures.tally(later(clock)).counts
    assert (counts[Rung.PERSON], counts["waiting"], counts["helped"]) == (1, 1, 0)
    # Nor by what a person writes, until they say that it did.
    said = replace(a_message("a1", author=Author.AGENT), created_at=clock.at)
    figures.answer(said, by="agent-1")
    assert figures.tally(later(clock)).counts[Rung.PERSON] == 1
    figures.add_survey(SurveyResponse("c1", clock.at, csat=5))
    assert figures.tally(later(clock)).counts[Rung.DURABLE] == 1
    # However glad they were: whoever waits anew is not helped yet.
    figures.move("c1", by_agent(Event.RELEASED))
    call(figures, clock, 2)
    assert figures.tally(later(clock)).counts[Rung.PERSON] == 1


def test_a_thumb_up_tells_nothing_of_what_was_asked_afterwards_in_vain(
    figures: SqlStore, clock: Clock
) -> None:
    clock.at = AT
    answered(figures, started(figures, replace(a_conversation(), created_at=AT)))
    figures.add_feedback(Feedback("m2", True, AT))
    assert figures.tally(later(clock)).counts[Rung.DURABLE] == 1
    clock.at += timedelta(minutes=1)
    writes(figures, clock, "hello", Decision.SMALLTALK)
    assert figures.tally(later(clock)).counts[Rung.DURABLE] == 1
    writes(figures, clock, "more", Decision.CLARIFY, Reason.AMBIGUOUS)
    # Given late, but to the answer from before.
    figures.add_feedback(Feedback("m2", True, clock.at))
    assert figures.tally(later(clock)).counts[Rung.CONTAINED] == 1
    figures.add_survey(SurveyResponse("c1", clock.at, csat=4))
    assert figures.tally(later(clock)).counts[Rung.DURABLE] == 1


def test_who_is_called_twice_is_waited_for_twice(figures: SqlStore, clock: Clock) -> None:
    case_of_a_person(figures, clock)
    clock.at = AT + timedelta(days=1)
    call(figures, clock, 2)
    waiting = replace(later(clock), at=clock.at + timedelta(days=5))
    took = figures.tally(waiting).durations
    assert (took[Took.WAITING].n, took[Took.WAITING].median) == (1, 5 * 86400)
    assert (took[Took.TO_PERSON].n, took[Took.TO_PERSON].median) == (1, 3600)
    assert len(figures.counted(waiting, "waiting")) == 1


def test_until_a_person_wrote_is_told_of_the_call_that_was_answered(
    figures: SqlStore, clock: Clock
) -> None:
    clock.at = AT
    answered(figures, started(figures, replace(a_conversation(), created_at=AT)))
    call(figures, clock, 1)
    figures.move("c1", by_agent(Event.RELEASED))
    clock.at = AT + timedelta(days=1)
    call(figures, clock, 2)
    clock.at += timedelta(minutes=5)
    said = a_message("a1", author=Author.AGENT)
    figures.answer(replace(said, created_at=clock.at), by="agent-1")
    assert figures.tally(later(clock)).durations[Took.TO_PERSON].median == 300


def test_what_somebody_was_given_is_in_their_hands(figures: SqlStore, clock: Clock) -> None:
    clock.at = AT
    answered(figures, started(figures, replace(a_conversation(), created_at=AT)))
    call(figures, clock, 1)
    clock.at = AT + timedelta(hours=1)
    figures.move("c1", Move(Event.HANDED_ON, by=ROUTING, at=clock.at, agent_id="kim"))
    clock.at = AT + timedelta(hours=2)
    given = Move(Event.HANDED_ON, by="lead", at=clock.at, agent_id="lou", overrides=True)
    figures.move("c1", given)

    def found(person: str, hours: int) -> int:
        cohort = replace(later(clock), at=AT + timedelta(hours=hours), agent=person)
        assert len(figures.counted(cohort, "all")) == figures.tally(cohort).counts["all"]
        return figures.tally(cohort).counts["all"]

    for _ in range(2):
        assert [found("kim", hours) for hours in (0, 1, 2)] == [0, 1, 1]
        assert [found("lou", hours) for hours in (0, 1, 2)] == [0, 0, 1]
        assert found("lead", 2) == found("ki", 2) == 0
        while figures.roll_up(settled=clock.at):
            pass


def test_nothing_is_counted_in_an_empty_log(figures: SqlStore) -> None:
    tally = figures.tally(ALL)
    assert set(tally.counts.values()) == {0}
    assert (tally.by_day, tally.reasons) == ({}, {})


def test_a_window_that_was_opened_and_left_is_no_conversation(figures: SqlStore) -> None:
    started(figures, a_conversation())
    cohort = Cohort(AT - timedelta(days=90), AT, AT)
    assert figures.tally(cohort).counts["all"] == 0
    figures.add_message(a_message())
    assert figures.tally(cohort).counts["abandoned"] == 1


@pytest.mark.parametrize(
    ("marked", "wrong"),
    [
        ([None], 1),
        (["returns"], 1),
        (["delays"], 0),
        # The last judgement counts: the first was a mis-click.
        ([None, "delays"], 0),
        (["delays", None], 1),
        ([None, "returns"], 1),
        # Both are right, in whichever order.
        (["returns", "delays"], 0),
        (["delays", "returns"], 0),
        (["delays", None, "returns"], 1),
    ],
)
def test_an_agent_marks_an_answer_as_wrong(
    figures: SqlStore, marked: Sequence[str | None], wrong: int
) -> None:
    conversation = started(figures, a_conversation())
    question = "Où est mon colis ?"
    answered(figures, conversation)
    hits = '[{"passage_id": "delays#0", "article_id": "delays"}]'
    with figures._db.write() as connection:
        connection.exec_driver_sql(f"UPDATE turns SET hits = '{hits}'")
    cohort = Cohort(AT - timedelta(days=90), AT, AT + timedelta(hours=len(marked)))

    def judge(article: str | None, question: str, *, at: datetime) -> None:
        verdict = Verdict.RIGHT_PASSAGE if article else Verdict.NOTHING_ANSWERS
        figures.judge(Judgement("c1", "p1", verdict, question, at, article_id=article))

    judge(marked[-1], "Autre chose ?", at=AT)
    assert figures.tally(cohort).counts["wrong"] == 0
    for hours, article in enumerate(marked, start=1):
        judge(article, question, at=AT + timedelta(hours=hours))
    assert figures.tally(cohort).counts["wrong"] == wrong
    # Before any of it nobody had said so.
    assert figures.tally(replace(cohort, at=AT)).counts["wrong"] == 0
    first = replace(cohort, at=AT + timedelta(hours=1))
    assert figures.tally(first).counts["wrong"] == int(marked[0] != "delays")
