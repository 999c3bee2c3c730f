"""What the help center's own phrasings say of which article a question goes to."""

from __future__ import annotations

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any, cast

import numpy as np
import pytest

from assistant.ports import Vectors
from assistant.ports.searched import SearchedStore
from assistant.retrieval.discriminant import Discriminant, Discriminants

rng = np.random.default_rng(7)
CANCEL, TRACK, CARD, LAMP = np.eye(4, 16)


def said(errand: Vectors, *things: Vectors) -> Vectors:
    """An errand on several things: the thing is loud, the errand is not."""
    rows = np.stack([errand + 2 * thing for thing in things])
    rows = rows + 0.05 * rng.standard_normal(rows.shape)
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)


CENTER = {"cancel": said(CANCEL, CARD, LAMP, CARD), "track": said(TRACK, LAMP, CARD, LAMP)}


def test_a_question_goes_to_its_errand_and_not_to_the_thing_that_it_names() -> None:
    errands = np.eye(16)[4:12]
    center = {f"{at}": said(errand, *[CARD, LAMP] * 8) for at, errand in enumerate(errands)}
    center["0"] = said(errands[0], *[CARD] * 8)
    asked = said(errands[0], LAMP)[0]
    nearest = {id: float((rows @ asked).max()) for id, rows in center.items()}
    assert min(nearest, key=lambda id: nearest[id]) == "0"
    found = Discriminant(center).nearness(asked)
    assert max(found, key=lambda id: found[id]) == "0"


def test_nearness_is_a_cosine_for_every_article() -> None:
    found = Discriminant(CENTER | {"title alone": said(LAMP, LAMP)}).nearness(said(TRACK, CARD)[0])
    assert found.keys() == {"cancel", "track", "title alone"}
    assert all(-1 <= value <= 1 for value in found.values())


def test_an_article_with_many_phrasings_keeps_its_own_questions() -> None:
    errands = np.eye(16)[4:14]
    center = {f"{at}": said(errand, CARD, LAMP) for at, errand in enumerate(errands)}
    often = center | {"0": said(errands[0], *[CARD, LAMP] * 60)}
    right = {"few": 0, "many": 0}
    for name, phrasings in (("few", center), ("many", often)):
        discriminant = Discriminant(phrasings)
        for asked in said(errands[0], *[CARD, LAMP] * 10):
            found = discriminant.nearness(asked)
            right[name] += max(found, key=lambda id: found[id]) == "0"
    assert right["many"] >= right["few"] == 20


def test_the_same_phrasing_twice_is_no_scatter_but_breaks_nothing() -> None:
    same = {"a": np.stack([CARD, CARD]).astype(np.float32), "b": LAMP[np.newaxis]}
    found = Discriminant(same).nearness(CARD.astype(np.float32))
    assert found["a"] > found["b"]


def test_titles_alone_do_not_tell_how_phrasings_scatter() -> None:
    with pytest.raises(ValueError, match="two phrasings"):
        Discriminant({"a": CENTER["cancel"][:1], "b": CENTER["track"][:1]})


class Shelf:
    """Counts how often it is read."""

    def __init__(self, phrasings: dict[str, Vectors]) -> None:
        self.phrasings, self.current, self.read = phrasings, 1, Counter[str]()

    def version(self) -> int:
        return self.current

    def phrasing_vectors(self, model: str, locale: str) -> dict[str, Vectors]:
        self.read[f"{model} {locale}"] += 1
        return self.phrasings


def over(shelf: Any) -> Discriminants:
    return Discriminants(cast(SearchedStore, shelf), model="m")


TITLE = CENTER["track"][:1]


@pytest.mark.parametrize(
    "phrasings", [{}, {"a": TITLE}, {"a": TITLE, "b": TITLE, "cancel": CENTER["cancel"]}]
)
def test_where_most_articles_have_titles_alone_nothing_is_told(
    phrasings: dict[str, Vectors],
) -> None:
    assert over(Shelf(phrasings)).nearness(CENTER["cancel"][0], "en") is None


def test_without_a_vector_of_the_question_it_still_counts_as_a_help_center_with_phrasings() -> None:
    assert over(Shelf(CENTER)).nearness(None, "en") == {}


def test_each_language_is_learnt_once_for_each_version() -> None:
    shelf = Shelf(CENTER)
    told = over(shelf)
    for locale in ("en", "en", "fr"):
        found = told.nearness(CENTER["cancel"][0], locale)
        assert found is not None
        assert found.keys() == CENTER.keys()
    assert shelf.read == {"m en": 1, "m fr": 1}
    shelf.current, shelf.phrasings = 2, {**CENTER, "new": CENTER["track"]}
    assert "new" in (told.nearness(CENTER["cancel"][0], "en") or {})
    assert shelf.read["m en"] == 2


def test_while_one_search_learns_others_go_on_with_what_was_known() -> None:
    shelf, learning, go_on = Shelf(CENTER), threading.Event(), threading.Event()
    told = over(shelf)
    told.nearness(CENTER["cancel"][0], "en")
    shelf.current = 2

    def slowly(model: str, locale: str) -> dict[str, Vectors]:
        learning.set()
        assert go_on.wait(5)
        return {**CENTER, "new": CENTER["track"]}

    shelf.phrasing_vectors = slowly  # type: ignore[method-assign]
    with ThreadPoolExecutor() as threads:
        first = threads.submit(told.nearness, CENTER["cancel"][0], "en")
        assert learning.wait(5)
        assert (told.nearness(CENTER["cancel"][0], "en") or {}).keys() == CENTER.keys()
        go_on.set()
        assert "new" in (first.result() or {})
