"""Before an article goes public somebody knows what it breaks, or says why it goes all the same."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Protocol

from assistant.domain.article import Article
from assistant.domain.manuscript import Comment, Manuscript, Stale, Step
from assistant.errors import UnfitArticle
from assistant.ports import Person
from assistant.writing.impact import Impact

log = logging.getLogger(__name__)


class Checks(Protocol):
    """As an ImpactCheck does."""

    def of(self, article: Article) -> Impact: ...


class Proofreads(Protocol):
    """What is needed of the Editor."""

    def proof(self, manuscript: Manuscript) -> Article: ...

    def comment(self, manuscript_id: str, text: str, *, by: str) -> Comment: ...


def once_meant(
    manuscript: Manuscript,
    go: Callable[[], Manuscript | Stale],
    *,
    reason: str,
    by: Person,
    checks: Checks,
    editor: Proofreads,
) -> Manuscript | Stale:
    """Let it go public. What breaks questions, and what could not be checked, goes with a reason
    alone, which stays as a comment once it went; UnfitArticle without one, or where the article
    cannot be published at all. WrongStatus. Takes as long as a check where none is known of this
    version."""
    manuscript.status_after(Step.PUBLISHED)
    objection = _objection(editor.proof(manuscript), checks)
    if objection and not reason.strip():
        raise objection
    done = go()
    if objection and isinstance(done, Manuscript):
        editor.comment(manuscript.id, reason, by=by.id)
    return done


def _objection(article: Article, checks: Checks) -> UnfitArticle | None:
    try:
        found = checks.of(article)
    except Exception as error:
        # Whatever is broken in a check must not keep writers from publishing a correction.
        log.exception("impact.unchecked: %s: %s", article.id, type(error).__name__)
        return _unchecked()
    if found.breaks:
        said = "It breaks questions that are answered now; say why it is published all the same."
        return UnfitArticle("breaks", said, count=found.breaks)
    return None if found.enough else _unchecked()


def _unchecked() -> UnfitArticle:
    said = "What it would change could not be checked; say why it is published all the same."
    return UnfitArticle("unchecked", said)
