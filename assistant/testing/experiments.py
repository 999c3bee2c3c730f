"""What every ExperimentStore must do."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from assistant.domain.experiment import Arm, Experiment, Exposure, Goal, Subject
from assistant.domain.survey import SurveyResponse
from assistant.errors import Refused, UnknownThing
from assistant.ports import Deed
from assistant.ports.experiments import Met
from assistant.testing.samples import NOON, a_conversation, a_message, started, token_of

HOUR = timedelta(hours=1)
BUDGET = Experiment("x1", "Dare more", Subject.MAX_WRONG, 0.25, 0.5, Goal.HELPED, NOON)
GREETING = replace(BUDGET, id="x2", subject=Subject.WELCOME, value={"fr": "Bonjour à vous"})
NOBODY = dict.fromkeys(Arm, (0, 0))
PRAISED = ("good_csat_assistant", "good_csat_people")
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
        assert met(store) == Met({Arm.CONTROL: (0, 0), Arm.VARIANT: (0, 2)}, 0, 0)
        assert met(store, settled=first).fresh == 0
        assert met(store, settled=NOON) == Met(NOBODY, fresh=2, crossed=0)
        assert met(store, at=first) == met(store, "x2") == Met(NOBODY, 0, 0)

    def test_a_conversation_stays_in_the_arm_in_which_it_met_it(self, store: Any) -> None:
        store.start_experiment(BUDGET, deed=DEED)
        started(store, a_conversation("c1"))
        assert store.arm_met("x1", "c1") is None
        # Its visitor signs in on the way, and is one of the other arm.
        for arm in (Arm.VARIANT, Arm.CONTROL):
            assert store.expose(Exposure("x1", "c1", arm, NOON)) is Arm.VARIANT
        assert store.arm_met("x1", "c1") is Arm.VARIANT
        assert store.arm_met("x2", "c1") is None
        assert list(met(store).arms.values()) == [(0, 0), (0, 1)]

    @pytest.mark.parametrize("told_by", ["log", "roll-ups"])
    def test_a_visitor_counts_once_by_the_first_conversation(
        self, store: Any, told_by: str
    ) -> None:
        store.start_experiment(BUDGET, deed=DEED)
        wrote(store, "c1", "c2", "c3")
        store.add_survey(SurveyResponse("c2", NOON, csat=5))
        for minutes, id in enumerate(("c2", "c1", "c3")):
            store.expose(Exposure("x1", id, Arm.VARIANT, NOON + timedelta(minutes=minutes)))
        if told_by == "roll-ups":
            assert store.roll_up(settled=NOON + HOUR)
        assert met(store, reached=PRAISED).arms[Arm.VARIANT] == (1, 1)
        store.add_survey(SurveyResponse("c2", NOON + HOUR / 2, csat=1))
        assert met(store, reached=PRAISED).arms[Arm.VARIANT] == (0, 1)
        assert met(store, reached=("all",)).arms[Arm.VARIANT] == (1, 1)

    def test_who_met_both_arms_and_who_met_it_lately_are_in_neither(self, store: Any) -> None:
        store.start_experiment(BUDGET, deed=DEED)
        wrote(store, "c1", "c2")
        wrote(store, "c3", visitor="v2")
        wrote(store, "c4", visitor="v3")
        for id, arm, minutes in [
            ("c1", Arm.CONTROL, 1),
            ("c2", Arm.VARIANT, 30),
            ("c3", Arm.CONTROL, 2),
            ("c4", Arm.VARIANT, 3),
        ]:
            store.expose(Exposure("x1", id, arm, NOON + timedelta(minutes=minutes)))
        found = met(store, settled=NOON + timedelta(minutes=2))
        assert found == Met({Arm.CONTROL: (1, 1), Arm.VARIANT: (0, 0)}, fresh=1, crossed=1)
        assert met(store, at=NOON + timedelta(minutes=3)).arms[Arm.CONTROL] == (2, 2)

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
        assert met(store) == Met(NOBODY, 0, 0)

    @pytest.mark.parametrize("told_by", ["log", "roll-ups"])
    @pytest.mark.parametrize(
        ("names", "reached"),
        [
            (("all",), 2),
            (PRAISED, 1),
            ((*PRAISED, "all"), 2),
            (("responded_assistant", "responded_people"), 1),
            (("handed",), 0),
        ],
    )
    def test_the_goal_is_reached_where_one_of_its_counts_counts_the_conversation(
        self, store: Any, names: tuple[str, ...], reached: int, told_by: str
    ) -> None:
        store.start_experiment(BUDGET, deed=DEED)
        for id in ("c1", "c2"):
            wrote(store, id, visitor=f"v-{id}")
        token = token_of("silent")
        silent = a_conversation("silent", visitor="v-silent")
        store.start(silent, token_hash=token, visitor_token_hash=token)
        for id in ("c1", "c2", "silent"):
            store.expose(Exposure("x1", id, Arm.CONTROL, NOON))
        store.add_survey(SurveyResponse("c1", NOON, csat=5))
        if told_by == "roll-ups":
            assert store.roll_up(settled=NOON + HOUR)
        assert met(store, reached=names).arms[Arm.CONTROL] == (reached, 3)


def met(
    store: Any,
    experiment_id: str = "x1",
    *,
    reached: tuple[str, ...] = ("all",),
    settled: datetime = NOON + HOUR,
    at: datetime = NOON + HOUR,
) -> Met:
    """What the store tells."""
    found: Met = store.met(experiment_id, reached, settled=settled, at=at)
    return found


def wrote(store: Any, *ids: str, visitor: str = "v1") -> None:
    """The visitor's conversations, with a message in each."""
    for id in ids:
        store.start(
            a_conversation(id, visitor=visitor),
            token_hash=token_of(id),
            visitor_token_hash=token_of(visitor),
        )
        store.add_message(a_message(f"m-{id}", conversation=id))
