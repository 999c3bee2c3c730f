"""What the assistant may decide to send: an answer, a question back, or a person."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

from assistant.domain.handoff import Reason


class Decision(StrEnum):
    """The closed list of what a reply can be.

    HANDOFF with a conversation still `with_assistant` offers a person; `waiting` called one.
    """

    ANSWER = "answer"
    CLARIFY = "clarify"
    HANDOFF = "handoff"
    SMALLTALK = "smalltalk"
    NONE = "none"


@dataclass(frozen=True)
class Citation:
    """A source of an answer. `n` counts from 1; `quote` is the article's own text."""

    n: int
    article_id: str
    title: str
    url: str
    passage_id: str
    quote: str


@dataclass(frozen=True)
class Sentence:
    """A unit of an answer that is streamed whole: Markdown, and the citations that support it.

    `continues`: it stands in the same paragraph as the one before it.
    """

    text: str
    citations: tuple[int, ...] = ()
    continues: bool = False


@dataclass(frozen=True)
class Suggestion:
    """A button under a reply: `ask` sends its text, `handoff` calls a person."""

    text: str
    action: Literal["ask", "handoff"] = "ask"
    article_id: str | None = None


@dataclass(frozen=True)
class Answer:
    """Sentences that passages support."""

    sentences: tuple[Sentence, ...]
    citations: tuple[Citation, ...]
    confidence: float
    locale: str
    note: str | None = None
    """A line said before the answer, such as that its article is in another language."""
    suggestions: tuple[Suggestion, ...] = ()
    model: str | None = None
    """The language model that wrote it, None for an extractive answer."""
    tokens: dict[str, int] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """The whole answer as Markdown."""
        return joined((Sentence(self.note), *self.sentences) if self.note else self.sentences)


def joined(sentences: Iterable[Sentence]) -> str:
    """Sentences as one Markdown text."""
    whole = ""
    for sentence in sentences:
        gap = " " if sentence.continues else "\n\n"
        whole += gap + sentence.text if whole else sentence.text
    return whole


@dataclass(frozen=True)
class ClarifyingQuestion:
    """Doubt between topics: the customer chooses."""

    text: str
    suggestions: tuple[Suggestion, ...]
    confidence: float


@dataclass(frozen=True)
class PersonNeeded:
    """The assistant does not answer. `call_now` False only offers a person."""

    reason: Reason
    text: str
    confidence: float
    call_now: bool
    suggestions: tuple[Suggestion, ...] = ()


@dataclass(frozen=True)
class Smalltalk:
    """A fitting word for a greeting, thanks or a goodbye."""

    text: str
    suggestions: tuple[Suggestion, ...] = ()


Outcome = Answer | ClarifyingQuestion | PersonNeeded | Smalltalk
