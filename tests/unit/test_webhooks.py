"""Other systems are told what happens, signed, at once, and no more than they may know."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from dataclasses import replace
from typing import Any

import pytest

from assistant.domain.delivery import Channel
from assistant.domain.survey import Feedback, SurveyResponse
from assistant.domain.webhook import CHOICES, Form, Topic, signed
from assistant.errors import NotDelivered, Refused, UnknownThing
from assistant.ports import Person
from assistant.support.casework import Casework
from assistant.support.courier import Courier
from assistant.support.rules import Rules
from assistant.support.watchdog import Watchdog
from assistant.support.webhooks import Announcer, Draft, WebhookCarrier, Webhooks
from assistant.testing import FakePoster
from assistant.testing.samples import NOON, a_conversation, handed_over, started
from assistant.testing.webhooks import HOOK

pytestmark = pytest.mark.slow

KIM = Person("kim", "kim@company.example", "agent", "-")
ALL = Draft("https://hooks.company.example/help", Form.STANDARD, frozenset(CHOICES))


class Wire:
    """Webhooks and what goes over them."""

    def __init__(self, store: Any, clock: Any) -> None:
        self.store, self.clock, self.poster = store, clock, FakePoster()
        store.add_person(KIM)
        self.work = Casework(store, levels=Rules().levels, now=clock)
        self.webhooks = Webhooks(store, allow_private=False, now=clock)
        carrier = WebhookCarrier(
            store, self.poster, public_url="https://help.company.example", now=clock
        )
        self.courier = Courier(store, {Channel.WEBHOOK: carrier}, now=clock)
        self.announcer = Announcer(store, now=clock)
        self.announcer.round()

    def told(self) -> list[Any]:
        """The bodies that left meanwhile."""
        before = len(self.poster.posted)
        self.announcer.round()
        self.courier.round()
        return [json.loads(body) for _, body, _ in self.poster.posted[before:]]


@pytest.fixture
def wire(shop: Any, clock: Any) -> Wire:
    return Wire(shop.store, clock)


def test_of_made_up_conversations_nothing_is_told(customer: Any, wire: Wire) -> None:
    wire.webhooks.add(ALL, by=KIM)
    handed_over(wire.store, started(wire.store, a_conversation("made-up", visitor="sim-000001")))
    customer.desk.hand_off(customer.id)
    assert [each["data"]["conversation_id"] for each in wire.told()] == [customer.id]


def test_a_case_is_told_from_its_call_to_its_end(customer: Any, wire: Wire, clock: Any) -> None:
    wire.webhooks.add(ALL, by=KIM)
    customer.desk.hand_off(customer.id)
    customer.says("Where is it?")
    clock.advance(25 * 3600)
    Watchdog(wire.store, levels=Rules().levels, now=clock).round()
    wire.work.answer(customer.id, KIM, "Here")
    wire.work.resolve(customer.id, KIM)
    told = wire.told()
    assert {each["type"] for each in told} == {
        "conversation.waiting", "conversation.late", "conversation.taken",
        "message.from_agent", "conversation.resolved",
    }  # fmt: skip
    assert all(each["data"]["conversation_id"] == customer.id for each in told)
    assert told[0]["data"]["url"].endswith(f"/console/conversations/{customer.id}")
    assert wire.told() == []


def test_customers_words_are_told_where_a_lead_wants_it_alone(customer: Any, wire: Wire) -> None:
    wire.webhooks.add(ALL, by=KIM)
    wire.webhooks.add(replace(ALL, words=True), by=KIM)
    customer.desk.hand_off(customer.id)
    wire.told()
    customer.says("My basket is empty")
    plain, wordy = wire.told()
    if "question" in plain["data"]:
        plain, wordy = wordy, plain
    assert "basket" not in json.dumps(plain)
    assert wordy["data"]["message"]["text"] == "My basket is empty"


def test_what_the_assistant_carries_alone_is_told_to_nobody(customer: Any, wire: Wire) -> None:
    wire.webhooks.add(replace(ALL, words=True), by=KIM)
    customer.says("How do I reset my password?")
    assert wire.told() == []


def test_a_bad_rating_is_told_and_a_good_one_is_not(customer: Any, wire: Wire) -> None:
    wire.webhooks.add(ALL, by=KIM)
    customer.says("Where is it?")
    answer = wire.store.messages(customer.id)[-1]
    at = wire.clock()
    for helpful in (True, False):
        wire.store.add_feedback(Feedback(answer.id, helpful, at, comment="terrible"))
    for csat in (5, 3, None, 2):
        wire.store.add_survey(SurveyResponse(customer.id, at, csat=csat, comment="terrible"))
    told = wire.told()
    assert [each["type"] for each in told] == ["conversation.rated_badly"] * 2
    assert {each["data"]["conversation_id"] for each in told} == {customer.id}
    assert "terrible" not in json.dumps(told)
    assert _ratings(told) == [{"csat": 2}, {"helpful": False}]
    about = [each["data"]["message"]["id"] for each in told if "message" in each["data"]]
    assert about == [answer.id]
    wire.clock.advance(11 * 60)
    at = wire.clock()
    wire.store.add_survey(SurveyResponse(customer.id, at, ces=1))
    assert _ratings(wire.told()) == [{"ces": 1}]


def test_what_was_written_with_a_bad_rating_is_told_where_a_lead_wants_words(
    customer: Any, wire: Wire
) -> None:
    wire.webhooks.add(replace(ALL, words=True), by=KIM)
    customer.says("Where is it?")
    answer, at = wire.store.messages(customer.id)[-1], wire.clock()
    wire.store.add_feedback(Feedback(answer.id, helpful=False, created_at=at, comment="Wrong"))
    wire.store.add_survey(SurveyResponse(customer.id, at, csat=1, ces=2, comment="Slow"))
    wire.store.add_survey(SurveyResponse(customer.id, at, csat=2))
    assert _ratings(wire.told()) == [
        {"csat": 1, "ces": 2, "comment": "Slow"},
        {"csat": 2},
        {"helpful": False, "comment": "Wrong"},
    ]
    wire.webhooks.add(replace(ALL, form=Form.SLACK, words=True), by=KIM)
    wire.store.add_survey(SurveyResponse(customer.id, at, csat=1, comment="Slower"))
    (line,) = [each for each in wire.told() if "text" in each]
    assert line["text"].endswith("\n>Slower")


def test_a_survey_that_comes_question_by_question_is_told_once_with_what_is_there_by_then(
    customer: Any, wire: Wire, clock: Any
) -> None:
    wire.webhooks.add(replace(ALL, words=True), by=KIM)
    rows: list[dict[str, Any]] = [{"csat": 1}, {"ces": 1}, {"useful": 1, "comment": "Slow"}]
    told = []
    for row in rows:
        wire.store.add_survey(SurveyResponse(customer.id, clock(), **row))
        told.append(_ratings(wire.told()))
        clock.advance(20)
    assert told == [[{"csat": 1}], [], []]
    clock.advance(11 * 60)
    for row in [*rows, {"nps": 0, "comment": "Never again"}]:
        wire.store.add_survey(SurveyResponse(customer.id, clock(), **row))
        clock.advance(20)
    assert _ratings(wire.told()) == [{"csat": 1, "comment": "Slow"}]
    clock.advance(11 * 60)
    wire.store.add_survey(SurveyResponse(customer.id, clock(), csat=4))
    wire.store.add_survey(SurveyResponse(customer.id, clock(), ces=2))
    assert _ratings(wire.told()) == [{"ces": 2}]


def test_a_line_of_a_thumb_down_quotes_the_customer_not_the_answer(
    customer: Any, wire: Wire
) -> None:
    wire.webhooks.add(replace(ALL, form=Form.SLACK, words=True), by=KIM)
    customer.says("Where is it?")
    answer = wire.store.messages(customer.id)[-1]
    customer.desk.hand_off(customer.id)
    wire.told()
    wire.store.add_feedback(Feedback(answer.id, helpful=False, created_at=wire.clock()))
    (line,) = wire.told()
    assert line["text"].endswith("\n>Where is it?")


def test_each_is_told_what_it_wants_alone(customer: Any, wire: Wire) -> None:
    wire.webhooks.add(replace(ALL, topics=frozenset({Topic.RESOLVED})), by=KIM)
    customer.desk.hand_off(customer.id)
    assert wire.told() == []
    wire.work.resolve(customer.id, KIM)
    assert [each["type"] for each in wire.told()] == ["conversation.resolved"]


def test_slack_gets_a_line_that_strangers_cannot_turn_into_more(customer: Any, wire: Wire) -> None:
    slack = replace(ALL, form=Form.SLACK, words=True, locale="fr")
    wire.webhooks.add(slack, by=KIM)
    customer.desk.hand_off(customer.id)
    wire.told()
    customer.says("<!channel> & <https://evil.example|me>")
    (line,) = wire.told()
    assert list(line) == ["text"]
    assert "|Un client a écrit>" in line["text"]
    assert "&lt;!channel&gt; &amp; &lt;https" in line["text"]


def test_a_body_is_signed_with_its_time(customer: Any, wire: Wire) -> None:
    webhook = wire.webhooks.add(ALL, by=KIM)
    customer.desk.hand_off(customer.id)
    wire.told()
    _, body, headers = wire.poster.posted[0]
    key = base64.b64decode(webhook.secret.removeprefix("whsec_"))
    content = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    mac = base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{mac}"
    assert int(headers["webhook-timestamp"]) == int(wire.clock().timestamp())


def test_the_signature_is_the_one_of_the_standard() -> None:
    """The example of standardwebhooks.com's own libraries."""
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    at = NOON.fromtimestamp(1614265330, tz=NOON.tzinfo)
    headers = signed(
        replace(HOOK, secret=secret),
        b'{"test": 2432232314}',
        id="msg_p5jXN8AQM9LWM0D4loKWxJek",
        at=at,
    )
    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_what_does_not_arrive_is_tried_again_under_the_same_id(
    customer: Any, wire: Wire, clock: Any
) -> None:
    wire.webhooks.add(ALL, by=KIM)
    customer.desk.hand_off(customer.id)
    wire.poster.fails = NotDelivered("gone")
    assert wire.told() == []
    waiting = wire.store.undelivered()[0]
    wire.poster.fails = None
    clock.advance(60)
    assert len(wire.told()) == 1
    assert wire.poster.posted[0][2]["webhook-id"] == waiting.id


