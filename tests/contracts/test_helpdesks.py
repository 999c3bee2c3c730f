"""The helpdesks of others keep one contract, each against a stand-in of what it documents."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from assistant.adapters.helpdesks.account import Account, Place
from assistant.adapters.helpdesks.zammad import Zammad
from assistant.errors import NotDelivered, WrongSetting
from assistant.outlets import make_helpdesk
from assistant.ports.helpdesk import Helpdesk
from assistant.settings import load
from assistant.testing import FakeHelpdesk, HelpdeskContract
from assistant.testing.helpdesks import CASE, OtherSide
from tests.helpdesk_servers import KEY, helpdesk_server
from tests.hook_server import dripping_server
from tests.server.test_process import on_this_machine

KEYS = {"zendesk": f"ann@company.example/token:{KEY}"}
GROUPS = {"chatwoot": "1/7", "zammad": "Support"}
NAMES = ("zendesk", "freshdesk", "chatwoot", "zammad")


def settings_of(name: str, url: str, **changes: object) -> dict[str, object]:
    return {
        "helpdesk": name,
        "helpdesk_url": url,
        "helpdesk_key": KEYS.get(name, KEY),
        "helpdesk_group": GROUPS.get(name, ""),
        "helpdesk_customer": "chat@company.example",
        "webhook_private": True,
        **changes,
    }


@pytest.fixture(params=NAMES)
def other(request: pytest.FixtureRequest) -> Iterator[OtherSide]:
    with helpdesk_server(request.param) as other:
        yield other


class TestHelpdesks(HelpdeskContract):
    @pytest.fixture
    def helpdesk(self, request: pytest.FixtureRequest, other: OtherSide) -> Helpdesk:
        name = request.node.callspec.params["other"]
        made = make_helpdesk(load(**settings_of(name, other.url)))
        assert made is not None
        return made


def test_the_key_stands_in_no_address_and_no_print(other: OtherSide) -> None:
    assert KEY not in repr(Place(other.url, KEY))


@pytest.mark.parametrize(
    ("to", "is_told"),
    [
        ("Chat <Chat@company.example>", True),
        ("courier@elsewhere.example, chat@company.example", True),
        ("courier@elsewhere.example", False),
        ("chat@company.example.elsewhere.example", False),
        ("", False),
    ],
)
def test_of_an_agents_mail_in_zammad_the_customer_hears_what_is_to_them(
    to: str, is_told: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    mail = {"id": 5, "sender": "Agent", "internal": False, "type": "email", "to": to, "body": "Hi"}
    desk = Zammad(Place("https://desk.example", KEY, "Support", "chat@company.example"))
    answers = [{"id": 1, "state": "open"}, [mail]]
    monkeypatch.setattr(Account, "get", lambda *_: answers.pop(0))
    assert [each.text for each in desk.heard("1").replies] == (["Hi"] if is_told else [])


@pytest.mark.parametrize("name", NAMES)
def test_without_being_allowed_no_private_address_is_reached(name: str) -> None:
    made = make_helpdesk(load(**settings_of(name, "https://127.0.0.1:9", webhook_private=False)))
    assert made is not None
    with pytest.raises(NotDelivered, match="ASSISTANT_WEBHOOK_PRIVATE"):
        made.open(CASE)


@pytest.mark.parametrize(
    ("name", "wrong", "named"),
    [
        ("zendesk", {"helpdesk_key": KEY}, "ASSISTANT_HELPDESK_KEY"),
        ("freshdesk", {"helpdesk_key": ""}, "ASSISTANT_HELPDESK_KEY"),
        ("chatwoot", {"helpdesk_group": "7"}, "ASSISTANT_HELPDESK_GROUP"),
        ("zammad", {"helpdesk_group": ""}, "ASSISTANT_HELPDESK_GROUP"),
        ("zammad", {"helpdesk_customer": ""}, "ASSISTANT_HELPDESK_CUSTOMER"),
        ("zendesk", {"helpdesk_url": "company"}, "ASSISTANT_HELPDESK_URL"),
        ("zendesk", {"webhook_private": False}, "ASSISTANT_HELPDESK_URL"),
        ("otherdesk", {}, "ASSISTANT_HELPDESK"),
    ],
)
def test_what_cannot_work_is_named_before_anything_is_served(
    name: str, wrong: dict[str, object], named: str
) -> None:
    with pytest.raises(WrongSetting, match=named):
        make_helpdesk(load(**settings_of(name, "http://desk.example") | wrong))


def test_one_of_your_own_is_named_by_its_import_path() -> None:
    own = "tests.contracts.test_helpdesks:OwnHelpdesk"
    made = make_helpdesk(load(**settings_of(own, "https://desk.example")))
    assert isinstance(made, OwnHelpdesk)
    assert made.place.group == ""


def test_without_the_setting_people_answer_in_the_console_alone() -> None:
    assert make_helpdesk(load()) is None


class OwnHelpdesk(FakeHelpdesk):
    def __init__(self, place: Place) -> None:
        super().__init__()
        self.place = place


@pytest.mark.parametrize("part", ["head", "body"])
def test_who_answers_drop_by_drop_holds_nobody_up(part: str) -> None:
    with dripping_server(part) as url:
        place = Place(url, KEY, allow_private=True)
        started = time.monotonic()
        with pytest.raises(NotDelivered, match="TimeoutError"):
            Account("Slow", place, {}, timeout_s=5, whole_s=0.3).get("/")
        assert time.monotonic() - started < on_this_machine(2)
