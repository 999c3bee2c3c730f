"""From a bad conversation to somebody who goes back, and what the customer says then."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from assistant.domain.follow_up import Cause, Rules, Step
from assistant.evaluation.simulated import plans
from assistant.evaluation.simulator import Clock, Simulator
from assistant.ports.figures import SIMULATED
from assistant.support.follow_ups import QUIET
from tests.server.conftest import API, Agent, Visitor, World, utc_now

PAGE = "/console/follow-ups"
TWICE = (
    "Can I return a gift?",
    "And is the giver told of that?",
)


def rates(visitor: Visitor, **answers: int) -> None:
    path = f"{visitor.path}/survey"
    assert visitor.client.post(path, json=answers, headers=visitor.headers).status_code == 204


def answers(visitor: Visitor, **body: Any) -> int:
    path = f"{visitor.path}/follow-up"
    return int(visitor.client.post(path, json=body, headers=visitor.headers).status_code)


def rated_low(visitor: Visitor, *, asking: str = "Can I return a gift?") -> str:
    """The id of the follow-up that a bad rating opens."""
    if asking:
        visitor.says(asking)
    rates(visitor, csat=1)
    found = visitor.client.app.state.assistant.store.follow_up_of(visitor.id)  # type: ignore[attr-defined]
    return str(found.id)


def followed_up_with_an_address(visitor: Visitor, agent: Agent) -> str:
    """The id of one after which the customer is asked."""
    visitor.says("Can I return a gift?")
    visitor.calls_a_person(email="ada@example.com")
    agent.posts(f"/console/conversations/{visitor.id}/claim")
    agent.posts(f"/console/conversations/{visitor.id}/resolve")
    id = rated_low(visitor, asking="")
    agent.posts(f"{PAGE}/{id}/done", text="Called.")
    return id


def mailed(world: World, *, to: str) -> Any:
    """The mail that they got; the server's own round may have it in hand."""
    outlets = world.assistant.outlets
    for _ in range(100):
        outlets.courier.round()
        if found := [each for each in outlets.mail.letters if each.to == to]:
            return found[0]
        time.sleep(0.05)
    raise AssertionError(f"{to} got no mail")


def half_an_hour_later(world: World) -> int:
    """What the next look at the log opens then."""
    service = world.assistant.follow_ups
    service._now = lambda: utc_now() + QUIET + timedelta(seconds=1)
    return int(service.round())


def test_a_bad_rating_becomes_a_follow_up_at_once_and_once(
    world: World, visitor: Visitor, agent: Agent
) -> None:
    assert "Nobody to go back to" in agent.opens(PAGE).text
    id = rated_low(visitor)
    rates(visitor, csat=1)
    assert half_an_hour_later(world) == 0
    page = agent.opens(PAGE).text
    assert page.count("Can I return a gift?") == 1
    assert "The customer rated it low" in page
    assert "<b>1 of 5</b>" in page
    task = agent.opens(f"{PAGE}/{id}").text
    assert "Measured" in task
    assert "not shown: uncalibrated" in task
    assert f'href="{PAGE}/{id}"' in agent.opens(f"/console/conversations/{visitor.id}").text


@pytest.mark.parametrize(
    ("answers", "shown"),
    [({"ces": 1}, "easy: 1 of 7"), ({"nps": 0}, "would recommend us: 0 of 10")],
)
def test_bad_words_of_the_effort_or_of_us_as_a_whole_become_one_too(
    visitor: Visitor, agent: Agent, answers: dict[str, int], shown: str
) -> None:
    visitor.says("Can I return a gift?")
    rates(visitor, **answers)
    page = agent.opens(PAGE).text
    assert "The customer rated it low" in page
    assert f"<b>{shown}</b>" in page


