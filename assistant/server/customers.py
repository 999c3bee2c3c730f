"""What the company tells of its customers: taken in here, and scores beside it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, File, Form, Query, UploadFile
from fastapi.responses import Response

from assistant.concurrency import in_thread
from assistant.insights.customers import ByCustomers, by_customers
from assistant.ports import Person
from assistant.ports.customers import Known
from assistant.ports.figures import Cohort
from assistant.server import examples
from assistant.server.console import ConfiguringDep, Console, ReaderDep
from assistant.server.dependencies import AssistantDep, TokenDep
from assistant.server.insights import PATH, Filters, Word, render
from assistant.server.openapi import errors, example
from assistant.server.schemas import CustomersOut
from assistant.server.sent import CustomersIn
from assistant.server.sign_in import OwnOrigin
from assistant.support.customer_sheet import (
    MOST_COLUMNS,
    MOST_NAMED,
    MOST_ROWS,
    Sheet,
    in_words,
    sheet_in,
    sheet_of,
)
from assistant.support.customers import Taken

router = APIRouter()


class Beside(Filters):
    """And beside which attribute."""

    attribute: Word = ""

    @property
    def address(self) -> dict[str, str]:
        return super().address | self.own


@router.get(f"{PATH}/customers", include_in_schema=False)
def customers(console: ReaderDep, filters: Annotated[Beside, Query()]) -> Response:
    """Scores by the values of an attribute; without one, by the first."""
    return _shown(console, filters)


@router.post(f"{PATH}/customers", include_in_schema=False, dependencies=[OwnOrigin])
async def upload(
    console: ConfiguringDep,
    file: Annotated[UploadFile, File()],
    dry_run: Annotated[bool, Form()] = False,  # noqa: FBT002
) -> Response:
    """A list is taken in, or tried, or refused with what is wrong in which line."""
    content = await file.read()

    def take() -> Response:
        sheet = sheet_in(content)
        if sheet.wrong:
            return _shown(console, Beside(), refused=sheet, status=422)
        taken = console.assistant.customers.take(sheet, by=console.me.id, dry_run=dry_run)
        return _shown(console, Beside(), taken=taken)

    return await in_thread(take)


def _teller(assistant: AssistantDep, token: TokenDep) -> Person:
    return assistant.api_tokens.teller(token)


@router.post(
    "/api/v1/customers",
    tags=["insights"],
    response_model=CustomersOut,
    responses=example(examples.CUSTOMERS) | errors(401, 413, 422),
)
def tell(
    body: CustomersIn, assistant: AssistantDep, teller: Annotated[Person, Depends(_teller)]
) -> Taken:
    """Attributes and outcomes of customers, all of them or none; by a token that was made for it.

    Each row names its customer by `customer` (the id that your site signs as `sub`) or all of them
    by `visitor` (the id here); null takes away what was told, what is left out stays. Only of
    customers who have been here anything is kept.
    """
    sheet = sheet_of(body.customers)
    return assistant.customers.take(sheet, by=teller.id, dry_run=body.dry_run)


def of_cohort(assistant: Any, cohort: Cohort, known: Known) -> ByCustomers:
    """Scores of the cohort beside one attribute."""
    store, name = assistant.store, known.attribute
    return by_customers(
        store.facts(cohort),
        store.attribute_in(cohort, name),
        known,
        numbers=store.numbers_of(name, simulated=cohort.simulated) if known.numeric else {},
    )


def _shown(
    console: Console,
    filters: Beside,
    *,
    taken: Taken | None = None,
    refused: Sheet | None = None,
    status: int = 200,
) -> Response:
    # The lists behind a row are of its own segment: another one would narrow the counts alone.
    filters = filters.model_copy(update={"segment": ""})
    cohort = filters.cohort(datetime.now(UTC))
    attributes = console.assistant.store.known_attributes(simulated=filters.simulated)
    chosen = next((each for each in attributes if each.attribute == filters.attribute), None)
    chosen = chosen or next(iter(attributes), None)
    # So that the files are of what is shown.
    filters = filters.model_copy(update={"attribute": chosen.attribute if chosen else ""})
    locale = console.pages.locale(console.request)
    wrong = refused.wrong if refused else []
    return render(
        console,
        "insights_customers",
        filters,
        cohort,
        status=status,
        attributes=attributes,
        chosen=chosen,
        found=of_cohort(console.assistant, cohort, chosen) if chosen else None,
        taken=taken,
        wrong=[(each.line, in_words(each, locale)) for each in wrong[:MOST_NAMED]],
        more_wrong=max(0, len(wrong) - MOST_NAMED),
        most_rows=MOST_ROWS,
        most_columns=MOST_COLUMNS,
    )
