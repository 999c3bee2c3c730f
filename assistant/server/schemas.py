"""What callers receive, as JSON."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
)

from assistant.domain.answer import Decision
from assistant.domain.conversation import Author, Status
from assistant.domain.handoff import Reason


class SuggestionOut(BaseModel):
    """A button: `ask` sends its text, `handoff` calls a person."""

    text: str
    action: Literal["ask", "handoff"]
    article_id: str | None = None


class CitationOut(BaseModel):
    """A source; `quote` is the article's own text."""

    n: int
    article_id: str
    title: str
    url: str
    passage_id: str
    quote: str


class StartedOut(BaseModel):
    """`token` reaches this conversation; `visitor_token` all of the visitor's."""

    id: str
    token: str
    visitor_token: str
    status: Status
    greeting: str
    suggestions: list[SuggestionOut]


class ReplyMessage(BaseModel):
    """The assistant's words; `html` is safe to show."""

    id: str
    author: Author
    text: str
    html: str
    locale: str
    citations: list[CitationOut]
    rateable: bool = Field(
        default=False, description="It answers a question: ask whether that helped."
    )


class AttachmentOut(BaseModel):
    """A file of the customer's; `size` in bytes."""

    id: str
    name: str
    media_type: str
    size: int


class MessageOut(ReplyMessage):
    """A stored message; `client_id` where the customer's client gave one."""

    created_at: datetime
    client_id: str | None = None
    helpful: bool | None = Field(None, description="The customer's thumb, null without one.")
    attachments: list[AttachmentOut] = []


class TakenUpOut(BaseModel):
    """The message as it stands in the conversation; null where people have it."""

    message: MessageOut | None


class Owner(BaseModel):
    """Who has the conversation now."""

    id: str
    status: Status


class ReplyOut(BaseModel):
    """While a person owns the conversation `message` is null and `decision` "none"."""

    message: ReplyMessage | None
    decision: Decision
    reason: Reason | None
    confidence: float = Field(ge=0, le=1)
    suggestions: list[SuggestionOut]
    conversation: Owner


class Wait(BaseModel):
    """How long it takes until a person answers: what is promised, and what is usual."""

    reply_hours: int
    usual_minutes: int | None = Field(None, description="Median; null while too few were answered.")
    opens_at: datetime | None = Field(None, description="When the team is back; null while there.")


class ConversationOut(BaseModel):
    """A conversation with its messages in order."""

    id: str
    status: Status
    locale: str
    created_at: datetime
    messages: list[MessageOut]
    agent_name: str | None = Field(None, description="Who has it, where they gave a name.")
    wait: Wait
    survey_due: bool = Field(description="Whether the customer may be asked how it was.")
    survey_after: int | None = Field(
        None, description="Seconds of silence under an answer after which to ask how it was, too."
    )
    follow_up_due: bool = Field(
        description="Whether to ask if it helped that somebody came back to it."
    )
    relationship_due: bool = Field(
        description="Whether to ask, in place of a survey, if they would recommend you."
    )
    relationship_waits: bool = Field(
        description="Whether a mail asked that and led here: ask at once."
    )


class ListedConversation(BaseModel):
    """A conversation by its first question."""

    id: str
    status: Status
    question: str
    created_at: datetime
    last_at: datetime


class ConversationsOut(BaseModel):
    """Newest first."""

    conversations: list[ListedConversation]


class IdentifiedOut(BaseModel):
    """`visitor_token` opens all that is this person's, on this device too."""

    visitor_token: str
    name: str | None


class ForgottenOut(BaseModel):
    """How many conversations were deleted."""

    conversations: int


class LinkOut(BaseModel):
    """Works once, until `expires_at`."""

    url: str
    expires_at: datetime


class FollowedOut(BaseModel):
    """`visitor_token` opens this conversation and the visitor's others; of a `guest`, who came by a
    link out of a mail, this one alone."""

    id: str
    visitor_token: str
    guest: bool
    status: Status


class TableOut(BaseModel):
    """Rows of the same columns; null where there is nothing to tell, and where no period narrows
    them."""

    since: datetime | None
    until: datetime | None
    rows: list[dict[str, Any]]


class CustomersOut(BaseModel):
    """Of so many rows `known` name a customer who has been here, and of `changed` of those
    something is told otherwise than before; of the `unknown` nothing is kept."""

    model_config = ConfigDict(from_attributes=True)

    rows: int
    known: int
    unknown: int
    changed: int
    dry_run: bool


class FieldFault(BaseModel):
    """What is wrong with one field of a request."""

    field: str
    message: str


class Problem(BaseModel):
    """A problem detail (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[FieldFault] | None = Field(
        None, description="By field, where a request was invalid."
    )
    retry_after: int | None = Field(None, description="Seconds to wait, after too many requests.")
