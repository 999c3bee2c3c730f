"""By what figures can be narrowed beside their period: languages, themes, colleagues, and customers
of a segment; and which figures cannot."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.domain.conversation import CustomerChannel
from assistant.domain.handoff import Reason
from assistant.domain.segment import Between, Segment, Untold, Valued, shown_number
from assistant.insights.theme_names import named_by
from assistant.insights.themes import ThemeName
from assistant.ports.figures import Cohort
from assistant.server.console import Console
from assistant.server.pages import LOCALES
from assistant.support.roles import May, allows

if TYPE_CHECKING:
    from assistant.wiring import Assistant

Translate = Callable[..., str]
NARROWING = ("language", "reason", "theme", "channel", "agent", "segment")
NARROWED_BY: Mapping[str, tuple[str, ...]] = {
    "people": ("language",),
    "relationship": (),
    "predictions": (),
}
"""By table, where it is not all of them."""
_PERIOD = ("since", "until")
_TIMELESS = ("predictions",)
_ONLY_OF: Mapping[str, str] = {"against": "report", "attribute": "customers"}
"""What says something of one table alone."""
_MOST_THEMES = 20
_LONGEST_NAME = 60


@dataclass(frozen=True)
class Choices:
    """`themes` and `agents`: id and name; `segments`: by attribute."""

    languages: Sequence[str]
    themes: Sequence[tuple[str, str]]
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
    theme: str


def choices(console: Console, *, language: str, theme: str, simulated: bool) -> Choices:
    """In which languages there are articles, what most conversations are about, who answers
    customers, and what was told of customers; with what is chosen."""
    languages = {*_languages(console.assistant), *filter(None, [language])}
    names = _theme_names(console, theme, simulated=simulated)
    people = console.assistant.store.people()
    answering = [person for person in people if allows(person.role, May.ANSWER)]
    agents = sorted(((person.id, person.shown) for person in answering), key=lambda each: each[1])
    segments = console.assistant.customers.segments(simulated=simulated)
    return Choices(sorted(languages), list(names.items()), agents, segments)


def narrowed_to(console: Console, cohort: Cohort) -> Narrowed:
    """What the cohort is narrowed to."""
    _, c = console.pages.wordings(console.request, "customers")
    people = console.assistant.store.people() if cohort.agent else []
    agent = next((each.shown for each in people if each.id == cohort.agent), cohort.agent or "")
    segment = cohort.segment
    named = f"{segment.attribute}: {segment_name(segment, c)}" if segment else ""
    theme = cohort.theme and theme_name(console, cohort.theme, simulated=cohort.simulated)
    return Narrowed(agent, named, theme or "")


def idle(what: str) -> dict[str, str]:
    """What changes no figure of this table, left out of an address."""
    kept = {*NARROWED_BY.get(what, NARROWING), *(() if what in _TIMELESS else _PERIOD)}
    kept |= {name for name, table in _ONLY_OF.items() if table == what}
    return {name: "" for name in (*_PERIOD, *NARROWING, *_ONLY_OF) if name not in kept}


def unknown(assistant: Assistant, cohort: Cohort) -> Iterator[str]:
    """What the cohort is narrowed to and nothing can be, each with what there is instead: its
    zeros would read as if nothing had happened."""
    lists = {
        "language": (cohort.locale, _languages(assistant)),
        "reason": (cohort.reason, {reason.value for reason in Reason}),
        "channel": (cohort.channel, {channel.value for channel in CustomerChannel}),
    }
    for name, (value, known) in lists.items():
        if value and value not in known:
            yield f"{value!r} is no {name}; there are {', '.join(sorted(known))}."
    store, segment = assistant.store, cohort.segment
    if cohort.theme and not store.about(cohort.theme):
        yield f"There is no theme {cohort.theme!r}; 'themes' tells their ids."
    if cohort.agent and cohort.agent not in {person.id for person in store.people()}:
        yield f"Nobody here is agent {cohort.agent!r}; 'people' tells their ids."
    if segment:
        told = {each.attribute for each in store.known_attributes(simulated=cohort.simulated)}
        if segment.attribute not in told:
            names = ", ".join(sorted(told)) or "nothing yet"
            yield f"Of customers {segment.attribute!r} is not told, but {names}."


def theme_name(console: Console, theme: str, *, simulated: bool) -> str:
    """As it is offered; empty for none."""
    return _theme_names(console, theme, simulated=simulated).get(theme, "")


def _languages(assistant: Assistant) -> set[str]:
    """Of the pages, and those in which there are articles."""
    return {*LOCALES, *assistant.store.locales()}


def _theme_names(console: Console, theme: str, *, simulated: bool) -> dict[str, str]:
    """By theme, most conversations first; with this one, if there is such."""
    store, locale = console.assistant.store, console.pages.locale(console.request)
    members = dict(store.largest_themes(simulated=simulated, limit=_MOST_THEMES))
    if theme and theme not in members:
        members[theme] = store.about(theme)
    names = named_by(store, members, locale=locale)
    return {id: _in_words(names[id]) for id in members if id in names}


def _in_words(name: ThemeName) -> str:
    return ", ".join(name.terms) or name.question[:_LONGEST_NAME]


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
