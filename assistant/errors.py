"""Every error that crosses a module's border. The message names the thing and the remedy.

AssistantError
├── UnknownThing            an id that does not exist, or is not the caller's
├── WrongStatus             an event that the status of a conversation or an article does not allow
│   ├── WithAnother         one of somebody who does not own the conversation
│   └── WrongStep           one that the follow-up's step does not allow
├── Refused                 input that is not accepted
│   ├── UnreadableSource    a file or record that cannot become an article
│   │   ├── Withheld        one that its writer keeps from the public
│   │   ├── OutOfReach      a page or service that answers with a status of failure
│   │   └── HalfUnderstood  a part of one whose form says nothing to us; its text was kept
│   ├── RefusedRows         a list of which nothing is taken, with what is wrong in which line
│   ├── UnfitArticle        a writer's text that cannot be kept, or not be published
│   └── TooLong             a message over the limit
├── NotAllowed              no or a wrong token, password or role
│   └── BoundElsewhere      an account that another subject of the provider opens
├── TooManyRequests         a rate limit
├── WrongSetting            a setting that cannot work
├── HomeBusy                another process owns ASSISTANT_HOME's vectors
├── StoreUnavailable        the database cannot be used: full disk, lost server, damaged file
├── NotDelivered            what had to go out and did not; it is tried again
│   └── NeverDelivered      one that the other side will never take
├── IndexUnavailable        the vector index cannot be reached; lexical search goes on
├── EmbedderUnavailable     the encoder cannot be loaded
└── ModelFailed             the language model gave nothing usable; the extractive answer goes out
    └── NotCovered          the language model says that the passages do not answer
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence


class AssistantError(Exception):
    """The root: catch this to catch all of ours."""


class UnknownThing(AssistantError):
    """Says no more than that it is not there, so that nothing is learned from trying ids."""

    def __init__(self, kind: str, id: str) -> None:
        super().__init__(f"There is no {kind} {id!r} here; check the id.")
        self.kind, self.id = kind, id


class WrongStatus(AssistantError):
    """An event that does not fit the status of a conversation, or of what else `kind` names."""

    def __init__(
        self, id: str, *, status: str, wanted: Iterable[str], kind: str = "Conversation"
    ) -> None:
        names = " or ".join(wanted)
        super().__init__(f"{kind} {id!r} is {status}; this needs it to be {names}.")


class WithAnother(WrongStatus):
    """Only who owns a conversation writes in it and moves it."""

    def __init__(self, id: str) -> None:
        AssistantError.__init__(
            self, f"Conversation {id!r} is with another person; ask them, or a lead, to hand it on."
        )


class WrongStep(WrongStatus):
    """An event that does not fit how far a follow-up is."""

    def __init__(self, id: str, *, step: str, wanted: Iterable[str]) -> None:
        AssistantError.__init__(
            self, f"Follow-up {id!r} is {step}; this needs it to be {' or '.join(wanted)}."
        )


class Refused(AssistantError):
    """Input that is not accepted; the message says what would be."""


class UnreadableSource(Refused):
    """A file or record that cannot become an article.

    `article_id` is the article that it would be, None where it is too broken to tell; `line` where
    in the file it stands, from 1, if that is known; a spreadsheet's `unit` of lines is the row.
    """

    def __init__(
        self,
        path: str,
        reason: str,
        *,
        remedy: str,
        article_id: str | None = None,
        line: int | None = None,
        unit: str = "line",
    ) -> None:
        super().__init__(f"{path}{f', {unit} {line}' if line else ''}: {reason}; {remedy}.")
        self.path, self.reason, self.remedy = path, reason, remedy
        self.article_id, self.line = article_id, line

    def in_line(self, line: int, *, unit: str = "line") -> UnreadableSource:
        """The same, of a record that stands in this line of its file."""
        return UnreadableSource(
            self.path,
            self.reason,
            remedy=self.remedy,
            article_id=self.article_id,
            line=line,
            unit=unit,
        )


class Withheld(UnreadableSource):
    """A draft or a redirect: in order, and on purpose not an article."""


class HalfUnderstood(UnreadableSource):
    """A part of an article, of a form that is not known: the article is there, with its text."""


class RefusedRows(Refused):
    """`rows`: the line, from 1, and in words what is wrong there and what to do."""

    def __init__(self, rows: Sequence[tuple[int, str]], *, more: int = 0) -> None:
        named = " ".join(f"Line {line}: {told}" for line, told in rows)
        left = f" And {more} more." if more else ""
        super().__init__(f"Nothing was taken. {named}{left}")
        self.rows, self.more = rows, more


class UnfitArticle(Refused):
    """`reason` names the wording of it in web/locales/editor, `values` what stands in that."""

    def __init__(self, reason: str, message: str, **values: str | int) -> None:
        super().__init__(message)
        self.reason, self.values = reason, values


class OutOfReach(UnreadableSource):
    """A page or a service that answers with a status of failure."""

    def __init__(self, url: str, status: int) -> None:
        remedy = "check what you may read there" if status in (401, 403) else "try again later"
        super().__init__(url, f"it answers with status {status}", remedy=remedy)
        self.status = status


class TooLong(Refused):
    """A message over the limit, in characters."""

    def __init__(self, length: int, *, limit: int) -> None:
        super().__init__(f"The message has {length} characters; send at most {limit}.")


class NotAllowed(AssistantError):
    """Not authenticated, or not authorised."""


class BoundElsewhere(NotAllowed):
    """Another account elsewhere opens this one: an e-mail address may be given to somebody new."""

    def __init__(self) -> None:
        super().__init__(
            "Another account elsewhere opens the account with this e-mail address; "
            "ask an admin to close it, or the operator to unbind it."
        )


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


class NotDelivered(AssistantError):
    """What had to go out did not; the message names the other side, never what it was to read.

    `retry_after`: the other side asks not to be tried again for so many seconds.
    """

    def __init__(self, message: str, *, retry_after: int = 0) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class NeverDelivered(NotDelivered):
    """Another try would end the same."""


class IndexUnavailable(AssistantError):
    """The vector index cannot be reached."""


class EmbedderUnavailable(AssistantError):
    """The encoder cannot be loaded."""


class ModelFailed(AssistantError):
    """The language model failed, was slow, or its answer had no valid citation."""


class NotCovered(ModelFailed):
    """The language model worked, and found no answer in the passages."""
