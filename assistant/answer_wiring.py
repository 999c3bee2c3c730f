"""Put together what searches and answers: for each kind of reader, for those who write, and over
something else than what is published."""

from __future__ import annotations

from assistant.answering.curated import CuratedAnswers, WordForWord
from assistant.answering.making import make_answerer
from assistant.answering.pipeline import Answerer
from assistant.case_ports import WholeStore
from assistant.domain.audience import VOUCHED_FOR, Reader, reader_of
from assistant.domain.visitor import Profile
from assistant.knowledge.library import Library
from assistant.ports import Clock, Embedder, LanguageModel, VectorIndex
from assistant.ports.searched import ReadStore, SearchedIndex, SearchedStore
from assistant.retrieval.confidence import Calibration
from assistant.retrieval.discriminant import Discriminants
from assistant.retrieval.readable import ReadableDiscriminants, ReadableIndex, ReadableStore
from assistant.retrieval.search import Retriever
from assistant.settings import Settings
from assistant.support.readership import Readership, Readerships
from assistant.support.sureness import Sureness


class Answering:
    """All of one assistant. `everything`: whatever is published, for those who write and judge it;
    customers belong to a readership."""

    def __init__(
        self,
        settings: Settings,
        *,
        store: WholeStore,
        index: VectorIndex,
        embedder: Embedder,
        model: LanguageModel | None,
        now: Clock,
    ) -> None:
        self._settings, self._store, self._index = settings, store, index
        self._embedder, self._model, self._now = embedder, model, now
        self._calibration = Calibration.of(settings.home)
        dial = self._calibration.dial
        self.sureness = Sureness(store, dial=dial, max_wrong=settings.max_wrong)
        self.curated = CuratedAnswers(store, embedder=embedder, now=now)
        self._discriminants = Discriminants(store, model=embedder.name)
        self.retriever = self._searching(store, index, embedder, self._discriminants)
        self.everything = self._readership(store, self.retriever)
        self.readerships = Readerships(store, self._readership_of)

    def of(self, visitor_id: str | None) -> Answerer:
        """What answers them where nothing is tried: whoever they are now, as far as their site
        vouched for them; None: the public."""
        return self._of(self._store.profile(visitor_id) if visitor_id else None)

    def at_this_moment(self, visitor_id: str) -> Answerer:
        """The same, as if they asked now: their site must have vouched for them of late."""
        since = self._now() - VOUCHED_FOR
        return self._of(self._store.profile(visitor_id, vouched_since=since))

    def over(self, store: SearchedStore, index: SearchedIndex, embedder: Embedder) -> Answerer:
        """As customers are answered, without a language model, from something else."""
        answerer = make_answerer(
            self._settings,
            retriever=self._searching(store, index, embedder),
            store=store,
            url_of=self.everything.library.address_of,
            calibration=self._calibration,
            curated=WordForWord(self.curated, self.everything.library.card_of),
        )
        return self.sureness.applied(answerer)

    def _of(self, profile: Profile | None) -> Answerer:
        return self.sureness.applied(self.readerships.of(reader_of(profile)).answerer)

    def _readership_of(self, reader: Reader) -> Readership:
        store = ReadableStore(self._store, reader)
        index = ReadableIndex(self._index, store)
        apart = ReadableDiscriminants(
            store, model=self._embedder.name, everything=self._discriminants
        )
        return self._readership(store, self._searching(store, index, self._embedder, apart))

    def _readership(self, store: ReadStore, retriever: Retriever) -> Readership:
        library = Library(store=store, retriever=retriever)
        answerer = make_answerer(
            self._settings,
            retriever=retriever,
            store=store,
            url_of=library.address_of,
            calibration=self._calibration,
            model=self._model,
            curated=WordForWord(self.curated, library.card_of),
        )
        return Readership(library, answerer)

    def _searching(
        self,
        store: SearchedStore,
        index: SearchedIndex,
        embedder: Embedder,
        discriminants: Discriminants | None = None,
    ) -> Retriever:
        return Retriever(
            store=store,
            index=index,
            embedder=embedder,
            calibration=self._calibration,
            discriminants=discriminants,
        )
