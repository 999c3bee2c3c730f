"""From a writer's source to articles, one by one, whatever form it is kept in.

What is broken is named and left out, the rest goes on: a source is refused as a whole only where it
does not exist or nothing in it has a form that can be read.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from assistant.domain.article import Article
from assistant.errors import Refused, UnreadableSource
from assistant.knowledge.cleaning import Includes
from assistant.knowledge.sources.csv_faq import count_rows
from assistant.knowledge.sources.files import not_regular
from assistant.knowledge.sources.folder import count_pages, foreign_form, read_folder
from assistant.knowledge.sources.forms import READABLE, Library, read_file
from assistant.knowledge.sources.jsonl import count_lines
from assistant.knowledge.sources.lists import JSON_LINES, is_list, list_name, read_list
from assistant.knowledge.sources.page import Place
from assistant.knowledge.sources.records import Records

_FORMS = (
    "a folder of articles, a .jsonl, .json, .csv or .md file,"
    " or one of another form that can be read"
)


def read_source(path: Path, *, may_be_empty: bool = False) -> Iterator[Article | UnreadableSource]:
    """The articles of a source, lazily, and in their place what could not be read.

    Raises Refused at once where there is no such source, its form cannot be read, or it is a folder
    without any article; unless it `may_be_empty`, as one that had articles before.
    """
    root = path.expanduser().resolve()
    return each_once(_records(root, may_be_empty=may_be_empty))


def count_source(path: Path) -> int:
    """About how many records `read_source` will give; 0 where there is no such source."""
    root = path.expanduser().resolve()
    if root.is_dir():
        return count_pages(root)
    if not root.is_file():
        return 0
    if root.name.lower().endswith(JSON_LINES):
        return count_lines(root)
    return count_rows(root) if root.suffix.lower() == ".csv" else 1


def _records(root: Path, *, may_be_empty: bool) -> Records:
    if not root.exists():
        raise Refused(f"{root} does not exist; name {_FORMS}.")
    if root.is_dir():
        return read_folder(root, may_be_empty=may_be_empty)
    if not root.is_file():
        raise not_regular(str(root))
    if is_list(root):
        name = str(root)
        return read_list(root, Place(name, name, PurePosixPath(list_name(root))))
    if root.suffix.lower() in READABLE:
        return _single(root)
    if form := foreign_form(root):
        raise Refused(f"{root}: {form} cannot be read yet; convert it to Markdown.")
    raise Refused(f"{root} has a form that cannot be read; name {_FORMS}.")


def _single(path: Path) -> Records:
    """One file has the id that it would have in a source of its folder."""
    place = Place(
        source=str(path),
        name=str(path),
        path=PurePosixPath(path.parent.name, path.stem),
        mdx=path.suffix.lower() == ".mdx",
        includes=Includes(path.parent, path),
    )
    return read_file(path, place, Library(path.parent))


def each_once(records: Records) -> Iterator[Article | UnreadableSource]:
    """Two articles of one id would overwrite each other: the second is refused."""
    names: dict[str, str] = {}
    for record in records:
        if isinstance(record, UnreadableSource):
            yield record
            continue
        id = record.article.id
        first = names.setdefault(id, record.place)
        if first == record.place:
            yield record.article
        else:
            yield UnreadableSource(
                record.name,
                f"its id {id!r} is that of {first}",
                remedy="give one of them another id",
                article_id=id,
                line=record.line,
                unit=record.unit,
            )
