"""Make the encoder again: words, start, distillation, mixing, errands, packing.

python -m models.training.make --data ../shared/data --work build/encoder --out models/bilingual
"""

from __future__ import annotations

import argparse
import json
import random
import time
from dataclasses import asdict, fields, replace
from pathlib import Path

import numpy as np
import torch
from safetensors.numpy import load_file
from tokenizers import Tokenizer

from assistant.adapters.packed_weights import PLAIN
from models.training.distil import Lessons, distil
from models.training.encoder import Encoder, encode
from models.training.errands import read_errands, sharpen, told_apart
from models.training.evaluate import teacher_folder, top_translations
from models.training.pairs import Split, read_pairs, split_pairs
from models.training.recipe import Recipe
from models.training.weights import WORDS, mixed, write_folder
from models.training.words import choose_starts, extended


def start_student(split: Split, teacher: Path, folder: Path, recipe: Recipe) -> None:
    """The teacher with French words added, each begun at the English words it stands for."""
    tensors = load_file(teacher / PLAIN)
    unused = [name for name in tensors if "position_ids" in name or name.startswith("pooler.")]
    for name in unused:
        del tensors[name]
    tokenizer = Tokenizer.from_file(str(teacher / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    starts = choose_starts(split.train, tokenizer, tensors[WORDS], recipe)
    words = np.concatenate([tensors[WORDS], starts.vectors])
    for row, vector in starts.replaced.items():
        words[row] = vector
    tensors[WORDS] = words.astype(np.float32)
    write_folder(
        folder, tensors, tokenizer=extended(tokenizer, starts.words), teacher=teacher, small=False
    )
    print(f"{len(starts.words)} words added, {len(starts.replaced)} moved", flush=True)  # noqa: T201


def train_student(
    split: Split,
    teacher: Path,
    start: Path,
    folder: Path,
    *,
    device: str,
    recipe: Recipe,
) -> None:
    """Distil from `start` into `folder`."""
    torch.manual_seed(recipe.seed)
    student = Encoder(start, device=device)
    student.learn(_french_rows(teacher, start))
    lessons = Lessons(student, Encoder(teacher, device=device), recipe, random.Random(recipe.seed))
    losses = distil(lessons, split.train[: recipe.pairs])
    write_folder(
        folder, student.tensors(), tokenizer=student.tokenizer, teacher=teacher, small=False
    )
    told = {"recipe": asdict(recipe), "losses": losses}
    (folder / "training.json").write_text(json.dumps(told), encoding="utf-8")


def _french_rows(teacher: Path, start: Path) -> torch.Tensor:
    """Rows of the word embeddings that are not the teacher's: added, or begun anew."""
    words, old = load_file(start / PLAIN)[WORDS], load_file(teacher / PLAIN)[WORDS]
    moved = np.flatnonzero((words[: len(old)] != old).any(axis=1))
    return torch.from_numpy(np.concatenate([moved, np.arange(len(old), len(words))]))


def mix(start: Path, trained: Path, folder: Path, *, teacher: Path, teacher_share: float) -> None:
    """The trained layers with a share of the teacher's."""
    tensors = mixed(load_file(trained / PLAIN), load_file(start / PLAIN), teacher_share)
    tokenizer = Tokenizer.from_file(str(trained / "tokenizer.json"))
    write_folder(folder, tensors, tokenizer=tokenizer, teacher=teacher, small=False)


def sharpen_student(
    split: Split, teacher: Path, mixed: Path, folder: Path, *, device: str, recipe: Recipe
) -> None:
    """Teach `mixed` errands, and write the folder that ships."""
    torch.manual_seed(recipe.seed)
    student, before = Encoder(mixed, device=device), Encoder(mixed, device=device)
    # The padding, which is masked: no word moves.
    student.learn(torch.tensor([0]))
    taught, _ = told_apart(read_errands(), recipe)
    sharpen(student, before, taught, split.train[: recipe.pairs], recipe)
    # Never used, but loaders miss it where it is not there, and say so at each start.
    whole = load_file(teacher / PLAIN)
    pooler = {name: whole[name] for name in whole if name.startswith("pooler.")}
    tensors = student.tensors() | pooler
    write_folder(folder, tensors, tokenizer=student.tokenizer, teacher=teacher, small=True)


def main() -> None:
    """Run all steps; the start and the distillation are kept in the work folder."""
    chosen, recipe = _arguments()
    torch.set_num_threads(chosen.threads)
    teacher, began = teacher_folder(), time.monotonic()
    start, trained, between = (chosen.work / name for name in ("start", "trained", "mixed"))
    split = split_pairs(read_pairs(chosen.data / "parallel"), recipe)
    if not (start / "config.json").exists():
        start_student(split, teacher, start, recipe)
        _tell("start", start, split, chosen.device)
    if not (trained / "training.json").exists():
        train_student(
            split,
            teacher,
            start,
            trained,
            device=chosen.device,
            recipe=recipe,
        )
        _tell("trained", trained, split, chosen.device)
    mix(start, trained, between, teacher=teacher, teacher_share=recipe.teacher_share)
    sharpen_student(split, teacher, between, chosen.out, device=chosen.device, recipe=recipe)
    print(f"{chosen.out} made in {time.monotonic() - began:.0f} s")  # noqa: T201


def _tell(name: str, folder: Path, split: Split, device: str) -> None:
    encoder = Encoder(folder, device=device)
    found = top_translations(split.held_out, lambda texts: encode(encoder, texts, pieces=96))
    print(name, {way: round(share, 4) for way, share in found.items()}, flush=True)  # noqa: T201


def _arguments() -> tuple[argparse.Namespace, Recipe]:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--threads", type=int, default=2)
    numbers = [field for field in fields(Recipe) if isinstance(field.default, int | float)]
    for field in numbers:
        parser.add_argument(f"--{field.name.replace('_', '-')}", type=type(field.default))
    chosen = parser.parse_args()
    given = {field.name: getattr(chosen, field.name) for field in numbers}
    return chosen, replace(Recipe(), **{k: v for k, v in given.items() if v is not None})


if __name__ == "__main__":
    main()
