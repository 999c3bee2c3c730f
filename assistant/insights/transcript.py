"""A conversation as effort and satisfaction read it, from the log or from a file of anyone's."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from assistant.domain.conversation import Author, Message
from assistant.errors import Refused
from assistant.retrieval.analysis import stop_words, words

LOCALES = ("en", "fr")
"""Those that have cues; English where neither is told."""
_ROLES = {
    "user": Author.CUSTOMER,
    "customer": Author.CUSTOMER,
    "assistant": Author.ASSISTANT,
    "bot": Author.ASSISTANT,
    "agent": Author.AGENT,
    "system": Author.SYSTEM,
}


@dataclass(frozen=True)
class SaidTurn:
    """One message: who, what, and when if that is known."""

    author: Author
    text: str
    at: datetime | None = None

    @property
    def by_customer(self) -> bool:
        return self.author is Author.CUSTOMER

    @property
    def by_desk(self) -> bool:
        """The assistant or a person answering."""
        return self.author in (Author.ASSISTANT, Author.AGENT)


def said_in(messages: Iterable[Message], *, until: datetime | None = None) -> list[SaidTurn]:
    """What the log holds of a conversation, until a moment."""
    return [
        SaidTurn(message.author, message.text, message.created_at)
        for message in messages
        if until is None or message.created_at <= until
    ]


def read_turns(found: object) -> list[SaidTurn]:
    """From `[{"role", "text", "at"?}]`; Refused that names what is wrong and where."""
    if not isinstance(found, list):
        raise Refused('"turns" must be a list of {"role", "text"}.')
    return [_turn(index, entry) for index, entry in enumerate(found)]


def locale_of(turns: Sequence[SaidTurn]) -> str:
    """The one whose function words are met most, in the customer's words before all others."""
    customer = " ".join(turn.text for turn in turns if turn.by_customer)
    return _most_likely(customer) or _most_likely(" ".join(t.text for t in turns)) or LOCALES[0]


def _most_likely(text: str) -> str | None:
    counts = {locale: _function_words(text, locale) for locale in LOCALES}
    first, second = sorted(LOCALES, key=lambda locale: -counts[locale])
    return first if counts[first] > counts[second] else None


def _function_words(text: str, locale: str) -> int:
    stop = stop_words(locale)
    return sum(word in stop for word in words(text, locale))


def _turn(index: int, entry: object) -> SaidTurn:
    if not isinstance(entry, Mapping):
        raise Refused(f'turn {index} must be an object with "role" and "text".')
    role, text = entry.get("role"), entry.get("text")
    if not isinstance(role, str) or role not in _ROLES:
        raise Refused(f"turn {index} has the role {role!r}; use one of {_listed(_ROLES)}.")
    if not isinstance(text, str):
        raise Refused(f'turn {index} has no "text"; give a string.')
    return SaidTurn(_ROLES[role], text, _moment(index, entry.get("at")))


def _moment(index: int, at: Any) -> datetime | None:
    if at is None:
        return None
    try:
        moment = datetime.fromisoformat(at)
    except (TypeError, ValueError) as error:
        raise Refused(
            f'turn {index} has "at": {at!r}; give an ISO time such as 2026-01-31T09:30:00Z.'
        ) from error
    # Times of one conversation are compared, and mixing the two kinds would raise.
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(names))
