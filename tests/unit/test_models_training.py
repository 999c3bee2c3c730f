"""How our own encoder is made: pairs held out, words added, weights packed, ranks counted."""

from __future__ import annotations

import random

import numpy as np
import pytest
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

from assistant.adapters.packed_weights import (
    PACKED,
    PLAIN,
    packed,
    plain_folder,
    restored,
    weights_file,
)
from assistant.errors import EmbedderUnavailable
from models.training.errands import Errand, asked_errands, read_errands, told_apart
from models.training.evaluate import departures, measure, top_translations
from models.training.noise import keywords, mistyped
from models.training.pairs import Pair, batches, split_pairs
from models.training.question_sets import QuestionSet
from models.training.recipe import Recipe
from models.training.weights import WORDS, mixed, write_folder
from models.training.words import choose_starts, extended

pytestmark = pytest.mark.slow

SMALL = Recipe(held_out_block=5, held_out_from=20, added_words=3, least_count=2)


def tokenizer() -> Tokenizer:
    pieces = ["[UNK]", "the", "red", "house", "cat", "le", "##s", *"abcdefghijklmnopqrstuvwxyz"]
    pieces += [f"##{letter}" for letter in "abcdefghijklmnopqrtuvwxyz"]
    made = Tokenizer(models.WordPiece({p: at for at, p in enumerate(pieces)}, unk_token="[UNK]"))
    made.normalizer = normalizers.BertNormalizer(lowercase=True)
    made.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    return made


def embeddings(rows: int) -> np.ndarray:
    return np.random.default_rng(1).normal(size=(rows, 8)).astype(np.float32)


def toy_pairs() -> list[Pair]:
    told = [
        ("the red house", "la maison rouge"), ("the house", "la maison"), ("red", "rouge"),
        ("the cat", "le félin"), ("red cat", "félin rouge"), ("house cat", "félin maison"),
    ]  # fmt: skip
    return [Pair(en, fr, "toy") for en, fr in told * 2]


def test_pairs_are_held_out_as_one_block_of_neighbouring_lines():
    pairs = [Pair(f"en {at}", f"fr {at}", "large") for at in range(40)]
    pairs += [Pair(f"small {at}", f"petit {at}", "small") for at in range(3)]
    train, (block,) = split_pairs(pairs, SMALL)
    first = pairs.index(block[0])
    assert block == pairs[first : first + 5]
    assert not set(block) & set(train)
    assert len(train) == 38


def test_a_sentence_that_is_held_out_is_learned_from_nowhere():
    pairs = [Pair(f"en {at}", f"fr {at}", "large") for at in range(40)]
    _, (block,) = split_pairs(pairs, SMALL)
    twin = Pair(block[0].en, "autre traduction", "small")
    train, _ = split_pairs([*pairs, twin], SMALL)
    assert twin not in train


def test_batches_hold_every_pair_once():
    pairs = [Pair(str(at), "x" * at, "toy") for at in range(50)]
    seen = [pair for batch in batches(pairs, 8, random.Random(1)) for pair in batch]
    assert sorted(seen) == sorted(pairs)


def test_french_words_start_at_the_english_words_they_stand_for():
    known = tokenizer()
    table = embeddings(1100)
    starts = choose_starts(toy_pairs(), known, table, SMALL)
    assert set(starts.words) == {"maison", "rouge", "felin"}
    vocabulary = known.get_vocab()
    for french, english in (("maison", "house"), ("rouge", "red"), ("felin", "cat")):
        vector = starts.vectors[starts.words.index(french)]
        closeness = table @ vector / np.linalg.norm(table, axis=1)
        assert closeness.argmax() == vocabulary[english]


def test_added_words_leave_english_pieces_as_they_were():
    known = tokenizer()
    more = extended(known, ["maison"])
    assert more.encode("the red cats").ids == known.encode("the red cats").ids
    assert more.encode("Maison").tokens == ["maison"]


def test_packed_weights_come_back_within_half_a_step():
    matrix = np.random.default_rng(1).normal(size=(50, 128)).astype(np.float32)
    tensors = {"matrix": matrix, "bias": np.array([0.5, -2.0], dtype=np.float32)}
    small = packed(tensors)
    assert small["matrix"].dtype == np.int8
    back = restored(small)
    groups, apart = matrix.reshape(50, 2, 64), (back["matrix"] - matrix).reshape(50, 2, 64)
    # A scale in half precision may be a thousandth off, which counts at the far end of a group.
    step = np.abs(groups).max(axis=2, keepdims=True) / 127
    assert (np.abs(apart) <= step * 0.6).all()
    assert back["bias"].tolist() == [0.5, -2.0]
    assert back.keys() == tensors.keys()


