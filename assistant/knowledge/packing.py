"""From the blocks of a section to texts that fit the encoder, whole where possible.

Else cut as late in this list as can be: blocks, items, rows, lines, sentences, words, characters.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import ceil

from assistant.domain.article import plain_text
from assistant.knowledge.outline import parts
from assistant.knowledge.pieces import Scale

COMFORT = 120
"""Words at which a passage is found best, although encoders read more: of 55 questions about the
sections of 132 long pages .55 found their page first by cosine alone, but .45 where passages were
filled to 256 pieces. What stays whole (a list, a table, code) may take all the room."""

_SENTENCE = re.compile(r"(?<=[.!?…。！？])[\"'”’»)\]*_]*\s+|\n")
_WORD = re.compile(r"\S+\s*")
_LABEL = re.compile(r"\s*(?:\*\*|__)[^\n]{1,150}(?:\*\*|__):?\s*")
_FENCE = re.compile(r"[ \t>]*(`{3,}|~{3,})[^\n]*\n")


@dataclass(frozen=True)
class Atom:
    """A stretch of text that is not cut any more, white space behind it included.

    `before` and `after` are said again where a passage begins or ends in the midst of a block: the
    head of a table, the marks around code; `again` is what they take. `leads`: it introduces the
    next one and stays with it.
    """

    text: str
    size: int
    before: str = ""
    after: str = ""
    again: int = 0
    leads: bool = False
    label: bool = False


@dataclass(frozen=True)
class Source:
    """A block before it is cut: its kind by markdown-it, and its lines."""

    kind: str
    text: str


def pack(blocks: list[Source], scale: Scale, *, room: int) -> list[tuple[str, int]]:
    """Texts with their sizes, of about equal size where there are several.

    At most `room` pieces each, by the sum of their parts: the caller counts what is close.
    """
    atoms: list[Atom] = []
    for index, block in enumerate(blocks):
        following = blocks[index + 1].kind if index + 1 < len(blocks) else ""
        atoms += _atoms(block, scale, room=room, following=following)
    groups = _without_stub(list(_groups(atoms, room)), room)
    return [(_joined(group), _size(group)) for group in groups]


def _atoms(block: Source, scale: Scale, *, room: int, following: str) -> list[Atom]:
    size = scale.of(plain_text(block.text))
    if size > room:
        return list(_cut(block, scale, room))
    if block.kind == "heading":
        return [Atom(block.text, size, leads=True)]
    label = block.kind == "paragraph" and _LABEL.fullmatch(block.text) is not None
    leads = label or (block.kind == "paragraph" and _leads_in(block.text, following))
    return [Atom(block.text, size, leads=leads, label=label)]


def _leads_in(text: str, following: str) -> bool:
    """Whether a paragraph introduces the list, table or code behind it."""
    return following not in ("", "paragraph") and _ends_open(text)


def _ends_open(text: str) -> bool:
    return text.rstrip(" \n*_").endswith((":", "："))


def _cut(block: Source, scale: Scale, room: int) -> Iterator[Atom]:
    if block.kind == "table":
        yield from _rows(block.text, scale, room)
    elif block.kind in ("fence", "code_block"):
        yield from _code_lines(block, scale, room)
    else:
        inner = parts(block.text)
        if len(inner) == 1:
            yield from _sentences(block.text, scale, room)
            return
        for part in inner:
            size = scale.of(plain_text(part))
            if size <= room:
                yield Atom(part, size, leads=_ends_open(part))
            else:
                yield from _cut(_inner_source(part), scale, room)


def _inner_source(part: str) -> Source:
    """What stands in a list or quote: code and tables there are cut as such too."""
    bare = part.lstrip(" \t>")
    if _FENCE.match(bare):
        return Source("fence", part)
    head = bare.split("\n", 2)
    is_table = len(head) > 1 and "|" in head[0] and re.fullmatch(r"[\s>|:-]*-[\s|:-]*", head[1])
    return Source("table" if is_table else "inner", part)


def _rows(table: str, scale: Scale, room: int) -> Iterator[Atom]:
    """Rows, each part after the first under the table's head, said again."""
    lines = _lines(table)
    head = "".join(lines[:2])
    again = scale.of(plain_text(head))
    before, again = (head, again) if again * 2 <= room else ("", 0)
    for atom in _fitting(head, scale, room):
        yield replace(atom, leads=True)
    for line in lines[2:]:
        for atom in _fitting(line, scale, room - again):
            yield replace(atom, before=before, again=again)


