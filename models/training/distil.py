"""Teach the student: French as the teacher's English, English as it was."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import torch

from models.training.encoder import Encoder
from models.training.noise import keywords, mistyped
from models.training.pairs import Pair, batches
from models.training.recipe import Recipe

_QUESTION = 200
"""Characters: longer texts are not what a customer types."""
_REPORT = 25

Step = Callable[[], torch.Tensor]


@dataclass
class Lessons:
    """What one batch of each kind costs the student."""

    student: Encoder
    teacher: Encoder
    recipe: Recipe
    rng: random.Random

    def of_pairs(self, pairs: Sequence[Pair]) -> torch.Tensor:
        """French, at times mistyped or cut to keywords, means what the teacher reads in English."""
        wanted = self._taught([pair.en for pair in pairs])
        return self._distance(
            self.student([self._french(p.fr) for p in pairs], self._pieces), wanted
        )

    def of_english(self, pairs: Sequence[Pair]) -> torch.Tensor:
        """English, at times mistyped, stays where the teacher has it."""
        texts = [pair.en for pair in pairs]
        noisy = [self._noisy(text, "en") for text in texts]
        return self._distance(self.student(noisy, self._pieces), self._taught(texts))

    @property
    def _pieces(self) -> int:
        return self.recipe.pieces

    @torch.no_grad()
    def _taught(self, texts: Sequence[str]) -> torch.Tensor:
        return self.teacher(texts, self._pieces)

    def _distance(self, given: torch.Tensor, wanted: torch.Tensor) -> torch.Tensor:
        """Each at its place, and the batch's similarities as the teacher sees them."""
        apart = (1 - (given * wanted).sum(-1)).mean()
        similar = (given @ wanted.T - wanted @ wanted.T).square().mean()
        among = (given @ given.T - wanted @ wanted.T).square().mean()
        return apart + self.recipe.similarity_weight * (similar + among)

    def _french(self, text: str) -> str:
        if len(text) <= _QUESTION and self.rng.random() < self.recipe.keywords:
            text = keywords(text, self.rng)
        return self._noisy(text, "fr")

    def _noisy(self, text: str, lang: str) -> str:
        if len(text) <= _QUESTION and self.rng.random() < self.recipe.noisy:
            return mistyped(text, lang, self.rng)
        return text


def distil(lessons: Lessons, pairs: Sequence[Pair]) -> dict[str, list[float]]:
    """One pass over `pairs` with English alone in between; the losses, by kind."""
    recipe, student = lessons.recipe, lessons.student
    plan = list(_plan(lessons, pairs))
    lessons.rng.shuffle(plan)
    optimizer = torch.optim.AdamW(_rates(student, recipe), weight_decay=0.0, fused=True)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, rate(len(plan), recipe.warm_up))
    losses: dict[str, list[float]] = {}
    began = time.monotonic()
    for at, (kind, step) in enumerate(plan, start=1):
        loss = step()
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(student.learned(), 1.0)
        optimizer.step()
        schedule.step()
        losses.setdefault(kind, []).append(loss.item())
        if at % _REPORT == 0 or at == len(plan):
            recent = {name: sum(seen[-20:]) / len(seen[-20:]) for name, seen in losses.items()}
            shown = " ".join(f"{name} {value:.4f}" for name, value in sorted(recent.items()))
            print(f"{at}/{len(plan)} {time.monotonic() - began:.0f} s {shown}", flush=True)  # noqa: T201
    return losses


def _plan(lessons: Lessons, pairs: Sequence[Pair]) -> Iterator[tuple[str, Step]]:
    recipe, rng = lessons.recipe, lessons.rng
    for batch in batches(pairs, recipe.batch, rng):
        yield "pairs", partial(lessons.of_pairs, batch)
    count = len(pairs) / recipe.batch
    english = rng.sample(
        list(pairs), min(len(pairs), int(count * recipe.english_share) * recipe.batch)
    )
    for batch in batches(english, recipe.batch, rng):
        yield "english", partial(lessons.of_english, batch)


def _rates(student: Encoder, recipe: Recipe) -> list[dict[str, object]]:
    """Added words may move far; the layers, which hold the English, only a little."""
    words = student.words.learned.weight
    layers = [parameter for parameter in student.learned() if parameter is not words]
    return [
        {"params": [words], "lr": recipe.words_rate},
        {"params": layers, "lr": recipe.layers_rate},
    ]


def rate(steps: int, warm_up: float) -> Callable[[int], float]:
    """Of learning at each step, as a share: up while it warms, then down in a line."""
    warm = max(1, int(steps * warm_up))

    def rate(step: int) -> float:
        return (step + 1) / warm if step < warm else max(0.02, (steps - step) / (steps - warm))

    return rate
