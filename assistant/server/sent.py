"""What callers send, as JSON. It is checked here, so that routes need not."""

from __future__ import annotations

import json
import math
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictBool,
    StrictFloat,
    StrictInt,
    StrictStr,
    model_validator,
)

from assistant.domain.conversation import CustomerChannel
from assistant.domain.handoff import Reason
from assistant.ports.looks import Looked
from assistant.support.customer_sheet import MOST_ROWS
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


class NewConversation(_Sent):
    """Everything is optional."""

    model_config = _examples(
        {"locale": "en", "page_url": "https://shop.example/basket", "context": {"cart": 2}}
    )

    locale: Annotated[Words, Field(max_length=35)] | None = None
    page_url: Annotated[Words, Field(max_length=4000)] | None = None
    channel: Annotated[
        CustomerChannel, Field(description="Where it began; the widget tells its own.")
    ] = CustomerChannel.API
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


class LookedAt(_Sent):
    """`of`: a page's address, an article's id, or the words that were searched."""

    model_config = _examples({"what": "article", "of": "en/return-a-gift"})

    what: Looked
    of: Annotated[Words, Field(min_length=1, max_length=2000)]


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

    model_config = _examples({"helpful": False, "reason": "outdated", "comment": "30 days now."})

    helpful: StrictBool
    reason: Annotated[Words, Field(max_length=200)] | None = None
    comment: Annotated[Words, Field(max_length=4000)] | None = None


class ArticleThumb(_Sent):
    """Did this article help?"""

    model_config = _examples({"helpful": False, "comment": "It does not say what it costs."})

    helpful: StrictBool
    comment: Annotated[Words, Field(max_length=4000)] | None = None


class CustomersIn(BaseModel):
    """What is told of customers: a row each, with `customer` or `visitor` beside attributes, which
    are text, numbers, yes or no; null takes away what was told. `dry_run` keeps nothing."""

    model_config = _examples({"customers": [{"customer": "1042", "plan": "pro", "orders": 17}]})

    customers: list[dict[str, StrictStr | StrictBool | StrictInt | StrictFloat | None]] = Field(
        max_length=MOST_ROWS
    )
    dry_run: StrictBool = False
