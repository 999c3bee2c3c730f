"""Addresses of pages: one form for each, and which of them belong to a site."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import PurePosixPath
from urllib.parse import SplitResult, parse_qsl, quote, unquote, urlencode, urljoin, urlsplit

_TRACKING = re.compile(
    r"utm_\w+|fbclid|gclid|mc_[ce]id|ref|source|_ga|_hs\w+|phpsessid|jsessionid|session_?id",
    re.IGNORECASE,
)
_SESSION = re.compile(r";jsessionid=[^/;]*", re.IGNORECASE)
_PATH = "/%:@!$&'()*+,;=~"
_DEFAULT = {"http": 80, "https": 443}
_NOT_PAGES = re.compile(
    r"\.(?:png|jpe?g|gif|svg|webp|avif|ico|css|js|json|map|xml|rss|atom|zip|gz|tar|exe|dmg|mp[34]|webm"
    r"|mov|woff2?|ttf|eot|pdf|docx?|xlsx?|pptx?|csv|txt|md)$",
    re.IGNORECASE,
)


def normal(url: str, *, base: str = "") -> str:
    """The address in its one form, without fragment, marks of campaigns and of visits; "" for
    none."""
    try:
        parts = urlsplit(urljoin(base, url.strip()))
        port = parts.port
        path = quote(_SESSION.sub("", parts.path), safe=_PATH)
    except ValueError:
        return ""
    if parts.scheme not in _DEFAULT or not parts.hostname:
        return ""
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    netloc = host if port in (None, _DEFAULT[parts.scheme]) else f"{host}:{port}"
    kept = [pair for pair in parse_qsl(parts.query, keep_blank_values=True) if not _tracks(pair[0])]
    return SplitResult(parts.scheme, netloc, path or "/", urlencode(kept), "").geturl()


def _tracks(name: str) -> bool:
    return _TRACKING.fullmatch(name) is not None


@dataclass(frozen=True)
class Scope:
    """The pages of one host below one folder. http and https are one site."""

    host: str
    folder: str = "/"

    @classmethod
    def of(cls, url: str, *, whole_host: bool = False) -> Scope:
        """What a start page or a sitemap stands for."""
        parts = urlsplit(url)
        folder = "/" if whole_host else parts.path[: parts.path.rfind("/") + 1] or "/"
        return cls(_host(url), folder)

    def holds(self, url: str) -> bool:
        """Whether a page belongs to it; a picture or a file to load is no page."""
        return self.leads_to(url) and not _NOT_PAGES.search(urlsplit(url).path)

    def leads_to(self, url: str) -> bool:
        """Whether an address lies in it, of whatever kind."""
        return self.is_host_of(url) and (urlsplit(url).path + "/").startswith(self.folder)

    def is_host_of(self, url: str) -> bool:
        """Whether it lies on the same host."""
        return _host(url) == self.host


def _host(url: str) -> str:
    parts = urlsplit(url)
    port = parts.port
    own = port is None or port in _DEFAULT.values()
    return (parts.hostname or "") if own else f"{parts.hostname}:{port}"


def path_of(url: str) -> PurePosixPath:
    """Host, folders and page, from which ids and languages follow."""
    parts = urlsplit(url)
    inner = [part for part in unquote(parts.path).split("/") if part not in ("", ".", "..")]
    query = f"?{parts.query}" if parts.query else ""
    last = re.sub(r"\.(?:x?html?|php|aspx?)$", "", inner[-1], flags=re.I) if inner else "index"
    return PurePosixPath(_host(url), *inner[:-1], last + query)
