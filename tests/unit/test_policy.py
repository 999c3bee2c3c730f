"""Answer, ask back, offer a person or call one: decided by a table."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.answering.policy import GoAnswer, GoClarify, GoPerson, Policy, choose
from assistant.domain.article import ArticleCard, RankedArticle
from assistant.domain.handoff import Reason

POLICY = Policy(answer_at=0.6, clarify_at=0.2)


def articles(*scores: float) -> tuple[RankedArticle, ...]:
    cards = (ArticleCard(f"a{n}", f"A{n}", "en", f"a{n}") for n in range(len(scores)))
    return tuple(RankedArticle(card, (), score) for card, score in zip(cards, scores, strict=True))


OFFER_UNKNOWN = GoPerson(Reason.NOT_COVERED, "offer")
CALL = GoPerson(Reason.STILL_UNCLEAR, "now")


@pytest.mark.parametrize(
    ("found", "confidence", "failed", "clarified", "plan"),
    [
        (2, 0.6, 0, False, GoAnswer()),
        (2, 0.9, 5, True, GoAnswer()),
        (2, 0.4, 1, True, GoPerson(Reason.STILL_UNCLEAR, "offer", articles(2, 1))),
        (2, 0.1, 1, True, GoPerson(Reason.STILL_UNCLEAR, "offer")),
        (1, 0.4, 0, False, GoPerson(Reason.LOW_CONFIDENCE, "offer", articles(1))),
        (2, 0.1, 1, False, OFFER_UNKNOWN),
        (0, 0.0, 0, False, OFFER_UNKNOWN),
        (0, 0.9, 0, False, OFFER_UNKNOWN),
        (2, 0.4, 2, False, CALL),
        (0, 0.0, 2, True, CALL),
    ],
)
def test_what_is_done(
    found: int, confidence: float, failed: int, clarified: bool, plan: object
) -> None:
    ranked = articles(*range(found, 0, -1))
    decided = choose(
        ranked, confidence, policy=POLICY, failed_before=failed, clarified_before=clarified
    )
    assert decided == plan


@given(
    st.lists(st.floats(-9, 9), max_size=5),
    st.floats(0, 1),
    st.integers(0, 4),
    st.booleans(),
)
def test_nothing_is_answered_in_doubt(
    scores: list[float], confidence: float, failed: int, clarified: bool
) -> None:
    ranked = articles(*sorted(scores, reverse=True))
    plan = choose(
        ranked, confidence, policy=POLICY, failed_before=failed, clarified_before=clarified
    )
    if isinstance(plan, GoAnswer):
        assert ranked
        assert confidence >= POLICY.answer_at
    if isinstance(plan, GoClarify):
        assert 2 <= len(plan.topics) <= 3
        assert plan.topics == ranked[: len(plan.topics)]


def test_a_third_topic_is_named_only_when_it_is_near() -> None:
    def topics(*scores: float) -> int:
        plan = choose(
            articles(*scores), 0.4, policy=POLICY, failed_before=0, clarified_before=False
        )
        assert isinstance(plan, GoClarify)
        return len(plan.topics)

    assert topics(3.0, 2.9, 2.8) == 3
    assert topics(3.0, 2.9, -4.0) == 2
    assert topics(3.0, 2.9) == 2
