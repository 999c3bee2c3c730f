"""Files that customers and people send each other; what they are, their content tells. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

LONGEST_NAME = 120
_ENDINGS: Mapping[str, tuple[str, ...]] = {
    "image/png": (".png",),
    "image/jpeg": (".jpg", ".jpeg"),
    "image/gif": (".gif",),
    "image/webp": (".webp",),
    "application/pdf": (".pdf",),
}
_FORMS: tuple[tuple[str, re.Pattern[bytes]], ...] = (
    ("image/png", re.compile(rb"\x89PNG\r\n\x1a\n....IHDR", re.DOTALL)),
    ("image/jpeg", re.compile(rb"\xff\xd8\xff[\xc0-\xfe]", re.DOTALL)),
    ("image/gif", re.compile(rb"GIF8[79]a")),
    ("image/webp", re.compile(rb"RIFF....WEBPVP8[ LX]", re.DOTALL)),
    ("application/pdf", re.compile(rb"%PDF-[12]\.[0-9]")),
)
_NOT_IN_NAMES = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*]+')


@dataclass(frozen=True)
class Attachment:
    """A file of a message, without its content."""

    id: str
    name: str
    media_type: str
    size: int

    @property
    def is_image(self) -> bool:
        """Whether it can be shown as a picture."""
        return self.media_type.startswith("image/")


def media_type_of(content: bytes) -> str | None:
    """What the file is by how it begins, whatever its name says; None for what is not taken.

    SVG is not: it is a document that can hold scripts.
    """
    return next((kind for kind, form in _FORMS if form.match(content)), None)


def file_name(sent: str, media_type: str) -> str:
    """The customer's name for it, safe on any disk, with an ending that tells the truth."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", sent))[-1]
    visible = "".join(each for each in last if unicodedata.category(each) not in ("Cf", "Co", "Cs"))
    plain = " ".join(_NOT_IN_NAMES.sub(" ", visible).split()).strip(". ")
    endings = _ENDINGS[media_type]
    if plain.lower().endswith(endings):
        stem, dot, ending = plain.rpartition(".")
        stem, ending = stem.strip(". "), dot + ending
    else:
        stem, ending = plain, endings[0]
    return (stem[: LONGEST_NAME - len(ending)].strip() or "file") + ending
