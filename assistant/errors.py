"""Every error that crosses a module's border. The message names the thing and the remedy.

AssistantError
├── UnknownThing            an id that does not exist, or is not the caller's
├── WrongStatus             an event that the conversation's status does not allow
│   └── WithAnother         one of somebody who does not own the conversation
├── Refused                 input that is not accepted
│   ├── UnreadableSource    a file or record that cannot become an article
│   │   └── Withheld        one that its writer keeps from the public
│   └── TooLong             a message over the limit
├── NotAllowed              no or a wrong token, password or role
├── TooManyRequests         a rate limit
├── WrongSetting            a setting that cannot work
├── HomeBusy                another process owns ASSISTANT_HOME's vectors
├── StoreUnavailable        the database cannot be used: full disk, lost server, damaged file
├── IndexUnavailable        the vector index cannot be reached; lexical search goes on
├── EmbedderUnavailable     the encoder cannot be loaded
└── ModelFailed             the language model gave nothing usable; the extractive answer goes out
    └── NotCovered          the language model says that the passages do not answer
"""

from __future__ import annotations

from collections.abc import Iterable


class AssistantError(Exception):
    """The root: catch this to catch all of ours."""


class UnknownThing(AssistantError):
    """Says no more than that it is not there, so that nothing is learned from trying ids."""

    def __init__(self, kind: str, id: str) -> None:
        super().__init__(f"There is no {kind} {id!r} here; check the id.")
        self.kind, self.id = kind, id


class WrongStatus(AssistantError):
    """An event that does not fit the conversation's status."""

    def __init__(self, id: str, *, status: str, wanted: Iterable[str]) -> None:
        names = " or ".join(wanted)
        super().__init__(f"Conversation {id!r} is {status}; this needs it to be {names}.")


class WithAnother(WrongStatus):
    """Only who owns a conversation writes in it and moves it."""

    def __init__(self, id: str) -> None:
        AssistantError.__init__(
            self, f"Conversation {id!r} is with another person; ask them, or a lead, to hand it on."
        )


class Refused(AssistantError):
    """Input that is not accepted; the message says what would be."""


class UnreadableSource(Refused):
    """A file or record that cannot become an article.

    `article_id` is the article that it would be, None where it is too broken to tell.
    """

    def __init__(
        self, path: str, reason: str, *, remedy: str, article_id: str | None = None
    ) -> None:
        super().__init__(f"{path}: {reason}; {remedy}.")
        self.path, self.reason, self.remedy = path, reason, remedy
        self.article_id = article_id


class Withheld(UnreadableSource):
    """A draft or a redirect: in order, and on purpose not an article."""


class TooLong(Refused):
    """A message over the limit, in characters."""

    def __init__(self, length: int, *, limit: int) -> None:
        super().__init__(f"The message has {length} characters; send at most {limit}.")


class NotAllowed(AssistantError):
    """Not authenticated, or not authorised."""


class TooManyRequests(AssistantError):
    """Try again after `retry_after` seconds."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(f"Too many requests; try again in {retry_after} s.")
        self.retry_after = retry_after


class WrongSetting(AssistantError):
    """A setting that cannot work, by its environment name."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"{name}: {reason}.")


class HomeBusy(AssistantError):
    """Two owners of one embedded vector store would corrupt it silently."""

    def __init__(self, home: str, owner: str) -> None:
        super().__init__(
            f"{home} is in use by {owner}; stop that process, or set another ASSISTANT_HOME."
        )


class StoreUnavailable(AssistantError):
    """The database cannot be used; nothing of the refused operation was stored."""

    def __init__(self, reason: str, *, remedy: str) -> None:
        super().__init__(f"The database cannot be used: {reason}; {remedy}.")
        self.reason, self.remedy = reason, remedy


class IndexUnavailable(AssistantError):
    """The vector index cannot be reached."""


class EmbedderUnavailable(AssistantError):
    """The encoder cannot be loaded."""


class ModelFailed(AssistantError):
    """The language model failed, was slow, or its answer had no valid citation."""


class NotCovered(ModelFailed):
    """The language model worked, and found no answer in the passages."""
