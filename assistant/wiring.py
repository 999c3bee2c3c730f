"""Choose the adapters by the settings and put the assistant together. The only place that does."""

from __future__ import annotations

import gc
import logging
import secrets
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from assistant.adapters.chroma import ChromaIndex
from assistant.adapters.home import HomeLock
from assistant.adapters.sql.store import SqlStore
from assistant.answer_wiring import Answering
from assistant.case_ports import WholeStore
from assistant.domain.audience import PUBLIC
from assistant.domain.schedule import ServiceLevels
from assistant.errors import AssistantError, ModelFailed
from assistant.insights.digesting import Digester
from assistant.insights.predictions import Predictions
from assistant.insights.rolling import Rolling
from assistant.knowledge.index import IndexFollower
from assistant.knowledge.sync import Synchroniser
from assistant.model_wiring import make_embedder, make_model
from assistant.outlets import make_outlets
from assistant.ports import VectorIndex
from assistant.settings import Settings
from assistant.sign_on import make_single_sign_on
from assistant.source_wiring import open_remote
from assistant.support.api_tokens import ApiTokens
from assistant.support.assigning import Assigning
from assistant.support.attachments import Attachments, Limits
from assistant.support.calling import Calling
from assistant.support.canned import CannedReplies
from assistant.support.casework import Casework
from assistant.support.customers import CustomersTold
from assistant.support.desk import Desk
from assistant.support.experiments import Experiments
from assistant.support.follow_ups import FollowUps
from assistant.support.identity import IdentityCheck
from assistant.support.inbox import Inbox
from assistant.support.looking_up import LookUp
from assistant.support.nudges import Nudges
from assistant.support.people import People
from assistant.support.proposing import Proposals
from assistant.support.readiness import Readiness
from assistant.support.relationship import Relationship, policy_of
from assistant.support.reviewing import Reviewing
from assistant.support.rules import Rules
from assistant.support.suggesting import Opening
from assistant.support.summarising import Summaries
from assistant.support.team import Team
from assistant.support.views import SavedViews
from assistant.support.visitors import Visitors, sampling_of
from assistant.support.watchdog import Watchdog
from assistant.support.welcome import Welcome
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

log = logging.getLogger(__name__)


