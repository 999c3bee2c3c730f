"""One article in the editor: writing, saving, its history. The lists: `articles`; its way to the
public: `publishing`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from html import escape
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Form, Query
from fastapi.responses import HTMLResponse, JSONResponse, Response
from pydantic import BaseModel, Field, field_validator

from assistant.domain.article import ArticleStatus
from assistant.domain.audience import LONGEST_AUDIENCE
from assistant.domain.image import LARGEST_IMAGE_MB, LONGEST_ALTERNATIVE
from assistant.domain.manuscript import (
    LONGEST_BODY,
    LONGEST_COMMENT,
    LONGEST_SLUG,
    LONGEST_TITLE,
    Content,
    Manuscript,
    Stale,
    Step,
    checked,
)
from assistant.errors import Refused, UnfitArticle, WrongStatus
from assistant.server import reading
from assistant.server.articles import PATH, rendered
from assistant.server.console import Console, WritingDep, to
from assistant.server.dependencies import ManuscriptId
from assistant.server.impact import known_impact
from assistant.server.pages import LOCALES
from assistant.server.restricted import as_its_readers
from assistant.server.sign_in import OwnOrigin
from assistant.writing.difference import changed_fields, changed_lines
from assistant.writing.merging import merged
from assistant.writing.proof import preview

router = APIRouter(prefix=f"{PATH}/{{manuscript_id}}", include_in_schema=False)

_LONGEST_ID = 1000
_LATE = timedelta(minutes=1)
SEGMENTS = "segments"
_TOLD = (
    *("saved", "submitted", "sent_back", "published", "archived", "restored", "taken_over"),
    *("scheduled", "unscheduled", "written"),
)

Text = Annotated[str, Form()]
Version = Annotated[int, Form(ge=1, le=2**31 - 1)]


class Sheet(BaseModel):
    """What a writer sends: the form, and the version that they began from."""

    version: Annotated[int, Field(ge=1, le=2**31 - 1)]
    title: str = ""
    locale: str = ""
    body: str = ""
    slug: str = ""
    questions: str = ""
    tags: str = ""
    translation_of: Annotated[str, Field(max_length=_LONGEST_ID)] = ""
    escalate: bool = False
    audience: Literal["", "signed-in", "segments"] = ""
    segments: str = ""
    owner: Annotated[str, Field(max_length=_LONGEST_ID)] = ""
    review_on: date | None = None
    publish_at: Annotated[str, Field(max_length=40)] = ""
    zone: Annotated[str, Field(max_length=60)] = ""
    reason: Annotated[str, Field(max_length=LONGEST_COMMENT)] = ""
    """Why it is published although it breaks something, or could not be checked."""

    @field_validator("review_on", mode="before")
    @classmethod
    def _no_day(cls, value: object) -> object:
        return value or None

    def content(self, before: Content) -> Content:
        """With what stands on no form as it was."""
        return replace(
            before,
            title=self.title,
            locale=self.locale,
            body=self.body,
            slug=self.slug,
            questions=tuple(self.questions.splitlines()),
            tags=tuple(self.tags.split(",")),
            translation_of=self.translation_of or None,
            escalate=self.escalate,
            # Some, but nobody named, is for nobody: `checked` refuses that.
            audience=self.segments or self.audience if self.audience == SEGMENTS else self.audience,
            owner=self.owner,
            review_on=self.review_on,
        )


SheetForm = Annotated[Sheet, Form()]
Following = Callable[[Manuscript], Manuscript | Stale]


@router.get("")
def article(
    manuscript_id: ManuscriptId,
    console: WritingDep,
    told: Annotated[str, Query(max_length=20)] = "",
) -> Response:
    """Open for writing, beside what customers would read."""
    return shown(console, manuscript_id, told=told if told in _TOLD else "")


@router.post("", dependencies=[OwnOrigin])
def save(manuscript_id: ManuscriptId, console: WritingDep, sheet: SheetForm) -> Response:
    """Save what was written, unless somebody else saved meanwhile."""
    return after_saving(console, manuscript_id, sheet, told="saved")


@router.post("/autosave", dependencies=[OwnOrigin])
def autosave(manuscript_id: ManuscriptId, console: WritingDep, sheet: SheetForm) -> Response:
    """The same from a script while somebody types. 409 with who saved meanwhile."""
    before = console.assistant.shelves.manuscript(manuscript_id)
    try:
        saved = _save(console, before, sheet, autosaved=True)
    except Refused as error:
        return JSONResponse({"problem": str(error)}, status_code=422)
    if isinstance(saved, Stale):
        return JSONResponse({"version": saved.newer.version}, status_code=409)
    return JSONResponse({"version": saved.version, "status": saved.status.value})


@router.post("/preview", dependencies=[OwnOrigin])
def proofread(manuscript_id: ManuscriptId, console: WritingDep, sheet: SheetForm) -> Response:
    """What customers would read of the form as it is."""
    manuscript = console.assistant.shelves.manuscript(manuscript_id)
    return HTMLResponse(_preview(console, manuscript, sheet.content(manuscript.content)))


@router.post("/presence", dependencies=[OwnOrigin])
def presence(manuscript_id: ManuscriptId, console: WritingDep, writing: Text = "") -> Response:
    """Say that it is open here; who else has it open, and which version is the newest."""
    shelves = console.assistant.shelves
    others = shelves.look_at(manuscript_id, console.me, writing=writing == "1")
    people = shelves.people()
    shown = [
        {"name": people[each.person_id].shown, "writing": each.writing}
        for each in others
        if each.person_id in people
    ]
    version = shelves.manuscript(manuscript_id).version
    return JSONResponse({"others": shown, "version": version})


@router.post("/comments", dependencies=[OwnOrigin])
def comment(manuscript_id: ManuscriptId, console: WritingDep, text: Text = "") -> Response:
    """A word to the other writers."""
    try:
        console.assistant.editor.comment(manuscript_id, text, by=console.me.id)
    except Refused as error:
        return shown(console, manuscript_id, problem=error, comment=text, status=422)
    return to(f"/articles/{manuscript_id}#comments")


@router.post("/translations", dependencies=[OwnOrigin])
def translate(manuscript_id: ManuscriptId, console: WritingDep, locale: Text = "") -> Response:
    """Begin it in another language, beside the original."""
    try:
        begun = console.assistant.editor.translate(manuscript_id, locale, by=console.me)
    except Refused as error:
        return shown(console, manuscript_id, problem=error, status=422)
    return to(f"/articles/{begun.id}")


@router.get("/history")
def history(
    manuscript_id: ManuscriptId,
    console: WritingDep,
    version: Annotated[int, Query(ge=0, le=2**31 - 1)] = 0,
) -> Response:
    """Every revision, and what one of them changed; the newest if none is named."""
    manuscript = console.assistant.shelves.manuscript(manuscript_id)
    kept = console.assistant.shelves.revisions(manuscript_id)
    at = next((i for i, each in enumerate(kept) if each.version == version), 0)
    chosen, before = kept[at], kept[min(at + 1, len(kept) - 1)]
    return rendered(
        console,
        "article_history",
        manuscript=manuscript,
        revisions=kept,
        chosen=chosen,
        before=before,
        fields=[n for n in changed_fields(before.content, chosen.content) if n != "body"],
        lines=changed_lines(before.content.body, chosen.content.body),
        people=console.assistant.shelves.people(),
    )


@router.post("/restore", dependencies=[OwnOrigin])
def restore(manuscript_id: ManuscriptId, console: WritingDep, version: Version) -> Response:
    """An older revision as the newest one."""
    console.assistant.editor.restore(manuscript_id, version, by=console.me)
    return to(f"/articles/{manuscript_id}?told=restored")


def _save(
    console: Console, before: Manuscript, sheet: Sheet, *, autosaved: bool = False
) -> Manuscript | Stale:
    saved: Manuscript | Stale = console.assistant.editor.save(
        before.id,
        sheet.content(before.content),
        version=sheet.version,
        by=console.me,
        autosaved=autosaved,
    )
    return saved


def after_saving(
    console: Console,
    manuscript_id: str,
    sheet: Sheet,
    *,
    told: str,
    then: Following | None = None,
) -> Response:
    """Save and go on; where that cannot be, the page with everything that was written."""
    before = console.assistant.shelves.manuscript(manuscript_id)
    try:
        saved = _save(console, before, sheet)
    except Refused as error:
        return shown(console, manuscript_id, sheet=sheet, problem=error, status=422)
    if isinstance(saved, Stale):
        return _merge(console, saved.newer, sheet)
    try:
        done = _next(before, saved, then) if then else saved
    except (Refused, WrongStatus) as error:
        status = 422 if isinstance(error, Refused) else 409
        as_sent = sheet.model_copy(update={"version": saved.version})
        return shown(console, manuscript_id, sheet=as_sent, problem=error, status=status)
    if isinstance(done, Stale):
        return _merge(console, done.newer, sheet)
    return to(f"/articles/{manuscript_id}?told={told}")


def _next(before: Manuscript, saved: Manuscript, then: Following) -> Manuscript | Stale:
    """What a colleague archived meanwhile is a draft again once it is saved, and goes no further
    before somebody has seen that. WrongStatus."""
    if before.status is ArticleStatus.ARCHIVED:
        before.status_after(Step.PUBLISHED)
    return then(saved)


def _merge(console: Console, newer: Manuscript, sheet: Sheet) -> Response:
    """Both texts in one, to be looked over and saved upon the newer one."""
    base = console.assistant.shelves.ancestor(newer.id, sheet.version)
    mine = checked(sheet.content(newer.content))
    both = merged(base.content, mine=mine, theirs=newer.content)
    return rendered(
        console,
        "article_merge",
        status=409,
        manuscript=newer,
        mine=mine,
        both=both,
        lines=changed_lines(newer.content.body, both.content.body),
        people=console.assistant.shelves.people(),
        **_for_fields(console),
    )


def shown(
    console: Console,
    manuscript_id: str,
    *,
    sheet: Sheet | None = None,
    problem: Exception | None = None,
    told: str = "",
    comment: str = "",
    status: int = 200,
) -> Response:
    """The page of the article, as it was saved last or, with a `sheet`, as it was sent."""
    opened = console.assistant.shelves.open(manuscript_id)
    manuscript = opened.manuscript
    content = sheet.content(manuscript.content) if sheet else manuscript.content
    return rendered(
        console,
        "article",
        status=status,
        manuscript=manuscript,
        content=content,
        version=sheet.version if sheet else manuscript.version,
        opened=opened,
        care=console.assistant.caring.of(manuscript),
        original=opened.original and as_its_readers(console, opened.original),
        page_of=lambda article: reading.page_of(reading.card_of(article)),
        comments=opened.comments,
        comment=comment,
        people=opened.people,
        preview=_preview(console, manuscript, content),
        public=reading.page_of(reading.card_of(preview(content, article_id=manuscript.article_id))),
        problem=problem,
        told=told,
        impact=known_impact(console, manuscript),
        reason=sheet.reason if sheet else "",
        zone=console.assistant.team.levels().hours.zone,
        overdue=_overdue(console, manuscript),
        longest_comment=LONGEST_COMMENT,
        **_for_fields(console),
    )


def _overdue(console: Console, manuscript: Manuscript) -> Exception | None:
    """Why what should be public by now is not."""
    slot = manuscript.scheduled
    if slot is None or datetime.now(UTC) - slot.at < _LATE:
        return None
    try:
        console.assistant.editor.proof(manuscript)
    except Refused as error:
        return error
    return UnfitArticle("overdue", "Whoever approved it may not publish any more.")


def _for_fields(console: Console) -> dict[str, Any]:
    """What the fields of the form offer, and how much fits them."""
    return {
        "locales": LOCALES,
        "writers": console.assistant.shelves.writers(),
        "longest": {
            "title": LONGEST_TITLE,
            "body": LONGEST_BODY,
            "slug": LONGEST_SLUG,
            "audience": LONGEST_AUDIENCE,
            "alternative": LONGEST_ALTERNATIVE,
            "image_mb": LARGEST_IMAGE_MB,
        },
    }


def _preview(console: Console, manuscript: Manuscript, content: Content) -> str:
    """Safe HTML, by the renderer of the help center."""
    shown = preview(content, article_id=manuscript.article_id)
    return f"<h1>{escape(shown.title)}</h1>{as_its_readers(console, shown)}"
