"""Chatwoot: the articles of a portal in each of its languages, through the application API.

https://developers.chatwoot.com/api-reference/help-center
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from assistant.knowledge.sources.services.account import Account, told
from assistant.knowledge.sources.services.entry import Entry, count, day, items, text


def chatwoot_articles(account: Account, host: str) -> Iterator[Entry]:
    """`account.base` ends with the account's number and the portal's short name."""
    base = urlsplit(account.base)
    number, portal = [part for part in base.path.split("/") if part][-2:]
    root = base._replace(path="/").geturl()
    api = f"{root}api/v1/accounts/{number}/portals/{portal}"
    allowed = account.listed(told(account.get(api), "config"), "allowed_locales")
    locales = [text(locale, "code") for locale in allowed] or ["en"]
    entries: list[Entry] = []
    origin: dict[str, str] = {}
    for locale in locales:
        for article in _all(account, f"{api}/articles", locale):
            entry = _entry(article, f"{root}hc/{portal}/articles/", host=host, locale=locale)
            entries.append(entry)
            translations = items(article, "associated_articles")
            origin |= {f"{host}/{text(other, 'id')}": entry.id for other in translations}
    for entry in entries:
        yield replace(entry, translation_of=origin.get(entry.id))


def _all(account: Account, path: str, locale: str) -> Iterator[Mapping[str, Any]]:
    number, seen = 1, 0
    while True:
        found = account.get(path, {"page": number, "locale": locale})
        articles = account.listed(found, "payload")
        yield from articles
        seen += len(articles)
        total = count(told(found, "meta", "articles_count"))
        if not articles or (total and seen >= total):
            return
        number += 1


def _entry(article: Mapping[str, Any], pages: str, *, host: str, locale: str) -> Entry:
    slug = text(article, "slug")
    return Entry(
        id=f"{host}/{text(article, 'id')}",
        title=text(article, "title"),
        text=text(article, "content"),
        locale=locale,
        url=pages + slug if slug else "",
        updated=day(article.get("updated_at")),
        hidden="" if text(article, "status") == "published" else "it is a draft",
        is_markdown=True,
    )
