"""Help centers of other services, against stand-ins on loopback shaped by their documentation."""

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from assistant.adapters.web import GuardedWeb
from assistant.domain.article import Article
from assistant.errors import Refused, UnreadableSource
from assistant.knowledge.planning import SyncReport
from assistant.knowledge.sources.services.help_center import ServiceHelpCenter
from assistant.knowledge.sources.web_visitor import Bounds, Visitor
from assistant.ports.sources import WebResponse
from tests.unit.web_server import Asked, Shown, Site, serving

pytestmark = pytest.mark.slow

KEY = "me@shop.example/token:hunter2"


@pytest.fixture
def service() -> Iterator[Site]:
    with serving(Site()) as site:
        yield site


class Account:
    """Syncs of one account into one help center, without waiting."""

    def __init__(self, center: Any, site: Site) -> None:
        self.center, self.site, self.slept = center, site, list[float]()

    def remote(self, kind: str, *, path: str = "", key: str = KEY) -> ServiceHelpCenter:
        source = f"{kind}:{self.site.url}{path}"
        visitor = Visitor(
            source,
            web=GuardedWeb(allow_private=True),
            bounds=Bounds(pause_s=0),
            sleep=self.slept.append,
        )
        return ServiceHelpCenter(source, key=key, visitor=visitor, allow_plain=True)

    def sync(self, kind: str, *, path: str = "", key: str = KEY) -> SyncReport:
        remote = self.remote(kind, path=path, key=key)
        report: SyncReport = self.center.synchroniser.sync_remote(remote)
        assert not any("hunter2" in asked.path for asked in self.site.asked)
        return report

    def articles(self) -> dict[str, Article]:
        """By id, without the account's host."""
        host = self.site.url.removeprefix("http://") + "/"
        found = [self.center.store.article(card.id) for card in self.center.store.articles()]
        return {article.id.removeprefix(host): article for article in found}


@pytest.fixture
def account(center: Any, service: Site) -> Account:
    return Account(center, service)


def shown(content: Any, status: int = 200, **headers: str) -> Shown:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Shown(json.dumps(content), status, {"Content-Type": "application/json", **named})


def asked_for(asked: Asked, name: str) -> str:
    return parse_qs(urlsplit(asked.path).query).get(name, [""])[0]


# -- Zendesk Guide

GUIDE = "/api/v2/help_center/articles.json"


def guide_article(id: int, **changes: Any) -> dict[str, Any]:
    english = {
        "locale": "en-us",
        "title": f"Title {id}",
        "body": f"<p>Words of <b>{id}</b>. <a href='/hc/x'>More</a></p>",
        "draft": False,
        "html_url": f"https://shop.example/hc/en-us/articles/{id}-Title",
        "updated_at": "2026-03-04T05:06:07Z",
    }
    french = {**english, "locale": "fr", "title": f"Titre {id}", "body": "<p>Des mots.</p>"}
    french["html_url"] = f"https://shop.example/hc/fr/articles/{id}-Titre"
    own = {"id": id, **english, "source_locale": "en-us", "label_names": ["gift"]}
    return {**own, "user_segment_id": None, "translations": [english, french], **changes}


def guide(*articles: dict[str, Any], following: str = "") -> Shown:
    links = {"next": following or None}
    return shown({"articles": articles, "meta": {"has_more": bool(following)}, "links": links})


