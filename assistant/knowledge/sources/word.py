"""Word documents (.docx) as an article: headings, lists, tables, links, the words of images."""

from __future__ import annotations

import zipfile
from io import BytesIO
from typing import Any

from assistant.errors import UnreadableSource
from assistant.knowledge.cleaning.remarks import Remark
from assistant.knowledge.sources.converted import Converted
from assistant.knowledge.sources.soup import markdown_of, parse_html

_MB = 1024 * 1024
_MOST_UNPACKED = 300 * _MB
_MOST_TEXT = 30 * _MB
"""Of its parts that are not pictures: a thousand pages have less. Reading them takes fifty times as
much memory."""
_MOST_TIMES = 200
"""Times its packed size that an honest document unpacks to; its pictures hardly shrink at all."""

_TEXTS = (".xml", ".rels")
_OLD_OR_LOCKED = b"\xd0\xcf\x11\xe0"
_STYLES = "\n".join(
    [
        "p[style-name='Title'] => h1:fresh",
        "p[style-name='Subtitle'] => p:fresh",
        "p[style-name='Code'] => pre:separator('\\n')",
        "p[style-name='Source Code'] => pre:separator('\\n')",
        "p[style-name='HTML Preformatted'] => pre:separator('\\n')",
        "r[style-name='Source Text'] => code",
        "r[style-name='HTML Code'] => code",
    ]
)


def read_word(data: bytes, name: str) -> Converted:
    """UnreadableSource where it is no Word document, locked, damaged, or made to do harm."""
    import mammoth  # only where there is such a document

    _must_be_sound(data, name)
    try:
        result: Any = mammoth.convert_to_html(
            BytesIO(data),
            style_map=_STYLES,
            convert_image=mammoth.images.img_element(lambda image: {"src": ""}),
            external_file_access=False,
        )
    except Exception as error:
        # A damaged document breaks the converter anywhere.
        raise _damaged(name, error) from error
    return Converted(
        body=markdown_of(parse_html(result.value, name)), remarks=_remarks(result.messages)
    )


def _remarks(messages: list[Any]) -> tuple[Remark, ...]:
    """What the converter did not know; a style that only looks is none of it."""
    told = dict.fromkeys(str(message.message) for message in messages)
    return tuple(Remark(text) for text in told if "style" not in text.lower())


def _must_be_sound(data: bytes, name: str) -> None:
    if data.startswith(_OLD_OR_LOCKED):
        raise UnreadableSource(
            name,
            "it is locked with a password, or of the old form .doc",
            remedy="save it without a password as .docx",
        )
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            _must_be_small(archive, len(data), name)
            if "word/document.xml" not in archive.namelist():
                raise UnreadableSource(
                    name, "it is no Word document", remedy="give it the ending of what it is"
                )
            _must_define_nothing(archive, name)
    except UnreadableSource:
        raise
    except Exception as error:
        # A damaged archive breaks its reader anywhere, too.
        raise _damaged(name, error) from error


def _must_be_small(archive: zipfile.ZipFile, packed: int, name: str) -> None:
    unpacked = sum(part.file_size for part in archive.infolist())
    if unpacked > _MOST_UNPACKED or unpacked > max(10 * _MB, _MOST_TIMES * packed):
        raise UnreadableSource(
            name,
            f"it unpacks to {unpacked / _MB:.0f} MB, as archives made to do harm",
            remedy="save it anew, with fewer or smaller pictures",
        )
    text = sum(part.file_size for part in archive.infolist() if part.filename.endswith(_TEXTS))
    if text > _MOST_TEXT:
        raise UnreadableSource(
            name,
            f"its text has {text / _MB:.0f} MB, more than {_MOST_TEXT // _MB}",
            remedy="split it into several documents",
        )


def _must_define_nothing(archive: zipfile.ZipFile, name: str) -> None:
    """Word writes no document types; entities in them can grow without end."""
    for part in archive.namelist():
        if part.endswith(_TEXTS):
            text = archive.read(part)
            if b"<!DOCTYPE" in text or b"<!ENTITY" in text or b"<\0!\0" in text:
                raise UnreadableSource(
                    name,
                    f"its part {part} defines entities, which Word never does",
                    remedy="save it anew with a word processor",
                )


def _damaged(name: str, error: Exception) -> UnreadableSource:
    return UnreadableSource(
        name,
        f"it is damaged or cut off, or no Word document ({type(error).__name__})",
        remedy="open it in a word processor and save it again",
    )
