"""A helpdesk that rings is known by its secret, and only the case's number is taken from it."""

from __future__ import annotations

import hmac
from base64 import b64encode
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from assistant.adapters.helpdesks.bells import FRESH, make_bell
from assistant.errors import NotAllowed, WrongSetting
from assistant.ports.helpdesk import Ring

SECRET = "a secret of both"
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
BODY = b'{"ticket_id": "35436"}'

Sign = Callable[[bytes, str, datetime], dict[str, str]]


def zendesk(body: bytes, secret: str, at: datetime) -> dict[str, str]:
    time = at.isoformat().replace("+00:00", "Z")
    digest = hmac.digest(secret.encode(), time.encode() + body, "sha256")
    return {
        "x-zendesk-webhook-signature": b64encode(digest).decode(),
        "x-zendesk-webhook-signature-timestamp": time,
    }


def chatwoot(body: bytes, secret: str, at: datetime) -> dict[str, str]:
    time = str(int(at.timestamp()))
    digest = hmac.new(secret.encode(), f"{time}.".encode() + body, "sha256").hexdigest()
    return {"x-chatwoot-signature": f"sha256={digest}", "x-chatwoot-timestamp": time}


def zammad(body: bytes, secret: str, at: datetime) -> dict[str, str]:
    return {"x-hub-signature": "sha1=" + hmac.new(secret.encode(), body, "sha1").hexdigest()}


def freshdesk(body: bytes, secret: str, at: datetime) -> dict[str, str]:
    return {"x-help-assistant-secret": secret}


EACH = pytest.mark.parametrize("sign", [zendesk, chatwoot, zammad, freshdesk])
DATED = pytest.mark.parametrize("sign", [zendesk, chatwoot])


def rings(sign: Sign, headers: dict[str, str], body: bytes = BODY) -> str:
    return make_bell(sign.__name__, SECRET)(Ring(headers, body), at=NOON)


@EACH
def test_who_has_the_secret_is_heard(sign: Sign) -> None:
    assert rings(sign, sign(BODY, SECRET, NOON)) == "35436"


@EACH
def test_who_has_another_secret_or_none_is_not(sign: Sign) -> None:
    for headers in (sign(BODY, "another", NOON), {}):
        with pytest.raises(NotAllowed, match="ASSISTANT_HELPDESK_SECRET"):
            rings(sign, headers)


@pytest.mark.parametrize("sign", [zendesk, chatwoot, zammad])
def test_a_signature_is_of_what_was_signed(sign: Sign) -> None:
    with pytest.raises(NotAllowed):
        rings(sign, sign(BODY, SECRET, NOON), b'{"ticket_id": "1"}')


@DATED
def test_what_was_signed_long_ago_is_not_sent_again(sign: Sign) -> None:
    assert rings(sign, sign(BODY, SECRET, NOON - FRESH))
    for at in (NOON - FRESH - SECOND, NOON + FRESH + SECOND):
        with pytest.raises(NotAllowed):
            rings(sign, sign(BODY, SECRET, at))


@pytest.mark.parametrize("time", ["", "yesterday", "9" * 40, "-5", "٣", "2026-03-02T12:00:00"])
def test_a_time_that_is_none_is_not_believed(time: str) -> None:
    digest = hmac.new(SECRET.encode(), f"{time}.".encode() + BODY, "sha256").hexdigest()
    headers = {"x-chatwoot-signature": f"sha256={digest}", "x-chatwoot-timestamp": time}
    if time.startswith("2026"):
        assert rings(chatwoot, headers)
    else:
        with pytest.raises(NotAllowed):
            rings(chatwoot, headers)


@pytest.mark.parametrize(
    ("body", "case"),
    [
        (b'{"event": "message_created", "id": 9, "conversation": {"id": 7}}', "7"),
        (b'{"event": "conversation_status_changed", "id": 7}', "7"),
        (b'{"ticket": {"id": 81, "title": "?"}, "article": {"id": 3}}', "81"),
        (b'{"ticket_id": 12}', "12"),
        (b'{"ticket_id": ["12"]}', ""),
        (b"[]", ""),
        (b"not json", ""),
        (b"\xff", ""),
        (b"[" * 5000, ""),
    ],
)
def test_of_all_that_is_sent_only_the_number_counts(body: bytes, case: str) -> None:
    assert rings(zammad, zammad(body, SECRET, NOON), body) == case


def test_a_secret_that_could_be_guessed_is_refused() -> None:
    with pytest.raises(WrongSetting, match=r"ASSISTANT_HELPDESK_SECRET.*16 bytes.*openssl rand"):
        make_bell("zendesk", SECRET[1:])
