"""Both engines give the same candidates in the same order, however the words fall."""

from __future__ import annotations

import random
from collections import Counter

import pytest
from sqlalchemy import text

from assistant.adapters.sql.store import SqlStore
from assistant.domain.article import PassageKind
from assistant.testing.samples import a_passage, an_article, publish

# Few words, so that there are many ties; some that a server's locale would sort differently.
WORDS = [f"w{number}" for number in range(30)] + ["é", "Z", "z", "a-b", "x'y", "œuf", "ß", "%"]


def fill(store: SqlStore, *, seed: int) -> None:
    """400 passages in two locales; the seed decides the order of publishing, not what is there."""
    articles = list(range(40))
    random.Random(seed).shuffle(articles)
    for number in articles:
        words = random.Random(number)
        locale = words.choice(["en", "en", "fr"])
        id = words.choice(["Aide/", "aide/", "éa/", "0-", "z_"]) + str(number)
        passages = [
            a_passage(
                " ".join(words.choices(WORDS, k=words.randint(0, 12))),
                article=id,
                position=position,
                kind=PassageKind.PHRASING if position > 7 else PassageKind.BODY,
                locale=locale,
            )
            for position in range(10)
        ]
        article = an_article(id, locale=locale)
        store.publish(article, passages, content_hash="h", vectors={}, model="m")
    for number in articles[::5]:
        publish(store, ["w1 w2"], article=f"gone-{number}")
    store.withdraw(f"gone-{number}" for number in articles)


def answers(store: SqlStore) -> list[object]:
    """What the store tells for 120 searches."""
    choose, found = random.Random(7), list[object]()
    for _ in range(120):
        locale, terms = choose.choice(["en", "fr"]), choose.choices(WORDS, k=choose.randint(1, 6))
        found.append(store.term_statistics(locale, terms))
        for kind in ("body", "phrasing"):
            limit = choose.choice([1, 5, 20, 500])
            found.append(store.lexical_candidates(locale, terms, kind=kind, limit=limit))
    return [*found, store.vocabulary("en"), store.vocabulary("fr")]


def test_one_ranking_on_both_engines(open_store) -> None:
    sqlite, postgres = open_store("sqlite"), open_store("postgresql")
    fill(sqlite, seed=1)
    fill(postgres, seed=2)
    told = answers(sqlite)
    assert told == answers(postgres)
    assert sum(len(each) for each in told if isinstance(each, list)) > 2000


def test_the_order_is_that_of_counting_by_hand(store: SqlStore) -> None:
    fill(store, seed=3)
    terms = ["w1", "w2", "w3", "é"]
    passages = [
        (passage, Counter(passage.text.split()))
        for card in store.articles(locale="en")
        for passage in store.passages_of(card.id)
        if passage.kind is PassageKind.BODY
    ]
    counted = [
        (-sum(term in words for term in terms), passage.article_id, passage.position)
        for passage, words in passages
        if any(term in words for term in terms)
    ]
    found = store.lexical_candidates("en", terms, kind="body", limit=1000)
    places = [(each.passage.article_id, each.passage.position) for each in found]
    assert places == [place[1:] for place in sorted(counted)]
    frequency = store.term_statistics("en", terms)["body"].document_frequency
    assert frequency == {term: sum(term in words for _, words in passages) for term in terms}


def test_postgresql_searches_by_its_index(open_store) -> None:
    store = open_store("postgresql")
    fill(store, seed=4)
    with store._db.write() as connection:
        connection.execute(text("SET LOCAL enable_seqscan = off"))
        plan = connection.execute(
            text(
                "EXPLAIN SELECT string_agg(key::text, ',') FROM passages "
                "WHERE passage_lexemes(locale, kind, tokens) @@ CAST('''en:body:w1''' AS tsquery)"
            )
        )
        assert "ix_passages_lexemes" in "\n".join(plan.scalars())


def test_what_is_remembered_between_searches_is_bounded(
    open_store, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = open_store("sqlite")
    fill(store, seed=5)
    told = answers(store)
    monkeypatch.setattr("assistant.adapters.sql.lexical._MOST_KEPT", 100)
    store.forget_readings()
    assert answers(store) == told
    assert sum(map(len, store._reading.places.values())) <= 200
