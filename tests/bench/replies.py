"""How long a customer waits: the encoder alone, the plain recipe and ours, question by question."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

from assistant.evaluation.cases import Case
from tests.bench.contestants import Asked, Ours, PlainRecipe, Yardstick
from tests.bench.material import Material, write_source
from tests.bench.rows import Row, percentile
from tests.bench.turns import Contestant, contestants, rounds

_WARM_UP = 10
_GOALS = {10_000: (1.5, 2.5), 65_000: (3.0, None)}
"""Passages → the most that p50 and p95 of a reply may take, in encodings of the question."""
_OF_THE_RECIPE = 1.3
_TURNS = {
    "encoding the question": ("yardstick", "ask"),
    "plain recipe": ("plain", "ask"),
    "our whole reply": ("ours", "ask"),
    "our reply without the log": ("ours", "consider"),
}


def measured(material: Material, size: int, home: Path, *, questions: int) -> list[Row]:
    """Of a help center with about so many passages, which is left in `home`."""
    records = material.of_size(size)
    asked = material.asked_of(records, questions + _WARM_UP)
    ours = Contestant(Ours, home, material.cache)
    source = home.with_suffix(".jsonl")
    write_source(records, source)
    passages = ours("fill", source)
    with contestants(
        yardstick=(Yardstick,), plain=(PlainRecipe, home, home.with_suffix(".plain"))
    ) as others:
        others["ours"] = ours
        answers = _asked(others, asked)
    ours.close()
    there = {(record["id"], record["lang"]) for record in records}
    label = f"{size} ({passages} passages)"
    return _times(answers, size, label) + _found(answers, asked, there, label)


def _asked(by_name: dict[str, Contestant], cases: list[Case]) -> dict[str, list[Asked]]:
    found: dict[str, list[Asked]] = defaultdict(list)
    for number, what in rounds(list(_TURNS), len(cases)):
        name, method = _TURNS[what]
        found[what].append(by_name[name](method, cases[number]))
    return found


def _times(answers: dict[str, list[Asked]], size: int, label: str) -> list[Row]:
    ms = {what: [took for took, _ in found[_WARM_UP:]] for what, found in answers.items()}
    rows = [
        Row(f"{label}: {what}, p{percent}", percentile(times, percent), "ms")
        for what, times in ms.items()
        for percent in (50, 95)
    ]
    yardstick, recipe, whole, _ = (ms[what] for what in _TURNS)
    half, most = _GOALS.get(size, (None, None))
    unit = percentile(yardstick, 50)
    return [
        *rows,
        Row(f"{label}: whole reply p50 / encoding p50", percentile(whole, 50) / unit, "E", half),
        Row(f"{label}: whole reply p95 / encoding p50", percentile(whole, 95) / unit, "E", most),
        Row(
            f"{label}: whole reply p50 / plain recipe p50",
            percentile(whole, 50) / percentile(recipe, 50),
            "",
            _OF_THE_RECIPE if size == 10_000 else None,
        ),
    ]


def _found(
    answers: dict[str, list[Asked]], cases: list[Case], there: set[tuple[str, str]], label: str
) -> list[Row]:
    """R@5 where the right article is among these, in the language that is asked in: of the other,
    ours shows what the customer reads where it has that, and the recipe what is nearest."""
    own = [{(id, case.locale) for id in case.relevant} for case in cases]
    known = [number for number, ids in enumerate(own) if ids & there]
    return [
        Row(
            f"{label}: {what}, R@5 of {len(known)} known items",
            sum(bool(cases[n].relevant & set(answers[what][n][1][:5])) for n in known)
            / max(1, len(known)),
            "",
        )
        for what in ("plain recipe", "our reply without the log")
    ]
