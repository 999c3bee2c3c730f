"""The ways out of here, by the settings: which mail server, who is told what, who carries it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from assistant.adapters.http_post import HttpPoster
from assistant.adapters.smtp import SmtpMail, SmtpServer
from assistant.case_ports import WholeStore
from assistant.domain.delivery import Channel
from assistant.errors import NotDelivered, WrongSetting
from assistant.ports import Clock
from assistant.ports.mail import Mail
from assistant.settings import Settings
from assistant.support.courier import Carrier, Courier
from assistant.support.letters import MailCarrier
from assistant.support.notifying import Notifier
from assistant.support.visitors import Visitors
from assistant.support.webhooks import Announcer, WebhookCarrier, Webhooks

_LOOPBACK = ("127.0.0.1", "::1", "localhost")


@dataclass(frozen=True)
class Outlets:
    """All that leaves. `mail` is None where no mail server is set."""

    store: WholeStore
    mail: Mail | None
    notifier: Notifier
    webhooks: Webhooks
    announcer: Announcer
    courier: Courier

    def plan(self) -> None:
        """From what happened since to what must go out."""
        self.notifier.round()
        self.announcer.round()

    def problems(self) -> list[str]:
        """What keeps something from going out, each with its remedy."""
        found = []
        if dead := self.store.count_dead():
            found.append(f"{dead} mails or webhooks never arrived; see /console/deliveries.")
        try:
            if self.mail is not None:
                self.mail.check()
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
    if mail is not None:
        carriers[Channel.MAIL] = MailCarrier(
            store, mail, visitors=visitors, public_url=base, zone=zone
        )
    wait = timedelta(seconds=settings.mail_after)
    return Outlets(
        store=store,
        mail=mail,
        notifier=Notifier(store, writes=mail is not None, wait=wait, now=now),
        webhooks=Webhooks(store, allow_private=settings.webhook_private, now=now),
        announcer=Announcer(store, now=now),
        courier=Courier(store, carriers, now=now),
    )


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
