"""What is taken for an e-mail address."""

from __future__ import annotations

import pytest

from assistant.ports.mail import Letter
from assistant.support.credentials import is_email


@pytest.mark.parametrize(
    "text", ["ada@shop.example", "o'neil@shop.example", "a.b+c@mail.shop.example"]
)
def test_an_address_that_mail_servers_take_is_one(text: str) -> None:
    assert is_email(text)
    assert Letter(text, "Hello", "Hello", "<p>Hello</p>", "en", "<1@shop.example>").to == text


@pytest.mark.parametrize(
    "text", ["ada", "ada@shop", "a da@shop.example", "<ada@shop.example>", "ada@shop.example."]
)
def test_another_text_is_none(text: str) -> None:
    assert not is_email(text)
