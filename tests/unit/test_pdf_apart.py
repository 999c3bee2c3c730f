"""A PDF that was made to fill memory or time costs its own process, and the next one is read."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

import pytest

from assistant.errors import UnreadableSource
from assistant.knowledge.sources.pdf import read_pdf
from assistant.knowledge.sources.pdf_apart import PdfProcess
from tests.unit.documents import pdf

pytestmark = pytest.mark.slow

MANUAL = pdf([(60, 700, 20, "The manual"), (60, 660, 11, "Fill it with water.")])


@pytest.fixture
def apart() -> Iterator[PdfProcess]:
    process = PdfProcess(seconds=20, megabytes=400)
    yield process
    process.close()


def bomb(megabytes: int) -> bytes:
    """One page whose content unpacks to so much."""
    packer = zlib.compressobj(9)
    parts = [packer.compress(b"0 " * 512 * 1024) for _ in range(megabytes)]
    content = b"".join([*parts, packer.flush()])
    stream = b"<< /Length %d /Filter /FlateDecode >>\nstream\n" % len(content) + content
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 4 0 R >>",
        stream + b"\nendstream",
    ]
    made, places = b"%PDF-1.4\n", []
    for number, each in enumerate(objects, start=1):
        places.append(len(made))
        made += b"%d 0 obj\n" % number + each + b"\nendobj\n"
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    start = len(made)
    made += b"xref\n0 5\n0000000000 65535 f \n" + table
    return made + b"trailer << /Size 5 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % start


def test_it_reads_what_is_read_here(apart: PdfProcess) -> None:
    assert apart.read(MANUAL, "manual.pdf") == read_pdf(MANUAL, "manual.pdf")


def test_what_is_wrong_is_named_as_here(apart: PdfProcess) -> None:
    with pytest.raises(UnreadableSource, match="it is no PDF"):
        apart.read(b"text", "x.pdf")


def test_a_bomb_is_named_and_the_next_one_is_read(apart: PdfProcess) -> None:
    packed = bomb(300)
    assert len(packed) < 2_000_000
    with pytest.raises(UnreadableSource, match=r"bomb.pdf: reading it takes more than .* 400 MB"):
        apart.read(packed, "bomb.pdf")
    assert apart.read(MANUAL, "manual.pdf").title == read_pdf(MANUAL, "").title


def test_what_takes_too_long_is_ended() -> None:
    hasty = PdfProcess(seconds=0.01)
    with pytest.raises(UnreadableSource, match=r"more than 0\.01 seconds"):
        hasty.read(MANUAL, "slow.pdf")
    hasty.close()
