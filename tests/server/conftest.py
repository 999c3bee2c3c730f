"""The app over a real store and a real desk; only what the desk answers is scripted."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from shutil import copyfile
from types import SimpleNamespace
from typing import Any

import pytest
from argon2 import PasswordHasher
from fastapi import FastAPI
from fastapi.testclient import TestClient

from assistant.adapters.sql.store import SqlStore
from assistant.answering.curated import CuratedAnswers
from assistant.answering.exchanges import Exchange
from assistant.answering.making import make_answerer
from assistant.answering.pipeline import Answerer, Considered
from assistant.answering.understanding import understand
from assistant.domain.answer import Answer, Citation, Outcome, PersonNeeded, Sentence
from assistant.domain.article import (
    Article,
    ArticleCard,
    Hit,
    Passage,
    PassageKind,
    RankedArticle,
)
from assistant.domain.audience import PUBLIC, Reader
from assistant.domain.delivery import Channel
from assistant.domain.handoff import Reason
from assistant.domain.survey import Sampling
from assistant.insights.digesting import Digester
from assistant.insights.predictions import Predictions
from assistant.insights.rolling import Rolling
from assistant.knowledge.library import Library
from assistant.knowledge.sync import Synchroniser
from assistant.outlets import Outlets
from assistant.ports import AnalysedPassage, Person
from assistant.retrieval.confidence import Calibration
from assistant.retrieval.readable import ReadableStore
from assistant.retrieval.search import Retrieval, Retriever
from assistant.server.app import create_app
from assistant.settings import Settings
from assistant.sign_on import make_single_sign_on
from assistant.support.api_tokens import ApiTokens
from assistant.support.assigning import Assigning
from assistant.support.attachments import Attachments, Limits
from assistant.support.calling import Calling
from assistant.support.canned import CannedReplies
from assistant.support.casework import Casework
from assistant.support.courier import Courier
from assistant.support.customers import CustomersTold
from assistant.support.desk import Desk
from assistant.support.experiments import Experiments
from assistant.support.follow_ups import FollowUps
from assistant.support.helpdesks import Forwarder
from assistant.support.identity import IdentityCheck
from assistant.support.inbox import Inbox
from assistant.support.letters import MailCarrier
from assistant.support.looking_up import LookUp
from assistant.support.notifying import Notifier
from assistant.support.nudges import Nudges
from assistant.support.people import People
from assistant.support.proposing import Proposals
from assistant.support.readership import Readership, Readerships
from assistant.support.relationship import Relationship, policy_of
from assistant.support.reviewing import Reviewing
from assistant.support.rules import Rules
from assistant.support.summarising import Summaries
from assistant.support.sureness import Sureness
from assistant.support.team import Team
from assistant.support.views import SavedViews
from assistant.support.visitors import Visitors
from assistant.support.watchdog import Watchdog
from assistant.support.webhooks import Announcer, Webhooks
from assistant.support.weekly_mail import WeeklyMails
from assistant.support.welcome import Welcome
from assistant.testing import FakeMail
from assistant.testing.fakes import FakeEmbedder, InMemoryVectorIndex
from assistant.writing.askers import Askers
from assistant.writing.caring import Caring
from assistant.writing.clashes import Clashes
from assistant.writing.curating import Curating
from assistant.writing.editor import Editor
from assistant.writing.gap_log import GapReader
from assistant.writing.gaps import Gaps
from assistant.writing.images import Images
from assistant.writing.impact import ImpactCheck
from assistant.writing.regressions import Regressions
from assistant.writing.scheduling import Schedule
from assistant.writing.shelves import Shelves
from assistant.writing.sources import Sources
from assistant.writing.writers_home import WritersHome
from assistant.writing.written_draft import WrittenDrafts

API = "/api/v1"
QUICK_HASHER = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
PASSWORD = "correct horse battery"
GIFT = Article(
    id="en/return-a-gift",
    title="Return a gift",
    locale="en",
    slug="return-a-gift",
    body=(
        "With the gift code you can [return it](return-an-item.md) yourself.\n\n"
        "## What you get back\n\nA gift card; the giver is **not** told.\n\n"
        "## What you get back\n\nTwice the same heading.\n"
    ),
    questions=("can i send back a present",),
    tags=("returns", "gifts"),
)
ITEM = Article(
    id="en/return-an-item",
    title="Return an item",
    locale="en",
    slug="return-an-item",
    body="Within 30 days.",
    tags=("returns",),
)
CADEAU = Article(
    id="fr/retourner-un-cadeau",
    title="Retourner un cadeau",
    locale="fr",
    slug="retourner-un-cadeau",
    body="Avec le code cadeau.",
    tags=("retours",),
    translation_of="en/return-a-gift",
)
ODD = Article(
    id='de/50 % Rabatt? "Ja" #1/<b>',
    title="50 % Rabatt <script>alert(1)</script>",
    locale="de",
    url="https://shop.example/rabatt",
    body="Ja. <script>alert(1)</script> [x](javascript:alert(1))",
)


def hit_on(article: Article) -> RankedArticle:
    """As retrieval ranks it for a question."""
    card = ArticleCard(article.id, article.title, article.locale, article.slug, article.url)
    passage = Passage(
        article.id, 0, PassageKind.BODY, article.locale, (article.title,), article.body
    )
    return RankedArticle(card, (Hit(passage, lexical=7.5, cosine=0.61, score=0.8),), 0.8)


class ScriptedAnswerer:
    """Answers with an excerpt of the gift article, unless it was told otherwise."""

    answers_from = 0.5
    near_from = 0.1

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.looked_up: list[tuple[str, Sequence[Exchange]]] = []
        self.outcome: Outcome | None = None
        self.error: Exception | None = None
        self.may_answer: asyncio.Event | None = None
        self.answered_from: list[float] = []
        self.wishes: list[str] = []

    def answering_from(self, confidence: float) -> ScriptedAnswerer:
        self.answered_from.append(confidence)
        return self

    def wishing(self, wish: str) -> ScriptedAnswerer:
        self.wishes.append(wish)
        return self

    def consider_extractive(
        self, text: str, *, locale: str, history: Sequence[Exchange] = ()
    ) -> Considered:
        self.looked_up.append((text, history))
        if self.error is not None:
            raise self.error
        return self._considered(text, locale, self.outcome or answer())

    async def consider(
        self, text: str, *, locale: str, history: Sequence[Exchange] = ()
    ) -> Considered:
        self.asked.append(text)
        if self.may_answer is not None:
            await self.may_answer.wait()
        if self.error is not None:
            raise self.error
        return self._considered(text, locale, self.outcome or answer())

    def failed(self, text: str, *, locale: str) -> Considered:
        return self._considered(text, locale, person_needed(Reason.FAILURE))

    def will_call_a_person(self, reason: Reason = Reason.NOT_COVERED) -> None:
        self.outcome = person_needed(reason)

    @staticmethod
    def _considered(text: str, locale: str, outcome: Outcome) -> Considered:
        retrieval = Retrieval(text, locale, articles=(hit_on(GIFT),), confidence=0.42)
        withheld = None if isinstance(outcome, Answer) else answer()
        understood = understand(text, locale=locale)
        return Considered(understood, f"{text} (a gift)", outcome, retrieval, withheld)


def answer() -> Answer:
    citation = Citation(
        1,
        GIFT.id,
        GIFT.title,
        "/help/en/return-a-gift#what-you-get-back",
        f"{GIFT.id}#1",
        "A card.",
    )
    sentences = (
        Sentence("You get a **gift card**.", (1,)),
        Sentence("The giver is not told.", (1,)),
    )
    return Answer(sentences, (citation,), confidence=0.93, locale="en")


def person_needed(reason: Reason) -> PersonNeeded:
    return PersonNeeded(reason, "A person will answer.", confidence=0.2, call_now=True)


class ScriptedRetriever:
    """Finds the articles with a word of the question in the title."""

    def __init__(self, articles: Sequence[Article]) -> None:
        self._articles = articles

    def locales(self) -> list[str]:
        return sorted({article.locale for article in self._articles})

    def search(self, text: str, *, locale: str, limit: int = 10, **_: Any) -> Retrieval:
        words = set(text.lower().split())
        found = [
            hit_on(article)
            for article in self._articles
            if article.locale == locale and words & set(article.title.lower().split())
        ]
        return Retrieval(text, locale, articles=tuple(found[:limit]))


@dataclass
class Readiness:
    ready: bool = True
    reason: str = "ready"

    async def wait(self) -> None:
        while not self.ready:
            await asyncio.sleep(0.01)


@dataclass
class World:
    """An app with everything around it that a test may want to turn or to look at."""

    app: FastAPI
    assistant: Any
    store: SqlStore
    answerer: ScriptedAnswerer
    readiness: Readiness
    started: list[str] = field(default_factory=list)

    def client(self, **options: Any) -> TestClient:
        options.setdefault("raise_server_exceptions", False)
        return TestClient(self.app, **options)


def utc_now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Migrated once: that takes longer than all else that a test sets up."""
    file = tmp_path_factory.mktemp("template") / "assistant.db"
    store = SqlStore(f"sqlite:///{file}", now=utc_now)
    store.migrate()
    store.close()
    return file


