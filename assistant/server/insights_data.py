"""The figures as data: for scripts by a token under /api/v1, and as files from the console."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Depends, Query
from fastapi.responses import JSONResponse, Response

from assistant.insights import tables
from assistant.insights.drivers import analysed
from assistant.insights.report import Against, period_before, report
from assistant.insights.tables import Table
from assistant.insights.theme_names import names_of
from assistant.insights.themes import ranked
from assistant.ports import Person
from assistant.ports.figures import Cohort
from assistant.server import examples
from assistant.server.console import ReaderDep
from assistant.server.dependencies import AssistantDep, TokenDep
from assistant.server.insights import PATH, Filters
from assistant.server.openapi import errors, example
from assistant.server.schemas import TableOut

if TYPE_CHECKING:
    from assistant.wiring import Assistant

router = APIRouter()


class What(StrEnum):
    """Which figures."""

    REPORT = "report"
    THEMES = "themes"
    DRIVERS = "drivers"
    CONVERSATIONS = "conversations"
    ARTICLES = "articles"
    PEOPLE = "people"


class Form(StrEnum):
    """How they are written."""

    JSON = "json"
    JSONL = "jsonl"
    CSV = "csv"


def _reader(assistant: AssistantDep, token: TokenDep) -> Person:
    return assistant.api_tokens.reader(token)


@router.get(
    "/api/v1/insights/{what}",
    tags=["insights"],
    response_model=TableOut,
    dependencies=[Depends(_reader)],
    responses=example(examples.INSIGHTS) | errors(401, 422),
)
def read_insights(
    what: What,
    assistant: AssistantDep,
    filters: Annotated[Filters, Query()],
    format: Annotated[Form, Query(description="json, JSON lines, or csv.")] = Form.JSON,
) -> Response:
    """Figures of a period, by a person's token; with `Authorization: Bearer hai_…`."""
    return _response(assistant, what, filters, format)


@router.get(f"{PATH}/data/{{what}}", include_in_schema=False)
def download(
    what: What,
    console: ReaderDep,
    filters: Annotated[Filters, Query()],
    format: Annotated[Form, Query()] = Form.CSV,
) -> Response:
    """The same as a file."""
    response = _response(console.assistant, what, filters, format)
    name = f"{what.value}.{format.value}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _response(assistant: Assistant, what: What, filters: Filters, form: Form) -> Response:
    cohort = filters.cohort(datetime.now(UTC))
    if what is What.REPORT:
        table = _report(assistant, cohort, filters.against)
    else:
        table = _TABLES[what](assistant, cohort)
    match form:
        case Form.CSV:
            return Response(table.as_csv(), media_type="text/csv; charset=utf-8")
        case Form.JSONL:
            return Response(table.as_lines(), media_type="application/jsonl; charset=utf-8")
        case Form.JSON:
            period = {"since": cohort.since.isoformat(), "until": cohort.until.isoformat()}
            return JSONResponse({**period, "rows": table.as_json()})


def _report(assistant: Assistant, cohort: Cohort, against: Against) -> Table:
    return tables.report_table(report(assistant.store, cohort, against=against))


def _themes(assistant: Assistant, cohort: Cohort) -> Table:
    facts = assistant.store.facts(cohort)
    ranking = ranked(facts, assistant.store.facts(period_before(cohort)))
    ids = [theme.id for theme in ranking.themes]
    locale = cohort.locale or assistant.settings.locale
    return tables.themes_table(ranking, names_of(assistant.store, facts, ids, locale=locale))


def _drivers(assistant: Assistant, cohort: Cohort) -> Table:
    return tables.drivers_table(analysed(assistant.store.facts(cohort)))


def _conversations(assistant: Assistant, cohort: Cohort) -> Table:
    return tables.conversations_table(assistant.store.facts(cohort))


def _articles(assistant: Assistant, cohort: Cohort) -> Table:
    return tables.articles_table(assistant.store.article_uses(cohort))


def _people(assistant: Assistant, cohort: Cohort) -> Table:
    return tables.people_table(assistant.store.people_work(cohort))


_TABLES: Mapping[What, Callable[[Any, Cohort], Table]] = {
    What.THEMES: _themes,
    What.DRIVERS: _drivers,
    What.CONVERSATIONS: _conversations,
    What.ARTICLES: _articles,
    What.PEOPLE: _people,
}
