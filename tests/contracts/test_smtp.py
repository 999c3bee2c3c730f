"""SMTP keeps the contract of the mail port, against a real server on loopback."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from assistant.adapters.smtp import SmtpMail, SmtpServer
from assistant.errors import NeverDelivered, NotDelivered, WrongSetting
from assistant.ports.mail import Letter, Mail
from assistant.testing import FakeMail, MailContract
from assistant.testing.mail import LETTER
from tests.smtp_server import Inbox, smtp_server

SENDER = "Aide <help@company.example>"
UNENCRYPTED = pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")


@pytest.fixture
def inbox() -> Iterator[Inbox]:
    with smtp_server() as inbox:
        yield inbox


def to(inbox: Inbox, **more: str) -> SmtpMail:
    server = SmtpServer("127.0.0.1", inbox.port, SENDER, **{"tls": "none"} | more)  # type: ignore[arg-type]
    return SmtpMail(server, timeout_s=5)


class TestSmtp(MailContract):
    @pytest.fixture
    def mail(self, inbox: Inbox) -> Mail:
        return to(inbox)

    @pytest.fixture
    def received(self, inbox: Inbox) -> Callable[[], list[Letter]]:
        return lambda: inbox.letters

    @pytest.fixture
    def refuse(self, inbox: Inbox) -> Callable[[int], None]:
        def refuse(code: int) -> None:
            inbox.code = code
            if not code:
                inbox.stop()

        return refuse


class TestFakeMail(MailContract):
    @pytest.fixture
    def mail(self) -> FakeMail:
        return FakeMail()

    @pytest.fixture
    def received(self, mail: FakeMail) -> Callable[[], list[Letter]]:
        return lambda: mail.letters

    @pytest.fixture
    def refuse(self, mail: FakeMail) -> Callable[[int], None]:
        def refuse(code: int) -> None:
            mail.fails = NeverDelivered("no") if code >= 500 else NotDelivered("not now")

        return refuse


def test_a_mail_program_finds_the_way_out_as_it_was_written(inbox: Inbox) -> None:
    to(inbox).send(LETTER)
    to(inbox).send(replace(LETTER, unsubscribe="http://localhost:8000/never-ask/c-1.x"))
    whole, unsafe = (dict(mail.raw_items()) for mail in inbox.mails)
    assert whole["List-Unsubscribe"].strip() == f"<{LETTER.unsubscribe}>"
    assert whole["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert "List-Unsubscribe-Post" not in unsafe


def test_the_sender_has_a_name_and_machines_are_not_answered(inbox: Inbox) -> None:
    to(inbox).send(LETTER)
    mail = inbox.mails[0]
    assert mail["From"] == SENDER
    assert mail["Auto-Submitted"] == "auto-generated"
    assert to(inbox).domain == "company.example"


@pytest.mark.parametrize(
    "address", ["zoé@customer.example", "ada.@customer.example", "ada@customer..example",
                "ada[1@customer.example"]
)  # fmt: skip
def test_an_address_that_no_mail_can_go_to_is_never_tried_again(inbox: Inbox, address: str) -> None:
    with pytest.raises(NeverDelivered) as caught:
        to(inbox).send(replace(LETTER, to=address))
    assert address not in str(caught.value)
    assert inbox.mails == []


def test_what_was_taken_is_sent_however_the_server_says_good_bye(inbox: Inbox) -> None:
    inbox.goodbye = "421 going down"
    to(inbox).send(LETTER)
    assert inbox.letters == [LETTER]


@UNENCRYPTED
def test_it_signs_in_where_a_user_is_set() -> None:
    with smtp_server(password="open sesame") as inbox:
        to(inbox, user="help", password="open sesame").send(LETTER)
        assert inbox.letters == [LETTER]
        assert inbox.users == [(b"help", b"open sesame")]


@UNENCRYPTED
def test_a_wrong_password_can_be_mended_and_is_not_repeated() -> None:
    with smtp_server(password="open sesame") as inbox:
        with pytest.raises(NotDelivered) as caught:
            to(inbox, user="help", password="a guess").check()
        assert not isinstance(caught.value, NeverDelivered)
        assert "535" in str(caught.value)
        assert "guess" not in str(caught.value)


def test_a_server_without_encryption_gets_nothing_that_needs_it(inbox: Inbox) -> None:
    with pytest.raises(NotDelivered):
        to(inbox, tls="starttls").send(LETTER)
    assert inbox.mails == []


@pytest.mark.parametrize("sender", ["", "help", "Help <help>", "help@\nBcc: x@y.example"])
def test_a_sender_that_is_no_address_is_named(sender: str) -> None:
    with pytest.raises(WrongSetting, match="ASSISTANT_MAIL_FROM"):
        SmtpMail(SmtpServer("127.0.0.1", 25, sender))


def test_no_letter_is_written_to_a_log(inbox: Inbox, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG", logger="assistant")
    to(inbox).send(LETTER)
    inbox.code = 550
    with pytest.raises(NeverDelivered):
        to(inbox).send(LETTER)
    assert "colis" not in caplog.text