@pytest.fixture
def make_world(tmp_path: Path, empty_database: Path) -> Iterator[Callable[..., World]]:
    made: list[World] = []

    def make(articles: Sequence[Article] = (GIFT, ITEM, CADEAU, ODD), **settings: Any) -> World:
        home = tmp_path / str(len(made))
        home.mkdir()
        copyfile(empty_database, home / "assistant.db")
        made.append(_world(home, articles, settings))
        return made[-1]

    yield make
    for world in made:
        world.store.close()


@pytest.fixture
def world(make_world: Callable[..., World]) -> World:
    return make_world()


@pytest.fixture
def client(world: World) -> Iterator[TestClient]:
    with world.client() as client:
        yield client


@dataclass
class Visitor:
    """A customer with a conversation of their own."""

    client: TestClient
    id: str
    token: str
    visitor_token: str

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    @property
    def path(self) -> str:
        return f"{API}/conversations/{self.id}"

    def says(self, text: str, **more: Any) -> dict[str, Any]:
        body = {"text": text, **more}
        response = self.client.post(f"{self.path}/messages", json=body, headers=self.headers)
        assert response.status_code == 200, response.text
        reply: dict[str, Any] = response.json()
        return reply

    def types(self) -> Any:
        """Their page tells that they do."""
        return self.client.post(f"{self.path}/typing", json={}, headers=self.headers)

    def reads(self) -> dict[str, Any]:
        response = self.client.get(self.path, headers=self.headers)
        assert response.status_code == 200, response.text
        conversation: dict[str, Any] = response.json()
        return conversation

    def calls_a_person(self, **body: Any) -> dict[str, Any]:
        response = self.client.post(f"{self.path}/handoff", json=body, headers=self.headers)
        assert response.status_code == 200, response.text
        conversation: dict[str, Any] = response.json()
        return conversation


