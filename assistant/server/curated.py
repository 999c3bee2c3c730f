"""Curated answers: writers keep what is said word for word, to which questions, until when."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Form, Query
from fastapi.responses import Response
from pydantic import BaseModel, Field

from assistant.domain.curated import LONGEST_PHRASING, LONGEST_TEXT
from assistant.errors import UnfitArticle
from assistant.markup import to_html
from assistant.server.articles import listing
from assistant.server.console import Console, WritingDep, to
from assistant.server.dependencies import CuratedId
from assistant.server.pages import LOCALES
from assistant.server.sign_in import CONSOLE, OwnOrigin

PATH = f"{CONSOLE}/curated"
_LONGEST_FIELD = 20_000

router = APIRouter(prefix=PATH, include_in_schema=False)


class Draft(BaseModel):
    """The form as it was sent; `expires_on` is a day, or empty."""

    locale: Annotated[str, Field(pattern="^[a-z]{2}$")] = LOCALES[0]
    phrasings: Annotated[str, Field(max_length=_LONGEST_FIELD)] = ""
    text: Annotated[str, Field(max_length=_LONGEST_FIELD)] = ""
    expires_on: Annotated[str, Field(pattern=r"^(\d{4}-\d\d-\d\d)?$")] = ""

    @property
    def last_day(self) -> date | None:
        """None where it has no end."""
        return date.fromisoformat(self.expires_on) if self.expires_on else None


@router.get("")
def curated(
    console: WritingDep,
    question: Annotated[str, Query(max_length=LONGEST_PHRASING)] = "",
    language: Annotated[str, Query(max_length=20)] = "",
) -> Response:
    """All of them; `question`: what a new one should answer, in which `language`."""
    locale = language if language in LOCALES else console.pages.locale(console.request)
    return _shown(console, draft=Draft(locale=locale, phrasings=question))


@router.post("", dependencies=[OwnOrigin])
def add_curated(console: WritingDep, sent: Annotated[Draft, Form()]) -> Response:
    """A new one, said from the next question on."""
    return _saved(console, sent, id=None)


@router.post("/{curated_id}", dependencies=[OwnOrigin])
def change_curated(
    console: WritingDep, curated_id: CuratedId, sent: Annotated[Draft, Form()]
) -> Response:
    """As it is from now on."""
    return _saved(console, sent, id=curated_id)


@router.post("/{curated_id}/drop", dependencies=[OwnOrigin])
def drop_curated(console: WritingDep, curated_id: CuratedId) -> Response:
    """It is said no more."""
    console.assistant.curating.drop(curated_id, by=console.me)
    return to("/curated")


def _saved(console: Console, sent: Draft, *, id: str | None) -> Response:
    try:
        console.assistant.curating.save(
            sent.locale,
            sent.phrasings.splitlines(),
            sent.text,
            expires_on=sent.last_day,
            by=console.me,
            id=id,
        )
    except UnfitArticle as error:
        return _shown(console, draft=sent, draft_id=id, problem=error, status=422)
    except ValueError:
        problem = UnfitArticle("curated_no_day", "There is no such day.")
        return _shown(console, draft=sent, draft_id=id, problem=problem, status=422)
    return to("/curated?saved=1")


def _shown(
    console: Console,
    *,
    draft: Draft,
    draft_id: str | None = None,
    problem: UnfitArticle | None = None,
    status: int = 200,
) -> Response:
    return listing(
        console,
        "curated",
        status=status,
        problem=problem,
        listed=console.assistant.curating.listed(),
        draft=draft,
        draft_id=draft_id,
        saved="saved" in console.request.query_params,
        html_of=to_html,
        locales=LOCALES,
        longest=LONGEST_TEXT,
    )
