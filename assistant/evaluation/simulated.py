"""Conversations that never took place, with what is true of each: the plan of the simulator.

Drawn from a seed. What became of a conversation follows from its story by the definitions of
`docs/insights.md`, written down here a second time and without SQL, so that the figures that are
counted in the log can be held against it.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from assistant.domain.handoff import Reason
from assistant.ports.figures import BACK_WITHIN, SIMULATED, By, Counted, Rung, Took

DAY = timedelta(days=1)
TOPICS = ("returns", "delivery", "invoices", "warranty")
_LOCALES = ("en", "fr")
_REASONS = (
    Reason.ASKED_FOR_HUMAN,
    Reason.ASKED_FOR_HUMAN,
    Reason.STILL_UNCLEAR,
    Reason.SENSITIVE_TOPIC,
    Reason.DISSATISFIED,
)


class Story(StrEnum):
    """What happens in a conversation."""

    GREETED = "greeted"
    """The customer says hello, and leaves without a question."""
    UNANSWERED = "unanswered"
    """The assistant has no answer and offers a person; the customer leaves."""
    CLARIFIED = "clarified"
    """The assistant asks back; the customer leaves."""
    ANSWERED = "answered"
    THUMB_UP = "thumb_up"
    THUMB_DOWN = "thumb_down"
    COMES_BACK = "comes_back"
    """Answered; asks about the same thing again within days."""
    ASKS_MORE = "asks_more"
    """Answered; asks about another thing within days."""
    WAITING = "waiting"
    """A person is called and has not come yet."""
    RESOLVED = "resolved"
    """A person answers and resolves it."""
    PRAISED = "praised"
    """The same, and the customer says so in the survey."""
    THANKED = "thanked"
    """Resolved by a person; the customer writes that they are grateful."""
    REOPENED = "reopened"
    """Resolved by a person; the customer is not content with it and asks again."""
    RESOLVED_BADLY = "resolved_badly"
    """Resolved by a person; the customer rates it badly and goes away."""
    RATED_THEN_CALLED = "rated_then_called"
    """Answered, and rated badly; then a person is called, and resolves it to the customer's joy."""
    CALLED_AGAIN = "called_again"
    """Resolved by a person; a person is called once more and has not come yet."""
    PRAISED_THEN_CALLED = "praised_then_called"
    """Answered, to the customer's joy; then a person is called and has not come yet."""
    PRAISED_THEN_UNANSWERED = "praised_then_unanswered"
    """The same, but the assistant has no answer to the second question; the customer leaves."""


_WEIGHTS = {
    Story.GREETED: 4,
    Story.UNANSWERED: 8,
    Story.CLARIFIED: 4,
    Story.ANSWERED: 34,
    Story.THUMB_UP: 14,
    Story.THUMB_DOWN: 6,
    Story.COMES_BACK: 4,
    Story.ASKS_MORE: 4,
    Story.WAITING: 2,
    Story.RESOLVED: 9,
    Story.PRAISED: 7,
    Story.REOPENED: 4,
    Story.RESOLVED_BADLY: 3,
    Story.RATED_THEN_CALLED: 2,
    Story.CALLED_AGAIN: 2,
    Story.THANKED: 4,
    Story.PRAISED_THEN_CALLED: 2,
    Story.PRAISED_THEN_UNANSWERED: 2,
}
_AGAIN = (Story.REOPENED, Story.CALLED_AGAIN)
_STILL_WAITING = (Story.WAITING, Story.CALLED_AGAIN, Story.PRAISED_THEN_CALLED)
ASKS_TWICE = (Story.PRAISED_THEN_CALLED, Story.PRAISED_THEN_UNANSWERED)
"""The first question is answered, and the second is not."""
_BY_PEOPLE = (
    Story.RESOLVED,
    Story.PRAISED,
    Story.THANKED,
    Story.RESOLVED_BADLY,
    Story.RATED_THEN_CALLED,
    *_AGAIN,
)
_HANDED = (Story.WAITING, Story.PRAISED_THEN_CALLED, *_BY_PEOPLE)
_ANSWERED = (
    Story.ANSWERED,
    Story.THUMB_UP,
    Story.THUMB_DOWN,
    Story.COMES_BACK,
    Story.ASKS_MORE,
    Story.RATED_THEN_CALLED,
    *ASKS_TWICE,
)
_COUNTED = {
    Counted.ALL: tuple(Story),
    Counted.ASKED: tuple(story for story in Story if story is not Story.GREETED),
    Counted.ANSWERED: _ANSWERED,
    Counted.WRONG: (Story.THUMB_DOWN,),
    Counted.HANDED: _HANDED,
    Counted.RESOLVED: _BY_PEOPLE,
    Counted.REOPENED: _AGAIN,
}