def test_who_rates_it_low_again_after_it_was_over_is_gone_back_to_again(
    world: World, visitor: Visitor, agent: Agent
) -> None:
    case = f"/console/conversations/{visitor.id}"
    id = followed_up_with_an_address(visitor, agent)
    assert answers(visitor, helped=True, comment="Many thanks") == 204
    assert not visitor.reads()["survey_due"]
    assert half_an_hour_later(world) == 0
    visitor.calls_a_person()
    agent.posts(f"{case}/claim")
    agent.posts(f"{case}/resolve")
    shown = visitor.reads()
    assert (shown["survey_due"], shown["follow_up_due"]) == (True, False)
    rates(visitor, csat=1)
    found = world.store.follow_up(id)
    assert (found.step, found.cause, found.person_id) == (Step.OPEN, Cause.RATED, None)
    page = agent.opens(f"{PAGE}/{id}").text
    assert "What was written the last time" in page
    assert "Called." in page
    assert "Many thanks" in page
    rates(visitor, csat=1)
    assert world.store.follow_up(id) == found


def test_what_was_dropped_comes_back_with_a_newer_bad_rating_alone(
    world: World, visitor: Visitor, agent: Agent
) -> None:
    id = rated_low(visitor)
    agent.posts(f"{PAGE}/{id}/drop", text="A test.")
    assert half_an_hour_later(world) == 0
    rates(visitor, csat=4)
    assert world.store.follow_up(id).step is Step.DROPPED
    rates(visitor, ces=1)
    assert world.store.follow_up(id).step is Step.OPEN


def test_a_good_rating_becomes_none_whatever_the_effort(
    world: World, visitor: Visitor, agent: Agent
) -> None:
    world.assistant.follow_ups.set_rules(Rules(effort=15), by=_person(world, agent))
    for words in TWICE:
        visitor.says(words)
    rates(visitor, csat=5)
    assert half_an_hour_later(world) == 0


def test_much_effort_becomes_one_once_the_conversation_is_quiet(
    world: World, visitor: Visitor, agent: Agent
) -> None:
    world.assistant.follow_ups.set_rules(Rules(effort=15), by=_person(world, agent))
    for words in TWICE:
        visitor.says(words)
    assert world.assistant.follow_ups.round() == 0
    assert half_an_hour_later(world) == 1
    assert half_an_hour_later(world) == 0
    found = world.store.follow_up_of(visitor.id)
    assert found is not None
    assert (found.cause, found.signs.csat) == (Cause.EFFORT, None)
    assert "Nobody was asked" in agent.opens(f"{PAGE}/{found.id}").text


def test_who_waits_for_a_person_is_followed_up_only_afterwards(
    world: World, visitor: Visitor, agent: Agent
) -> None:
    visitor.says("Can I return a gift?")
    visitor.calls_a_person()
    rates(visitor, csat=1)
    assert world.store.follow_up_of(visitor.id) is None
    agent.posts(f"/console/conversations/{visitor.id}/claim")
    agent.posts(f"/console/conversations/{visitor.id}/resolve")
    assert half_an_hour_later(world) == 1


def test_made_up_conversations_are_nobodys_to_call(world: World, agent: Agent) -> None:
    now = utc_now()
    clock = Clock(now)
    store = type(world.store)(world.store._db.url.render_as_string(hide_password=False), now=clock)
    Simulator(store, clock).write(plans(30, seed=5, until=now - timedelta(hours=1), days=10))
    store.close()
    world.assistant.follow_ups.set_rules(Rules(effort=1), by=_person(world, agent))
    assert all(each.visitor_id.startswith(SIMULATED) for each in world.store.conversations())
    assert half_an_hour_later(world) == 0


def test_from_taking_it_to_what_the_customer_says(
    world: World, visitor: Visitor, agent: Agent
) -> None:
    id = rated_low(visitor)
    assert not visitor.reads()["follow_up_due"]
    assert answers(visitor, helped=True) == 409
    assert agent.posts(f"{PAGE}/{id}/take").status_code == 303
    assert "kim calls back" in agent.opens(PAGE).text
    assert agent.posts(f"{PAGE}/{id}/done", text=" ").status_code == 422
    assert agent.posts(f"{PAGE}/{id}/done", text="Called, sent a new label.").status_code == 303
    shown = visitor.reads()
    assert (shown["follow_up_due"], shown["survey_due"]) == (True, False)
    assert "No answer yet" in agent.opens(f"{PAGE}/{id}").text
    assert answers(visitor, helped=True, comment="Merci <b>beaucoup</b>") == 204
    assert answers(visitor, helped=False) == 409
    assert not visitor.reads()["follow_up_due"]
    page = agent.opens(f"{PAGE}/{id}").text
    assert "Yes, it helped." in page
    assert "Merci &lt;b&gt;beaucoup&lt;/b&gt;" in page
    assert "1 of 1 customers say that it helped" in agent.opens(f"{PAGE}?view=answered").text
    assert [each.csat for each in world.store.surveys(visitor.id)] == [1]


