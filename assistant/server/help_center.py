"""The public help center: articles by topic, search, each article's page. Needs no scripts."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from assistant.concurrency import in_thread
from assistant.domain.article import ArticleCard, article_url
from assistant.errors import UnknownThing
from assistant.server import reading
from assistant.server.catalogue import Catalogue
from assistant.server.dependencies import AssistantDep, CataloguesDep, PagesDep
from assistant.server.pages import LOCALES, Pages

router = APIRouter(prefix="/help", include_in_schema=False)

_RESULTS = 20

Words = Annotated[str, Query(alias="q", max_length=500)]


@router.get("")
async def front(
    request: Request,
    assistant: AssistantDep,
    catalogues: CataloguesDep,
    pages: PagesDep,
    words: Words = "",
) -> Response:
    """All articles in the reader's language, or what a search found among them."""
    catalogue = await in_thread(catalogues.current)
    locale = pages.locale(request, known=catalogue.locales)
    shelf = Shelf(request, pages, catalogue=catalogue, locale=locale)
    return await _front(shelf, assistant, words.strip())


@router.get("/{locale}")
async def front_in(
    locale: str,
    request: Request,
    assistant: AssistantDep,
    catalogues: CataloguesDep,
    pages: PagesDep,
    words: Words = "",
) -> Response:
    """The same in the locale that the address names."""
    catalogue = await in_thread(catalogues.current)
    if locale not in catalogue.locales:
        raise UnknownThing("help center", locale[:35])
    shelf = Shelf(request, pages, catalogue=catalogue, locale=locale)
    return await _front(shelf, assistant, words.strip())


@router.get("/{locale}/{name:path}")
def article(
    locale: str,
    name: str,
    request: Request,
    assistant: AssistantDep,
    catalogues: CataloguesDep,
    pages: PagesDep,
) -> Response:
    """One article, by its slug or its id."""
    catalogue = catalogues.current()
    card = catalogue.find(locale, name)
    whole = assistant.library.article(card.id)
    return Shelf(request, pages, catalogue=catalogue, locale=locale).page(
        "help_center/article.html",
        card=card,
        html=reading.article_html(assistant, whole),
        updated=whole.updated,
        translations=catalogue.translations(card),
        canonical=article_url(card),
    )


class Shelf:
    """Renders the pages of one locale. The page's own words may have to be in another."""

    def __init__(
        self, request: Request, pages: Pages, *, catalogue: Catalogue, locale: str
    ) -> None:
        self._request, self._pages = request, pages
        self.catalogue, self.locale = catalogue, locale

    def page(self, template: str, **values: Any) -> Response:
        """A page with the links that all of them have."""
        language = self.locale[:2].lower()
        return self._pages.render(
            self._request,
            template,
            section="help_center",
            locale=language if language in LOCALES else self._pages.locale(self._request),
            shelf=self.locale,
            shelves=self.catalogue.locales,
            page_of=_page_of,
            **{"words": "", "canonical": f"/help/{self.locale}"} | values,
        )


async def _front(shelf: Shelf, assistant: AssistantDep, words: str) -> Response:
    if not words:
        topics = shelf.catalogue.topics(shelf.locale)
        return shelf.page("help_center/front.html", topics=topics)
    found = await reading.search(assistant, words, locale=shelf.locale, limit=_RESULTS)
    results = [(each.article, reading.excerpt(each)) for each in found]
    return shelf.page("help_center/results.html", words=words, results=results)


def _page_of(card: ArticleCard) -> str:
    """The article's page here, even where its canonical address is elsewhere."""
    return article_url(ArticleCard(card.id, card.title, card.locale, card.slug))
