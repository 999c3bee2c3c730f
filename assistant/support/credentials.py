"""What visitors and people are known by: tokens, kept as hashes alone, and e-mail addresses."""

from __future__ import annotations

import hashlib
import re

_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[^@\s<>\"',;:.()\[\]\\\x00-\x1f\x7f]{1,63}"
# No other can be written to by every mail server.
_EMAIL = re.compile(
    rf"(?=.{{3,254}}$)(?=[^@]{{1,64}}@){_ATOM}(?:\.{_ATOM})*@(?:{_LABEL}\.)+(?!.$){_LABEL}"
)


def hashed(token: str) -> str:
    """As tokens are stored."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def is_email(text: str) -> bool:
    """Whether the whole text is an e-mail address."""
    return _EMAIL.fullmatch(text) is not None
