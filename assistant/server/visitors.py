"""What customers own, as JSON under /api/v1: who they are, their conversations, links, opinions."""

from __future__ import annotations

from contextlib import suppress
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse, Response

from assistant.errors import TooManyRequests
from assistant.ports.looks import Look
from assistant.server import examples, reading
from assistant.server.article_schemas import TopicsOut
from assistant.server.dependencies import (
    ArticleId,
    AssistantDep,
    CataloguesDep,
    ConversationId,
    LibraryDep,
    PagesDep,
    ReaderDep,
    StartsDep,
    TokenDep,
    TypingsDep,
)
from assistant.server.openapi import errors, example
from assistant.server.schemas import (
    ConversationsOut,
    FollowedOut,
    ForgottenOut,
    IdentifiedOut,
    LinkOut,
)
from assistant.server.sent import (
    ArticleThumb,
    ContextUpdate,
    FollowRequest,
    IdentifyRequest,
    LookedAt,
)

router = APIRouter(prefix="/api/v1")

_CALLER = errors(401, 404)
_SENDER = errors(400, 401, 404, 413, 422)


@router.post(
    "/visitors/identify",
    tags=["visitors"],
    response_model=IdentifiedOut,
    responses=example(examples.IDENTIFIED) | errors(400, 401, 413, 422),
)
def identify(body: IdentifyRequest, assistant: AssistantDep) -> Response:
    """Say who the visitor is, as your site signed it; what they did before becomes theirs."""
    known = assistant.visitors.identify(body.token, visitor_token=body.visitor_token)
    return JSONResponse({"visitor_token": known.visitor_token, "name": known.profile.name})


@router.post(
    "/visitors/forget",
    tags=["visitors"],
    response_model=ForgottenOut,
    responses=example(examples.FORGOTTEN) | _CALLER,
)
def forget(assistant: AssistantDep, token: TokenDep) -> Response:
    """Delete all that is known of the visitor whose `visitor_token` this is. Not to be undone."""
    return JSONResponse({"conversations": assistant.visitors.forget(token)})


@router.get(
    "/conversations",
    tags=["visitors"],
    response_model=ConversationsOut,
    responses=example(examples.CONVERSATIONS) | _CALLER,
)
def list_conversations(assistant: AssistantDep, token: TokenDep) -> Response:
    """The visitor's conversations that hold a question, newest first, by their `visitor_token`."""
    shown = [
        {
            "id": each.conversation.id,
            "status": each.conversation.status,
            "question": each.question,
            "created_at": each.conversation.created_at.isoformat(),
            "last_at": each.last_at.isoformat(),
        }
        for each in assistant.visitors.conversations(token)
    ]
    return JSONResponse({"conversations": shown})


@router.post(
    "/conversations/{id}/context", tags=["conversations"], status_code=204, responses=_SENDER
)
def tell_context(
    id: ConversationId, body: ContextUpdate, assistant: AssistantDep, token: TokenDep
) -> Response:
    """Tell what your site knows of the moment; the person who takes over sees it."""
    conversation = assistant.desk.authorise(id, token)
    assistant.visitors.tell_context(conversation, body.context)
    return Response(status_code=204)


@router.post(
    "/conversations/{id}/looked", tags=["conversations"], status_code=204, responses=_SENDER
)
def looked(
    id: ConversationId, body: LookedAt, assistant: AssistantDep, token: TokenDep
) -> Response:
    """Tell what they opened or searched meanwhile; the person who takes over sees it."""
    conversation = assistant.desk.authorise(id, token)
    assistant.visitors.looked(conversation, Look(body.what, body.of))
    return Response(status_code=204)


@router.post(
    "/conversations/{id}/typing", tags=["conversations"], status_code=204, responses=_CALLER
)
def typing(
    id: ConversationId, assistant: AssistantDep, typings: TypingsDep, token: TokenDep
) -> Response:
    """They are writing: who has the conversation sees it for some seconds. Told again within two
    seconds, or while no person has it, this does nothing."""
    conversation = assistant.desk.authorise(id, token)
    with suppress(TooManyRequests):
        typings.count(id)
        assistant.inbox.customer_writes(conversation)
    return Response(status_code=204)


