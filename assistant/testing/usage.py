"""What every UsageStore must do."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from assistant.domain.conversation import Author
from assistant.domain.ownership import CUSTOMER, ROUTING, Event, Move
from assistant.domain.survey import ArticleOpinion, Feedback
from assistant.ports import Deed
from assistant.ports.figures import Cohort
from assistant.ports.looks import Look, Looked
from assistant.ports.usage import ArticleUse, Did, PersonWork, Used
from assistant.testing.samples import (
    NOON,
    a_conversation,
    a_handoff,
    a_message,
    a_turn,
    always,
    by_agent,
    publish,
    started,
)

LATER = NOON + timedelta(days=9000)
ALL = Cohort(NOON - timedelta(days=1), LATER, LATER)


def cites(store: Any, number: int, *articles: str) -> None:
    """A conversation of its own with an answer that cites them, each twice."""
    id = f"c{number}"
    started(store, a_conversation(id, visitor=f"v{number}"))
    store.add_message(a_message(f"q{number}", conversation=id))
    citations = tuple({"n": 1, "article_id": article} for article in articles * 2)
    said = a_message(f"a{number}", "Demain.", conversation=id, author=Author.ASSISTANT)
    store.add_reply(
        a_turn(f"q{number}", conversation=id),
        message=replace(said, citations=citations),
        locale="fr",
        reply=always({}),
    )


def called(store: Any, number: int) -> None:
    """A person, after that."""
    notice = a_message(f"n{number}", "…", conversation=f"c{number}", author=Author.ASSISTANT)
    store.call_person(
        replace(a_handoff(f"h{number}", conversation=f"c{number}"), created_at=LATER),
        by=CUSTOMER,
        notice=replace(notice, citations=()),
    )


class UsageStoreContract:
    """Needs the fixture `store`: an empty one that is a WholeStore."""

    def test_an_article_is_counted_once_for_each_answer_that_cites_it(self, store: Any) -> None:
        cites(store, 1, "delays", "returns")
        cites(store, 2, "delays")
        cites(store, 3)
        store.add_feedback(Feedback("a1", helpful=True, created_at=NOON))
        store.add_feedback(Feedback("a2", helpful=False, created_at=NOON))
        called(store, 2)
        assert store.article_uses(ALL) == [
            ArticleUse("delays", answers=2, conversations=2, helped=1, not_helped=1, handed=1),
            ArticleUse("returns", answers=1, conversations=1, helped=1),
        ]
        for use in store.article_uses(ALL):
            for used in Used:
                found = store.used_in(ALL, use.article_id, used)
                assert len(found) == getattr(use, used.value)
        assert set(store.used_in(ALL, "delays", Used.CITED)) == {"c1", "c2"}
        assert store.used_in(ALL, "delays", Used.NOT_HELPED) == ["c2"]
        assert store.used_in(ALL, "returns", Used.HANDED) == []

    def test_who_was_called_before_did_not_come_for_the_answer(self, store: Any) -> None:
        cites(store, 1, "delays")
        early = replace(a_handoff(conversation="c1"), created_at=NOON - timedelta(hours=1))
        notice = a_message("n1", "…", conversation="c1", author=Author.SYSTEM)
        store.call_person(early, by=CUSTOMER, notice=notice)
        (use,) = store.article_uses(ALL)
        assert use.handed == 0

    def test_readers_of_the_help_center_stand_apart(self, store: Any) -> None:
        publish(store, ["Within 30 days."], article="returns")
        for helpful in (True, True, False):
            store.add_opinion(ArticleOpinion("returns", helpful, NOON))
        store.add_opinion(
            ArticleOpinion("returns", helpful=True, created_at=NOON - timedelta(days=2))
        )
        assert store.article_uses(ALL) == [ArticleUse("returns", readers_helped=2, readers_not=1)]
        assert store.article_uses(replace(ALL, simulated=True)) == []

    def test_each_article_may_be_counted_from_a_moment_of_its_own(self, store: Any) -> None:
        cites(store, 1, "delays", "returns", "others")
        publish(store, ["Within 30 days."], article="returns")
        publish(store, ["Two days."], article="delays")
        for article in ("returns", "delays"):
            store.add_opinion(ArticleOpinion(article, helpful=True, created_at=NOON))
        since = {"delays": NOON - timedelta(hours=1), "returns": NOON + timedelta(hours=1)}
        assert store.article_uses(ALL, since=since) == [
            ArticleUse("delays", answers=1, conversations=1, readers_helped=1)
        ]
        assert store.article_uses(ALL, since={}) == []

    def test_who_read_an_article_in_the_widget_counts_once(self, store: Any) -> None:
        cites(store, 1, "delays")
        publish(store, ["Within 30 days."], article="returns")
        publish(store, ["Two days."], article="delays")
        for of in ("delays", "returns", "delays", "whatever a visitor sent"):
            store.looked("c1", Look(Looked.ARTICLE, of))
        store.looked("c1", Look(Looked.SEARCH, "returns"))
        assert store.article_uses(ALL) == [
            ArticleUse("delays", answers=1, conversations=1, opened=1),
            ArticleUse("returns", opened=1),
        ]
        assert store.used_in(ALL, "returns", Used.OPENED) == ["c1"]
        since = {"returns": NOON + timedelta(hours=1)}
        assert store.article_uses(ALL, since=since) == []

    def test_only_conversations_of_the_cohort_count(self, store: Any) -> None:
        cites(store, 1, "delays")
        assert store.article_uses(replace(ALL, locale="en")) == []
        assert store.article_uses(replace(ALL, since=NOON + timedelta(hours=1))) == []
        assert store.article_uses(replace(ALL, simulated=True)) == []

    def test_what_each_person_did(self, store: Any) -> None:
        for number in (1, 2):
            cites(store, number, "delays")
            called(store, number)
            store.move(f"c{number}", by_agent(Event.CLAIMED))
        for number in (1, 1, 2):
            store.record(Deed(NOON, "agent-1", "answered", f"c{number}", {}))
        store.record(Deed(NOON, "agent-2", "answered", "c1", {}))
        store.move("c1", by_agent(Event.RESOLVED))
        # The store puts moves on record by its own clock.
        lately = replace(ALL, since=NOON - timedelta(days=60))
        assert store.people_work(lately) == [
            PersonWork("agent-1", taken=2, conversations=2, answers=3, resolved=1),
            PersonWork("agent-2", conversations=1, answers=1),
        ]
        given = Move(Event.HANDED_ON, by="lead", at=NOON, agent_id="agent-2", overrides=True)
        store.move("c2", given)
        cites(store, 3, "delays")
        called(store, 3)
        store.move("c3", Move(Event.HANDED_ON, by=ROUTING, at=NOON, agent_id="agent-3"))
        assert store.people_work(lately) == [
            PersonWork("agent-1", taken=2, conversations=2, answers=3, resolved=1),
            PersonWork("agent-2", taken=1, conversations=1, answers=1),
            PersonWork("agent-3", taken=1),
        ]
        for work in store.people_work(lately):
            for did in Did:
                number = getattr(work, did.value)
                assert len(store.worked_in(lately, work.person_id, did)) == number
        assert store.worked_in(lately, "agent-1", Did.RESOLVED) == ["c1"]
        assert store.worked_in(lately, "agent-1", Did.ANSWERS).count("c1") == 2
        assert store.worked_in(replace(lately, locale="en"), "agent-1", Did.TAKEN) == []
        assert store.people_work(replace(ALL, until=NOON - timedelta(hours=1))) == []
        assert store.people_work(replace(lately, locale="en")) == []
        assert store.people_work(replace(lately, simulated=True)) == []
