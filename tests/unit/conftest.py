"""A help desk in miniature: a small shop's help center in two languages, over fakes and SQLite."""

from __future__ import annotations

import asyncio
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, settings

# Before its first import: the contracts' conftest asks for it as well.
pytest.register_assert_rewrite("assistant.testing")

from assistant.answering.exchanges import Exchange  # noqa: E402
from assistant.answering.generative import GenerativeWriter  # noqa: E402
from assistant.answering.pipeline import Answerer, Considered  # noqa: E402
from assistant.answering.policy import Policy  # noqa: E402
from assistant.domain.article import Article, article_url  # noqa: E402
from assistant.domain.conversation import Turn  # noqa: E402
from assistant.domain.ownership import Event, Move  # noqa: E402
from assistant.knowledge.index import IndexFollower  # noqa: E402
from assistant.knowledge.planning import SyncMode, SyncReport  # noqa: E402
from assistant.knowledge.sync import Synchroniser  # noqa: E402
from assistant.markup import resolve_links  # noqa: E402
from assistant.ports import LanguageModel  # noqa: E402
from assistant.retrieval.confidence import CROSS, FEATURES, SAME, Calibration  # noqa: E402
from assistant.retrieval.dial import Dial  # noqa: E402
from assistant.retrieval.fusion import SIGNALS  # noqa: E402
from assistant.retrieval.search import Retriever  # noqa: E402
from assistant.support.desk import Desk, ReplyEvent, Started  # noqa: E402
from assistant.support.rules import Rules  # noqa: E402
from assistant.support.turns import exchanges  # noqa: E402
from assistant.testing import FakeEmbedder, InMemoryVectorIndex  # noqa: E402
from tests.unit.command_line import home, indexes, run  # noqa: E402, F401

if TYPE_CHECKING:
    from assistant.adapters.sql.store import SqlStore

