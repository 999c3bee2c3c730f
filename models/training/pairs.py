"""The English-French pairs: read, held out in blocks, put into batches of similar length."""

from __future__ import annotations

import gzip
import json
import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from models.training.recipe import Recipe


class Pair(NamedTuple):
    """One sentence or short paragraph in both languages."""

    en: str
    fr: str
    source: str


class Split(NamedTuple):
    """Pairs to learn from, and blocks of neighbouring pairs that are never learned from."""

    train: list[Pair]
    held_out: list[list[Pair]]


def read_pairs(folder: Path) -> list[Pair]:
    """All pairs of `pairs.jsonl.gz`, in the file's order."""
    with gzip.open(folder / "pairs.jsonl.gz", "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    return [Pair(row["en"], row["fr"], row["src"]) for row in rows]


def split_pairs(pairs: Sequence[Pair], recipe: Recipe) -> Split:
    """One block of neighbouring lines is held out of each large source."""
    by_source: dict[str, list[Pair]] = defaultdict(list)
    for pair in pairs:
        by_source[pair.source].append(pair)
    rng = random.Random(recipe.seed)
    train: list[Pair] = []
    held_out: list[list[Pair]] = []
    for source in sorted(by_source):
        lines, size = by_source[source], recipe.held_out_block
        if len(lines) < recipe.held_out_from:
            train += lines
            continue
        start = rng.randrange(len(lines) - size)
        held_out.append(lines[start : start + size])
        train += lines[:start] + lines[start + size :]
    seen = {text for block in held_out for pair in block for text in (pair.en, pair.fr)}
    train = [pair for pair in train if pair.en not in seen and pair.fr not in seen]
    rng.shuffle(train)
    return Split(train, held_out)


def batches(pairs: Sequence[Pair], size: int, rng: random.Random) -> Iterator[list[Pair]]:
    """Each pair once. Sorted by length within large groups, so that little is spent on padding."""
    pairs = list(pairs)
    rng.shuffle(pairs)
    group = size * 32
    cut: list[list[Pair]] = []
    for start in range(0, len(pairs), group):
        near = sorted(pairs[start : start + group], key=lambda pair: len(pair.fr))
        cut += [near[at : at + size] for at in range(0, len(near), size)]
    rng.shuffle(cut)
    yield from (batch for batch in cut if len(batch) > 1)
