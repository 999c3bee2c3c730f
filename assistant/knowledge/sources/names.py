"""What a source is called. Imports nothing heavy: the command line asks before it does anything."""

from __future__ import annotations

import re

SERVICES = ("zendesk", "intercom", "freshdesk", "chatwoot")
_ADDRESS = re.compile(r"https?://", re.IGNORECASE)


def is_remote(source: str) -> bool:
    """Whether a source of this name lies beyond this machine."""
    return _ADDRESS.match(source) is not None or bool(service_of(source))


def service_of(source: str) -> str:
    """The service that a source is of, as in `zendesk:example.zendesk.com`; "" for none."""
    name, colon, _ = source.partition(":")
    return name.lower() if colon and name.lower() in SERVICES else ""
