"""Reading a writer's file as text, or saying by name why that cannot be done."""

from __future__ import annotations

import re
import stat
from pathlib import Path

from assistant.errors import UnreadableSource

_CHARSET = re.compile(rb"""<meta[^>]*charset\s*=\s*["']?([\w-]+)""", re.IGNORECASE)
_AS_BROWSERS = dict.fromkeys(("iso-8859-1", "iso8859-1", "latin1", "latin-1", "us-ascii"), "cp1252")
"""What pages call by the left name is what Windows writes: with œ, ’ and €."""

_MB = 1024 * 1024
MAX_BYTES = 5 * _MB
"""Of one article. A page that a person wrote is a hundred times smaller."""

MAX_DOCUMENT = 25 * _MB
"""Of a document with its pictures."""


def read_text(path: Path) -> str:
    """The file as UTF-8 with LF line ends, without BOM; UnreadableSource that names the cause."""
    return decode(read_bytes(path), str(path))


def part_below(root: Path, path: Path) -> str | None:
    """The text of a file that a page includes; None where there is none to be read below `root`."""
    path = path.resolve()
    if not path.is_relative_to(root) or not path.is_file():
        return None
    try:
        return read_text(path)
    except UnreadableSource:
        return None


def read_html_text(path: Path) -> str:
    """The same for a page that may say itself how its letters are written."""
    return decode_html(read_bytes(path), str(path))


def decode_html(data: bytes, name: str, *, charset: str = "") -> str:
    """A page as text: UTF-8, or as `charset` or the page itself says."""
    try:
        return decode(data, name)
    except UnreadableSource:
        said = _CHARSET.search(data[:4096])
        charset = charset or (said[1].decode("ascii") if said else "")
        try:
            text = data.decode(_AS_BROWSERS.get(charset.lower(), charset)) if charset else ""
        except (LookupError, ValueError):
            text = ""
        if not text or "\x00" in text:
            raise
        return text.replace("\r\n", "\n").replace("\r", "\n")


def read_bytes(path: Path, *, most: int = MAX_BYTES) -> bytes:
    """The file whole; UnreadableSource that names the cause, such as more bytes than `most`."""
    try:
        found = path.stat()
        if not stat.S_ISREG(found.st_mode):
            raise not_regular(str(path))  # Reading a pipe would wait for ever.
        if found.st_size > most:
            raise too_large(str(path), found.st_size, most=most)
        return path.read_bytes()
    except OSError as error:
        raise unreadable(str(path), error) from error


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


def too_large(
    name: str, size: int, *, most: int = MAX_BYTES, article_id: str | None = None
) -> UnreadableSource:
    """A page over the limit, with its size."""
    return UnreadableSource(
        name,
        f"it has {size / _MB:.1f} MB, more than the {most // _MB} MB of one article",
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
