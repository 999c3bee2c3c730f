"""The conversations behind numbers that no name of the tally tells: of articles, of people, of what
goes with low ratings, of predictions."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import Response
from pydantic import Field

from assistant.insights.drivers import Kind, compared
from assistant.ports.usage import Did, Used
from assistant.server.console import Console, ReaderDep
from assistant.server.insights import PATH, Filters, Paged, Word, list_of, site_predictions
from assistant.server.narrowing import theme_name
from assistant.server.pages import decimal

router = APIRouter(prefix=PATH, include_in_schema=False)


class UsedIn(Paged):
    """How an article was used."""

    article: Annotated[str, Field(max_length=500)]
    used: Used = Used.CITED


class WorkedIn(Paged):
    """What a person did."""

    person: Word
    did: Did = Did.ANSWERED


class Compared(Paged):
    """One side of a comparison of ratings."""

    kind: Kind
    value: Word
    others: bool = False
    good: bool = False


class Predicted(Paged):
    """Ratings whose prediction begins with this tenth."""

    tenth: Annotated[int, Field(ge=0, le=9)]
    good: bool = False


@router.get("/use/articles")
def used_in(console: ReaderDep, filters: Annotated[UsedIn, Query()]) -> Response:
    """Conversations that used an article."""
    store, cohort = console.assistant.store, filters.cohort(datetime.now(UTC))
    ids = store.used_in(cohort, filters.article, filters.used)
    card = store.cards([filters.article]).get(filters.article)
    words, _ = console.pages.wordings(console.request, "insights")
    heading = f"{card.title if card else filters.article} · {words['used'][filters.used.value]}"
    return list_of(console, filters, cohort, ids, path="use/articles", heading=heading)


@router.get("/use/people")
def worked_in(console: ReaderDep, filters: Annotated[WorkedIn, Query()]) -> Response:
    """Conversations in which a person did something."""
    store, cohort = console.assistant.store, filters.cohort(datetime.now(UTC))
    ids = store.worked_in(cohort, filters.person, filters.did)
    names = {person.id: person.shown for person in store.people()}
    words, _ = console.pages.wordings(console.request, "insights")
    heading = f"{names.get(filters.person, filters.person)} · {words['did'][filters.did.value]}"
    return list_of(console, filters, cohort, ids, path="use/people", heading=heading)


@router.get("/drivers/conversations")
def beside(console: ReaderDep, filters: Annotated[Compared, Query()]) -> Response:
    """Rated conversations of one kind, or the others."""
    cohort = filters.cohort(datetime.now(UTC))
    facts = console.assistant.store.facts(cohort)
    kind, value = filters.kind, filters.value
    found = compared(facts, kind, value, others=filters.others, good=filters.good)
    ids = [fact.conversation_id for fact in reversed(found)]
    heading = _heading(console, filters)
    return list_of(console, filters, cohort, ids, path="drivers/conversations", heading=heading)


@router.get("/predictions/conversations")
def predicted(console: ReaderDep, filters: Annotated[Predicted, Query()]) -> Response:
    """Those whose ratings stand in one row: of whatever time."""
    bins = site_predictions(console, Filters(simulated=filters.simulated)).bins
    labels = [label for bin in bins if bin.tenth == filters.tenth for label in bin.labels]
    ids = [label.conversation_id for label in labels if label.good or not filters.good]
    _, w = console.pages.wordings(console.request, "insights")
    locale = console.pages.locale(console.request)
    ends = [decimal(end / 10, 1, locale) for end in (filters.tenth, filters.tenth + 1)]
    heading = f"{w('predicted')} {' – '.join(ends)}"
    heading = f"{heading} · {w('rated_good')}" if filters.good else heading
    cohort = filters.cohort(datetime.now(UTC))
    return list_of(console, filters, cohort, ids, path="predictions/conversations", heading=heading)


def _heading(console: Console, filters: Compared) -> str:
    words, w = console.pages.wordings(console.request, "insights")
    strings, _ = console.pages.wordings(console.request, "console")
    value = filters.value
    match filters.kind:
        case Kind.THEME:
            name = theme_name(console, value, simulated=filters.simulated) or w("theme_unknown")
        case Kind.REASON:
            name = strings["reasons"].get(value, value)
        case Kind.WAITING:
            name = words["waits"].get(value, value)
        case Kind.LANGUAGE:
            name = strings["language_names"].get(value, value)
    told = w("driver_not", name=name) if filters.others else name
    return f"{told} · {w('rated_good') if filters.good else w('rated')}"
