"""The ways out of here, by the settings: which mail server, who is told what, who carries it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from importlib import import_module
from urllib.parse import urlsplit

from assistant.adapters.helpdesks.account import Place
from assistant.adapters.helpdesks.bells import make_bell
from assistant.adapters.helpdesks.chatwoot import Chatwoot
from assistant.adapters.helpdesks.freshdesk import Freshdesk
from assistant.adapters.helpdesks.zammad import Zammad
from assistant.adapters.helpdesks.zendesk import Zendesk
from assistant.adapters.http_post import HttpPoster
from assistant.adapters.smtp import SmtpMail, SmtpServer
from assistant.case_ports import WholeStore
from assistant.domain.delivery import Channel
from assistant.errors import NotDelivered, UnknownThing, WrongSetting
from assistant.ports import Clock
from assistant.ports.helpdesk import Helpdesk, Ring
from assistant.ports.mail import Mail
from assistant.settings import Settings
from assistant.support.case_letter import CaseLetters
from assistant.support.courier import Carrier, Courier
from assistant.support.helpdesks import Doorkeeper, Forwarder, HelpdeskCarrier, Listener
from assistant.support.letters import MailCarrier
from assistant.support.notifying import Notifier
from assistant.support.visitors import Visitors
from assistant.support.webhooks import Announcer, WebhookCarrier, Webhooks
from assistant.support.weekly_mail import WeeklyMails

_LOOPBACK = ("127.0.0.1", "::1", "localhost")
_HELPDESKS: dict[str, Callable[[Place], Helpdesk]] = {
    "zendesk": Zendesk,
    "freshdesk": Freshdesk,
    "chatwoot": Chatwoot,
    "zammad": Zammad,
}
_CHATWOOT_GROUP = re.compile(r"\d+/\d+")


@dataclass(frozen=True)
class Outlets:
    """All that leaves. `mail` is None where no mail server is set, `helpdesk` and `listener` where
    people answer in the console alone, `doorkeeper` where no helpdesk rings."""

    store: WholeStore
    mail: Mail | None
    helpdesk: Helpdesk | None
    forwarder: Forwarder
    listener: Listener | None
    notifier: Notifier
    webhooks: Webhooks
    announcer: Announcer
    weekly: WeeklyMails
    courier: Courier
    doorkeeper: Doorkeeper | None = None

    def plan(self) -> None:
        """From what happened since to what must go out."""
        self.notifier.round()
        self.announcer.round()
        self.forwarder.round()
        self.weekly.round()

    def hear(self) -> int:
        """Fetch what people answered in the helpdesk; how many answers that brought."""
        return self.listener.round() if self.listener else 0

    def ring(self, ring: Ring) -> None:
        """Something happened in the helpdesk; NotAllowed, UnknownThing where none may ring."""
        if self.doorkeeper is None:
            raise UnknownThing("secret", "ASSISTANT_HELPDESK_SECRET")
        self.doorkeeper.ring(ring)

    def problems(self) -> list[str]:
        """What keeps something from going out, each with its remedy."""
        found = []
        if dead := self.store.count_dead():
            found.append(f"{dead} mails or webhooks never arrived; see /console/deliveries.")
        checks = [each.check for each in (self.mail, self.helpdesk) if each is not None]
        for check in checks:
            try:
                check()
            except NotDelivered as error:
                found.append(str(error))
        return found


def make_outlets(
    settings: Settings,
    *,
    store: WholeStore,
    visitors: Visitors,
    zone: Callable[[], str],
    now: Clock,
) -> Outlets:
    """`zone`: the team's time zone. WrongSetting where what belongs to mail cannot work."""
    mail, base = make_mail(settings), settings.public_url
    poster = HttpPoster(allow_private=settings.webhook_private)
    carriers: dict[Channel, Carrier] = {
        Channel.WEBHOOK: WebhookCarrier(store, poster, public_url=base, now=now)
    }
    weekly = WeeklyMails(store, writes=mail is not None, base=base, zone=zone, now=now)
    if mail is not None:
        carriers[Channel.MAIL] = MailCarrier(
            store, mail, visitors=visitors, public_url=base, zone=zone, weekly=weekly.content
        )
    helpdesk, listener = make_helpdesk(settings), None
    if helpdesk is not None:
        letters = CaseLetters(store, public_url=base, locale=settings.locale)
        carriers[Channel.HELPDESK] = HelpdeskCarrier(store, helpdesk, letters=letters, now=now)
        listener = Listener(store, helpdesk, letters=letters, now=now)
    wait = timedelta(seconds=settings.mail_after)
    return Outlets(
        store=store,
        mail=mail,
        helpdesk=helpdesk,
        forwarder=Forwarder(store, works=helpdesk is not None, now=now),
        listener=listener,
        notifier=Notifier(store, writes=mail is not None, wait=wait, now=now),
        webhooks=Webhooks(store, allow_private=settings.webhook_private, now=now),
        announcer=Announcer(store, now=now),
        weekly=weekly,
        courier=Courier(store, carriers, now=now),
        doorkeeper=_doorkeeper(settings, helpdesk, store=store, now=now),
    )