@dataclass(frozen=True)
class Plan:
    """One conversation. Times count from its beginning, `back_of` is the one that it comes back
    from, about the same thing or another."""

    number: int
    story: Story
    start: datetime
    locale: str
    topic: str
    reason: Reason
    agent: str
    reply: timedelta
    person: timedelta
    resolution: timedelta
    reopening: timedelta
    csat: int
    back_of: Plan | None = field(default=None, repr=False)

    @property
    def visitor(self) -> str:
        return f"{SIMULATED}{(self.back_of or self).number:06}"

    @property
    def is_handed(self) -> bool:
        """Whether a person was called."""
        return self.story in _HANDED

    @property
    def by_people(self) -> bool:
        """Whether one wrote, and resolved it."""
        return self.story in _BY_PEOPLE

    @property
    def called(self) -> timedelta:
        """When a person was called first."""
        if self.story is Story.RATED_THEN_CALLED:
            return self.reply + (self.person - self.reply) / 2
        return self.reply

    @property
    def waits_from(self) -> timedelta:
        """When the person was called for whom the customer still waits."""
        before = {
            Story.CALLED_AGAIN: self.reopening,
            Story.PRAISED_THEN_CALLED: self.person,
        }
        return self.reply + before.get(self.story, timedelta())

    @property
    def rated(self) -> Mapping[By, int]:
        """The CSAT that the customer gave while each party had the conversation."""
        match self.story:
            case Story.PRAISED:
                return {By.PEOPLE: self.csat}
            case Story.RESOLVED_BADLY:
                return {By.PEOPLE: 1}
            case Story.REOPENED:
                return {By.PEOPLE: 2}
            case Story.RATED_THEN_CALLED:
                return {By.ASSISTANT: 2, By.PEOPLE: self.csat}
            case _:
                return {}

    @property
    def end(self) -> datetime:
        """Of its last message."""
        ends = {
            Story.RESOLVED: self.person,
            Story.PRAISED: self.person,
            Story.RESOLVED_BADLY: self.person,
            Story.RATED_THEN_CALLED: self.person,
            Story.REOPENED: self.reopening + self.reply,
            Story.CALLED_AGAIN: self.reopening + self.reply,
            Story.THANKED: self.reopening + self.reply,
            Story.PRAISED_THEN_CALLED: self.person + self.reply,
            Story.PRAISED_THEN_UNANSWERED: self.person + self.reply,
        }
        return self.start + ends.get(self.story, self.reply)


def plans(n: int, *, seed: int, until: datetime, days: int = 60) -> list[Plan]:
    """`n` conversations that began within the days before `until`, in the order of time."""
    chance = random.Random(seed)
    found: list[Plan] = []
    while len(found) < n:
        plan = _plan(chance, len(found), until, days)
        found.append(plan)
        if plan.story in (Story.COMES_BACK, Story.ASKS_MORE) and len(found) < n:
            found.append(_return(chance, len(found), plan))
        elif plan.story in (Story.COMES_BACK, Story.ASKS_MORE):
            # There is no room for the second visit, so it is a plain one.
            found[-1] = replace(plan, story=Story.ANSWERED)
    return sorted(found, key=lambda plan: (plan.start, plan.number))


@dataclass(frozen=True)
class Truth:
    """What the log must tell, counted from the plans."""

    counts: Counter[str]
    reasons: Counter[str]
    took: dict[Took, list[float]]
    csat: dict[By, Counter[int]]


def truth(found: Sequence[Plan], *, at: datetime) -> Truth:
    """Of these conversations, as they stand at the moment."""
    came_back = {plan.back_of.number for plan in found if _same_thing(plan) and plan.back_of}
    counts: Counter[str] = Counter()
    for plan in found:
        counts.update(_true_of(plan, back=plan.number in came_back, at=at))
    handed = [plan for plan in found if plan.is_handed]
    answered = [plan for plan in handed if plan.by_people]
    took = {
        Took.FIRST_REPLY: [plan.reply for plan in found],
        Took.TO_PERSON: [plan.person - plan.called for plan in answered],
        Took.WAITING: [at - p.start - p.waits_from for p in handed if p.story in _STILL_WAITING],
        Took.RESOLUTION: [plan.resolution for plan in answered],
    }
    return Truth(
        counts,
        Counter(plan.reason.value for plan in handed),
        {name: sorted(time.total_seconds() for time in times) for name, times in took.items()},
        {by: Counter(plan.rated[by] for plan in found if by in plan.rated) for by in By},
    )


