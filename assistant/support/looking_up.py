"""What a customer wrote to people is looked up for those people: on the way of every question, but
nothing is said to the customer, and nothing goes on record that the assistant has not done."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from assistant.answering.pipeline import Answerer, Considered
from assistant.concurrency import in_thread
from assistant.domain.answer import Answer
from assistant.domain.conversation import Message
from assistant.support.inbox import Case
from assistant.support.turns import exchanges, passages_of

LOOKED_UP_WITHIN_S = 5.0

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Found:
    """`question`: what was looked up; `text`: as the assistant would say it, None where nothing
    comes near; `passages` as a turn keeps them, the likeliest first, near or not; `is_final`:
    writers want it said word for word."""

    question: Message
    text: str | None
    passages: Sequence[Mapping[str, Any]]
    is_final: bool = False


class LookUp:
    """`answerer_of`: what answers a visitor, from what they may read now. Thread-safe."""

    def __init__(
        self, answerer_of: Callable[[str], Answerer], *, within_s: float = LOOKED_UP_WITHIN_S
    ) -> None:
        self._answerer_of, self._within_s = answerer_of, within_s

    async def of(self, case: Case) -> Found | None:
        """What the help center has for what the customer asked people last; None where they asked
        nothing, where it failed, and where it took too long."""
        if case.left_to_people is None:
            return None
        try:
            async with asyncio.timeout(self._within_s):
                return await in_thread(self._found, case, case.left_to_people)
        except Exception as error:
            # Whatever fails, the case is there to be answered without.
            log.warning("look_up.failed: %s", type(error).__name__)
            return None

    def _found(self, case: Case, question: Message) -> Found:
        answerer, locale = self._answerer_of(case.conversation.visitor_id), case.conversation.locale
        asked = exchanges(case.tried, case.messages)
        considered = answerer.consider_extractive(question.text, locale=locale, history=asked)
        said = _said(considered, near_from=answerer.near_from)
        return Found(
            question,
            said.text if said else None,
            passages_of(considered),
            is_final=considered.curated is not None,
        )


def _said(considered: Considered, *, near_from: float) -> Answer | None:
    if isinstance(considered.outcome, Answer):
        return considered.outcome
    confidence = considered.retrieval.confidence if considered.retrieval else 0.0
    return considered.withheld if confidence >= near_from else None
