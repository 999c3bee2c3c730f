"""What a file is, is told by its content; what it is called, is made safe."""

from __future__ import annotations

import pytest

from assistant.domain.attachment import LONGEST_NAME, file_name, media_type_of

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01"
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF"
GIF = b"GIF89a\x01\x00"
WEBP = b"RIFF\x24\x00\x00\x00WEBPVP8 "
PDF = b"%PDF-1.7\n%\xe2\xe3"


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (PNG, "image/png"),
        (JPEG, "image/jpeg"),
        (GIF, "image/gif"),
        (WEBP, "image/webp"),
        (PDF, "application/pdf"),
    ],
)
def test_images_and_pdf_are_known_by_how_they_begin(content: bytes, kind: str) -> None:
    assert media_type_of(content) == kind
    assert media_type_of(b" " + content) is None
    assert media_type_of(content[:3]) is None


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"<!doctype html><script>alert(1)</script>",
        b"MZ\x90\x00",
        b"PK\x03\x04",
        b"#!/bin/sh",
        b"RIFF\x24\x00\x00\x00WAVEfmt ",
        b"\x89PNG\r\n\x1a\n<script>",
        b"\x00\x00\x00\x18ftypheic",
    ],
)
def test_nothing_else_is_taken(content: bytes) -> None:
    assert media_type_of(content) is None


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("label.png", "label.png"),
        ("Étiquette du colis.PNG", "Étiquette du colis.PNG"),
        ("../../etc/passwd", "passwd.png"),
        ("C:\\fakepath\\photo.png", "photo.png"),
        ("photo.png.exe", "photo.png.exe.png"),
        ("page.html", "page.html.png"),
        ("a\x00b\nc<>.png", "a b c.png"),
        ("photo\u202egnp.exe", "photognp.exe.png"),
        (".png", "png.png"),
        ("", "file.png"),
        ("...", "file.png"),
    ],
)
def test_a_name_is_safe_and_its_ending_tells_the_truth(sent: str, kept: str) -> None:
    assert file_name(sent, "image/png") == kept


def test_a_long_name_keeps_its_ending() -> None:
    kept = file_name("x" * 500 + ".jpeg", "image/jpeg")
    assert len(kept) == LONGEST_NAME
    assert kept.endswith("x.jpeg")
