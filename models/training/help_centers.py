"""What help centers teach for free: a title or heading, and the passage that stands under it."""

from __future__ import annotations

import gzip
import json
import random
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from models.training.recipe import HELP_CENTERS

_WORDS = 70
_MARKUP = (
    (r"```.*?```", " "),
    (r"<[^>]+>", " "),
    (r"!\[[^\]]*\]\([^)]*\)", " "),
    (r"\[([^\]]*)\]\([^)]*\)", r"\1"),
    (r"[*_`|>#]+", " "),
    (r"-{3,}", " "),
    (r"\s+", " "),
)


class Section(NamedTuple):
    """A heading with the beginning of its text."""

    heading: str
    text: str


def read_sections(folder: Path) -> dict[str, list[Section]]:
    """The sections of each permitted help center, by its name."""
    return {name: _distinct(_sections(folder / f"{name}.jsonl.gz")) for name in HELP_CENTERS}


def section_batches(
    centers: dict[str, list[Section]], size: int, count: int, rng: random.Random
) -> Iterator[tuple[str, list[Section]]]:
    """`count` batches, each from one help center: the others in it are the hard negatives."""
    queues = {name: rng.sample(rows, len(rows)) for name, rows in sorted(centers.items())}
    for _ in range(count):
        lang = rng.choice(("en", "fr"))
        names = [name for name in queues if name.endswith(lang) and len(queues[name]) >= size]
        if not names:
            queues = {name: rng.sample(rows, len(rows)) for name, rows in sorted(centers.items())}
            names = [name for name in queues if name.endswith(lang)]
        name = rng.choices(names, weights=[len(queues[name]) for name in names])[0]
        yield lang, [queues[name].pop() for _ in range(min(size, len(queues[name])))]


def _sections(path: Path) -> Iterator[Section]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            article = json.loads(line)
            parts = re.split(r"^#{1,6} +(.+)$", article["body_markdown"], flags=re.MULTILINE)
            heads = [article["title"], *parts[1::2]]
            for heading, body in zip(heads, parts[0::2], strict=True):
                text = " ".join(_plain(body).split()[:_WORDS])
                if len(text) >= 80 and len(heading.split()) >= 2:
                    yield Section(_plain(heading), text)


def _distinct(sections: Iterator[Section]) -> list[Section]:
    """Headings and texts that recur ("See also", boilerplate) say nothing about each other."""
    rows = list(sections)
    headings = Counter(row.heading.lower() for row in rows)
    texts = Counter(row.text[:80] for row in rows)
    return [row for row in rows if headings[row.heading.lower()] == 1 and texts[row.text[:80]] == 1]


def _plain(markdown: str) -> str:
    for pattern, plain in _MARKUP:
        markdown = re.sub(pattern, plain, markdown, flags=re.DOTALL)
    return markdown.strip()
