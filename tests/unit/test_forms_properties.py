"""Whatever is done to a document, it is read or named: no form brings a sync down."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.domain.article import Article
from assistant.errors import UnreadableSource
from assistant.knowledge.reader import read_source
from tests.unit.documents import pdf, word
from tests.unit.test_forms_asciidoc import PAGE as ASCIIDOC
from tests.unit.test_forms_documents import BODY, MANUAL
from tests.unit.test_forms_html import PAGE as HTML
from tests.unit.test_forms_rst import GIFT as RST

_DOCUMENTS = {
    ".adoc": ASCIIDOC.encode(),
    ".html": HTML.encode(),
    ".rst": RST.encode(),
    ".docx": word(BODY),
    ".pdf": pdf(*MANUAL),
}
_PIECES = (
    b"===", b"|===", b".. ", b"::", b"**", b"`", b"<b>", b"</div>", b"<table>", b"<pre>", b":a:`",
    b"<<costs>>", b"[[", b"ifdef::a[]\n", b"* ", b". ", b"+\n", b"\n\n", b"    ", b"\x00", b"\xff",
    b"|thing|", b"`x`_",
)  # fmt: skip
_Change = tuple[float, float, bytes]


def changed(data: bytes, changes: list[_Change]) -> bytes:
    """Of each place (a share of the whole) a few bytes are lost, and others put in."""
    for place, lost, piece in changes:
        start = int(place * len(data))
        data = data[:start] + piece + data[start + int(lost * 20) :]
    return data


@pytest.mark.slow
@settings(max_examples=60)
@given(
    form=st.sampled_from(sorted(_DOCUMENTS)),
    changes=st.lists(
        st.tuples(
            st.floats(0, 1, exclude_max=True), st.floats(0, 1), st.sampled_from((b"", *_PIECES))
        ),
        min_size=1,
        max_size=12,
    ),
)
def test_a_document_in_whatever_state_is_read_or_named(
    tmp_path: Path, form: str, changes: list[_Change]
) -> None:
    path = tmp_path / f"document{form}"
    path.write_bytes(changed(_DOCUMENTS[form], changes))
    records = list(read_source(path))
    assert records
    assert all(isinstance(record, Article | UnreadableSource) for record in records)
