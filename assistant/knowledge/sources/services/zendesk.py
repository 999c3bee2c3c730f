"""Zendesk Guide: articles with their translations, through the Help Center API.

https://developer.zendesk.com/api-reference/help_center/help-center-api/articles/
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from assistant.errors import UnreadableSource
from assistant.knowledge.sources.services.account import Account, told
from assistant.knowledge.sources.services.entry import Entry, day, items, text, texts

_AT_ONCE = 100


def zendesk_articles(account: Account, host: str) -> Iterator[Entry]:
    """Each article in each language. Without a key only what the public reads is sent."""
    path = "api/v2/help_center/articles.json"
    found = account.get(path, {"page[size]": _AT_ONCE, "include": "translations"})
    asked: set[str] = set()
    while True:
        for article in account.listed(found, "articles"):
            yield from _in_each_language(article, account, host)
        following = str(told(found, "links", "next") or "")
        if not told(found, "meta", "has_more") or not following:
            return
        if following in asked:
            raise UnreadableSource(
                account.base, "its pages lead in a circle", remedy="try again later"
            )
        asked.add(following)
        found = account.get(following)


def _in_each_language(article: Mapping[str, Any], account: Account, host: str) -> Iterator[Entry]:
    id, source = text(article, "id"), text(article, "source_locale")
    restricted = article.get("user_segment_id") is not None
    for translation in _translations(article, account):
        locale = text(translation, "locale")
        draft = translation.get("draft") or article.get("draft")
        yield Entry(
            id=f"{host}/{id}/{locale}",
            title=text(translation, "title"),
            text=text(translation, "body"),
            locale=locale,
            url=text(translation, "html_url"),
            updated=day(translation.get("updated_at")),
            tags=texts(article.get("label_names")),
            translation_of=f"{host}/{id}/{source}" if locale != source else None,
            hidden="it is a draft" if draft else "it is not for everybody" if restricted else "",
        )


def _translations(article: Mapping[str, Any], account: Account) -> list[Mapping[str, Any]]:
    """As sent along; else asked for; else the article itself, as its own only one."""
    if sent := list(items(article, "translations")):
        return sent
    path = f"api/v2/help_center/articles/{text(article, 'id')}/translations.json"
    found = account.get(path) if account.headers else {}
    return list(items(found, "translations")) or [article]