@pytest.fixture
def new_visitor(client: TestClient) -> Callable[..., Visitor]:
    def make(**body: Any) -> Visitor:
        started = client.post(f"{API}/conversations", json=body).json()
        return Visitor(client, started["id"], started["token"], started["visitor_token"])

    return make


@pytest.fixture
def visitor(new_visitor: Callable[..., Visitor]) -> Visitor:
    return new_visitor()


@dataclass
class Agent:
    """Someone at the console, in a browser of their own."""

    client: TestClient
    email: str

    def signs_in(self, password: str = PASSWORD) -> Any:
        return self.posts("/console/sign-in", email=self.email, password=password)

    def posts(self, path: str, **form: str) -> Any:
        origin = {"Origin": "http://testserver"}
        return self.client.post(path, data=form, headers=origin, follow_redirects=False)

    def opens(self, path: str) -> Any:
        return self.client.get(path, headers={"Accept": "text/html"}, follow_redirects=False)


@pytest.fixture
def new_agent(world: World, client: TestClient) -> Callable[..., Agent]:
    def make(name: str = "kim", role: str = "agent", *, signed_in: bool = True) -> Agent:
        email = f"{name}@company.example"
        world.assistant.people.add(email, role=role, password=PASSWORD)
        # Within the loop that `client` runs: its own cookies, the same app.
        own = TestClient(world.app, raise_server_exceptions=False)
        own.portal = client.portal
        agent = Agent(own, email)
        if signed_in:
            assert agent.signs_in().status_code == 303
        return agent

    return make


