"""An article as passages: pieces that an encoder reads whole, along the structure of its Markdown.

A passage stays within one section; its headings stand in `heading_path`, not in its text. Written
out in the text are only the headings that no passage's path would show: of a section without any
text, and below a section with hardly any, which joins the first one under it. Nothing is lost: the
texts of the body passages, with the headings of their paths, are the body.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import groupby

from assistant.domain.article import Article, Passage, PassageKind, plain_text
from assistant.knowledge.outline import Section, anchor_of, outline, words_of
from assistant.knowledge.packing import Source, pack
from assistant.knowledge.pieces import Scale, scale_for

__all__ = ["VERSION", "anchor_of", "split"]

VERSION = 1
"""Raised whenever the same article would be split otherwise, so that a sync splits it again."""

_HARDLY_ANY = 30
"""Pieces of text under a heading that are read better with the section below."""
_NEAR = 0.9
"""Share of the encoder's room from which on a passage is counted exactly."""

_SEPARATOR = " › "

Path = tuple[str, ...]


def split(
    article: Article, *, count_pieces: Callable[[str], int], max_pieces: int
) -> list[Passage]:
    """Body passages in order, then one for the title and for each other way to ask for it.

    No passage has more than `max_pieces` by `count_pieces`, unless a single character has.
    """
    splitter = _Splitter(article, scale_for(count_pieces), max_pieces)
    passages = list(splitter.body())
    passages += splitter.phrasings(len(passages))
    return passages


@dataclass(frozen=True)
class _Carried:
    """Text that waits for the next section: headings alone, or a section with hardly any text.

    `path` None: the next section's own.
    """

    blocks: tuple[Source, ...] = ()
    path: Path | None = None
    anchor: str | None = None


@dataclass(frozen=True)
class _Draft:
    path: Path
    anchor: str | None
    text: str


