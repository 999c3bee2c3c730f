"""Mail by SMTP. One connection for each letter: few are sent, and none is left waiting open."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import localtime, parseaddr
from typing import Literal

from assistant.errors import NeverDelivered, NotDelivered, WrongSetting
from assistant.ports.mail import Letter

Tls = Literal["starttls", "tls", "none"]
TIMEOUT_S = 20.0
# An address longer than a line would be encoded as if it were words: no mail program reads that.
_UNFOLDED = SMTP.clone(max_line_length=998)


@dataclass(frozen=True)
class SmtpServer:
    """Where letters are given in. `sender`: an address, or `Name <address>`."""

    host: str
    port: int
    sender: str
    tls: Tls = "starttls"
    user: str = ""
    password: str = ""


class SmtpMail:
    """Keeps the port `Mail`. WrongSetting where the sender is no address."""

    def __init__(self, server: SmtpServer, *, timeout_s: float = TIMEOUT_S) -> None:
        self._server, self._timeout_s = server, timeout_s
        self._sender = _address(server.sender)

    @property
    def domain(self) -> str:
        return self._sender.domain

    def send(self, letter: Letter) -> None:
        message = self._message(letter)
        with self._session() as smtp:
            try:
                smtp.send_message(message)
            except smtplib.SMTPRecipientsRefused as error:
                codes = [code for code, _ in error.recipients.values()]
                raise self._refused(max(codes, default=450)) from error
            except smtplib.SMTPDataError as error:
                raise self._refused(error.smtp_code) from error
            except (smtplib.SMTPNotSupportedError, UnicodeEncodeError) as error:
                raise NeverDelivered(
                    f"{self._server.host} takes no addresses in other than plain letters."
                ) from error

    def check(self) -> None:
        with self._session() as smtp:
            smtp.noop()

    @contextmanager
    def _session(self) -> Iterator[smtplib.SMTP]:
        """Signed in; whatever goes wrong in it may go right the next time."""
        server = self._server
        try:
            smtp = self._connected()
            try:
                if server.tls == "starttls":
                    smtp.starttls(context=ssl.create_default_context())
                if server.user:
                    smtp.login(server.user, server.password)
                yield smtp
            finally:
                # What it took stays taken, however it says good-bye.
                with suppress(smtplib.SMTPException, OSError):
                    smtp.quit()
                smtp.close()
        except (smtplib.SMTPException, OSError) as error:
            raise NotDelivered(
                f"The mail server {server.host}:{server.port} cannot be used ({_told(error)}); "
                "check ASSISTANT_SMTP_HOST and what belongs to it."
            ) from error

    def _connected(self) -> smtplib.SMTP:
        server, timeout_s = self._server, self._timeout_s
        # Our own name here: the machine's would have to be looked up, and is nobody's business.
        if server.tls == "tls":
            context = ssl.create_default_context()
            return smtplib.SMTP_SSL(
                server.host, server.port, self.domain, timeout=timeout_s, context=context
            )
        return smtplib.SMTP(server.host, server.port, self.domain, timeout=timeout_s)

    def _message(self, letter: Letter) -> EmailMessage:
        message = EmailMessage(policy=_UNFOLDED if letter.unsubscribe else SMTP)
        message["From"] = self._sender
        message["To"] = _recipient(letter.to)
        message["Subject"] = letter.subject
        message["Date"] = localtime()
        message["Message-ID"] = letter.message_id
        if letter.in_reply_to:
            message["In-Reply-To"] = letter.in_reply_to
        if letter.references:
            message["References"] = " ".join(letter.references)
        if letter.unsubscribe:
            message["List-Unsubscribe"] = f"<{letter.unsubscribe}>"
            if letter.unsubscribe.startswith("https:"):
                # RFC 8058: the mail program itself may do it, and only over https.
                message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        # Nobody's holiday reply shall answer a machine.
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(letter.text)
        message.add_alternative(letter.html, subtype="html")
        # Whatever begins with "Content-" belongs to the first part until there are two.
        message["Content-Language"] = letter.locale
        return message

    def _refused(self, code: int) -> NotDelivered:
        kind = NeverDelivered if code >= 500 else NotDelivered
        return kind(f"{self._server.host} did not take the mail ({code}).")


def _recipient(to: str) -> Address:
    """NeverDelivered where no mail can go there; it is not repeated, since that is logged."""
    try:
        return Address(addr_spec=to)
    except (ValueError, IndexError, MessageError):
        raise NeverDelivered("The address is none that a mail can go to.") from None


def _address(sender: str) -> Address:
    name, address = parseaddr(sender if sender.isprintable() else "")
    try:
        parsed = Address(display_name=name, addr_spec=address)
    except (ValueError, IndexError):
        parsed = Address()
    if not parsed.username or not parsed.domain:
        raise WrongSetting(
            "ASSISTANT_MAIL_FROM", f"{sender!r} is no address; write Help <help@company.example>"
        )
    return parsed


def _told(error: Exception) -> str:
    """What a server says may repeat the recipient or the user; its number is enough."""
    code = getattr(error, "smtp_code", None)
    return f"{type(error).__name__} {code}" if code else type(error).__name__
