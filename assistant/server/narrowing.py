"""By whom figures can be narrowed beside their period: colleagues, and customers of a segment."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from assistant.domain.segment import Between, Segment, Untold, Valued, shown_number
from assistant.ports.figures import Cohort
from assistant.server.console import Console
from assistant.support.roles import May, allows

Translate = Callable[..., str]


@dataclass(frozen=True)
class Choices:
    """`agents`: id and name; `segments`: by attribute."""

    agents: Sequence[tuple[str, str]]
    segments: Sequence[tuple[str, Sequence[Segment]]]

    @property
    def offered(self) -> set[str]:
        """The segments as an address names them."""
        return {str(segment) for _, segments in self.segments for segment in segments}


@dataclass(frozen=True)
class Narrowed:
    """In words; empty where it is not narrowed so."""

    agent: str
    segment: str


def choices(console: Console, *, simulated: bool) -> Choices:
    """Who answers customers, and what was told of customers."""
    people = console.assistant.store.people()
    answering = [person for person in people if allows(person.role, May.ANSWER)]
    agents = sorted(((person.id, person.shown) for person in answering), key=lambda each: each[1])
    return Choices(agents, console.assistant.customers.segments(simulated=simulated))


def narrowed_to(console: Console, cohort: Cohort) -> Narrowed:
    """What the cohort is narrowed to."""
    _, c = console.pages.wordings(console.request, "customers")
    people = console.assistant.store.people() if cohort.agent else []
    agent = next((each.shown for each in people if each.id == cohort.agent), cohort.agent or "")
    segment = cohort.segment
    named = f"{segment.attribute}: {segment_name(segment, c)}" if segment else ""
    return Narrowed(agent, named)


def segment_name(segment: Segment, c: Translate) -> str:
    """Beside its attribute, in the reader's language."""
    match segment:
        case Untold():
            return c("untold")
        case Valued(value=value):
            return value
        case Between(low=None, high=high):
            return c("under", high=shown_number(high))
        case Between(low=low, high=None):
            return c("from", low=shown_number(low))
        case Between(low=low, high=high):
            return c("between", low=shown_number(low), high=shown_number(high))
