"""People choose their own password; who forgot theirs gets another one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

import pytest
from argon2 import PasswordHasher

from assistant.errors import NotAllowed
from assistant.support.people import People
from tests.server.conftest import PASSWORD, Agent, World, person_of, utc_now

OWN = "my very own words"
KIM = "kim@company.example"
ACCOUNT = "/console/account"


def chooses(agent: Agent, **changed: str) -> Any:
    sent = {"present": PASSWORD, "new": OWN, "again": OWN, **changed}
    return agent.posts(f"{ACCOUNT}/password", **sent)


def sets(admin: Agent, world: World, of: Agent, password: str = OWN) -> Any:
    return admin.posts(f"/console/people/{person_of(world, of).id}/password", password=password)


def elsewhere(agent: Agent, world: World) -> Agent:
    """The same person in another browser."""
    other = Agent(world.client(), agent.email)
    assert other.signs_in().status_code == 303
    return other


def is_in(agent: Agent) -> bool:
    return bool(agent.opens(ACCOUNT).status_code == 200)


# -- one's own


def test_who_chooses_a_password_stays_in_here_and_is_signed_out_everywhere_else(
    world: World, agent: Agent, new_agent: Callable[..., Agent]
) -> None:
    phone, colleague = elsewhere(agent, world), new_agent("noor")
    done = chooses(agent)
    assert done.headers["location"] == f"{ACCOUNT}?changed=1"
    assert "signed out everywhere else" in agent.opens(done.headers["location"]).text
    assert is_in(agent)
    assert not is_in(phone)
    assert is_in(colleague)
    assert phone.signs_in().status_code == 401
    assert phone.signs_in(OWN).status_code == 303


@pytest.mark.parametrize(
    ("wrong", "field", "status"),
    [
        ({"present": "not mine at all"}, "present", 403),
        ({"present": ""}, "present", 403),
        ({"new": "9 letters", "again": "9 letters"}, "new", 422),
        ({"new": "x" * 1001, "again": "x" * 1001}, "new", 422),
        ({"new": PASSWORD, "again": PASSWORD}, "new", 422),
        ({"again": "my very own wrods"}, "again", 422),
    ],
)
def test_what_is_wrong_is_told_at_its_field_and_nothing_is_changed(
    world: World, agent: Agent, wrong: dict[str, str], field: str, status: int
) -> None:
    phone = elsewhere(agent, world)
    refused = chooses(agent, **wrong)
    assert refused.status_code == status
    assert refused.text.count('aria-invalid="true"') == 1
    assert f'aria-describedby="{field}-problem"' in refused.text
    assert f'id="{field}-problem"' in refused.text
    for typed in (PASSWORD, OWN, *filter(None, wrong.values())):
        assert typed not in refused.text
    assert is_in(phone)
    assert phone.signs_in().status_code == 303


def test_who_tries_passwords_there_is_slowed_down_as_when_signing_in(agent: Agent) -> None:
    for _ in range(10):
        assert chooses(agent, present="a guess of mine").status_code == 403
    slowed = chooses(agent)
    assert slowed.status_code == 429
    assert int(slowed.headers["Retry-After"]) > 0
    assert "Too many tries" in slowed.text
    assert agent.signs_in().status_code == 429


def test_a_new_password_that_will_not_do_washes_no_guess_away(agent: Agent) -> None:
    for _ in range(5):
        chooses(agent, present="a guess of mine")
        chooses(agent, new="short", again="short")
    assert chooses(agent).status_code == 429


def test_the_right_password_is_no_guess(agent: Agent) -> None:
    for _ in range(9):
        chooses(agent, present="a guess of mine")
    assert chooses(agent).status_code == 303
    assert agent.signs_in(OWN).status_code == 303


@pytest.mark.parametrize("origin", ["https://evil.example", "http://testserver.evil.example"])
def test_no_other_site_chooses_a_password(agent: Agent, world: World, origin: str) -> None:
    before = person_of(world, agent)
    sent = {"present": PASSWORD, "new": OWN, "again": OWN, "password": OWN}
    for path in (f"{ACCOUNT}/password", f"/console/people/{before.id}/password"):
        assert agent.client.post(path, data=sent, headers={"Origin": origin}).status_code == 403
    assert person_of(world, agent) == before


def test_the_audit_log_has_the_deed_and_never_the_password(
    world: World, agent: Agent, new_agent: Callable[..., Agent]
) -> None:
    ada = new_agent("ada", "admin")
    chooses(agent)
    sets(ada, world, agent, "a password to pass on")
    deeds = [deed for _, deed in world.store.deeds() if deed.action == "password_changed"]
    me, admin = person_of(world, agent).id, person_of(world, ada).id
    assert [(deed.person_id, deed.thing) for deed in deeds] == [(admin, me), (me, me)]
    assert OWN not in repr(deeds)
    assert "set the password of" in ada.opens("/console/audit").text


# -- in a company account


def test_who_has_no_password_reads_why_and_can_be_given_one(
    world: World, new_agent: Callable[..., Agent]
) -> None:
    ada = new_agent("ada", "admin")
    zoe = world.assistant.people.add_elsewhere("zoe@company.example", role="agent", name="Zoe")
    browser = Agent(world.client(), "zoe@company.example")
    session = world.assistant.people.begin_session(zoe)
    browser.client.cookies.set("assistant_session", session.token, path="/console")
    page = browser.opens(ACCOUNT).text
    assert "no password here" in page
    assert 'type="password"' not in page
    assert chooses(browser, present="").status_code == 403
    for guess in ("", "a guess of mine"):
        assert browser.signs_in(guess).status_code == 401
    assert sets(ada, world, browser).status_code == 303
    assert browser.signs_in(OWN).status_code == 303


# -- a colleague's


def test_an_admin_gives_a_password_to_who_forgot_theirs_and_signs_them_out(
    world: World, agent: Agent, new_agent: Callable[..., Agent]
) -> None:
    ada = new_agent("ada", "admin")
    done = sets(ada, world, agent)
    assert done.status_code == 303
    told = ada.opens(done.headers["location"]).text
    assert "kim has a new password" in told
    assert not is_in(agent)
    assert is_in(ada)
    assert agent.signs_in().status_code == 401
    assert agent.signs_in(OWN).status_code == 303


def test_an_admin_sets_no_short_one_and_not_their_own_unasked(
    world: World, agent: Agent, new_agent: Callable[..., Agent]
) -> None:
    ada = new_agent("ada", "admin")
    assert sets(ada, world, agent, "short").status_code == 422
    assert sets(ada, world, ada).status_code == 422
    assert ada.posts("/console/people/nobody/password", password=OWN).status_code == 404
    assert is_in(agent)
    assert ada.signs_in().status_code == 303


def test_whose_password_was_passed_on_is_asked_for_their_own_when_they_come_in(
    world: World, new_agent: Callable[..., Agent]
) -> None:
    ada = new_agent("ada", "admin")
    ada.posts("/console/people", email="noa@company.example", role="agent", password=PASSWORD)
    noa = Agent(world.client(), "noa@company.example")
    for passed_on in (PASSWORD, "another to pass on"):
        assert noa.signs_in(passed_on).headers["location"] == ACCOUNT
        assert "Choose your own" in noa.opens(ACCOUNT).text
        chooses(noa, present=passed_on)
        assert "Choose your own" not in noa.opens(ACCOUNT).text
        assert noa.signs_in(OWN).headers["location"] == "/console"
        sets(ada, world, noa, "another to pass on")


# -- two at once


class Meanwhile(PasswordHasher):
    """While it checks one password, another hand sets the account's."""

    def __init__(self, people: People) -> None:
        super().__init__(time_cost=1, memory_cost=8, parallelism=1)
        self._people = people

    def verify(self, hash: str | bytes, password: str | bytes) -> Literal[True]:
        self._people.reset_password(self._people.by_email(KIM), password=OWN)
        return super().verify(hash, password)


@pytest.fixture
def late(world: World) -> People:
    people = world.assistant.people
    people.add(KIM, role="agent", password=PASSWORD)
    return People(world.store, now=utc_now, hasher=Meanwhile(people))


def test_who_signs_in_by_a_password_as_it_is_changed_does_not_stay_in(
    world: World, late: People
) -> None:
    with pytest.raises(NotAllowed):
        late.sign_in(KIM, PASSWORD)
    assert world.assistant.people.sessions(late.by_email(KIM)) == []


def test_who_changes_a_password_by_one_that_was_just_changed_changes_nothing(
    world: World, late: People
) -> None:
    signed_in = world.assistant.people.sign_in(KIM, PASSWORD)
    with pytest.raises(NotAllowed):
        late.change_password(
            signed_in.person, present=PASSWORD, new="chosen too late", token=signed_in.token
        )
    assert world.assistant.people.sign_in(KIM, OWN)
