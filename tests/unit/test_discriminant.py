"""What the help center's own passages say of which article a question goes to."""

from __future__ import annotations

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import astuple
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


def asked_of(discriminant: Discriminant, question: Vectors, *ids: str) -> dict[str, float]:
    """article id → the nearness of its mean."""
    found = discriminant.nearness(question, ids)
    return {id: told.mean for id, told in found.items()}


def test_a_question_goes_to_its_errand_and_not_to_the_thing_that_it_names() -> None:
    errands = np.eye(16)[4:12]
    center = {f"{at}": said(errand, *[CARD, LAMP] * 8) for at, errand in enumerate(errands)}
    center["0"] = said(errands[0], *[CARD] * 8)
    asked = said(errands[0], LAMP)[0]
    nearest = {id: float((rows @ asked).max()) for id, rows in center.items()}
    assert min(nearest, key=lambda id: nearest[id]) == "0"
    found = Discriminant(center).nearness(asked, center)
    assert max(found, key=lambda id: found[id].mean) == "0"
    assert max(found, key=lambda id: found[id].nearest) == "0"


def test_nearness_is_of_the_articles_that_are_asked_for_and_known() -> None:
    discriminant = Discriminant(CENTER | {"title alone": said(LAMP, LAMP)})
    found = discriminant.nearness(said(TRACK, CARD)[0], ["track", "title alone", "just published"])
    assert found.keys() == {"track", "title alone"}
    assert all(-1.001 <= cosine <= 1.001 for told in found.values() for cosine in astuple(told))


def test_of_an_article_about_two_things_its_nearest_passages_tell_what_their_mean_hides() -> None:
    errands = np.eye(16)[4:10]
    center = {f"{at}": said(errand, *[CARD, LAMP] * 4) for at, errand in enumerate(errands)}
    both = np.concatenate([said(CANCEL, *[CARD, LAMP] * 3), said(TRACK, *[CARD, LAMP] * 9)])
    told = Discriminant(center | {"both": both}).nearness(said(CANCEL, CARD)[0], ["both"])["both"]
    assert told.nearest > told.mean


def test_an_article_with_many_passages_keeps_its_own_questions() -> None:
    errands = np.eye(16)[4:14]
    center = {f"{at}": said(errand, CARD, LAMP) for at, errand in enumerate(errands)}
    often = center | {"0": said(errands[0], *[CARD, LAMP] * 60)}
    right = {"few": 0, "many": 0}
    for name, passages in (("few", center), ("many", often)):
        discriminant = Discriminant(passages)
        for asked in said(errands[0], *[CARD, LAMP] * 10):
            found = asked_of(discriminant, asked, *passages)
            right[name] += max(found, key=lambda id: found[id]) == "0"
    assert right["many"] >= right["few"] == 20


def test_a_passage_is_as_near_as_if_it_were_seen_itself() -> None:
    asked = said(CANCEL, LAMP)[0]
    discriminant = Discriminant(CENTER)
    for id, told in discriminant.nearness(asked, CENTER).items():
        seen = discriminant._seen(CENTER[id]) @ discriminant._seen(asked[np.newaxis])[0]
        assert told.nearest == pytest.approx(float(seen.mean()), abs=1e-5)


def test_the_same_passage_twice_is_no_scatter_but_breaks_nothing() -> None:
    same = {"a": np.stack([CARD, CARD]).astype(np.float32), "b": LAMP[np.newaxis]}
    found = asked_of(Discriminant(same), CARD.astype(np.float32), "a", "b")
    assert found["a"] > found["b"]


def test_titles_alone_do_not_tell_how_passages_scatter() -> None:
    with pytest.raises(ValueError, match="two passages"):
        Discriminant({"a": CENTER["cancel"][:1], "b": CENTER["track"][:1]})


class Shelf:
    """Counts how often it is read."""

    def __init__(self, passages: dict[str, Vectors]) -> None:
        self.passages, self.current, self.read = passages, 1, Counter[str]()

    def version(self) -> int:
        return self.current

    def article_vectors(self, model: str, locale: str) -> dict[str, Vectors]:
        self.read[f"{model} {locale}"] += 1
        return self.passages


def over(shelf: Any) -> Discriminants:
    return Discriminants(cast(SearchedStore, shelf), model="m")


TITLE = CENTER["track"][:1]


@pytest.mark.parametrize("passages", [{}, {"a": TITLE}, {"a": TITLE, "b": TITLE}])
def test_where_no_article_has_two_passages_nothing_is_told(passages: dict[str, Vectors]) -> None:
    assert over(Shelf(passages)).nearness(CENTER["cancel"][0], "en", passages) == {}


def test_without_a_vector_of_the_question_nothing_is_told_and_nothing_read() -> None:
    shelf = Shelf(CENTER)
    assert over(shelf).nearness(None, "en", CENTER) == {}
    assert not shelf.read


def test_each_language_is_learnt_once_for_each_version() -> None:
    shelf = Shelf(CENTER)
    told = over(shelf)
    for locale in ("en", "en", "fr"):
        assert told.nearness(CENTER["cancel"][0], locale, CENTER).keys() == CENTER.keys()
    assert shelf.read == {"m en": 1, "m fr": 1}
    shelf.current, shelf.passages = 2, {**CENTER, "new": CENTER["track"]}
    assert "new" in told.nearness(CENTER["cancel"][0], "en", ["new"])
    assert shelf.read["m en"] == 2


def test_while_one_search_learns_others_go_on_with_what_was_known() -> None:
    shelf, learning, go_on = Shelf(CENTER), threading.Event(), threading.Event()
    told = over(shelf)
    told.nearness(CENTER["cancel"][0], "en", CENTER)
    shelf.current = 2

    def slowly(model: str, locale: str) -> dict[str, Vectors]:
        learning.set()
        assert go_on.wait(5)
        return {**CENTER, "new": CENTER["track"]}

    shelf.article_vectors = slowly  # type: ignore[method-assign]
    with ThreadPoolExecutor() as threads:
        first = threads.submit(told.nearness, CENTER["cancel"][0], "en", ["new"])
        assert learning.wait(5)
        known = told.nearness(CENTER["cancel"][0], "en", [*CENTER, "new"])
        assert known.keys() == CENTER.keys()
        go_on.set()
        assert "new" in first.result()
