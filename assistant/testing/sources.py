"""The contract of what is known of sources, and of the memory of what was fetched."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from assistant.errors import Refused
from assistant.ports.sources import RememberedPage, SourceState, SourceStore
from assistant.testing.samples import NOON, publish

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

    def test_sources_are_those_that_own_articles_or_were_synced(self, store: Any) -> None:
        publish(store, ["text"], article="one")
        publish(store, ["text"], article="two")
        store.keep_report("empty", {"added": 0}, problem="", dry_run=False)
        found = {state.name: state for state in store.sources()}
        assert found["shop"] == SourceState("shop", 2)
        assert found["empty"].articles == 0
        assert list(found) == ["empty", "shop"]

    def test_the_last_report_is_kept_and_a_trial_until_the_next_sync(self, store: Any) -> None:
        store.keep_report("shop", {"added": 1, "refused": []}, problem="", dry_run=False)
        store.keep_report("shop", {"added": 2}, problem="", dry_run=True)
        (state,) = store.sources()
        assert (state.report, state.trial) == ({"added": 1, "refused": []}, {"added": 2})
        store.keep_report("shop", None, problem="It is not there.", dry_run=False)
        (state,) = store.sources()
        assert (state.report, state.problem) == ({"added": 1, "refused": []}, "It is not there.")
        store.keep_report("shop", {"added": 3}, problem="", dry_run=False)
        (state,) = store.sources()
        assert (state.report, state.trial, state.problem) == ({"added": 3}, None, "")
        assert state.synced_at is not None

    def test_a_schedule_stays_whatever_is_synced(self, store: Any) -> None:
        store.schedule_source("shop", 24)
        store.keep_report("shop", {"added": 1}, problem="", dry_run=False)
        assert [state.every_hours for state in store.sources()] == [24]
        store.schedule_source("shop", None)
        assert [state.every_hours for state in store.sources()] == [None]

    def test_of_several_who_want_to_begin_one_does(self, store: Any) -> None:
        long_ago = NOON - timedelta(days=900)
        since = {"unless_since": long_ago, "failed_since": long_ago}
        assert store.begin_source("shop", **since) is False
        store.schedule_source("shop", 24)
        assert [store.begin_source("shop", **since) for _ in range(3)] == [True, False, False]

    def test_what_did_not_end_well_may_begin_again_before_its_time(self, store: Any) -> None:
        since = {"unless_since": NOON - timedelta(days=900), "failed_since": datetime.now(UTC)}
        store.schedule_source("shop", 24)
        assert store.begin_source("shop", **since) is True
        since["failed_since"] = datetime.now(UTC)
        assert store.begin_source("shop", **since) is True
        store.keep_report("shop", None, problem="It is not there.", dry_run=False)
        since["failed_since"] = datetime.now(UTC)
        assert store.begin_source("shop", **since) is True
        store.keep_report("shop", {"added": 1}, problem="", dry_run=False)
        since["failed_since"] = datetime.now(UTC)
        assert store.begin_source("shop", **since) is False

    def test_a_source_is_taken_down_with_all_that_is_known_of_it(self, store: Any) -> None:
        publish(store, ["text"], article="one")
        publish(store, ["text"], article="two")
        store.remember_page("shop", PAGE)
        store.schedule_source("shop", 24)
        assert store.take_down_source("shop") == 2
        assert store.articles() == []
        assert store.sources() == []
        assert store.remembered_pages("shop") == {}

    def test_what_was_taken_down_is_kept_out_until_a_sync_begins_anew(self, store: Any) -> None:
        store.take_down_source("shop")
        with pytest.raises(Refused):
            publish(store, ["text"], article="one")
        store.keep_report("shop", {"added": 1}, problem="", dry_run=False)
        assert store.sources() == []
        now = datetime.now(UTC)
        assert store.begin_source("shop", unless_since=now, failed_since=now) is False
        store.reopen_source("shop")
        publish(store, ["text"], article="one")
        assert [state.name for state in store.sources()] == ["shop"]
