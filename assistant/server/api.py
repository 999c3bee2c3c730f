"""The JSON interface of customers and public readers, under /api/v1."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Body, Header, Query, Request
from fastapi.responses import JSONResponse, Response, StreamingResponse

from assistant.concurrency import in_thread
from assistant.domain.conversation import Conversation
from assistant.domain.survey import Feedback, SurveyResponse
from assistant.server import events, examples, messages, reading
from assistant.server.article_schemas import ArticleOut, SearchOut
from assistant.server.dependencies import (
    ArticleId,
    AssistantDep,
    ConversationId,
    LibraryDep,
    MessageId,
    MetricsDep,
    PagesDep,
    StartsDep,
    TokenDep,
    WakeupsDep,
)
from assistant.server.metrics import Metrics
from assistant.server.openapi import errors, example, stream_only
from assistant.server.schemas import ConversationOut, ReplyOut, StartedOut
from assistant.server.sent import (
    FollowUpAnswer,
    HandoffRequest,
    NewConversation,
    NewMessage,
    Survey,
    Thumb,
)

if TYPE_CHECKING:
    from assistant.wiring import Assistant

router = APIRouter(prefix="/api/v1")

_CALLER = errors(401, 404)
_SENDER = errors(400, 401, 404, 413, 422)


@router.post(
    "/conversations",
    tags=["conversations"],
    status_code=201,
    response_model=StartedOut,
    responses=example(examples.STARTED, status=201) | errors(400, 413, 422, 429),
)
def start_conversation(
    request: Request,
    assistant: AssistantDep,
    starts: StartsDep,
    body: Annotated[NewConversation | None, Body()] = None,
) -> Response:
    """Begin a conversation; a visitor who is known by their token keeps their others."""
    starts.count(request.client.host if request.client else "")
    wanted = body or NewConversation()
    started = assistant.desk.start(
        locale=wanted.locale,
        page_url=wanted.page_url,
        channel=wanted.channel,
        context=wanted.context,
        visitor_token=wanted.visitor_token,
    )
    shown = {
        "id": started.conversation.id,
        "token": started.token,
        "visitor_token": started.visitor_token,
        "status": started.conversation.status,
        "greeting": started.greeting,
        "suggestions": [asdict(suggestion) for suggestion in started.suggestions],
    }
    return JSONResponse(shown, status_code=201)


@router.post(
    "/conversations/{id}/messages",
    tags=["conversations"],
    response_model=ReplyOut,
    responses=example(examples.REPLY, stream=examples.REPLY_STREAM)
    | errors(400, 401, 404, 413, 422, 429),
)
async def post_message(
    id: ConversationId,
    body: NewMessage,
    request: Request,
    assistant: AssistantDep,
    token: TokenDep,
    wakeups: WakeupsDep,
    figures: MetricsDep,
) -> Response:
    """Ask: the whole reply as JSON, or its parts as they come with `Accept: text/event-stream`."""
    conversation = await in_thread(assistant.desk.authorise, id, token)
    reader = await in_thread(assistant.visitors.reader, token, conversation)
    when_done = _recorder(figures, lambda: wakeups.ring(id))
    reply = assistant.desk.reply(id, body.text, client_id=body.client_id, reader=reader)
    if events.wants_stream(request):
        return await events.stream_reply(reply, wakeups=wakeups, when_done=when_done)
    return JSONResponse(await events.whole_reply(reply, wakeups=wakeups, when_done=when_done))


@router.get(
    "/conversations/{id}",
    tags=["conversations"],
    response_model=ConversationOut,
    responses=example(examples.CONVERSATION) | _CALLER,
)
def read_conversation(id: ConversationId, assistant: AssistantDep, token: TokenDep) -> Response:
    """The conversation so far, to go on with it after a reload or on another device."""
    conversation = assistant.desk.authorise(id, token)
    if conversation.reason is not None:
        assistant.inbox.seen_by_customer(id)
    return _shown(assistant, conversation)


@router.get(
    "/conversations/{id}/events",
    tags=["conversations"],
    response_class=StreamingResponse,
    responses=stream_only(examples.EVENT_STREAM) | errors(401, 404, 422),
)
async def follow_conversation(
    id: ConversationId,
    assistant: AssistantDep,
    token: TokenDep,
    wakeups: WakeupsDep,
    last_event_id: Annotated[str | None, Header(description="Go on after this event.")] = None,
) -> Response:
    """What happens in the conversation, as it happens; from its start without `Last-Event-ID`."""
    await in_thread(assistant.desk.authorise, id, token)
    after = events.resume_after(last_event_id)
    followed = events.Followed(
        assistant.store,
        id,
        is_written=lambda: assistant.inbox.is_written(id),
        was_seen=lambda: assistant.inbox.seen_by_customer(id),
    )
    return events.stream_conversation(followed, after=after, wakeups=wakeups)


@router.post(
    "/conversations/{id}/handoff",
    tags=["conversations"],
    response_model=ConversationOut,
    responses=example(examples.WAITING) | _SENDER | errors(409),
)
def call_person(
    id: ConversationId,
    assistant: AssistantDep,
    token: TokenDep,
    wakeups: WakeupsDep,
    body: Annotated[HandoffRequest | None, Body()] = None,
) -> Response:
    """Ask for a person; again with `email` to be answered there. Twice is once."""
    assistant.desk.authorise(id, token)
    wanted = body or HandoffRequest()
    conversation = assistant.desk.hand_off(id, reason=wanted.reason, email=wanted.email)
    wakeups.ring(id)
    return _shown(assistant, conversation)


@router.post(
    "/conversations/{id}/survey", tags=["conversations"], status_code=204, responses=_SENDER
)
def answer_survey(
    id: ConversationId, body: Survey, assistant: AssistantDep, token: TokenDep
) -> Response:
    """Tell how it was."""
    conversation = assistant.desk.authorise(id, token)
    if body.nps is not None:
        # Whoever answers was asked, though that may still be on its way.
        assistant.relationship.asked(conversation)
    response = SurveyResponse(conversation_id=id, created_at=datetime.now(UTC), **body.model_dump())
    assistant.desk.survey(id, response)
    assistant.follow_ups.rated(id)
    return Response(status_code=204)


@router.post(
    "/conversations/{id}/follow-up",
    tags=["conversations"],
    status_code=204,
    responses=_SENDER | errors(409),
)
def answer_follow_up(
    id: ConversationId, body: FollowUpAnswer, assistant: AssistantDep, token: TokenDep
) -> Response:
    """Tell whether it helped that somebody came back to it, where `follow_up_due` said so."""
    assistant.desk.authorise(id, token)
    assistant.follow_ups.answer(id, helped=body.helped, comment=body.comment or "")
    return Response(status_code=204)


@router.post(
    "/messages/{id}/feedback",
    tags=["conversations"],
    status_code=204,
    responses=_SENDER | errors(429),
)
def give_feedback(id: MessageId, body: Thumb, assistant: AssistantDep, token: TokenDep) -> Response:
    """A thumb under a message; the last one counts."""
    thumb = Feedback(message_id=id, created_at=datetime.now(UTC), **body.model_dump())
    assistant.desk.feedback(id, token, thumb)
    return Response(status_code=204)


@router.get(
    "/search",
    tags=["articles"],
    response_model=SearchOut,
    responses=example(examples.SEARCH) | errors(422),
)
async def search(
    request: Request,
    assistant: AssistantDep,
    library: LibraryDep,
    pages: PagesDep,
    q: Annotated[str, Query(min_length=1, max_length=500, description="What to look for.")],
    locale: Annotated[str | None, Query(max_length=35)] = None,
    limit: Annotated[int, Query(ge=1, le=50)] = 10,
) -> Response:
    """Search the articles that everybody may read, and with a `visitor_token` those that its
    customer may; best first."""
    known = await in_thread(library.locales)
    wanted = locale or pages.locale(request, known=known)
    found = await reading.search(assistant.readiness, library, q, locale=wanted, limit=limit)
    return JSONResponse({"results": [reading.result(each) for each in found]})


@router.get(
    "/articles/{id:path}",
    tags=["articles"],
    response_model=ArticleOut,
    responses=example(examples.ARTICLE) | errors(404),
)
def read_article(id: ArticleId, library: LibraryDep) -> Response:
    """An article, whole: one that everybody may read or, with a `visitor_token`, its customer."""
    return JSONResponse(reading.shown_article(library, library.article(id)))


def _recorder(figures: Metrics, ring: Callable[[], None]) -> Callable[[dict[str, Any]], None]:
    began = time.monotonic()

    def record(reply: dict[str, Any]) -> None:
        figures.reply_given(decision=reply["decision"], seconds=time.monotonic() - began)
        ring()

    return record


def _shown(assistant: Assistant, conversation: Conversation) -> Response:
    follow_ups, relationship = assistant.follow_ups, assistant.relationship.standing(conversation)
    thumbs = assistant.store.feedback(conversation.id)
    wait = assistant.visitors.wait()
    said = assistant.store.messages(conversation.id)
    return JSONResponse(
        {
            "id": conversation.id,
            "status": conversation.status,
            "locale": conversation.locale,
            "created_at": conversation.created_at.isoformat(),
            "messages": [messages.shown(each, thumbs.get(each.id)) for each in said],
            "agent_name": _agent_name(assistant, conversation),
            "wait": {
                "reply_hours": assistant.settings.reply_hours,
                "usual_minutes": math.ceil(wait.usual.total_seconds() / 60) if wait.usual else None,
                "opens_at": wait.opens_at.isoformat() if wait.opens_at else None,
            },
            "survey_due": not (relationship.asked or follow_ups.has_asked(conversation.id))
            and assistant.visitors.survey_due(conversation, said),
            "survey_after": assistant.experiments.survey_after(conversation),
            "follow_up_due": follow_ups.asks(conversation.id),
            "relationship_due": relationship.due,
            "relationship_waits": relationship.waits,
        }
    )


def _agent_name(assistant: Assistant, conversation: Conversation) -> str | None:
    """The name that the person goes by; their address is nobody else's business."""
    if conversation.agent_id is None:
        return None
    return assistant.people.by_id(conversation.agent_id).name or None