def test_a_share_of_the_teachers_layers_is_mixed_in_and_the_words_stay():
    trained, start = {"w": np.ones(2), WORDS: np.ones(2)}, {"w": np.zeros(2), WORDS: np.zeros(2)}
    shipped = mixed(trained, start, 0.25)
    assert shipped["w"].tolist() == [0.75, 0.75]
    assert shipped[WORDS].tolist() == [1.0, 1.0]


def test_a_packed_folder_is_plain_for_a_while(tmp_path):
    teacher, folder = tmp_path / "teacher", tmp_path / "small"
    teacher.mkdir()
    (teacher / "config.json").write_text('{"hidden_size": 8}')
    write_folder(folder, {"w": embeddings(4)}, tokenizer=tokenizer(), teacher=teacher, small=True)
    assert weights_file(folder).name == PACKED
    with plain_folder(folder) as plain:
        assert (plain / PLAIN).is_file()
        assert (plain / "1_Pooling" / "config.json").is_file()
        assert not (plain / PACKED).exists()
    assert not plain.exists()


def test_damaged_packed_weights_are_named(tmp_path):
    (tmp_path / PACKED).write_bytes(b"cut off")
    with pytest.raises(EmbedderUnavailable, match="damaged"), plain_folder(tmp_path):
        pass


def test_a_folder_without_weights_is_named(tmp_path):
    with pytest.raises(EmbedderUnavailable, match="name a model folder"):
        weights_file(tmp_path)


def test_mistyping_changes_most_sentences_and_is_repeatable():
    sentence = "Pourquoi est-ce que je n'ai pas encore été remboursé de ma commande ?"
    typed = [mistyped(sentence, "fr", random.Random(seed)) for seed in range(50)]
    assert typed == [mistyped(sentence, "fr", random.Random(seed)) for seed in range(50)]
    assert sum(text != sentence for text in typed) > 40


def test_keywords_are_the_content_words():
    asked = keywords("Comment modifier l’adresse de livraison ?", random.Random(3))
    assert set(asked.split()) == {"Comment", "modifier", "adresse", "livraison"}


def test_figures_count_first_five_and_separation():
    spots = {"near": [1, 0], "far": [0, 1], "asked": [0.9, 0.1], "other": [0.5, -0.5]}
    questions = QuestionSet(
        [["far"], ["near", "far"]], ["asked", "other"], [{1}, set()], ["a", "b"]
    )
    figures = measure(questions, lambda texts: np.array([spots[text] for text in texts]))
    assert (figures.first, figures.among_five, figures.separation) == (1.0, 1.0, 1.0)


def test_an_encoder_that_finds_less_than_the_card_says_departs_from_it():
    card = {"shop": {"first": 0.82, "separation": 0.9}, "not measured": {"first": 0.5}}
    assert departures({"shop": {"first": 0.815, "separation": 0.7}}, card) == []
    (told,) = departures({"shop": {"first": 0.80, "separation": 0.9}}, card)
    assert told == "shop: first 0.800, the card says 0.820"


def test_errands_are_as_the_training_needs_them():
    centers = read_errands()
    assert len(centers) > 30
    taught, held_out = told_apart(centers, Recipe())
    assert held_out.keys() == set(Recipe().errands_held_out)
    assert not taught.keys() & held_out.keys()
    for center in centers.values():
        assert len(center) >= 16
        for errand in center:
            assert errand.title.keys() == errand.answer.keys() == errand.messages.keys()
            assert {len(set(said)) for said in errand.messages.values()} == {8}


def test_errands_that_are_held_out_are_asked_of_their_own_help_center():
    errand = Errand({"en": "t"}, {"en": "a"}, {"en": ["0", "1", "2", "3"]})
    (asked,) = asked_errands({"shop": [errand, errand]}, "en")
    assert asked.entries == [["t", "a", "0", "2"]] * 2
    assert asked.questions == ["1", "3", "1", "3"]
    assert asked.right == [{0}, {0}, {1}, {1}]


def test_translations_are_ranked_among_two_blocks():
    spots = {"one": [1, 0], "un": [1, 0], "two": [0, 1], "deux": [0.9, 0.1]}
    blocks = [[Pair("one", "un", "toy")], [Pair("two", "deux", "toy")]]
    found = top_translations(blocks, lambda texts: np.array([spots[text] for text in texts]))
    assert found == {"fr to en": 0.5, "en to fr": 1.0}
