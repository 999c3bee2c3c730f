"""Who may read an article, and what the others notice of it: nothing."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from assistant.domain.article import Article
from assistant.domain.audience import (
    PUBLIC,
    Reader,
    audience_from,
    is_known,
    losing_it,
    reader_in,
    reader_of,
)
from assistant.domain.visitor import Profile
from assistant.errors import UnknownThing
from assistant.knowledge.library import Library
from assistant.knowledge.reader import read_source
from assistant.knowledge.sources.web_page import Page, content_of, page_in
from assistant.retrieval.discriminant import Discriminants, Nearness
from assistant.retrieval.readable import ReadableDiscriminants, ReadableIndex, ReadableStore
from assistant.retrieval.search import Retriever
from tests.unit.conftest import CALIBRATION

pytestmark = pytest.mark.slow

PRO = Reader(signed_in=True, segments=frozenset({"plan=pro"}))
SOLO, TEAM = reader_in("plan=solo"), reader_in("plan=team")
SIGNED_IN = Reader(signed_in=True)
SECRET = Article(
    id="concierge",
    title="The concierge for kettles",
    locale="en",
    body="Call the quokka line; it knows every kettle.",
    slug="concierge",
    questions=("Who is my kettle concierge?",),
    tags=("platinum",),
    audience="plan=pro",
)


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        (None, ""),
        ("", ""),
        ("Public", ""),
        ("signed in", "signed-in"),
        ("SIGNED_IN", "signed-in"),
        ("plan = Pro", "plan=pro"),
        (["plan=team", "plan=pro", "plan=pro"], "plan=pro, plan=team"),
        ("plan=team,  signed-in", "plan=team, signed-in"),
    ],
)
def test_an_audience_has_one_spelling(said: object, kept: str) -> None:
    assert audience_from(said) == kept
    assert is_known(kept)


@pytest.mark.parametrize(
    "said",
    ["interal", "plan", "plan=", "=pro", "public, plan=pro", "null", "~", [], {"plan": "pro"}],
)
def test_what_is_no_audience_is_for_nobody(said: object) -> None:
    audience = audience_from(said)
    assert audience
    assert not is_known(audience)
    everything = Reader(signed_in=True, segments=frozenset({audience, *audience.split(", ")}))
    assert not any(r.may_read(audience) for r in (PUBLIC, SIGNED_IN, PRO, everything))


@pytest.mark.parametrize(
    ("before", "after", "losing"),
    [
        (None, "plan=pro", []),
        ("", "", []),
        ("plan=pro", "", []),
        ("plan=pro", "signed-in", []),
        ("plan=pro", "plan=pro, plan=team", []),
        ("", "signed-in", [PUBLIC]),
        ("signed-in", "plan=pro", [reader_in("signed-in")]),
        ("plan=pro, plan=solo, plan=team", "plan=pro", [SOLO, TEAM]),
    ],
)
def test_who_leaves_an_audience_is_known(
    before: str | None, after: str, losing: list[Reader]
) -> None:
    assert losing_it(before, after) == losing


@pytest.mark.parametrize(
    ("audience", "readers"),
    [
        ("", {PUBLIC, SIGNED_IN, PRO}),
        ("signed-in", {SIGNED_IN, PRO}),
        ("plan=pro", {PRO}),
        ("plan=pro, plan=team", {PRO}),
        ("plan=team", set()),
    ],
)
def test_who_is_in_it_may_read_it(audience: str, readers: set[Reader]) -> None:
    assert {r for r in (PUBLIC, SIGNED_IN, PRO) if r.may_read(audience)} == readers


def test_segments_are_what_the_site_signed() -> None:
    told = {"roles": ["Admin", "beta tester"], "vip": True, "seats": 7, "address": {"city": "Lyon"}}
    reader = reader_of(Profile("u1", plan="Pro", attributes=told))
    assert reader.signed_in
    assert reader.segments == {
        "plan=pro",
        "roles=admin",
        "roles=beta tester",
        "vip=true",
        "seats=7",
    }
    assert reader_of(None) == PUBLIC


def test_no_claim_is_worth_more_than_it_says() -> None:
    claims = {"nickname": "plan=pro", "note": "x, plan=pro", "plan": "pro"}
    reader = reader_of(Profile("u1", name="plan=pro", plan=None, attributes=claims))
    assert not reader.may_read("plan=pro")


def test_readers_who_may_read_the_same_are_one() -> None:
    other = Reader(signed_in=True, segments=frozenset({"plan=pro", "city=lyon"}))
    assert other.among({"", "plan=pro"}) == PRO.among({"", "plan=pro"})
    assert other.among({""}) == PUBLIC
    assert PRO.among({"", "signed-in"}) == SIGNED_IN
    assert reader_in("plan=pro").may_read("plan=pro")
    assert reader_in("") == PUBLIC


@pytest.fixture
def secretive(shop: Any) -> Any:
    """The shop, with one article for a few."""
    own = [shop.store.article(card.id) for card in shop.store.articles()]
    shop.publish(*own, SECRET)
    return shop


def searching(center: Any, reader: Reader) -> Retriever:
    store = ReadableStore(center.store, reader)
    index = ReadableIndex(center.index, store)
    return Retriever(store=store, index=index, embedder=center.embedder, calibration=CALIBRATION)


def test_what_articles_teach_is_everybodys_where_all_may_be_read(shop: Any) -> None:
    asked = Counter[str]()

    class Everything(Discriminants):
        def nearness(self, *args: Any) -> dict[str, Nearness]:
            asked["everything"] += 1
            return super().nearness(*args)

    model = shop.embedder.name
    everything = Everything(shop.store, model=model)
    vector = shop.embedder.embed(["Where is my kettle?"])[0]

    def told(reader: Reader) -> dict[str, Nearness]:
        own = ReadableDiscriminants(
            ReadableStore(shop.store, reader), model=model, everything=everything
        )
        return own.nearness(vector, "en", [*known, SECRET.id])

    known = [card.id for card in shop.store.articles(locale="en")]
    assert told(PUBLIC).keys() == set(known)
    assert asked["everything"] == 1
    shop.publish(*(shop.store.article(card.id) for card in shop.store.articles()), SECRET)
    assert told(PUBLIC).keys() == set(known)
    assert asked["everything"] == 1
    assert SECRET.id in told(PRO)
    assert asked["everything"] == 2


@pytest.mark.parametrize(
    "question",
    ["Who is my kettle concierge?", "The concierge for kettles", "quokka line", "conciergge"],
)
def test_others_find_what_they_found_before_it_was_there(shop: Any, question: str) -> None:
    before = shop.retriever.search(question, locale="en")
    own = [shop.store.article(card.id) for card in shop.store.articles()]
    shop.publish(*own, SECRET)
    for reader in (PUBLIC, SIGNED_IN):
        found = searching(shop, reader).search(question, locale="en")
        assert found.articles == before.articles
        assert found.confidence == before.confidence
        assert found.corrections == before.corrections
    assert searching(shop, PRO).search(question, locale="en").best.article.id == "concierge"


@pytest.mark.slow
def test_a_help_center_full_of_secrets_still_shows_what_is_open(shop: Any) -> None:
    open_one = replace(SECRET, id="open", slug="open", audience="", body="The kettle line is open.")
    secrets = [
        replace(SECRET, id=f"s{n}", slug=f"s{n}", body=f"The kettle line {n} knows every kettle.")
        for n in range(120)
    ]
    shop.publish(*secrets, open_one)
    found = searching(shop, PUBLIC).search("Which line knows every kettle?", locale="en")
    assert [each.article.id for each in found.articles] == ["open"]
    assert found.best.hits[0].cosine > 0


def test_what_others_may_not_read_is_unknown_to_their_library(secretive: Any) -> None:
    library = Library(
        store=ReadableStore(secretive.store, SIGNED_IN),
        retriever=searching(secretive, SIGNED_IN),
    )
    with pytest.raises(UnknownThing):
        library.article("concierge")
    assert "concierge" not in {card.id for card in library.articles()}
    assert library.address_of("concierge") is None
    assert library.address_of("/help/en/concierge") is None
    assert library.card_at("en", "concierge") is None
    assert ReadableStore(secretive.store, PUBLIC).passages_of("concierge") == []
    whole = Library(store=ReadableStore(secretive.store, PRO), retriever=searching(secretive, PRO))
    assert whole.article("concierge").title == SECRET.title
    assert whole.address_of("concierge") == "/help/en/concierge"


def test_where_all_is_open_nothing_is_looked_at_twice(shop: Any) -> None:
    store = ReadableStore(shop.store, PUBLIC)
    assert store.is_whole
    plain = shop.retriever.search("kettle warranty", locale="en")
    found = searching(shop, PUBLIC).search("kettle warranty", locale="en")
    assert (found.articles, found.confidence) == (plain.articles, plain.confidence)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.md", "---\naudience: [plan=pro]\n---\n# Kettles\n\nText.\n"),
        ("a.md", "---\nAudience: plan = Pro\nverbatim: true\ntitle: K\n---\nText.\n"),
        ("a.html", "---\naudience: plan=pro\n---\n<h1>Kettles</h1><p>Text.</p>\n"),
        ("a.html", '<head><meta name="Audience" content="plan=pro"></head><p>Text.</p>'),
        ("a.adoc", "= Kettles\n:audience: plan=pro\n\nText.\n"),
        ("a.adoc", ":audience: plan=pro\n\nText.\n\n----\n:audience: public\n----\n"),
        ("a.adoc", "= Kettles\n:page-audience: plan=pro\n\nText.\n"),
        ("a.rst", ":audience: plan=pro\n\nKettles\n=======\n\nText.\n"),
        ("a.rst", ".. _k:\n\nKettles\n=======\n\n:Audience: plan=pro\n\nText.\n"),
        ("a.rst", "K\n=\n\n:audience: plan=pro\n\nText.\n\nL\n=\n\nText.\n"),
        ("a.rst", "K\n=\n\nText.\n\n.. meta::\n   :keywords: k\n   :audience: plan=pro\n"),
        ("a.jsonl", '{"id": "a", "title": "K", "body": "Text.", "audience": "plan=pro"}\n'),
        ("a.csv", "question,answer,audience\nKettles?,Text.,plan=pro\n"),
    ],
)
def test_every_form_that_can_say_it_does(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text)
    source = tmp_path / name if name in ("a.jsonl", "a.csv") else tmp_path
    assert [article.audience for article in read_source(source)] == ["plan=pro"]


def test_a_page_of_a_web_site_is_remembered_with_its_audience() -> None:
    assert page_in(content_of(Page(SECRET))).article == replace(SECRET, questions=(), tags=())


def test_a_slip_of_the_pen_is_for_nobody_and_is_named(center: Any, tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("---\naudience: interal\n---\n# Kettles\n\nText.\n")
    report = center.synchroniser.sync(tmp_path)
    assert report.added == 1
    assert "nobody reads it" in str(report.noticed[0])
    assert ReadableStore(center.store, PRO).articles() == []
