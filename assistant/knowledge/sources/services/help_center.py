"""Which services there are, and a help center of one of them as a source."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from assistant.errors import Refused
from assistant.knowledge.sources.names import service_of
from assistant.knowledge.sources.records import Records
from assistant.knowledge.sources.services.account import Account, basic, bearer
from assistant.knowledge.sources.services.chatwoot import chatwoot_articles
from assistant.knowledge.sources.services.entry import Entry
from assistant.knowledge.sources.services.freshdesk import freshdesk_articles
from assistant.knowledge.sources.services.intercom import VERSION, intercom_articles
from assistant.knowledge.sources.services.zendesk import zendesk_articles
from assistant.knowledge.sources.web_visitor import Visitor


@dataclass(frozen=True)
class Service:
    """How one service is asked. `headers` makes them of the key; `home` is its address where an
    account has none of its own; `example` is what a source of it is called."""

    articles: Callable[[Account, str], Iterator[Entry]]
    headers: Callable[[str], dict[str, str]]
    key_setting: str
    example: str
    home: str = ""
    needs_key: bool = True


def _zendesk_headers(key: str) -> dict[str, str]:
    name, _, word = key.partition(":")
    return basic(name, word) if key else {}


SERVICES = {
    "zendesk": Service(
        zendesk_articles,
        _zendesk_headers,
        "ASSISTANT_ZENDESK_KEY",
        "zendesk:example.zendesk.com",
        needs_key=False,
    ),
    "intercom": Service(
        intercom_articles,
        lambda key: {**bearer(key), **VERSION},
        "ASSISTANT_INTERCOM_KEY",
        "intercom:",
        home="api.intercom.io",
    ),
    "freshdesk": Service(
        freshdesk_articles,
        lambda key: basic(key, "X"),
        "ASSISTANT_FRESHDESK_KEY",
        "freshdesk:example.freshdesk.com",
    ),
    "chatwoot": Service(
        chatwoot_articles,
        lambda key: {"api_access_token": key},
        "ASSISTANT_CHATWOOT_KEY",
        "chatwoot:app.chatwoot.com/ACCOUNT/PORTAL",
    ),
}


class ServiceHelpCenter:
    """One account's articles. `key` is sent to this account's host alone, and only encrypted
    unless `allow_plain`. Refused for a name that is none, and without a key that it needs."""

    def __init__(
        self, source: str, *, key: str, visitor: Visitor, allow_plain: bool = False
    ) -> None:
        kind, service = service_of(source), SERVICES[service_of(source)]
        base = _base(source, service)
        if service.needs_key and not key:
            raise Refused(f"{source} needs a key; set {service.key_setting}, or …_FILE.")
        if key and base.startswith("http:") and not allow_plain:
            raise Refused(f"{source} would send the key unencrypted; write https://.")
        if (
            kind == "chatwoot"
            and len([part for part in urlsplit(base).path.split("/") if part]) < 2
        ):
            raise Refused(f"{source} names no portal; write it as {service.example}.")
        self.name = f"{kind}:{base.removesuffix('/')}"
        self._service, self._host = service, urlsplit(base).netloc
        self._account = Account(base, visitor, service.key_setting, service.headers(key))

    def records(self) -> Records:
        """Refused where the account cannot be read at all."""
        for entry in self._service.articles(self._account, self._host):
            yield from entry.records(self.name)


def _base(source: str, service: Service) -> str:
    address = source.partition(":")[2].strip("/") or service.home
    if not re.match(r"https?://", address):
        address = f"https://{address}"
    if "@" in urlsplit(address).netloc:
        raise Refused(
            f"The address of {service.example} holds a name or a password; take them out,"
            f" and set {service.key_setting}."
        )
    if not urlsplit(address).hostname:
        raise Refused(f"{source} names no account; write it as {service.example}.")
    return f"{address}/"
