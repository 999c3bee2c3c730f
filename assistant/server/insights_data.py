"""The figures as data: for scripts by a token under /api/v1, and as files from the console."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import JSONResponse, Response
from starlette.datastructures import QueryParams

from assistant.errors import Refused
from assistant.insights import tables
from assistant.insights.drivers import analysed
from assistant.insights.journey_log import read_journeys
from assistant.insights.journeys import journeys
from assistant.insights.parquet import as_parquet
from assistant.insights.relationship import relationship, relationship_table
from assistant.insights.report import Against, period_before, report
from assistant.insights.tables import Table
from assistant.insights.theme_names import names_of
from assistant.insights.themes import ranked
from assistant.ports import Person
from assistant.ports.figures import Cohort
from assistant.server import examples
from assistant.server.console import ReaderDep
from assistant.server.customers import Beside, of_cohort
from assistant.server.dependencies import AssistantDep, TokenDep
from assistant.server.insights import PATH
from assistant.server.narrowing import idle, unknown
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
    RELATIONSHIP = "relationship"
    CUSTOMERS = "customers"
    JOURNEY = "journey"
    PREDICTIONS = "predictions"


class Form(StrEnum):
    """How they are written."""

    JSON = "json"
    JSONL = "jsonl"
    CSV = "csv"
    PARQUET = "parquet"


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
    request: Request,
    assistant: AssistantDep,
    filters: Annotated[Beside, Query()],
    format: Annotated[Form, Query(description="json, JSON lines, csv, or parquet.")] = Form.JSON,
) -> Response:
    """Figures of a period, by a person's token; with `Authorization: Bearer hai_…`. `customers`
    needs an `attribute`; `parquet` needs the server to have pyarrow, and is a 422 without, as is
    whatever would change nothing or is not there: an unknown name or value, a day that no calendar
    has, a period that ends before it begins or is longer than 3,660 days, and what a table is not
    narrowed by: `people` by more than the language, `relationship` by more than the period,
    `predictions` by anything. The file's name holds the period."""
    return _response(assistant, what, filters, format, sent=request.query_params)


@router.get(f"{PATH}/data/{{what}}", include_in_schema=False)
def download(
    what: What,
    request: Request,
    console: ReaderDep,
    filters: Annotated[Beside, Query()],
    format: Annotated[Form, Query()] = Form.CSV,
) -> Response:
    """The same as a file."""
    return _response(console.assistant, what, filters, format, sent=request.query_params)


def _response(
    assistant: Assistant, what: What, filters: Beside, form: Form, *, sent: QueryParams
) -> Response:
    now = datetime.now(UTC)
    cohort = filters.cohort(now)
    wrong = [*_not_taken(what, filters, sent), *filters.passed_over(now)]
    if wrong or (wrong := list(unknown(assistant, cohort))):
        raise Refused(" ".join(wrong))
    match what:
        case What.REPORT:
            table = _report(assistant, cohort, filters.against)
        case What.CUSTOMERS:
            table = _customers(assistant, cohort, filters.attribute)
        case _:
            table = _TABLES[what](assistant, cohort)
    of = None if "since" in idle(what.value) else cohort
    response = _written(table, form, of)
    # Of the forms JSON alone holds the period.
    days = f"-{of.since:%Y-%m-%d}--{of.until - timedelta(days=1):%Y-%m-%d}" if of else ""
    name = f"{what.value}{days}.{form.value}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _not_taken(what: What, filters: Beside, sent: QueryParams) -> Iterator[str]:
    """Figures of everybody would be taken for those that were asked for."""
    names = [name for name, _ in sent.multi_items()]
    known = {*Beside.model_fields, "format"}
    if strange := sorted({*names} - known):
        told = ", ".join(map(repr, strange))
        yield f"There is no {told} to ask by; there are {', '.join(sorted(known))}."
    if twice := sorted({name for name in names if names.count(name) > 1} & known):
        yield f"Say {' and '.join(twice)} once."
    not_so = [name for name in idle(what.value) if getattr(filters, name)]
    if not_so:
        yield f"{what.value!r} cannot be narrowed by {' or '.join(not_so)}; leave it out."


def _written(table: Table, form: Form, of: Cohort | None) -> Response:
    match form:
        case Form.CSV:
            return Response(table.as_csv(), media_type="text/csv; charset=utf-8")
        case Form.PARQUET:
            return Response(as_parquet(table), media_type="application/vnd.apache.parquet")
        case Form.JSONL:
            return Response(table.as_lines(), media_type="application/jsonl; charset=utf-8")
        case Form.JSON:
            since, until = (of.since.isoformat(), of.until.isoformat()) if of else (None, None)
            return JSONResponse({"since": since, "until": until, "rows": table.as_json()})


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
    site = assistant.predictions.of_site(simulated=cohort.simulated)
    return tables.conversations_table(assistant.store.outcomes(cohort), site.calibration)


def _articles(assistant: Assistant, cohort: Cohort) -> Table:
    return tables.articles_table(assistant.store.article_uses(cohort))


def _people(assistant: Assistant, cohort: Cohort) -> Table:
    return tables.people_table(assistant.store.people_work(cohort))


def _relationship(assistant: Assistant, cohort: Cohort) -> Table:
    return relationship_table(relationship(assistant.store, cohort))


def _customers(assistant: Assistant, cohort: Cohort, attribute: str) -> Table:
    known = assistant.store.known_attributes(simulated=cohort.simulated)
    chosen = next((each for each in known if each.attribute == attribute), None)
    if chosen is None:
        names = ", ".join(each.attribute for each in known) or "none yet"
        raise Refused(f"Name an attribute of customers, such as attribute=plan; told are: {names}.")
    return tables.customers_table(of_cohort(assistant, cohort, chosen))


def _journey(assistant: Assistant, cohort: Cohort) -> Table:
    return tables.journey_table(journeys(read_journeys(assistant.store, cohort)))


def _predictions(assistant: Assistant, cohort: Cohort) -> Table:
    return tables.predictions_table(assistant.predictions.of_site(simulated=cohort.simulated))


_TABLES: Mapping[What, Callable[[Any, Cohort], Table]] = {
    What.THEMES: _themes,
    What.DRIVERS: _drivers,
    What.CONVERSATIONS: _conversations,
    What.ARTICLES: _articles,
    What.PEOPLE: _people,
    What.RELATIONSHIP: _relationship,
    What.JOURNEY: _journey,
    What.PREDICTIONS: _predictions,
}
