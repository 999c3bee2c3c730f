"""The console's lists of articles: those of the editor, and those that sources own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Query
from fastapi.responses import Response
from pydantic import BaseModel, Field

from assistant.domain.manuscript import Content
from assistant.errors import AssistantError, Refused, UnfitArticle, UnknownThing, WrongStatus
from assistant.ports.editor import Shelf, ShelfQuery
from assistant.server import reading
from assistant.server.console import Console, PublishingDep, WritingDep, to
from assistant.server.pages import LOCALES
from assistant.server.sign_in import CONSOLE, OwnOrigin

PATH = f"{CONSOLE}/articles"
PER_PAGE = 50
MOST_CARED = 100
MOST_ADVISED = 100
_MOST_WORDS = 5
_TOLD = ("settled", "unsettled", "changed")

router = APIRouter(prefix=PATH, include_in_schema=False)

Word = Annotated[str, Field(max_length=200)]
Text = Annotated[str, Form(max_length=1000)]


class Searched(BaseModel):
    """What a list is narrowed by, as the address says it."""

    q: Word = ""
    page: Annotated[int, Field(ge=1, le=10_000)] = 1

    @property
    def words(self) -> tuple[str, ...]:
        """Those of the search."""
        return tuple(self.q.split()[:_MOST_WORDS])

    @property
    def skip(self) -> int:
        """How many stand on the pages before."""
        return (self.page - 1) * PER_PAGE


class Filters(Searched):
    """And which list it is."""

    shelf: Shelf = Shelf.MINE


@router.get("")
def shelf(console: WritingDep, filters: Annotated[Filters, Query()]) -> Response:
    """The one that was saved last comes first."""
    return _shelf(console, filters)


@router.post("", dependencies=[OwnOrigin])
def begin(console: WritingDep, title: Text = "", locale: Text = LOCALES[0]) -> Response:
    """A new draft, open for writing."""
    try:
        drafted = console.assistant.editor.draft(Content(title, locale, body=""), by=console.me)
    except UnfitArticle as error:
        return _shelf(console, Filters(), problem=error, status=422)
    return to(f"/articles/{drafted.id}")


@router.get("/home")
def home(console: WritingDep) -> Response:
    """What a writer begins with."""
    gap_words, gap_w = console.pages.wordings(console.request, "gaps")
    return listing(
        console,
        "writers_home",
        day_of=console.assistant.writers_home.of(console.me),
        gap_words=gap_words,
        gap_w=gap_w,
        locales=LOCALES,
        page_of=reading.page_of,
        people=console.assistant.shelves.people(),
    )


@router.get("/sources")
def sources(console: WritingDep, filters: Annotated[Searched, Query()]) -> Response:
    """What sources own: read here, written there."""
    return _sources(console, filters)


@router.get("/care")
def care(console: WritingDep, told: Annotated[str, Query(max_length=20)] = "") -> Response:
    """What is published and needs somebody: to be read again, brought up to date, mended."""
    overview = console.assistant.caring.overview()
    return listing(
        console,
        "article_care",
        found=overview.open[:MOST_CARED],
        uncounted=max(0, len(overview.open) - MOST_CARED),
        settled=overview.settled[:MOST_CARED],
        told=told if told in _TOLD else "",
        worth=(worth := console.assistant.shelves.advised())[:MOST_ADVISED],
        more=max(0, len(worth) - MOST_ADVISED),
        page_of=reading.page_of,
        people=console.assistant.shelves.people(),
    )


@router.post("/care", dependencies=[OwnOrigin])
def settle(
    console: WritingDep,
    key: Annotated[str, Form(max_length=100)],
    right: Annotated[bool, Form()],
) -> Response:
    """This is right as it is; or is to be listed again."""
    caring = console.assistant.caring
    try:
        (caring.settle if right else caring.unsettle)(key, by=console.me)
    except UnknownThing:
        return to("/articles/care?told=changed")
    return to(f"/articles/care?told={'settled' if right else 'unsettled'}")


@router.post("/sources", dependencies=[OwnOrigin])
def take_over(console: PublishingDep, article_id: Text = "") -> Response:
    """From now on the editor owns it."""
    try:
        taken = console.assistant.editor.take_over(article_id, by=console.me)
    except Refused as error:
        return _sources(console, Searched(), problem=error, status=422)
    return to(f"/articles/{taken.id}?told=taken_over")


def listing(console: Console, page: str, *, status: int = 200, **values: Any) -> Response:
    """A page under the tabs of all lists of articles."""
    sizes = console.assistant.shelves.sizes(console.me)
    return rendered(console, page, status=status, sizes=sizes, shelves=list(Shelf), **values)


def rendered(console: Console, page: str, *, status: int = 200, **values: Any) -> Response:
    """A page with the editor's own wordings: `words`, and `w` to say one of them."""
    words, w = console.pages.wordings(console.request, "editor")
    values.setdefault("problem", None)
    return console.render(
        page,
        status=status,
        words=words,
        w=w,
        problem_of=lambda error: _told(error, words, w),
        **values,
    )


def problem_in(console: Console, error: AssistantError) -> str:
    """The same for a script."""
    return _told(error, *console.pages.wordings(console.request, "editor"))


def _told(error: AssistantError, words: Any, w: Callable[..., str]) -> str:
    """What could not be done, in the reader's language."""
    if not isinstance(error, UnfitArticle):
        return w("changed_meanwhile" if isinstance(error, WrongStatus) else "unfit_refused")
    values = dict(error.values)
    if "field" in values:
        values["field"] = words["field_names"][values["field"]]
    return w(f"unfit_{error.reason}", **values)


def _shelf(
    console: Console, filters: Filters, *, problem: Refused | None = None, status: int = 200
) -> Response:
    query = ShelfQuery(
        filters.shelf, console.me.id, filters.words, limit=PER_PAGE, skip=filters.skip
    )
    return listing(
        console,
        "articles",
        status=status,
        listed=console.assistant.shelves.page(query),
        people=console.assistant.shelves.people(),
        filters=filters,
        link=_linker(PATH, filters.model_dump(mode="json")),
        locales=LOCALES,
        problem=problem,
    )


def _sources(
    console: Console, filters: Searched, *, problem: Refused | None = None, status: int = 200
) -> Response:
    listed = console.assistant.shelves.from_sources(
        filters.words, limit=PER_PAGE, skip=filters.skip
    )
    return listing(
        console,
        "article_sources",
        status=status,
        listed=listed,
        filters=filters,
        page_of=reading.page_of,
        link=_linker(f"{PATH}/sources", filters.model_dump()),
        problem=problem,
    )


def _linker(path: str, filters: dict[str, Any]) -> Callable[..., str]:
    """`link(page=2)`: this list with something changed, from its first page on."""

    def link(**changed: object) -> str:
        values = {**filters, "page": 1, **changed}
        return f"{path}?{urlencode({name: v for name, v in values.items() if v not in ('', 1)})}"

    return link
