"""Leads try a setting on a part of the visitors, look whenever they like, and adopt it or not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest

from assistant.domain.experiment import Arm, Experiment
from assistant.domain.visitor import Profile
from assistant.support.experiments import Experiments
from assistant.support.sureness import ErrorBudget
from tests.server.conftest import API, Agent, Visitor, World, utc_now

PAGE = "/console/insights/experiments"
BUDGET = {"subject": "max_wrong", "name": "Dare more", "percent": "40", "goal": "helped"}
WORDS = {"subject": "welcome", "name": "Warmer", "text-en": "Hi there!", "goal": "wrote"}
WISH = {
    "subject": "instruction",
    "name": "Shorter",
    "wish": " Use short words. ",
    "goal": "praised",
}
MOMENT = {"subject": "survey_after", "name": "Sooner", "seconds": "30", "goal": "rated"}


@pytest.fixture
def lea(new_agent: Callable[..., Agent]) -> Agent:
    return new_agent("lea", "lead")


def starts(lea: Agent, **form: str) -> Any:
    return lea.posts(PAGE, **{"share": "50"} | form)


def running(world: World) -> Experiment:
    (found,) = [each for each in world.store.experiments() if each.ended_at is None]
    return found


def arms(world: World) -> dict[str, Arm]:
    """By conversation."""
    met = world.store.export("exposures")
    return {each["conversation_id"]: Arm(each["arm"]) for each in met}


def test_a_greeting_is_tried_on_the_visitors_of_one_arm(
    world: World, lea: Agent, new_visitor: Callable[..., Visitor]
) -> None:
    assert starts(lea, **WORDS).headers["location"] == f"{PAGE}?saved=1"
    greeted = {}
    for _ in range(20):
        body = lea.client.post(f"{API}/conversations", json={"locale": "en"}).json()
        greeted[body["id"]] = body["greeting"]
    variant = {id for id, arm in arms(world).items() if arm is Arm.VARIANT}
    assert 0 < len(variant) < 20
    assert {id for id, words in greeted.items() if words == "Hi there!"} == variant
    french = lea.client.post(f"{API}/conversations", json={"locale": "fr"}).json()["greeting"]
    assert "Bonjour" in french


def test_an_error_budget_is_tried_where_something_is_asked(
    world: World, lea: Agent, new_visitor: Callable[..., Visitor]
) -> None:
    before = new_visitor()
    starts(lea, **BUDGET, share="90")
    visitors = [new_visitor() for _ in range(12)]
    assert arms(world) == {}
    for each in [before, *visitors]:
        each.says("Can I return a gift?")
    found = arms(world)
    assert set(found) == {each.id for each in visitors}
    confidence = world.assistant.calibration.dial.answer_at(0.4)
    assert world.answerer.answered_from == [confidence] * list(found.values()).count(Arm.VARIANT)


def test_the_language_model_is_told_otherwise_for_the_visitors_of_one_arm(
    world: World, lea: Agent, new_visitor: Callable[..., Visitor]
) -> None:
    assert starts(lea, **WISH).status_code == 303
    for _ in range(12):
        new_visitor().says("Can I return a gift?")
    variants = list(arms(world).values()).count(Arm.VARIANT)
    assert 0 < variants < 12
    assert world.answerer.wishes == ["Use short words."] * variants
    assert lea.posts(f"{PAGE}/{running(world).id}/adopt").status_code == 303
    world.answerer.wishes.clear()
    new_visitor().says("Can I return a gift?")
    assert world.answerer.wishes == ["Use short words."]
    assert "<q>Use short words.</q>" in lea.opens(PAGE).text


def test_without_a_language_model_there_is_none_to_instruct(world: World, lea: Agent) -> None:
    service = world.assistant.experiments
    service.subjects = Experiments(world.store, now=utc_now).subjects
    assert "language model" not in lea.opens(PAGE).text
    refused = starts(lea, **WISH)
    assert refused.status_code == 422
    assert "ASSISTANT_MODEL" in refused.text


def test_what_is_adopted_is_everybodys_until_it_is_set_back(
    world: World, lea: Agent, visitor: Visitor
) -> None:
    starts(lea, **BUDGET, share="10")
    tried = running(world)
    assert lea.posts(f"{PAGE}/{tried.id}/adopt").status_code == 303
    visitor.says("Can I return a gift?")
    assert len(world.answerer.answered_from) == 1
    assert "by a former experiment" in lea.opens(PAGE).text
    assert "40 of 100 answers may be wrong" in lea.opens("/console/triggers").text
    sure = world.assistant.sureness
    assert sure.budget() == ErrorBudget(operators=0.15, adopted=0.4)
    world.answerer.answered_from.clear()
    assert lea.opens("/console/playground").status_code == 200
    assert set(world.answerer.answered_from) == {sure.dial.answer_at(0.4)}
    world.answerer.answered_from.clear()
    lea.posts(f"{PAGE}/set-back", subject="max_wrong")
    visitor.says("Can I return a gift then?")
    assert world.answerer.answered_from == []
    assert sure.budget().share == 0.15
    assert "by a former experiment" not in lea.opens(PAGE).text
    assert "adopted" in lea.opens(f"{PAGE}/{tried.id}").text


def greetings(world: World) -> dict[str, str]:
    return world.assistant.welcome.texts()


def test_a_greeting_that_was_adopted_can_be_set_back(world: World, lea: Agent) -> None:
    lea.posts("/console/welcome", **{"text-en": "Hello.", "text-fr": "Bonjour."})
    starts(lea, **WORDS)
    assert lea.posts(f"{PAGE}/{running(world).id}/adopt").status_code == 303
    assert greetings(world) == {"en": "Hi there!", "fr": "Bonjour."}
    assert lea.posts(f"{PAGE}/set-back", subject="welcome").status_code == 303
    assert greetings(world) == {"en": "Hello.", "fr": "Bonjour."}


def test_words_that_no_experiment_wrote_are_not_set_back(world: World, lea: Agent) -> None:
    lea.posts("/console/welcome", **{"text-en": "Hello."})
    refused = lea.posts(f"{PAGE}/set-back", subject="welcome")
    assert refused.status_code == 422
    assert "Nothing was adopted" in refused.text
    assert greetings(world) == {"en": "Hello."}


def test_what_is_being_tried_is_neither_changed_nor_set_back(world: World, lea: Agent) -> None:
    lea.posts("/console/welcome", **{"text-en": "Hello."})
    starts(lea, **WORDS)
    saved = lea.posts("/console/welcome", **{"text-en": "Good day."})
    assert saved.status_code == 422
    assert "is being tried" in saved.text
    assert lea.posts(f"{PAGE}/set-back", subject="welcome").status_code == 422
    assert greetings(world) == {"en": "Hello."}


def test_what_is_stopped_is_nobodys(world: World, lea: Agent, visitor: Visitor) -> None:
    starts(lea, **MOMENT, share="90")
    tried = running(world)
    lea.posts(f"{PAGE}/{tried.id}/stop")
    assert visitor.reads()["survey_after"] is None
    assert lea.posts(f"{PAGE}/{tried.id}/stop").status_code == 422


def test_the_survey_may_come_after_a_silence_and_who_was_answered_met_it(
    world: World, lea: Agent, new_visitor: Callable[..., Visitor]
) -> None:
    starts(lea, **MOMENT)
    visitors = [new_visitor() for _ in range(12)]
    told = {each.id: each.reads()["survey_after"] for each in visitors}
    assert arms(world) == {}
    for each in visitors:
        each.says("Can I return a gift?")
    assert told == {id: 30 if arm is Arm.VARIANT else None for id, arm in arms(world).items()}


def test_who_signs_in_on_the_way_stays_in_the_arm_of_the_conversation(
    world: World, lea: Agent, new_visitor: Callable[..., Visitor]
) -> None:
    starts(lea, **MOMENT)
    starts(lea, **BUDGET)
    visitors = [new_visitor() for _ in range(12)]
    for each in visitors:
        each.says("Can I return a gift?")
    met, told = arms_by_experiment(world), [each.reads()["survey_after"] for each in visitors]
    assert len(set(told)) == 2
    sure = len(world.answerer.answered_from)
    assert 0 < sure < 12
    for each in visitors:
        # All of them are the same customer, who is of one arm.
        anonymous = world.store.conversation(each.id).visitor_id
        who = {"new_id": "v-new", "token_hash": sha256(each.id.encode()).hexdigest()}
        world.store.identify(Profile("customer-1", {}), visitor_id=anonymous, **who)
    assert [each.reads()["survey_after"] for each in visitors] == told
    for each in visitors:
        each.says("Can I return two gifts?")
    assert len(world.answerer.answered_from) == 2 * sure
    assert arms_by_experiment(world) == met


def arms_by_experiment(world: World) -> dict[tuple[str, str], str]:
    met = world.store.export("exposures")
    return {(each["experiment_id"], each["conversation_id"]): each["arm"] for each in met}


def test_what_it_has_shown_counts_visitors_and_says_when_that_is_too_few(
    world: World, lea: Agent, new_visitor: Callable[..., Visitor]
) -> None:
    starts(lea, **BUDGET)
    for _ in range(4):
        new_visitor().says("Can I return a gift?")
    assert "4 visitors met it less than a day ago" in lea.opens(PAGE).text
    service = world.assistant.experiments
    before = service.look(running(world))
    assert service.look(running(world)) is before
    service._now = lambda: utc_now() + timedelta(days=2)
    found = service.look(running(world))
    assert sum(rate.n for rate in found.arms.values()) == 4
    assert sum(rate.count for rate in found.arms.values()) == 4
    page = lea.opens(PAGE).text
    assert "Not enough yet." in page
    assert "Both arms need 100 visitors" in page


@pytest.mark.parametrize(
    ("form", "told"),
    [
        (BUDGET | {"percent": "99"}, "from 1 to 90 %"),
        (BUDGET | {"share": "5"}, "10 to 90 % of the visitors"),
        (BUDGET | {"name": " "}, "name of up to"),
        (BUDGET | {"goal": "luck"}, "what is to be counted"),
        (BUDGET | {"subject": "prompt"}, "cannot be tried"),
        (WORDS | {"text-en": "Hi {name"}, "is no place"),
        (WORDS | {"text-en": " "}, "at least one language"),
        (MOMENT | {"seconds": "3"}, "10 to 600 seconds"),
        (WISH | {"wish": " "}, "how to write"),
        (WISH | {"wish": "x" * 501}, "how to write"),
    ],
)
def test_what_makes_no_sense_is_not_started(
    world: World, lea: Agent, form: dict[str, str], told: str
) -> None:
    response = starts(lea, **form)
    assert response.status_code == 422
    assert told in response.text
    assert world.store.experiments() == []


def test_two_at_once_would_explain_nothing(lea: Agent) -> None:
    starts(lea, **BUDGET)
    assert "stop it first" in starts(lea, **BUDGET).text
    assert starts(lea, **WORDS).status_code == 303


def test_analysts_look_and_change_nothing(new_agent: Callable[..., Agent], lea: Agent) -> None:
    analyst = new_agent("ana", "analyst")
    assert "No experiment is running" in analyst.opens(PAGE).text
    starts(lea, **BUDGET)
    page = analyst.opens(PAGE).text
    assert "Dare more" in page
    assert "<button>Start" not in page
    assert "/adopt" not in page
