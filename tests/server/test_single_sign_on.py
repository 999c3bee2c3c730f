"""Colleagues sign in with their company's account, and nobody else does."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import jwt
import pytest

from assistant.errors import WrongSetting
from assistant.settings import Settings
from assistant.sign_on import make_single_sign_on
from tests.identity_server import KEYS, SECRET, Provider, identity_provider
from tests.server.conftest import PASSWORD, Agent, World

THERE = "/console/sign-in/elsewhere"


@pytest.fixture
def provider() -> Iterator[Provider]:
    with identity_provider() as provider:
        yield provider


@pytest.fixture
def world_with(make_world: Callable[..., World], provider: Provider) -> Callable[..., World]:
    def make(**settings: Any) -> World:
        return make_world(
            oidc_issuer=provider.issuer,
            oidc_client="help-assistant",
            oidc_secret=SECRET,
            public_url="http://testserver",
            webhook_private=True,
            **settings,
        )

    return make


class Browser:
    """Somebody's, between two sites."""

    def __init__(self, world: World, provider: Provider) -> None:
        self.client, self.provider = world.client(), provider

    def comes_back(self, **changed: str) -> Any:
        there = self.client.get(THERE, follow_redirects=False)
        assert there.status_code == 303, there.text
        sent = self.provider.signs_in(there.headers["location"]) | changed
        return self.client.get(f"{THERE}/back", params=sent, follow_redirects=False)

    def is_in(self) -> bool:
        return bool(self.client.get("/console/account", follow_redirects=False).status_code == 200)


def test_who_has_an_account_comes_in_by_a_verified_address(
    world_with: Callable[..., World], provider: Provider
) -> None:
    world = world_with()
    zoe = world.assistant.people.add("zoe@company.example", role="agent", password="x" * 12)
    browser = Browser(world, provider)
    assert "company account" in browser.client.get("/console/sign-in").text
    back = browser.comes_back()
    assert back.status_code == 200
    assert 'http-equiv="refresh"' in back.text
    assert "SameSite=strict" in back.headers["set-cookie"]
    assert browser.is_in()
    assert world.store.person_by_subject(provider.issuer, "s-42") == zoe
    assert world.store.deeds()[0][1].action == "person_bound"


def test_from_then_on_the_subject_counts_whatever_the_address(
    world_with: Callable[..., World], provider: Provider
) -> None:
    world = world_with()
    zoe = world.assistant.people.add("zoe@company.example", role="agent", password="x" * 12)
    Browser(world, provider).comes_back()
    world.assistant.people.add("lou@company.example", role="admin", password="x" * 12)
    provider.claims["email"] = "lou@company.example"
    browser = Browser(world, provider)
    browser.comes_back()
    assert browser.is_in()
    assert len(world.assistant.people.sessions(zoe)) == 2


def test_whoever_is_given_the_address_of_somebody_who_left_is_not_them(
    world_with: Callable[..., World], provider: Provider
) -> None:
    world = world_with(oidc_roles="support=lead")
    zoe = world.assistant.people.add("zoe@company.example", role="admin", password="x" * 12)
    provider.claims["groups"] = ["support"]
    Browser(world, provider).comes_back()
    zoe = world.store.person(zoe.id)
    provider.changed = {"sub": "s-43"}
    newcomer = Browser(world, provider)
    refused = newcomer.comes_back()
    assert refused.status_code == 403
    assert "belongs to another company account" in refused.text
    assert not newcomer.is_in()
    assert world.store.person_by_subject(provider.issuer, "s-43") is None
    assert world.store.person(zoe.id) == zoe


def test_an_admin_unbinds_an_account_for_the_next_one_with_its_address(
    world_with: Callable[..., World], provider: Provider
) -> None:
    world = world_with()
    zoe = world.assistant.people.add("zoe@company.example", role="agent", password="x" * 12)
    world.assistant.people.add("ada@company.example", role="admin", password=PASSWORD)
    before = Browser(world, provider)
    before.comes_back()
    ada = Agent(world.client(), "ada@company.example")
    ada.signs_in()
    assert ada.opens("/console/people").text.count("Unbind") == 1
    assert ada.posts(f"/console/people/{zoe.id}/unbind").status_code == 303
    assert ada.posts(f"/console/people/{zoe.id}/unbind").status_code == 404
    assert not before.is_in()
    assert "unbound the company account of" in ada.opens("/console/audit").text
    provider.changed = {"sub": "s-43"}
    successor = Browser(world, provider)
    successor.comes_back()
    assert successor.is_in()
    assert world.store.person_by_subject(provider.issuer, "s-43") == zoe


