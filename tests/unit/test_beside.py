"""Beside the live help center a search finds what it would find once the article is published."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from assistant.adapters.sql.store import SqlStore
from assistant.domain.article import Article
from assistant.errors import UnknownThing
from assistant.knowledge.edition import edition_of
from assistant.knowledge.sync import Synchroniser, SyncReport
from assistant.retrieval.confidence import Calibration
from assistant.retrieval.search import Retrieval, Retriever
from assistant.testing.fakes import FakeEmbedder, InMemoryVectorIndex
from assistant.writing.beside import IndexBeside, StoreBeside, withdrawn

pytestmark = pytest.mark.slow

PARCEL = Article("en/parcel", "Where is my parcel", "en", "Follow it with the tracking number.")
GIFT = Article(
    "en/gift",
    "Gift wrapping",
    "en",
    "We wrap gifts.\n\n## Price\n\nIt costs 5 euros.",
    questions=("what does it cost to wrap", "is a present packed"),
)
LAMP = Article("en/lamp", "Bulbs", "en", "The lamp takes an E14 bulb.")
COLIS = Article("fr/colis", "Où est mon colis", "fr", "Suivez-le avec le numéro.")
QUESTIONS = [
    ("where is my parcel", "en"),
    ("what does gift wrapping cost", "en"),
    ("which bulb for the lamp", "en"),
    ("tracking numbr", "en"),
    ("is engraving posible", "en"),
    ("où est mon colis", "fr"),
    ("wo ist mein paket", "de"),
]
DRAFTS = [
    Article(
        "en/engraving", "Engraving", "en", "We engrave gifts.", questions=("is engraving free",)
    ),
    Article("en/gift", "Gift wrapping", "en", "Gifts are engraved now.\n\n## Price\n\nIt is free."),
    Article("en/lamp", "Suivre un colis", "fr", "Le numéro de suivi."),
    Article("de/paket", "Wo ist mein Paket", "de", "Mit der Nummer."),
]


@dataclass
class Shop:
    """A help center with its index."""

    store: SqlStore
    index: InMemoryVectorIndex
    embedder: FakeEmbedder

    def publish(self, *articles: Article) -> None:
        sync = Synchroniser(store=self.store, embedder=self.embedder)
        for article in articles:
            report = SyncReport(source=article.id)
            sync.sync_articles([article], report)
            assert not report.refused
        for locale in self.store.locales():
            wanted = self.store.fingerprints(locale)
            held = self.store.vectors(self.embedder.name, wanted)
            self.index.remove(locale, sorted(self.index.fingerprints(locale) - wanted))
            self.index.add(locale, list(held), np.stack(list(held.values())))

    def retriever(self, store: object, index: object) -> Retriever:
        return Retriever(
            store=store,  # type: ignore[arg-type]
            index=index,  # type: ignore[arg-type]
            embedder=self.embedder,
            calibration=Calibration.of(Path("nowhere")),
        )


@pytest.fixture
def shop(store: SqlStore) -> Shop:
    made = Shop(store, InMemoryVectorIndex(), FakeEmbedder())
    made.publish(PARCEL, GIFT, LAMP, COLIS)
    return made


def found(retriever: Retriever) -> list[Retrieval]:
    return [retriever.search(text, locale=locale) for text, locale in QUESTIONS]


def seen(retrieval: Retrieval) -> object:
    """All that an answer is made from, without the noise of floating point."""
    ranked = [
        (
            entry.article,
            round(entry.score, 5),
            {name: round(value, 5) for name, value in entry.signals.items()},
            [(hit.passage, round(hit.lexical, 5), round(hit.cosine, 5)) for hit in entry.hits],
        )
        for entry in retrieval.articles
    ]
    return ranked, round(retrieval.confidence, 5), retrieval.corrections


@pytest.mark.parametrize("draft", DRAFTS, ids=lambda draft: f"{draft.id}-{draft.locale}")
def test_it_finds_what_it_will_find_once_published(shop: Shop, draft: Article) -> None:
    edition = edition_of(draft, store=shop.store, embedder=shop.embedder)
    store = StoreBeside(shop.store, edition)
    beside = found(shop.retriever(store, IndexBeside(shop.index, store)))
    locales, titles = sorted(store.locales()), [card.title for card in store.articles()]
    live = found(shop.retriever(shop.store, shop.index))
    shop.store.withdraw([draft.id])
    shop.publish(draft)
    published = found(shop.retriever(shop.store, shop.index))
    assert [seen(each) for each in beside] == [seen(each) for each in published]
    assert [seen(each) for each in beside] != [seen(each) for each in live]
    assert locales == sorted(shop.store.locales())
    assert sorted(titles) == sorted(card.title for card in shop.store.articles())


@pytest.mark.parametrize("article", [GIFT, COLIS], ids=lambda article: article.id)
def test_without_an_article_it_finds_what_it_will_find_once_that_is_withdrawn(
    shop: Shop, article: Article
) -> None:
    """COLIS is the only one in its language."""
    edition = withdrawn(edition_of(article, store=shop.store, embedder=shop.embedder))
    store = StoreBeside(shop.store, edition)
    beside = found(shop.retriever(store, IndexBeside(shop.index, store)))
    locales, cards = store.locales(), store.articles()
    assert store.cards([article.id]) == {}
    with pytest.raises(UnknownThing):
        store.article(article.id)
    shop.store.withdraw([article.id])
    shop.publish()
    published = found(shop.retriever(shop.store, shop.index))
    assert [seen(each) for each in beside] == [seen(each) for each in published]
    assert (locales, cards) == (shop.store.locales(), shop.store.articles())


def test_nothing_live_changes(shop: Shop) -> None:
    before = shop.store.version(), shop.index.fingerprints("en"), shop.store.vocabulary("en")
    edition = edition_of(DRAFTS[0], store=shop.store, embedder=shop.embedder)
    store = StoreBeside(shop.store, edition)
    found(shop.retriever(store, IndexBeside(shop.index, store)))
    after = shop.store.version(), shop.index.fingerprints("en"), shop.store.vocabulary("en")
    assert before == after
