"""What goes public is meant, whatever it breaks; what cannot go there is not even asked about."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from assistant.domain.article import Article, ArticleStatus
from assistant.domain.manuscript import Content, Manuscript, Revision
from assistant.errors import UnfitArticle, WrongStatus
from assistant.ports import Person
from assistant.writing.approving import once_meant

NOON = datetime(2026, 3, 14, 12, tzinfo=UTC)
LEA = Person("lea", "lea@company.example", "lead", "")


@dataclass
class Desk:
    """Proofreads and checks; `breaks`: how many questions, None where the check itself fails."""

    breaks: int | None = 0
    enough: bool = True
    asked: int = 0
    goes: Callable[[], Any] | None = None
    comments: list[str] = field(default_factory=list)

    def of(self, article: Article) -> Any:
        self.asked += 1
        if self.breaks is None:
            raise RuntimeError("A fault of ours.")
        return SimpleNamespace(breaks=self.breaks, enough=self.enough)

    def proof(self, manuscript: Manuscript) -> Article:
        return Article(manuscript.article_id, "Kettles", "en", "They boil.")

    def comment(self, manuscript_id: str, text: str, *, by: str) -> Any:
        self.comments.append(text)

    def approves(self, status: ArticleStatus = ArticleStatus.DRAFT, *, reason: str = "") -> None:
        revision = Revision(1, Content("Kettles", "en", "They boil."), NOON, "lea")
        manuscript = Manuscript("m1", "a1", status, revision, NOON)
        go = self.goes or (lambda: manuscript)
        once_meant(manuscript, go, reason=reason, by=LEA, checks=self, editor=self)


def test_what_breaks_nothing_needs_no_reason_and_keeps_none() -> None:
    desk = Desk()
    desk.approves(reason="It is Monday.")
    assert desk.comments == []


@pytest.mark.parametrize(
    ("desk", "why"),
    [
        (Desk(2), "breaks"),
        (Desk(2, enough=False), "breaks"),
        (Desk(None), "unchecked"),
        (Desk(0, enough=False), "unchecked"),
    ],
)
def test_without_a_reason_it_stays_and_with_one_that_is_kept(desk: Desk, why: str) -> None:
    with pytest.raises(UnfitArticle) as refused:
        desk.approves(reason="  ")
    assert refused.value.reason == why
    desk.approves(reason="The old answer was wrong.")
    assert desk.comments == ["The old answer was wrong."]


def test_what_then_cannot_go_keeps_no_reason() -> None:
    def refused() -> Any:
        raise UnfitArticle("moment", "It is over.")

    desk = Desk(2, goes=refused)
    with pytest.raises(UnfitArticle):
        desk.approves(reason="The old answer was wrong.")
    assert desk.comments == []


@pytest.mark.parametrize("status", [ArticleStatus.PUBLISHED, ArticleStatus.ARCHIVED])
def test_a_step_that_cannot_be_taken_is_refused_before_anything_is_asked(
    status: ArticleStatus,
) -> None:
    desk = Desk()
    with pytest.raises(WrongStatus):
        desk.approves(status)
    assert desk.asked == 0