def _true_of(plan: Plan, *, back: bool, at: datetime) -> Iterator[str]:
    mature = at - plan.end >= BACK_WITHIN
    rung = _rung(plan.story, mature=mature, back=back)
    helped = rung in (Rung.ASSUMED, Rung.CONFIRMED, Rung.DURABLE)
    yield rung.value
    yield from [Counted.HELPED.value] * helped
    yield from [Counted.RETURNED.value] * (back or plan.story in _AGAIN)
    yield from (name.value for name, stories in _COUNTED.items() if plan.story in stories)
    at_first = plan.is_handed and plan.story is not Story.RATED_THEN_CALLED
    unclear = at_first and plan.reason is Reason.STILL_UNCLEAR
    if plan.story in (Story.UNANSWERED, Story.PRAISED_THEN_UNANSWERED) or unclear:
        yield Counted.UNANSWERED.value
    if mature and not _same_thing(plan):
        yield Counted.FIRST_CONTACT.value
        if helped:
            yield Counted.FIRST_CONTACT_RESOLVED.value


def _rung(story: Story, *, mature: bool, back: bool) -> Rung:
    match story:
        case Story.GREETED | Story.UNANSWERED | Story.CLARIFIED:
            return Rung.ABANDONED
        case Story.THUMB_DOWN | Story.PRAISED_THEN_UNANSWERED:
            # Praise of an answer does not tell of what was asked later.
            return Rung.CONTAINED
        case Story.THUMB_UP | Story.PRAISED | Story.RATED_THEN_CALLED:
            # What was rated badly was not what the person did.
            return Rung.DURABLE if mature else Rung.CONFIRMED
        case Story.RESOLVED | Story.THANKED:
            return Rung.DURABLE if mature else Rung.PERSON
        case Story.WAITING | Story.CALLED_AGAIN | Story.PRAISED_THEN_CALLED:
            return Rung.PERSON
        case Story.REOPENED | Story.RESOLVED_BADLY:
            return Rung.PERSON
        case Story.ANSWERED | Story.COMES_BACK | Story.ASKS_MORE:
            return Rung.CONTAINED if back else Rung.ASSUMED


def _same_thing(plan: Plan) -> bool:
    return plan.back_of is not None and plan.back_of.topic == plan.topic


def _plan(chance: random.Random, number: int, until: datetime, days: int) -> Plan:
    story = chance.choices(list(_WEIGHTS), weights=list(_WEIGHTS.values()))[0]
    youngest = _youngest(story)
    oldest = max(timedelta(days=days), youngest + DAY)
    if story in _STILL_WAITING:
        # Nobody leaves people waiting for weeks.
        oldest = max(2 * DAY, youngest + DAY)
    before = youngest + (oldest - youngest) * chance.random()
    reply = timedelta(milliseconds=chance.randint(150, 4000))
    person = reply + timedelta(milliseconds=round(chance.lognormvariate(6.5, 1.2) * 1000))
    person = min(person, reply + DAY)
    resolution = person + timedelta(milliseconds=chance.randint(30_000, 3_600_000))
    return Plan(
        number=number,
        story=story,
        start=(until - before).replace(microsecond=0),
        locale=chance.choice(_LOCALES),
        topic=chance.choice(TOPICS),
        reason=chance.choice(_REASONS),
        agent=f"{SIMULATED}agent-{chance.randint(1, 3)}",
        reply=reply,
        person=person,
        resolution=resolution,
        reopening=resolution + timedelta(milliseconds=chance.randint(60_000, 50_000_000)),
        csat=chance.choice((4, 5)),
    )


def _youngest(story: Story) -> timedelta:
    """How long ago it began at least: whoever comes back must have had the time to."""
    if story in (Story.COMES_BACK, Story.ASKS_MORE):
        return BACK_WITHIN + DAY
    return 3 * DAY if story in (*_BY_PEOPLE, *ASKS_TWICE) else timedelta(minutes=10)


def _return(chance: random.Random, number: int, first: Plan) -> Plan:
    later = TOPICS[(TOPICS.index(first.topic) + 1) % len(TOPICS)]
    topic = first.topic if first.story is Story.COMES_BACK else later
    start = (first.end + DAY * chance.uniform(0.5, 6)).replace(microsecond=0)
    return replace(
        first, number=number, story=Story.ANSWERED, start=start, topic=topic, back_of=first
    )
