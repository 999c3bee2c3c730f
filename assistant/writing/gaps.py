"""What the help center lacks: questions that failed, grouped by meaning, and what is done about it.

Stored is only what people decide; all else is read from the log whenever it is asked for.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from assistant.answering.pipeline import Considered
from assistant.domain.answer import Answer
from assistant.domain.article import Article, ArticleCard
from assistant.domain.gap import DONE_FROM, Decided, GapEvent, GapState, moved
from assistant.domain.manuscript import Content, Manuscript
from assistant.domain.ownership import ASSISTANT
from assistant.errors import UnknownThing, WrongStatus
from assistant.ports import Deed, Person
from assistant.ports.gaps import FailedQuestion
from assistant.retrieval.analysis import tokens
from assistant.retrieval.search import Retrieval
from assistant.writing.drafting import Evidence, evidence
from assistant.writing.gap_log import Gap, GapReader, HumanReply

log = logging.getLogger(__name__)

_WEIGHED = 100
"""Of so many gaps, those with the most askers, the effort is read."""
_ANCHORS = 10
_EXTEND = 0.5
"""An article half as sure as the assistant must be to answer is where the answer belongs."""
_ASKED_AGAIN = 20


class Search(Protocol):
    """As a Retriever searches."""

    def search(self, question: str, *, locale: str, limit: int = 10) -> Retrieval: ...

    def locales(self) -> list[str]: ...


class Answers(Protocol):
    """As an Answerer answers, without a language model."""

    @property
    def answers_from(self) -> float: ...

    def consider_extractive(self, text: str, *, locale: str) -> Considered: ...


class Drafts(Protocol):
    """Where articles are written."""

    def free_id(self) -> str: ...

    def draft(self, content: Content, *, by: Person, id: str | None = None) -> Manuscript: ...


@dataclass(frozen=True)
class Nearest:
    """The article that comes nearest. `extend`: near enough to be where the answer belongs."""

    card: ArticleCard
    confidence: float
    extend: bool


@dataclass(frozen=True)
class Asked:
    """A question asked again now, and whether the answer is the one that was missing."""

    question: FailedQuestion
    considered: Considered
    answered: bool

    def is_curated_since(self, moment: datetime) -> bool:
        """Whether it is answered word for word, in words that were written after that moment."""
        match = self.considered.curated
        return match is not None and match.curated.changed_at > moment


@dataclass(frozen=True)
class Overview:
    """The gaps of one state, the heaviest first. `read`: how many failed questions they come from;
    `cut`: there were more than are read, and older ones are left out."""

    gaps: Sequence[Gap]
    sizes: Mapping[GapState, int]
    read: int
    cut: bool


class Gaps:
    """Thread-safe."""

    def __init__(
        self,
        log: GapReader,
        *,
        search: Search,
        answerer_for: Callable[[str | None], Answers],
    ) -> None:
        """`answerer_for`: what answers a visitor, from what they may read; None: the public."""
        self._log, self._search, self._answerer_for = log, search, answerer_for
        self._store, self._now = log.store, log.now
        self._settled = (-1, "")

    # -- read

    def overview(self, state: GapState) -> Overview:
        """Of this state, ranked by askers × effort, the latest first among equals."""
        reading = self._log.read()
        here = [gap for gap in reading.gaps if gap.state is state]
        here.sort(key=lambda gap: (-gap.askers, -gap.last_failed.timestamp(), gap.id))
        ranked = [self._log.weighed(gap) for gap in here[:_WEIGHED]]
        ranked.sort(key=lambda gap: -gap.weight)
        found = Counter(gap.state for gap in reading.gaps)
        sizes = {each: found[each] for each in GapState}
        return Overview([*ranked, *here[_WEIGHED:]], sizes, len(reading.questions), reading.cut)

    def gap(self, gap_id: str) -> Gap:
        """One of them; UnknownThing where its questions have left the log or the window."""
        for gap in self._log.read().gaps:
            if gap.id == gap_id:
                return self._log.weighed(gap)
        raise UnknownThing("gap", gap_id)

    def nearest(self, gap: Gap) -> Nearest | None:
        """By what is published now, in the language that it was asked in most, else in any other;
        None where nothing is published."""
        locale, known = gap.locales[0][0], self._search.locales()
        needed = self._answerer_for(gap.title.visitor_id).answers_from
        found = None
        for each in sorted(known, key=lambda other: other != locale):
            retrieval = self._search.search(gap.title.meaning, locale=each, limit=1)
            if retrieval.best and (found is None or retrieval.confidence > found.confidence):
                extend = retrieval.confidence >= _EXTEND * needed
                found = Nearest(retrieval.best.article, retrieval.confidence, extend)
                if extend and each == locale:
                    break
        return found

    def replies(self, gap: Gap) -> list[HumanReply]:
        """What people answered, the latest conversation first."""
        return self._log.replies(gap)

    def asked_again(self, gap: Gap) -> list[Asked]:
        """Its questions asked now, each wording once. Answered means: from the article that was to
        answer it, or a translation of it, where one was named."""
        wordings = {_wording(each): each for each in gap.questions[::-1]}
        again = list(wordings.values())[::-1][:_ASKED_AGAIN]
        return list(self.answers(gap, again).values())

    def answers(
        self, gap: Gap, questions: Sequence[FailedQuestion], *, openly: Collection[str] = ()
    ) -> dict[str, Asked]:
        """These of its questions asked now, by message id, each as who asked it would be answered,
        or anybody where it is named `openly`; each wording is asked once of the same articles."""
        wanted = self._answering(gap.decided.article_id if gap.decided else None)
        known: dict[tuple[Answers, tuple[str, ...]], Asked] = {}
        found = {}
        for question in questions:
            is_open = question.message_id in openly
            answerer = self._answerer_for(None if is_open else question.visitor_id)
            key = (answerer, _wording(question))
            if key not in known:
                known[key] = _asked(question, wanted, answerer=answerer)
            found[question.message_id] = replace(known[key], question=question)
        return found

    def evidence(self, gap_id: str) -> Evidence:
        """What a draft of its article is made from; WrongStatus where it cannot be taken on."""
        gap = self.gap(gap_id)
        moved(gap_id, gap.state, GapEvent.TAKEN)
        return evidence(gap, self.replies(gap), names=self._log.names(gap))

    def draft(self, gap_id: str, content: Content, *, editor: Drafts, by: Person) -> Manuscript:
        """An article begun, which is to answer it. WrongStatus: then nothing is begun."""
        id = editor.free_id()
        # First: of two who begin at once, one leaves no article that nobody asked for.
        self.take(gap_id, by=by, article_id=id)
        return editor.draft(content, by=by, id=id)

    # -- decide

    def take(self, gap_id: str, *, by: Person, article_id: str | None = None) -> Decided:
        """Somebody works on it; `article_id`: in this article, published or still a draft."""
        return self._decide(gap_id, GapEvent.TAKEN, by=by.id, article_id=article_id)

    def dismiss(self, gap_id: str, *, by: Person) -> Decided:
        """Nothing is to be written about it."""
        return self._decide(gap_id, GapEvent.DISMISSED, by=by.id)

    def reopen(self, gap_id: str, *, by: Person) -> Decided:
        """Back to the list of what is missing."""
        return self._decide(gap_id, GapEvent.REOPENED, by=by.id)

    def settle(self) -> list[Decided]:
        """Done is what was in work and whose questions are answered now: by its article, published,
        and changed since where it answered before, or word for word. Cheap as long as nothing was
        published or written; a gap that cannot be measured keeps no other from it, and is measured
        again."""
        version = (self._store.version(), self._store.curated_stamp())
        if version == self._settled:
            return []
        written = max((each.changed_at for each in self._store.curated()), default=None)
        found, measured = [], True
        for gap in self._log.read().gaps:
            try:
                found += self._settle(gap, written=written)
            except (WrongStatus, UnknownThing):
                continue  # Somebody was faster, or its questions left the window.
            except Exception as error:
                log.error("gaps.unmeasured: %s: %s", gap.id, type(error).__name__)
                measured = False
        if measured:
            self._settled = version
        return found

    def _settle(self, gap: Gap, *, written: datetime | None) -> list[Decided]:
        decided = gap.decided
        if not decided or gap.state is not GapState.IN_WORK:
            return []
        if not self._is_answered(gap, decided, written=written):
            return []
        article_id = decided.article_id
        return [self._decide(gap.id, GapEvent.ANSWERED, by=ASSISTANT, article_id=article_id)]

    def _is_answered(self, gap: Gap, decided: Decided, *, written: datetime | None) -> bool:
        """`written`: when anything was last written word for word."""
        article = self._published(decided.article_id)
        if article and article.content_hash != decided.article_hash:
            return self._answered_now(gap)
        # Only what was written word for word since can have mended it.
        if written is None or written <= decided.at:
            return False
        return self._answered_now(gap, word_for_word_since=decided.at)

    def _answered_now(self, gap: Gap, *, word_for_word_since: datetime | None = None) -> bool:
        again = self.asked_again(gap)
        found = [each for each in again if each.answered]
        if word_for_word_since is not None:
            found = [each for each in found if each.is_curated_since(word_for_word_since)]
        return len(found) >= DONE_FROM * len(again)

    def _decide(
        self, gap_id: str, event: GapEvent, *, by: str, article_id: str | None = None
    ) -> Decided:
        gap = self.gap(gap_id)
        state = moved(gap_id, gap.state, event)
        article = self._published(article_id)
        decided = Decided(
            gap_id=gap_id,
            state=state,
            anchors=tuple(question.message_id for question in gap.questions[:_ANCHORS]),
            by=by,
            at=self._now(),
            article_id=article_id,
        )
        if article and self._answered_now(replace(gap, decided=decided)):
            decided = replace(decided, article_hash=article.content_hash)
        told = {"article_id": article_id, "questions": len(gap.questions)}
        deed = Deed(self._now(), by, f"gap_{event.value}", gap_id, told)
        was = gap.decided.state if gap.decided else None
        self._store.decide_gap(decided, was=was, deed=deed)
        return decided

    # -- asked again

    def _answering(self, article_id: str | None) -> frozenset[str]:
        """The article and its translations."""
        if article_id is None:
            return frozenset()
        original = self._store.cards([article_id]).get(article_id)
        root = (original.translation_of if original else None) or article_id
        family = (c.id for c in self._store.articles() if root in (c.id, c.translation_of))
        return frozenset({article_id, *family})

    def _published(self, article_id: str | None) -> Article | None:
        try:
            return self._store.article(article_id) if article_id else None
        except UnknownThing:
            return None


def _asked(question: FailedQuestion, wanted: frozenset[str], *, answerer: Answers) -> Asked:
    considered = answerer.consider_extractive(question.meaning, locale=question.locale)
    outcome = considered.outcome
    cited = {c.article_id for c in outcome.citations} if isinstance(outcome, Answer) else set()
    named = not wanted or considered.curated is not None or bool(cited & wanted)
    answered = named and isinstance(outcome, Answer)
    return Asked(question, considered, answered)


def _wording(question: FailedQuestion) -> tuple[str, ...]:
    return (question.locale, *tokens(question.text, question.locale))
