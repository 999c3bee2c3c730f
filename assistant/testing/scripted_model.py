"""A LanguageModel that says what a test wants to hear."""

from __future__ import annotations

from dataclasses import dataclass

from assistant.errors import ModelFailed
from assistant.ports import ModelAnswer


@dataclass(frozen=True)
class Asked:
    """A prompt that came, and the time it was given."""

    system: str
    user: str
    deadline_s: float


class ScriptedModel:
    """Says its lines in turn, the last one for ever; `asked` lists the prompts that came.

    Without a line it fails as a model that is down would, and so it does after `will_fail`.
    """

    def __init__(self, *lines: str) -> None:
        self._lines = list(lines)
        self.asked: list[Asked] = []

    @property
    def name(self) -> str:
        return "scripted:model"

    def will_say(self, *lines: str) -> None:
        """From now on."""
        self._lines = list(lines)

    def will_fail(self) -> None:
        """From now on."""
        self._lines = []

    async def write(self, system: str, user: str, *, deadline_s: float) -> ModelAnswer:
        self.asked.append(Asked(system, user, deadline_s))
        if deadline_s <= 0:
            raise ModelFailed("scripted:model gave no whole answer within 0 s.")
        if not self._lines:
            raise ModelFailed("scripted:model was told to fail; give it a line.")
        line = self._lines.pop(0) if len(self._lines) > 1 else self._lines[0]
        if not line.strip():
            raise ModelFailed("scripted:model gave an empty answer.")
        return ModelAnswer(line, self.name, input_tokens=len(user) // 4, output_tokens=7)
