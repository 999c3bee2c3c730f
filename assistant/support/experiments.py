"""Settings that are tried: which value holds for which conversation, and what leads do about it.

Whatever can be tried is asked for here by its name, with the conversation that it is for; that its
visitor met an experiment is noted in the same breath, in either arm.
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol

from assistant.answering.pipeline import Answerer
from assistant.case_ports import CaseStore
from assistant.domain.conversation import Conversation
from assistant.domain.experiment import (
    Arm,
    Before,
    Experiment,
    Exposure,
    Goal,
    Subject,
    before_adopting,
)
from assistant.errors import Refused, UnknownThing
from assistant.insights.experiments import Result, result
from assistant.ports import Clock, Deed, Person
from assistant.ports.experiments import ExperimentStore
from assistant.support.sureness import Sureness
from assistant.support.welcome import checked_texts

SHORTEST_S, LONGEST_S = 10, 600
"""Of silence, until a survey may come."""
LONGEST_WISH = 500
_SHOWN = timedelta(minutes=1)
"""Seconds of work, where everybody met it: not for every view of the page."""
_FRESH = timedelta(seconds=5)
"""Another process may have changed it: what was read is believed for so long."""


class TryingStore(ExperimentStore, CaseStore, Protocol):
    """What is read and kept."""


class Experiments:
    """Thread-safe."""

    def __init__(
        self,
        store: TryingStore,
        *,
        now: Clock,
        has_model: bool = False,
        new_id: Callable[[], str] = lambda: secrets.token_hex(6),
    ) -> None:
        """`has_model`: whether a language model writes, which can be told how."""
        self._store, self._now, self._new_id = store, now, new_id
        self.subjects = [each for each in Subject if has_model or each is not Subject.INSTRUCTION]
        self._lock = threading.Lock()
        self._read: tuple[datetime, Sequence[Experiment]] | None = None
        self._shown: dict[str, tuple[datetime, Result]] = {}

    # -- for whoever asks for a setting

    def setting(self, subject: Subject, conversation: Conversation, *, noted: bool = True) -> Any:
        """The value for this conversation; None where neither a lead nor an experiment set one.
        `noted`: that its visitor meets the experiment here, if there is one."""
        tried = self._tried(subject, conversation, noted=noted)
        present = self.in_force(subject)
        return present if tried is None else tried.over(present)

    def survey_after(self, conversation: Conversation) -> int | None:
        """Seconds of silence under an answer after which a survey may come; None: it does not. Who
        is never answered does not meet it: `tuned` notes who is."""
        seconds: int | None = self.setting(Subject.SURVEY_AFTER, conversation, noted=False)
        return seconds

    def uses(self, subject: Subject) -> bool:
        """Whether anybody's value may be another than the usual one."""
        tried = any(each.subject is subject for each in self._running())
        return tried or self.in_force(subject) is not None

    def in_force(self, subject: Subject) -> Any:
        """The value where nothing is tried; None where a lead never set one."""
        return self._store.team_setting(subject.value)

    def tuned(
        self, answerer: Answerer, conversation: Conversation, *, sureness: Sureness
    ) -> Answerer:
        """The answerer with what holds for this conversation, in which the customer asks
        something."""
        self._tried(Subject.SURVEY_AFTER, conversation, noted=True)
        if Subject.INSTRUCTION in self.subjects:
            wish = self.setting(Subject.INSTRUCTION, conversation)
            answerer = answerer.wishing(wish) if wish else answerer
        budget = self.setting(Subject.MAX_WRONG, conversation)
        return answerer if budget is None else sureness.with_budget(answerer, budget)

    # -- for leads

    def all(self) -> list[Experiment]:
        """The latest first."""
        return self._store.experiments()

    def one(self, experiment_id: str) -> Experiment:
        """Or UnknownThing."""
        found = next((each for each in self.all() if each.id == experiment_id), None)
        if found is None:
            raise UnknownThing("experiment", experiment_id)
        return found

    def look(self, experiment: Experiment) -> Result:
        """What it has shown so far, as it was a minute ago or later; look as often as you like."""
        at = self._now()
        shown = self._shown.get(experiment.id)
        if shown is None or not timedelta() <= at - shown[0] < _SHOWN:
            shown = self._shown[experiment.id] = at, result(self._store, experiment, now=at)
        return shown[1]

    def start(
        self, name: str, subject: Subject, value: Any, *, share: float, goal: Goal, by: Person
    ) -> Experiment:
        """From now on, for conversations that begin; Refused where it makes no sense."""
        if subject not in self.subjects:
            raise Refused("There is no language model; the operator sets one by ASSISTANT_MODEL.")
        at, tried = self._now(), _CHECKS[subject](value)
        wanted = Experiment(
            f"x-{self._new_id()}", name.strip(), subject, tried, share, goal, at
        ).checked()
        deed = Deed(at, by.id, "experiment_started", wanted.id, {"subject": subject.value})
        self._store.start_experiment(wanted, deed=deed)
        self._forget()
        return wanted

    def untried(self, subject: Subject) -> None:
        """Refused while it is being tried: who changed it would change what is compared."""
        for each in self.all():
            if each.subject is subject and each.ended_at is None:
                raise Refused(
                    f"This is being tried by {each.name!r}; stop or adopt that experiment first."
                )

    def adopted(self) -> dict[Subject, Before]:
        """The settings that are as an experiment left them, with what they were before."""
        every = self.all()
        found = {each: before_adopting(every, each, self.in_force(each)) for each in Subject}
        return {subject: before for subject, before in found.items() if before is not None}

    def stop(self, experiment_id: str, *, by: Person) -> None:
        """Everybody has what holds without it again."""
        self._end(experiment_id, adopt=False, deed="experiment_stopped", by=by)

    def adopt(self, experiment_id: str, *, by: Person) -> None:
        """Everybody has its value: from now on it is the setting."""
        self._end(experiment_id, adopt=True, deed="experiment_adopted", by=by)

    def _end(self, experiment_id: str, *, adopt: bool, deed: str, by: Person) -> None:
        at = self._now()
        done = Deed(at, by.id, deed, experiment_id, {})
        self._store.end_experiment(experiment_id, at=at, adopt=adopt, deed=done)
        self._forget()

    def set_back(self, subject: Subject, *, by: Person) -> None:
        """As if nothing had ever been adopted; Refused where nothing was, or another is tried."""
        before = self.adopted().get(subject)
        if before is None:
            raise Refused("Nothing was adopted here that could be set back.")
        self.untried(subject)
        deed = Deed(self._now(), by.id, "experiment_set_back", subject.value, {})
        self._store.set_team_setting(subject.value, before.value, deed=deed)

    def _tried(
        self, subject: Subject, conversation: Conversation, *, noted: bool
    ) -> Experiment | None:
        """The experiment whose variant the conversation has; None where it has what holds."""
        running = next((each for each in self._running() if each.subject is subject), None)
        if running is None or not running.concerns(conversation):
            return None
        arm = self._arm(running, conversation, noted=noted)
        return running if arm is Arm.VARIANT else None

    def _arm(self, running: Experiment, conversation: Conversation, *, noted: bool) -> Arm:
        """A conversation keeps the one that it began in, also where its visitor turns out, by
        signing in, to be somebody of the other."""
        drawn = running.arm_of(conversation.visitor_id)
        if noted:
            return self._store.expose(Exposure(running.id, conversation.id, drawn, self._now()))
        return self._store.arm_met(running.id, conversation.id) or drawn

    def _running(self) -> Sequence[Experiment]:
        at = self._now()
        with self._lock:
            if self._read is None or not timedelta() <= at - self._read[0] < _FRESH:
                running = [each for each in self._store.experiments() if each.ended_at is None]
                self._read = (at, running)
            return self._read[1]

    def _forget(self) -> None:
        with self._lock:
            self._read = None


def _budget(value: Any) -> float:
    if not isinstance(value, float) or not 0.01 <= value <= 0.9:
        raise Refused("The share of answers that may be wrong is from 1 to 90 %.")
    return value


def _silence(value: Any) -> int:
    if not isinstance(value, int) or not SHORTEST_S <= value <= LONGEST_S:
        raise Refused(f"A survey comes after {SHORTEST_S} to {LONGEST_S} seconds of silence.")
    return value


def _words(value: Any) -> dict[str, str]:
    texts = checked_texts(value)
    if not texts:
        raise Refused("Write the words that are to be tried, in at least one language.")
    return texts


def _wish(value: Any) -> str:
    wish = value.strip() if isinstance(value, str) else ""
    if not 0 < len(wish) <= LONGEST_WISH:
        raise Refused(f"Tell the language model how to write in up to {LONGEST_WISH} characters.")
    return wish


_CHECKS: Mapping[Subject, Callable[[Any], Any]] = {
    Subject.WELCOME: _words,
    Subject.MAX_WRONG: _budget,
    Subject.SURVEY_AFTER: _silence,
    Subject.INSTRUCTION: _wish,
}
