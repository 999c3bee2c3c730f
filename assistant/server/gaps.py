"""The pages of what the help center lacks: the list of gaps, and one of them with its evidence."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Query
from fastapi.responses import Response

from assistant.concurrency import in_thread
from assistant.domain.gap import GapState
from assistant.domain.ownership import ASSISTANT
from assistant.errors import WrongStatus
from assistant.server.console import Console, WritingDep, to
from assistant.server.dependencies import GapId
from assistant.server.sign_in import CONSOLE, OwnOrigin
from assistant.writing.drafting import begun
from assistant.writing.gap_log import MOST, WINDOW

PATH = f"{CONSOLE}/gaps"
PER_PAGE = 25

router = APIRouter(prefix=PATH, include_in_schema=False)


@router.get("")
def gaps(
    console: WritingDep,
    state: GapState = GapState.OPEN,
    page: Annotated[int, Query(ge=1, le=1000)] = 1,
) -> Response:
    """What is missing, by how many asked and what it cost them."""
    found = console.assistant.gaps.overview(state)
    first = (page - 1) * PER_PAGE
    shown = found.gaps[first : first + PER_PAGE]
    return _render(
        console,
        "gaps",
        overview=found,
        gaps=[(gap, console.assistant.gaps.nearest(gap)) for gap in shown],
        state=state,
        number=page,
        more=len(found.gaps) > first + PER_PAGE,
    )


@router.get("/{gap_id}")
def gap(
    console: WritingDep,
    gap_id: GapId,
    told: Annotated[int | None, Query(ge=0, le=100_000)] = None,
) -> Response:
    """Its questions, where an answer would belong, and how people answered; `told`: how many
    customers were told just now."""
    return _shown(console, gap_id, told=told)


@router.post("/{gap_id}/take", dependencies=[OwnOrigin])
def take(
    console: WritingDep, gap_id: GapId, article_id: Annotated[str, Form(max_length=1000)] = ""
) -> Response:
    """Somebody works on it: in this article, or without saying where."""
    take = console.assistant.gaps.take
    return _decided(
        console, gap_id, lambda: take(gap_id, by=console.me, article_id=article_id or None)
    )


@router.post("/{gap_id}/draft", dependencies=[OwnOrigin])
async def draft(console: WritingDep, gap_id: GapId) -> Response:
    """An article begun from what people answered, open for writing; its text is the language
    model's, where there is one that writes it."""
    assistant = console.assistant
    try:
        found = await in_thread(assistant.gaps.evidence, gap_id)
        content = await in_thread(begun, found)
        text = await assistant.written_drafts.text(found)
        content = content if text is None else replace(content, body=text)
        begin = partial(assistant.gaps.draft, editor=assistant.editor, by=console.me)
        drafted = await in_thread(begin, gap_id, content)
        if text:
            words, _ = console.pages.wordings(console.request, "editor")
            unchecked = partial(assistant.editor.comment, text=words["told"]["written"])
            await in_thread(unchecked, drafted.id, by=ASSISTANT)
    except WrongStatus:
        shown = partial(_shown, problem="changed_meanwhile", status=409)
        return await in_thread(shown, console, gap_id)
    return to(f"/articles/{drafted.id}{'?told=written' if text else ''}")


@router.post("/{gap_id}/word-for-word", dependencies=[OwnOrigin])
def word_for_word(console: WritingDep, gap_id: GapId) -> Response:
    """Taken on, to be answered in words that somebody writes now."""
    gaps = console.assistant.gaps
    try:
        found = gaps.evidence(gap_id)
        gaps.take(gap_id, by=console.me)
    except WrongStatus:
        return _shown(console, gap_id, problem="changed_meanwhile", status=409)
    # An address is kept by browsers and proxies: what tells who asked is not in it.
    asked = next(iter(found.questions), "")
    query = urlencode({"question": asked, "language": found.locale})
    return to(f"/curated?{query}#text-new")


@router.post("/{gap_id}/tell", dependencies=[OwnOrigin])
def tell(console: WritingDep, gap_id: GapId) -> Response:
    """Those who asked learn that there is an answer now."""
    try:
        told = console.assistant.askers.tell(gap_id, by=console.me)
    except WrongStatus:
        return _shown(console, gap_id, problem="changed_meanwhile", status=409)
    for conversation_id in told:
        console.changed(conversation_id)
    return to(f"/gaps/{gap_id}?told={len(told)}")


@router.post("/{gap_id}/dismiss", dependencies=[OwnOrigin])
def dismiss(console: WritingDep, gap_id: GapId) -> Response:
    """Nothing is to be written about it."""
    dismiss = console.assistant.gaps.dismiss
    return _decided(console, gap_id, lambda: dismiss(gap_id, by=console.me))


@router.post("/{gap_id}/reopen", dependencies=[OwnOrigin])
def reopen(console: WritingDep, gap_id: GapId) -> Response:
    """Back to the list of what is missing."""
    reopen = console.assistant.gaps.reopen
    return _decided(console, gap_id, lambda: reopen(gap_id, by=console.me))


def _decided(console: Console, gap_id: str, event: Any) -> Response:
    try:
        event()
    except WrongStatus:
        return _shown(console, gap_id, problem="changed_meanwhile", status=409)
    return to(f"/gaps/{gap_id}")


def _shown(
    console: Console,
    gap_id: str,
    *,
    problem: str | None = None,
    status: int = 200,
    told: int | None = None,
) -> Response:
    gaps, askers = console.assistant.gaps, console.assistant.askers
    found = gaps.gap(gap_id)
    return _render(
        console,
        "gap",
        status=status,
        problem=problem,
        told=told,
        gap=found,
        outreach=askers.of(found) if found.state is GapState.DONE else None,
        mails=askers.writes,
        writes=console.assistant.model is not None,
        nearest=gaps.nearest(found),
        replies=gaps.replies(found),
        again=gaps.asked_again(found) if found.state is not GapState.OPEN else [],
        manuscript=_manuscript(console, found.decided.article_id if found.decided else None),
        article=_article(console, found.decided.article_id if found.decided else None),
        people={person.id: person for person in console.assistant.store.people()},
    )


def _article(console: Console, article_id: str | None) -> Any:
    """The card of the article that was named for it, None while it is not published."""
    return console.assistant.store.cards([article_id]).get(article_id) if article_id else None


def _manuscript(console: Console, article_id: str | None) -> Any:
    """Where it is written, if that is in the editor."""
    return console.assistant.store.manuscript_of(article_id) if article_id else None


def _render(console: Console, template: str, *, status: int = 200, **values: Any) -> Response:
    words, w = console.pages.wordings(console.request, "gaps")
    return console.render(
        template,
        status=status,
        words=words,
        w=w,
        states=list(GapState),
        window=WINDOW.days,
        most=MOST,
        **values,
    )