@router.post(
    "/conversations/{id}/link",
    tags=["conversations"],
    response_model=LinkOut,
    responses=example(examples.LINK) | _CALLER,
)
def make_link(
    id: ConversationId, request: Request, assistant: AssistantDep, token: TokenDep
) -> Response:
    """A link to go on with the conversation on another device: it works once, for half an hour."""
    conversation = assistant.desk.authorise(id, token)
    link = assistant.visitors.link_for(conversation, token=token)
    base = assistant.settings.public_url or str(request.base_url)
    url = link.url(base, locale=conversation.locale)
    return JSONResponse({"url": url, "expires_at": link.expires_at.isoformat()})


@router.post(
    "/links",
    tags=["conversations"],
    response_model=FollowedOut,
    responses=example(examples.FOLLOWED) | errors(400, 404, 413, 422, 429),
)
def follow_link(
    body: FollowRequest, request: Request, assistant: AssistantDep, starts: StartsDep
) -> Response:
    """Exchange a link's code, once, for a token that opens its conversation on this device."""
    starts.count(request.client.host if request.client else "")
    followed = assistant.visitors.follow(body.code)
    return JSONResponse(
        {
            "id": followed.conversation.id,
            "visitor_token": followed.visitor_token,
            "guest": followed.guest,
            "status": followed.conversation.status,
        }
    )


@router.post(
    "/conversations/{id}/survey/asked", tags=["conversations"], status_code=204, responses=_CALLER
)
def survey_asked(id: ConversationId, assistant: AssistantDep, token: TokenDep) -> Response:
    """The customer was shown the survey: without this, nobody knows how many did not answer."""
    assistant.visitors.survey_asked(assistant.desk.authorise(id, token))
    return Response(status_code=204)


@router.post(
    "/conversations/{id}/relationship/asked",
    tags=["conversations"],
    status_code=204,
    responses=_CALLER,
)
def relationship_asked(id: ConversationId, assistant: AssistantDep, token: TokenDep) -> Response:
    """The customer was asked whether they would recommend you, where `relationship_due` said so;
    the answer is the `nps` of a survey."""
    assistant.relationship.asked(assistant.desk.authorise(id, token))
    return Response(status_code=204)


@router.post(
    "/conversations/{id}/relationship/declined",
    tags=["conversations"],
    status_code=204,
    responses=_CALLER,
)
def relationship_declined(id: ConversationId, assistant: AssistantDep, token: TokenDep) -> Response:
    """The customer, once asked that, wishes never to be asked again."""
    assistant.relationship.declined(assistant.desk.authorise(id, token))
    return Response(status_code=204)


@router.get(
    "/topics",
    tags=["articles"],
    response_model=TopicsOut,
    responses=example(examples.TOPICS) | errors(422),
)
def topics(
    request: Request,
    catalogues: CataloguesDep,
    reader: ReaderDep,
    pages: PagesDep,
    locale: Annotated[str | None, Query(max_length=35)] = None,
) -> Response:
    """The articles of a locale by topic, those that everybody may read and, with a `visitor_token`,
    those that its customer may; those without a topic last, under null."""
    catalogue = catalogues.current(reader)
    wanted = reading.nearest_shelf(locale, catalogue.locales) or pages.locale(
        request, known=catalogue.locales
    )
    return JSONResponse({"locale": wanted, "topics": _topics(catalogue.topics(wanted))})


@router.post(
    "/articles/{id:path}/feedback",
    tags=["articles"],
    status_code=204,
    responses=errors(400, 404, 413, 422, 429),
)
def rate_article(
    id: ArticleId,
    body: ArticleThumb,
    request: Request,
    assistant: AssistantDep,
    library: LibraryDep,
    starts: StartsDep,
) -> Response:
    """Did this article help? Counted, with no trace of who says so."""
    starts.count(request.client.host if request.client else "")
    assistant.visitors.rate_article(
        library.article(id).id, helpful=body.helpful, comment=body.comment
    )
    return Response(status_code=204)


def _topics(topics: Any) -> list[dict[str, Any]]:
    return [
        {
            "name": topic.name,
            "articles": [
                {"article_id": card.id, "title": card.title, "url": reading.page_of(card)}
                for card in topic.articles
            ],
        }
        for topic in topics
    ]
