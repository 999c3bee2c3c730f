"""Card and account numbers go; every other number stays."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import luhn

from assistant.support.redaction import redact

CARD = "[card number removed]"
ACCOUNT = "[account number removed]"


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("4111111111111111", CARD),
        ("My card is 4111 1111 1111 1111.", f"My card is {CARD}."),
        ("4111-1111-1111-1111", CARD),
        ("4111.1111.1111.1111", CARD),
        ("4111\u00a01111\u202f1111 1111", CARD),
        ("4111 1111 1111 1111 12/27 123", f"{CARD} 12/27 123"),
        ("4111 1111 1111 1111 123", f"{CARD} 123"),
        ("order 123 4111 1111 1111 1111", f"order 123 {CARD}"),
        ("order 1234 4111 1111 1111 1111", f"order 1234 {CARD}"),
        ("378282246310005 and 3782 822463 10005", f"{CARD} and {CARD}"),
        ("5555555555554444,4012888888881881", f"{CARD},{CARD}"),
        ("IBAN FR7630006000011234567890189.", f"IBAN {ACCOUNT}."),
        ("FR76 3000 6000 0112 3456 7890 189 merci", f"{ACCOUNT} merci"),
        ("gb82 west 1234 5698 7654 32 please", f"{ACCOUNT} please"),
        ("DE89 3704 0044 0532 0130 00 BIC COBADEFF", f"{ACCOUNT} BIC COBADEFF"),
    ],
)
def test_a_card_or_account_number_is_taken_out(written: str, kept: str) -> None:
    assert redact(written, locale="en") == kept


@pytest.mark.parametrize(
    "kept",
    [
        "4111 1111 1111 1112",
        "+33 6 12 34 56 78",
        "06 12 34 56 78 and 06 98 76 54 32",
        "+4915123456783",
        "0033612345670",
        "order 2026-0314-001042",
        "IMEI 353880080031206",
        "SIRET 73282932000074",
        "tracking 00340434292135100148",
        "1Z999AA10123456784",
        "FR76 3000 6000 0112 3456 7890 188",
        "0000 0000 0000 0000",
        "A-4111111111111111",
    ],
)
def test_other_numbers_stay(kept: str) -> None:
    assert redact(kept, locale="en") == kept


def test_the_note_is_in_the_customers_language() -> None:
    assert redact("4111111111111111", locale="fr") == "[numéro de carte retiré]"


def pairs(digits: int, gap: str = " ") -> str:
    written = f"{digits:08}"
    return gap.join(written[start : start + 2] for start in range(0, 8, 2))


eight = st.integers(0, 10**8 - 1)


@given(eight, st.integers(1, 999), st.sampled_from(["+", "00", "0", ""]), st.sampled_from(" .-"))
def test_no_phone_number_is_taken_for_a_card(
    digits: int, country: int, prefix: str, gap: str
) -> None:
    phone = f"{prefix}{country}{gap}6{gap}{pairs(digits, gap)}"
    assert redact(f"Call {phone}, please", locale="en") == f"Call {phone}, please"


@given(st.lists(eight, min_size=2, max_size=5))
def test_nor_are_several_in_a_row(phones: list[int]) -> None:
    text = " ".join(f"06 {pairs(digits)}" for digits in phones)
    assert redact(text, locale="fr") == text


@given(st.text("0123456789 -abc", max_size=40), st.text("0123456789 -abc\n/", max_size=40))
def test_a_card_is_found_among_any_other_text(before: str, after: str) -> None:
    found = redact(f"{before} !4012 8888 8888 1881! {after}", locale="en")
    assert "4012 8888" not in found
    assert CARD in found


@given(st.integers(min_value=2 * 10**14, max_value=7 * 10**14 - 1), st.sampled_from(" -."))
def test_every_card_of_sixteen_digits_is_taken_out(number: int, gap: str) -> None:
    digits = f"{number}"
    digits += luhn.calc_check_digit(digits)
    spaced = gap.join(digits[start : start + 4] for start in range(0, 16, 4))
    for form in (digits, spaced):
        assert redact(f"pay {form} now", locale="en") == f"pay {CARD} now"


@given(st.text("0123456789FR \n-.", max_size=120))
def test_redacting_twice_is_redacting_once(text: str) -> None:
    once = redact(text, locale="en")
    assert redact(once, locale="en") == once


@pytest.mark.slow
def test_a_very_long_message_takes_no_time() -> None:
    for text in ("4" * 10_000, "1 " * 5_000, "FR76" * 2_500, "FR76 " * 2_000):
        redact(text, locale="en")
