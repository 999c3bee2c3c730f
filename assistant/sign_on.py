"""Which identity provider people sign in by, by the settings."""

from __future__ import annotations

from assistant.adapters.oidc import Client, Oidc
from assistant.errors import WrongSetting
from assistant.ports import Clock, PeopleStore
from assistant.settings import Settings
from assistant.support.people import People
from assistant.support.roles import ROLES
from assistant.support.single_sign_on import SingleSignOn


def make_single_sign_on(
    settings: Settings, *, store: PeopleStore, people: People, now: Clock
) -> SingleSignOn | None:
    """None where no provider is set; WrongSetting where what belongs to it cannot work."""
    if not settings.oidc_issuer:
        return None
    schemes = ("https://", "http://") if settings.webhook_private else ("https://",)
    if not settings.oidc_issuer.startswith(schemes):
        raise WrongSetting(
            "ASSISTANT_OIDC_ISSUER",
            "write it like https://login.company.example; unencrypted only with "
            "ASSISTANT_WEBHOOK_PRIVATE=true",
        )
    if not settings.oidc_client:
        raise WrongSetting("ASSISTANT_OIDC_CLIENT", "set the id that the provider gave us")
    if not settings.public_url:
        raise WrongSetting("ASSISTANT_PUBLIC_URL", "the provider sends people back to it; set it")
    client = Client(
        issuer=settings.oidc_issuer,
        id=settings.oidc_client,
        secret=settings.oidc_secret.get_secret_value(),
        allow_private=settings.webhook_private,
    )
    return SingleSignOn(
        store,
        people=people,
        provider=Oidc(client),
        roles=_roles(settings.oidc_roles),
        claim=settings.oidc_claim,
        now=now,
    )


def _roles(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for pair in filter(None, (part.strip() for part in text.split(","))):
        group, equals, role = (part.strip() for part in pair.rpartition("="))
        if not (group and equals) or role not in ROLES:
            known = ", ".join(ROLES)
            raise WrongSetting(
                "ASSISTANT_OIDC_ROLES",
                f"{pair!r} is no group=role; roles are {known}",
            )
        found.setdefault(group, role)
    return found
