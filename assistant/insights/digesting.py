"""Read the log as it grows, and keep what is derived from each conversation: effort, predicted
satisfaction, and the theme, which is the group of meanings that its first question falls into.

A conversation keeps the theme that it was given; its scores are worked out again whenever something
was added, and while its customer waits for a person, until waiting longer adds nothing. Read in the
order of the log, so that the same log gives the same themes.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from assistant.domain.conversation import Conversation, Message
from assistant.domain.ownership import WITH_PEOPLE
from assistant.errors import UnknownThing
from assistant.insights.beside import beside
from assistant.insights.effort import FULL_WAIT
from assistant.insights.score import score_conversation
from assistant.insights.transcript import said_in
from assistant.ports import Clock, Embedder, StoredEvent, Vectors
from assistant.ports.digests import Digest, DigestStore, FirstQuestion, Theme
from assistant.retrieval.middles import Middles

SETTLED = timedelta(minutes=1)
"""By then no transaction with a lower number can still come in."""
BUDGET_S = 3.0
"""Of a round: replies need the encoder too."""
WAITS_EVERY = timedelta(minutes=5)
"""How often the scores of who waits are worked out again: by then two points more are due."""
_AT_ONCE = 200
_MOST_WAITING = 1000


class DigestedLog(DigestStore, Protocol):
    """What is read of the store."""

    def changes(self, *, after: int, limit: int = 200) -> list[StoredEvent]: ...

    def conversation(self, conversation_id: str) -> Conversation: ...

    def conversations(
        self, *, visitor_id: str | None = None, status: str | None = None, limit: int = 50
    ) -> list[Conversation]: ...

    def messages(self, conversation_id: str) -> list[Message]: ...

    def events(
        self, conversation_id: str, *, limit: int = 200, kinds: tuple[str, ...] = ()
    ) -> list[StoredEvent]: ...


class Digester:
    """One `round` at a time in a process; of two processes, one keeps what it made."""

    def __init__(self, store: DigestedLog, *, embedder: Embedder, now: Clock) -> None:
        self._store, self._embedder, self._now = store, embedder, now
        self._known: tuple[int, _Themes] | None = None
        self._waits_at: datetime | None = None

    def round(self, *, budget_s: float = BUDGET_S) -> int:
        """Read on for so many seconds; how many conversations were read."""
        read, ends = 0, time.monotonic() + budget_s
        while time.monotonic() < ends and (step := self._step()):
            read += step
        self._wait_on()
        return read

    def _wait_on(self) -> None:
        """Waiting puts nothing into the log, and costs more every minute."""
        at, after = self._now(), self._store.digested(self._embedder.name)
        if after is None or (self._waits_at is not None and at - self._waits_at < WAITS_EVERY):
            return
        # Who had waited for that long when they were looked at last is as they were then.
        since = self._waits_at - FULL_WAIT if self._waits_at else None
        waiting = [
            each.id
            for status in WITH_PEOPLE
            for each in self._store.conversations(status=status.value, limit=_MOST_WAITING)
            if each.waiting_since and (since is None or each.waiting_since > since)
        ]
        self._waits_at = at
        before = self._store.digests(waiting)
        found = (self._digest(id, before[id].theme_id) for id in waiting if id in before)
        changed = [each for each in found if each and each != before[each.conversation_id]]
        if changed:
            self._store.keep_digests(
                changed, themes=(), model=self._embedder.name, after=after, to=after
            )

    def _step(self) -> int:
        after = self._store.digested(self._embedder.name)
        settled = self._settled(after or 0)
        if not settled:
            return 0
        ids = list(dict.fromkeys(event.conversation_id for event in settled))
        themes = self._themes(after)
        made = self._digests(ids, themes, anew=after is None)
        kept = self._store.keep_digests(
            made,
            themes=themes.changed(),
            model=self._embedder.name,
            after=after,
            to=settled[-1].id,
        )
        # What another process kept meanwhile is not in ours.
        self._known = (settled[-1].id, themes) if kept else None
        return len(ids)

    def _settled(self, after: int) -> Sequence[StoredEvent]:
        until = self._now() - SETTLED
        events = self._store.changes(after=after, limit=_AT_ONCE)
        young = next((n for n, event in enumerate(events) if event.created_at > until), None)
        return events[:young]

    def _themes(self, after: int | None) -> _Themes:
        if self._known is not None and self._known[0] == after:
            return self._known[1]
        # Those of another encoder mean nothing to this one.
        return _Themes(self._store.themes() if after is not None else ())

    def _digests(self, ids: Sequence[str], themes: _Themes, *, anew: bool) -> list[Digest]:
        known = {} if anew else self._store.digests(ids)
        given = {id: digest.theme_id for id, digest in known.items() if digest.theme_id}
        asked = self._store.first_questions(id for id in ids if id not in given)
        # In the order of the log.
        placed = self._placed([asked[id] for id in ids if id in asked], themes)
        found = (self._digest(id, given.get(id) or placed.get(id)) for id in ids)
        return [digest for digest in found if digest is not None]

    def _placed(self, questions: Sequence[FirstQuestion], themes: _Themes) -> Mapping[str, str]:
        if not questions:
            return {}
        vectors = self._embedder.embed([question.text for question in questions])
        return {
            question.conversation_id: themes.place(question, vector)
            for question, vector in zip(questions, vectors, strict=True)
        }

    def _digest(self, conversation_id: str, theme_id: str | None) -> Digest | None:
        try:
            conversation = self._store.conversation(conversation_id)
        except UnknownThing:
            # Its visitor was forgotten.
            return None
        said = said_in(self._store.messages(conversation_id))
        known = beside(self._store, conversation_id, now=self._now())
        score = score_conversation(said, locale=conversation.locale, beside=known)
        return Digest(conversation_id, score.effort.index, score.satisfaction.value, theme_id)


class _Themes:
    """Those that are kept, and those that were founded or grew since."""

    def __init__(self, known: Iterable[Theme]) -> None:
        self._middles: dict[bool, Middles] = {}
        self._grown: dict[str, bool] = {}
        for theme in known:
            self._of(theme.total, simulated=theme.simulated).add(theme.id, theme.total)

    def place(self, question: FirstQuestion, vector: Vectors) -> str:
        """The theme of the question, which may found it."""
        middles = self._of(vector, simulated=question.simulated)
        name = middles.nearest(vector) or f"t-{question.message_id}"
        middles.add(name, vector)
        self._grown[name] = question.simulated
        return name

    def changed(self) -> list[Theme]:
        """Since this was asked last."""
        grown, self._grown = self._grown, {}
        return [
            Theme(name, simulated, self._middles[simulated].total(name))
            for name, simulated in grown.items()
        ]

    def _of(self, vector: Vectors, *, simulated: bool) -> Middles:
        return self._middles.setdefault(simulated, Middles(len(vector)))
