"""What every Mail must do, and one that keeps its letters."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from assistant.errors import NeverDelivered, NotDelivered, Refused
from assistant.ports.mail import Letter, Mail

LETTER = Letter(
    to="kim@customer.example",
    subject="Une réponse à votre question",
    text="Bonjour,\n\nvotre colis est parti.\n",
    html="<p>Bonjour,</p><p>votre colis est <b>parti</b>.</p>",
    locale="fr",
    message_id="<d-1@company.example>",
    in_reply_to="<d-0@company.example>",
    references=("<c-1@company.example>", "<d-0@company.example>"),
    unsubscribe="https://help.company.example/never-ask/" + "c-1.which-is-longer-than-a-line" * 4,
)


class FakeMail:
    """Keeps what it was sent in `letters`; raises `fails` instead while that is set."""

    domain = "company.example"

    def __init__(self) -> None:
        self.letters: list[Letter] = []
        self.fails: NotDelivered | None = None

    def send(self, letter: Letter) -> None:
        self.check()
        self.letters.append(letter)

    def check(self) -> None:
        if self.fails is not None:
            raise self.fails


class MailContract:
    """Needs the fixtures `mail`; `received`, which gives the letters that arrived, as Letters; and
    `refuse`, which has the server refuse what follows with an SMTP code, 0: be gone."""

    def test_a_letter_arrives_whole(self, mail: Mail, received: Callable[[], list[Letter]]) -> None:
        mail.send(LETTER)
        assert received() == [LETTER]

    def test_one_without_a_thread_arrives_too(
        self, mail: Mail, received: Callable[[], list[Letter]]
    ) -> None:
        alone = replace(LETTER, in_reply_to=None, references=(), unsubscribe="")
        mail.send(alone)
        assert received() == [alone]

    def test_checking_sends_nothing(self, mail: Mail, received: Callable[[], list[Letter]]) -> None:
        mail.check()
        assert received() == []

    def test_what_is_refused_for_now_may_be_tried_again(
        self, mail: Mail, refuse: Callable[[int], None]
    ) -> None:
        refuse(451)
        with pytest.raises(NotDelivered) as caught:
            mail.send(LETTER)
        assert not isinstance(caught.value, NeverDelivered)
        assert "colis" not in str(caught.value)

    def test_what_is_refused_for_good_is_said_to_be(
        self, mail: Mail, refuse: Callable[[int], None]
    ) -> None:
        refuse(550)
        with pytest.raises(NeverDelivered):
            mail.send(LETTER)

    def test_a_server_that_is_gone_is_told(self, mail: Mail, refuse: Callable[[int], None]) -> None:
        refuse(0)
        for call in (mail.check, lambda: mail.send(LETTER)):
            with pytest.raises(NotDelivered) as caught:
                call()
            assert not isinstance(caught.value, NeverDelivered)

    @pytest.mark.parametrize(
        "header",
        [
            {"subject": "Hello\r\nBcc: everybody@company.example"},
            {"subject": "Hello\nBcc: everybody@company.example"},
            {"subject": "Hello\x00"},
            {"subject": "Hello\u2028Bcc: everybody@company.example"},
            {"to": "kim@customer.example\r\nBcc: everybody@company.example"},
            {"to": "kim@customer.example, everybody@company.example"},
            {"to": "Kim <kim@customer.example>"},
            {"message_id": "<d-1@company.example>\r\nX: y"},
            {"unsubscribe": "https://help.company.example\r\nX: y"},
            {"references": ("<c-1@company.example>\nX: y",)},
        ],
    )
    def test_no_header_can_be_smuggled_in(self, header: dict[str, str]) -> None:
        with pytest.raises(Refused):
            replace(LETTER, **header)  # type: ignore[arg-type]
