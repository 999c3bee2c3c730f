"""The playground: ask the live help center anything and see why it answers so; or a whole batch."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, File, Form, Query, UploadFile
from fastapi.responses import Response

from assistant.concurrency import in_thread
from assistant.errors import UnfitArticle
from assistant.server.considered import shown
from assistant.server.console import Console, WritingDep
from assistant.server.pages import LOCALES
from assistant.server.sign_in import CONSOLE, OwnOrigin
from assistant.writing.playground import LONGEST, MOST, Grade, graded, lines_of

PATH = f"{CONSOLE}/playground"

router = APIRouter(prefix=PATH, include_in_schema=False)

Question = Annotated[str, Query(max_length=LONGEST)]
Locale = Annotated[str, Query(pattern="^[A-Za-z-]{0,20}$")]


@router.get("")
def playground(console: WritingDep, q: Question = "", language: Locale = LOCALES[0]) -> Response:
    """One question, with all that led to what is done with it."""
    answerer = console.assistant.everything.answerer
    found = answerer.consider_extractive(q, locale=language) if q.strip() else None
    return _shown(console, question=q, language=language, asked=shown(found) if found else None)


@router.post("", dependencies=[OwnOrigin])
async def batch(
    console: WritingDep,
    questions: Annotated[str, Form()] = "",
    language: Annotated[str, Form(pattern="^[A-Za-z-]{0,20}$")] = LOCALES[0],
    file: Annotated[UploadFile | None, File()] = None,
) -> Response:
    """Many questions, as they were pasted or uploaded."""
    sent = (await file.read()).decode("utf-8", "replace") if file and file.size else questions
    try:
        lines = lines_of(sent)
    except UnfitArticle as error:
        return _shown(console, language=language, batch=sent, problem=error.values, status=422)
    answerer = console.assistant.everything.answerer
    found = await in_thread(graded, lines, answerer=answerer, locale=language)
    return _shown(console, language=language, batch=sent, graded=found)


def _shown(
    console: Console,
    *,
    question: str = "",
    language: str = LOCALES[0],
    status: int = 200,
    **values: Any,
) -> Response:
    words, w = console.pages.wordings(console.request, "playground")
    defaults: dict[str, Any] = {"asked": None, "graded": None, "batch": "", "problem": None}
    return console.render(
        "playground",
        status=status,
        words=words,
        w=w,
        question=question,
        language=language,
        locales=LOCALES,
        answers_from=console.assistant.everything.answerer.answers_from,
        longest=LONGEST,
        most=MOST,
        grades=list(Grade),
        shown=shown,
        **defaults | values,
    )