def utc_now() -> datetime:
    """The clock in use."""
    return datetime.now(UTC)


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
        self.synchroniser = Synchroniser(
            store=self.store,
            embedder=self.embedder,
            withdraw_share=settings.withdraw_share,
        )
        self.follower = IndexFollower(store=self.store, index=self.index, embedder=self.embedder)
        self.readiness = Readiness()
        self.model = make_model(settings)
        answering = Answering(
            settings,
            store=self.store,
            index=self.index,
            embedder=self.embedder,
            model=self.model,
            now=utc_now,
        )
        self.sureness, self.retriever = answering.sureness, answering.retriever
        self.answerer_of = answering.of
        self.everything, self.readerships = answering.everything, answering.readerships
        public = self.readerships.of(PUBLIC)
        self.library, self.answerer = public.library, public.answerer
        self.curated_answers = answering.curated
        self.curating = Curating(self.store, answers=self.curated_answers, now=utc_now)
        self.experiments = Experiments(self.store, now=utc_now, has_model=self.model is not None)
        self.welcome = Welcome(self.store, tried=self.experiments, now=utc_now)
        self.calling = Calling(self.store, now=utc_now)
        self.desk = Desk(
            store=self.store,
            opening=Opening(log=self.store, knowledge=self.store, now=utc_now).questions,
            answerer_for=lambda reader: self.readerships.of(reader).answerer,
            readiness=self.readiness,
            rules=Rules(
                locale=settings.locale,
                reply_hours=settings.reply_hours,
                max_message=settings.max_message,
                messages_per_minute=settings.messages_per_minute,
                levels=self.levels,
                greeting=self.welcome.greeting,
                chosen=self.calling.chosen,
                tuned=partial(self.experiments.tuned, sureness=self.sureness),
            ),
            now=utc_now,
        )
        self.visitors = Visitors(
            self.store,
            identity=IdentityCheck(settings.identity_secret.get_secret_value()),
            sampling=sampling_of(settings),
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
        self.canned = CannedReplies(
            self.store, public_url=settings.public_url, hours=self.team.form, now=utc_now
        )
        self.reviewing = Reviewing(self.store, now=utc_now)
        self.summaries = Summaries(self.model, deadline_s=settings.model_deadline)
        self.proposals = Proposals(
            self.model, deadline_s=settings.model_deadline, look_up=LookUp(answering.at_this_moment)
        )
        self.views = SavedViews(self.store, now=utc_now)
        self.assigning = Assigning(self.store, levels=self.levels, now=utc_now)
        self.watchdog = Watchdog(
            self.store,
            levels=self.levels,
            now=utc_now,
            on_silence=self.assigning.fell_silent,
            idle_days=settings.idle_days,
        )
        self.casework = Casework(self.store, levels=self.levels, now=utc_now)
        self.people = People(self.store, now=utc_now)
        self.single_sign_on = make_single_sign_on(
            settings, store=self.store, people=self.people, now=utc_now
        )
        self.nudges = Nudges(self.store, now=utc_now)
        self.editor = Editor(self.store, embedder=self.embedder, now=utc_now)
        self.images = Images(self.store, now=utc_now)
        self.sources = Sources(
            self.store,
            synchroniser=self.synchroniser,
            open_remote=lambda name, keep: open_remote(name, settings, self.store, keep=keep),
            images=self.images,
            now=utc_now,
        )
        self.schedule = Schedule(self.store, editor=self.editor, now=utc_now)
        self.outlets = make_outlets(
            settings,
            store=self.store,
            visitors=self.visitors,
            zone=lambda: self.levels().hours.zone,
            now=utc_now,
        )
        writes = self.outlets.mail is not None
        # Kept for the process's life: learning again whenever asked would take a second.
        self.predictions = Predictions(self.store)
        self.follow_ups = FollowUps(
            self.store,
            predictions=self.predictions,
            levels=self.levels,
            writes=writes,
            now=utc_now,
        )
        self.relationship = Relationship(
            self.store,
            policy=policy_of(settings),
            # Without the secret no mail could hold a way out of the next one.
            writes=writes and bool(settings.identity_secret.get_secret_value()),
            now=utc_now,
        )
        reader = GapReader(self.store, embedder=self.embedder, now=utc_now)
        self.gaps = Gaps(reader, search=self.retriever, answerer_for=answering.of)
        self.written_drafts = WrittenDrafts(self.model, deadline_s=settings.model_deadline)
        self.askers = Askers(self.store, gaps=self.gaps, writes=writes, now=utc_now)
        self.clashes = Clashes(self.store, model=self.embedder.name, now=utc_now)
        self.regressions = Regressions(self.store, now=utc_now)
        self.impact = ImpactCheck(
            reader,
            index=self.index,
            embedder=self.embedder,
            over=answering.over,
            regressions=self.regressions.checked,
            clashes=self.clashes,
        )
        self.shelves = Shelves(self.store, now=utc_now)
        self.caring = Caring(self.store, address_of=self.everything.library.address_of, now=utc_now)
        self.writers_home = WritersHome(
            self.store, shelves=self.shelves, caring=self.caring, gaps=self.gaps, now=utc_now
        )
        self.api_tokens = ApiTokens(self.store, now=utc_now)
        self.customers = CustomersTold(self.store, now=utc_now)
        self.digester = Digester(self.store, embedder=self.embedder, now=utc_now)
        self.rolling = Rolling(self.store, now=utc_now)
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
        budget = self.sureness.budget()
        if budget.adopted is not None:
            log.warning(
                "leads adopted an error budget of %s for customers; ASSISTANT_MAX_WRONG=%s does "
                "not hold for them until that is set back under Insights, Experiments",
                budget.adopted,
                budget.operators,
            )
        self.readiness.reason = "loading the encoder"
        self.embedder.embed(["warm"])
        self._load_model()
        self.readiness.reason = "bringing the vector index up to date"
        self.editor.keep_up()
        self.curated_answers.keep_up()
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
        return found + self.rolling.problems(repair=repair) + self.outlets.problems()

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
            # What is there by now stays: looking for garbage in it held a reply up for .1 s.
            gc.collect()
            gc.freeze()
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