def test_an_address_that_is_not_verified_opens_nobodys_account(
    world_with: Callable[..., World], provider: Provider
) -> None:
    world = world_with()
    world.assistant.people.add("zoe@company.example", role="admin", password="x" * 12)
    for claims in ({"email_verified": False}, {"email_verified": None}, {"email": None}):
        provider.changed = claims
        browser = Browser(world, provider)
        assert browser.comes_back().status_code == 403
        assert not browser.is_in()


def test_groups_decide_who_comes_in_and_as_what(
    world_with: Callable[..., World], provider: Provider
) -> None:
    world = world_with(oidc_roles="heads of support=lead, support=agent")
    provider.claims["groups"] = ["support", "heads of support", "chess"]
    browser = Browser(world, provider)
    browser.comes_back()
    assert browser.is_in()
    assert world.store.person_by_email("zoe@company.example").role == "lead"  # type: ignore[union-attr]
    provider.claims["groups"] = "support"
    Browser(world, provider).comes_back()
    assert world.store.person_by_email("zoe@company.example").role == "agent"  # type: ignore[union-attr]
    provider.claims["groups"] = ["chess"]
    last = Browser(world, provider)
    assert last.comes_back().status_code == 403
    assert not last.is_in()


def test_nobody_gets_an_account_where_no_group_says_so(
    world_with: Callable[..., World], provider: Provider
) -> None:
    world = world_with()
    assert Browser(world, provider).comes_back().status_code == 403
    assert world.store.people() == []


def test_a_closed_account_stays_closed(
    world_with: Callable[..., World], provider: Provider
) -> None:
    world = world_with(oidc_roles="support=agent")
    provider.claims["groups"] = ["support"]
    Browser(world, provider).comes_back()
    admin = world.assistant.people.add("ann@company.example", role="admin", password="x" * 12)
    zoe = world.store.person_by_email("zoe@company.example")
    world.assistant.people.change(zoe, by=admin, is_open=False)
    assert Browser(world, provider).comes_back().status_code == 403


def test_a_closed_account_is_neither_bound_nor_promoted(
    world_with: Callable[..., World], provider: Provider
) -> None:
    world = world_with(oidc_roles="support=lead")
    admin = world.assistant.people.add("ann@company.example", role="admin", password="x" * 12)
    zoe = world.assistant.people.add("zoe@company.example", role="agent", password="x" * 12)
    closed = world.assistant.people.change(zoe, by=admin, is_open=False)
    provider.claims["groups"] = ["support"]
    assert Browser(world, provider).comes_back().status_code == 403
    assert world.store.person_by_subject(provider.issuer, "s-42") is None
    assert world.store.person(zoe.id) == closed


@pytest.mark.parametrize(
    "changed",
    [
        {"nonce": "another"}, {"nonce": None}, {"aud": "another client"}, {"aud": None},
        {"iss": "https://evil.example"}, {"exp": int(time.time()) - 3600}, {"exp": None},
        {"sub": None}, {"aud": ["help-assistant", "other"], "azp": "other"},
        {"iat": int(time.time()) + 7200},
    ],
)  # fmt: skip
def test_a_token_that_does_not_hold_opens_nothing(
    world_with: Callable[..., World], provider: Provider, changed: dict[str, Any]
) -> None:
    world = world_with()
    world.assistant.people.add("zoe@company.example", role="agent", password="x" * 12)
    provider.changed = changed
    browser = Browser(world, provider)
    assert browser.comes_back().status_code == 403
    assert not browser.is_in()


def test_a_token_that_another_key_signed_opens_nothing(
    world_with: Callable[..., World], provider: Provider
) -> None:
    world = world_with()
    world.assistant.people.add("zoe@company.example", role="agent", password="x" * 12)
    provider.key = KEYS["two"]
    assert Browser(world, provider).comes_back().status_code == 403


