"""The public help center, as a reader sees it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from html import escape
from typing import Any
from urllib.parse import quote
from xml.etree import ElementTree

import pytest
from fastapi.testclient import TestClient

from assistant.domain.article import Article, ArticleCard
from assistant.errors import UnknownThing
from assistant.knowledge.reader import read_source
from assistant.knowledge.splitter import split
from assistant.resources import shipped
from assistant.server import reading
from assistant.server.catalogue import Catalogue
from assistant.server.reading import anchors_in, with_anchors
from tests.server.conftest import GIFT, ITEM, ODD, World, _publish


@pytest.mark.parametrize(
    ("path", "headers", "language"),
    [
        ("/help", {}, "en"),
        ("/help", {"Accept-Language": "fr"}, "fr"),
        ("/help", {"Accept-Language": "xx, fr;q=0.5, en;q=0.1"}, "fr"),
        ("/help", {"Accept-Language": ";;;q=,,q=x"}, "en"),
        ("/help?locale=fr", {"Accept-Language": "en"}, "fr"),
        ("/help?locale=zz", {"Accept-Language": "fr"}, "fr"),
        ("/help/fr", {"Accept-Language": "en"}, "fr"),
    ],
)
def test_the_reader_gets_their_language(
    client: TestClient, path: str, headers: dict[str, str], language: str
) -> None:
    page = client.get(path, headers=headers)
    assert page.status_code == 200
    assert f'<html lang="{language}">' in page.text
    assert ("Retourner un cadeau" in page.text) == (language == "fr")


def test_articles_stand_under_their_first_tag(client: TestClient) -> None:
    page = client.get("/help/en").text
    assert re.findall(r"<h2[^>]*>(.*?)</h2>", page) == ["Returns", "Still a question?"]
    assert 'href="/help/en/return-a-gift"' in page


def test_a_language_that_we_do_not_write_keeps_its_own_mark(client: TestClient) -> None:
    page = client.get("/help/de", headers={"Accept-Language": "fr"}).text
    assert '<html lang="fr">' in page
    assert 'lang="de"' in page
    assert f'href="/help/de/{quote(ODD.id)}"' in page


def test_an_article_has_anchors_links_and_a_canonical_address(client: TestClient) -> None:
    page = client.get("/help/en/return-a-gift").text
    assert "<h1>Return a gift</h1>" in page
    assert '<h2 id="what-you-get-back">' in page
    assert '<h2 id="what-you-get-back-1">' in page
    assert 'href="/help/en/return-an-item"' in page
    assert '<link rel="canonical" href="http://testserver/help/en/return-a-gift">' in page
    assert 'hreflang="fr" href="http://testserver/help/fr/retourner-un-cadeau"' in page


def test_a_translation_leads_back_to_the_original(client: TestClient) -> None:
    assert "/help/en/return-a-gift" in client.get("/help/fr/retourner-un-cadeau").text


def test_an_article_from_elsewhere_names_its_own_address(client: TestClient) -> None:
    page = client.get(f"/help/de/{quote(ODD.id)}").text
    assert '<link rel="canonical" href="https://shop.example/rabatt">' in page
    assert "alert(1)</script>" not in page
    assert 'href="javascript:' not in page


def test_a_search_shows_what_it_found(client: TestClient) -> None:
    page = client.get("/help/en", params={"q": "gift"}).text
    assert "1 article for" in page
    assert "With the gift code" in page


def test_a_search_that_finds_nothing_says_what_to_do(client: TestClient) -> None:
    page = client.get("/help/en", params={"q": "<b>zeppelin</b>"}).text
    assert "Nothing found for" in page
    assert "&lt;b&gt;zeppelin" in page


def test_an_empty_help_center_says_how_to_fill_it(make_world: Callable[..., World]) -> None:
    with make_world(articles=()).client() as client:
        page = client.get("/help", headers={"Accept-Language": "fr"})
        assert page.status_code == 200
        assert '<html lang="fr">' in page.text
        assert "assistant sync" in page.text
        assert client.get("/help/en").status_code == 404


@pytest.mark.parametrize("path", ["/help/en/nothing", "/help/xx", "/help/fr/return-a-gift"])
def test_what_is_not_there_is_404(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_who_misses_an_article_can_search_ask_and_read_another(client: TestClient) -> None:
    browser = {"Accept": "text/html", "Accept-Language": "fr"}
    missing = client.get("/help/en/nothing", headers=browser)
    assert missing.status_code == 404
    assert '<html lang="en">' in missing.text
    assert '<meta name="robots" content="noindex">' in missing.text
    assert 'role="search" action="/help/en"' in missing.text
    assert 'href="/help/en/return-a-gift"' in missing.text
    assert "data-open" in missing.text


def test_what_is_published_shows_at_once(world: World, client: TestClient) -> None:
    assert client.get("/help/en/return-late").status_code == 404
    _publish(world.store, replace(GIFT, id="en/late", slug="return-late", title="Return late"))
    assert client.get("/help/en/return-late").status_code == 200
    assert "Return late" in client.get("/help/en").text


def test_a_slug_goes_before_an_id() -> None:
    by_id = ArticleCard("gift", "By id", "en", "present")
    by_slug = ArticleCard("other", "By slug", "en", "gift")
    without_slug = ArticleCard("plain", "Plain", "en", "")
    catalogue = Catalogue([by_id, by_slug, without_slug])
    assert catalogue.find("en", "gift") is by_slug
    assert catalogue.find("en", "present") is by_id
    assert catalogue.find("en", "other") is by_slug
    assert catalogue.find("en", "plain") is without_slug
    with pytest.raises(UnknownThing):
        catalogue.find("fr", "gift")


def test_topics_are_in_order_and_the_rest_comes_last() -> None:
    cards = [
        ArticleCard("1", "A", "en", ""),
        ArticleCard("2", "B", "en", "", tags=("zebra", "apple")),
        ArticleCard("3", "C", "en", "", tags=("Apple",)),
    ]
    assert [topic.tag for topic in Catalogue(cards).topics("en")] == ["Apple", "zebra", None]


def test_an_accent_moves_no_title_and_no_topic_to_the_end() -> None:
    titles = ["Échanger un article", "Frais de retour", "Articles non repris"]
    cards = [ArticleCard(title, title, "fr", "", tags=("sécurité",)) for title in titles]
    (topic, other) = Catalogue(
        [*cards, ArticleCard("4", "A", "fr", "", tags=("showroom",))]
    ).topics("fr")
    assert (topic.tag, other.tag) == ("sécurité", "showroom")
    shown = [card.title for card in topic.articles]
    assert shown == ["Articles non repris", "Échanger un article", "Frais de retour"]


def test_every_section_that_is_cited_is_on_its_page(world: World, client: TestClient) -> None:
    strange = (
        "# A\n\ntext\n\n> ## A\n> text\n\nA\n-\n\ntext\n\n### `b` *c* [d](x.md) &amp; é\n\ntext\n"
    )
    records = read_source(shipped("knowledge_base"))
    shop = [record for record in records if isinstance(record, Article)]
    assert len(shop) > 80
    for article in (*shop, replace(GIFT, body=strange)):
        passages = split(article, count_pieces=lambda text: len(text.split()), max_pieces=40)
        page = reading.article_html(world.assistant.library, article)
        found = set(re.findall(r'<h\d id="([^"]*)"', page))
        wanted = {escape(passage.anchor) for passage in passages if passage.anchor}
        assert wanted <= found, article.id


def test_headings_in_quotes_and_lists_count_for_anchors_too() -> None:
    body = "# `One` [two](x.md)\n\n> ## Quoted\n\n- # Quoted\n\nThree\n-----\n"
    anchors = anchors_in(body)
    assert anchors == ["one-two", "quoted", "quoted-1", "three"]
    html = with_anchors("<h1>One two</h1><h2>Quoted</h2>", anchors)
    assert html == '<h1 id="one-two">One two</h1><h2 id="quoted">Quoted</h2>'


# -- an article's page


def test_an_article_tells_where_it_stands_and_what_is_near(client: TestClient) -> None:
    page = client.get("/help/en/return-a-gift").text
    assert 'href="http://testserver/help/en#topic-returns">Returns</a>' in page
    assert 'id="topic-returns"' in client.get("/help/en").text
    related = page[page.index('id="related"') :]
    assert 'href="/help/en/return-an-item"' in related


def test_the_language_switch_leads_to_the_translation(client: TestClient) -> None:
    switch = r'href="([^"]*)" lang="fr" hreflang="fr"'
    page = client.get("/help/en/return-a-gift").text
    assert re.findall(switch, page)[0] == "/help/fr/retourner-un-cadeau"
    assert re.findall(switch, client.get("/help/en/return-an-item").text)[0] == "/help/fr"


def test_a_long_article_has_a_table_of_contents(
    make_world: Callable[..., World],
) -> None:
    body = "Words.\n\n## One `a`\n\nx\n\n### Deeper\n\nx\n\n## Two\n\nx\n\n## [Three](x.md)\n\nx\n"
    with make_world(articles=(replace(GIFT, body=body),)).client() as client:
        page = client.get("/help/en/return-a-gift").text
    contents = page[page.index('class="contents"') : page.index("</nav>", page.index("contents"))]
    assert re.findall(r'href="#([^"]+)">([^<]+)<', contents) == [
        ("one-a", "One a"),
        ("two", "Two"),
        ("three", "Three"),
    ]


def test_search_engines_read_what_the_article_is(make_world: Callable[..., World]) -> None:
    asked = replace(
        GIFT, body="Words.\n\n## Does the giver know?\n\nNo, **never**.\n\n## Else\n\nx"
    )
    with make_world(articles=(asked, ITEM, ODD)).client() as client:
        faq, trail = linked_data(client.get("/help/en/return-a-gift").text)
        assert faq["@type"] == "FAQPage"
        assert [each["name"] for each in faq["mainEntity"]] == ["Does the giver know?"]
        assert "<strong>never</strong>" in faq["mainEntity"][0]["acceptedAnswer"]["text"]
        names = [each["name"] for each in trail["itemListElement"]]
        assert names == ["Help center", "Returns", "Return a gift"]
        assert linked_data(client.get("/help/en/return-an-item").text)[0]["@type"] == "Article"
        odd = client.get(f"/help/de/{quote(ODD.id)}").text
        assert "alert(1)</script>" not in odd


def test_what_is_shared_shows_its_opening_words(client: TestClient) -> None:
    page = client.get("/help/en/return-a-gift").text
    assert '<meta property="og:title" content="Return a gift – Help center">' in page
    assert '<meta property="og:description" content="With the gift code you can' in page
    assert '<meta property="og:url" content="http://testserver/help/en/return-a-gift">' in page


def test_what_is_shared_shows_the_logo_where_there_is_one(
    client: TestClient, make_world: Callable[..., World]
) -> None:
    logos = {"/logo.png": "http://testserver/logo.png", "https://x.example/l.png": None}
    for path in ("/help/en", "/help/en/return-a-gift"):
        assert "og:image" not in client.get(path).text
        for logo, address in logos.items():
            with make_world(logo_url=logo).client() as shop:
                page = shop.get(path).text
                assert f'<meta property="og:image" content="{address or logo}">' in page


def test_an_opinion_is_taken_without_scripts(world: World, client: TestClient) -> None:
    form = {"helpful": "false", "comment": " It does not say what it costs. "}
    path = "/help/en/return-a-gift/feedback"
    rated = client.post(path, data=form, follow_redirects=False)
    assert rated.headers["location"] == "/help/en/return-a-gift?rated=1#rated"
    page = client.get("/help/en/return-a-gift?rated=1").text
    assert "Thank you" in page
    assert 'name="helpful"' not in page
    assert client.post("/help/en/nothing/feedback", data=form).status_code == 404
    assert client.post(path, data={"helpful": "x"}).status_code == 422


def test_every_page_offers_a_way_to_ask(client: TestClient) -> None:
    for path in ("/help/en", "/help/en/return-a-gift", "/help/en?q=gift", "/help/en?q=zeppelin"):
        page = client.get(path).text
        assert 'href="/widget?locale=en" data-open' in page, path
        assert '<script src="/widget.js" async data-locale="en">' in page, path


def test_nothing_found_leads_on(client: TestClient) -> None:
    page = client.get("/help/en", params={"q": "zeppelin"}).text
    assert 'data-ask="zeppelin"' in page
    assert 'href="/help/en/return-a-gift"' in page


# -- for search engines


def test_the_sitemap_lists_every_article_with_its_translations(client: TestClient) -> None:
    response = client.get("/sitemap.xml")
    assert response.headers["content-type"].startswith("application/xml")
    tree = ElementTree.fromstring(response.text)
    listed = [each.text for each in tree.iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc")]
    assert listed == [
        "http://testserver/help/en/return-a-gift",
        "http://testserver/help/en/return-an-item",
        "http://testserver/help/fr/retourner-un-cadeau",
    ]
    links = [each.get("hreflang") for each in tree.iter("{http://www.w3.org/1999/xhtml}link")]
    assert links == ["en", "fr", "fr", "en"]


def test_addresses_for_search_engines_are_those_that_customers_know(
    make_world: Callable[..., World],
) -> None:
    with make_world(public_url="https://help.example.com").client() as client:
        assert "https://help.example.com/help/en/return-a-gift" in client.get("/sitemap.xml").text
        assert "Sitemap: https://help.example.com/sitemap.xml" in client.get("/robots.txt").text
        page = client.get("/help/en").text
        assert 'rel="canonical" href="https://help.example.com/help/en"' in page
        assert 'hreflang="x-default" href="https://help.example.com/help"' in page


def test_style_and_scripts_weigh_less_than_30_kib(client: TestClient) -> None:
    page = client.get("/help/en/return-a-gift").text
    paths = re.findall(r'(?:<script src|<link rel="stylesheet" href)="([^"]+)"', page)
    assert len(paths) == 5
    total = 0
    for path in paths:
        with client.stream("GET", path, headers={"Accept-Encoding": "gzip"}) as response:
            total += sum(len(part) for part in response.iter_raw())
    assert total <= 30 * 1024


def linked_data(page: str) -> list[Any]:
    found = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    return [json.loads(each) for each in found]
