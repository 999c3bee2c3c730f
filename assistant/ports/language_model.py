"""What writes text, where there is one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class ModelAnswer:
    """What a language model wrote, complete."""

    text: str
    model: str
    input_tokens: int = 0
    output_tokens: int = 0


class LanguageModel(Protocol):
    """Writes text from a system prompt and a user prompt."""

    @property
    def name(self) -> str: ...

    async def write(self, system: str, user: str, *, deadline_s: float) -> ModelAnswer:
        """The complete answer, or ModelFailed: any error, a cut or empty answer, the deadline."""
