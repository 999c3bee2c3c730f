"""What the reStructuredText files of one source say about each other: titles, labels, parts."""

from __future__ import annotations

import ast
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from assistant.errors import UnreadableSource
from assistant.knowledge.outline import anchor_of
from assistant.knowledge.sources.files import part_below, read_text

_LABEL = re.compile(r"^\.\. _(`[^`\n]+`|[^:\n]+):[ \t]*$")
_RULE = re.compile(r"^([!-/:-@\[-`{-~])\1{2,}[ \t]*$")
_INCLUDE = re.compile(r"^[ \t]*\.\. include::[ \t]+(\S+)", re.MULTILINE)
_SHARED = ("rst_prolog", "rst_epilog")
_SKIPPED = frozenset({"_build", "_static", "_templates", "node_modules"})


@dataclass(frozen=True)
class Heading:
    """A title, and the file and place that it stands at."""

    title: str
    file: Path
    anchor: str = ""


@dataclass
class RstLibrary:
    """Reads the files below `root` once, when it is first asked."""

    root: Path
    _titles: dict[Path, str] = field(default_factory=dict)

    def folder_of(self, page: Path) -> Path:
        """The top of the manual that a page belongs to: the nearest folder with a conf.py."""
        for folder in page.parents:
            if (folder / "conf.py").is_file() or folder == self.root:
                return folder
        return self.root

    def label(self, name: str) -> Heading | None:
        """The heading that a label stands at."""
        return self._labels.get(_normalised(name))

    def document(self, name: str, *, page: Path) -> Heading | None:
        """The document that `:doc:` names, from the page's folder or, behind a slash, the top."""
        top = self.folder_of(page) if name.startswith("/") else page.parent
        path = (top / name.lstrip("/")).resolve()
        file = path if path.suffix == ".rst" else path.with_name(path.name + ".rst")
        if not file.is_relative_to(self.root) or not file.is_file():
            return None
        return Heading(self._title(file), file)

    def part(self, name: str, *, page: Path) -> str | None:
        """The text of a file that a page includes; None where there is none below `root`."""
        top = self.folder_of(page) if name.startswith("/") else page.parent
        return part_below(self.root, top / name.lstrip("/"))

    def is_part(self, file: Path) -> bool:
        """Whether other files include it: it is read where they do."""
        return file.resolve() in self._parts

    def around(self, page: Path) -> tuple[str, str]:
        """What the manual's settings put before and behind every page, such as substitutions."""
        try:
            tree = ast.parse(read_text(self.folder_of(page) / "conf.py"))
        except (UnreadableSource, SyntaxError, ValueError, RecursionError):
            return "", ""
        found = dict.fromkeys(_SHARED, "")
        for node in tree.body:
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant):
                for target in node.targets:
                    if isinstance(target, ast.Name) and target.id in found:
                        found[target.id] = str(node.value.value)
        return found["rst_prolog"], found["rst_epilog"]

    @cached_property
    def _files(self) -> dict[Path, list[str]]:
        found = {}
        for folder, folders, names in os.walk(self.root):
            folders[:] = [f for f in sorted(folders) if f[0] != "." and f not in _SKIPPED]
            for path in (Path(folder, name) for name in sorted(names)):
                if path.suffix == ".rst":
                    try:
                        found[path.resolve()] = read_text(path).split("\n")
                    except UnreadableSource:
                        continue  # Reading it as an article says what is wrong.
        return found

    @cached_property
    def _labels(self) -> dict[str, Heading]:
        found: dict[str, Heading] = {}
        for path, lines in self._files.items():
            waiting: list[str] = []
            for number, line in enumerate(lines):
                if match := _LABEL.match(line):
                    waiting.append(_normalised(match[1]))
                elif line.strip() and waiting and not _RULE.match(line):
                    title = _title_at(lines, number)
                    for name in waiting:
                        found.setdefault(name, Heading(title, path, anchor_of(title, {})))
                    waiting = []
        return found

    @cached_property
    def _parts(self) -> set[Path]:
        return {part for path, lines in self._files.items() for part in self._included(path, lines)}

    def _included(self, path: Path, lines: list[str]) -> Iterator[Path]:
        for name in _INCLUDE.findall("\n".join(lines)):
            top = self.folder_of(path) if name.startswith("/") else path.parent
            yield (top / name.lstrip("/")).resolve()

    def _title(self, file: Path) -> str:
        lines = self._files.get(file, [])
        titles = (_title_at(lines, number) for number in range(len(lines)))
        return next((title for title in titles if title), file.stem)


def _title_at(lines: list[str], number: int) -> str:
    """The line's text where it is a heading: a rule of its length, or nearly, stands below it."""
    title = lines[number].strip()
    below = lines[number + 1] if number + 1 < len(lines) else ""
    ruled = title and not _RULE.match(lines[number]) and _RULE.match(below)
    return title if ruled and len(below.strip()) + 3 >= len(title) else ""


def _normalised(name: str) -> str:
    return " ".join(name.strip("`").lower().split())
