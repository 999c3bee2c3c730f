"""What search engines read of an article: schema.org as JSON-LD."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from assistant.domain.article import Article

_SECTION = re.compile(r"<h2[^>]*>(.*?)</h2>(.*?)(?=<h2|\Z)", re.DOTALL)
_TAG = re.compile(r"<[^>]*>")


def of_article(
    article: Article, *, html: str, url: str, trail: Sequence[tuple[str, str]]
) -> list[dict[str, Any]]:
    """The article and where it stands; `trail`: (name, address) from the help center to its topic.

    An article whose sections are questions is a FAQ, for its readers as for search engines.
    """
    return [_faq(html) or _plain(article, url), _breadcrumbs([*trail, (article.title, url)])]


def _faq(html: str) -> dict[str, Any] | None:
    asked = [
        {
            "@type": "Question",
            "name": _TAG.sub("", question).strip(),
            "acceptedAnswer": {"@type": "Answer", "text": answer.strip()},
        }
        for question, answer in _SECTION.findall(html)
        if _TAG.sub("", question).rstrip().endswith("?")
    ]
    return _typed("FAQPage", mainEntity=asked) if asked else None


def _plain(article: Article, url: str) -> dict[str, Any]:
    dated = {"dateModified": article.updated.isoformat()} if article.updated else {}
    return _typed(
        "Article", headline=article.title, inLanguage=article.locale, mainEntityOfPage=url, **dated
    )


def _breadcrumbs(trail: Sequence[tuple[str, str]]) -> dict[str, Any]:
    items = [
        {"@type": "ListItem", "position": place, "name": name, "item": url}
        for place, (name, url) in enumerate(trail, start=1)
    ]
    return _typed("BreadcrumbList", itemListElement=items)


def _typed(kind: str, **values: Any) -> dict[str, Any]:
    return {"@context": "https://schema.org", "@type": kind, **values}