def test_zendesk_pages_translations_and_what_is_not_public(account: Account, service: Site) -> None:
    draft = guide_article(3, draft=True)
    closed = guide_article(4, user_segment_id=77)

    def pages(asked: Asked) -> Shown:
        if asked_for(asked, "page[after]") == "x":
            return guide(guide_article(2), draft, closed)
        return guide(guide_article(1), following=f"{service.url}{GUIDE}?page[after]=x")

    service.pages[GUIDE] = pages
    report = account.sync("zendesk")
    articles = account.articles()
    assert set(articles) == {"1/en-us", "1/fr", "2/en-us", "2/fr"}
    english, french = articles["1/en-us"], articles["1/fr"]
    assert (english.title, english.locale, english.body) == (
        "Title 1",
        "en",
        "Words of **1**. [More](https://shop.example/hc/x)",
    )
    assert english.url == "https://shop.example/hc/en-us/articles/1-Title"
    assert (english.tags, str(english.updated)) == (("gift",), "2026-03-04")
    assert (french.locale, french.translation_of) == ("fr", english.id)
    reasons = [entry.reason for entry in report.passed_over]
    assert reasons == ["it is a draft"] * 2 + ["it is not for everybody"] * 2
    [sent] = {asked.headers["authorization"] for asked in service.asked}
    assert b64decode(sent.removeprefix("Basic ")).decode() == KEY
    assert account.sync("zendesk").unchanged == 4


def test_zendesk_without_a_key_is_asked_for_what_is_public(account: Account, service: Site) -> None:
    article = guide_article(1)
    del article["translations"]
    service.pages[GUIDE] = guide(article)
    account.sync("zendesk", key="")
    assert set(account.articles()) == {"1/en-us"}
    assert all("authorization" not in asked.headers for asked in service.asked)


def test_translations_that_are_not_sent_along_are_asked_for(
    account: Account, service: Site
) -> None:
    article = guide_article(1)
    translations = article.pop("translations")
    service.pages[GUIDE] = guide(article)
    path = "/api/v2/help_center/articles/1/translations.json"
    service.pages[path] = shown({"translations": translations})
    account.sync("zendesk")
    assert set(account.articles()) == {"1/en-us", "1/fr"}


def test_a_key_never_goes_to_another_host(account: Account, service: Site) -> None:
    service.pages[GUIDE] = guide(guide_article(1), following="http://localhost:1/x")
    with pytest.raises(Refused, match="another host"):
        account.sync("zendesk")
    assert account.articles() == {}


# -- Intercom


def test_intercom_pages_and_translations(account: Account, service: Site) -> None:
    def article(id: int, **changes: Any) -> dict[str, Any]:
        content = {
            "title": f"Pay {id}",
            "body": "<p>By card.</p>",
            "state": "published",
            "url": f"https://help.example/en/articles/{id}-pay",
            "updated_at": 1_772_600_000,
        }
        french = {**content, "title": "Payer", "body": "<p>Par carte.</p>", "type": "x"}
        told = {"type": "article_translated_content", "fr": french, "de": {"body": None}}
        return {
            "id": str(id),
            **content,
            "default_locale": "en",
            "translated_content": told,
        } | changes

    def pages(asked: Asked) -> Shown:
        number = int(asked_for(asked, "page"))
        found = [article(number)] if number < 2 else [article(2), article(3, state="draft")]
        return shown({"type": "list", "pages": {"page": number, "total_pages": 2}, "data": found})

    service.pages["/articles"] = pages
    report = account.sync("intercom", key="hunter2")
    articles = account.articles()
    assert set(articles) == {"1/en", "1/fr", "2/en", "2/fr", "3/fr"}
    assert articles["1/fr"].translation_of == articles["1/en"].id
    assert (articles["1/en"].body, str(articles["1/en"].updated)) == ("By card.", "2026-03-04")
    assert [entry.reason for entry in report.passed_over] == ["it is a draft"]
    assert service.asked[0].headers["authorization"] == "Bearer hunter2"
    assert service.asked[0].headers["intercom-version"]


# -- Freshdesk


