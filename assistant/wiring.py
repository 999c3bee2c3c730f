"""Choose the adapters by the settings and put the assistant together. The only place that does."""

from __future__ import annotations

import asyncio
import logging
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

from assistant.adapters.chroma import ChromaIndex
from assistant.adapters.home import HomeLock
from assistant.adapters.langchain_chat import LangChainModel
from assistant.adapters.sentence_transformer import SentenceTransformerEmbedder, built_in_folder
from assistant.adapters.sql.store import SqlStore
from assistant.answering.generative import GenerativeWriter
from assistant.answering.pipeline import Answerer
from assistant.answering.policy import Policy
from assistant.case_ports import WholeStore
from assistant.domain.article import article_url
from assistant.domain.schedule import ServiceLevels
from assistant.errors import AssistantError, EmbedderUnavailable, ModelFailed, WrongSetting
from assistant.evaluation.remembering import RememberingEmbedder
from assistant.knowledge.index import IndexFollower
from assistant.knowledge.library import Library
from assistant.knowledge.sync import Synchroniser
from assistant.markup import resolve_links
from assistant.ports import Clock, Embedder, KnowledgeStore, LanguageModel, VectorIndex
from assistant.retrieval.confidence import Calibration
from assistant.retrieval.search import Retriever
from assistant.settings import Settings
from assistant.support.attachments import Attachments, Limits
from assistant.support.casework import Casework
from assistant.support.desk import Desk, Rules
from assistant.support.identity import IdentityCheck
from assistant.support.inbox import Inbox
from assistant.support.nudges import Nudges
from assistant.support.people import People
from assistant.support.suggesting import Opening
from assistant.support.team import Team
from assistant.support.visitors import Visitors
from assistant.support.watchdog import Watchdog

log = logging.getLogger(__name__)


def utc_now() -> datetime:
    """The clock in use."""
    return datetime.now(UTC)


class Readiness:
    """Not ready until `done`; `reason` says what is being waited for. Thread-safe."""

    def __init__(self) -> None:
        self._done = threading.Event()
        self.reason = "starting"
        self.ready = False

    async def wait(self) -> None:
        """Until warm, or until it is clear that it will not be: lexical answers still work then."""
        while not self._done.is_set():
            await asyncio.sleep(0.02)

    def done(self) -> None:
        """Warm."""
        self.ready, self.reason = True, "ready"
        self._done.set()

    def failed(self, reason: str) -> None:
        """Stays not ready, with the reason; nobody waits any longer."""
        self.reason = reason
        self._done.set()


