"""The playground: ask anything of the help center, as it is or with a draft in it, and see why it
answers so; or ask a whole batch, and keep it as a regression set."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, File, Form, Query, UploadFile
from fastapi.responses import Response

from assistant.answering.pipeline import Answerer
from assistant.concurrency import in_thread
from assistant.errors import UnfitArticle
from assistant.server.considered import shown
from assistant.server.console import Console, WritingDep, to
from assistant.server.dependencies import SetId
from assistant.server.pages import LOCALES
from assistant.server.sign_in import CONSOLE, OwnOrigin
from assistant.writing.playground import LONGEST, MOST, Answers, Grade, Graded, graded, lines_of

PATH = f"{CONSOLE}/playground"

router = APIRouter(prefix=PATH, include_in_schema=False)

Question = Annotated[str, Query(max_length=LONGEST)]
Locale = Annotated[str, Query(pattern="^[A-Za-z-]{0,20}$")]
Language = Annotated[str, Form(pattern="^[A-Za-z-]{0,20}$")]
Id = Annotated[str, Form(max_length=200)]


@router.get("")
def playground(
    console: WritingDep,
    q: Question = "",
    language: Locale = LOCALES[0],
    draft: Annotated[str, Query(max_length=200)] = "",
) -> Response:
    """One question, with all that led to what is done with it."""
    found = _answerer(console, draft).consider_extractive(q, locale=language) if q.strip() else None
    asked = shown(found) if found else None
    return _shown(console, question=q, language=language, asked=asked, draft=draft)


@router.post("", dependencies=[OwnOrigin])
async def batch(
    console: WritingDep,
    questions: Annotated[str, Form()] = "",
    language: Language = LOCALES[0],
    file: Annotated[UploadFile | None, File()] = None,
    draft: Id = "",
    kept: Id = "",
) -> Response:
    """Many questions, as they were pasted or uploaded, or `kept` in a set."""
    sent = (await file.read()).decode("utf-8", "replace") if file and file.size else questions
    try:
        lines = console.assistant.regressions.named(kept).lines if kept else lines_of(sent)
    except UnfitArticle as error:
        return _shown(
            console, language=language, batch=sent, problem=error, draft=draft, status=422
        )

    def ask() -> list[Graded]:
        return graded(lines, answerer=_answerer(console, draft), locale=language)

    found = await in_thread(ask)
    return _shown(
        console, language=language, batch=sent, graded=found, draft=draft, keepable=not kept
    )


@router.post("/sets", dependencies=[OwnOrigin])
def keep(
    console: WritingDep,
    title: Annotated[str, Form()] = "",
    questions: Annotated[str, Form()] = "",
    language: Language = LOCALES[0],
) -> Response:
    """A batch, to be asked again and by every impact check."""
    try:
        console.assistant.regressions.keep(title, questions, locale=language, by=console.me)
    except UnfitArticle as error:
        return _shown(console, language=language, batch=questions, problem=error, status=422)
    return to("/playground#sets")


@router.post("/sets/{set_id}/drop", dependencies=[OwnOrigin])
def drop(set_id: SetId, console: WritingDep) -> Response:
    """It is asked no more."""
    console.assistant.regressions.drop(set_id, by=console.me)
    return to("/playground")


def _live(console: Console) -> Answerer:
    """As customers are answered, from all that is published."""
    return console.assistant.sureness.applied(console.assistant.everything.answerer)


def _answerer(console: Console, draft: str) -> Answers:
    """What answers from all that is published, or as if the draft were."""
    if not draft:
        return _live(console)
    manuscript = console.assistant.store.manuscript(draft)
    beside: Answers = console.assistant.impact.answering_with(
        console.assistant.editor.proof(manuscript)
    )
    return beside


def _shown(
    console: Console,
    *,
    question: str = "",
    language: str = LOCALES[0],
    draft: str = "",
    status: int = 200,
    **values: Any,
) -> Response:
    words, w = console.pages.wordings(console.request, "playground")
    defaults: dict[str, Any] = {
        "asked": None,
        "graded": None,
        "keepable": False,
        "batch": "",
        "problem": None,
    }
    return console.render(
        "playground",
        status=status,
        words=words,
        w=w,
        question=question,
        language=language,
        draft=console.assistant.store.manuscript(draft) if draft else None,
        sets=console.assistant.regressions.all(),
        locales=LOCALES,
        answers_from=_live(console).answers_from,
        longest=LONGEST,
        most=MOST,
        grades=list(Grade),
        shown=shown,
        **defaults | values,
    )
