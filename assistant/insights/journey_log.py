"""Read the ways of a cohort's conversations from the log."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Protocol
from urllib.parse import urlsplit

from assistant.domain.answer import Decision
from assistant.insights.journeys import Journey, Step, way
from assistant.ports.digests import DigestStore
from assistant.ports.figures import Cohort, Counted, FiguresStore
from assistant.ports.looks import Looked
from assistant.ports.steps import Happened, Occurrence, StepStore

MOST = 2000
"""Of more conversations the latest are read: their ways tell of all."""


_LOOKED: Mapping[str, Step] = {
    Looked.PAGE.value: Step.PAGE,
    Looked.SEARCH.value: Step.SEARCH,
    Looked.ARTICLE.value: Step.ARTICLE,
}


class JourneyStore(FiguresStore, DigestStore, StepStore, Protocol):
    """What ways are read from."""


def read_journeys(store: JourneyStore, cohort: Cohort) -> list[Journey]:
    """Of the cohort's latest conversations, MOST at most, newest first."""
    latest = store.counted(cohort, Counted.ALL, limit=MOST)
    ids = [each.id for each in latest]
    happened = store.occurrences(ids, at=cohort.at)
    digests = store.digests(ids)
    returned = {each.id for each in store.counted(cohort, Counted.RETURNED, limit=MOST)}
    helped = {each.id for each in store.counted(cohort, Counted.HELPED, limit=MOST)}
    return [
        Journey(
            conversation_id=each.id,
            steps=way(_steps(happened.get(each.id, ())), returned=each.id in returned),
            page=_path(each.page_url),
            helped=each.id in helped,
            effort=digests[each.id].effort if each.id in digests else None,
        )
        for each in latest
    ]


def _steps(happened: Iterable[Occurrence]) -> Iterator[Step]:
    for each in happened:
        match each.what:
            case Happened.CAME_BACK:
                yield Step.RETURNED
            case Happened.DECIDED:
                yield from _decided(each)
            case Happened.LOOKED:
                yield _LOOKED[each.detail]
            case Happened.CALLED:
                yield Step.CALLED
            case Happened.PERSON_WROTE:
                yield Step.PERSON
            case Happened.RESOLVED:
                yield Step.RESOLVED


def _decided(each: Occurrence) -> Iterator[Step]:
    """A greeting is no step; a person who was asked for is called, which is told apart."""
    if each.detail == Decision.SMALLTALK:
        return
    yield Step.QUESTION
    if each.detail == Decision.ANSWER:
        yield Step.ANSWER
    elif each.detail == Decision.CLARIFY:
        yield Step.CLARIFICATION
    elif each.unanswered:
        yield Step.NO_ANSWER


def _path(page_url: str | None) -> str | None:
    """Without what may tell of the visitor."""
    if not page_url:
        return None
    try:
        return urlsplit(page_url).path or "/"
    except ValueError:
        return None