def test_where_it_did_not_help_somebody_can_try_again(
    world: World, visitor: Visitor, agent: Agent
) -> None:
    id = rated_low(visitor)
    agent.posts(f"{PAGE}/{id}/done", text="Wrote an answer.")
    assert answers(visitor, helped=False, comment="Still nothing") == 204
    assert "It did not help" in agent.opens(PAGE).text
    agent.posts(f"{PAGE}/{id}/take")
    agent.posts(f"{PAGE}/{id}/done", text="Called.")
    assert visitor.reads()["follow_up_due"]


def test_the_link_leads_the_customer_back_once(
    world: World, visitor: Visitor, agent: Agent
) -> None:
    id = rated_low(visitor)
    agent.posts(f"{PAGE}/{id}/done", text="Called.")
    page = agent.posts(f"{PAGE}/{id}/link").text
    code = re.search(r"/widget\?locale=\w+#resume=([\w.-]+)", page)
    assert code is not None
    assert code[1] not in agent.opens(f"{PAGE}/{id}").text
    followed = visitor.client.post(f"{API}/links", json={"code": code[1]})
    assert followed.json()["id"] == visitor.id
    assert visitor.client.post(f"{API}/links", json={"code": code[1]}).status_code == 404


def test_nobody_else_answers_for_the_customer(
    visitor: Visitor, agent: Agent, new_visitor: Callable[..., Visitor]
) -> None:
    id = rated_low(visitor)
    agent.posts(f"{PAGE}/{id}/done", text="Called.")
    path = f"{visitor.path}/follow-up"
    stranger = new_visitor()
    client = visitor.client
    assert client.post(path, json={"helped": True}, headers=stranger.headers).status_code == 404
    assert client.post(path, json={"helped": True}).status_code == 401
    assert client.post(path, json={"helped": "yes"}, headers=visitor.headers).status_code == 422


def test_it_can_be_given_dropped_and_opened_by_hand(
    world: World, visitor: Visitor, agent: Agent, new_agent: Callable[..., Agent]
) -> None:
    lea = new_agent("lea", "lead")
    visitor.says("Can I return a gift?")
    opened = agent.posts(f"/console/conversations/{visitor.id}/follow-up")
    here = opened.headers["location"]
    assert agent.posts(f"/console/conversations/{visitor.id}/follow-up").headers["location"] == here
    agent.posts(f"{here}/take", person=_person(world, lea).id)
    assert "lea calls back" in agent.opens(PAGE).text
    assert lea.posts(f"{here}/drop", text="It was a test.").status_code == 303
    assert lea.posts(f"{here}/take").status_code == 409
    assert "It was a test." in agent.opens(here).text
    found = world.store.follow_ups([Step.DROPPED])[0]
    assert found.cause is Cause.BY_HAND
    deeds = [deed.action for _, deed in world.store.deeds(limit=2)]
    assert deeds == ["follow_up_dropped", "follow_up_taken"]
    ana = new_agent("ana", "analyst")
    refused = agent.posts(f"{here}/take", person=_person(world, ana).id)
    assert refused.status_code in (409, 422)


def test_the_rules_are_set_in_the_console(
    world: World, visitor: Visitor, new_agent: Callable[..., Agent]
) -> None:
    lea = new_agent("lea", "lead")
    assert "uncalibrated until 100" in lea.opens(f"{PAGE}/rules").text
    wanted = {
        "csat": "0", "ces": "3", "nps": "0", "effort": "50", "predicted": "10", "hours": "4",
    }  # fmt: skip
    assert lea.posts(f"{PAGE}/rules", **wanted).status_code == 303
    assert world.assistant.follow_ups.rules() == Rules(0, 3, 0, 50, 10, 4)
    refused = lea.posts(f"{PAGE}/rules", **wanted | {"hours": "0"})
    assert refused.status_code == 422
    assert "'hours' is a whole number" in refused.text.replace("&#39;", "'")
    visitor.says("Can I return a gift?")
    rates(visitor, csat=1)
    assert world.store.follow_up_of(visitor.id) is None