def test_freshdesk_folders_translations_and_what_is_not_public(
    account: Account, service: Site
) -> None:
    def article(id: int, **changes: Any) -> dict[str, Any]:
        own = {"title": f"Return {id}", "description": "<p>Within 30 days.</p>", "status": 2}
        return {"id": id, **own, "tags": ["a"], "updated_at": "2026-03-04T05:06:07Z"} | changes

    many = [article(id) for id in range(100, 200)]

    def listed(asked: Asked) -> Shown:
        return shown(
            many if asked_for(asked, "page") == "1" else [article(1), article(2, status=1)]
        )

    api = "/api/v2/solutions"
    service.pages = {
        "/api/v2/settings/helpdesk": shown(
            {"primary_language": "en", "supported_languages": ["fr"]}
        ),
        f"{api}/categories": shown([{"id": 5, "name": "Shop"}]),
        f"{api}/categories/5/folders": shown(
            [{"id": 6, "visibility": 1}, {"id": 7, "visibility": 3}]
        ),
        f"{api}/folders/6/articles": listed,
        f"{api}/folders/7/articles": shown([article(3)]),
        f"{api}/articles/1/fr": shown(article(1, title="Retour", description="<p>30 jours.</p>")),
    }
    report = account.sync("freshdesk", key="hunter2")
    articles = account.articles()
    assert len(articles) == 102
    assert articles["1/fr"].translation_of == articles["1/en"].id
    assert articles["1/fr"].url == f"{service.url}/fr/support/solutions/articles/1"
    reasons = [entry.reason for entry in report.passed_over]
    assert reasons == ["it is a draft", "it is not for everybody"]
    sent = service.asked[0].headers["authorization"].removeprefix("Basic ")
    assert b64decode(sent) == b"hunter2:X"


# -- Chatwoot


def test_chatwoot_portals_in_each_language(account: Account, service: Site) -> None:
    def article(id: int, **changes: Any) -> dict[str, Any]:
        own = {"title": f"Pay {id}", "content": "By **card**.\n\n- or bill", "status": "published"}
        return {"id": id, **own, "slug": f"pay-{id}", "updated_at": 1_772_600_000} | changes

    def listed(asked: Asked) -> Shown:
        if asked_for(asked, "locale") == "fr":
            found = [article(9, title="Payer", content="Par **carte** : {{ price }}")]
        elif asked_for(asked, "page") == "1":
            found = [article(1, associated_articles=[{"id": 9}])]
        else:
            found = [article(2, status="draft")]
        count = 1 if asked_for(asked, "locale") == "fr" else 2
        return shown({"payload": found, "meta": {"articles_count": count}})

    api = "/api/v1/accounts/4/portals/shop"
    locales = [{"code": "en"}, {"code": "fr"}]
    service.pages = {
        api: shown({"slug": "shop", "config": {"allowed_locales": locales}}),
        f"{api}/articles": listed,
    }
    report = account.sync("chatwoot", path="/4/shop", key="hunter2")
    articles = account.articles()
    assert set(articles) == {"1", "9"}
    assert articles["1"].body == "By **card**.\n\n- or bill"
    assert articles["1"].url == f"{service.url}/hc/shop/articles/pay-1"
    assert (articles["9"].locale, articles["9"].translation_of) == ("fr", articles["1"].id)
    assert [entry.path for entry in report.noticed] == [f"{service.url}/hc/shop/articles/pay-9"]
    assert len(report.passed_over) == 1
    assert service.asked[0].headers["api_access_token"] == "hunter2"


# -- all of them


def test_a_busy_service_is_given_the_time_that_it_asks_for(account: Account, service: Site) -> None:
    def busy(asked: Asked) -> Shown:
        limits = [
            shown({}, 429, Retry_After="9"),
            shown({}, 429, Date="Wed, 04 Mar 2026 05:00:00 GMT", X_RateLimit_Reset="1772600417"),
        ]
        number = len(service.asked)
        return limits[number - 1] if number <= 2 else guide(guide_article(1))

    service.pages[GUIDE] = busy
    assert account.sync("zendesk").added == 2
    assert 9.0 in account.slept
    assert any(10 < slept <= 120 for slept in account.slept)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (shown({}, 401), "check ASSISTANT_ZENDESK_KEY"),
        (shown({}, 403), "check ASSISTANT_ZENDESK_KEY"),
        (shown({}, 404), "check the name of the account"),
        (shown({}, 500), "status 500"),
        (Shown("<html>"), "answers no JSON"),
        (shown({}, 302, Location="http://127.0.0.1:1/"), "status 302"),
    ],
)
def test_a_service_that_cannot_be_read_is_named_and_withdraws_nothing(
    account: Account, service: Site, answer: Shown, said: str
) -> None:
    service.pages[GUIDE] = guide(guide_article(1))
    account.sync("zendesk")
    service.pages[GUIDE] = answer
    with pytest.raises(Refused, match=said) as refused:
        account.sync("zendesk")
    assert "hunter2" not in str(refused.value)
    assert len(account.articles()) == 2


