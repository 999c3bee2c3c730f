"""Articles that contradict or repeat each other, and what writers found to be fine."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Query
from fastapi.responses import Response

from assistant.errors import UnknownThing
from assistant.server import articles
from assistant.server.console import WritingDep, to
from assistant.server.sign_in import OwnOrigin

MOST_CLASHES = 100
_TOLD = ("settled", "unsettled", "changed")

router = APIRouter(prefix=f"{articles.PATH}/clashes", include_in_schema=False)


@router.get("")
def clashes(console: WritingDep, told: Annotated[str, Query(max_length=20)] = "") -> Response:
    """Across the help center, the worst first."""
    found = console.assistant.clashes.everywhere()
    return articles.listing(
        console,
        "article_clashes",
        clashes=found.open[:MOST_CLASHES],
        more=max(0, len(found.open) - MOST_CLASHES),
        settled=found.settled[:MOST_CLASHES],
        people=console.assistant.shelves.people(),
        told=told if told in _TOLD else "",
    )


@router.post("", dependencies=[OwnOrigin])
def settle(
    console: WritingDep,
    key: Annotated[str, Form(max_length=100)],
    fine: Annotated[bool, Form()],
) -> Response:
    """These two are fine beside each other; or are to be listed again."""
    if not fine:
        console.assistant.clashes.unsettle(key, by=console.me)
        return to("/articles/clashes?told=unsettled")
    try:
        console.assistant.clashes.settle(key, by=console.me)
    except UnknownThing:
        return to("/articles/clashes?told=changed")
    return to("/articles/clashes?told=settled")
