"""The way of a conversation: from the first question to its end, how many took each step, and what
effort went with it. Pure.

Effort is that of whole conversations: it says where those pass that were hard, not what made them
so.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from assistant.insights.rates import Estimate, Rate, mean

LONGEST = 9
"""Steps that are told apart; what comes after them is MORE."""
PATHS = 10
"""Whole ways that are shown."""
_EFFORT = (0, 100)


class Step(StrEnum):
    """What can happen next."""

    GREETING = "greeting"
    """The customer wrote and asked nothing."""
    PAGE = "page"
    """The customer opened another page, on which the help went along."""
    SEARCH = "search"
    """They searched the help center, in the widget."""
    ARTICLE = "article"
    """They read an article, in the widget."""
    QUESTION = "question"
    ANSWER = "answer"
    CLARIFICATION = "clarification"
    NO_ANSWER = "no_answer"
    """The assistant had none, and offered a person."""
    CALLED = "called"
    """A person was called."""
    PERSON = "person"
    """A person wrote."""
    RESOLVED = "resolved"
    """A person resolved it."""
    RETURNED = "returned"
    """Back about the same thing within seven days, or wrote again after it was resolved, and more
    than thanks."""
    MORE = "more"
    END = "end"


@dataclass(frozen=True)
class Journey:
    """One conversation's. `effort`: None while it was not read yet."""

    conversation_id: str
    steps: tuple[Step, ...]
    page: str | None
    helped: bool
    effort: int | None


@dataclass(frozen=True)
class Passage:
    """Conversations that went from one step, as the `at`th of the way, to another. `of_those`:
    among all that came as far as the first."""

    at: int
    start: Step
    end: Step
    of_those: Rate
    effort: Estimate | None


@dataclass(frozen=True)
class Path:
    """Conversations that went one whole way."""

    steps: tuple[Step, ...]
    of_all: Rate
    helped: Rate
    effort: Estimate | None


@dataclass(frozen=True)
class Journeys:
    """Of a cohort. `pages`: where conversations began, most first."""

    n: int
    effort: Estimate | None
    passages: Sequence[Passage]
    paths: Sequence[Path]
    pages: Sequence[tuple[str, Rate]]

    @property
    def harder(self) -> Sequence[Passage]:
        """Where effort lies above that of all, beyond doubt; the hardest first."""
        whole = self.effort
        if whole is None:
            return []
        found = [each for each in self.passages if each.effort and each.effort.low > whole.high]
        return sorted(found, key=lambda each: -(each.effort.value if each.effort else 0))


def way(steps: Iterable[Step], *, returned: bool) -> tuple[Step, ...]:
    """The whole way: who writes twice in a row took one step, as did who opened several pages, and
    every way has an end. `returned`: at all; where no step tells of it, in another conversation,
    after this one."""
    found: list[Step] = []
    for step in steps:
        if not found or found[-1] is not step or step is Step.QUESTION:
            found.append(step)
    if not found:
        found.append(Step.GREETING)
    if returned and Step.RETURNED not in found:
        found.append(Step.RETURNED)
    if len(found) > LONGEST:
        return (*found[:LONGEST], Step.MORE)
    return (*found, Step.END)


def journeys(found: Sequence[Journey]) -> Journeys:
    """Counted over these conversations."""
    return Journeys(
        n=len(found),
        effort=_effort(found),
        passages=_passages(found),
        paths=_paths(found),
        pages=_pages(found),
    )


def took(found: Iterable[Journey], *, at: int, start: Step, end: Step) -> list[Journey]:
    """Those behind a passage."""
    return [each for each in found if each.steps[at : at + 2] == (start, end)]


def went(found: Iterable[Journey], steps: Sequence[Step]) -> list[Journey]:
    """Those behind a path."""
    return [each for each in found if each.steps == tuple(steps)]


def came_from(found: Iterable[Journey], page: str) -> list[Journey]:
    """Those that began on this page."""
    return [each for each in found if each.page == page]


def _passages(found: Sequence[Journey]) -> list[Passage]:
    groups: dict[tuple[int, Step, Step], list[Journey]] = {}
    came: Counter[tuple[int, Step]] = Counter()
    for journey in found:
        for at, (start, end) in enumerate(zip(journey.steps, journey.steps[1:], strict=False)):
            groups.setdefault((at, start, end), []).append(journey)
            came[at, start] += 1
    passages = [
        Passage(at, start, end, Rate(len(those), came[at, start]), _effort(those))
        for (at, start, end), those in groups.items()
    ]
    order = list(Step)
    return sorted(passages, key=lambda p: (p.at, order.index(p.start), order.index(p.end)))


def _paths(found: Sequence[Journey]) -> list[Path]:
    groups: dict[tuple[Step, ...], list[Journey]] = {}
    for journey in found:
        groups.setdefault(journey.steps, []).append(journey)
    most = sorted(groups.items(), key=lambda each: (-len(each[1]), each[0]))[:PATHS]
    return [
        Path(
            steps,
            Rate(len(those), len(found)),
            Rate(sum(each.helped for each in those), len(those)),
            _effort(those),
        )
        for steps, those in most
    ]


def _pages(found: Sequence[Journey]) -> list[tuple[str, Rate]]:
    counts = Counter(each.page for each in found if each.page)
    known = counts.total()
    return [(page, Rate(n, known)) for page, n in counts.most_common(PATHS)]


def _effort(found: Iterable[Journey]) -> Estimate | None:
    known: Mapping[int, int] = Counter(each.effort for each in found if each.effort is not None)
    return mean(known, scale=_EFFORT)
