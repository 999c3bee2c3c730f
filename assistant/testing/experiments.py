"""What every ExperimentStore must do."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from assistant.domain.experiment import Arm, Experiment, Exposure, Goal, Subject
from assistant.domain.survey import SurveyResponse
from assistant.errors import Refused, UnknownThing
from assistant.ports import Deed
from assistant.ports.experiments import Met
from assistant.ports.figures import Cohort
from assistant.testing.samples import NOON, a_conversation, a_message, started, token_of

HOUR = timedelta(hours=1)
BUDGET = Experiment("x1", "Dare more", Subject.MAX_WRONG, 0.25, 0.5, Goal.HELPED, NOON)
GREETING = replace(BUDGET, id="x2", subject=Subject.WELCOME, value={"fr": "Bonjour à vous"})
DEED = Deed(NOON, "lead-1", "experiment_started", "x1", {})


class ExperimentStoreContract:
    """Needs the fixture `store`: an empty one that is a ConversationStore and a CaseStore too."""

    def test_of_each_setting_one_is_tried_at_a_time(self, store: Any) -> None:
        store.start_experiment(BUDGET, deed=DEED)
        store.start_experiment(replace(GREETING, started_at=NOON + HOUR), deed=DEED)
        with pytest.raises(Refused):
            store.start_experiment(replace(BUDGET, id="x3"), deed=DEED)
        assert [each.id for each in store.experiments()] == ["x2", "x1"]
        assert store.experiments()[1] == BUDGET
        assert len(store.deeds()) == 2

    def test_what_is_adopted_is_the_setting_from_then_on(self, store: Any) -> None:
        store.start_experiment(BUDGET, deed=DEED)
        ended = store.end_experiment("x1", at=NOON + HOUR, adopt=True, deed=DEED)
        assert ended == replace(BUDGET, ended_at=NOON + HOUR, adopted=True)
        assert store.experiments() == [ended]
        assert store.team_setting("max_wrong") == 0.25
        store.set_team_setting("max_wrong", None, deed=DEED)
        assert store.team_setting("max_wrong") is None
        store.start_experiment(replace(BUDGET, id="x3"), deed=DEED)

    def test_of_a_greeting_only_what_was_tried_is_adopted_and_what_was_before_is_known(
        self, store: Any
    ) -> None:
        store.start_experiment(GREETING, deed=DEED)
        before = {"en": "Hi", "fr": "Salut"}
        store.set_team_setting("welcome", before, deed=DEED)
        ended = store.end_experiment("x2", at=NOON + HOUR, adopt=True, deed=DEED)
        assert store.team_setting("welcome") == {"en": "Hi", "fr": "Bonjour à vous"}
        assert ended.replaced == before
        assert store.experiments() == [ended]

    def test_what_is_stopped_changes_nothing_and_ends_once(self, store: Any) -> None:
        store.start_experiment(GREETING, deed=DEED)
        store.end_experiment("x2", at=NOON + HOUR, adopt=False, deed=DEED)
        assert store.team_setting("welcome") is None
        with pytest.raises(Refused):
            store.end_experiment("x2", at=NOON + HOUR, adopt=True, deed=DEED)
        with pytest.raises(UnknownThing):
            store.end_experiment("x9", at=NOON, adopt=True, deed=DEED)
        assert store.team_setting("welcome") is None

    def test_who_met_it_is_told_once_for_each_conversation(self, store: Any) -> None:
        store.start_experiment(BUDGET, deed=DEED)
        for id in ("c1", "c2"):
            started(store, a_conversation(id, visitor=f"v-{id}"))
            for minutes in (1, 2):
                at = NOON + timedelta(minutes=minutes)
                store.expose(Exposure("x1", id, Arm.VARIANT, at))
        first = NOON + timedelta(minutes=1)
        assert store.met("x1", until=NOON + HOUR) == [
            Met("v-c1", "c1", Arm.VARIANT, first),
            Met("v-c2", "c2", Arm.VARIANT, first),
        ]
        assert store.met("x1", until=first) == store.met("x2", until=NOON + HOUR) == []

    def test_who_met_it_is_exported(self, store: Any) -> None:
        store.start_experiment(BUDGET, deed=DEED)
        started(store, a_conversation("c1"))
        store.expose(Exposure("x1", "c1", Arm.CONTROL, NOON))
        met = {"experiment_id": "x1", "arm": "control", "at": NOON.isoformat()}
        assert list(store.export("exposures")) == [met | {"conversation_id": "c1"}]
        [conversation] = store.export("conversations")
        assert conversation["exposures"] == [met]

    def test_whoever_is_forgotten_never_met_it(self, store: Any) -> None:
        store.start_experiment(BUDGET, deed=DEED)
        started(store, a_conversation("c1"))
        store.expose(Exposure("x1", "c1", Arm.CONTROL, NOON))
        store.forget("v1")
        assert store.met("x1", until=NOON + HOUR) == []

    def test_outcomes_are_the_counts_that_count_a_conversation(self, store: Any) -> None:
        for id in ("c1", "c2", "silent"):
            store.start(
                a_conversation(id), token_hash=token_of(id), visitor_token_hash=token_of("v1")
            )
        for id in ("c1", "c2"):
            store.add_message(a_message(f"m-{id}", conversation=id))
        store.add_survey(SurveyResponse("c1", NOON, csat=5))
        cohort = Cohort(since=NOON, until=NOON + HOUR, at=NOON + 9000 * timedelta(days=1))
        names = ("all", "responded_assistant", "good_csat_assistant")
        assert store.outcomes(cohort, names) == {"c1": frozenset(names), "c2": frozenset({"all"})}
