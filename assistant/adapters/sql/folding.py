"""Text compared without capitals and accents, the same on both engines."""

from __future__ import annotations

import re
import sqlite3
import unicodedata
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, func

if TYPE_CHECKING:
    from assistant.adapters.sql.engine import Database

# What PostgreSQL replaces itself; with more letters than these it would need an extension.
_ACCENTED = "àâäáãåçéèêëíìîïñóòôöõúùûüýÿÀÂÄÁÃÅÇÉÈÊËÍÌÎÏÑÓÒÔÖÕÚÙÛÜÝ"
_ACCENTS = re.compile("[\u0300-\u036f]+")

ESCAPE = "\\"


def fold(text: str) -> str:
    """Lower case, no accents; quick, since a search folds every message that it passes by."""
    if text.isascii():
        return text.lower()
    return _ACCENTS.sub("", unicodedata.normalize("NFKD", text)).lower()


def folded(column: ColumnElement[str], database: Database) -> ColumnElement[str]:
    """The column so."""
    if database.is_sqlite:
        return func.folded(column)
    return func.lower(func.translate(column, _ACCENTED, "".join(map(fold, _ACCENTED))))


def like(text: str) -> str:
    """A LIKE pattern that finds the text anywhere, its special characters taken as they are."""
    for special in (ESCAPE, "%", "_"):
        text = text.replace(special, ESCAPE + special)
    return f"%{text}%"


def teach(connection: sqlite3.Connection) -> None:
    """Let a SQLite connection fold."""
    connection.create_function("folded", 1, fold, deterministic=True)
