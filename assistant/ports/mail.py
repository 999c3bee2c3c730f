"""A mail, and who takes it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Protocol

from assistant.errors import Refused

_ADDRESS = re.compile(
    r"[^@\s<>\",;:\\()\x00-\x1f\x7f]{1,64}@[^@\s<>\"',;:\\()\x00-\x1f\x7f]{1,190}"
)
_CONTROL = re.compile(r"[\x00-\x1f\x7f\u2028\u2029]")


@dataclass(frozen=True)
class Letter:
    """A mail whose every header is one line: Refused otherwise.

    `message_id`, `in_reply_to` and `references` stand in angle brackets; the same letter sent again
    carries the same `message_id`, so that a mail box can drop the second. `unsubscribe`: an address
    where a POST alone ends such mails.
    """

    to: str
    subject: str
    text: str
    html: str
    locale: str
    message_id: str
    in_reply_to: str | None = None
    references: tuple[str, ...] = ()
    unsubscribe: str = ""

    def __post_init__(self) -> None:
        if not _ADDRESS.fullmatch(self.to):
            raise Refused(f"{self.to[:254]!r} is not an e-mail address that a mail can go to.")
        ids = (self.message_id, self.in_reply_to or "", *self.references, self.unsubscribe)
        if any(_CONTROL.search(header) for header in (self.subject, *ids)):
            raise Refused("A header of a mail holds a line break; put everything on one line.")


class Mail(Protocol):
    """Takes letters. Thread-safe."""

    @property
    def domain(self) -> str:
        """Of the sender's address: what ids of mails end with."""

    def send(self, letter: Letter) -> None:
        """Returns once the server has it. NotDelivered where another try may succeed,
        NeverDelivered where none will; neither message holds the letter's words."""

    def check(self) -> None:
        """Reach the server and sign in, and send nothing; NotDelivered with the reason."""