def _doorkeeper(
    settings: Settings, helpdesk: Helpdesk | None, *, store: WholeStore, now: Clock
) -> Doorkeeper | None:
    secret = settings.helpdesk_secret.get_secret_value()
    if helpdesk is None or not secret:
        return None
    if settings.helpdesk not in _HELPDESKS:
        raise WrongSetting(
            "ASSISTANT_HELPDESK_SECRET", "only helpdesks that we know by name ring; leave it out"
        )
    bell = make_bell(settings.helpdesk, secret)
    return Doorkeeper(store, name=helpdesk.name, bell=bell, now=now)


def make_helpdesk(settings: Settings) -> Helpdesk | None:
    """None where people answer in the console alone; WrongSetting where what belongs to another
    system cannot work."""
    name = settings.helpdesk
    if not name:
        return None
    place = Place(
        url=settings.helpdesk_url,
        key=settings.helpdesk_key.get_secret_value(),
        group=settings.helpdesk_group,
        customer=settings.helpdesk_customer,
        allow_private=settings.webhook_private,
    )
    if name in _HELPDESKS:
        _must_fit(name, place)
        return _HELPDESKS[name](place)
    module, _, attribute = name.partition(":")
    try:
        made: Helpdesk = getattr(import_module(module), attribute)(place)
    except (ImportError, AttributeError, ValueError) as error:
        known = ", ".join(_HELPDESKS)
        raise WrongSetting(
            "ASSISTANT_HELPDESK", f"{name!r} is neither one of {known} nor module:Class"
        ) from error
    return made


def _must_fit(name: str, place: Place) -> None:
    """The vendor's own needs, before anything is served."""
    parts = urlsplit(place.url)
    wanted = ("https", "http") if place.allow_private else ("https",)
    needs = {
        "ASSISTANT_HELPDESK_URL": parts.scheme in wanted and bool(parts.hostname),
        "ASSISTANT_HELPDESK_KEY": place.key and (name != "zendesk" or "/token:" in place.key),
        "ASSISTANT_HELPDESK_GROUP": {
            "chatwoot": bool(_CHATWOOT_GROUP.fullmatch(place.group)),
            "zammad": bool(place.group),
        }.get(name, True),
        "ASSISTANT_HELPDESK_CUSTOMER": name != "zammad" or "@" in place.customer,
    }
    remedies = {
        "ASSISTANT_HELPDESK_URL": "write it like https://company.zendesk.com; unencrypted only "
        "with ASSISTANT_WEBHOOK_PRIVATE=true",
        "ASSISTANT_HELPDESK_KEY": "set the key; Zendesk's is you@company.example/token:KEY",
        "ASSISTANT_HELPDESK_GROUP": "name who gets cases: account/inbox such as 1/7 for Chatwoot, "
        "the group for Zammad",
        "ASSISTANT_HELPDESK_CUSTOMER": "Zammad needs an address in whose name cases are opened",
    }
    for setting, fits in needs.items():
        if not fits:
            raise WrongSetting(setting, remedies[setting])


def make_mail(settings: Settings) -> Mail | None:
    """None where no mail server is set; WrongSetting where what belongs to it cannot work."""
    if not settings.smtp_host:
        return None
    if not settings.public_url:
        raise WrongSetting("ASSISTANT_PUBLIC_URL", "mails need it for their links; set it")
    password = settings.smtp_password.get_secret_value()
    if password and settings.smtp_tls == "none" and settings.smtp_host not in _LOOPBACK:
        raise WrongSetting("ASSISTANT_SMTP_TLS", "'none' would send the password for all to read")
    return SmtpMail(
        SmtpServer(
            host=settings.smtp_host,
            port=settings.smtp_port,
            sender=settings.mail_from,
            tls=settings.smtp_tls,
            user=settings.smtp_user,
            password=password,
        )
    )
