"""Freshdesk: solution articles with their translations, through API v2.

https://developers.freshdesk.com/api/#solutions
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from assistant.knowledge.sources.services.account import Account, NotThere, told
from assistant.knowledge.sources.services.entry import Entry, day, text, texts

_AT_ONCE = 100
_FOR_ALL, _PUBLISHED = 1, 2


def freshdesk_articles(account: Account, host: str) -> Iterator[Entry]:
    """Each article of each folder in each language of the portal."""
    said = account.get("api/v2/settings/helpdesk")
    source = str(told(said, "primary_language") or "en")
    others = [locale for locale in texts(told(said, "supported_languages")) if locale != source]
    for category in _all(account, "api/v2/solutions/categories"):
        for folder in _all(account, f"api/v2/solutions/categories/{text(category, 'id')}/folders"):
            for article in _all(account, f"api/v2/solutions/folders/{text(folder, 'id')}/articles"):
                yield _entry(article, folder, account=account, host=host, locale=source)
                for locale in others:
                    if translation := _translation(article, account, locale):
                        entry = _entry(
                            translation, folder, account=account, host=host, locale=locale
                        )
                        yield replace(
                            entry, translation_of=f"{host}/{text(article, 'id')}/{source}"
                        )


def _all(account: Account, path: str) -> Iterator[Mapping[str, Any]]:
    number = 1
    while True:
        found = account.listed(account.get(path, {"page": number, "per_page": _AT_ONCE}))
        yield from found
        if len(found) < _AT_ONCE:
            return
        number += 1


def _translation(
    article: Mapping[str, Any], account: Account, locale: str
) -> Mapping[str, Any] | None:
    try:
        found = account.get(f"api/v2/solutions/articles/{text(article, 'id')}/{locale}")
    except NotThere:
        return None  # It is not translated.
    return found if isinstance(found, dict) else None


def _entry(
    article: Mapping[str, Any],
    folder: Mapping[str, Any],
    *,
    account: Account,
    host: str,
    locale: str,
) -> Entry:
    id = text(article, "id")
    hidden = "" if article.get("status") == _PUBLISHED else "it is a draft"
    if folder.get("visibility") != _FOR_ALL:
        hidden = "it is not for everybody"
    return Entry(
        id=f"{host}/{id}/{locale}",
        title=text(article, "title"),
        text=text(article, "description"),
        locale=locale,
        url=f"{account.base}{locale}/support/solutions/articles/{id}",
        updated=day(article.get("updated_at")),
        tags=texts(article.get("tags")),
        hidden=hidden,
    )
