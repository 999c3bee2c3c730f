"""What the assistant would do with a question, and why, as the console's pages show it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assistant.answering.curated import Match
from assistant.answering.pipeline import Considered
from assistant.domain.answer import (
    Answer,
    Citation,
    ClarifyingQuestion,
    Decision,
    Outcome,
    PersonNeeded,
    Smalltalk,
)
from assistant.domain.article import RankedArticle
from assistant.domain.handoff import Reason
from assistant.markup import to_html

_ARTICLES = 5


@dataclass(frozen=True)
class Shown:
    """`html` of the answer, or of the one that was kept back: safe. `confidence`: that the first
    article is right and answers the question, None where nothing was searched."""

    decision: Decision
    reason: Reason | None
    html: str
    locale: str
    citations: Sequence[Citation]
    confidence: float | None
    rewritten: str
    articles: Sequence[RankedArticle]
    curated: Match | None
    """What was given word for word, and the question that it is for."""


def shown(considered: Considered) -> Shown:
    """For a template."""
    decision, reason = _decision(considered.outcome)
    told = considered.outcome if isinstance(considered.outcome, Answer) else considered.withheld
    retrieval = considered.retrieval
    return Shown(
        decision=decision,
        reason=reason,
        html=to_html(told.text) if told else "",
        locale=considered.understood.locale,
        citations=_each_article_once(told.citations) if told else (),
        confidence=retrieval.confidence if retrieval else None,
        rewritten=considered.rewritten,
        articles=retrieval.articles[:_ARTICLES] if retrieval else (),
        curated=considered.curated,
    )


def _each_article_once(citations: Sequence[Citation]) -> list[Citation]:
    return list({citation.article_id: citation for citation in reversed(citations)}.values())[::-1]


def _decision(outcome: Outcome) -> tuple[Decision, Reason | None]:
    match outcome:
        case Answer():
            return Decision.ANSWER, None
        case ClarifyingQuestion():
            return Decision.CLARIFY, None
        case PersonNeeded(reason=reason):
            return Decision.HANDOFF, reason
        case Smalltalk():
            return Decision.SMALLTALK, None
