"""Tokens as the lexical index stores them: verbatim, on both engines.

A passage's tokens are one text with a space between each two. What a token could hold that an
engine would read its own way (a space, a capital that FTS5 would fold, a control character) is
escaped.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from assistant.adapters.sql.columns import clean

_ESCAPED = re.compile(r"[\x00-\x20A-Z%\x7f]")
_ESCAPE = re.compile(r"%([0-9a-f]{2})")
# PostgreSQL takes no lexeme over 2,046 bytes; no word that a customer types is longer than this.
_LONGEST = 200


def index_text(tokens: Iterable[str]) -> str:
    """The tokens in order; empty ones are left out."""
    return " ".join(stored_token(token) for token in tokens if token)


def tokens_of(text: str) -> tuple[str, ...]:
    """The tokens that `index_text` was made from."""
    tokens = tuple(text.split(" ")) if text else ()
    return tuple(map(original_token, tokens)) if "%" in text else tokens


@dataclass(frozen=True, slots=True)
class StoredTokens:
    """The tokens of a passage, in the text that `index_text` made: a question weighs hundreds of
    passages by a few words, and is not to wait until each is taken apart."""

    text: str
    """Two spaces stand between each two, so that each token has one on either side for itself."""

    @classmethod
    def of(cls, text: str) -> StoredTokens:
        """As it is stored."""
        return cls(f" {text.replace(' ', '  ')} " if text else "")

    def __len__(self) -> int:
        return self.text.count("  ") + 1 if self.text else 0

    def __contains__(self, token: object) -> bool:
        return isinstance(token, str) and _apart(token) in self.text

    def count(self, token: str) -> int:
        return self.text.count(_apart(token))


@lru_cache(maxsize=1000)
def _apart(token: str) -> str:
    return f" {stored_token(token)} "


def stored_token(token: str) -> str:
    """The token without what needs escaping; over 200 characters, its beginning."""
    return _ESCAPED.sub(lambda found: f"%{ord(found[0]):02x}", clean(token[:_LONGEST]))


def original_token(stored: str) -> str:
    """The token that `stored_token` was given."""
    return _ESCAPE.sub(lambda found: chr(int(found[1], 16)), stored)


def lexeme(locale: str, kind: str, token: str) -> str:
    """The token as the index knows it: tokens of another locale or kind are other lexemes."""
    return lexeme_prefix(locale, kind) + stored_token(token)


def lexeme_prefix(locale: str, kind: str) -> str:
    """What the index puts before the tokens of a locale and kind."""
    return f"{locale}:{kind}:"
