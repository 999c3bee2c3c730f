"""The public help center: articles by topic, search, each article's page. Needs no scripts."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import BaseModel, Field

from assistant.concurrency import in_thread
from assistant.domain.article import article_url
from assistant.errors import UnknownThing
from assistant.server import linked_data, reading
from assistant.server.catalogue import Catalogue
from assistant.server.dependencies import AssistantDep, CataloguesDep, PagesDep, StartsDep
from assistant.server.pages import LOCALES, Pages, strings
from assistant.server.problems import is_page

router = APIRouter(include_in_schema=False)

_RESULTS = 20
_RELATED = 5
_LONGEST_COMMENT = 4000

Words = Annotated[str, Query(alias="q", max_length=500)]


class Opinion(BaseModel):
    """The form under an article."""

    helpful: bool
    comment: str = Field("", max_length=_LONGEST_COMMENT)


@router.get("/help")
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


@router.get("/sitemap.xml")
def sitemap(
    request: Request, assistant: AssistantDep, catalogues: CataloguesDep, pages: PagesDep
) -> Response:
    """Every article for search engines, each with its translations."""
    catalogue = catalogues.current()
    shelf = Shelf(request, pages, catalogue=catalogue, locale=LOCALES[0])
    listed = [
        [card, *catalogue.translations(card)] for card in catalogue.everything() if card.url is None
    ]
    text = pages.text(
        "help_center/sitemap.xml", listed=listed, absolute=shelf.absolute, article_url=article_url
    )
    return Response(text, media_type="application/xml")


@router.get("/robots.txt")
def robots(request: Request, pages: PagesDep, catalogues: CataloguesDep) -> Response:
    """Where the sitemap is; the console and the interface are for nobody's index."""
    shelf = Shelf(request, pages, catalogue=catalogues.current(), locale=LOCALES[0])
    lines = ["User-agent: *", "Disallow: /api/", "Disallow: /console", "Disallow: /widget", ""]
    return Response("\n".join([*lines, f"Sitemap: {shelf.absolute('/sitemap.xml')}", ""]))


@router.get("/help/{locale}")
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


@router.post("/help/{locale}/{name:path}/feedback")
def rate(
    locale: str,
    name: str,
    request: Request,
    assistant: AssistantDep,
    catalogues: CataloguesDep,
    starts: StartsDep,
    opinion: Annotated[Opinion, Form()],
) -> Response:
    """Did it help? Counted without a trace of who says so, and back to the article."""
    starts.count(request.client.host if request.client else "")
    card = catalogues.current().find(locale, name)
    assistant.visitors.rate_article(
        card.id, helpful=opinion.helpful, comment=opinion.comment.strip() or None
    )
    return RedirectResponse(f"{reading.page_of(card)}?rated=1#rated", status_code=303)


@router.get("/help/{locale}/{name:path}")
def article(
    locale: str,
    name: str,
    request: Request,
    assistant: AssistantDep,
    catalogues: CataloguesDep,
    pages: PagesDep,
    rated: Annotated[str, Query(max_length=1)] = "",
) -> Response:
    """One article, by its slug or its id; from an address that it had before, on to its present."""
    catalogue = catalogues.current()
    shelf = Shelf(request, pages, catalogue=catalogue, locale=locale)
    try:
        card = catalogue.find(locale, name)
    except UnknownThing:
        if moved := assistant.library.card_at(locale, name):
            return RedirectResponse(reading.page_of(moved), status_code=301)
        if is_page(request) and locale in catalogue.locales:
            topics = catalogue.topics(locale)
            return shelf.page("help_center/missing.html", status=404, topics=topics)
        raise
    whole = assistant.library.article(card.id)
    html = reading.article_html(assistant.library, whole)
    topic = catalogue.topic_of(card)
    trail = [
        (shelf.words["title"], shelf.absolute(f"/help/{locale}")),
        (
            topic.name or shelf.words["other_articles"],
            shelf.absolute(f"/help/{locale}#{topic.anchor}"),
        ),
    ]
    return shelf.page(
        "help_center/article.html",
        card=card,
        html=html,
        description=reading.opening_words(html),
        contents=reading.contents(whole.body),
        updated=whole.updated,
        trail=trail,
        related=catalogue.related(card, limit=_RELATED),
        linked_data=linked_data.of_article(
            whole, html=html, url=shelf.absolute(article_url(card)), trail=trail
        ),
        translations=catalogue.translations(card),
        canonical=shelf.absolute(article_url(card)),
        rated=rated,
    )


class Shelf:
    """Renders the pages of one locale. The page's own words may have to be in another."""

    def __init__(
        self, request: Request, pages: Pages, *, catalogue: Catalogue, locale: str
    ) -> None:
        self._request, self._pages = request, pages
        self.catalogue, self.locale = catalogue, locale
        language = locale[:2].lower()
        self._language = language if language in LOCALES else pages.locale(request)

    @property
    def words(self) -> dict[str, Any]:
        """The page's own wordings."""
        return dict(strings("help_center", self._language))

    def absolute(self, address: str) -> str:
        """As the outside reaches it; what has a host of its own keeps it."""
        if not address.startswith("/"):
            return address
        return (self._pages.public_url or str(self._request.base_url)).rstrip("/") + address

    def page(self, template: str, **values: Any) -> Response:
        """A page with the links that all of them have."""
        translations = {card.locale: card for card in values.setdefault("translations", [])}
        return self._pages.render(
            self._request,
            template,
            section="help_center",
            locale=self._language,
            shelf=self.locale,
            shelves={
                locale: reading.page_of(translations[locale])
                if locale in translations
                else f"/help/{locale}"
                for locale in self.catalogue.locales
            },
            page_of=reading.page_of,
            absolute=self.absolute,
            logo=self.absolute(logo) if (logo := self._pages.logo_url) else "",
            **{"words": "", "canonical": self.absolute(f"/help/{self.locale}")} | values,
        )


async def _front(shelf: Shelf, assistant: AssistantDep, words: str) -> Response:
    topics = shelf.catalogue.topics(shelf.locale)
    if not words:
        return shelf.page("help_center/front.html", topics=topics)
    found = await reading.search(
        assistant.readiness, assistant.library, words, locale=shelf.locale, limit=_RESULTS
    )
    results = [(each.article, reading.excerpt(each)) for each in found]
    return shelf.page("help_center/results.html", words=words, results=results, topics=topics)
