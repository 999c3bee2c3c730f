"""What conversations are about, what goes with low ratings, what articles and people do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import Response

from assistant.domain.article import ArticleCard
from assistant.insights.drivers import Kind, analysed
from assistant.insights.rates import Rate
from assistant.insights.report import period_before
from assistant.insights.theme_names import names_of
from assistant.insights.themes import ThemeName, ranked
from assistant.ports.figures import Fact
from assistant.server.console import Console, ReaderDep
from assistant.server.insights import PATH, Filters, render

router = APIRouter(prefix=PATH, include_in_schema=False)


@router.get("/themes")
def themes(console: ReaderDep, filters: Annotated[Filters, Query()]) -> Response:
    """The heaviest first."""
    store, cohort = console.assistant.store, filters.cohort(datetime.now(UTC))
    facts = store.facts(cohort)
    ranking = ranked(facts, store.facts(period_before(cohort)))
    names = _names(console, facts, [theme.id for theme in ranking.themes])
    return render(
        console,
        "insights_themes",
        filters,
        cohort,
        ranking=ranking,
        names=names,
        cards=_cards(console, names),
    )


@router.get("/drivers")
def drivers(console: ReaderDep, filters: Annotated[Filters, Query()]) -> Response:
    """Beside what, never because of what."""
    store, cohort = console.assistant.store, filters.cohort(datetime.now(UTC))
    facts = store.facts(cohort)
    analysis = analysed(facts)
    shown = [driver.name for driver in analysis.drivers if driver.kind is Kind.THEME]
    names = _names(console, facts, shown)
    return render(
        console,
        "insights_drivers",
        filters,
        cohort,
        analysis=analysis,
        names=names,
        cards=_cards(console, names),
    )


@router.get("/use")
def use(console: ReaderDep, filters: Annotated[Filters, Query()]) -> Response:
    """Of articles and of people."""
    store, cohort = console.assistant.store, filters.cohort(datetime.now(UTC))
    uses = store.article_uses(cohort)
    return render(
        console,
        "insights_use",
        filters,
        cohort,
        uses=uses,
        work=store.people_work(cohort),
        cards=store.cards(use.article_id for use in uses),
        people={person.id: person for person in store.people()},
        rate=Rate,
    )


def _names(
    console: Console, facts: Sequence[Fact], theme_ids: Iterable[str]
) -> dict[str, ThemeName]:
    locale = console.pages.locale(console.request)
    return names_of(console.assistant.store, facts, theme_ids, locale=locale)


def _cards(console: Console, names: Mapping[str, ThemeName]) -> Mapping[str, ArticleCard]:
    found = {name.article_id for name in names.values() if name.article_id}
    return console.assistant.store.cards(found)
