"""The page of what an article would change for customers, before it is published."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import Response

from assistant.domain.manuscript import Manuscript
from assistant.errors import Refused
from assistant.server.considered import shown
from assistant.server.console import Console, WritingDep, to
from assistant.server.dependencies import ManuscriptId
from assistant.server.sign_in import CONSOLE, OwnOrigin
from assistant.writing.impact import Effect, Impact

PATH = f"{CONSOLE}/impact"

router = APIRouter(prefix=PATH, include_in_schema=False)


@router.get("/{manuscript_id}")
def impact(console: WritingDep, manuscript_id: ManuscriptId) -> Response:
    """What the last check found, as long as neither article nor help center changed since."""
    editor = console.assistant.editor
    manuscript = console.assistant.store.manuscript(manuscript_id)
    try:
        found = console.assistant.impact.latest(editor.proof(manuscript))
    except Refused as error:
        return _shown(console, manuscript, problem=str(error))
    return _shown(console, manuscript, found=found)


@router.post("/{manuscript_id}", dependencies=[OwnOrigin])
def check(console: WritingDep, manuscript_id: ManuscriptId) -> Response:
    """Ask the questions, of the help center with and without the article."""
    editor = console.assistant.editor
    manuscript = console.assistant.store.manuscript(manuscript_id)
    try:
        console.assistant.impact.check(editor.proof(manuscript))
    except Refused as error:
        return _shown(console, manuscript, problem=str(error), status=422)
    return to(f"/impact/{manuscript_id}")


def known_impact(console: Console, manuscript: Manuscript) -> Impact | None:
    """What the last check of this version found; None where there was none since."""
    try:
        article = console.assistant.editor.proof(manuscript)
    except Refused:
        return None
    found: Impact | None = console.assistant.impact.latest(article)
    return found


def _shown(
    console: Console,
    manuscript: Manuscript,
    *,
    found: Impact | None = None,
    problem: str | None = None,
    status: int = 200,
) -> Response:
    words, w = console.pages.wordings(console.request, "impact")
    return console.render(
        "impact",
        status=status,
        words=words,
        w=w,
        manuscript=manuscript,
        impact=found,
        effects=list(Effect),
        problem=problem,
        shown=shown,
    )
