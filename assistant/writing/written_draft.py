"""The text of a draft as the language model writes it, from what people answered.

The model reads nothing that could tell who asked, and what it wrote is gone over as the replies
were. A figure that no reply holds makes it worthless: a writer would have to look up every other.
So does a link that nobody sent, which a customer's words may have asked for.
"""

from __future__ import annotations

import logging
import re

from assistant.answering.prompting import draft_prompt
from assistant.concurrency import in_thread
from assistant.errors import ModelFailed
from assistant.ports import LanguageModel
from assistant.writing.drafting import Evidence, impersonal

LONGEST_DRAFT = 6000
_MOST_SAID = 30_000
"""Characters of replies that the model reads: what stands in no later one is rarely missed."""
_STEP = re.compile(r"(?m)^\s*\d+[.)]\s")
_FIGURE = re.compile(r"\d+(?:[.,:/]\d+)*")
_ADDRESS = re.compile(r"""(?:https?://|www\.)[^\s<>()"']+|(?<=\]\()[^\s()]+""")
_NOT_A_BODY = re.compile(r"\A---$|^# ", re.MULTILINE)
"""Front matter, and the title, which the draft has from the question."""

log = logging.getLogger(__name__)


class WrittenDrafts:
    """By `model`, if there is one. `deadline_s`: for the whole of it."""

    def __init__(self, model: LanguageModel | None, *, deadline_s: float) -> None:
        self._model, self._deadline_s = model, deadline_s

    async def text(self, found: Evidence) -> str | None:
        """None where there is no model, nothing to write from, or nothing usable came of it: then
        the extractive draft stands."""
        if self._model is None or not found.replies:
            return None
        try:
            return await self._written(self._model, found)
        except ModelFailed as error:
            log.warning("draft.failed: %s", error)
            return None

    async def _written(self, model: LanguageModel, found: Evidence) -> str:
        said = _as_far_as(found.replies, _MOST_SAID)
        prompt = draft_prompt(found.questions, said, locale=found.locale)
        answer = await model.write(prompt.system, prompt.user, deadline_s=self._deadline_s)
        if len(answer.text) > LONGEST_DRAFT:
            raise ModelFailed(f"{answer.model} wrote {len(answer.text)} characters, no draft.")
        text = await in_thread(impersonal, answer.text, found.locale, found.names)
        if not text:
            raise ModelFailed(f"{answer.model} wrote nothing.")
        if _NOT_A_BODY.search(text):
            raise ModelFailed(f"{answer.model} wrote a title or front matter.")
        heard = "\n".join(said)
        if invented := _figures(text) - _figures(heard):
            raise ModelFailed(f"{answer.model} wrote {len(invented)} figures that nobody said.")
        if strange := [address for address in _ADDRESS.findall(text) if address not in heard]:
            raise ModelFailed(f"{answer.model} wrote {len(strange)} links that nobody sent.")
        return text


def _as_far_as(texts: tuple[str, ...], most: int) -> list[str]:
    """The first ones, as many as fit."""
    found: list[str] = []
    for text in texts:
        most -= len(text)
        if most < 0 and found:
            break
        found.append(text)
    return found


def _figures(text: str) -> set[str]:
    return set(_FIGURE.findall(_STEP.sub("", text)))