class _Splitter:
    def __init__(self, article: Article, scale: Scale, max_pieces: int) -> None:
        self._article, self._scale, self._max = article, scale, max_pieces
        body = article.body.replace("\r\n", "\n").replace("\r", "\n")
        self._lines = body.split("\n")
        self._sections = outline(body)
        self._paths = self._all_paths()
        self._drafts: list[_Draft] = []

    def body(self) -> Iterator[Passage]:
        carried: _Carried | None = None
        for index in range(len(self._sections)):
            carried = self._take(index, carried)
        for position, draft in enumerate(self._drafts):
            yield self._passage(position, draft, PassageKind.BODY)

    def phrasings(self, first: int) -> Iterator[Passage]:
        title = (self._article.title,)
        for position, phrasing in enumerate(self._article.phrasings, start=first):
            draft = _Draft(title, None, self._cut_short(phrasing, self._max - self._scale.overhead))
            yield self._passage(position, draft, PassageKind.PHRASING)

    def _passage(self, position: int, draft: _Draft, kind: PassageKind) -> Passage:
        return Passage(
            article_id=self._article.id,
            position=position,
            kind=kind,
            locale=self._article.locale,
            heading_path=draft.path,
            text=draft.text,
            anchor=draft.anchor,
        )

    def _take(self, index: int, carried: _Carried | None) -> _Carried | None:
        """Draft a section's passages, or carry it on to the next one."""
        section, below = self._sections[index], self._has_below(index)
        own = self._own(section)
        if own:
            size = sum(self._scale.of(plain_text(block.text)) for block in own)
            if below and size <= _HARDLY_ANY:
                return self._carry(index, carried, own)
            self._draft(index, carried, own)
            return None
        if not section.level:
            return None
        if below and not carried and self._is_shown_below(index):
            return None
        if below or self._has_beside(index):
            return self._carry(index, carried, own)
        self._draft_heading(index, carried)
        return None

    def _carry(self, index: int, carried: _Carried | None, own: list[Source]) -> _Carried:
        before = carried or _Carried()
        written = not own or before.path is not None or not self._is_shown(index)
        blocks = (*before.blocks, *self._heading(index, written=written), *own)
        if before.path is not None or not own:
            return replace(before, blocks=blocks)
        return _Carried(blocks, self._shown(index), self._sections[index].anchor)

    def _draft(self, index: int, carried: _Carried | None, own: list[Source]) -> None:
        before = carried or _Carried()
        written = before.path is not None or not self._is_shown(index)
        blocks = [*before.blocks, *self._heading(index, written=written), *own]
        path, anchor = self._shown(index), self._sections[index].anchor
        texts = self._packed(blocks, (path, before.path or path))
        if before.path is not None and texts:
            self._drafts.append(_Draft(before.path, before.anchor, texts.pop(0)))
        self._drafts += [_Draft(path, anchor, text) for text in texts]

    def _draft_heading(self, index: int, carried: _Carried | None) -> None:
        """A heading with nothing under it closes the passage above, if there is room."""
        heading = self._heading(index, written=True)
        if self._drafts and not carried:
            last = self._drafts[-1]
            longer = replace(last, text=f"{last.text}\n\n{heading[0].text}".rstrip())
            if self._scale.exact(_read(longer)) <= self._max:
                self._drafts[-1] = longer
                return
        own = _Carried((), self._shown(index), self._sections[index].anchor)
        before = carried if carried and carried.path is not None else own
        path, blocks = before.path or (), [*(carried.blocks if carried else ()), *heading]
        texts = self._packed(blocks, (path,))
        self._drafts += [_Draft(path, before.anchor, text) for text in texts]

    def _packed(self, blocks: list[Source], paths: tuple[Path, ...]) -> list[str]:
        """Texts that fit behind the longest of the paths, by the encoder's own count."""
        prefix = max(paths, key=lambda path: self._scale.of(_SEPARATOR.join(path)))
        taken = self._scale.overhead + self._scale.of(_SEPARATOR.join(prefix))
        room = max(1, self._max - taken)
        while True:
            packed = pack(blocks, self._scale, room=room)
            near = [text for text, size in packed if taken + size > _NEAR * self._max]
            sizes = (self._scale.exact(_read(_Draft(prefix, None, text))) for text in near)
            over = max((size - self._max for size in sizes), default=0)
            if over <= 0 or room == 1:
                return [text for text, _ in packed if text.strip()]
            room = max(1, room - over)

    def _own(self, section: Section) -> list[Source]:
        blocks = [
            Source(block.kind, "\n".join(self._lines[block.start : block.end]) + "\n")
            for block in section.blocks
        ]
        return [block for block in blocks if block.text.strip()]

    def _heading(self, index: int, *, written: bool) -> list[Source]:
        section = self._sections[index]
        if not written or not section.level:
            return []
        lines = self._lines[section.start : section.heading_end]
        return [Source("heading", "\n".join(lines) + "\n\n")]

    def _has_below(self, index: int) -> bool:
        rest = self._sections[index + 1 : index + 2]
        return bool(rest) and rest[0].level > self._sections[index].level

    def _has_beside(self, index: int) -> bool:
        rest = self._sections[index + 1 : index + 2]
        return bool(rest) and rest[0].level == self._sections[index].level

    def _all_paths(self) -> list[Path]:
        paths: list[Path] = []
        above: list[tuple[int, str]] = []
        for section in self._sections:
            while above and above[-1][0] >= section.level:
                above.pop()
            if section.level:
                above.append((section.level, words_of(section.heading)))
            path = [self._article.title, *(heading for _, heading in above)]
            # A heading that repeats the one above it is shown once.
            paths.append(tuple(name for name, _ in groupby(path)))
        return paths

    def _is_shown(self, index: int) -> bool:
        return self._shown(index) == self._paths[index]

    def _is_shown_below(self, index: int) -> bool:
        """Whether the path of a passage under this heading will show it."""
        for later in range(index + 1, len(self._sections)):
            if self._sections[later].level <= self._sections[index].level:
                return False
            if self._own(self._sections[later]):
                return self._is_shown(index) and self._is_shown(later)
        return False

    def _shown(self, index: int) -> Path:
        """The path of a section, cut short where it would take more than half of the room."""
        path, most = self._paths[index], self._max // 2 - self._scale.overhead
        if self._scale.of(_SEPARATOR.join(path)) <= most:
            return path
        ends = (path[0], path[-1]) if len(path) > 1 else path
        return tuple(filter(None, (self._cut_short(text, most // len(ends)) for text in ends)))

    def _cut_short(self, text: str, most: int) -> str:
        if self._scale.of(text) <= most:
            return text
        words = text.split()
        while words and self._scale.of(" ".join(words) + "…") > most:
            words = words[: len(words) * 3 // 4]
        return " ".join(words) + "…" if words else ""


def _read(draft: _Draft) -> str:
    """What the encoder reads of a draft."""
    passage = Passage("", 0, PassageKind.BODY, "", draft.path, draft.text)
    return passage.embedded_text
