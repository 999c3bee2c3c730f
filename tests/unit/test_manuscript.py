"""What a writer may do with an article in each of its states, and what is taken for an article."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from assistant.domain.article import ArticleStatus
from assistant.domain.manuscript import (
    LONGEST_TITLE,
    MOST_LINES,
    Content,
    Manuscript,
    Revision,
    Step,
    checked,
    slug_from,
)
from assistant.errors import Refused, WrongStatus

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
GIFT = Content(title="Return a gift", locale="en", body="With the code.")
FIRST = Revision(1, GIFT, NOON, "wim")
MANUSCRIPT = Manuscript("a-1", "a-1", ArticleStatus.DRAFT, FIRST, NOON)

LEADS = {
    "draft": {"edited": "draft", "submitted": "in_review", "published": "published",
              "archived": "archived"},
    "in_review": {"edited": "in_review", "sent_back": "draft", "published": "published",
                  "archived": "archived"},
    "published": {"edited": "draft", "archived": "archived"},
    "archived": {"edited": "draft"},
}  # fmt: skip


@pytest.mark.parametrize(("status", "step"), list(product(ArticleStatus, Step)))
def test_each_step_leads_on_or_is_refused(status: ArticleStatus, step: Step) -> None:
    manuscript = replace(MANUSCRIPT, status=status)
    after = LEADS[status.value].get(step.value)
    if after is not None:
        assert manuscript.status_after(step).value == after
        return
    with pytest.raises(WrongStatus, match=f"Article 'a-1' is {status.value}; this needs it to be"):
        manuscript.status_after(step)


def test_it_has_news_while_customers_read_something_older() -> None:
    assert not MANUSCRIPT.has_news
    live = replace(MANUSCRIPT, live_version=1)
    assert not live.has_news
    assert replace(live, latest=replace(FIRST, version=2)).has_news


def test_only_autosaves_of_one_person_in_one_sitting_are_one() -> None:
    auto = replace(FIRST, autosaved=True)
    later = replace(auto, saved_at=NOON + timedelta(minutes=9))
    assert auto.is_continued_by(later)
    assert not auto.is_continued_by(replace(later, saved_by="lea"))
    assert not auto.is_continued_by(replace(later, autosaved=False))
    assert not FIRST.is_continued_by(later)
    assert not auto.is_continued_by(replace(later, saved_at=NOON + timedelta(minutes=10)))


def test_what_was_typed_is_tidied() -> None:
    typed = replace(
        GIFT,
        title="  Return\ta  gift ",
        slug=" /return-a-gift/ ",
        body="One.\r\nTwo.\rThree.",
        questions=(" send it back ", "", "send  it back"),
        translation_of="",
    )
    tidy = checked(typed)
    assert tidy.title == "Return a gift"
    assert tidy.slug == "return-a-gift"
    assert tidy.body == "One.\nTwo.\nThree."
    assert tidy.questions == ("send it back",)
    assert tidy.translation_of is None
    assert checked(tidy) == tidy


def test_a_draft_may_be_empty() -> None:
    assert checked(Content(title="", locale="en", body="")).title == ""


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"locale": "english please"}, "no locale"),
        ({"locale": ""}, "no locale"),
        ({"slug": "a b"}, "letters, digits and hyphens"),
        ({"slug": "../console"}, "letters, digits and hyphens"),
        ({"title": "x" * (LONGEST_TITLE + 1)}, "title has 201"),
        ({"questions": tuple(map(str, range(MOST_LINES + 1)))}, "51 questions are too many; 50"),
    ],
)
def test_what_cannot_be_kept_is_refused_by_name(wrong: dict[str, str], said: str) -> None:
    with pytest.raises(Refused, match=said):
        checked(replace(GIFT, **wrong))


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Where is my parcel?", "where-is-my-parcel"),
        ("Où est mon colis ?", "ou-est-mon-colis"),
        ("L’œuvre n° 3", "l-oeuvre-n-3"),
        ("???", ""),
    ],
)
def test_a_title_suggests_an_address(title: str, slug: str) -> None:
    assert slug_from(title) == slug
