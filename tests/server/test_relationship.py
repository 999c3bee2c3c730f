"""Some customers are asked if they would recommend us: once, in the widget or by mail."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from assistant.adapters.sql.schema import conversations
from assistant.domain.relationship import KNOWN_FOR, Policy, Way
from assistant.domain.visitor import Profile
from assistant.ports.figures import Cohort
from assistant.support.credentials import hashed
from tests.server.conftest import API, Agent, Visitor, World, utc_now
from tests.server.test_follow_ups import mailed

PAGE = "/console/insights/relationship"
ADA = Profile("42", name="Ada", email="ada@customer.example")
LATER = KNOWN_FOR + timedelta(hours=1)


@dataclass
class Asked:
    """The use cases at a moment that a test sets."""

    world: World

    def wait(self, long: timedelta, **policy: Any) -> None:
        service = self.world.assistant.relationship
        service._policy = replace(service._policy, **policy)
        service._now = lambda: utc_now() + long

    def mails(self) -> int:
        return int(self.world.assistant.relationship.round())


@pytest.fixture
def world(make_world: Callable[..., World]) -> World:
    """Whose site can say who its customers are."""
    return make_world(identity_secret="a secret of thirty-two bytes or more")


@pytest.fixture
def everybody(world: World) -> Asked:
    asked = Asked(world)
    asked.wait(LATER, share=1.0)
    return asked


def posts(visitor: Visitor, path: str, **body: Any) -> int:
    response = visitor.client.post(f"{visitor.path}{path}", json=body, headers=visitor.headers)
    return int(response.status_code)


def dues(visitor: Visitor) -> dict[str, bool]:
    shown = visitor.reads()
    return {name: shown[f"{name}_due"] for name in ("survey", "relationship")}


def is_known(world: World, visitor: Visitor, profile: Profile = ADA) -> None:
    """Their site says who they are."""
    known = world.store.visitor_for(hashed(visitor.visitor_token))
    device = hashed(f"device of {visitor.id}")
    world.store.identify(profile, visitor_id=known, new_id="v-new", token_hash=device)


def began_three_days_ago(world: World, visitor: Visitor) -> None:
    this = update(conversations).where(conversations.c.id == visitor.id)
    with world.store._db.write() as connection:
        connection.execute(this.values(created_at=utc_now() - timedelta(days=3)))


def test_who_came_first_today_is_asked_about_the_conversation_alone(
    everybody: Asked, visitor: Visitor
) -> None:
    everybody.wait(timedelta(), share=1.0)
    assert dues(visitor) == {"survey": True, "relationship": False}


def test_who_is_asked_is_not_asked_about_the_conversation_too_nor_soon_again(
    everybody: Asked, visitor: Visitor, new_visitor: Callable[..., Visitor]
) -> None:
    visitor.says("Can I return a gift?")
    assert dues(visitor)["relationship"]
    assert posts(visitor, "/relationship/asked") == 204
    assert dues(visitor) == {"survey": False, "relationship": False}
    later = new_visitor(visitor_token=visitor.visitor_token)
    everybody.wait(timedelta(days=179))
    assert not dues(later)["relationship"]
    everybody.wait(timedelta(days=182))
    assert dues(later)["relationship"]


def test_who_goes_on_where_they_were_asked_long_ago_is_not_asked_at_each_moment(
    everybody: Asked, visitor: Visitor
) -> None:
    posts(visitor, "/relationship/asked")
    everybody.wait(timedelta(days=200))
    assert not dues(visitor)["relationship"]


def test_who_wishes_so_is_never_asked_again(
    everybody: Asked, visitor: Visitor, new_visitor: Callable[..., Visitor]
) -> None:
    posts(visitor, "/relationship/asked")
    assert posts(visitor, "/relationship/declined") == 204
    later = new_visitor(visitor_token=visitor.visitor_token)
    everybody.wait(timedelta(days=9000))
    assert not dues(later)["relationship"]


def test_a_wish_that_arrives_before_the_asking_is_kept(
    everybody: Asked, visitor: Visitor, new_visitor: Callable[..., Visitor]
) -> None:
    assert posts(visitor, "/relationship/declined") == 204
    assert posts(visitor, "/relationship/asked") == 204
    later = new_visitor(visitor_token=visitor.visitor_token)
    everybody.wait(timedelta(days=9000))
    assert not dues(later)["relationship"]


def test_an_answer_that_arrives_before_the_asking_counts(
    everybody: Asked, visitor: Visitor
) -> None:
    everybody.wait(timedelta())
    began_three_days_ago(everybody.world, visitor)
    assert posts(visitor, "/survey", nps=9) == 204
    assert posts(visitor, "/relationship/asked") == 204
    assert everybody.world.store.relationship_asked(_today()) == {Way.WIDGET: (1, 1)}


def test_who_was_not_to_be_asked_counts_nothing_whatever_they_send(
    everybody: Asked, visitor: Visitor
) -> None:
    everybody.wait(timedelta(), share=1.0)
    posts(visitor, "/relationship/asked")
    assert posts(visitor, "/survey", nps=0) == 204
    assert everybody.world.store.relationship_asked(_today()) == {}
    assert everybody.world.store.recommendations(_today()) == {}


def test_nobody_is_asked_where_the_share_is_nothing(everybody: Asked, visitor: Visitor) -> None:
    everybody.wait(LATER, share=0.0)
    assert dues(visitor) == {"survey": True, "relationship": False}


def test_strangers_cannot_tell_for_somebody_else(everybody: Asked, visitor: Visitor) -> None:
    stranger = replace(visitor, token="nobody's")
    for path in ("/relationship/asked", "/relationship/declined"):
        assert posts(stranger, path) == 404
    assert everybody.world.store.relationship_asked(_today()) == {}


def test_what_is_said_of_the_whole_is_no_survey_of_the_conversation(
    everybody: Asked, visitor: Visitor, agent: Agent
) -> None:
    everybody.wait(timedelta())
    began_three_days_ago(everybody.world, visitor)
    visitor.says("Can I return a gift?")
    posts(visitor, "/relationship/asked")
    assert posts(visitor, "/survey", nps=9, comment="Always quick.") == 204
    counts = everybody.world.store.tally(_today()).counts
    assert counts["responded_assistant"] == counts["surveyed_assistant"] == 0
    page = agent.opens(PAGE).text
    assert "Always quick." in page
    assert "One customer answered." in page
    assert f"/console/conversations/{visitor.id}" in page
    rows = agent.client.get("/console/insights/data/relationship?format=json").json()["rows"]
    assert {row["name"]: (row["count"], row["n"]) for row in rows}["promoters"] == (1, 1)


def test_before_anybody_was_asked_the_page_says_how_to(agent: Agent) -> None:
    assert "Nobody was asked yet" in agent.opens(PAGE).text


# -- by mail


def test_who_is_known_gets_one_mail_whose_link_leads_to_the_question(
    everybody: Asked, visitor: Visitor
) -> None:
    visitor.says("Can I return a gift?")
    is_known(everybody.world, visitor)
    began_three_days_ago(everybody.world, visitor)
    everybody.wait(timedelta(), mail_after=timedelta(days=2))
    assert everybody.mails() == 1
    everybody.wait(timedelta(hours=1))
    assert everybody.mails() == 0
    everybody.wait(timedelta())
    letter = mailed(everybody.world, to=str(ADA.email))
    assert "recommend us" in letter.text
    code = letter.text.split("#resume=")[1].split()[0]
    guest = visitor.client.post(f"{API}/links", json={"code": code}).json()
    arrived = replace(visitor, token=guest["visitor_token"])
    assert arrived.reads()["relationship_waits"]
    assert posts(arrived, "/relationship/asked") == 204
    assert not arrived.reads()["relationship_waits"]
    assert posts(arrived, "/survey", nps=3) == 204
    assert everybody.world.store.relationship_asked(_today()) == {Way.MAIL: (1, 1)}


def test_who_only_opened_the_widget_gets_no_mail(everybody: Asked, visitor: Visitor) -> None:
    is_known(everybody.world, visitor)
    everybody.wait(timedelta(days=3), mail_after=timedelta(days=2))
    assert everybody.mails() == 0


def test_who_still_waits_for_a_person_gets_no_mail(everybody: Asked, visitor: Visitor) -> None:
    visitor.says("Can I return a gift?")
    visitor.calls_a_person()
    is_known(everybody.world, visitor)
    everybody.wait(timedelta(days=3), mail_after=timedelta(days=2))
    assert everybody.mails() == 0


def test_a_look_that_found_too_many_goes_on_where_it_ended(
    everybody: Asked, new_visitor: Callable[..., Visitor], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assistant.support.relationship._AT_ONCE", 2)
    for number in range(3):
        visitor = new_visitor()
        visitor.says("Can I return a gift?")
        is_known(everybody.world, visitor, replace(ADA, subject=str(number)))
    everybody.wait(timedelta(days=3), mail_after=timedelta(days=2))
    assert [everybody.mails() for _ in range(3)] == [2, 1, 0]


@pytest.mark.parametrize(
    ("profile", "policy"),
    [
        (replace(ADA, email=None), {"mail_after": timedelta(days=2)}),
        (ADA, {"mail_after": None}),
        (ADA, {"mail_after": timedelta(days=2), "share": 0.0}),
        (ADA, {"mail_after": timedelta(days=30)}),
    ],
)
def test_nobody_else_gets_a_mail(
    everybody: Asked, visitor: Visitor, profile: Profile, policy: dict[str, Any]
) -> None:
    visitor.says("Can I return a gift?")
    is_known(everybody.world, visitor, profile)
    everybody.wait(timedelta(days=3), **policy)
    assert everybody.mails() == 0


def test_who_was_asked_in_the_widget_gets_no_mail(everybody: Asked, visitor: Visitor) -> None:
    visitor.says("Can I return a gift?")
    is_known(everybody.world, visitor)
    posts(visitor, "/relationship/asked")
    everybody.wait(timedelta(days=3), mail_after=timedelta(days=2))
    assert everybody.mails() == 0


def test_the_sample_is_as_the_operator_set_it(make_world: Callable[..., World]) -> None:
    world = make_world(nps_share=0.5, nps_quiet_days=90, nps_mail_days=4)
    wanted = Policy(0.5, timedelta(days=90), timedelta(days=4))
    assert world.assistant.relationship._policy == wanted


# -- never again, from the mail


@pytest.fixture
def way_out(everybody: Asked, visitor: Visitor) -> str:
    """Where the mail's link leads."""
    visitor.says("Can I return a gift?")
    is_known(everybody.world, visitor)
    began_three_days_ago(everybody.world, visitor)
    everybody.wait(timedelta(), mail_after=timedelta(days=2))
    assert everybody.mails() == 1
    letter = mailed(everybody.world, to=str(ADA.email))
    assert letter.unsubscribe in letter.text
    assert letter.unsubscribe in letter.html
    return str(letter.unsubscribe.removeprefix("https://help.example"))


