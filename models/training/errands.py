"""Teach the encoder that an errand is more than the things it names.

`errands/` holds, for many kinds of help centers, near errands and how customers ask for each in
both languages: written for this project. Messages of one errand draw near each other, and apart
from those of the other errands of the same help center; on the pairs of the distillation the
encoder stays where it was.
"""

from __future__ import annotations

import json
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch

from models.training.distil import rate
from models.training.encoder import Encoder
from models.training.noise import mistyped
from models.training.pairs import Pair
from models.training.question_sets import QuestionSet
from models.training.recipe import HERE, Recipe

FOLDER = HERE / "errands"
LANGUAGES = ("en", "fr")
_SAME_LANGUAGE = 0.4
"""Share of the two that are of one language on purpose; of the others, half are by chance."""
_TOGETHER = 27
_REPORT = 25


@dataclass(frozen=True)
class Errand:
    """What one article answers: its own words, and what customers write, by language."""

    title: dict[str, str]
    answer: dict[str, str]
    messages: dict[str, list[str]]


def read_errands(folder: Path = FOLDER) -> dict[str, list[Errand]]:
    """By help center; the errands of one are near each other."""
    return {path.stem: list(_errands(path)) for path in sorted(folder.glob("*.jsonl"))}


def _errands(path: Path) -> Iterator[Errand]:
    for line in path.read_text(encoding="utf-8").splitlines():
        told = json.loads(line)
        messages = {lang: told[lang] for lang in LANGUAGES}
        yield Errand(told["title"], told["answer"], messages)


def told_apart(
    centers: dict[str, list[Errand]], recipe: Recipe
) -> tuple[dict[str, list[Errand]], dict[str, list[Errand]]]:
    """Those that are learned from, and those that are held out to measure with."""
    held = {name: centers[name] for name in recipe.errands_held_out}
    return {name: center for name, center in centers.items() if name not in held}, held


def asked_errands(centers: dict[str, list[Errand]], lang: str) -> list[QuestionSet]:
    """Of each help center, every other message asked of the rest, of titles and of answers."""
    return [
        QuestionSet(
            entries=[[e.title[lang], e.answer[lang], *e.messages[lang][::2]] for e in center],
            questions=[message for e in center for message in e.messages[lang][1::2]],
            right=[{at} for at, e in enumerate(center) for _ in e.messages[lang][1::2]],
            groups=[str(at) for at, e in enumerate(center) for _ in e.messages[lang][1::2]],
        )
        for center in centers.values()
    ]


def sharpen(
    student: Encoder,
    before: Encoder,
    centers: dict[str, list[Errand]],
    pairs: Sequence[Pair],
    recipe: Recipe,
) -> None:
    """Move the layers of `student`, and no word; `before`: what it was, which stays."""
    rng = random.Random(recipe.seed)
    optimizer = torch.optim.AdamW(student.learned(), lr=recipe.errand_rate, weight_decay=0.0)
    steps, began = recipe.errand_steps, time.monotonic()
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, rate(steps, recipe.warm_up))
    told: list[tuple[float, float]] = []
    for at in range(1, steps + 1):
        drawn = rng.sample(sorted(centers), recipe.errand_centers)
        contrast = _contrast(student, [centers[name] for name in drawn], recipe, rng)
        kept = _kept(student, before, rng.sample(pairs, recipe.errand_pairs), recipe)
        loss = contrast + recipe.errand_kept * kept
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(student.learned(), 1.0)
        optimizer.step()
        schedule.step()
        told.append((contrast.item(), kept.item()))
        if at % _REPORT == 0 or at == steps:
            recent = [sum(column) / len(column) for column in zip(*told[-_REPORT:], strict=True)]
            shown = f"contrast {recent[0]:.4f} kept {recent[1]:.4f}"
            print(f"{at}/{steps} {time.monotonic() - began:.0f} s {shown}", flush=True)  # noqa: T201


def _contrast(
    student: Encoder, centers: Sequence[Sequence[Errand]], recipe: Recipe, rng: random.Random
) -> torch.Tensor:
    """Each text finds the other of its errand among those of all errands in the batch."""
    errands = [errand for center in centers for errand in center]
    drawn = [_two_of(errand, recipe, rng) for errand in errands]
    vectors = _vectors(student, [text for two in drawn for text in two], recipe)
    one, other = vectors[0::2], vectors[1::2]
    scores = one @ other.T / recipe.temperature
    right = torch.arange(len(errands), device=scores.device)
    cross_entropy = torch.nn.functional.cross_entropy
    return (cross_entropy(scores, right) + cross_entropy(scores.T, right)) / 2


def _vectors(student: Encoder, texts: Sequence[str], recipe: Recipe) -> torch.Tensor:
    """In a few batches of similar length, so that little is computed for padding."""
    order = sorted(range(len(texts)), key=lambda at: len(texts[at]))
    rows = [order[at : at + _TOGETHER] for at in range(0, len(order), _TOGETHER)]
    found = torch.cat([student([texts[at] for at in each], recipe.pieces) for each in rows])
    return found[torch.argsort(torch.tensor(order))]


def _two_of(errand: Errand, recipe: Recipe, rng: random.Random) -> tuple[str, str]:
    """A message, and another one, or what the article says."""
    lang = rng.choice(LANGUAGES)
    other = lang if rng.random() < _SAME_LANGUAGE else rng.choice(LANGUAGES)
    chance = rng.random()
    asked = rng.choice(errand.messages[lang])
    if chance < recipe.errand_titles:
        found = errand.title[other]
    elif chance < recipe.errand_titles + recipe.errand_answers:
        found = f"{errand.title[other]}\n{errand.answer[other]}"
    else:
        found = rng.choice([m for m in errand.messages[other] if m != asked])
    if rng.random() < recipe.noisy:
        asked = mistyped(asked, lang, rng)
    return asked, found


def _kept(student: Encoder, before: Encoder, pairs: Sequence[Pair], recipe: Recipe) -> torch.Tensor:
    texts = [pair.en if at % 2 else pair.fr for at, pair in enumerate(pairs)]
    with torch.no_grad():
        wanted = _vectors(before, texts, recipe)
    given = _vectors(student, texts, recipe)
    apart = (1 - (given * wanted).sum(-1)).mean()
    among = (given @ given.T - wanted @ wanted.T).square().mean()
    return apart + recipe.similarity_weight * among
