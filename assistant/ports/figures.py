"""What is counted in the log: which conversations, which sets of them, how long things took."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Protocol

from assistant.domain.conversation import Conversation
from assistant.domain.segment import Segment

SIMULATED = "sim-"
"""Visitors of made-up conversations have ids that begin so, and nobody else's do."""
BACK_WITHIN = timedelta(days=7)
"""Who comes back about the same thing within this time was not helped."""


class Rung(StrEnum):
    """What became of a conversation. Each one is on exactly one rung."""

    ABANDONED = "abandoned"
    """The customer left without an answer, and without a person."""
    CONTAINED = "contained"
    """Answered without a person, with a sign of trouble or a return. Not resolved."""
    ASSUMED = "assumed"
    """Answered without a person, no sign of trouble, no return."""
    CONFIRMED = "confirmed"
    """The customer said that it helped, of whatever they asked, and waits for nobody; not yet, or
    not, durable."""
    DURABLE = "durable"
    """Confirmed, or resolved by a person and not rated badly for it; and not back about it within
    seven days."""
    PERSON = "person"
    """With a person, or resolved by one without a word of the customer, so far."""


HELPED = (Rung.ASSUMED, Rung.CONFIRMED, Rung.DURABLE)


class Counted(StrEnum):
    """Sets of conversations beside the rungs. A rate is one of them over another."""

    ALL = "all"
    HELPED = "helped"
    """On the rungs assumed, confirmed or durable."""
    ASKED = "asked"
    """The assistant was asked something."""
    UNANSWERED = "unanswered"
    """Of those: it had no answer to a question."""
    ANSWERED = "answered"
    WRONG = "wrong"
    """Of those: an answer was marked as wrong, by a thumb, by an agent, or in review."""
    HANDED = "handed"
    """A person was called."""
    FIRST_CONTACT = "first_contact"
    """The first about its matter, and old enough to know whether the customer came back."""
    FIRST_CONTACT_RESOLVED = "first_contact_resolved"
    """Of those: assumed, confirmed or durable, and not back."""
    RESOLVED = "resolved"
    """A person resolved it."""
    REOPENED = "reopened"
    """Of those: afterwards the customer asked something, called a person, or wrote what people went
    on with. Thanks reopen nothing."""
    RETURNED = "returned"
    """The customer was back about the same thing within seven days, be it by reopening this one."""


UNHELPED = "unhelped"
"""The name of the set of all others than HELPED."""


class Took(StrEnum):
    """Times, in seconds."""

    FIRST_REPLY = "first_reply"
    """From the customer's first message to the first reply of the assistant."""
    TO_PERSON = "to_person"
    """From a call for a person to the person's first words: of the first call that was answered."""
    WAITING = "waiting"
    """From a call for a person until now: of those who still wait, be it not for the first time."""
    RESOLUTION = "resolution"
    """From the customer's first message to the first time that a person resolved it."""


@dataclass(frozen=True)
class Cohort:
    """Conversations that began in [since, until) and in which the customer wrote, as they stood at
    the moment `at`: what was logged later is not seen. `reason`: of their first handoff; `theme`:
    what they are about, by its id; `agent`: in which this person had a hand by then; `segment`: of
    these customers, as they are known now; `channel`: begun there."""

    since: datetime
    until: datetime
    at: datetime
    locale: str | None = None
    reason: str | None = None
    simulated: bool = False
    theme: str | None = None
    agent: str | None = None
    segment: Segment | None = None
    channel: str | None = None


@dataclass(frozen=True)
class Durations:
    """Nearest ranks: half, and nine of ten, took no longer. None over nothing."""

    n: int
    median: float | None
    p90: float | None


class By(StrEnum):
    """Whose conversation it was at a moment: people's once a person was called or wrote. What is
    asked and answered before speaks of the assistant, whoever comes later."""

    ASSISTANT = "assistant"
    PEOPLE = "people"


def surveyed(by: By, *, answered: bool) -> str:
    """The name of the set of conversations that were shown a survey, or that filled one in, while
    they were this party's: whoever filled one in was shown one."""
    return f"{'responded' if answered else 'surveyed'}_{by.value}"


