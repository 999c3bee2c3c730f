"""A web site as a source: the pages of its sitemap, or those that its start page leads to."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from assistant.domain.article import Article
from assistant.errors import OutOfReach, Refused, UnreadableSource, Withheld
from assistant.knowledge.sources.files import decode_html
from assistant.knowledge.sources.html_page import links_of, read_html
from assistant.knowledge.sources.page import Place
from assistant.knowledge.sources.records import Found, Records
from assistant.knowledge.sources.sitemap import is_sitemap, pages_of
from assistant.knowledge.sources.web_address import Scope, normal, path_of
from assistant.knowledge.sources.web_page import VERSION, Page, content_of, page_in
from assistant.knowledge.sources.web_visitor import MOST_REDIRECTS, OutOfBounds, Visitor, redirect
from assistant.ports.sources import RememberedPage, SourceStore, WebResponse

_MOST_FAILURES = 10
"""One after the other, from which on the site is rather gone than broken."""


@dataclass
class _Start:
    """Where a visit begins; whether links are followed from there; addresses of other hosts."""

    scope: Scope
    pages: list[str]
    follows: bool
    elsewhere: list[str] = field(default_factory=list)


class WebSite:
    """Reads what changed since the last visit. `keep` False remembers nothing of this one."""

    def __init__(
        self, url: str, *, visitor: Visitor, memory: SourceStore, keep: bool = True
    ) -> None:
        self.name = normal(url)
        self.visitor, self.memory, self.keep = visitor, memory, keep

    def records(self) -> Records:
        """Refused where the site cannot be reached, or wants no visitors."""
        self.visitor.read_rules()
        known = self.memory.remembered_pages(self.name)
        start = self._start()
        if start.elsewhere:
            yield _elsewhere(self.name, start)
        yield from _Walk(self, start, known).records()

    def _start(self) -> _Start:
        url = self.name
        for _ in range(MOST_REDIRECTS):
            if not self.visitor.may_read(url):
                raise Refused(
                    f"{url}: the site's robots.txt wants no visitors here; ask its owner."
                )
            response = self.visitor.page(url)
            target = redirect(response, url)
            if not target:
                return self._opened(url, response)
            if not Scope.of(url, whole_host=is_sitemap(url, b"")).leads_to(target):
                # Such as to a page for signing in, which would open the whole host to the visit.
                raise Refused(f"{url} leads to {target}; name that address if it is meant.")
            url = target
        raise Refused(f"{self.name} leads from page to page without end; name another start page.")

    def _opened(self, url: str, response: WebResponse) -> _Start:
        if response.status != 200:
            raise OutOfReach(url, response.status)
        if not is_sitemap(url, response.body):
            return _Start(Scope.of(url), [url], follows=True)
        start = _Start(Scope.of(url, whole_host=True), [], follows=False)
        for page in dict.fromkeys(pages_of(url, response.body, self._map_of(start))):
            if start.scope.holds(page):
                start.pages.append(page)
            elif not start.scope.is_host_of(page):
                start.elsewhere.append(page)
        return start

    def _map_of(self, start: _Start) -> Callable[[str], bytes]:
        def fetch(url: str) -> bytes:
            if start.scope.is_host_of(url):
                return self.visitor.sitemap(url)
            start.elsewhere.append(url)
            return b"<urlset/>"

        return fetch


def _elsewhere(name: str, start: _Start) -> UnreadableSource:
    """Named; and a mistake where nothing else is listed."""
    said = f"it lists {len(start.elsewhere)} addresses of other hosts, such as {start.elsewhere[0]}"
    kind = Withheld if start.pages else UnreadableSource
    return kind(name, said, remedy="sync those hosts by sitemaps of their own, if they are meant")


class _Walk:
    """From page to page, each once."""

    def __init__(
        self,
        site: WebSite,
        start: _Start,
        known: Mapping[str, RememberedPage],
    ) -> None:
        self._site, self._scope, self._follows = site, start.scope, start.follows
        # Pages with a query are often views of others: those come first.
        self._waiting, self._views = deque(start.pages), deque[str]()
        self._seen = set(start.pages)
        self._known = known
        self._given: dict[str, tuple[str, str, str]] = {}
        self._texts: set[tuple[str, str, str]] = set()
        self._absent: set[str] = set()
        self._failures = 0

    def records(self) -> Records:
        while self._waiting or self._views:
            url = (self._waiting or self._views).popleft()
            if not self._site.visitor.may_read(url):
                yield from self._barred(url)
                continue
            try:
                yield from self._visit(url)
                self._failures = 0
            except OutOfBounds as error:
                yield error
                return
            except Withheld as error:
                yield error
            except UnreadableSource as error:
                yield self._failed(error, url)
                if self._failures >= _MOST_FAILURES:
                    yield self._gone()
                    return
        if self._site.keep:
            gone = (set(self._known) - self._seen) | self._absent
            self._site.memory.forget_pages(self._site.name, gone)

    def _barred(self, url: str) -> Iterator[UnreadableSource]:
        """Named once, where it was read before: its article goes."""
        if url in self._known:
            self._absent.add(url)
            yield Withheld(
                url, "robots.txt wants no visitors here now", remedy="ask the owner of the site"
            )

    def _visit(self, url: str) -> Iterator[Found | UnreadableSource]:
        known = self._current(url)
        response = self._site.visitor.page(
            url, etag=known.etag if known else "", modified=known.modified if known else ""
        )
        if target := redirect(response, url):
            self._lead_to(target, url)
        elif response.status == 304 and known is not None:
            yield from self._found(url, page_in(known.content))
        elif response.status == 200:
            if _is_html(response):
                page = self._read(url, response)
                self._remember(url, response, page)
                yield from self._found(url, page)
        elif response.status in (404, 410):
            self._absent.add(url)
            raise Withheld(
                url, f"it is not there (status {response.status})", remedy="mend links to it"
            )
        else:
            raise OutOfReach(url, response.status)

    def _current(self, url: str) -> RememberedPage | None:
        """What is remembered by this version of the assistant."""
        known = self._known.get(url)
        return known if known and known.content.get("version") == VERSION else None

    def _lead_to(self, target: str, url: str) -> None:
        if not self._scope.is_host_of(target):
            raise Withheld(
                url, f"it leads to another site, {target}", remedy="sync that one if it is meant"
            )
        if url in self._known and not self._scope.leads_to(target):
            self._absent.add(url)
            raise Withheld(
                url,
                f"it leads out of the folder now, to {target}",
                remedy="mend it if it is not meant",
            )
        self._add(target, first=True)

    def _add(self, url: str, *, first: bool = False) -> None:
        if url and url not in self._seen and self._scope.holds(url):
            self._seen.add(url)
            waiting = self._views if "?" in url else self._waiting
            if first:
                waiting.appendleft(url)
            else:
                waiting.append(url)

    def _read(self, url: str, response: WebResponse) -> Page:
        text = decode_html(response.body, url, charset=_charset(response))
        links = [normal(link, base=url) for link in links_of(text, url)] if self._follows else []
        inside = tuple(dict.fromkeys(link for link in links if self._scope.holds(link)))
        if "noindex" in response.headers.get("x-robots-tag", "").lower():
            return Page(None, "it asks not to be indexed", inside)
        try:
            converted = read_html(text, url, base=url)
            canonical = normal(converted.url, base=url) if converted.url else ""
            own = canonical if self._scope.holds(canonical) else url
            place = Place(source=self._site.name, name=url, path=path_of(own))
            return Page(replace(converted, url=own).as_article(place), "", inside)
        except Withheld as error:
            return Page(None, error.reason, inside)
        except UnreadableSource as error:
            # Without an article: a page that only leads on, or nothing that can be read.
            return Page(None, error.reason, inside)

    def _found(self, url: str, page: Page) -> Iterator[Found | UnreadableSource]:
        for link in page.links if self._follows else ():
            self._add(link)
        if page.article is None:
            yield Withheld(url, page.withheld, remedy="nothing is lost")
        else:
            yield from self._once(url, page.article)

    def _once(self, url: str, article: Article) -> Iterator[Found | UnreadableSource]:
        """One page may have several addresses: it says so by its canonical one, or by its text."""
        text = (article.title, article.locale, article.body)
        if self._given.get(article.id, text) != text:
            yield Withheld(
                url,
                f"it says that it is {article.url}, which has another text",
                remedy="mend its canonical address",
            )
        elif article.id not in self._given and not ("?" in url and text in self._texts):
            self._given[article.id] = text
            self._texts.add(text)
            yield Found(url, article)

    def _remember(self, url: str, response: WebResponse, page: Page) -> None:
        etag, modified = (response.headers.get(name, "") for name in ("etag", "last-modified"))
        if self._site.keep:
            content = content_of(page)
            self._site.memory.remember_page(
                self._site.name, RememberedPage(url, etag, modified, content)
            )

    def _failed(self, error: UnreadableSource, url: str) -> UnreadableSource:
        """Its article stays, and so does what it led to; where that is unknown, everything."""
        self._failures += 1
        if known := self._current(url):
            page = page_in(known.content)
            for link in page.links if self._follows else ():
                self._add(link)
            error.article_id = page.article.id if page.article else str(path_of(url))
        elif not self._follows:
            error.article_id = str(path_of(url))
        return error

    def _gone(self) -> UnreadableSource:
        return UnreadableSource(
            self._site.name,
            f"{self._failures} pages in a row cannot be reached; nothing is withdrawn",
            remedy="try again when the site is well",
        )


def _is_html(response: WebResponse) -> bool:
    kind = response.headers.get("content-type", "text/html").partition(";")[0].strip().lower()
    return kind in ("text/html", "application/xhtml+xml", "")


def _charset(response: WebResponse) -> str:
    said = response.headers.get("content-type", "").lower().partition("charset=")[2]
    return said.partition(";")[0].strip(" \"'")
