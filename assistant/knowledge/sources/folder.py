"""A folder of articles, read recursively: one article a file, of whatever form it is."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from assistant.errors import Refused, UnreadableSource, Withheld
from assistant.knowledge.cleaning import Includes, clean_line
from assistant.knowledge.locales import detected
from assistant.knowledge.outline import words_of
from assistant.knowledge.sources.files import read_text, unreadable
from assistant.knowledge.sources.forms import FOREIGN, READABLE, TEXTS, Library, read_file
from assistant.knowledge.sources.lists import Inside, is_list, list_name, look_into, read_list
from assistant.knowledge.sources.page import Place
from assistant.knowledge.sources.records import Records

_CONTENTS = "SUMMARY.md"
_MENUS = ("nav.adoc", "404.html", "search.html", "genindex.html")
_NOT_ARTICLES = frozenset(
    {
        "node_modules",
        "_includes",
        "_layouts",
        "_partials",
        "_snippets",
        "_templates",
        "_data",
        "_static",
        "_build",
    }
)
"""Folders of parts and of tools; an article takes in what it includes from there."""

_ENTRY = re.compile(r"\[([^\]\n]+)\]\(<?([^)>\n]+?\.(?:md|mdx|markdown))>?\)")
_SAMPLED = 20


def read_folder(root: Path, *, may_be_empty: bool = False) -> Records:
    """All articles below `root`, files by name. Refused where it holds none, unless it may."""
    listing = _listed(root)
    if not listing.pages and not may_be_empty:
        raise _nothing_in(root, listing)
    return _records(root, listing)


def count_pages(root: Path) -> int:
    """How many files will be read or named."""
    listing = _listed(root)
    return len(listing.pages) + len(listing.refused)


def page_id(path: Path, root: Path) -> str:
    """The id of the article at a path, where its front matter gives it no other."""
    return str(PurePosixPath(root.name, path.relative_to(root).with_suffix("").as_posix()))


def foreign_form(path: Path) -> str:
    """Names a form of article that cannot be read yet; "" for a file of any other kind."""
    return FOREIGN.get(path.suffix.lower(), "")


@dataclass
class _Listing:
    pages: list[Path] = field(default_factory=list)
    refused: list[UnreadableSource] = field(default_factory=list)


def _records(root: Path, listing: _Listing) -> Records:
    yield from listing.refused
    library = Library(root)
    titles = _contents(root)
    otherwise = _common_locale(listing.pages)
    for path in listing.pages:
        if is_list(path):
            yield from read_list(path, _place_of_list(path, root, otherwise))
            continue
        place = Place(
            source=str(root),
            name=str(path),
            path=PurePosixPath(page_id(path, root)),
            otherwise=otherwise,
            listed=titles.get(path.relative_to(root).as_posix(), ""),
            mdx=path.suffix.lower() == ".mdx",
            includes=Includes(root, path.resolve()),
        )
        if not library.is_part(path):
            yield from read_file(path, place, library)


def _place_of_list(path: Path, root: Path, otherwise: str | None) -> Place:
    """Two lists of one name, in two folders, have entries of their own each."""
    own = PurePosixPath(page_id(path, root)).with_name(list_name(path))
    return Place(source=str(root), name=str(path), path=own, otherwise=otherwise)


def _listed(root: Path) -> _Listing:
    listing = _Listing()
    for path in _walk(root, root, listing):
        if form := foreign_form(path):
            listing.refused.append(
                UnreadableSource(
                    str(path),
                    f"{form} cannot be read yet",
                    remedy="convert it to Markdown",
                    article_id=page_id(path, root),
                )
            )
        elif path.suffix.lower() in READABLE and _is_page(path):
            listing.pages.append(path)
        elif is_list(path):
            _list_list(path, root, listing)
    return listing


def _list_list(path: Path, root: Path, listing: _Listing) -> None:
    inside = look_into(path) if path.resolve().is_relative_to(root) else Inside.ELSEWHERE
    if inside is Inside.ARTICLES:
        listing.pages.append(path)
    elif inside.value:
        listing.refused.append(
            Withheld(
                str(path),
                inside.value,
                remedy="nothing is lost, unless customers were to read it: write it as questions",
                article_id=page_id(path, root),
            )
        )


def _is_page(path: Path) -> bool:
    """Not a table of contents, and not a part that other pages import."""
    if path.name.upper() == _CONTENTS.upper() or path.name in _MENUS:
        return False
    return not path.name.startswith("_") or path.stem == "_index"


def _walk(folder: Path, root: Path, listing: _Listing) -> Iterator[Path]:
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError as error:
        listing.refused.append(unreadable(str(folder), error))
        return
    for entry in entries:
        path = Path(entry.path)
        if entry.name.startswith(".") or entry.name in _NOT_ARTICLES:
            continue
        if (reason := _refusal(path, root)) is not None:
            listing.refused.append(reason)
        elif path.is_dir():
            yield from _walk(path, root, listing)
        else:
            yield path


def _refusal(path: Path, root: Path) -> UnreadableSource | None:
    """Why an entry cannot be followed: a link that leads astray, a folder in a file's name."""
    try:
        is_folder = path.is_dir()
        if path.is_symlink() and (is_folder or _is_text(path) or _was_folder(path)):
            return _astray(path, root, is_folder=is_folder)
    except (OSError, RuntimeError):
        return UnreadableSource(
            str(path),
            "it is a link that leads back to itself",
            remedy="remove the link",
            article_id=page_id(path, root),
        )
    if is_folder and path.suffix.lower() in READABLE:
        return UnreadableSource(
            str(path),
            "it is a folder with the name of a file, and nothing in it was read",
            remedy="give the folder another name",
            article_id=page_id(path, root),
        )
    return None


