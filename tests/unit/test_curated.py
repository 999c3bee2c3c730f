"""A question that writers answer word for word is known by its words, and none besides it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any

import numpy as np
import pytest

from assistant.answering.curated import CuratedAnswers, WordForWord
from assistant.domain.article import ArticleCard
from assistant.domain.curated import LONGEST_TEXT, Curated
from assistant.errors import EmbedderUnavailable, UnfitArticle, UnknownThing
from assistant.ports import Deed, Person, Vectors
from assistant.ports.curated import CuratedUse
from assistant.writing.curating import Curating

NOON = datetime(2026, 3, 14, 12, tzinfo=UTC)
WRITER = Person("writer-1", "wim@company.example", "writer", "")
PARCELS = ArticleCard("en/parcels", "Parcels", "en", "parcels")
STRIKE = Curated("k1", "en", ("Can I return a gift?",), "Not this week.", None, "w", NOON)


class Encoder:
    """Every two texts are as near as it is told."""

    nearness = 0.99
    broken = False

    def __init__(self) -> None:
        self.embedded: list[str] = []
        self.meanwhile: Callable[[], object] = lambda: None

    def embed(self, texts: Sequence[str]) -> Vectors:
        if self.broken:
            raise EmbedderUnavailable("gone")
        self.embedded += texts
        self.meanwhile()
        rest = float(np.sqrt(max(0.0, 1 - self.nearness**2)))
        known = [text == "Can I return a gift?" for text in texts]
        return np.array([[1, 0] if k else [self.nearness, rest] for k in known], dtype=np.float32)


@dataclass
class Shelf:
    """Curated answers in memory."""

    kept: dict[str, Curated] = field(default_factory=dict)
    deeds: list[Deed] = field(default_factory=list)
    uses: dict[str, CuratedUse] = field(default_factory=dict)
    changes: int = 0

    def curated(self) -> list[Curated]:
        return [self.kept[id] for id in sorted(self.kept)]

    def curated_stamp(self) -> str:
        return str(self.changes)

    def save_curated(self, curated: Curated, *, deed: Deed) -> None:
        self.kept[curated.id] = curated
        self.deeds.append(deed)
        self.changes += 1

    def drop_curated(self, id: str, *, deed: Deed) -> None:
        if self.kept.pop(id, None) is None:
            raise UnknownThing("curated answer", id)
        self.changes += 1

    def curated_uses(self) -> Mapping[str, CuratedUse]:
        return self.uses


@pytest.fixture
def encoder() -> Encoder:
    return Encoder()


@pytest.fixture
def shelf() -> Shelf:
    return Shelf({"k1": STRIKE})


@pytest.fixture
def answers(shelf: Shelf, encoder: Encoder) -> CuratedAnswers:
    return CuratedAnswers(shelf, embedder=encoder, now=lambda: NOON)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "asked",
    [
        "can i return a gift",
        "Hi, could I please return my gifts?",
        "Can you return gifts",
        "Can I retrun a gift?",
        "Can I return a Christmas gift?",
    ],
)
def test_the_same_question_in_near_words_gets_it(answers: CuratedAnswers, asked: str) -> None:
    match = answers.match(asked, locale="en")
    assert match
    assert (match.curated.id, match.phrasing) == ("k1", "Can I return a gift?")


@pytest.mark.parametrize(
    "asked",
    [
        "Can't I return a gift?",
        "How can I return a gift?",
        "When can I return a gift?",
        "Can I return a gift without the code?",
        "Can I return 2 gifts?",
        "Did I return a gift?",
        "Can I return a gift card from France?",
        "Can I refund a gift?",
        "Can I gift a return?",
        "gift",
        "Can I?",
        "",
    ],
)
def test_another_question_never_gets_it_however_near_it_is(
    answers: CuratedAnswers, asked: str
) -> None:
    assert answers.match(asked, locale="en") is None


@pytest.mark.parametrize(
    ("nearness", "asked", "is_it"),
    [
        (0.84, "Can you return gifts", False),
        (0.86, "Can you return gifts", True),
        (0.95, "Can I retrun a gift?", False),
        (0.97, "Can I retrun a gift?", True),
        (0.10, "CAN I RETURN A GIFT", True),
    ],
)
def test_the_encoder_has_to_agree_unless_the_words_are_the_same(
    answers: CuratedAnswers, encoder: Encoder, nearness: float, asked: str, is_it: bool
) -> None:
    encoder.nearness = nearness
    assert (answers.match(asked, locale="en") is not None) is is_it


def test_without_an_encoder_the_same_words_alone_get_it(
    answers: CuratedAnswers, encoder: Encoder
) -> None:
    encoder.broken = True
    assert answers.match("can i return a gift", locale="en")
    assert answers.match("Can you return gifts", locale="en") is None


def test_small_french_words_turn_a_question_too(answers: CuratedAnswers, shelf: Shelf) -> None:
    shelf.save_curated(
        replace(STRIKE, id="k2", locale="fr", phrasings=("Annuler ma commande ?",)), deed=DEED
    )
    assert answers.match("Annuler une commande svp", locale="fr")
    assert answers.match("J'ai annulé ma commande", locale="fr") is None
    assert answers.match("Comment annuler ma commande ?", locale="fr") is None
    assert answers.match("Annuler ma commande ?", locale="en") is None


DEED = Deed(NOON, "writer-1", "curated_saved", "k1", {})


def test_until_its_last_day_and_no_longer(answers: CuratedAnswers, shelf: Shelf) -> None:
    for last, said in ((date(2026, 3, 14), True), (date(2026, 3, 13), False)):
        shelf.save_curated(replace(STRIKE, expires_on=last), deed=DEED)
        assert bool(answers.match("can i return a gift", locale="en")) is said


def test_it_is_said_word_for_word_with_its_first_link_as_the_source(
    answers: CuratedAnswers, shelf: Shelf
) -> None:
    text = "Not *now*, see [that](https://x.example) and [parcels](/help/en/parcels)."
    shelf.save_curated(replace(STRIKE, text=text), deed=DEED)
    pages = {"/help/en/parcels": PARCELS}
    said = WordForWord(answers, pages.get).said_to("can i return a gift", locale="en")
    assert said
    _, answer = said
    assert answer.text == text
    assert [each.article_id for each in answer.citations] == ["en/parcels"]
    assert answer.sentences[0].citations == (1,)


def test_an_article_that_the_reader_may_not_read_is_not_named(
    answers: CuratedAnswers, shelf: Shelf
) -> None:
    shelf.save_curated(replace(STRIKE, text="See [it](/help/en/parcels)."), deed=DEED)
    said = WordForWord(answers, lambda reference: None).said_to("can i return a gift", locale="en")
    assert said
    assert said[1].citations == ()


# -- keeping them


@pytest.fixture
def curating(shelf: Shelf, answers: CuratedAnswers) -> Curating:
    return Curating(shelf, answers=answers, now=lambda: NOON, new_id=lambda: "k9")


def save(curating: Curating, *phrasings: str, **more: Any) -> Curated:
    given = {"text": "Yes.", "expires_on": None, "by": WRITER, **more}
    return curating.save("en", phrasings, given.pop("text"), **given)


def test_what_is_saved_is_said_at_the_next_question(
    curating: Curating, answers: CuratedAnswers, shelf: Shelf
) -> None:
    save(curating, " Are you   open? ", "Are you open?", "")
    assert shelf.kept["k9"].phrasings == ("Are you open?",)
    assert answers.match("are you open", locale="en")
    assert shelf.deeds[-1].action == "curated_saved"
    curating.drop("k9", by=WRITER)
    assert answers.match("are you open", locale="en") is None


def test_what_is_saved_while_another_is_read_breaks_neither(
    answers: CuratedAnswers, shelf: Shelf, encoder: Encoder
) -> None:
    deed = Deed(NOON, "w", "curated_saved", "k2", {})

    def save() -> None:
        encoder.meanwhile = lambda: None
        shelf.save_curated(replace(STRIKE, id="k2", phrasings=("Where is my parcel?",)), deed=deed)
        assert answers.match("Where is my parcel?", locale="en")

    encoder.meanwhile = save
    answers.keep_up()
    match = answers.match("could I return a gift please", locale="en")
    assert match is not None
    assert match.curated == STRIKE


def test_a_save_embeds_only_what_is_new_to_its_language(
    answers: CuratedAnswers, shelf: Shelf, encoder: Encoder
) -> None:
    answers.keep_up()
    encoder.embedded.clear()
    deed = Deed(NOON, "w", "curated_saved", "k2", {})
    shelf.save_curated(replace(STRIKE, id="k2", phrasings=("Where is my parcel?",)), deed=deed)
    answers.keep_up()
    assert encoder.embedded == ["Where is my parcel?"]
    shelf.save_curated(replace(STRIKE, id="k3", locale="fr"), deed=deed)
    answers.keep_up()
    assert encoder.embedded == ["Where is my parcel?", "Can I return a gift?"]


@pytest.mark.parametrize(
    ("phrasings", "text", "reason"),
    [
        (["  "], "Yes.", "curated_no_phrasing"),
        (["Open?"], " ", "curated_no_text"),
        (["x" * 301], "Yes.", "curated_phrasings_too_long"),
        (["Open?"], "x" * (LONGEST_TEXT + 1), "curated_text_too_long"),
        (["can I return a GIFT"], "Yes.", "curated_taken"),
    ],
)
def test_what_cannot_be_kept_is_refused(
    curating: Curating, phrasings: list[str], text: str, reason: str
) -> None:
    with pytest.raises(UnfitArticle) as refused:
        save(curating, *phrasings, text=text)
    assert refused.value.reason == reason


def test_the_expired_come_first_then_what_is_given_most(curating: Curating, shelf: Shelf) -> None:
    for id in ("k2", "k3"):
        shelf.kept[id] = replace(STRIKE, id=id)
    shelf.kept["k3"] = replace(shelf.kept["k3"], expires_on=date(2026, 3, 13))
    shelf.uses = {"k2": CuratedUse(4, NOON)}
    listed = curating.listed()
    assert [(each.curated.id, each.live) for each in listed] == [
        ("k3", False),
        ("k2", True),
        ("k1", True),
    ]


def test_one_that_is_not_there_is_unknown(curating: Curating) -> None:
    with pytest.raises(UnknownThing):
        save(curating, "Open?", id="gone")
