"""What routes are given: the assistant, the app's own parts, and the caller's token."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import Depends, Path
from fastapi.requests import HTTPConnection
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from assistant.domain.audience import Reader
from assistant.errors import UnknownThing
from assistant.knowledge.library import Library
from assistant.server.catalogue import Catalogues
from assistant.server.events import Wakeups
from assistant.server.limits import RateLimit
from assistant.server.metrics import Metrics
from assistant.server.pages import Pages

if TYPE_CHECKING:
    from assistant.wiring import Assistant
else:
    # FastAPI reads annotations at run time; importing the wiring here would load every adapter.
    Assistant = Any

_ID = re.compile(r"[A-Za-z0-9_-]{1,200}")
_bearer = HTTPBearer(
    auto_error=False,
    description="A conversation's `token`, or its visitor's `visitor_token`.",
)


def _assistant(connection: HTTPConnection) -> Assistant:
    return connection.app.state.assistant  # type: ignore[no-any-return]


def _pages(connection: HTTPConnection) -> Pages:
    return connection.app.state.pages  # type: ignore[no-any-return]


def _metrics(connection: HTTPConnection) -> Metrics:
    return connection.app.state.metrics  # type: ignore[no-any-return]


def _wakeups(connection: HTTPConnection) -> Wakeups:
    return connection.app.state.wakeups  # type: ignore[no-any-return]


def _catalogues(connection: HTTPConnection) -> Catalogues:
    return connection.app.state.catalogues  # type: ignore[no-any-return]


def _starts(connection: HTTPConnection) -> RateLimit:
    return connection.app.state.starts  # type: ignore[no-any-return]


def _shows(connection: HTTPConnection) -> RateLimit:
    return connection.app.state.shows  # type: ignore[no-any-return]


def _typings(connection: HTTPConnection) -> RateLimit:
    return connection.app.state.typings  # type: ignore[no-any-return]


def _token(
    credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
) -> str | None:
    return (credentials.credentials.strip() or None) if credentials else None


def _reader(assistant: AssistantDep, token: TokenDep) -> Reader:
    return assistant.visitors.reader(token)


def _library(assistant: AssistantDep, reader: ReaderDep) -> Library:
    return assistant.readerships.of(reader).library


def _conversation_id(id: Annotated[str, Path(description="The conversation's id.")]) -> str:
    return _known_form("conversation", id)


def _message_id(id: Annotated[str, Path(description="The message's id.")]) -> str:
    return _known_form("message", id)


def _attachment_id(
    attachment_id: Annotated[str, Path(description="The attachment's id.")],
) -> str:
    return _known_form("attachment", attachment_id)


def _nudge_id(
    nudge_id: Annotated[str, Path(description="The proactive message's id.")],
) -> str:
    return _known_form("proactive message", nudge_id)


def _delivery_id(
    delivery_id: Annotated[str, Path(description="The delivery's id.")],
) -> str:
    return _known_form("delivery", delivery_id)


def _gap_id(gap_id: Annotated[str, Path(description="The gap's id.")]) -> str:
    return _known_form("gap", gap_id)


def _manuscript_id(
    manuscript_id: Annotated[str, Path(description="The id of an article in the editor.")],
) -> str:
    return _known_form("article in the editor", manuscript_id)


def _webhook_id(webhook_id: Annotated[str, Path(description="The webhook's id.")]) -> str:
    return _known_form("webhook", webhook_id)


def _canned_id(canned_id: Annotated[str, Path(description="The canned reply's id.")]) -> str:
    return _known_form("canned reply", canned_id)


def _set_id(set_id: Annotated[str, Path(description="The regression set's id.")]) -> str:
    return _known_form("regression set", set_id)


def _curated_id(curated_id: Annotated[str, Path(description="The curated answer's id.")]) -> str:
    return _known_form("curated answer", curated_id)


def _article_id(
    id: Annotated[str, Path(description="The article's id; it may contain slashes.")],
) -> str:
    if "\0" in id or len(id) > 1000:
        raise UnknownThing("article", id[:1000])
    return id


def _known_form(kind: str, id: str) -> str:
    """An id that we could not have given is unknown, whatever a database would make of it."""
    if not _ID.fullmatch(id):
        raise UnknownThing(kind, id[:200])
    return id


AssistantDep = Annotated[Assistant, Depends(_assistant)]
PagesDep = Annotated[Pages, Depends(_pages)]
MetricsDep = Annotated[Metrics, Depends(_metrics)]
WakeupsDep = Annotated[Wakeups, Depends(_wakeups)]
CataloguesDep = Annotated[Catalogues, Depends(_catalogues)]
StartsDep = Annotated[RateLimit, Depends(_starts)]
ShowsDep = Annotated[RateLimit, Depends(_shows)]
TypingsDep = Annotated[RateLimit, Depends(_typings)]
TokenDep = Annotated[str | None, Depends(_token)]
ReaderDep = Annotated[Reader, Depends(_reader)]
"""What may be shown to whoever asks: by a `visitor_token`, that of the site's customer."""
LibraryDep = Annotated[Library, Depends(_library)]
ConversationId = Annotated[str, Depends(_conversation_id)]
MessageId = Annotated[str, Depends(_message_id)]
AttachmentId = Annotated[str, Depends(_attachment_id)]
GapId = Annotated[str, Depends(_gap_id)]
NudgeId = Annotated[str, Depends(_nudge_id)]
DeliveryId = Annotated[str, Depends(_delivery_id)]
ManuscriptId = Annotated[str, Depends(_manuscript_id)]
WebhookId = Annotated[str, Depends(_webhook_id)]
CannedId = Annotated[str, Depends(_canned_id)]
SetId = Annotated[str, Depends(_set_id)]
CuratedId = Annotated[str, Depends(_curated_id)]
ArticleId = Annotated[str, Depends(_article_id)]
