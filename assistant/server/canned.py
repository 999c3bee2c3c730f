"""Canned replies: leads write them, and people insert them, articles and passages by keyboard."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse, Response

from assistant.concurrency import in_thread
from assistant.domain.article import RankedArticle, article_url
from assistant.domain.audience import reader_of
from assistant.domain.conversation import Conversation
from assistant.errors import Refused
from assistant.knowledge.library import Library
from assistant.server.console import AnsweringDep, ConfiguringDep, Console, to
from assistant.server.dependencies import CannedId, ConversationId
from assistant.server.pages import LOCALES
from assistant.server.sign_in import CONSOLE, OwnOrigin
from assistant.support.canned import LONGEST_TEXT, LONGEST_TITLE, VARIABLES

router = APIRouter(prefix=CONSOLE, include_in_schema=False)

_ARTICLES = 5


@router.get("/canned")
def canned(console: ConfiguringDep) -> Response:
    """All of them, by title."""
    return _shown(console)


@router.post("/canned", dependencies=[OwnOrigin])
async def add_canned(request: Request, console: ConfiguringDep) -> Response:
    """A new one."""
    return await _saved(request, console, id=None)


@router.post("/canned/{canned_id}", dependencies=[OwnOrigin])
async def change_canned(canned_id: CannedId, request: Request, console: ConfiguringDep) -> Response:
    """As it is from now on."""
    return await _saved(request, console, id=canned_id)


@router.post("/canned/{canned_id}/drop", dependencies=[OwnOrigin])
def drop_canned(canned_id: CannedId, console: ConfiguringDep) -> Response:
    """It is gone; what was sent with it stays."""
    console.assistant.canned.drop(canned_id, by=console.me)
    return to("/canned")


@router.get("/conversations/{id}/insertable")
def insertable(
    id: ConversationId,
    console: AnsweringDep,
    q: Annotated[str, Query(max_length=200)] = "",
) -> Response:
    """What may be put into the reply: canned replies whose title or text has the words, and the
    articles that are found for them."""
    conversation = console.assistant.store.conversation(id)
    words = q.casefold().split()
    filled = console.assistant.canned.filled(conversation, console.me)
    fitting = [each for each in filled if _has(f"{each.title} {each.text}", words)]
    found = _readable_by(console, conversation).search(
        q, locale=conversation.locale, limit=_ARTICLES
    )
    base = console.assistant.settings.public_url.rstrip("/")
    replies = [{"title": each.title, "text": each.text, "locale": each.locale} for each in fitting]
    return JSONResponse({"canned": replies, "articles": [_article(each, base) for each in found]})


def _readable_by(console: Console, conversation: Conversation) -> Library:
    """What the customer may read: nothing else is for a reply."""
    profile = console.assistant.store.profile(conversation.visitor_id)
    library: Library = console.assistant.readerships.of(reader_of(profile)).library
    return library


def _has(text: str, words: list[str]) -> bool:
    folded = text.casefold()
    return all(word in folded for word in words)


def _article(ranked: RankedArticle, base: str) -> dict[str, Any]:
    card, best = ranked.article, ranked.hits[0].passage
    address = article_url(card, best.anchor)
    url = base + address if address.startswith("/") else address
    link = f"[{card.title.replace('[', '(').replace(']', ')')}]({url})"
    return {
        "title": card.title,
        "locale": card.locale,
        "link": link,
        "passage": f"{best.text.strip()}\n\n{link}",
    }


async def _saved(request: Request, console: Console, *, id: str | None) -> Response:
    sent = {name: str(value)[: LONGEST_TEXT + 1] for name, value in (await request.form()).items()}
    title = sent.get("title", "")
    texts = {locale: sent.get(f"text-{locale}", "") for locale in LOCALES}
    save: Callable[..., None] = console.assistant.canned.save
    try:
        await in_thread(save, title, texts, by=console.me, id=id)
    except Refused as error:
        draft = {"id": id, "title": title, "texts": texts}
        return _shown(console, draft=draft, problem=str(error), status=422)
    return to("/canned?saved=1")


def _shown(
    console: Console,
    *,
    draft: dict[str, Any] | None = None,
    problem: str | None = None,
    status: int = 200,
) -> Response:
    return console.render(
        "canned",
        status=status,
        replies=console.assistant.canned.all(),
        draft=draft,
        problem=problem,
        variables=VARIABLES,
        locales=LOCALES,
        longest=(LONGEST_TITLE, LONGEST_TEXT),
        saved="saved" in console.request.query_params,
    )
