"""What every KnowledgeStore must do for articles that are not for everybody."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from assistant.domain.article import PassageKind
from assistant.ports import KnowledgeStore
from assistant.testing.samples import a_passage, an_article

PRO = "plan=pro"


def publish_for(store: KnowledgeStore, audience: str, *texts: str, id: str) -> None:
    """An article for this audience with these body passages."""
    article = replace(an_article(id), audience=audience)
    passages = [a_passage(text, article=id, position=at) for at, text in enumerate(texts)]
    store.publish(article, passages, content_hash="h1", vectors={}, model="m")


class AudienceContract:
    """Needs the fixture `store`: an empty one, its tables made."""

    def test_an_audience_is_read_back_with_the_article_and_its_card(
        self, store: KnowledgeStore
    ) -> None:
        publish_for(store, PRO, "secret", id="pro")
        assert store.article("pro").audience == PRO
        assert store.cards(["pro"])["pro"].audience == PRO
        assert store.articles()[0].audience == PRO

    def test_audiences_are_those_of_what_is_published_now(self, store: KnowledgeStore) -> None:
        assert store.audiences() == frozenset()
        publish_for(store, "", "open", id="open")
        publish_for(store, PRO, "secret", id="pro")
        assert store.audiences() == {"", PRO}
        publish_for(store, "signed-in", "secret", id="pro")
        assert store.audiences() == {"", "signed-in"}
        store.withdraw(["pro"])
        assert store.audiences() == {""}

    def test_a_language_that_others_alone_may_read_is_none(self, store: KnowledgeStore) -> None:
        publish_for(store, PRO, "secret", id="pro")
        assert store.locales() == ["en"]
        assert store.locales(among={PRO}) == ["en"]
        assert store.locales(among={""}) == []

    def test_words_are_counted_as_if_the_others_were_not_there(self, store: KnowledgeStore) -> None:
        publish_for(store, "", "open word", id="open")
        alone = store.term_statistics("en", ["word", "secret"])
        publish_for(store, PRO, "secret word of many words", "word", id="pro")
        assert store.term_statistics("en", ["word", "secret"], among={""}) == alone
        everything = store.term_statistics("en", ["word", "secret"], among={"", PRO})
        assert everything == store.term_statistics("en", ["word", "secret"])
        assert everything["body"].document_frequency == {"word": 3, "secret": 1}
        nothing = store.term_statistics("en", ["word"], among=set())["body"]
        assert (nothing.documents, nothing.document_frequency) == (0, {"word": 0})

    def test_candidates_come_from_these_audiences_and_the_limit_counts_them_alone(
        self, store: KnowledgeStore
    ) -> None:
        publish_for(store, PRO, *["word word"] * 5, id="a-pro")
        publish_for(store, "", "word", "word", id="open")
        body = PassageKind.BODY.value
        found = store.lexical_candidates("en", ["word"], kind=body, limit=2, among={""})
        assert [each.passage.id for each in found] == ["open#0", "open#1"]
        assert store.lexical_candidates("en", ["word"], kind=body, limit=2, among=set()) == []

    def test_a_vocabulary_holds_no_word_of_the_others(self, store: KnowledgeStore) -> None:
        publish_for(store, "", "open word", id="open")
        publish_for(store, PRO, "secret word", id="pro")
        assert store.vocabulary("en", among={""}) == ["open", "word"]
        assert store.vocabulary("en", among={PRO}) == ["secret", "word"]
        assert store.vocabulary("en", among={"", PRO}) == store.vocabulary("en")

    def test_articles_of_the_others_have_no_vectors(self, store: KnowledgeStore) -> None:
        for id, audience in (("open", ""), ("pro", PRO)):
            article = replace(an_article(id), audience=audience)
            entry = a_passage("word", article=id, kind=PassageKind.PHRASING)
            vectors = {entry.passage.fingerprint: np.ones(2, np.float32)}
            store.publish(article, [entry], content_hash="h", vectors=vectors, model="m")
        assert store.article_vectors("m", "en").keys() == {"open", "pro"}
        assert store.article_vectors("m", "en", among={""}).keys() == {"open"}
        assert store.article_vectors("m", "en", among=set()) == {}

    def test_an_article_that_changes_its_audience_is_lost_to_the_others_at_once(
        self, store: KnowledgeStore
    ) -> None:
        publish_for(store, "", "word", id="open")
        assert store.vocabulary("en", among={""}) == ["word"]
        publish_for(store, PRO, "word", id="open")
        assert store.vocabulary("en", among={""}) == []
        body = PassageKind.BODY.value
        assert store.lexical_candidates("en", ["word"], kind=body, limit=9, among={""}) == []
