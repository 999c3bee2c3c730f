"""Every number that the encoder depends on, in one place."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
REPOSITORY = HERE.parent.parent


@dataclass(frozen=True)
class Recipe:
    """How one encoder is made. The defaults make the one that ships."""

    seed: int = 20261122
    held_out_block: int = 500
    """Neighbouring lines of a source come from one document, so they are held out together."""
    held_out_from: int = 10_000
    """Sources with at least so many pairs give one block each."""
    added_words: int = 10_000
    least_count: int = 4
    aligned_pairs: int = 200_000
    alignment_rounds: int = 5
    pairs: int = 130_000
    """How many pairs are learned from, each once."""
    batch: int = 64
    pieces: int = 96
    """Longer sentences are cut here while training; the encoder itself reads 256."""
    english_share: float = 0.2
    """English-only batches for each batch of pairs."""
    noisy: float = 0.15
    """Share of questions-length sentences that are mistyped; what they mean stays the target."""
    keywords: float = 0.1
    """Share of French sentences that are cut down to their content words."""
    words_rate: float = 1e-3
    layers_rate: float = 2.5e-4
    warm_up: float = 0.05
    similarity_weight: float = 5.0
    temperature: float = 0.05
    teacher_share: float = 0.7
    """Of the layers that ship; the learned words stay. Chosen on the development sets."""
    errands_held_out: tuple[str, ...] = ("clothing-shop", "railway")
    """Help centers of errands that are measured with, and never learned from."""
    errand_steps: int = 800
    errand_centers: int = 3
    """Help centers in one batch."""
    errand_pairs: int = 32
    """Pairs in one batch, to stay by."""
    errand_rate: float = 5e-5
    errand_titles: float = 0.15
    """Share of the messages that are held against a title …"""
    errand_answers: float = 0.15
    """… or against a whole article."""
    errand_kept: float = 10.0
    """Weight of staying, on the pairs, where the distillation left the encoder."""
