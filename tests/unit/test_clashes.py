"""Two sentences of two articles that say the same of other facts stand side by side."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

import numpy as np
import pytest

from assistant.domain.article import Article, ArticleCard, Passage, PassageKind
from assistant.errors import UnknownThing
from assistant.knowledge.sync import analyse
from assistant.ports import Deed, Person, Vectors
from assistant.ports.clashes import Settled
from assistant.ports.editor import Edition
from assistant.testing.fakes import FakeEmbedder, InMemoryVectorIndex
from assistant.testing.samples import NOON
from assistant.writing.clashes import Clash, Clashes
from assistant.writing.statements import Difference, differences, statements

LEA = Person("lea", "lea@company.example", "lead", "")
LONG = (
    "You can return an item within 30 days of delivery, unused, with the label in the parcel, at "
    "any post office of the country, and the money comes back to the card that paid."
)


def difference(one: str, other: str, locale: str = "en") -> set[str]:
    (here,), (there,) = statements(one, locale), statements(other, locale)
    assert differences(here, there) == differences(there, here)
    return {each.value for each in differences(here, there)}


@pytest.mark.parametrize(
    ("one", "other", "kind"),
    [
        ("You can return an item within 30 days.", "Return items within 14 days.", "number"),
        ("A return from abroad costs €5.", "A return from abroad costs 7 euros.", "price"),
        ("A return from abroad costs €1,000.50.", "A return from abroad costs 1 000,50 €.", ""),
        ("The shop is closed on 25 December.", "The shop is closed on December 26.", ""),
        ("The city shop is closed on 25 December.", "Our city shop closes December 26.", "date"),
        ("The city shop is closed on 25 December.", "Our city shop closes 2026-12-25.", ""),
        ("Gift cards can be refunded here.", "Gift cards cannot be refunded here.", "negation"),
        ("Parcels to Belgium take 3 days.", "Parcels to Spain take 5 days.", ""),
        ("Gift cards are valid for two years.", "A gift card is valid for 2 years.", ""),
        ("Gift cards are valid for two years.", "A gift card is valid three years.", "number"),
        ("A gift card lasts 30 days.", "A gift card lasts 30 days, at most 45 days.", ""),
    ],
)
def test_what_two_sentences_say_otherwise(one: str, other: str, kind: str) -> None:
    left, right = statements(one, "en"), statements(other, "en")
    found = {each.value for here in left for there in right for each in differences(here, there)}
    assert found == ({kind} if kind else set())


def test_in_french_too() -> None:
    free = "Les retours de colis sont gratuits sous dix jours."
    paid = "Les retours de colis ne sont pas gratuits sous dix jours."
    later = "Les retours de colis sont gratuits sous 40 jours."
    assert difference(free, paid, "fr") == {"negation"}
    assert difference(free, later, "fr") == {"number"}
    may = ("Boutique de Lyon ouverte le 1er mai.", "Boutique de Lyon ouverte le 2 mai.")
    assert difference(*may, "fr") == {"date"}


def test_rows_of_tables_and_items_of_lists_state_something_each() -> None:
    rows = statements("| To | Price |\n|---|---|\n| Belgium, standard parcel | 5 € |", "en")
    assert [row.of(Difference.PRICE) for row in rows] == [{"5"}]
    items = statements("1. Print the label twice.\n- **Drop** the parcel there.", "en")
    assert [item.text for item in items] == ["Print the label twice."]


# -- across the help center


@dataclass
class Shelf:
    """Published passages, with the vectors of a bag of words."""

    passages: list[Passage]
    hidden: tuple[str, ...] = ()
    reads: int = 0
    settled: dict[str, Settled] = field(default_factory=dict)

    def settle_clash(self, settled: Settled, *, deed: Deed) -> None:
        self.settled[settled.key] = settled

    def unsettle_clash(self, key: str, *, deed: Deed) -> None:
        del self.settled[key]

    def settled_clashes(self) -> list[Settled]:
        return list(self.settled.values())

    def version(self) -> int:
        return len(self.passages)

    def locales(self) -> list[str]:
        return sorted({each.locale for each in self.passages})

    def articles(self, *, locale: str | None = None) -> list[ArticleCard]:
        ids = {each.article_id: each for each in self.passages if each.locale == locale}
        audience = {id: "signed_in" if id in self.hidden else "" for id in ids}
        return [
            ArticleCard(id, each.heading_path[0], each.locale, id, audience=audience[id])
            for id, each in ids.items()
        ]

    def fingerprints(self, locale: str) -> set[str]:
        self.reads += 1
        return {each.fingerprint for each in self.passages if each.locale == locale}

    def passages_with(self, locale: str, names: Iterable[str]) -> dict[str, list[Passage]]:
        return {n: [p for p in self.passages if p.fingerprint == n] for n in names}

    def vectors(self, model: str, names: Iterable[str]) -> dict[str, Vectors]:
        wanted = set(names)
        here = (p for p in self.passages if p.fingerprint in wanted)
        return {p.fingerprint: vector(p.embedded_text) for p in here}


def vector(text: str) -> Vectors:
    made: Vectors = FakeEmbedder().embed([text])[0]
    return made


def a(id: str, text: str, *, locale: str = "en", at: int = 0) -> Passage:
    return Passage(id, at, PassageKind.BODY, locale, (f"About {id}",), text)


def found(*passages: Passage, hidden: tuple[str, ...] = ()) -> list[Clash]:
    return list(compared(Shelf(list(passages), hidden)).everywhere().open)


def compared(shelf: Shelf) -> Clashes:
    return Clashes(shelf, model="m", now=lambda: NOON)


def test_contradictions_come_first_then_what_is_repeated() -> None:
    cheap = "A return from abroad costs €5 for each parcel."
    dear = "A return from abroad costs €7 for each parcel."
    clashes = found(a("faq", LONG), a("returns", LONG), a("abroad", cheap), a("costs", dear))
    assert [(c.one.card.id, c.other.card.id, set(c.differences)) for c in clashes] == [
        ("abroad", "costs", {Difference.PRICE}),
        ("faq", "returns", set()),
    ]
    assert (clashes[0].one.text, clashes[0].other.text) == (cheap, dear)


def test_one_article_another_language_and_other_readers_are_not_compared() -> None:
    other = LONG.replace("30", "14")
    assert found(a("faq", LONG), a("faq", other, at=1)) == []
    assert found(a("faq", LONG), a("foire", other, locale="fr")) == []
    assert found(a("faq", LONG), a("inside", other), hidden=("inside",)) == []
    assert len(found(a("faq", LONG), a("inside", other), hidden=("faq", "inside"))) == 1


def test_a_sentence_that_stands_in_both_is_no_side_of_a_contradiction() -> None:
    both = "Our own parcels take 3 days.\n\nOur own parcels take 5 days abroad."
    assert found(a("faq", both), a("delivery", both)) == []


def test_it_is_compared_again_only_where_something_was_published() -> None:
    shelf = Shelf([a("faq", LONG), a("returns", LONG)])
    clashes = compared(shelf)
    assert clashes.everywhere() == clashes.everywhere()
    assert shelf.reads == 1
    shelf.passages.append(a("more", "Something else entirely stands here."))
    clashes.everywhere()
    assert shelf.reads == 2


def test_what_names_two_texts_is_made_once_however_often_they_are_listed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made: list[bytes] = []

    def counted(text: bytes) -> Any:
        made.append(text)
        return sha256(text)

    monkeypatch.setattr("assistant.writing.clashes.sha256", counted)
    clashes = compared(Shelf([a("faq", LONG), a("returns", LONG)]))
    for _ in range(3):
        clashes.everywhere()
    assert len(made) == 1


def test_an_empty_help_center_has_none() -> None:
    assert found() == []


ABROAD = "A return from abroad costs €5 for each parcel."
COSTS = "A return from abroad costs €7 for each parcel."


def test_what_somebody_found_to_be_fine_is_not_listed_until_a_text_changes() -> None:
    shelf = Shelf([a("abroad", ABROAD), a("costs", COSTS)])
    clashes = compared(shelf)
    (clash,) = clashes.everywhere().open
    clashes.settle(clash.key, by=LEA)
    overview = clashes.everywhere()
    assert list(overview.open) == []
    assert overview.settled == [(clash, Settled(clash.key, "lea", NOON))]
    shelf.passages = [*shelf.passages[:1], a("costs", COSTS.replace("7", "8")), a("new", LONG)]
    overview = clashes.everywhere()
    assert [each.other.text for each in overview.open] == [COSTS.replace("7", "8")]
    assert overview.settled == []
    with pytest.raises(UnknownThing):
        clashes.settle(clash.key, by=LEA)


def test_it_is_listed_again_when_it_is_taken_back() -> None:
    clashes = compared(Shelf([a("abroad", ABROAD), a("costs", COSTS)]))
    (clash,) = clashes.everywhere().open
    clashes.settle(clash.key, by=LEA)
    clashes.unsettle(clash.key, by=LEA)
    assert list(clashes.everywhere().open) == [clash]


def test_two_articles_that_are_fine_in_one_place_are_listed_for_the_next() -> None:
    closed = "The city shop is closed on {}."
    both = [
        a("abroad", f"{ABROAD}\n\n{closed.format('25 December')}"),
        a("costs", f"{COSTS}\n\n{closed.format('26 December')}"),
    ]
    clashes = compared(Shelf(both))
    (price,) = clashes.everywhere().open
    clashes.settle(price.key, by=LEA)
    (date,) = clashes.everywhere().open
    assert [set(each.differences) for each in (price, date)] == [
        {Difference.PRICE},
        {Difference.DATE},
    ]


def test_what_is_fine_is_fine_before_it_is_published_too() -> None:
    live = a("costs", COSTS)
    index = InMemoryVectorIndex()
    index.add("en", [live.fingerprint], np.stack([vector(live.embedded_text)]))
    shelf = Shelf([live, a("abroad", ABROAD)])
    clashes = compared(shelf)
    clashes.settle(clashes.everywhere().open[0].key, by=LEA)
    assert clashes.of_edition(an_edition("abroad", ABROAD), index=index) == []


def an_edition(id: str, text: str) -> Edition:
    passage = a(id, text)
    article = Article(id, passage.heading_path[0], "en", text)
    own = {passage.fingerprint: vector(passage.embedded_text)}
    return Edition(article, (analyse(passage),), "h", own, "m")


def test_before_it_is_published_an_article_is_held_against_all_others() -> None:
    live = a("returns", LONG)
    index = InMemoryVectorIndex()
    index.add("en", [live.fingerprint], np.stack([vector(live.embedded_text)]))
    clashes = compared(Shelf([live]))
    other = LONG.replace("30", "14")
    (clash,) = clashes.of_edition(an_edition("draft", other), index=index)
    assert (clash.one.card.id, clash.other.card.id) == ("draft", "returns")
    assert clash.differences == {Difference.NUMBER}
    # What it said itself until now is no contradiction.
    assert clashes.of_edition(an_edition("returns", other), index=index) == []
