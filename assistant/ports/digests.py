"""What is derived from each conversation and kept, because it takes long to work out: the effort
index, the prediction, and the theme. All of it can be dropped and made again from the log."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from assistant.ports import Vectors


@dataclass(frozen=True)
class Digest:
    """Of a conversation as it was when its last event was read. `predicted`: the satisfaction, not
    calibrated, None where the customer said nothing; `theme_id`: None where nothing was asked."""

    conversation_id: str
    effort: int
    predicted: float | None
    theme_id: str | None


@dataclass(frozen=True)
class Theme:
    """Conversations about the same: `total` is the sum of the vectors of what they asked first.
    Made-up conversations have themes of their own."""

    id: str
    simulated: bool
    total: Vectors


@dataclass(frozen=True)
class FirstQuestion:
    """What a conversation asked first, as it was understood; `article_id`: what was found first."""

    conversation_id: str
    message_id: str
    text: str
    locale: str
    article_id: str | None
    simulated: bool


class DigestStore(Protocol):
    """Every method is one transaction that is on disk when it returns."""

    def digested(self, model: str) -> int | None:
        """Up to which event of the log there are digests by this encoder; None where none were ever
        made with it."""

    def themes(self) -> list[Theme]: ...

    def digests(self, conversation_ids: Iterable[str]) -> Mapping[str, Digest]:
        """Of those that have one."""

    def first_questions(self, conversation_ids: Iterable[str]) -> Mapping[str, FirstQuestion]:
        """By conversation, of those in which something was asked."""

    def largest_themes(
        self, *, simulated: bool, limit: int, each: int = 20
    ) -> Mapping[str, Sequence[str]]:
        """Themes of most conversations, of whatever time, first; with some of these, `each` at
        most. Without those that only one conversation is about."""

    def about(self, theme_id: str, *, limit: int = 20) -> Sequence[str]:
        """Some conversations about a theme, so many at most."""

    def drop_digests(self) -> None:
        """All of them with their themes: they are made again from the log's first event."""

    def keep_digests(
        self,
        digests: Sequence[Digest],
        *,
        themes: Sequence[Theme],
        model: str,
        after: int | None,
        to: int,
    ) -> bool:
        """Store them, each in place of the one before, and that the log was read up to `to`. False,
        and nothing is stored, where another process was quicker. With `after` None all that was
        there is dropped first. Of a conversation that is gone nothing is kept."""