@pytest.fixture
def agent(new_agent: Callable[..., Agent]) -> Agent:
    return new_agent()


@pytest.fixture
def lea(new_agent: Callable[..., Agent]) -> Agent:
    """Who leads the team."""
    return new_agent("lea", "lead")


def person_of(world: World, agent: Agent) -> Person:
    """Their account."""
    found = world.store.person_by_email(agent.email)
    assert found is not None
    return found


def _world(home: Path, articles: Sequence[Article], settings: dict[str, Any]) -> World:
    store = SqlStore(f"sqlite:///{home / 'assistant.db'}", now=utc_now)
    for article in articles:
        _publish(store, article)
    answerer, readiness = ScriptedAnswerer(), Readiness()
    retriever = ScriptedRetriever(articles)
    reader = GapReader(store, embedder=FakeEmbedder(), now=utc_now)
    team = Team(store, reply_hours=24, now=utc_now)
    experiments = Experiments(store, now=utc_now, has_model=True)
    calling = Calling(store, now=utc_now)
    sureness = Sureness(
        store, dial=Calibration.of(home).dial, max_wrong=Settings(home=home).max_wrong
    )
    welcome = Welcome(store, tried=experiments, now=utc_now)
    desk = Desk(
        store=store,
        answerer_for=lambda _: answerer,  # type: ignore[arg-type,return-value]
        readiness=readiness,
        rules=Rules(
            messages_per_minute=settings.get("messages_per_minute", 30),
            levels=team.levels,
            greeting=welcome.greeting,
            tuned=partial(experiments.tuned, sureness=sureness),
            chosen=calling.chosen,
        ),
        now=utc_now,
    )
    look_up = LookUp(lambda _: answerer, within_s=30)  # type: ignore[arg-type,return-value]
    calls: list[str] = []

    async def recover() -> int:
        calls.append("recover")
        return await desk.recover()

    mail = FakeMail()
    visitors = Visitors(
        store,
        identity=IdentityCheck(settings.get("identity_secret", "")),
        sampling=Sampling(
            settings.get("survey_share", 1.0),
            settings.get("survey_share_people", 1.0),
            timedelta(days=settings.get("survey_quiet_days", 0)),
        ),
        now=utc_now,
    )
    assigning = Assigning(store, levels=team.levels, now=utc_now)
    weekly = WeeklyMails(
        store, writes=True, base="https://help.example", zone=lambda: "UTC", now=utc_now
    )
    curated = CuratedAnswers(store, embedder=FakeEmbedder(), now=utc_now)
    carrier = MailCarrier(
        store,
        mail,
        visitors=visitors,
        public_url="https://help.example",
        zone=lambda: "UTC",
        weekly=weekly.content,
    )

    def readership(reader: Reader) -> Readership:
        readable: Any = ReadableStore(store, reader)
        return Readership(Library(store=readable, retriever=retriever), answerer)  # type: ignore[arg-type]

    readerships = Readerships(store, readership)
    library = readerships.of(PUBLIC).library
    people = People(store, now=utc_now, hasher=QUICK_HASHER)
    all_settings = Settings(home=home, **{"conversations_per_minute": 1000} | settings)
    regressions = Regressions(store, now=utc_now)
    assistant = SimpleNamespace(
        settings=all_settings,
        store=store,
        desk=desk,
        welcome=welcome,
        calling=calling,
        experiments=experiments,
        sureness=sureness,
        library=library,
        readerships=readerships,
        everything=Readership(Library(store=store, retriever=retriever), answerer),  # type: ignore[arg-type]
        visitors=visitors,
        outlets=Outlets(
            helpdesk=None,
            listener=None,
            forwarder=Forwarder(store, works=False, now=utc_now),
            store=store,
            mail=mail,
            notifier=Notifier(store, writes=True, now=utc_now),
            webhooks=Webhooks(store, allow_private=False, now=utc_now),
            announcer=Announcer(store, now=utc_now),
            weekly=weekly,
            courier=Courier(store, {Channel.MAIL: carrier}, now=utc_now),
        ),
        attachments=Attachments(
            store, limits=Limits(settings.get("attachment_mb", 10), levels=team.levels), now=utc_now
        ),
        inbox=Inbox(store, now=utc_now),
        canned=CannedReplies(
            store, public_url="https://help.example", hours=team.form, now=utc_now
        ),
        reviewing=Reviewing(store, now=utc_now),
        assigning=assigning,
        summaries=Summaries(None, deadline_s=1),
        proposals=Proposals(None, deadline_s=1, look_up=look_up),
        look_up=look_up,
        views=SavedViews(store, now=utc_now),
        watchdog=Watchdog(store, levels=team.levels, now=utc_now, on_silence=assigning.fell_silent),
        team=team,
        casework=Casework(store, levels=team.levels, now=utc_now),
        people=people,
        single_sign_on=make_single_sign_on(all_settings, store=store, people=people, now=utc_now),
        nudges=Nudges(store, now=utc_now),
        predictions=(predictions := Predictions(store)),
        follow_ups=FollowUps(
            store, predictions=predictions, levels=team.levels, writes=True, now=utc_now
        ),
        relationship=Relationship(
            store,
            policy=policy_of(Settings(**{"nps_share": 0.0} | settings)),
            writes=True,
            now=utc_now,
        ),
        answerer=answerer,
        curating=Curating(store, answers=curated, now=utc_now),
        gaps=(gaps := Gaps(reader, search=retriever, answerer_for=lambda _: answerer)),
        model=None,
        written_drafts=WrittenDrafts(None, deadline_s=1),
        askers=Askers(store, gaps=gaps, writes=settings.get("mail", True), now=utc_now),
        impact=ImpactCheck(
            reader,
            index=InMemoryVectorIndex(),
            embedder=FakeEmbedder(),
            over=partial(answering_over, home),
            regressions=regressions.checked,
            clashes=(clashes := Clashes(store, model=FakeEmbedder().name, now=utc_now)),
        ),
        clashes=clashes,
        editor=(editor := Editor(store, embedder=FakeEmbedder(), now=utc_now)),
        images=Images(store, now=utc_now),
        regressions=regressions,
        sources=Sources(
            store,
            synchroniser=Synchroniser(store=store, embedder=FakeEmbedder()),
            open_remote=lambda name, keep: pytest.fail("no test leaves this machine"),
            images=Images(store, now=utc_now),
            now=utc_now,
        ),
        schedule=Schedule(store, editor=editor, now=utc_now),
        shelves=(shelves := Shelves(store, now=utc_now)),
        caring=(caring := Caring(store, address_of=library.address_of, now=utc_now)),
        writers_home=WritersHome(store, shelves=shelves, caring=caring, gaps=gaps, now=utc_now),
        api_tokens=ApiTokens(store, now=utc_now),
        customers=CustomersTold(store, now=utc_now),
        rolling=Rolling(store, now=utc_now),
        digester=Digester(store, embedder=FakeEmbedder(), now=utc_now),
        readiness=readiness,
        calibration=Calibration.of(home),
        secret="the owner's secret",
        start=lambda: calls.append("start"),
        recover=recover,
        doctor=lambda *, repair: [f"repair={repair}"],
        close=lambda: calls.append("close"),
    )
    return World(create_app(assistant), assistant, store, answerer, readiness, calls)  # type: ignore[arg-type]


def answering_over(home: Path, store: Any, index: Any, embedder: Any) -> Answerer:
    """The real one, over a store and an index."""
    calibration = Calibration.of(home)
    found = Retriever(store=store, index=index, embedder=embedder, calibration=calibration)
    return make_answerer(
        Settings(home=home),
        retriever=found,
        store=store,
        url_of=lambda article_id: None,
        calibration=calibration,
    )


def _publish(store: SqlStore, article: Article) -> None:
    passage = Passage(
        article.id, 0, PassageKind.BODY, article.locale, (article.title,), article.body
    )
    analysed = [AnalysedPassage(passage, tuple(article.body.lower().split()))]
    store.publish(article, analysed, content_hash=article.content_hash, vectors={}, model="none")