def test_an_article_that_cannot_be_read_is_named_and_the_rest_goes_on(
    account: Account, service: Site
) -> None:
    empty = guide_article(2)
    empty["translations"] = [{**empty["translations"][0], "body": "<p> </p>"}]
    service.pages[GUIDE] = guide(empty, guide_article(1))
    report = account.sync("zendesk")
    (refused,) = report.refused
    assert isinstance(refused, UnreadableSource)
    assert "empty" in refused.reason
    assert report.added == 2


@pytest.mark.parametrize(
    ("source", "key", "said"),
    [
        ("intercom:", "", "set ASSISTANT_INTERCOM_KEY"),
        ("zendesk:", "k", "zendesk:example.zendesk.com"),
        ("zendesk:http://shop.zendesk.com", "k", "unencrypted"),
        ("zendesk:https://me:word@shop.zendesk.com", "k", "take them out"),
        ("chatwoot:app.chatwoot.com", "k", "ACCOUNT/PORTAL"),
    ],
)
def test_a_name_that_cannot_work_is_told_before_anything_is_sent(
    source: str, key: str, said: str
) -> None:
    visitor = Visitor(source, web=GuardedWeb(allow_private=False), bounds=Bounds())
    with pytest.raises(Refused, match=said) as refused:
        ServiceHelpCenter(source, key=key, visitor=visitor)
    assert "word@" not in str(refused.value)


@pytest.mark.parametrize(
    ("kind", "path"),
    [("zendesk", ""), ("intercom", ""), ("freshdesk", ""), ("chatwoot", "/4/shop")],
)
@pytest.mark.parametrize("content", [{}, [], None, "maintenance", {"articles": None, "data": 1}])
def test_an_answer_without_its_list_is_no_empty_help_center(
    account: Account, service: Site, kind: str, path: str, content: Any
) -> None:
    """What is half readable withdraws nothing, be it the last of many pages."""

    class Everywhere(dict[str, Any]):
        def get(self, path: str, default: Any = None) -> Any:
            return shown(content)

    service.pages = Everywhere()
    if (kind, content) == ("freshdesk", []):
        assert account.sync(kind, path=path).added == 0
    else:
        with pytest.raises(Refused, match="no list of"):
            account.sync(kind, path=path)


def test_pages_that_lead_in_a_circle_end(account: Account, service: Site) -> None:
    service.pages[GUIDE] = guide(guide_article(1), following=f"{service.url}{GUIDE}?page[after]=x")
    with pytest.raises(Refused, match="circle"):
        account.sync("zendesk")
    assert len(service.asked) == 2


def test_a_key_never_goes_unencrypted_where_the_account_is_encrypted(center: Any) -> None:
    asked: list[str] = []

    class Web:
        def get(self, url: str, *, headers: Any, most: int) -> WebResponse:
            asked.append(url)
            body = {"articles": [], "meta": {"has_more": True}}
            links = {"next": "http://shop.zendesk.com/next"}
            return WebResponse(200, {}, json.dumps({**body, "links": links}).encode())

    visitor = Visitor("zendesk:", web=Web(), bounds=Bounds(pause_s=0))
    remote = ServiceHelpCenter("zendesk:shop.zendesk.com", key=KEY, visitor=visitor)
    with pytest.raises(Refused, match="not encrypted"):
        center.synchroniser.sync_remote(remote)
    assert [url.partition(":")[0] for url in asked] == ["https"]
