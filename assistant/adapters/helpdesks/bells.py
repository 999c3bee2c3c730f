"""Who rings, and about which case, by each helpdesk's own webhooks.

Only the case's number is taken from what they send: what was said there is asked of the API, as it
is without them. A ring that is sent again only has the case looked at again.

Zendesk: developer.zendesk.com/documentation/webhooks/verifying/. Chatwoot: its API's description
of a webhook (`secret`; `X-Chatwoot-Signature` over time and body). Zammad: admin-docs.zammad.org,
manage/webhook/payload (`X-Hub-Signature`). Freshdesk signs nothing; its automations send a header
of our own, which holds the secret (support.freshdesk.com, article 132589).
"""

from __future__ import annotations

import hmac
import json
from base64 import b64encode
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from assistant.adapters.helpdesks.account import told
from assistant.errors import NotAllowed, WrongSetting
from assistant.ports.helpdesk import Bell, Ring

SHORTEST_SECRET = 16
"""Bytes. Whoever sees one signature can try short ones at leisure."""
FRESH = timedelta(minutes=5)
"""What says when it was signed is not believed for longer."""


def make_bell(name: str, secret: str) -> Bell:
    """KeyError where that helpdesk has none, WrongSetting where the secret could be guessed."""
    if len(secret.encode()) < SHORTEST_SECRET:
        raise WrongSetting(
            "ASSISTANT_HELPDESK_SECRET",
            f"it is shorter than {SHORTEST_SECRET} bytes; choose a longer one there, as with "
            "`openssl rand -hex 32`",
        )
    return partial(_case_of, _SIGNED[name], secret.encode())


def _case_of(
    is_signed: Callable[[bytes, Ring, datetime], bool], secret: bytes, ring: Ring, *, at: datetime
) -> str:
    if not is_signed(secret, ring, at):
        raise NotAllowed("This is not signed with ASSISTANT_HELPDESK_SECRET, or was long ago.")
    try:
        body = json.loads(ring.body)
    except (ValueError, RecursionError):
        body = None
    return _number(body)


def _number(body: Any) -> str:
    """As we ask for it, or as Chatwoot and Zammad write it unasked. "" where nothing says so."""
    named = (("ticket_id",), ("conversation", "id"), ("ticket", "id"), ("id",))
    found = (told(body, *keys) for keys in named)
    return next((str(each) for each in found if isinstance(each, str | int)), "")


def _by_zendesk(secret: bytes, ring: Ring, at: datetime) -> bool:
    time = ring.headers.get("x-zendesk-webhook-signature-timestamp", "")
    digest = hmac.digest(secret, time.encode() + ring.body, "sha256")
    return _says(ring, "x-zendesk-webhook-signature", b64encode(digest).decode()) and _is_fresh(
        time, at
    )


def _by_chatwoot(secret: bytes, ring: Ring, at: datetime) -> bool:
    time = ring.headers.get("x-chatwoot-timestamp", "")
    digest = hmac.digest(secret, time.encode() + b"." + ring.body, "sha256")
    return _says(ring, "x-chatwoot-signature", f"sha256={digest.hex()}") and _is_fresh(time, at)


def _by_zammad(secret: bytes, ring: Ring, at: datetime) -> bool:
    digest = hmac.digest(secret, ring.body, "sha1")
    return _says(ring, "x-hub-signature", f"sha1={digest.hex()}")


def _by_freshdesk(secret: bytes, ring: Ring, at: datetime) -> bool:
    return _says(ring, "x-help-assistant-secret", secret.decode())


def _says(ring: Ring, header: str, wanted: str) -> bool:
    return hmac.compare_digest(ring.headers.get(header, "").encode(), wanted.encode())


def _is_fresh(time: str, at: datetime) -> bool:
    """Seconds since 1970, or ISO 8601."""
    try:
        signed = datetime.fromtimestamp(int(time), UTC) if time.isdecimal() else _moment(time)
    except (ValueError, OverflowError, OSError):
        return False
    return abs(at - signed) <= FRESH


def _moment(time: str) -> datetime:
    read = datetime.fromisoformat(time)
    return read if read.tzinfo else read.replace(tzinfo=UTC)


_SIGNED: Mapping[str, Callable[[bytes, Ring, datetime], bool]] = {
    "zendesk": _by_zendesk,
    "freshdesk": _by_freshdesk,
    "chatwoot": _by_chatwoot,
    "zammad": _by_zammad,
}