def test_a_token_that_nobody_signed_opens_nothing(
    world_with: Callable[..., World], provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = world_with()
    world.assistant.people.add("zoe@company.example", role="agent", password="x" * 12)
    encode = jwt.encode

    def unsigned(held: Any, key: Any, **more: Any) -> str:
        return str(encode(held, None, algorithm="none", headers={"kid": "one"}))

    monkeypatch.setattr(jwt, "encode", unsigned)
    assert Browser(world, provider).comes_back().status_code == 403


def test_a_key_that_is_new_is_looked_for(
    world_with: Callable[..., World], provider: Provider
) -> None:
    world = world_with()
    world.assistant.people.add("zoe@company.example", role="agent", password="x" * 12)
    Browser(world, provider).comes_back()
    provider.kid, provider.key, provider.published = "two", KEYS["two"], ("two",)
    browser = Browser(world, provider)
    browser.comes_back()
    assert browser.is_in()


def test_an_address_that_is_told_apart_counts_of_the_same_person_alone(
    world_with: Callable[..., World], provider: Provider
) -> None:
    world = world_with()
    world.assistant.people.add("zoe@company.example", role="agent", password="x" * 12)
    provider.changed = {"email": None, "email_verified": None}
    told = {"email": "zoe@company.example", "email_verified": True}
    provider.userinfo = {"sub": "somebody else", **told}
    assert Browser(world, provider).comes_back().status_code == 403
    provider.userinfo = {"sub": "s-42", **told}
    assert Browser(world, provider).comes_back().status_code == 200


def test_what_did_not_begin_in_this_browser_ends_nowhere(
    world_with: Callable[..., World], provider: Provider
) -> None:
    world = world_with()
    world.assistant.people.add("zoe@company.example", role="agent", password="x" * 12)
    browser = Browser(world, provider)
    assert browser.comes_back(state="another").status_code == 403
    assert browser.comes_back(code="").status_code == 403
    assert browser.comes_back(code="another").status_code == 403
    stranger = world.client()
    there = browser.client.get(THERE, follow_redirects=False)
    sent = provider.signs_in(there.headers["location"])
    assert stranger.get(f"{THERE}/back", params=sent).status_code == 403
    assert not browser.is_in()


def test_a_code_works_once(world_with: Callable[..., World], provider: Provider) -> None:
    world = world_with()
    world.assistant.people.add("zoe@company.example", role="agent", password="x" * 12)
    browser = Browser(world, provider)
    there = browser.client.get(THERE, follow_redirects=False)
    sent = provider.signs_in(there.headers["location"])
    assert browser.client.get(f"{THERE}/back", params=sent).status_code == 200
    assert browser.client.get(f"{THERE}/back", params=sent).status_code == 403


def test_a_provider_that_is_down_is_said_to_be(
    make_world: Callable[..., World],
) -> None:
    world = make_world(
        oidc_issuer="http://127.0.0.1:9",
        oidc_client="x",
        public_url="http://testserver",
        webhook_private=True,
    )
    page = world.client().get(THERE, headers={"Accept": "text/html"})
    assert page.status_code == 503
    assert "cannot be reached" in page.text


def test_without_a_provider_there_is_no_such_way(world: World) -> None:
    assert world.client().get(THERE).status_code == 404
    assert "company account" not in world.client().get("/console/sign-in").text


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"oidc_issuer": "http://login.example"}, "ASSISTANT_OIDC_ISSUER"),
        ({"oidc_client": ""}, "ASSISTANT_OIDC_CLIENT"),
        ({"public_url": ""}, "ASSISTANT_PUBLIC_URL"),
        ({"oidc_roles": "support=boss"}, "ASSISTANT_OIDC_ROLES"),
        ({"oidc_roles": "support"}, "ASSISTANT_OIDC_ROLES"),
    ],
)
def test_what_cannot_work_is_named(wrong: dict[str, Any], named: str, world: World) -> None:
    whole = {
        "oidc_issuer": "https://login.example",
        "oidc_client": "us",
        "public_url": "https://help.example",
    }
    with pytest.raises(WrongSetting, match=named):
        make_single_sign_on(
            Settings(**whole | wrong),
            store=world.store,
            people=world.assistant.people,
            now=time.time,  # type: ignore[arg-type]
        )
