"""What not everybody may read, for colleagues: /help shows the public alone, so it is read here."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response

from assistant.domain.article import Article
from assistant.domain.audience import EVERYBODY, reader_in
from assistant.server import reading
from assistant.server.articles import rendered
from assistant.server.console import AnyoneDep, Console

router = APIRouter(prefix=reading.INSIDE, include_in_schema=False)


@router.get("/{article_id:path}")
def article(article_id: str, console: AnyoneDep) -> Response:
    """As those read it whom it is for; what has become public meanwhile is read in public."""
    found = console.assistant.everything.library.article(article_id)
    if found.audience == EVERYBODY:
        return RedirectResponse(reading.page_of(reading.card_of(found)), status_code=303)
    return rendered(
        console,
        "restricted",
        article=found,
        html=as_its_readers(console, found),
        manuscript=console.assistant.store.manuscript_of(article_id),
    )


def as_its_readers(console: Console, article: Article) -> str:
    """Safe HTML with the links that those see whom it is for."""
    readership = console.assistant.readerships.of(reader_in(article.audience))
    return console.inside(reading.article_html(readership.library, article))