def test_it_is_due_within_opening_hours(
    world: World, visitor: Visitor, new_agent: Callable[..., Agent]
) -> None:
    lea = new_agent("lea", "lead")
    days = {f"day-{day}": "09:00-10:00" for day in range(7)}
    minutes = {f"{kind}-{level}": "60" for kind in ("first", "next") for level in range(3)}
    lea.posts("/console/team", zone="UTC", holidays="", **days, **minutes)
    id = rated_low(visitor)
    due: datetime | None = world.store.follow_up(id).due_at
    assert due is not None
    assert timedelta(days=7) <= due - utc_now() <= timedelta(days=9)


@pytest.mark.parametrize("path", ["", "/{id}"])
def test_a_promise_says_what_it_reads_as_the_moment_it_breaks_and_just_after(
    world: World, visitor: Visitor, agent: Agent, path: str
) -> None:
    id = rated_low(visitor)
    page = PAGE + path.format(id=id)
    assert 'data-late="overdue by"' in agent.opens(page).text
    overdue = lambda f: replace(f, due_at=utc_now())  # noqa: E731
    world.store.change_follow_up(id, overdue, deed=None)
    late = agent.opens(page).text
    assert '<span class="due late">overdue by <time data-since data-under="less than' in late


def test_a_french_colleague_reads_french(visitor: Visitor, agent: Agent) -> None:
    id = rated_low(visitor)
    for path in (PAGE, f"{PAGE}/{id}", f"{PAGE}?view=answered"):
        page = agent.opens(f"{path}{'&' if '?' in path else '?'}locale=fr").text
        assert "Rappels" in page
    assert "Mesuré" in agent.opens(f"{PAGE}/{id}?locale=fr").text


def _person(world: World, agent: Agent) -> Any:
    return next(each for each in world.store.people() if each.email == agent.email)


def test_who_left_an_address_is_asked_by_mail_too(
    world: World, visitor: Visitor, agent: Agent
) -> None:
    id = followed_up_with_an_address(visitor, agent)
    assert "asked by mail, at ada@example.com" in agent.opens(f"{PAGE}/{id}").text
    letter = mailed(world, to="ada@example.com")
    assert letter.subject == "Did that help?"
    assert "https://help.example/widget?locale=en#resume=" in letter.text


def test_who_has_answered_already_gets_no_mail(
    world: World, visitor: Visitor, agent: Agent
) -> None:
    followed_up_with_an_address(visitor, agent)
    assert answers(visitor, helped=True) == 204
    world.assistant.outlets.courier.round()
    assert world.assistant.outlets.mail.letters == []


def test_every_step_is_shown_in_both_languages(
    visitor: Visitor, new_visitor: Callable[..., Visitor], agent: Agent
) -> None:
    """Open, taken, asked, answered either way, dropped."""
    ids = [rated_low(each) for each in (visitor, *(new_visitor() for _ in range(5)))]
    open_, taken, done, helped, not_helped, dropped = ids
    agent.posts(f"{PAGE}/{taken}/take")
    for id in (done, helped, not_helped):
        agent.posts(f"{PAGE}/{id}/done", text="Called.")
    agent.posts(f"{PAGE}/{dropped}/drop", text="No.")
    store = visitor.client.app.state.assistant.follow_ups  # type: ignore[attr-defined]
    for id, answer in ((helped, True), (not_helped, False)):
        store.answer(store.one(id).conversation.id, helped=answer)
    words = {"en": "What it shows", "fr": "Ce qu’elle montre"}
    for id in ids:
        for locale, said in words.items():
            assert said in agent.opens(f"{PAGE}/{id}?locale={locale}").text, (id, locale)
    assert open_ in agent.opens(PAGE).text