settings.register_profile(
    "unit",
    max_examples=25,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
settings.load_profile("unit")


def pytest_itemcollected(item: pytest.Item) -> None:
    """Properties are tried with many examples: they run with what takes longer."""
    if getattr(getattr(item, "obj", None), "is_hypothesis_test", False):
        item.add_marker("slow")


_COEFFICIENTS = dict.fromkeys(FEATURES, 0.0) | {"coverage": 8.0}
_WEIGHTS = {name: 0.0 if name.startswith("discriminant") else 1.0 for name in SIGNALS}
_CASE = {"weights": _WEIGHTS, "bias": -4.5, "coefficients": _COEFFICIENTS}
CALIBRATION = Calibration(dict.fromkeys((SAME, CROSS), _CASE), dial=Dial(9, [0.6], [0.5], [0.1]))
"""Sure as far as the article holds the words of the question: right for a bag-of-words encoder."""


def an(id: str, title: str, body: str, *questions: str, locale: str = "en") -> Article:
    return Article(id, title, locale, body, slug=id, questions=questions)


SHOP = (
    an(
        "returns",
        "Return an item",
        "You can return an item within 30 days of delivery.\n\n"
        "## How to return it\n\n1. Print the label.\n2. Drop the parcel at a post office.\n\n"
        "## What a return costs\n\nA return is free from France and costs €5 from other countries.",
        "Can I send something back?",
    ),
    an(
        "delivery",
        "Delivery times",
        "A parcel arrives within 3 working days.\n\n## Abroad\n\nAbroad it takes 7 working days.",
        "Where is my parcel?",
    ),
    an("giftcards", "Gift cards", "A gift card is valid for two years. See [returns](returns.md)."),
    an(
        "pickup",
        "Pick up a parcel for somebody",
        "Another person can pick up your parcel with the code and an identity card.",
    ),
    an("warranty", "Warranty of kettles", "Every kettle has a warranty of five years."),
    an(
        "retours",
        "Retourner un article",
        "Vous pouvez retourner un article sous 30 jours.\n\n"
        "## Combien coûte un retour\n\nUn retour est gratuit depuis la France.",
        "Puis-je renvoyer un produit ?",
        locale="fr",
    ),
    an(
        "livraison",
        "Délais de livraison",
        "Un colis arrive sous 3 jours ouvrés.\n\n## À l'étranger\n\nÀ l'étranger, comptez 7 jours.",
        "Où est mon colis ?",
        locale="fr",
    ),
    an(
        "retrait",
        "Faire retirer un colis",
        "Une autre personne peut retirer votre colis avec le code et une pièce d'identité.",
        locale="fr",
    ),
    an(
        "fidelite",
        "Le programme Azur",
        "Le programme Azur donne un point par euro dépensé.",
        locale="fr",
    ),
)


class Clock:
    """Stands still until it is told to go on."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 3, 1, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.moment

    def advance(self, seconds: float) -> None:
        self.moment += timedelta(seconds=seconds)


class Warm:
    """Ready at once, or once `gate` is set."""

    gate: asyncio.Event | None = None

    async def wait(self) -> None:
        if self.gate is not None:
            await self.gate.wait()


MEANT = SyncMode(withdraw=True)


class HelpCenter:
    """The parts between the store and an answer, and one help center in them."""

    def __init__(self, store: SqlStore, embedder: FakeEmbedder, index: InMemoryVectorIndex) -> None:
        self.store, self.embedder, self.index = store, embedder, index
        self.synchroniser = Synchroniser(store=store, embedder=embedder)
        self.follower = IndexFollower(store=store, index=index, embedder=embedder)
        self.retriever = Retriever(
            store=store, index=index, embedder=embedder, calibration=CALIBRATION
        )
        self.answerer = self.answerer_with(None)

    def publish(
        self, *articles: Article, source: str = "shop", mode: SyncMode = MEANT
    ) -> SyncReport:
        """Bring the help center to these articles."""
        report = self.synchroniser.sync_articles(articles, SyncReport(source=source), mode=mode)
        self.follower.catch_up()
        return report

    def answerer_with(self, model: LanguageModel | None) -> Answerer:
        def url_of(id: str) -> str | None:
            card = self.store.cards([id]).get(id)
            return article_url(card) if card else None

        writer = model and GenerativeWriter(
            model, deadline_s=5, url_of=lambda card, passage: article_url(card, passage.anchor)
        )
        return Answerer(
            retriever=self.retriever,
            policy=Policy(answer_at=0.6, clarify_at=0.2),
            reply_hours=24,
            link=lambda markdown, id: resolve_links(markdown, article_id=id, url_of=url_of),
            writer=writer or None,
        )

    def ask(self, text: str, *, locale: str = "en", history: Sequence[Exchange] = ()) -> Considered:
        return self.answerer.consider_extractive(text, locale=locale, history=history)


def _always(answerer: Any) -> Any:
    """The same for every reader."""
    return lambda reader: answerer


class Broken:
    """An answerer in which something is wrong."""

    def __init__(self, inner: Any) -> None:
        self.inner = inner

    async def consider(self, *args: Any, **kwargs: Any) -> Any:
        raise ZeroDivisionError("somewhere deep inside")

    def failed(self, text: str, *, locale: str) -> Any:
        return self.inner.failed(text, locale=locale)


class Customer:
    """One conversation at the desk, spoken to without a server."""

    def __init__(self, desk: Desk, store: SqlStore, *, locale: str = "en") -> None:
        self.desk, self.store = desk, store
        self.started: Started = desk.start(locale=locale, page_url="https://shop.example/cart")
        self.id = self.started.conversation.id

    def events(self, text: str, *, client_id: str | None = None) -> list[ReplyEvent]:
        async def collect() -> list[ReplyEvent]:
            said = self.desk.reply(self.id, text, client_id=client_id)
            return [event async for event in said]

        return asyncio.run(collect())

    def says(self, text: str, *, client_id: str | None = None) -> dict[str, Any]:
        """The reply object."""
        return self.events(text, client_id=client_id)[-1].data

    def texts(self) -> list[str]:
        """Of all messages, in order."""
        return [message.text for message in self.store.messages(self.id)]

    def is_claimed(self, *, by: str = "p1") -> None:
        """A person takes it out of the queue."""
        self._moves(Event.CLAIMED, by)

    def is_taken_up(self, *, by: str = "p1") -> None:
        """A person steps into what the assistant has."""
        self._moves(Event.TAKEN_UP, by)

    def is_resolved(self, *, by: str = "p1") -> None:
        """A person closes it."""
        self._moves(Event.RESOLVED, by)

    def is_released(self, *, by: str = "p1") -> None:
        """A person gives it back to the assistant."""
        self._moves(Event.RELEASED, by)

    def _moves(self, event: Event, by: str) -> None:
        move = Move(event, by=by, at=self.desk._now(), agent_id=by, overrides=True)
        self.store.move(self.id, move)

    @property
    def status(self) -> str:
        return self.store.conversation(self.id).status.value

    @property
    def turns(self) -> list[Turn]:
        return self.store.turns(self.id)

    @property
    def history(self) -> tuple[Exchange, ...]:
        return exchanges(self.turns, self.store.messages(self.id))


@pytest.fixture(scope="session")
def memory() -> Iterator[Path]:
    """A folder in memory where there is one: on a disk each commit waits for it."""
    kept = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    with tempfile.TemporaryDirectory(prefix="assistant-unit-", dir=kept) as folder:
        yield Path(folder)


@pytest.fixture
def folder(memory: Path) -> Iterator[Path]:
    """Empty, for one test's database."""
    with tempfile.TemporaryDirectory(dir=memory) as own:
        yield Path(own)


def store_in(path: Path, clock: Clock) -> SqlStore:
    """Imported where a test wants one: the fast tests do without, and without waiting for it."""
    from assistant.adapters.sql.store import SqlStore

    return SqlStore(f"sqlite:///{path}", now=clock)


@pytest.fixture(scope="session")
def made_store(memory: Path) -> Path:
    """A file with empty tables, to copy."""
    path = memory / "made.db"
    store = store_in(path, Clock())
    store.migrate()
    store.close()
    return path


@pytest.fixture(scope="session")
def made_shop(made_store: Path) -> tuple[Path, FakeEmbedder, InMemoryVectorIndex]:
    """The same with the shop's articles."""
    path = made_store.with_name("shop.db")
    shutil.copyfile(made_store, path)
    store = store_in(path, Clock())
    center = HelpCenter(store, FakeEmbedder(), InMemoryVectorIndex())
    center.publish(*SHOP)
    store.close()
    return path, center.embedder, center.index


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(made_store: Path, folder: Path, clock: Clock) -> Iterator[SqlStore]:
    shutil.copyfile(made_store, folder / "assistant.db")
    opened = store_in(folder / "assistant.db", clock)
    yield opened
    opened.close()


@pytest.fixture
def center(store: SqlStore) -> HelpCenter:
    """An empty help center."""
    return HelpCenter(store, FakeEmbedder(), InMemoryVectorIndex())


@pytest.fixture
def shop(made_shop: tuple[Path, Any, Any], folder: Path, clock: Clock) -> Iterator[HelpCenter]:
    """The shop's help center; what a test does to it ends with the test."""
    path, embedder, index = made_shop
    shutil.copyfile(path, folder / "shop.db")
    opened = store_in(folder / "shop.db", clock)
    own = InMemoryVectorIndex()
    for locale in index.locales():
        names = sorted(index.fingerprints(locale))
        rows = opened.vectors(embedder.name, names)
        for name, row in rows.items():
            own.add(locale, [name], row[None, :])
    own.set_version(index.version())
    yield HelpCenter(opened, FakeEmbedder(), own)
    opened.close()


@pytest.fixture
def make_desk(shop: HelpCenter, clock: Clock) -> Callable[..., Desk]:
    def make(**rules: Any) -> Desk:
        return Desk(
            store=shop.store,
            answerer_for=_always(rules.pop("answerer", shop.answerer)),
            readiness=rules.pop("readiness", Warm()),
            rules=Rules(**rules),
            now=clock,
        )

    return make


@pytest.fixture
def desk(make_desk: Callable[..., Desk]) -> Desk:
    return make_desk(messages_per_minute=10_000)


@pytest.fixture
def customer(desk: Desk, shop: HelpCenter) -> Customer:
    return Customer(desk, shop.store)


@pytest.fixture
def client(desk: Desk, shop: HelpCenter) -> Customer:
    """A customer on the French pages."""
    return Customer(desk, shop.store, locale="fr")
