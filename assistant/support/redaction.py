"""Take card and account numbers out of what customers write, before anything is stored.

A number is a card only if its check digit says so (Luhn, ISO/IEC 7812) and an IBAN only if its
checksum does (ISO 13616), so order, phone and tracking numbers stay.
"""

from __future__ import annotations

import re

from stdnum import iban, luhn

from assistant.answering.wordings import say

_CARD = re.compile(r"(?<![\w-])(?:\d[ -]?){12,18}\d(?![\w-])")
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]){11,30}\b", re.IGNORECASE)


def redact(text: str, *, locale: str) -> str:
    """The text with a note in the place of each such number."""

    def card(match: re.Match[str]) -> str:
        digits = re.sub(r"\D", "", match.group())
        return say("removed_card", locale) if luhn.is_valid(digits) else match.group()

    def account(match: re.Match[str]) -> str:
        return say("removed_iban", locale) if iban.is_valid(match.group()) else match.group()

    return _CARD.sub(card, _IBAN.sub(account, text))
