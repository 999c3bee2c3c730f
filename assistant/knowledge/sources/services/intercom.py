"""Intercom: articles with their translations, through the REST API.

https://developers.intercom.com/docs/references/rest-api/api.intercom.io/articles
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from assistant.knowledge.sources.services.account import Account, told
from assistant.knowledge.sources.services.entry import Entry, count, day, text

VERSION = {"Intercom-Version": "2.11"}
_AT_ONCE = 50


def intercom_articles(account: Account, host: str) -> Iterator[Entry]:
    """Each article in each language."""
    number = 1
    while True:
        found = account.get("articles", {"page": number, "per_page": _AT_ONCE})
        for article in account.listed(found, "data"):
            yield from _in_each_language(article, host)
        if number >= count(told(found, "pages", "total_pages")):
            return
        number += 1


def _in_each_language(article: Mapping[str, Any], host: str) -> Iterator[Entry]:
    id, source = text(article, "id"), text(article, "default_locale") or "en"
    translated = article.get("translated_content")
    contents = {
        locale: content
        for locale, content in (translated if isinstance(translated, dict) else {}).items()
        if isinstance(content, dict) and content.get("body")
    }
    for locale, content in {source: article, **contents}.items():
        hidden = "" if text(content, "state") == "published" else "it is a draft"
        yield Entry(
            id=f"{host}/{id}/{locale}",
            title=text(content, "title"),
            text=text(content, "body"),
            locale=locale,
            url=text(content, "url"),
            updated=day(content.get("updated_at")),
            translation_of=f"{host}/{id}/{source}" if locale != source else None,
            hidden=hidden,
        )
