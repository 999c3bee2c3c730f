"""The contract of the memory of what was fetched."""

from __future__ import annotations

from dataclasses import replace

from assistant.ports.sources import RememberedPage, SourceStore

PAGE = RememberedPage(
    "https://shop.example/a", '"e1"', "Mon, 02 Mar 2026", {"title": "Été", "n": 1}
)


class SourceStoreContract:
    """Give the fixture `store`, an empty one."""

    def test_a_page_is_remembered_as_it_was_the_last_time(self, store: SourceStore) -> None:
        assert store.remembered_pages("site") == {}
        store.remember_page("site", PAGE)
        newer = replace(PAGE, etag='"e2"', content={"links": ["b"]})
        store.remember_page("site", newer)
        assert store.remembered_pages("site") == {PAGE.url: newer}

    def test_sources_remember_apart(self, store: SourceStore) -> None:
        other = replace(PAGE, etag="")
        store.remember_page("one", PAGE)
        store.remember_page("two", other)
        store.forget_pages("one", [PAGE.url, "https://shop.example/never"])
        assert store.remembered_pages("one") == {}
        assert store.remembered_pages("two") == {PAGE.url: other}
