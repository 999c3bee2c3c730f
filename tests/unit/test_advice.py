"""What might be better in an article is said with what shows it, and only where it is known."""

from __future__ import annotations

import pytest

from assistant.domain.manuscript import Content
from assistant.ports.usage import ArticleUse
from assistant.writing.advice import LONGEST, Advice, Use, answers_in, readability, usage

GOOD = Content("Returns", "en", "Send it back.\n\n## How long?\n\n30 days.", questions=("a", "b"))


def used(helped: int, not_helped: int, *, readers: int = 0) -> ArticleUse:
    return ArticleUse("a", answers=9, helped=helped, not_helped=not_helped, readers_helped=readers)


def test_of_a_good_article_nothing_is_said() -> None:
    assert readability(GOOD) == []


def test_a_long_one_without_phrasings_is_told_with_its_figures() -> None:
    long = Content("Returns", "en", "word " * (LONGEST + 1))
    first, second = readability(long)
    assert (first.advice, first.values["words"]) == (Advice.TOO_LONG, LONGEST + 1)
    assert (second.advice, second.values["has"]) == (Advice.FEW_PHRASINGS, 0)


@pytest.mark.parametrize(
    ("locale", "heading", "vague"),
    [
        ("en", "Overview", True),
        ("en", "More information:", True),
        ("fr", "Généralités", True),
        ("fr", "En savoir plus", True),
        ("en", "What does it cost?", False),
    ],
)
def test_headings_that_say_nothing(locale: str, heading: str, vague: bool) -> None:
    body = f"Text.\n\n## {heading}\n\nMore.\n\n### {heading}\n\nEven more."
    found = readability(Content("Title", locale, body, questions=("a", "b")))
    assert [each.values["heading"] for each in found] == ([heading] if vague else [])


@pytest.mark.parametrize(
    ("lately", "before", "falls"),
    [
        (used(5, 5), used(8, 2), True),
        (used(5, 5), used(6, 4), False),
        (used(4, 5), used(9, 1), False),
        (used(5, 5), used(8, 1), False),
        (used(1, 5, readers=4), used(8, 2), True),
        (used(8, 2), None, False),
        (None, used(8, 2), False),
    ],
)
def test_it_helps_less_only_where_enough_people_said_so_both_times(
    lately: ArticleUse | None, before: ArticleUse | None, falls: bool
) -> None:
    found = usage(Use(lately, before), answers=100)
    assert [each.advice for each in found] == ([Advice.LESS_HELPFUL] if falls else [])


def test_unused_is_what_nobody_used_while_others_were() -> None:
    nobody = Use(None, None)
    assert [each.advice for each in usage(nobody, answers=50)] == [Advice.UNUSED]
    assert usage(nobody, answers=49) == []
    # Whether somebody opened it, any visitor may claim.
    opened = Use(ArticleUse("a", opened=1), None)
    assert [each.advice for each in usage(opened, answers=50)] == [Advice.UNUSED]
    assert answers_in([used(1, 0), used(0, 0)]) == 18
