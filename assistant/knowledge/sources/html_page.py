"""A page of HTML as an article: its main content, without the site's navigation and furniture."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urljoin

from bs4 import BeautifulSoup, Tag

from assistant.errors import Withheld
from assistant.knowledge.sources.converted import Converted
from assistant.knowledge.sources.front_matter import date_value
from assistant.knowledge.sources.soup import (
    attribute,
    make_absolute,
    markdown_of,
    parse_html,
    text_of,
)

_MAIN = (
    '[itemprop="articleBody"]',
    "main article",
    '[role="main"] article',
    "main",
    '[role="main"]',
    "article",
    ".article-body",
    ".markdown-body",
    ".theme-doc-markdown",
    "#main-content",
    "#content",
    "body",
)
"""Where content stands, the surest first; one that a page has several of is not its whole."""

_FURNITURE = (
    "nav, footer, aside[role], form, dialog, button, iframe, template, noscript, object, embed,"
    " script, style, svg, canvas, select, input, textarea, audio, video,"
    ' [role="navigation"], [role="banner"], [role="contentinfo"], [role="search"],'
    ' [role="complementary"], [role="dialog"], [hidden], [aria-hidden="true"],'
    " .skip-link, .visually-hidden, .sr-only"
)
_LINK_MARKS = ".headerlink, .hash-link, .anchor-link, .anchorjs-link, .heading-anchor"
_PERHAPS = re.compile(
    r"(?:^|[\s_-])(?:breadcrumbs?|side-?bar|toc|table-of-contents|page-?nav|nav(?:bar|igation)?|menu"
    r"|pagination|pager|prev-?next|share|sharing|social|cookies?|consent|banner|related|see-also"
    r"|recent(?:ly)?|promo|newsletter|subscribe|votes?|feedback|helpful|edit-(?:this-)?page|byline"
    r"|author|avatar|comments?|footer|header)(?:$|[\s_-])",
    re.IGNORECASE,
)
_SHORT, _OF_LINKS = 250, 0.5
"""What is only named like furniture goes where it is short or mostly links: a section named
"related" may be the article's own words."""

_PAGE_HEADS = "body > header, body > .header, body > #header, .site-header"
_HEADING_LINKS = ", ".join(f"h{level} a[href^='#']" for level in range(1, 7))


def read_html(text: str, name: str, *, base: str = "") -> Converted:
    """Withheld where the page asks not to be indexed, or sends its readers elsewhere.

    `base`: the address that its links are relative to, where it has one.
    """
    soup = parse_html(text, name)
    _must_be_public(soup, name)
    for mark in soup.select(_LINK_MARKS):
        mark.decompose()
    for link in soup.select(_HEADING_LINKS):
        link.unwrap()  # To itself.
    # Facts first: taking the content out uses the tree up.
    title, locale = _title(soup), attribute(soup.html, "lang")
    url = attribute(soup.select_one('link[rel~="canonical"]'), "href")
    facts = list(_facts(soup))
    meta = dict(facts)
    if base:
        make_absolute(soup, urljoin(base, attribute(soup.select_one("base[href]"), "href")))
    return Converted(
        body=markdown_of(_content(soup)),
        title=title,
        locale=locale,
        url=url,
        updated=date_value(meta, "article:modified_time", "modified", "date"),
        audience=", ".join(said for name, said in facts if name.strip().casefold() == "audience"),
    )


def links_of(text: str, name: str) -> list[str]:
    """Where a page leads, as it stands there; not what it asks not to be followed."""
    soup = parse_html(text, name)
    robots = soup.find("meta", attrs={"name": re.compile("^robots$", re.IGNORECASE)})
    if isinstance(robots, Tag) and "nofollow" in attribute(robots, "content").lower():
        return []
    links = (tag for tag in soup.select("a[href]") if "nofollow" not in attribute(tag, "rel"))
    return [attribute(link, "href") for link in links]


def _must_be_public(soup: BeautifulSoup, name: str) -> None:
    robots = soup.find("meta", attrs={"name": re.compile("^robots$", re.IGNORECASE)})
    if isinstance(robots, Tag) and "noindex" in attribute(robots, "content").lower():
        raise Withheld(name, "it asks not to be indexed", remedy="take its robots mark away")
    refresh = soup.find("meta", attrs={"http-equiv": re.compile("^refresh$", re.IGNORECASE)})
    if isinstance(refresh, Tag) and "url=" in attribute(refresh, "content").lower():
        raise Withheld(name, "it is empty: a redirect", remedy="nothing is lost")


def _title(soup: BeautifulSoup) -> str:
    """The content's heading; else what the page is called, without the name of the site."""
    titled = text_of(soup.title)
    for place in (_main(soup), soup):
        headings = [text for text in map(text_of, place.find_all("h1")) if text]
        if len(headings) == 1:
            return headings[0]
        fitting = [heading for heading in headings if titled.startswith(heading)]
        if fitting:
            return fitting[0]
    named = attribute(soup.select_one('meta[property="og:title"]'), "content")
    return named or re.split(r"\s+[|–—·»]\s+", titled)[0]


def _facts(soup: BeautifulSoup) -> Iterator[tuple[str, str]]:
    for tag in soup.find_all("meta"):
        yield attribute(tag, "property") or attribute(tag, "name"), attribute(tag, "content")
    if time := soup.select_one('time[itemprop="dateModified"], [itemprop="dateModified"]'):
        yield "modified", attribute(time, "datetime") or attribute(time, "content")


def _content(soup: BeautifulSoup) -> Tag:
    main = _main(soup)
    for tag in [*main.select(_FURNITURE), *soup.select(_PAGE_HEADS)]:
        if tag is not main and tag not in main.parents:
            tag.decompose()
    for tag in main.find_all(name=re.compile(".")):
        if not tag.decomposed and _is_furniture(tag):
            tag.decompose()
    return main


def _main(soup: BeautifulSoup) -> Tag:
    for place in _MAIN:
        found = soup.select(place)
        if len(found) == 1 and text_of(found[0]):
            return found[0]
    return soup


def _is_furniture(tag: Tag) -> bool:
    """By its name, where it is short or mostly links; never what holds a heading and text."""
    if tag.name in ("h1", "h2", "h3", "table", "pre", "p", "li", "a", "body", "article", "main"):
        return False
    if not _PERHAPS.search(f"{attribute(tag, 'class')} {attribute(tag, 'id')}"):
        return False
    words = len(text_of(tag))
    linked = sum(len(text_of(link)) for link in tag.find_all("a"))
    return linked > _OF_LINKS * words or (words < _SHORT and tag.find(["h1", "pre"]) is None)
