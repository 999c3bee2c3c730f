"""French words for the tokenizer, and where their embeddings start.

Which English words a French word stands for is counted from the pairs (IBM's first alignment model,
both directions). The start of a French word is the weighted mean of those English embeddings.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from tokenizers import Tokenizer

from models.training.pairs import Pair
from models.training.recipe import Recipe

Array = np.ndarray
_FOREIGN = 0.005
"""A word that is this much rarer in English text is French alone: its row may begin anew."""
_SHARED = 0.1
"""A word that English text has this often beside the French keeps its English pieces."""
_LEAST_WEIGHT = 0.1
_MEANINGS = 4
_COMMON = slice(1000, 20_000)
"""BERT's rows of common words: before them stand unused rows, after them rare pieces."""


@dataclass(frozen=True)
class Starts:
    """New words, and embeddings to start from: of new words and of rows that the teacher had."""

    words: list[str]
    vectors: Array
    replaced: dict[int, Array]


@dataclass(frozen=True)
class _Sentences:
    vocabulary: dict[str, int]
    rows: list[Array]
    counts: Counter[str]


def choose_starts(
    pairs: Sequence[Pair], tokenizer: Tokenizer, embeddings: Array, recipe: Recipe
) -> Starts:
    """The words that save most pieces, aligned with English."""
    french = _split([pair.fr for pair in pairs], tokenizer)
    english = _split([pair.en for pair in pairs], tokenizer)
    known = tokenizer.get_vocab()
    broken = {
        word: count
        for word, count in french.counts.items()
        if word not in known and english.counts[word] < _SHARED * count
    }
    new = _most_broken(broken, tokenizer, recipe)
    foreign = [
        word
        for word, count in french.counts.items()
        if word in known
        and word.isalpha()
        and count >= 50
        and english.counts[word] < _FOREIGN * count
    ]
    weights = _align(french, english, recipe)
    means = _word_means(list(english.vocabulary), tokenizer, embeddings)
    start = _Starter(french, weights, means, tokenizer, embeddings)
    replaced = {known[word]: start.vector(word) for word in foreign if start.aligned(word)}
    return Starts(new, np.stack([start.vector(word) for word in new]), replaced)


def extended(tokenizer: Tokenizer, words: Sequence[str]) -> Tokenizer:
    """The tokenizer with whole words appended; normaliser and old ids stay as they are."""
    state = json.loads(tokenizer.to_str())
    vocabulary = state["model"]["vocab"]
    for word in words:
        vocabulary.setdefault(word, len(vocabulary))
    state["truncation"] = state["padding"] = None
    return Tokenizer.from_str(json.dumps(state))


def _split(texts: Sequence[str], tokenizer: Tokenizer) -> _Sentences:
    vocabulary: dict[str, int] = {}
    counts: Counter[str] = Counter()
    rows = []
    for text in texts:
        folded = tokenizer.normalizer.normalize_str(text)
        words = [word for word, _ in tokenizer.pre_tokenizer.pre_tokenize_str(folded)]
        counts.update(words)
        ids = {vocabulary.setdefault(word, len(vocabulary)) for word in words if word.isalnum()}
        rows.append(np.array(sorted(ids), dtype=np.int64))
    return _Sentences(vocabulary, rows, counts)


def _most_broken(counts: dict[str, int], tokenizer: Tokenizer, recipe: Recipe) -> list[str]:
    candidates = [
        word
        for word, count in counts.items()
        if count >= recipe.least_count and word.isalpha() and word.isascii() and len(word) > 2
    ]
    pieces = tokenizer.encode_batch(candidates, add_special_tokens=False)
    saved = {
        word: counts[word] * (sum(encoding.attention_mask) - 1)
        for word, encoding in zip(candidates, pieces, strict=True)
    }
    return sorted(saved, key=lambda word: (-saved[word], word))[: recipe.added_words]


def _align(
    french: _Sentences, english: _Sentences, recipe: Recipe
) -> dict[int, list[tuple[int, float]]]:
    """For each French word its likely English words with weights."""
    cells, sentence_f, sentence_e, width = _cells(french, english, recipe)
    keys, cell = np.unique(cells, return_inverse=True)
    f_of, e_of = keys // width, keys % width
    expected = np.ones(len(keys))
    for _ in range(recipe.alignment_rounds):
        forward = (expected / np.bincount(f_of, expected)[f_of])[cell]
        backward = (expected / np.bincount(e_of, expected)[e_of])[cell]
        # Each English word is shared out among the French ones beside it, and the reverse.
        forward /= np.bincount(sentence_e, forward)[sentence_e]
        backward /= np.bincount(sentence_f, backward)[sentence_f]
        expected = np.bincount(cell, np.sqrt(forward * backward)) + 1e-12
    total = np.bincount(f_of, expected)
    likely = expected / total[f_of]
    chosen: dict[int, list[tuple[int, float]]] = {}
    for at in np.flatnonzero(likely >= _LEAST_WEIGHT):
        chosen.setdefault(int(f_of[at]), []).append((int(e_of[at]), float(likely[at])))
    return {
        word: sorted(meanings, key=lambda meaning: -meaning[1])[:_MEANINGS]
        for word, meanings in chosen.items()
    }


def _cells(
    french: _Sentences, english: _Sentences, recipe: Recipe
) -> tuple[Array, Array, Array, int]:
    """Every French word beside every English word of its pair, with the words' own places."""
    width = len(english.vocabulary)
    cells, sentence_f, sentence_e = [], [], []
    at_f = at_e = 0
    pairs = zip(french.rows[: recipe.aligned_pairs], english.rows, strict=False)
    for f, e in pairs:
        if not 0 < len(f) <= 40 or not 0 < len(e) <= 40:
            continue
        cells.append((f[:, None] * width + e[None, :]).ravel())
        sentence_f.append(np.repeat(np.arange(at_f, at_f + len(f)), len(e)))
        sentence_e.append(np.tile(np.arange(at_e, at_e + len(e)), len(f)))
        at_f, at_e = at_f + len(f), at_e + len(e)
    return np.concatenate(cells), np.concatenate(sentence_f), np.concatenate(sentence_e), width


def _word_means(words: Sequence[str], tokenizer: Tokenizer, embeddings: Array) -> Array:
    means = np.zeros((len(words), embeddings.shape[1]), dtype=np.float32)
    for row, encoding in enumerate(tokenizer.encode_batch(list(words), add_special_tokens=False)):
        means[row] = embeddings[encoding.ids].mean(axis=0)
    return means


class _Starter:
    def __init__(
        self,
        french: _Sentences,
        weights: dict[int, list[tuple[int, float]]],
        means: Array,
        tokenizer: Tokenizer,
        embeddings: Array,
    ) -> None:
        self._french, self._weights, self._means = french, weights, means
        self._tokenizer, self._embeddings = tokenizer, embeddings
        self._norm = float(np.linalg.norm(embeddings[_COMMON], axis=1).mean())

    def aligned(self, word: str) -> bool:
        return self._french.vocabulary[word] in self._weights

    def vector(self, word: str) -> Array:
        meanings = self._weights.get(self._french.vocabulary[word])
        if not meanings:
            ids = self._tokenizer.encode(word, add_special_tokens=False).ids
            return self._embeddings[ids].mean(axis=0)
        mean = sum(weight * self._means[english] for english, weight in meanings)
        return np.asarray(mean * (self._norm / np.linalg.norm(mean)), dtype=np.float32)