def _code_lines(block: Source, scale: Scale, room: int) -> Iterator[Atom]:
    """Lines of code, each part between marks of its own."""
    opening = _FENCE.match(block.text)
    before = opening[0] if opening else ""
    after = before[: before.index(opening[1])] + opening[1] + "\n" if opening else ""
    lines = _lines(block.text)
    for index, line in enumerate(lines):
        for atom in _fitting(line, scale, room):
            if index == 0 and opening:
                yield replace(atom, after=after, leads=True)
            elif index == len(lines) - 1 and opening:
                yield atom
            else:
                yield replace(atom, before=before, after=after)


def _fitting(line: str, scale: Scale, room: int) -> Iterator[Atom]:
    size = scale.of(plain_text(line))
    if size <= room:
        yield Atom(line, size)
    else:
        yield from _words(line, scale, room)


def _sentences(text: str, scale: Scale, room: int) -> Iterator[Atom]:
    position = 0
    ends = [match.end() for match in _SENTENCE.finditer(text)]
    for end in [*ends, len(text)]:
        if sentence := text[position:end]:
            yield from _fitting(sentence, scale, room)
        position = end


def _words(text: str, scale: Scale, room: int) -> Iterator[Atom]:
    lead = text[: len(text) - len(text.lstrip())]
    for index, word in enumerate(_WORD.findall(text)):
        whole = lead + word if index == 0 else word
        size = scale.of(whole)
        if size <= room or len(word) == 1:
            yield Atom(whole, size)
        else:
            yield from _characters(whole, scale, room)


def _characters(word: str, scale: Scale, room: int) -> Iterator[Atom]:
    """Halves, and halves of these."""
    size = scale.of(word)
    if size <= room or len(word) < 2:
        yield Atom(word, size)
        return
    middle = len(word) // 2
    yield from _characters(word[:middle], scale, room)
    yield from _characters(word[middle:], scale, room)


def _groups(atoms: list[Atom], room: int) -> Iterator[list[Atom]]:
    total = sum(atom.size for atom in atoms)
    words = sum(len(atom.text.split()) for atom in atoms)
    comfort = min(room, max(1, COMFORT * total // max(1, words)))
    wanted = total / max(1, ceil(total / comfort))
    group: list[Atom] = []
    size = 0
    for atom in atoms:
        begun = size + atom.size / 2 > wanted or (atom.label and size * 2 > wanted)
        full = size + atom.size > room
        if group and (full or (total > comfort and begun and not _only_leads(group))):
            kept = _led_away(group)
            yield group[: len(group) - len(kept)]
            group = kept
            size = (kept or [atom])[0].again + sum(atom.size for atom in kept)
        group.append(atom)
        size += atom.size
    if group:
        yield group


def _without_stub(groups: list[list[Atom]], room: int) -> list[list[Atom]]:
    """A last line alone joins the group before it, or takes some of it along."""
    while len(groups) > 1 and _size(groups[-1]) * 4 < room:
        before, last = groups[-2:]
        if _size(before) + sum(atom.size for atom in last) <= room:
            groups[-2:] = [before + last]
        elif len(before) > 1 and _size([before[-1], *last]) <= room:
            groups[-2:] = [before[:-1], [before[-1], *last]]
        else:
            break
    return groups


def _size(group: list[Atom]) -> int:
    return group[0].again + sum(atom.size for atom in group)


def _only_leads(group: list[Atom]) -> bool:
    return all(atom.leads for atom in group)


def _led_away(group: list[Atom]) -> list[Atom]:
    """The lines at the end of a group that introduce what comes next; never the whole group."""
    count = 0
    while count < len(group) - 1 and group[-1 - count].leads:
        count += 1
    return group[len(group) - count :]


def _joined(group: list[Atom]) -> str:
    text = group[0].before + "".join(atom.text for atom in group).strip("\n")
    if after := group[-1].after:
        text = f"{text}\n{after}"
    # The indentation of an item's later part would make code of it.
    return textwrap.dedent(text).rstrip() if text[:1] in (" ", "\t") else text.rstrip()


def _lines(text: str) -> list[str]:
    return [line + "\n" for line in text.rstrip("\n").split("\n")]