class Assistant:
    """Everything that serves one ASSISTANT_HOME, by the settings; heavy parts load on first use.

    `own_home` takes the home's lock, or raises HomeBusy. Without it the vector index stays closed:
    only the store may be used.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        purpose: str,
        url: str = "",
        own_home: bool = True,
        encoder_cache: Path | None = None,
    ) -> None:
        self.settings = settings
        self.lock = HomeLock(settings.home)
        self.secret = secrets.token_urlsafe(32)
        if own_home and not settings.chroma_url:
            self.lock.take(purpose, url=url, secret=self.secret)
        self.store: WholeStore = SqlStore(settings.database, now=utc_now)
        try:
            self._assemble(settings, encoder_cache or settings.home / "encoder")
        except BaseException:
            # A setting that cannot work must not keep the next owner out.
            self.store.close()
            self.lock.release()
            raise

    def _assemble(self, settings: Settings, encoder_cache: Path) -> None:
        self.store.migrate()
        self.embedder = make_embedder(settings, cache=encoder_cache)
        self.index: VectorIndex = ChromaIndex(
            model=self.embedder.name, folder=settings.home / "vectors", url=settings.chroma_url
        )
        self.calibration = Calibration.of(settings.home)
        self.retriever = Retriever(
            store=self.store,
            index=self.index,
            embedder=self.embedder,
            calibration=self.calibration,
        )
        self.synchroniser = Synchroniser(store=self.store, embedder=self.embedder)
        self.follower = IndexFollower(store=self.store, index=self.index, embedder=self.embedder)
        self.readiness = Readiness()
        self.model = make_model(settings)
        self.answerer = make_answerer(
            settings,
            retriever=self.retriever,
            store=self.store,
            calibration=self.calibration,
            model=self.model,
        )
        self.library = Library(store=self.store, retriever=self.retriever)
        opening = Opening(log=self.store, knowledge=self.store, now=utc_now)
        self.desk = Desk(
            store=self.store,
            opening=opening.questions,
            answerer=self.answerer,
            readiness=self.readiness,
            rules=Rules(
                locale=settings.locale,
                reply_hours=settings.reply_hours,
                max_message=settings.max_message,
                messages_per_minute=settings.messages_per_minute,
                levels=self.levels,
            ),
            now=utc_now,
        )
        identity = IdentityCheck(settings.identity_secret.get_secret_value())
        self.visitors = Visitors(
            self.store,
            identity=identity,
            survey_share=settings.survey_share,
            levels=self.levels,
            now=utc_now,
        )
        self.attachments = Attachments(
            self.store,
            limits=Limits(settings.attachment_mb, settings.messages_per_minute, self.levels),
            now=utc_now,
        )
        self.inbox = Inbox(self.store, now=utc_now)
        self.team = Team(self.store, reply_hours=settings.reply_hours, now=utc_now)
        self.watchdog = Watchdog(self.store, now=utc_now)
        self.casework = Casework(self.store, levels=self.levels, now=utc_now)
        self.people = People(self.store, now=utc_now)
        self.nudges = Nudges(self.store, now=utc_now)
        self._before_ready: list[Callable[[], None]] = []

    def levels(self) -> ServiceLevels:
        """What the team promises, as it is set now."""
        return self.team.levels()

    def before_ready(self, step: Callable[[], None]) -> None:
        """Have it run in the warming thread before questions are answered, such as a first sync."""
        self._before_ready.append(step)

    def start(self) -> None:
        """Warm in a thread and return at once; then follow the store."""
        threading.Thread(target=self._warm, name="warming", daemon=True).start()

    def warm(self) -> None:
        """Load the encoder and bring the index up to the store, in this thread."""
        self.readiness.reason = "loading the encoder"
        self.embedder.embed(["warm"])
        self._load_model()
        self.readiness.reason = "bringing the vector index up to date"
        self.follower.catch_up()
        # The first question would otherwise read word lists, statistics and a page of each table.
        for locale in self.retriever.locales():
            self.answerer.consider_extractive("Where?", locale=locale)

    def _load_model(self) -> None:
        """Before the first question, so that it does not wait for imports."""
        if self.model is not None:
            try:
                self.model.load()
            except ModelFailed as error:
                log.error("model.unavailable: %s", error)

    def doctor(self, *, repair: bool) -> list[str]:
        """What is wrong, each with its remedy or with what was done; [] when all is well."""
        found = self.store.check()
        for difference in self.follower.disagreements():
            missing, surplus = len(difference.missing), len(difference.surplus)
            text = f"The vector index of {difference.locale!r} lacks {missing} vectors"
            remedy = "mended" if repair else "run: assistant doctor --repair"
            found.append(f"{text} and has {surplus} that no article has; {remedy}.")
        if repair:
            self.follower.catch_up(always=True)
            self.store.drop_unused_vectors()
        return found

    async def recover(self) -> int:
        """Once warm, answer what a crash left unanswered; how many those were."""
        await self.readiness.wait()
        return await self.desk.recover()

    def close(self) -> None:
        """Leave the home to the next owner. Harmless twice."""
        self.follower.stop()
        self.index.close()
        self.store.close()
        self.lock.release()

    def _warm(self) -> None:
        started = time.perf_counter()
        try:
            for step in self._before_ready:
                self.readiness.reason = "reading the help center"
                step()
            self.warm()
            self.readiness.done()
            log.info("ready after %.1f s", time.perf_counter() - started)
        except AssistantError as error:
            log.error("not ready: %s", error)
            self.readiness.failed(str(error))
        except Exception as error:
            # Whatever it is, nobody may wait for ever: answers go on by words alone.
            log.exception("not ready")
            self.readiness.failed(f"warming failed: {type(error).__name__}")
        self.follower.start()


def home_owner(settings: Settings) -> dict[str, Any] | None:
    """Which process owns the home now: {pid, purpose, url, secret}; None when nobody does."""
    return HomeLock(settings.home).owner()


@contextmanager
def remembering(embedder: Embedder, file: Path) -> Iterator[Embedder]:
    """The encoder, with every vector kept in this database file; several processes may share it."""
    file.parent.mkdir(parents=True, exist_ok=True)
    store = SqlStore(f"sqlite:///{file}", now=utc_now)
    try:
        store.migrate()
        yield RememberingEmbedder(embedder, store=store)
    finally:
        store.close()


@contextmanager
def store_at(settings: Settings, clock: Clock) -> Iterator[WholeStore]:
    """The settings' store under another clock, for what is told of the past."""
    store = SqlStore(settings.database, now=clock)
    try:
        store.migrate()
        yield store
    finally:
        store.close()


def make_embedder(settings: Settings, *, cache: Path) -> Embedder:
    """The built-in one, a model folder, or what an import path makes (called without arguments)."""
    name = settings.embedder
    if name == "bilingual":
        return SentenceTransformerEmbedder(built_in_folder(), cache=cache)
    if Path(name).is_dir():
        return SentenceTransformerEmbedder(Path(name), cache=cache)
    module, _, attribute = name.partition(":")
    if not attribute:
        raise WrongSetting(
            "ASSISTANT_EMBEDDER", f"{name!r} is neither built in, a folder, nor module:Class"
        )
    try:
        made: Embedder = getattr(import_module(module), attribute)()
    except (ImportError, AttributeError) as error:
        raise EmbedderUnavailable(f"{name} cannot be imported: {error}") from error
    return made


def make_model(settings: Settings) -> LangChainModel | None:
    """The language model that the settings name, not loaded yet."""
    if not settings.model:
        return None
    return LangChainModel(
        settings.model,
        base_url=settings.model_url,
        api_key=settings.model_key.get_secret_value(),
        tracing=settings.tracing,
    )


def make_answerer(
    settings: Settings,
    *,
    retriever: Retriever,
    store: KnowledgeStore,
    calibration: Calibration,
    model: LanguageModel | None = None,
) -> Answerer:
    """Extractive without a language model."""
    writer = None
    if model is not None:
        writer = GenerativeWriter(
            model,
            deadline_s=settings.model_deadline,
            url_of=lambda card, passage: article_url(card, passage.anchor),
            passages_of=store.passages_of,
        )
    answer_at = calibration.dial.answer_at(settings.max_wrong)

    def url_of(article_id: str) -> str | None:
        card = store.cards([article_id]).get(article_id)
        return article_url(card) if card else None

    return Answerer(
        retriever=retriever,
        policy=Policy(answer_at=answer_at, clarify_at=answer_at / 2),
        reply_hours=settings.reply_hours,
        link=lambda markdown, id: resolve_links(markdown, article_id=id, url_of=url_of),
        writer=writer,
    )
