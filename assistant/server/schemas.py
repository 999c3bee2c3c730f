"""What callers send and receive, as JSON. What is sent is checked here, so that routes need not."""

from __future__ import annotations

import json
import math
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictBool,
    StrictInt,
    model_validator,
)

from assistant.domain.answer import Decision
from assistant.domain.conversation import Author, Status
from assistant.domain.handoff import Reason
from assistant.support.visitors import LARGEST_CONTEXT

_DEEPEST_CONTEXT = 5
_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


def _mended(value: Any) -> Any:
    """Words with what no database can hold replaced: half an emoji must not cost a question."""
    if not isinstance(value, str):
        return value
    whole = value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return whole.replace("\0", _REPLACEMENT)


def _with_words(text: str) -> str:
    if not text.strip():
        raise ValueError("write at least a word")
    return text


def _storable(context: dict[str, Any]) -> dict[str, Any]:
    _check_depth(context, left=_DEEPEST_CONTEXT)
    if len(json.dumps(context)) > LARGEST_CONTEXT:
        raise ValueError(f"keep it under {LARGEST_CONTEXT} bytes of JSON")
    mended: dict[str, Any] = _mended_deeply(context)
    return mended


def _check_depth(value: Any, *, left: int) -> None:
    """Stops where it is too deep: going on to the end could exhaust the stack."""
    if left < 0:
        raise ValueError(f"nest at most {_DEEPEST_CONTEXT} levels")
    children = value.values() if isinstance(value, dict) else value
    for child in children if isinstance(value, dict | list) else ():
        _check_depth(child, left=left - 1)


def _mended_deeply(value: Any) -> Any:
    if isinstance(value, dict):
        return {_mended(name): _mended_deeply(child) for name, child in value.items()}
    if isinstance(value, list):
        return [_mended_deeply(child) for child in value]
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError("numbers must be finite")
    return _mended(value)


Words = Annotated[str, BeforeValidator(_mended)]
Rating5 = Annotated[StrictInt, Field(ge=1, le=5)]


class _Sent(BaseModel):
    model_config = ConfigDict(frozen=True)


def _examples(*values: dict[str, Any]) -> ConfigDict:
    return ConfigDict(frozen=True, json_schema_extra={"examples": list(values)})


# -- what callers send


class NewConversation(_Sent):
    """Everything is optional."""

    model_config = _examples(
        {"locale": "en", "page_url": "https://shop.example/basket", "context": {"cart": 2}}
    )

    locale: Annotated[Words, Field(max_length=35)] | None = None
    page_url: Annotated[Words, Field(max_length=4000)] | None = None
    context: Annotated[dict[str, Any], AfterValidator(_storable)] = Field(default_factory=dict)
    visitor_token: Annotated[Words, Field(max_length=200)] | None = None


class NewMessage(_Sent):
    """`client_id` is the caller's own name for the message; sent again, it gets the same reply."""

    model_config = _examples({"text": "Can I return a gift?", "client_id": "b6f7c0de-1"})

    text: Annotated[Words, AfterValidator(_with_words)]
    client_id: Annotated[Words, Field(min_length=1, max_length=200)] | None = None


class ContextUpdate(_Sent):
    """What your site knows of the moment, by name; a name that was told before is replaced."""

    model_config = _examples({"context": {"basket": 2, "order": "LF-10420017"}})

    context: Annotated[dict[str, Any], AfterValidator(_storable)]


class IdentifyRequest(_Sent):
    """`token`: a JSON Web Token (HS256) with `sub` and `exp`; `name`, `email` and `plan` are shown
    to agents, and so is all else that it holds. `visitor_token`: who they were until now."""

    model_config = _examples({"token": "eyJhbGciOi…", "visitor_token": "Zp9…"})

    token: Annotated[Words, Field(min_length=1, max_length=8192)]
    visitor_token: Annotated[Words, Field(max_length=200)] | None = None


class FollowRequest(_Sent):
    """What stands behind `#resume=` in a link."""

    model_config = _examples({"code": "u7K…"})

    code: Annotated[Words, Field(min_length=1, max_length=200)]


class TakeUp(_Sent):
    """Which proactive message the customer opened."""

    model_config = _examples({"nudge_id": "n-3f9a1c"})

    nudge_id: Annotated[Words, Field(min_length=1, max_length=200)]


class HandoffRequest(_Sent):
    """`email` is where a person may answer when the customer has left."""

    model_config = _examples({"reason": "asked_for_human", "email": "kim@customer.example"})

    reason: Reason | None = None
    email: Annotated[Words, Field(max_length=254)] | None = None


class Survey(_Sent):
    """Any part of it, but not nothing."""

    model_config = _examples({"csat": 5, "ces": 6, "comment": "Quick and clear."})

    csat: Rating5 | None = None
    ces: Annotated[StrictInt, Field(ge=1, le=7)] | None = None
    nps: Annotated[StrictInt, Field(ge=0, le=10)] | None = None
    useful: Rating5 | None = None
    easy: Rating5 | None = None
    enjoyable: Rating5 | None = None
    comment: Annotated[Words, Field(max_length=4000)] | None = None

    @model_validator(mode="after")
    def _not_empty(self) -> Survey:
        if all(value is None for value in self.model_dump().values()):
            raise ValueError("answer at least one question of the survey")
        return self


class FollowUpAnswer(_Sent):
    """Did it help that somebody came back to it?"""

    model_config = _examples({"helped": True, "comment": "The parcel is here."})

    helped: StrictBool
    comment: Annotated[Words, Field(max_length=4000)] | None = None


class Thumb(_Sent):
    """Did this message help?"""

    model_config = _examples(
        {"helpful": False, "reason": "outdated", "comment": "Now it is 30 days."}
    )

    helpful: StrictBool
    reason: Annotated[Words, Field(max_length=200)] | None = None
    comment: Annotated[Words, Field(max_length=4000)] | None = None


class ArticleThumb(_Sent):
    """Did this article help?"""

    model_config = _examples({"helpful": False, "comment": "It does not say what it costs."})

    helpful: StrictBool
    comment: Annotated[Words, Field(max_length=4000)] | None = None


# -- what they receive


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
    follow_up_due: bool = Field(
        description="Whether to ask if it helped that somebody came back to it."
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
    """Rows of the same columns; null where there is nothing to tell."""

    since: datetime
    until: datetime
    rows: list[dict[str, Any]]


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
