"""The vector index follows the store, whoever wrote to it."""

from __future__ import annotations

import logging
import time
from typing import Any

import numpy as np
import pytest

from assistant.domain.article import Article
from assistant.errors import IndexUnavailable
from assistant.knowledge.index import IndexFollower
from assistant.testing import FakeEmbedder, InMemoryVectorIndex

pytestmark = pytest.mark.slow

ARTICLE = Article("quux", "Quux", "en", "A quux is blue.", slug="quux")


def wait_until(true: Any) -> None:
    deadline = time.monotonic() + 30
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.005)


def test_a_shop_in_agreement_needs_nothing(shop: Any) -> None:
    assert shop.follower.compare() == []
    assert not shop.follower.behind()
    assert shop.follower.catch_up() == shop.follower.catch_up(always=True) == []


def test_what_is_missing_is_added_from_the_store_without_encoding(shop: Any) -> None:
    gone = sorted(shop.store.fingerprints("en"))[:3]
    shop.index.remove("en", gone)
    (difference,) = shop.follower.compare()
    assert (difference.locale, difference.missing, difference.surplus) == ("en", tuple(gone), ())
    progress: list[int] = []
    assert shop.follower.catch_up(always=True, progress=progress.append) == [difference]
    assert sum(progress) == 3
    assert shop.follower.compare() == []
    assert shop.embedder.embedded == []


def test_what_was_just_published_is_no_disagreement(shop: Any) -> None:
    shop.synchroniser.sync_articles([ARTICLE], _report("more"))
    assert shop.follower.disagreements() == []
    shop.index.remove("en", sorted(shop.store.fingerprints("en"))[:2])
    (difference,) = shop.follower.disagreements()
    assert (len(difference.missing), difference.surplus) == (2, ())


def test_what_is_surplus_goes_whatever_its_language(shop: Any) -> None:
    shop.index.add("fr", ["nobody's"], shop.embedder.embed(["x"]))
    shop.index.add("de", ["niemandes"], shop.embedder.embed(["y"]))
    mended = shop.follower.catch_up(always=True)
    assert {(found.locale, found.surplus) for found in mended} == {
        ("fr", ("nobody's",)), ("de", ("niemandes",)),
    }  # fmt: skip
    assert shop.follower.compare() == []


def test_a_change_of_the_store_is_followed_and_a_second_look_is_cheap(shop: Any) -> None:
    shop.synchroniser.sync_articles([ARTICLE], _report("more"))
    assert shop.follower.behind()
    assert len(shop.follower.catch_up()) == 1
    assert not shop.follower.behind()
    shop.store.withdraw(["quux"])
    (difference,) = shop.follower.catch_up()
    assert difference.surplus
    assert not difference.missing


def test_an_index_that_was_deleted_is_made_anew(shop: Any) -> None:
    fresh = InMemoryVectorIndex()
    follower = IndexFollower(store=shop.store, index=fresh, embedder=shop.embedder)
    follower.catch_up()
    for locale in ("en", "fr"):
        assert fresh.fingerprints(locale) == shop.store.fingerprints(locale)
    assert shop.embedder.embedded == []


def test_another_encoder_makes_its_own_vectors_and_keeps_them(shop: Any) -> None:
    other, fresh = FakeEmbedder(dimensions=32), InMemoryVectorIndex()
    IndexFollower(store=shop.store, index=fresh, embedder=other).catch_up()
    assert len(other.embedded) == len(set(other.embedded)) > 0
    names = shop.store.fingerprints("en")
    kept = shop.store.vectors(other.name, names)
    assert kept.keys() == names
    assert all(np.asarray(vector).shape == (32,) for vector in kept.values())


def test_an_index_that_fails_is_not_called_up_to_date(shop: Any) -> None:
    shop.synchroniser.sync_articles([ARTICLE], _report("more"))

    def broken(*args: Any) -> None:
        raise IndexUnavailable("gone")

    shop.index.add = broken
    with pytest.raises(IndexUnavailable):
        shop.follower.catch_up()
    del shop.index.add
    assert shop.follower.behind()
    shop.follower.catch_up()
    assert shop.follower.compare() == []


def test_a_thread_follows_until_it_is_stopped(shop: Any) -> None:
    shop.follower.start(every_s=0.005)
    shop.synchroniser.sync_articles([ARTICLE], _report("more"))
    wait_until(lambda: not shop.follower.behind())
    shop.follower.stop()
    shop.store.withdraw(["quux"])
    time.sleep(0.03)
    assert shop.follower.behind()


def test_the_thread_survives_an_index_that_is_away(shop: Any, caplog: Any) -> None:
    with caplog.at_level(logging.ERROR):
        shop.index.available = False
        shop.follower.start(every_s=0.005)
        wait_until(lambda: "index.behind" in caplog.text)
        shop.index.available = True
        shop.synchroniser.sync_articles([ARTICLE], _report("more"))
        wait_until(lambda: not shop.follower.behind())
    shop.follower.stop()


def test_stopping_what_never_started_is_harmless(shop: Any) -> None:
    shop.follower.stop()
    shop.follower.stop()


def _report(source: str) -> Any:
    from assistant.knowledge.planning import SyncReport

    return SyncReport(source=source)
