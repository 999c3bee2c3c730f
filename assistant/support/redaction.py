"""Take card and account numbers out of what customers write, before anything is stored.

A number is a card only if it is as long and begins as cards do and its check digit says so (Luhn,
ISO/IEC 7812), and an IBAN only if its checksum does (ISO 13616), so order, phone, tracking and
device numbers stay. What stands beside the number, such as an expiry date, does not hide it.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from stdnum import iban, luhn

from assistant.answering.wordings import say

_GAP = "[ .\u00a0\u2009\u202f-]"
# As printed on cards, or in one piece: two phone numbers in a row are no card.
_CARD = re.compile(
    rf"(?<![\w+-])(?:\d{{4}}(?:{_GAP}\d{{4}}){{3}}(?:{_GAP}?\d{{1,3}})?"
    rf"|\d{{4}}{_GAP}\d{{6}}{_GAP}\d{{4,5}}|\d{{14,19}})(?!\d)"
)
_STARTS = {14: r"3[0689]", 15: r"3[47]"}
"""Of Diners and American Express. Device numbers (IMEI), too, have 15 digits and a Luhn digit."""
_OTHER_STARTS = r"[2-6]"
_IBAN = re.compile(rf"\b[A-Z]{{2}}\d{{2}}(?:{_GAP}?[A-Z0-9]){{11,30}}", re.IGNORECASE)
_NOT_OF_A_NUMBER = re.compile(r"[^A-Z0-9]", re.IGNORECASE)


def redact(text: str, *, locale: str) -> str:
    """The text with a note in the place of each such number."""
    text = _without(text, _IBAN, iban.is_valid, note=say("removed_iban", locale))
    return _without(text, _CARD, _is_card, note=say("removed_card", locale))


def _without(text: str, form: re.Pattern[str], is_one: Callable[[str], bool], *, note: str) -> str:
    kept, position = "", 0
    while match := form.search(text, position):
        end = _end(match, is_one)
        if end is None:
            # The number may begin later in what matched.
            kept += text[position : match.start() + 1]
            position = match.start() + 1
        else:
            kept += text[position : match.start()] + note
            position = end
    return kept + text[position:]


def _end(match: re.Match[str], is_one: Callable[[str], bool]) -> int | None:
    """Where the number ends: a form takes too much where words or digits follow."""
    text = match.string
    for end in range(match.end(), match.start(), -1):
        between = text[end - 1].isalnum() and not text[end : end + 1].isalnum()
        if between and is_one(_NOT_OF_A_NUMBER.sub("", text[match.start() : end])):
            return end
    return None


def _is_card(digits: str) -> bool:
    start = _STARTS.get(len(digits), _OTHER_STARTS)
    return len(digits) >= min(_STARTS) and bool(re.match(start, digits)) and luhn.is_valid(digits)
