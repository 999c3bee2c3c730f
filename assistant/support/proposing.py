"""What whoever answers a case may begin from, found or written once it is open: what the help
center says to what the customer wrote to people, or a reply of the language model's, from the
passages of the case and from nothing else. Sent by nobody but that person.

The customer may read what it stands on: the passages were found for them.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from assistant.answering.generative import MOST_PASSAGES, supported
from assistant.answering.prompting import reply_prompt
from assistant.concurrency import in_thread
from assistant.domain.answer import joined
from assistant.domain.conversation import Message
from assistant.errors import ModelFailed
from assistant.ports import LanguageModel
from assistant.support.inbox import Case
from assistant.support.looking_up import Found, LookUp
from assistant.support.written import Written, WrittenOnce, said_lately

LONGEST_PROPOSAL = 3000
"""A model that writes more has written no reply."""

Passage = Mapping[str, Any]
"""As a turn keeps it."""

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Proposal:
    """`text`: Markdown in the customer's language, None where none came of it: what stands in the
    case without it must serve. `model`: what wrote it; None: from the help center. `looked_up`:
    what was found for what the customer asked people last."""

    text: str | None = None
    model: str | None = None
    looked_up: Found | None = None


class Proposals:
    """Written by `model`, where there is one, held until it is whole and cites a passage.
    Thread-safe."""

    def __init__(self, model: LanguageModel | None, *, deadline_s: float, look_up: LookUp) -> None:
        self._model, self._deadline_s, self._look_up = model, deadline_s, look_up
        self._once = WrittenOnce()

    def proposes(self, case: Case) -> bool:
        """Whether there are words to answer that nobody looked up, or a model and passages."""
        has_more = case.left_to_people is not None or (self._model is not None and bool(case.found))
        return has_more and bool(case.unanswered)

    async def propose(self, case: Case) -> Proposal:
        """To what the customer wrote last, after all that was said."""
        if not self.proposes(case):
            return Proposal()
        found = await self._look_up.of(case)
        written = None if found and found.is_final else await self._written(case, found)
        if written is not None:
            return Proposal(written.text, written.model, found)
        return Proposal(found.text if found else None, looked_up=found)

    async def _written(self, case: Case, found: Found | None) -> Written | None:
        passages = _passages(case, found)
        if self._model is None or not passages:
            return None
        locale = case.conversation.locale
        ask = partial(self._ask, self._model, said_lately(case), passages, locale=locale)
        try:
            return await self._once.of(case, locale=locale, ask=ask)
        except ModelFailed as error:
            log.warning("proposal.failed: %s", error)
            return None

    async def _ask(
        self,
        model: LanguageModel,
        said: Sequence[Message],
        found: Sequence[Passage],
        *,
        locale: str,
    ) -> Written:
        messages = [(each.author.value, each.text) for each in said]
        passages = [(_place(each), str(each["text"])) for each in found]
        prompt = reply_prompt(messages, passages, locale=locale)
        answer = await model.write(prompt.system, prompt.user, deadline_s=self._deadline_s)
        texts = [text for _, text in passages]
        cited = await in_thread(supported, answer.text, texts, model=answer.model)
        text = joined(cited.sentences)
        if len(text) > LONGEST_PROPOSAL:
            raise ModelFailed(f"{answer.model} wrote {len(text)} characters, no reply.")
        return Written(text, answer.model)


def _passages(case: Case, found: Found | None) -> list[Passage]:
    """For what was written last before those for what was asked before, each once."""
    near = found.passages if found and found.text else ()
    return list({each["passage_id"]: each for each in (*near, *case.found)}.values())[
        :MOST_PASSAGES
    ]


def _place(passage: Passage) -> str:
    return " › ".join(filter(None, (passage["title"], passage.get("heading"))))