def test_a_pause_is_silent_and_its_news_never_come(customer: Any, wire: Wire) -> None:
    webhook = wire.webhooks.add(ALL, by=KIM)
    wire.webhooks.pause(webhook.id, by=KIM)
    customer.desk.hand_off(customer.id)
    assert wire.told() == []
    wire.webhooks.resume(webhook.id, by=KIM)
    assert wire.told() == []
    wire.work.resolve(customer.id, KIM)
    assert len(wire.told()) == 1


def test_one_that_is_deleted_is_told_nothing_more(customer: Any, wire: Wire) -> None:
    webhook = wire.webhooks.add(ALL, by=KIM)
    customer.desk.hand_off(customer.id)
    wire.announcer.round()
    wire.webhooks.drop(webhook.id, by=KIM)
    assert wire.told() == []
    assert wire.store.undelivered() == []


def test_a_restart_within_the_minute_tells_nothing_twice(
    customer: Any, wire: Wire, clock: Any
) -> None:
    wire.webhooks.add(ALL, by=KIM)
    customer.desk.hand_off(customer.id)
    assert len(wire.told()) == 1
    for seconds in (1, 30, 60, 60):
        clock.advance(seconds)
        Announcer(wire.store, now=clock).round()
        assert wire.told() == []


def test_an_event_that_comes_in_late_is_told_too(
    customer: Any, wire: Wire, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On PostgreSQL a transaction may commit after one with a higher number."""
    wire.webhooks.add(ALL, by=KIM)
    customer.desk.hand_off(customer.id)
    wire.work.resolve(customer.id, KIM)
    everything = wire.store.changes
    with monkeypatch.context() as patched:
        patched.setattr(
            wire.store,
            "changes",
            lambda **asked: [
                e for e in everything(**asked) if e.payload.get("status") != "waiting"
            ],
        )
        assert [each["type"] for each in wire.told()] == ["conversation.resolved"]
    clock.advance(5)
    assert [each["type"] for each in wire.told()] == ["conversation.waiting"]


def test_a_test_is_about_nothing(wire: Wire) -> None:
    webhook = wire.webhooks.add(ALL, by=KIM)
    wire.webhooks.pause(webhook.id, by=KIM)
    wire.webhooks.test(webhook.id)
    (told,) = wire.told()
    assert (told["type"], told["data"]) == ("test", {})
    with pytest.raises(UnknownThing):
        wire.webhooks.test("w-none")


@pytest.mark.parametrize(
    "url",
    [
        "", "hooks.example", "http://hooks.example/", "ftp://hooks.example/", "https://",
        "https://user:word@hooks.example/", "https://hooks.example/\r\nX: y", "https://[::1",
        "https://hooks.example:99999/", "https://héhé.example/", "https://a b.example/",
        "javascript:alert(1)", "https://hooks.example/" + "x" * 2000, "https://hooks.example/é",
    ],
)  # fmt: skip
def test_an_address_that_cannot_be_one_is_refused(wire: Wire, url: str) -> None:
    with pytest.raises(Refused):
        wire.webhooks.add(replace(ALL, url=url), by=KIM)
    assert wire.webhooks.all() == []


def test_one_that_is_told_nothing_is_refused_and_so_is_the_twenty_first(wire: Wire) -> None:
    with pytest.raises(Refused, match="at least one"):
        wire.webhooks.add(replace(ALL, topics=frozenset()), by=KIM)
    for _ in range(20):
        wire.webhooks.add(ALL, by=KIM)
    with pytest.raises(Refused, match="20"):
        wire.webhooks.add(ALL, by=KIM)


def test_a_new_secret_signs_from_now_on(wire: Wire) -> None:
    first = wire.webhooks.add(ALL, by=KIM)
    second = wire.webhooks.renew_secret(first.id, by=KIM)
    assert first.secret != second.secret
    assert first.secret not in repr(first)


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://hooks.slack.example/services/T000/B000/XXXXyyyy", "https://hooks.slack.example/…yyyy"),
        ("https://hooks.example/help", "https://hooks.example/help"),
        ("https://hooks.example", "https://hooks.example"),
    ],
)  # fmt: skip
def test_an_address_is_shown_without_what_may_be_its_secret(url: str, shown: str) -> None:
    assert replace(HOOK, url=url).shown == shown


def _ratings(told: list[Any]) -> list[Any]:
    """Of bodies that leave in no order."""
    return sorted((each["data"]["rating"] for each in told), key=json.dumps)
