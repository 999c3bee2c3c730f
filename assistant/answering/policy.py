"""Decide what to do with what was found. Pure: no model, no store, no wording."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from assistant.domain.article import RankedArticle
from assistant.domain.handoff import Reason


@dataclass(frozen=True)
class Policy:
    """From `answer_at` the assistant answers, from `clarify_at` it names what comes near: it asks
    back, and where it just did, it offers a person beside it. Below that it passes."""

    answer_at: float
    clarify_at: float

    @classmethod
    def answering_at(cls, confidence: float) -> Policy:
        """From a fifth of it on, the first articles are worth a look: docs/decisions/0004."""
        return cls(answer_at=confidence, clarify_at=confidence / 5)


@dataclass(frozen=True)
class GoAnswer:
    """Answer from the first article."""


@dataclass(frozen=True)
class GoClarify:
    """Ask which of these topics is meant: two or three."""

    topics: tuple[RankedArticle, ...]


@dataclass(frozen=True)
class GoPerson:
    """Offer a person, beside the topics that come near if any do, or call one now."""

    reason: Reason
    when: Literal["offer", "now"]
    topics: tuple[RankedArticle, ...] = ()


Plan = GoAnswer | GoClarify | GoPerson


def choose(
    ranked: tuple[RankedArticle, ...],
    confidence: float,
    *,
    policy: Policy,
    failed_before: int,
    clarified_before: bool,
) -> Plan:
    """`failed_before`: how many questions just before this one got no answer in a row;
    `clarified_before`: whether the last reply asked back."""
    if confidence >= policy.answer_at and ranked:
        return GoAnswer()
    if failed_before >= 2:
        return GoPerson(Reason.STILL_UNCLEAR, "now")
    near = _topics(ranked) if confidence >= policy.clarify_at else ()
    if clarified_before:
        return GoPerson(Reason.STILL_UNCLEAR, "offer", near)
    if not near:
        return GoPerson(Reason.NOT_COVERED, "offer")
    if len(near) >= 2:
        return GoClarify(near)
    return GoPerson(Reason.LOW_CONFIDENCE, "offer", near)


def _topics(ranked: tuple[RankedArticle, ...]) -> tuple[RankedArticle, ...]:
    """The first two, and the third where it is not far behind."""
    if len(ranked) < 3:
        return ranked
    gap = ranked[0].score - ranked[2].score
    return ranked[:3] if gap <= 1.5 * max(ranked[0].score - ranked[1].score, 0.5) else ranked[:2]
