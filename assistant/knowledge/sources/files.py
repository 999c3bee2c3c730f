"""Reading a writer's file as text, or saying by name why that cannot be done."""

from __future__ import annotations

import stat
from pathlib import Path

from assistant.errors import UnreadableSource

_MB = 1024 * 1024
MAX_BYTES = 5 * _MB
"""Of one article. A page that a person wrote is a hundred times smaller."""


def read_text(path: Path) -> str:
    """The file as UTF-8 with LF line ends, without BOM; UnreadableSource that names the cause."""
    try:
        found = path.stat()
        if not stat.S_ISREG(found.st_mode):
            raise not_regular(str(path))  # Reading a pipe would wait for ever.
        if found.st_size > MAX_BYTES:
            raise too_large(str(path), found.st_size)
        data = path.read_bytes()
    except OSError as error:
        raise unreadable(str(path), error) from error
    return decode(data, str(path))


def decode(data: bytes, name: str) -> str:
    """Bytes as text with LF line ends and without BOM."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableSource(
            name, f"it is not UTF-8 (byte {error.start})", remedy="save it with UTF-8 encoding"
        ) from error
    if "\x00" in text:
        raise UnreadableSource(
            name, "it holds zero bytes, as binary files do", remedy="save it as UTF-8 text"
        )
    return text.replace("\r\n", "\n").replace("\r", "\n")


def too_large(name: str, size: int, *, article_id: str | None = None) -> UnreadableSource:
    """A page over the limit, with its size."""
    return UnreadableSource(
        name,
        f"it has {size / _MB:.1f} MB, more than the {MAX_BYTES // _MB} MB of one article",
        remedy="split it into several articles",
        article_id=article_id,
    )


def not_regular(name: str) -> UnreadableSource:
    """A pipe, a socket or a device in a file's place."""
    return UnreadableSource(
        name, "it is not a regular file", remedy="put a file of text in its place, or remove it"
    )


def unreadable(name: str, error: OSError) -> UnreadableSource:
    """What the operating system refused, in its own words."""
    return UnreadableSource(
        name,
        f"it cannot be read ({error.strerror or error})",
        remedy="check that it is there and that this user may read it",
    )
