"""A real SMTP server on loopback that keeps what it gets, for tests."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

from assistant.ports.mail import Letter


@dataclass
class Inbox:
    """What arrived. `code`: what the server says instead of taking a mail, while not 0;
    `goodbye`: what it says at the end."""

    port: int = 0
    code: int = 0
    goodbye: str = "221 Bye"
    mails: list[EmailMessage] = field(default_factory=list)
    users: list[tuple[bytes, bytes]] = field(default_factory=list)
    controller: Any = None

    @property
    def letters(self) -> list[Letter]:
        return [letter(mail) for mail in self.mails]

    async def handle_RCPT(  # noqa: N802
        self, _s: Any, _p: Any, envelope: Any, address: str, _o: Any
    ) -> str:
        if self.code:
            return f"{self.code} not for {address}"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        mail = message_from_bytes(envelope.content, policy=default)
        assert envelope.rcpt_tos == [str(mail["To"])]
        self.mails.append(mail)  # type: ignore[arg-type]
        return "250 OK"

    async def handle_QUIT(self, *_: Any) -> str:  # noqa: N802
        return self.goodbye

    def stop(self) -> None:
        if self.controller is not None:
            self.controller.stop()
            self.controller = None


def letter(mail: EmailMessage) -> Letter:
    """As it was given in."""
    text, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert text is not None
    assert html is not None
    return Letter(
        to=str(mail["To"]),
        subject=str(mail["Subject"]),
        text=text.get_content().replace("\r\n", "\n"),
        html=html.get_content().replace("\r\n", "\n").strip(),
        locale=str(mail["Content-Language"]),
        message_id=str(mail["Message-ID"]),
        in_reply_to=mail["In-Reply-To"] and str(mail["In-Reply-To"]),
        references=tuple(str(mail["References"] or "").split()),
        unsubscribe=str(mail["List-Unsubscribe"] or "").strip("<>"),
    )


@contextmanager
def smtp_server(password: str = "", *, inbox: Inbox | None = None, **options: Any) -> Iterator[Any]:
    """Listening on a free port. With a password, only who signs in may send."""
    inbox = inbox or Inbox()

    def signs_in(_server: Any, _session: Any, _envelope: Any, _how: str, who: Any) -> AuthResult:
        assert isinstance(who, LoginPassword)
        inbox.users.append((who.login, who.password))
        return AuthResult(success=who.password == password.encode(), handled=False)

    if password:
        options |= {"authenticator": signs_in, "auth_required": True, "auth_require_tls": False}
    # Looking up the machine's own name would leave it.
    options["server_hostname"] = "mail.company.example"
    # A machine that is busy takes longer than the usual five seconds.
    options.setdefault("ready_timeout", 60)
    inbox.port = _free_port()
    inbox.controller = Controller(inbox, hostname="127.0.0.1", port=inbox.port, **options)
    inbox.controller.start()
    try:
        yield inbox
    finally:
        inbox.stop()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port: int = listening.getsockname()[1]
        return port