def test_the_mail_leads_out_for_ever_with_one_click(
    everybody: Asked, visitor: Visitor, new_visitor: Callable[..., Visitor], way_out: str
) -> None:
    page = visitor.client.get(way_out)
    assert "Never ask me again" in page.text
    later = new_visitor(visitor_token=visitor.visitor_token)
    everybody.wait(timedelta(days=9000))
    assert dues(later)["relationship"]
    done = visitor.client.post(way_out)
    assert (done.status_code, "We will not ask you again" in done.text) == (200, True)
    assert not dues(later)["relationship"]
    assert not visitor.reads()["relationship_waits"]
    assert visitor.client.post(way_out).status_code == 200


def test_a_mail_program_can_do_it_by_itself(
    everybody: Asked, visitor: Visitor, new_visitor: Callable[..., Visitor], way_out: str
) -> None:
    asks = {"List-Unsubscribe": "One-Click"}
    elsewhere = {"Origin": "https://mail.example"}
    assert visitor.client.post(way_out, data=asks, headers=elsewhere).status_code == 200
    later = new_visitor(visitor_token=visitor.visitor_token)
    everybody.wait(timedelta(days=9000))
    assert not dues(later)["relationship"]


def test_the_page_is_in_the_language_of_the_mail(visitor: Visitor, way_out: str) -> None:
    french = way_out.replace("locale=en", "locale=fr")
    assert "Ne plus jamais me poser" in visitor.client.get(french).text


def test_who_made_up_a_link_declines_for_nobody(
    everybody: Asked, visitor: Visitor, new_visitor: Callable[..., Visitor], way_out: str
) -> None:
    code = way_out.split("/")[-1].split("?")[0]
    for made_up in (visitor.id, f"{visitor.id}.", code[:-1], f"{code}x", code.replace("c-", "d-")):
        for response in (
            visitor.client.get(f"/never-ask/{made_up}"),
            visitor.client.post(f"/never-ask/{made_up}"),
        ):
            assert response.status_code == 404
            assert "This link does not work" in response.text
    later = new_visitor(visitor_token=visitor.visitor_token)
    everybody.wait(timedelta(days=9000))
    assert dues(later)["relationship"]


def test_who_was_erased_is_told_that_nothing_is_left(
    everybody: Asked, visitor: Visitor, way_out: str
) -> None:
    everybody.world.store.forget(everybody.world.store.conversation(visitor.id).visitor_id)
    assert visitor.client.post(way_out).status_code == 404


def _today() -> Cohort:
    now = utc_now()
    return Cohort(now - timedelta(days=1), now + 2 * LATER, now + 2 * LATER)