FIELDS = ("csat", "ces", "nps", "useful", "easy", "enjoyable")
"""Of a survey."""
GOOD = {"csat": 4, "ces": 5}
"""From here up an answer is a good one."""


def answers(field: str, by: By | None = None, *, good: bool = False) -> str:
    """The name of the set of conversations whose last survey that asked for it has this field, or a
    good value of it: the last while they were this party's, or of all."""
    name = f"{'good' if good else 'given'}_{field}"
    return f"{name}_{by.value}" if by else name


@dataclass(frozen=True)
class Tally:
    """All that is counted of a cohort.

    `counts`: conversations by the names of Rung, Counted and Took (those of which the time is
    known) and `surveyed`; 0 where there is none. `by_day`: the same, and each party's `answers` to
    what is in GOOD, by the UTC day (2026-03-01) that they began on, without days that have none.
    `reasons`: by the reason of their first handoff, most first. `surveys`: how often each value was
    given to each of FIELDS while each party had the conversation; of one that was surveyed more
    than once in that time, the last.
    """

    counts: Mapping[str, int]
    by_day: Mapping[str, Mapping[str, int]]
    reasons: Mapping[str, int]
    durations: Mapping[Took, Durations]
    surveys: Mapping[By, Mapping[str, Mapping[int, int]]]


@dataclass(frozen=True)
class Fact:
    """One conversation of a cohort, with what goes into analyses over many. `effort` and
    `theme_id`: None while it was not read yet; `reason`: of its first handoff; `waited`: seconds
    until a person wrote, None where none was called or none came; `csat`: the last answer."""

    conversation_id: str
    locale: str
    helped: bool
    reason: str | None
    waited: float | None
    csat: int | None
    effort: int | None
    theme_id: str | None


@dataclass(frozen=True)
class Outcome(Fact):
    """What is told of one conversation beside. `wrong` and `reopened`: the sets of Counted; `ces`:
    the last answer; `predicted`: the satisfaction, not calibrated, None while it was not read yet
    or where nothing tells."""

    began: datetime
    rung: Rung
    channel: str | None
    ces: int | None
    wrong: bool
    reopened: bool
    predicted: float | None


@dataclass(frozen=True)
class RatedConversation:
    """A conversation with the CSAT that its customer gave at a moment."""

    conversation_id: str
    locale: str
    csat: int
    at: datetime


class FiguresStore(Protocol):
    """Figures of the log; the same on every engine. They are added up from roll-ups where those
    are there, and counted in the log where something happened since."""

    def tally(self, cohort: Cohort) -> Tally: ...

    def recount(self, cohort: Cohort) -> Tally:
        """The same, from the log alone: slow, and what roll-ups are held against."""

    def roll_up(self, *, settled: datetime, limit: int = 200) -> int:
        """Read on in the log, and keep how conversations stood; how many were read. `settled`: no
        event from before that moment can still come in. Of two processes, one keeps what it read.
        """

    def drop_roll_ups(self) -> None:
        """All of them: they are made again from the log's first event."""

    def wrong_roll_ups(self) -> Sequence[date]:
        """Days on which conversations began of which the roll-ups tell something else than the log,
        as it is now and as it was a week and thirty days ago."""

    def mend_roll_ups(self, days: Sequence[date]) -> None:
        """Make those of these days again from the log."""

    def facts(self, cohort: Cohort) -> Sequence[Fact]:
        """Of each conversation that `tally` counts, in the order in which they began."""

    def outcomes(self, cohort: Cohort) -> Sequence[Outcome]:
        """The same with more of each: for tables, where `facts` is for analyses of many."""

    def counted(
        self, cohort: Cohort, name: str, *, limit: int = 50, skip: int = 0
    ) -> Sequence[Conversation]:
        """The conversations behind one of the tally's counts, UNHELPED or `answers`, newest first:
        as many as it says; none behind an unknown name."""

    def rated(self, *, limit: int, simulated: bool) -> Sequence[RatedConversation]:
        """The latest CSAT answers, newest first."""

    def simulated_conversations(self) -> int:
        """How many made-up conversations there are."""
