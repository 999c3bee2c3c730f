"""Search and articles, for everyone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import quote

import pytest
from fastapi.testclient import TestClient

from assistant.server.reading import excerpt
from tests.server.conftest import API, GIFT, ODD, World, hit_on


def test_a_search_tells_where_to_read(client: TestClient) -> None:
    response = client.get(f"{API}/search", params={"q": "return gift", "locale": "en"})
    results = response.json()["results"]
    assert response.status_code == 200
    assert [result["article_id"] for result in results] == [GIFT.id, "en/return-an-item"]
    assert set(results[0]) == {"article_id", "title", "url", "locale", "excerpt", "score"}
    assert results[0]["url"] == "/help/en/return-a-gift"
    assert results[0]["excerpt"].startswith("With the gift code you can return it yourself.")


def test_an_excerpt_is_words_without_marks() -> None:
    table = "## Cost\n\n| Paid by | Refund |\n|---|---|\n| *Card*. | On the <same> card |\n"
    found = hit_on(replace(GIFT, body=table))
    assert excerpt(found) == "Cost Paid by Refund Card. On the <same> card"
    long = excerpt(hit_on(replace(GIFT, body="word " * 100)))
    assert len(long) <= 241
    assert long.endswith("word…")
    assert excerpt(replace(found, hits=())) == ""


@pytest.mark.parametrize("locale", ["fr", "fr-CA", "FR"])
def test_a_search_takes_the_nearest_locale(client: TestClient, locale: str) -> None:
    results = client.get(f"{API}/search", params={"q": "cadeau", "locale": locale}).json()
    assert [result["locale"] for result in results["results"]] == ["fr"]


def test_a_search_without_a_locale_takes_the_browsers(client: TestClient) -> None:
    headers = {"Accept-Language": "fr-CH, fr;q=0.9, en;q=0.8"}
    response = client.get(f"{API}/search", params={"q": "cadeau"}, headers=headers)
    assert response.json()["results"][0]["locale"] == "fr"


@pytest.mark.parametrize(
    "query", [{}, {"q": ""}, {"q": "x" * 501}, {"q": "x", "limit": 0}, {"q": "x", "limit": "many"}]
)
def test_a_search_without_sense_is_refused(client: TestClient, query: dict[str, Any]) -> None:
    assert client.get(f"{API}/search", params=query).status_code == 422


def test_an_article_is_read_whole(client: TestClient) -> None:
    article = client.get(f"{API}/articles/{GIFT.id}").json()
    assert article["body"] == GIFT.body
    assert article["url"] == "/help/en/return-a-gift"
    assert '<a href="/help/en/return-an-item"' in article["html"]
    assert article["tags"] == ["returns", "gifts"]


def test_an_id_may_contain_any_character(client: TestClient) -> None:
    article = client.get(f"{API}/articles/{quote(ODD.id)}").json()
    assert article["id"] == ODD.id
    assert article["url"] == "https://shop.example/rabatt"


def test_what_is_not_published_is_not_there(world: World, client: TestClient) -> None:
    world.store.withdraw([GIFT.id])
    assert client.get(f"{API}/articles/{GIFT.id}").status_code == 404


def test_a_search_before_it_is_warm_waits(world: World, client: TestClient) -> None:
    world.readiness.ready = False
    done: list[int] = []

    def ask() -> None:
        done.append(client.get(f"{API}/search", params={"q": "gift"}).status_code)

    in_background(ask, until=lambda: setattr(world.readiness, "ready", True))
    assert done == [200]


def in_background(ask: Callable[[], None], *, until: Callable[[], None]) -> None:
    """`ask` must not return before `until` was called."""
    import threading
    import time

    thread = threading.Thread(target=ask)
    thread.start()
    time.sleep(0.2)
    assert thread.is_alive()
    until()
    thread.join(timeout=30)
    assert not thread.is_alive()
