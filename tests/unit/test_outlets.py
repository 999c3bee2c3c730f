"""Mail is set up whole or not at all; what cannot work is named before anything is served."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from assistant.errors import WrongSetting
from assistant.outlets import make_mail
from assistant.settings import load

COMPLETE: dict[str, Any] = {
    "smtp_host": "mail.company.example",
    "mail_from": "Help <help@company.example>",
    "public_url": "https://help.company.example",
}


def test_without_a_mail_server_there_is_no_mail() -> None:
    assert make_mail(load()) is None


def test_with_all_that_belongs_to_it_there_is() -> None:
    mail = make_mail(load(**COMPLETE))
    assert mail is not None
    assert mail.domain == "company.example"


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"public_url": ""}, "ASSISTANT_PUBLIC_URL"),
        ({"mail_from": ""}, "ASSISTANT_MAIL_FROM"),
        ({"mail_from": "help"}, "ASSISTANT_MAIL_FROM"),
        ({"smtp_tls": "none", "smtp_user": "u", "smtp_password": "p"}, "ASSISTANT_SMTP_TLS"),
        ({"smtp_tls": "perhaps"}, "ASSISTANT_SMTP_TLS"),
        ({"smtp_port": 0}, "ASSISTANT_SMTP_PORT"),
    ],
)
def test_what_cannot_work_is_named(wrong: dict[str, Any], named: str) -> None:
    with pytest.raises(WrongSetting, match=named):
        make_mail(load(**COMPLETE | wrong))


def test_the_password_may_lie_in_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "password").write_text("open sesame\n")
    monkeypatch.setenv("ASSISTANT_SMTP_PASSWORD_FILE", str(tmp_path / "password"))
    settings = load()
    assert settings.smtp_password.get_secret_value() == "open sesame"
    assert "sesame" not in repr(settings)
