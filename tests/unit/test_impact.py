"""What an article would change is told by what customers would get, before it is published."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from assistant.answering.pipeline import Considered
from assistant.answering.understanding import understand
from assistant.domain.answer import Answer, Citation, ClarifyingQuestion, PersonNeeded, Sentence
from assistant.domain.handoff import Reason
from assistant.ports.gaps import AskedQuestion
from assistant.writing.impact import Effect, effect_of
from assistant.writing.picking import Chosen, Wording, choose

NOON = datetime(2026, 3, 14, 12, tzinfo=UTC)


def answer(text: str = "Within 30 days.", article: str = "en/returns") -> Answer:
    citation = Citation(1, article, "Returns", "/help", f"{article}#0", text)
    return Answer((Sentence(text, (1,)),), (citation,), 0.9, "en")


PERSON = PersonNeeded(Reason.NOT_COVERED, "I found nothing.", 0.1, call_now=False)
ASKS_BACK = ClarifyingQuestion("Which one?", (), 0.4)


@pytest.mark.parametrize(
    ("was", "becomes", "effect"),
    [
        (answer(), answer(), Effect.SAME),
        (answer(), answer("Within 14 days."), Effect.CHANGED),
        (answer(), answer(article="en/gifts"), Effect.CHANGED),
        (answer(), PERSON, Effect.BROKEN),
        (answer(), ASKS_BACK, Effect.BROKEN),
        (PERSON, answer(), Effect.FIXED),
        (ASKS_BACK, answer(), Effect.FIXED),
        (PERSON, ASKS_BACK, Effect.CHANGED),
        (PERSON, PERSON, Effect.SAME),
    ],
)
def test_the_effect_is_what_customers_would_notice(was: Any, becomes: Any, effect: Effect) -> None:
    understood = understand("can I return it", locale="en")
    before, after = (Considered(understood, "…", outcome) for outcome in (was, becomes))
    assert effect_of(before, after) is effect


def asked(id: str, text: str, *, by: str = "v1", locale: str = "en") -> AskedQuestion:
    at = NOON + timedelta(minutes=len(id))
    return AskedQuestion(id, f"c-{id}", by, text, text, locale, at)


def chosen(
    questions: list[tuple[AskedQuestion, float]], *, failed: set[str] | None = None, most: int = 10
) -> list[Wording]:
    asked_questions, nearness = zip(*questions, strict=True)
    return choose(asked_questions, nearness, failed=failed or set(), most=most)


def test_each_wording_is_asked_once_and_its_customers_counted() -> None:
    (wording,) = chosen(
        [
            (asked("m1", "Can I return it?", by="v1"), 0.1),
            (asked("m2", "can i RETURN it", by="v2"), 0.1),
            (asked("m3", "can i return it", by="v2"), 0.1),
        ]
    )
    assert (wording.askers, wording.question.message_id) == (2, "m3")


def test_words_of_two_languages_are_two_wordings() -> None:
    questions = [asked("m1", "chat"), asked("m2", "chat", locale="fr")]
    assert len(chosen([(question, 0.1) for question in questions])) == 2


def test_what_is_near_the_article_goes_first_then_what_failed_then_the_rest() -> None:
    found = chosen(
        [
            (asked("m1", "opening hours"), 0.1),
            (asked("m2", "lost parcel"), 0.2),
            (asked("m3", "engraving price"), 0.8),
            (asked("m4", "engraving time"), 0.9),
        ],
        failed={"m2", "m4"},
    )
    assert [(each.question.message_id, each.chosen) for each in found] == [
        ("m4", Chosen.NEAR),
        ("m3", Chosen.NEAR),
        ("m2", Chosen.FAILED),
        ("m1", Chosen.SAMPLE),
    ]


def test_none_of_the_three_crowds_the_others_out() -> None:
    near = [(asked(f"n{at}", f"engraving {at}"), 0.9) for at in range(20)]
    lost = [(asked(f"f{at}", f"parcel {at}"), 0.1) for at in range(20)]
    rest = [(asked(f"r{at}", f"hours {at}"), 0.1) for at in range(20)]
    failed = {question.message_id for question, _ in lost}
    found = [each.chosen for each in chosen(near + lost + rest, failed=failed, most=10)]
    assert [found.count(kind) for kind in Chosen] == [5, 3, 2, 0]


def test_the_sample_is_the_same_whatever_was_asked_before_it() -> None:
    questions = [(asked(f"m{at}", f"hours {at}"), 0.1) for at in range(30)]
    one, other = chosen(questions, most=8), chosen(questions[::-1], most=8)
    assert [each.question.text for each in one] == [each.question.text for each in other]
