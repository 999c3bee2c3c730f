"""Themes: read from the log as it grows, the same again from the same log, and what they open."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from html import unescape

import pytest

from assistant.evaluation.simulated import TOPICS, Story, plans
from assistant.evaluation.simulator import Clock, Simulator
from assistant.insights.digesting import Digester
from assistant.ports.figures import Cohort
from assistant.testing import FakeEmbedder
from tests.server.conftest import Agent, Visitor, World, utc_now

PAGE = "/console/insights/themes"
QUESTIONS = (
    "Can I return a gift card?",
    "May I return a gift card?",
    "How long is the warranty of a lamp?",
)


@pytest.fixture
def ana(new_agent: Callable[..., Agent]) -> Agent:
    return new_agent("ana", "analyst")


def read(world: World, *, at: datetime | None = None) -> int:
    """As the server does, a minute later."""
    later = at or utc_now() + timedelta(minutes=2)
    world.assistant.digester._now = lambda: later
    return int(world.assistant.digester.round(budget_s=20))


def themes(world: World) -> dict[str, str | None]:
    """By what was asked."""
    now = utc_now()
    facts = world.store.facts(Cohort(now - timedelta(days=1), now + timedelta(days=1), now))
    asked = world.store.first_questions(fact.conversation_id for fact in facts)
    return {
        asked[fact.conversation_id].text: fact.theme_id
        for fact in facts
        if fact.conversation_id in asked
    }


def test_questions_of_one_meaning_are_one_theme_and_stay_it(
    world: World, new_visitor: Callable[..., Visitor]
) -> None:
    for question in QUESTIONS:
        new_visitor().says(question)
    assert read(world) == 3
    assert read(world) == 0
    before = themes(world)
    assert len(set(before.values())) == 2
    new_visitor().says("Is there a gift card that I can return?")
    assert read(world) == 1
    after = themes(world)
    assert {text: after[text] for text in before} == before
    fresh = Digester(world.store, embedder=FakeEmbedder(), now=utc_now)
    assert fresh.round() == 0


def test_the_same_log_gives_the_same_themes_under_any_process(
    world: World, new_visitor: Callable[..., Visitor]
) -> None:
    for question in (*QUESTIONS, *QUESTIONS):
        new_visitor().says(question)
    read(world)
    before = themes(world)
    world.store.drop_digests()
    assert set(themes(world).values()) == {None}
    read(world)
    assert themes(world) == before


def test_what_was_added_is_scored_again_and_keeps_its_theme(world: World, visitor: Visitor) -> None:
    visitor.says(QUESTIONS[0])
    read(world)
    before = world.store.digests([visitor.id])[visitor.id]
    visitor.says(QUESTIONS[0])
    read(world)
    after = world.store.digests([visitor.id])[visitor.id]
    assert after.effort > before.effort
    assert after.theme_id == before.theme_id


def test_who_waits_for_a_person_costs_more_as_time_passes(world: World, visitor: Visitor) -> None:
    def effort() -> int:
        return int(world.store.digests([visitor.id])[visitor.id].effort)

    visitor.says(QUESTIONS[0])
    visitor.calls_a_person()
    began = utc_now()
    read(world)
    before = effort()
    for minutes, more in ((4, 0), (30, 10), (60, 20), (600, 20)):
        read(world, at=began + timedelta(minutes=minutes))
        assert abs(effort() - before - more) <= 1


def test_each_theme_opens_its_conversations(
    world: World, ana: Agent, new_visitor: Callable[..., Visitor]
) -> None:
    assert "Nothing was asked twice" in ana.opens(PAGE).text
    for question in QUESTIONS:
        new_visitor().says(question)
    assert "0 of 3 conversations have been read so far" in ana.opens(PAGE).text
    read(world)
    page = ana.opens(PAGE).text
    assert "Found first: Return a gift" in page
    assert "3 of 3 conversations asked something; 1 of them" in page
    # The mean effort, too, of two conversations.
    assert page.count("not enough yet") == 3
    (href,) = set(re.findall(r'<a href="(/console/insights/conversations\?[^"]+)">2</a>', page))
    listed = ana.opens(unescape(href)).text
    assert listed.count('<th scope="row"><a href="/console/conversations/') == 2
    assert "warranty" not in listed
    only = re.search(r"theme=([\w-]+)", href)
    assert only is not None
    assert f'href="/console/insights?{only[0]}">Dashboard of this theme</a>' in page
    dashboard = ana.opens(f"/console/insights?{only[0]}").text
    assert "2 conversations began" in dashboard
    chosen = re.search(rf'<option value="{only[1]}" selected>([^<]+)</option>', dashboard)
    assert chosen is not None
    assert f"One theme only: {chosen[1]}." in dashboard
    assert f"One theme only: {chosen[1]}." in listed
    assert only[1] in ana.opens("/console/insights").text


def test_a_theme_that_is_gone_stays_chosen_by_no_name(ana: Agent) -> None:
    page = ana.opens("/console/insights?theme=gone").text
    assert '<option value="gone" selected>Erased since</option>' in page
    assert "One theme only." in page


def test_made_up_conversations_have_themes_of_their_own(world: World, ana: Agent) -> None:
    now = utc_now()
    clock = Clock(now)
    url = world.store._db.url.render_as_string(hide_password=False)
    store = type(world.store)(url, now=clock)
    made = plans(60, seed=5, until=now - timedelta(hours=1))
    Simulator(store, clock).write(made)
    store.close()
    read(world)
    assert all(theme.simulated for theme in world.store.themes())
    cohort = Cohort(now - timedelta(days=80), now, now, simulated=True)
    facts = world.store.facts(cohort)
    asked = [plan for plan in made if plan.story is not Story.GREETED]
    assert sum(fact.theme_id is not None for fact in facts) == len(asked)
    # The bag of words has each topic twice, once a language.
    assert len({fact.theme_id for fact in facts} - {None}) == 2 * len(TOPICS)
    page = ana.opens(f"{PAGE}?simulated=1&since={now - timedelta(days=79):%Y-%m-%d}").text
    shown = re.findall(r">(\d+)</a></td>", page)
    assert sum(map(int, shown)) == len(asked)
    assert "Nothing was asked twice" in ana.opens(PAGE).text


def test_drivers_say_what_goes_together(
    world: World, ana: Agent, new_visitor: Callable[..., Visitor]
) -> None:
    page = ana.opens("/console/insights/drivers").text
    assert "Not enough ratings yet" in page
    asked = {"en": ("Can I return a gift?", 5), "fr": ("Comment retourner un cadeau ?", 1)}
    for locale, (question, csat) in asked.items():
        for _ in range(10):
            visitor = new_visitor(locale=locale)
            visitor.says(question)
            path = f"{visitor.path}/survey"
            visitor.client.post(path, json={"csat": csat}, headers=visitor.headers)
    page = ana.opens("/console/insights/drivers").text
    assert "Rated 4 or 5, of all rated conversations:" in page
    assert "-100 points" in page
    assert "what comes together, not what causes it" in page
    assert "pas ce qui en est la cause" in ana.opens("/console/insights/drivers?locale=fr").text


def test_articles_and_people_at_work(
    world: World, ana: Agent, agent: Agent, new_visitor: Callable[..., Visitor]
) -> None:
    page = ana.opens("/console/insights/use").text
    assert "No answer cited an article" in page
    assert "Nobody took, was given or answered" in page
    visitor = new_visitor()
    visitor.says("Can I return a gift?")
    visitor.calls_a_person()
    agent.posts(f"/console/conversations/{visitor.id}/messages", text="Yes, you can.")
    page = ana.opens("/console/insights/use").text
    assert "Return a gift" in page
    assert "used=handed" in page
    assert '<th scope="row">kim</th>' in page
    assert "Articles et personnes au travail" in ana.opens("/console/insights/use?locale=fr").text
