"""Sitemaps: the pages of a site as the site lists them."""

from __future__ import annotations

import zlib
from collections import deque
from collections.abc import Callable, Iterator
from xml.etree import ElementTree

from assistant.errors import UnreadableSource
from assistant.knowledge.sources.web_address import normal

_MOST_BYTES = 50 * 1024 * 1024
"""Unpacked, as the protocol of sitemaps has it."""
_MOST_MAPS, _DEEPEST = 200, 3
_ROOTS = (b"<urlset", b"<sitemapindex")
_TYPES = (b"<!DOCTYPE", b"<!ENTITY", b"<\0!\0D\0O\0", b"<\0!\0E\0N\0")
"""Also where every second byte is zero, as in UTF-16."""


def is_sitemap(url: str, body: bytes) -> bool:
    """Whether an address, or what it gave, is one."""
    head = body[:2000].removeprefix(b"\xef\xbb\xbf").lstrip()
    return url.lower().endswith((".xml", ".xml.gz")) or (
        head.startswith((b"<?xml", *_ROOTS)) and any(root in head for root in _ROOTS)
    )


def pages_of(url: str, body: bytes, fetch: Callable[[str], bytes]) -> Iterator[str]:
    """Addresses in order, those of the maps that it lists too. UnreadableSource where it is broken,
    or lists more than can be read: half a list would withdraw the other half.

    `fetch` gives another map.
    """
    waiting = deque([(url, 0)])
    seen = {url}
    while waiting:
        name, depth = waiting.popleft()
        tree = _parsed(name, body if name == url else fetch(name))
        # A picture's own "loc" is of another namespace.
        for entry in tree.iter(tree.tag.removesuffix(_name(tree)) + "loc"):
            found = normal((entry.text or "").strip(), base=name)
            if _name(tree) != "sitemapindex":
                yield from [found] if found else []
            elif found and found not in seen:
                if depth == _DEEPEST or len(seen) > _MOST_MAPS:
                    raise _too_many(url)
                seen.add(found)
                waiting.append((found, depth + 1))


def _too_many(url: str) -> UnreadableSource:
    return UnreadableSource(
        url,
        f"it leads to more than {_MOST_MAPS} sitemaps, or deeper than {_DEEPEST} of them",
        remedy="name one of those that it lists",
    )


def _name(element: ElementTree.Element) -> str:
    return element.tag.rpartition("}")[2]


def _parsed(url: str, body: bytes) -> ElementTree.Element:
    text = _unpacked(url, body)
    if any(mark in text for mark in _TYPES):
        raise UnreadableSource(
            url, "it defines entities, which no sitemap does", remedy="name a start page instead"
        )
    try:
        return ElementTree.fromstring(text)
    except ElementTree.ParseError as error:
        raise UnreadableSource(
            url, f"it is no sitemap ({error})", remedy="name a start page instead"
        ) from error


def _unpacked(url: str, body: bytes) -> bytes:
    if not body.startswith(b"\x1f\x8b"):
        return body
    unpacker = zlib.decompressobj(wbits=31)
    try:
        text = unpacker.decompress(body, _MOST_BYTES)
    except zlib.error as error:
        raise UnreadableSource(url, "it is damaged", remedy="name a start page instead") from error
    if unpacker.unconsumed_tail:
        raise UnreadableSource(
            url,
            f"it unpacks to more than {_MOST_BYTES // 1024 // 1024} MB",
            remedy="split it, as the protocol of sitemaps asks for",
        )
    return text
