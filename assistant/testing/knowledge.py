"""What every KnowledgeStore must do."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from threading import Thread
from typing import Any

import numpy as np
import pytest

from assistant.domain.article import ArticleStatus, PassageKind
from assistant.errors import Refused, UnknownThing
from assistant.ports import KnowledgeStore, LexicalCandidate
from assistant.testing.samples import a_passage, an_article, publish


def held_by(candidate: LexicalCandidate, *tokens: str) -> list[int]:
    """How often its passage holds each."""
    assert all(
        (token in candidate.tokens) == (candidate.tokens.count(token) > 0) for token in tokens
    )
    return [candidate.tokens.count(token) for token in tokens]


class KnowledgeStoreContract:
    """Needs the fixture `store`: an empty one, its tables made."""

    def test_a_published_article_is_read_back_whole(self, store: KnowledgeStore) -> None:
        article = replace(
            an_article(),
            url="https://shop.example/returns",
            questions=("Can I send it back?", "Renvoyer un article ?"),
            tags=("orders",),
            translation_of="retours",
            updated=date(2026, 2, 28),
        )
        passages = [a_passage("send it back"), a_passage("use the label", position=1)]
        store.publish(article, passages, content_hash="h1", vectors={}, model="m")
        assert store.article("returns") == article
        assert store.passages_of("returns") == [entry.passage for entry in passages]
        assert store.content_hashes("shop") == {"returns": "h1"}
        assert store.content_hashes("elsewhere") == {}
        assert store.owners(["returns", "nothing"]) == {"returns": "shop"}
        assert store.cards(["returns", "nothing"])["returns"].url == article.url

    def test_publishing_again_replaces_everything(self, store: KnowledgeStore) -> None:
        publish(store, ["old one", "old two", "old three"])
        publish(store, ["new"])
        assert [passage.text for passage in store.passages_of("returns")] == ["new"]
        assert store.vocabulary("en") == ["new"]
        assert store.lexical_candidates("en", ["old"], kind="body", limit=9) == []

    def test_all_that_is_read_in_one_moment_agrees_while_another_thread_publishes(
        self, store: KnowledgeStore
    ) -> None:
        publish(store, ["old"])
        with store.one_moment():
            version = store.version()
            publisher = Thread(target=publish, args=(store, ["new", "newer"]))
            publisher.start()
            publisher.join()
            with store.one_moment():
                assert store.vocabulary("en") == ["old"]
            assert [passage.text for passage in store.passages_of("returns")] == ["old"]
            assert store.version() == version
        assert [passage.text for passage in store.passages_of("returns")] == ["new", "newer"]
        assert store.version() == version + 1

    def test_every_change_raises_the_version_by_one(self, store: KnowledgeStore) -> None:
        before = store.version()
        publish(store, ["one"])
        publish(store, ["two"])
        store.withdraw(["returns", "nothing"])
        assert store.version() == before + 3
        store.withdraw(["returns", "nothing"])
        store.withdraw([])
        assert store.version() == before + 3

    def test_a_withdrawn_article_is_gone_until_it_is_published_again(
        self, store: KnowledgeStore
    ) -> None:
        publish(store, ["send it back"])
        store.withdraw(["returns"])
        with pytest.raises(UnknownThing):
            store.article("returns")
        assert store.articles() == []
        assert store.locales() == []
        assert not store.owners(["returns"])
        assert not store.cards(["returns"])
        assert store.content_hashes("shop") == {}
        assert store.passages_of("returns") == []
        assert store.vocabulary("en") == []
        publish(store, ["send it back"])
        assert store.article("returns").status is ArticleStatus.PUBLISHED

    def test_only_published_articles_with_their_own_passages_are_taken(
        self, store: KnowledgeStore
    ) -> None:
        draft = replace(an_article(), status=ArticleStatus.DRAFT)
        with pytest.raises(Refused, match="draft"):
            store.publish(draft, [], content_hash="h", vectors={}, model="m")
        stranger = a_passage("text", article="other")
        with pytest.raises(Refused, match="another"):
            store.publish(an_article(), [stranger], content_hash="h", vectors={}, model="m")
        assert store.articles() == []

    def test_articles_are_listed_by_title_and_locales_by_size(self, store: KnowledgeStore) -> None:
        for id, title, locale in [
            ("b", "émail", "fr"),
            ("c", "Zinc", "fr"),
            ("a", "apple", "en"),
        ]:
            article = an_article(id, title=title, locale=locale)
            store.publish(article, [], content_hash="h", vectors={}, model="m")
        assert [card.title for card in store.articles()] == ["apple", "Zinc", "émail"]
        assert [card.id for card in store.articles(locale="fr")] == ["c", "b"]
        assert store.locales() == ["fr", "en"]

    def test_an_address_leads_to_its_article(self, store: KnowledgeStore) -> None:
        publish(store, ["one"], article="gifts")
        named = replace(an_article("en/gifts"), slug="present")
        store.publish(named, [], content_hash="h", vectors={}, model="m")
        other = replace(an_article("other"), slug="en/gifts")
        store.publish(other, [], content_hash="h", vectors={}, model="m")
        assert store.card_at("en", "gifts") == store.cards(["gifts"])["gifts"]
        assert store.card_at("en", "present") == store.cards(["en/gifts"])["en/gifts"]
        assert store.card_at("en", "en/gifts") == store.cards(["other"])["other"]
        store.withdraw(["gifts"])
        assert store.card_at("en", "gifts") is None
        assert store.card_at("fr", "present") is None

    def test_an_address_that_was_left_leads_on_until_another_article_takes_it(
        self, store: KnowledgeStore
    ) -> None:
        def move(id: str, slug: str, locale: str = "en") -> None:
            moved = replace(an_article(id, locale=locale), slug=slug)
            store.publish(moved, [], content_hash=slug, vectors={}, model="m")

        def at(locale: str, name: str) -> str | None:
            card = store.card_at(locale, name)
            return card.id if card else None

        for slug in ("first", "second", "third"):
            move("gifts", slug)
        move("gifts", "third", locale="fr")
        assert at("en", "first") == at("en", "second") == at("en", "third") == "gifts"
        move("other", "first")
        assert at("en", "first") == "other"
        move("other", "elsewhere")
        assert at("en", "first") == "other"
        store.withdraw(["gifts"])
        assert at("en", "second") is None

    def test_a_text_changes_when_it_does_and_not_when_it_is_split_anew(self, store: Any) -> None:
        for day, hash in enumerate(["t1-v1", "t1-v2", "t2-v2", "t1-v2", "t1-v3"], start=1):
            store._now = lambda day=day: datetime(2026, 3, day, tzinfo=UTC)
            store.publish(an_article(), [], content_hash=hash, vectors={}, model="m")
        assert store.text_changed_at(["returns", "nothing"]) == {
            "returns": datetime(2026, 3, 4, tzinfo=UTC)
        }

    def test_passages_are_found_by_fingerprint_within_their_locale(
        self, store: KnowledgeStore
    ) -> None:
        publish(store, ["same text", "other text"])
        publish(store, ["same text"], article="exchanges")
        publish(store, ["same text"], article="retours", locale="fr")
        fingerprint = a_passage("same text").passage.fingerprint
        found = store.passages_with("en", [fingerprint, "nothing"])
        assert [passage.id for passage in found[fingerprint]] == ["exchanges#0", "returns#0"]
        assert list(found) == [fingerprint]
        assert store.texts("en", [fingerprint]) == {fingerprint: "Returns\nsame text"}
        assert store.fingerprints("fr") == {fingerprint}
        assert len(store.fingerprints("en")) == 2

    # -- lexical

    def test_statistics_are_of_one_locale_and_kind(self, store: KnowledgeStore) -> None:
        phrasing = a_passage("return it", position=2, kind=PassageKind.PHRASING)
        body = [a_passage("return return label"), a_passage("label", position=1)]
        store.publish(an_article(), [*body, phrasing], content_hash="h", vectors={}, model="m")
        publish(store, ["return"], article="retours", locale="fr")
        found = store.term_statistics("en", ["return", "label", "nothing", ""])
        assert found["body"].documents == 2
        assert found["body"].mean_length == 2.0
        body_counts = {"return": 1, "label": 2, "nothing": 0, "": 0}
        assert found["body"].document_frequency == body_counts
        assert found["phrasing"].documents == 1
        assert found["phrasing"].document_frequency["return"] == 1
        assert store.term_statistics("de", ["return"])["body"].mean_length == 0.0

    def test_candidates_with_most_of_the_terms_come_first(self, store: KnowledgeStore) -> None:
        texts = ["gift gift gift", "return a gift card", "return", "label", "gift return"]
        publish(store, texts)
        terms = ["gift", "gift", "return", "card"]
        found = store.lexical_candidates("en", terms, kind="body", limit=9)
        assert [candidate.passage.position for candidate in found] == [1, 4, 0, 2]
        assert held_by(found[0], "return", "a", "gift", "card", "label") == [1, 1, 1, 1, 0]
        assert held_by(found[2], "gift", "gif", "gift gift") == [3, 0, 0]
        assert found[0].passage == store.passages_of("returns")[1]
        assert store.lexical_candidates("en", ["gift"], kind="phrasing", limit=9) == []
        assert store.lexical_candidates("fr", ["gift"], kind="body", limit=9) == []
        assert store.lexical_candidates("en", [], kind="body", limit=9) == []

    def test_ties_go_by_article_and_place_wherever_the_cut_falls(
        self, store: KnowledgeStore
    ) -> None:
        for article in ["été", "b", "Z", "a"]:
            publish(store, ["same"] * 12, article=article)
        publish(store, ["same"] * 12, article="Z")
        found = store.lexical_candidates("en", ["same"], kind="body", limit=100)
        places = [(entry.passage.article_id, entry.passage.position) for entry in found]
        articles = ["Z", "a", "b", "été"]
        assert places == [(article, place) for article in articles for place in range(12)]
        for limit in (1, 11, 13, 47):
            cut = store.lexical_candidates("en", ["same"], kind="body", limit=limit)
            assert cut == found[:limit]

    def test_tokens_are_kept_and_found_verbatim(self, store: KnowledgeStore) -> None:
        words = "l'été C++ c++ \"q\" x\\y a:b 100% %41 né ne 退货 * AND ( it's &|! it"
        tokens = (*words.split(), "two words", "\ttab")
        odd = replace(a_passage("odd"), tokens=tokens)
        store.publish(an_article(), [odd], content_hash="h", vectors={}, model="m")
        found = store.term_statistics("en", [*tokens, "two", "and", "A", "l'ete"])["body"]
        assert {term for term, count in found.document_frequency.items() if count} == set(tokens)
        for token in tokens:
            [candidate] = store.lexical_candidates("en", [token], kind="body", limit=9)
            assert held_by(candidate, *tokens) == [tokens.count(each) for each in tokens]
            assert "two" not in candidate.tokens
            assert len(candidate.tokens) == len(tokens)
        assert store.vocabulary("en") == sorted(set(tokens))

    def test_a_passage_without_tokens_is_counted_but_never_found(
        self, store: KnowledgeStore
    ) -> None:
        publish(store, ["", "word"])
        assert store.term_statistics("en", [""])["body"].documents == 2
        assert store.lexical_candidates("en", [""], kind="body", limit=9) == []
        assert store.vocabulary("en") == ["word"]

    def test_a_change_is_seen_at_once(self, store: KnowledgeStore) -> None:
        for word in ("first", "second", "third"):
            publish(store, [word])
            assert store.vocabulary("en") == [word]
            [found] = store.lexical_candidates("en", [word], kind="body", limit=9)
            assert found.passage.text == word

    # -- vectors

    def test_vectors_are_kept_by_model(self, store: KnowledgeStore) -> None:
        vector = np.array([0.6, 0.8], dtype=np.float32)
        store.add_vectors("m1", {"f1": vector, "f2": -vector})
        store.add_vectors("m1", {"f1": vector * 2})
        store.add_vectors("m1", {})
        assert store.known_vectors("m1", ["f1", "f3"]) == {"f1"}
        assert store.known_vectors("m2", ["f1"]) == set()
        found = store.vectors("m1", ["f1", "f2", "f3"])
        assert set(found) == {"f1", "f2"}
        assert found["f1"].dtype == np.float32
        np.testing.assert_array_equal(found["f1"], vector)

    def test_phrasings_have_their_vectors_by_article_in_order(self, store: KnowledgeStore) -> None:
        def publish_asked(id: str, *asked: str, locale: str = "en") -> None:
            phrasing = PassageKind.PHRASING
            entries = [
                a_passage(text, article=id, position=at, kind=phrasing, locale=locale)
                for at, text in enumerate(asked)
            ]
            body = a_passage("body", article=id, position=9, locale=locale)
            length = {e.passage.fingerprint: [len(e.passage.text), 1] for e in [*entries, body]}
            vectors = {name: np.array(row, np.float32) for name, row in length.items()}
            article = an_article(id, locale=locale)
            passages = [*entries, body]
            store.publish(article, passages, content_hash="h", vectors=vectors, model="m")

        publish_asked("returns", "send back", "return")
        publish_asked("retours", "renvoyer", locale="fr")
        publish_asked("gifts", "return")
        found = store.article_vectors("m", "en")
        assert {id: rows.tolist() for id, rows in found.items()} == {
            "returns": [[9, 1], [6, 1], [4, 1]],
            "gifts": [[6, 1], [4, 1]],
        }
        assert found["gifts"].dtype == np.float32
        assert store.article_vectors("other", "en") == store.article_vectors("m", "de") == {}

    def test_vectors_that_no_passage_has_can_be_dropped(self, store: KnowledgeStore) -> None:
        entry = a_passage("send it back")
        used, vector = entry.passage.fingerprint, np.ones(3, dtype=np.float32)
        vectors = {used: vector, "unused": vector}
        store.publish(an_article(), [entry], content_hash="h", vectors=vectors, model="m")
        assert store.drop_unused_vectors() == 1
        assert store.known_vectors("m", vectors) == {used}

    def test_long_lists_are_no_trouble(self, store: KnowledgeStore) -> None:
        many = {f"f{n}": np.ones(2, dtype=np.float32) for n in range(5000)}
        store.add_vectors("m", many)
        assert store.known_vectors("m", many) == set(many)
        assert len(store.vectors("m", many)) == 5000
        assert not store.owners(many)
        assert not store.cards(many)
        assert not store.texts("en", many)
        store.withdraw(many)
