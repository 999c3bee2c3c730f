"""What every Embedder must do."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np

from assistant.ports import Embedder

_TEXTS = ("How do I return a gift?", "Où est mon colis ?", "Gift cards", "", "退货")


class EmbedderContract:
    """Needs the fixture `embedder`."""

    def test_rows_follow_the_texts_and_have_unit_length(self, embedder: Embedder) -> None:
        vectors = embedder.embed(_TEXTS)
        assert vectors.dtype == np.float32
        assert vectors.shape[0] == len(_TEXTS)
        np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-4)

    def test_a_text_has_the_same_vector_in_any_company(self, embedder: Embedder) -> None:
        together = embedder.embed(_TEXTS)
        for row, text in zip(together, _TEXTS, strict=True):
            np.testing.assert_allclose(embedder.embed([text])[0], row, atol=1e-3)

    def test_no_texts_give_no_rows(self, embedder: Embedder) -> None:
        assert len(embedder.embed([])) == 0

    def test_near_in_words_is_near_in_space(self, embedder: Embedder) -> None:
        question, near, far = embedder.embed(
            ["return a gift", "how to return a gift you got", "opening hours on Sunday"]
        )
        assert question @ near > question @ far

    def test_pieces_are_counted_with_the_models_own(self, embedder: Embedder) -> None:
        assert embedder.max_pieces >= 8
        empty, word = embedder.count_pieces(""), embedder.count_pieces("gift")
        assert 0 <= empty < word
        assert embedder.count_pieces("gift " * 500) > embedder.max_pieces

    def test_it_has_a_name_that_stays(self, embedder: Embedder) -> None:
        assert embedder.name
        assert embedder.name == embedder.name.strip()

    def test_threads_may_share_it(self, embedder: Embedder) -> None:
        alone = embedder.embed([_TEXTS[0]])[0]
        with ThreadPoolExecutor(4) as threads:
            for vectors in threads.map(embedder.embed, [[_TEXTS[0], _TEXTS[1]]] * 8):
                np.testing.assert_allclose(vectors[0], alone, atol=1e-3)