def _astray(path: Path, root: Path, *, is_folder: bool) -> UnreadableSource | None:
    target = path.resolve(strict=True) if path.exists() else path.resolve()
    if not target.is_relative_to(root):
        reason, remedy = f"it is a link out of {root}", "put a copy in place of the link"
    elif not target.exists():
        reason, remedy = f"it is a link to {target}, which is not there", "remove or mend the link"
    elif path.is_relative_to(target):
        reason, remedy = "it is a link that leads back to a folder above it", "remove the link"
    elif is_folder:
        reason, remedy = f"it is a link to {target}, which is read in its own place", "remove it"
    else:
        return None
    return UnreadableSource(str(path), reason, remedy=remedy, article_id=page_id(path, root))


def _was_folder(link: Path) -> bool:
    """A link to nothing that has a folder's name: articles may have been there."""
    return not link.suffix and not link.exists()


def _is_text(path: Path) -> bool:
    return path.suffix.lower() in (*READABLE, *FOREIGN)


def _contents(root: Path) -> dict[str, str]:
    """Titles by path, from GitBook's table of contents."""
    path = root / _CONTENTS
    try:
        text = read_text(path) if path.is_file() else ""
    except UnreadableSource:
        return {}  # Titles alone are lost; every page has another one.
    titles = {target: words_of(clean_line(words)) for words, target in _ENTRY.findall(text)}
    return {target.replace("%20", " "): title for target, title in titles.items()}


def _common_locale(pages: list[Path]) -> str | None:
    """The language that most of a folder's pages are in, for those too short to tell."""
    pages = [path for path in pages if path.suffix.lower() in TEXTS]
    step = max(1, len(pages) // _SAMPLED)
    found: list[str] = []
    for path in pages[::step]:
        try:
            text = read_text(path)
        except UnreadableSource:
            continue
        if locale := detected(text):
            found.append(locale)
    return max(set(found), key=found.count) if found else None


def _nothing_in(root: Path, listing: _Listing) -> Refused:
    forms = sorted({error.reason for error in listing.refused})
    if forms:
        remedy = listing.refused[0].remedy
        return Refused(f"{root} has no file that can be read: {'; '.join(forms)}; {remedy}.")
    return Refused(
        f"{root} has no file that can be read ({', '.join(READABLE)}); name the folder of articles."
    )
