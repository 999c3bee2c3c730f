"""Group questions by meaning, one after the other. Pure.

A question joins the group whose middle it is nearest to, if it is near enough, else it founds one.
So the groups of yesterday's questions are the same today, whatever was asked since; and a group can
be explained: each question stands with its nearness to the middle. The encoder puts both languages
into one space, and so do the groups.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from assistant.ports import Vectors
from assistant.retrieval.middles import NEAR, Middles


@dataclass(frozen=True)
class Member:
    """A question by its key, and how near it is to the middle of its group."""

    key: str
    cosine: float


def grouped(
    keys: Sequence[str], vectors: Vectors, *, seeds: Mapping[str, str], near: float = NEAR
) -> dict[str, list[Member]]:
    """Group name → its members, the most central first. A group is named by the key that founded
    it. `seeds`: key → name of the group that it belongs to, whatever it is near to."""
    middles = Middles(vectors.shape[1] if len(keys) else 0)
    placed: dict[str, list[int]] = {}
    joins: Iterable[int] = range(len(keys))
    seeded = [at for at in joins if keys[at] in seeds]
    for at in seeded:
        name = seeds[keys[at]]
        middles.add(name, vectors[at])
        placed.setdefault(name, []).append(at)
    for at in joins:
        if keys[at] not in seeds:
            name = middles.nearest(vectors[at], near=near) or keys[at]
            middles.add(name, vectors[at])
            placed.setdefault(name, []).append(at)
    return {
        name: _central_first([keys[at] for at in members], vectors[members], middles.of(name))
        for name, members in placed.items()
    }


def _central_first(keys: Sequence[str], vectors: Vectors, middle: Vectors) -> list[Member]:
    members = [
        Member(key, float(cosine)) for key, cosine in zip(keys, vectors @ middle, strict=True)
    ]
    return sorted(members, key=lambda member: (-member.cosine, member.key))
