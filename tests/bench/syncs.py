"""How long a writer waits: for a sync, and for an edit to be answered from."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

from assistant.domain.article import Article
from assistant.knowledge.reader import read_source
from tests.bench.contestants import Ours, Yardstick
from tests.bench.material import Material, write_source
from tests.bench.rows import Row
from tests.bench.turns import contestants, rounds

_ROUNDS = 4
_SECTION = "\n\n## The zanzibar lever\n\n"
_QUESTION = "How far do I turn the zanzibar lever?"
_EDITS = ("forty-one degrees", "forty-two degrees", "forty-three degrees")
_PUBLISHED = (
    ("How heavy is a quagga?", "A quagga weighs 300 kilograms"),
    ("How high does a markhor climb?", "A markhor climbs to 3,600 metres"),
    ("How long does an okapi sleep?", "An okapi sleeps five hours"),
)


def throughput(material: Material, home: Path, *, passages: int) -> list[Row]:
    """Texts a second: our sync, our encoder alone and sentence-transformers, on the same texts."""
    source = home.with_suffix(".jsonl")
    write_source(material.of_size(passages), source)
    articles = [found for found in read_source(source) if isinstance(found, Article)]
    parts = [articles[number :: _ROUNDS + 1] for number in range(_ROUNDS + 1)]
    with contestants(ours=(Ours, home, material.cache), yardstick=(Yardstick,)) as by_name:
        ours, yardstick = by_name["ours"], by_name["yardstick"]
        texts = [ours("texts", part) for part in parts]
        ours("sync", parts[-1], "warming up")
        yardstick("encode", texts[-1])
        seconds: dict[str, float] = defaultdict(float)
        count = 0
        for number, what in rounds(("sync", "our encoder", "fp32"), _ROUNDS):
            if what == "sync":
                took, embedded = ours("sync", parts[number], f"part {number}")
                count += embedded
            else:
                took = (ours if what == "our encoder" else yardstick)("encode", texts[number])
            seconds[what] += took
    encoded = sum(map(len, texts[:-1]))
    sync, raw = count / seconds["sync"], encoded / seconds["our encoder"]
    fp32 = encoded / seconds["fp32"]
    return [
        Row("sync, texts a second", sync, ""),
        Row("our encoder alone, texts a second", raw, ""),
        Row("sentence-transformers fp32, texts a second", fp32, ""),
        Row("sync / our encoder alone", sync / raw, "", at_least=0.9),
        Row(
            "sync / sentence-transformers fp32 (goal with bf16 units)", sync / fp32, "", at_least=2
        ),
    ]


def edit_to_answerable(material: Material, home: Path, *, articles: int) -> list[Row]:
    """From a writer's publishing, and from a source in which one article changed, to an answer with
    the new words."""
    records = material.large(articles)
    source = home.with_suffix(".jsonl")
    published, synced = [], []
    with contestants(ours=(Ours, home, material.cache)) as by_name:
        ours = by_name["ours"]
        write_source(records, source)
        ours("fill", source)
        ours("follow")
        for fact in _EDITS:
            edited = f"{records[0]['body_markdown']}{_SECTION}Turn the zanzibar lever by {fact}."
            article = records[0] | {"title": _QUESTION, "body_markdown": edited}
            write_source([article, *records[1:]], source)
            synced.append(ours("edit", source, _QUESTION, fact))
        for (question, fact), record in zip(_PUBLISHED, records[1:], strict=False):
            published.append(ours("publish", record["id"], question, fact))
    label = f"in a help center of {len(records)} articles"
    return [
        *_rows(f"published {label}", published, first="published"),
        *_rows(f"a source edited {label}", synced, first="read and published"),
    ]


def _rows(label: str, taken: list[tuple[float, float, float]], *, first: str) -> list[Row]:
    middle = (sorted(times)[len(times) // 2] for times in zip(*taken, strict=True))
    published, answered, in_step = middle
    return [
        Row(f"{label}: {first}", published, "s"),
        Row(f"{label}: answered from", answered, "s", at_most=1.0),
        Row(f"{label}: found by meaning too", in_step, "s"),
    ]
