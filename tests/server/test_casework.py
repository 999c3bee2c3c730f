"""What people do with a conversation at the console, and what others see of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

import pytest

from assistant.case_ports import Verdict
from assistant.domain.answer import Decision
from assistant.domain.conversation import Priority
from assistant.domain.handoff import Reason
from assistant.server.events import public_events
from assistant.support.inbox import Inbox
from assistant.testing.samples import a_conversation, a_message, a_turn, always, started
from tests.server.conftest import GIFT, Agent, Visitor, World, utc_now


@pytest.fixture
def waiting(visitor: Visitor) -> Visitor:
    """A customer who asked something and then for a person."""
    visitor.says("Can I return a gift?")
    visitor.calls_a_person()
    return visitor


@pytest.fixture
def kim(new_agent: Callable[..., Agent]) -> Agent:
    return new_agent("kim")


@pytest.fixture
def lou(new_agent: Callable[..., Agent]) -> Agent:
    return new_agent("lou")


def case(visitor: Visitor) -> str:
    return f"/console/conversations/{visitor.id}"


def id_of(world: World, name: str) -> str:
    person = world.store.person_by_email(f"{name}@company.example")
    assert person is not None
    return person.id


def test_given_back_the_assistant_says_so_and_answers_again(waiting: Visitor, kim: Agent) -> None:
    kim.posts(f"{case(waiting)}/claim")
    assert waiting.says("Are you there?")["message"] is None
    assert kim.posts(f"{case(waiting)}/release").status_code == 303
    conversation = waiting.reads()
    assert conversation["status"] == "with_assistant"
    told, answered = conversation["messages"][-2:]
    assert [told["author"], answered["author"]] == ["assistant", "assistant"]
    assert "with the assistant again" in told["text"]
    assert waiting.says("Is the giver told?")["decision"] == "answer"


@pytest.mark.parametrize("form", [{}, {"action": "release"}])
def test_what_was_asked_while_waiting_is_answered_at_once_when_it_is_given_back(
    world: World, waiting: Visitor, kim: Agent, form: dict[str, str]
) -> None:
    asked = "And what do I get back?"
    assert waiting.says(asked)["message"] is None
    path = "/console/bulk" if form else f"{case(waiting)}/release"
    assert kim.posts(path, ids=waiting.id, **form).status_code == 303
    last = waiting.reads()["messages"][-1]
    assert last["citations"], last
    stored = world.store.turns(waiting.id)[-1]
    assert (stored.question, stored.decision) == (asked, "answer")


def test_a_question_that_failed_is_among_what_was_tried_and_a_greeting_is_not(
    world: World, kim: Agent
) -> None:
    started(world.store, a_conversation())
    failed = replace(a_turn("m1"), decision=Decision.HANDOFF, reason=Reason.FAILURE, hits=())
    greeted = replace(a_turn("m2"), decision=Decision.SMALLTALK, hits=())
    for turn in (failed, greeted):
        world.store.add_message(a_message(turn.message_id))
        world.store.add_reply(turn, message=None, locale="fr", reply=always({}))
    tried = world.assistant.inbox.case("c1").tried
    assert [turn.message_id for turn in tried] == ["m1"]
    page = kim.opens("/console/conversations/c1").text
    assert "Something failed" in page.partition("What was tried")[2]


def test_passages_of_one_article_are_told_apart_by_their_headings(world: World, kim: Agent) -> None:
    started(world.store, a_conversation())
    world.store.add_message(a_message("m1"))
    passage = {"passage_id": "gift#0", "article_id": "gift", "title": "Gifts", "text": "A card."}
    before_headings = passage | {"lexical": 1.0, "cosine": 0.5, "score": 0.5}
    headed = before_headings | {"passage_id": "gift#1", "heading": "What you get › When"}
    turn = replace(a_turn("m1"), hits=(headed, before_headings))
    world.store.add_reply(turn, message=None, locale="fr", reply=always({}))
    page = kim.opens("/console/conversations/c1").text
    assert "<summary>Gifts › What you get › When <span" in page
    assert "<summary>Gifts <span" in page


def test_handed_on_it_is_the_colleagues_alone(
    world: World, waiting: Visitor, kim: Agent, lou: Agent
) -> None:
    kim.posts(f"{case(waiting)}/claim")
    assert kim.posts(f"{case(waiting)}/hand-on", to=id_of(world, "lou")).status_code == 303
    assert kim.posts(f"{case(waiting)}/messages", text="One more thing").status_code == 403
    assert lou.posts(f"{case(waiting)}/messages", text="Hello, Lou here").status_code == 303
    assert "Handed on · kim → lou" in " ".join(kim.opens(case(waiting)).text.split())


def test_it_is_not_handed_to_who_does_not_answer(
    world: World, waiting: Visitor, kim: Agent, new_agent: Callable[..., Agent]
) -> None:
    new_agent("wim", "writer")
    kim.posts(f"{case(waiting)}/claim")
    for to in (id_of(world, "wim"), "nobody"):
        assert kim.posts(f"{case(waiting)}/hand-on", to=to).status_code in (404, 422)
    assert world.store.conversation(waiting.id).agent_id == id_of(world, "kim")


def test_a_lead_takes_what_a_colleague_has_and_then_writes(
    world: World, waiting: Visitor, kim: Agent, new_agent: Callable[..., Agent]
) -> None:
    lea = new_agent("lea", "lead")
    kim.posts(f"{case(waiting)}/claim")
    assert "Take it from kim" in lea.opens(case(waiting)).text
    assert lea.posts(f"{case(waiting)}/hand-on", to=id_of(world, "lea")).status_code == 303
    assert lea.posts(f"{case(waiting)}/messages", text="Lea here").status_code == 303


def test_back_in_the_queue_it_waits_for_whoever_is_free(
    waiting: Visitor, kim: Agent, lou: Agent
) -> None:
    kim.posts(f"{case(waiting)}/claim")
    kim.posts(f"{case(waiting)}/requeue")
    assert waiting.reads()["status"] == "waiting"
    assert lou.posts(f"{case(waiting)}/claim").status_code == 303


def test_resolved_it_can_be_reopened(waiting: Visitor, kim: Agent) -> None:
    kim.posts(f"{case(waiting)}/resolve")
    assert case(waiting) in kim.opens("/console?box=resolved").text
    assert kim.posts(f"{case(waiting)}/take-up").status_code == 303
    assert waiting.reads()["status"] == "with_agent"


def test_a_person_steps_into_what_the_assistant_has(visitor: Visitor, kim: Agent) -> None:
    visitor.says("Can I return a gift?")
    assert case(visitor) in kim.opens("/console?box=with_assistant").text
    kim.posts(f"{case(visitor)}/take-up")
    assert visitor.says("And a kettle?")["message"] is None


def test_snoozed_it_is_out_of_sight_until_the_customer_writes(waiting: Visitor, kim: Agent) -> None:
    kim.posts(f"{case(waiting)}/messages", text="I will ask the workshop.")
    kim.posts(f"{case(waiting)}/snooze", how_long="day")
    assert case(waiting) not in kim.opens("/console?box=mine").text
    assert case(waiting) in kim.opens("/console?box=snoozed").text
    waiting.says("Any news?")
    assert case(waiting) in kim.opens("/console?box=mine").text


def test_a_snooze_without_sense_is_refused(waiting: Visitor, kim: Agent) -> None:
    kim.posts(f"{case(waiting)}/claim")
    assert kim.posts(f"{case(waiting)}/snooze", how_long="for ever").status_code == 422


def test_a_note_is_for_colleagues(world: World, waiting: Visitor, kim: Agent, lou: Agent) -> None:
    kim.posts(f"{case(waiting)}/notes", text="She called <b>twice</b>.")
    page = lou.opens(case(waiting)).text
    assert "Note by kim" in page
    assert "She called &lt;b&gt;twice&lt;/b&gt;." in page
    assert "twice" not in str(waiting.reads())
    told = public_events(world.store.events(waiting.id))
    assert "twice" not in str(told)
    assert {event.kind for event in told} <= {"message", "status"}


def test_the_same_form_sent_twice_is_one_message(waiting: Visitor, kim: Agent) -> None:
    page = kim.opens(case(waiting)).text
    key = re.search(r'name="key" value="(\w+)"', page)
    assert key is not None
    for _ in range(2):
        assert kim.posts(f"{case(waiting)}/messages", text="Hello", key=key[1]).status_code == 303
    assert [m["author"] for m in waiting.reads()["messages"]].count("agent") == 1


def test_a_suggestion_is_offered_and_its_use_is_on_record(
    world: World, visitor: Visitor, kim: Agent
) -> None:
    world.answerer.will_call_a_person()
    visitor.says("Can I return a gift?")
    page = kim.opens(case(visitor)).text
    assert "Suggested reply" in page
    assert "You get a **gift card**." in page
    send = f"{case(visitor)}/messages"
    kim.posts(send, text="You get a card.", suggested="You get a card.")
    kim.posts(send, text="You get a nice card.", suggested="You get a card.")
    kim.posts(send, text="Anything else?", suggested="")
    used = [
        deed.detail["from_suggestion"]
        for _, deed in reversed(world.store.deeds())
        if deed.action == "answered"
    ]
    assert used == ["as_it_was", "edited", None]


def test_a_passage_is_marked_as_the_right_one_and_a_gap_as_a_gap(
    world: World, waiting: Visitor, kim: Agent
) -> None:
    passage = f"{GIFT.id}#0"
    asked = "Can I return a gift?"
    kim.posts(f"{case(waiting)}/judge", question=asked, passage=passage)
    kim.posts(f"{case(waiting)}/judge", question=asked)
    kim.posts(f"{case(waiting)}/judge", question="A gift?\r\nCan I return it?")
    right, gap, longer = world.store.judgements(waiting.id)
    # As a browser sends what was asked in two lines.
    assert longer.question == "A gift?\nCan I return it?"
    assert (right.verdict, right.passage_id, right.article_id) == (
        Verdict.RIGHT_PASSAGE,
        passage,
        GIFT.id,
    )
    assert (gap.verdict, gap.question) == (Verdict.NOTHING_ANSWERS, asked)
    page = kim.opens(case(waiting)).text
    assert "the right one</span>" not in page
    assert page.count("Nothing in the help center answers this</span>") == 1


def test_of_a_question_the_last_judgement_stands_on_the_page(
    world: World, waiting: Visitor, kim: Agent
) -> None:
    asked, nothing = "Can I return a gift?", "Nothing in the help center answers this"
    kim.posts(f"{case(waiting)}/judge", question=asked)
    kim.posts(f"{case(waiting)}/judge", question=asked, passage=f"{GIFT.id}#0")
    page = kim.opens(case(waiting)).text
    assert page.count("the right one</span>") == 1
    assert f"{nothing}</span>" not in page
    assert page.count(f"{nothing}</button>") == 1


def test_filed_under_a_priority_it_is_due_sooner_and_found(
    world: World, waiting: Visitor, kim: Agent
) -> None:
    kim.posts(f"{case(waiting)}/sort", priority="2", tags="VIP, Gifts ,vip,")
    filed = world.store.conversation(waiting.id)
    assert (filed.priority, filed.tags) == (Priority.URGENT, ("vip", "gifts"))
    for query in ("priority=2", "tag=vip", "q=gift", "reason=asked_for_human", "language=en"):
        assert case(waiting) in kim.opens(f"/console?{query}").text, query
    for query in (
        "priority=1",
        "tag=vi",
        "q=unicorn",
        "reason=failure",
        "language=fr",
        "waiting=60",
    ):
        assert case(waiting) not in kim.opens(f"/console?{query}").text, query


@pytest.mark.parametrize(
    "typed", ["RÉCLAMATION", " réclamation", "Réclamation  ", "vip ", "Gros  Colis"]
)
def test_a_tag_is_found_as_it_was_typed(waiting: Visitor, kim: Agent, typed: str) -> None:
    kim.posts(f"{case(waiting)}/sort", priority="0", tags="réclamation, Vip, gros colis")
    assert case(waiting) in kim.opens(f"/console?tag={quote(typed)}").text
    assert case(waiting) not in kim.opens(f"/console?tag={quote(typed)}s").text


@pytest.mark.parametrize("query", ["box=nothing", "page=0", "waiting=soon", "priority=9"])
def test_a_list_that_is_none_is_refused(kim: Agent, query: str) -> None:
    assert kim.opens(f"/console?{query}").status_code == 422


def test_many_are_moved_at_once_and_a_colleagues_are_left(
    new_visitor: Callable[..., Visitor], kim: Agent, lou: Agent
) -> None:
    visitors = [new_visitor() for _ in range(3)]
    for each in visitors:
        each.calls_a_person()
    lou.posts(f"{case(visitors[0])}/claim")
    ids = [each.id for each in visitors]
    listed = kim.opens("/console?box=all&reason=asked_for_human").text
    assert 'action="/console/bulk?box=all&amp;reason=asked_for_human&amp;page=1"' in listed
    response = kim.client.post(
        "/console/bulk?box=all&q=&reason=asked_for_human&page=2",
        data={"action": "resolve", "ids": ids},
        headers={"Origin": "http://testserver"},
        follow_redirects=False,
    )
    assert response.headers["location"] == ("/console?box=all&reason=asked_for_human&page=2&left=1")
    assert "One conversation was left as it is" in kim.opens("/console?box=all&left=1").text
    assert [each.reads()["status"] for each in visitors] == ["with_agent", "resolved", "resolved"]


def test_what_was_erased_meanwhile_does_not_keep_the_rest_of_many_from_being_moved(
    new_visitor: Callable[..., Visitor], kim: Agent
) -> None:
    first, last = visitors = [new_visitor() for _ in range(2)]
    for each in visitors:
        each.calls_a_person()
    ids: Any = [first.id, "erased", last.id]
    response = kim.posts("/console/bulk", action="claim", ids=ids)
    assert response.headers["location"].endswith("left=1")
    assert [each.reads()["status"] for each in visitors] == ["with_agent"] * 2


def test_colleagues_on_one_case_see_each_other(waiting: Visitor, kim: Agent, lou: Agent) -> None:
    look = f"{case(waiting)}/presence"
    assert kim.posts(look).json()["others"] == []
    assert lou.posts(look, writing="1").json()["others"] == [{"name": "kim", "writing": False}]
    assert kim.posts(look).json()["others"] == [{"name": "lou", "writing": True}]


def test_who_has_the_case_sees_the_customer_write_and_the_customer_does_not_see_themselves(
    world: World, waiting: Visitor, kim: Agent
) -> None:
    look = f"{case(waiting)}/presence"
    assert kim.posts(look).json()["customer"] == ""
    before = utc_now()
    assert waiting.types().status_code == 204
    assert kim.posts(look).json() == {"others": [], "customer": "writes"}
    assert not world.assistant.inbox.is_written(waiting.id)
    assert not world.store.seen_since(waiting.id, before)
    later = Inbox(world.store, now=lambda: utc_now() + timedelta(seconds=9))
    assert not later.is_customer_writing(waiting.id)
    stranger = {"Authorization": "Bearer none"}
    refused = waiting.client.post(f"{waiting.path}/typing", json={}, headers=stranger)
    assert refused.status_code == 404


def test_a_message_that_arrives_ends_the_writing(
    world: World, waiting: Visitor, kim: Agent
) -> None:
    look = f"{case(waiting)}/presence"
    waiting.types()
    assert kim.posts(look).json()["customer"] == "writes"
    waiting.says("It leaks at the lid.")
    assert kim.posts(look).json()["customer"] == ""


def test_of_writing_that_is_told_over_and_over_little_is_kept(
    world: World, waiting: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept: list[str] = []
    monkeypatch.setattr(world.store, "look_on", lambda id, whose, writing: kept.append(id))
    for _ in range(20):
        assert waiting.types().status_code == 204
    assert kept == [waiting.id]


def test_nothing_is_kept_of_writing_that_no_person_sees(
    world: World, new_visitor: Callable[..., Visitor]
) -> None:
    visitor = new_visitor()
    assert visitor.types().status_code == 204
    assert not world.assistant.inbox.is_customer_writing(visitor.id)


def test_the_case_tells_what_the_customer_did_before(
    world: World, new_visitor: Callable[..., Visitor], kim: Agent
) -> None:
    first = new_visitor()
    first.calls_a_person()
    first.says("My kettle leaks")
    again = new_visitor(visitor_token=first.visitor_token)
    again.calls_a_person()
    page = kim.opens(case(again)).text
    assert case(first) in page
    assert "My kettle leaks" in page


def test_a_late_case_is_marked_as_late(world: World, waiting: Visitor, kim: Agent) -> None:
    late = datetime.now(UTC) - timedelta(minutes=5)
    world.store.sort(
        waiting.id, priority=Priority.HIGH, tags=[], due_at=late, resolve_by=None, by="p1"
    )
    assert "overdue by" in kim.opens("/console").text
    assert "overdue by" in kim.opens(case(waiting)).text


# -- accounts


def test_sessions_are_listed_and_ended(kim: Agent, new_agent: Callable[..., Agent]) -> None:
    page = kim.opens("/console/account").text
    assert "testclient" in page
    here = kim.client.cookies["assistant_session"]
    kim.signs_in()
    other = re.findall(r"/console/account/sessions/(\w+)/end", kim.opens("/console/account").text)
    assert len(other) == 1
    kim.posts(f"/console/account/sessions/{other[0]}/end")
    kim.client.cookies.clear()
    kim.client.cookies.set("assistant_session", here, path="/console")
    assert kim.opens("/console").headers.get("location") == "/console/sign-in"


def test_an_admin_closes_an_account_and_its_conversations_are_not_lost(
    world: World, waiting: Visitor, kim: Agent, new_agent: Callable[..., Agent]
) -> None:
    ada = new_agent("ada", "admin")
    kim.posts(f"{case(waiting)}/claim")
    assert ada.posts(f"/console/people/{id_of(world, 'kim')}", open="no").status_code == 303
    assert kim.opens("/console").headers["location"] == "/console/sign-in"
    assert kim.signs_in().status_code == 401
    assert world.assistant.watchdog.round()["left_by_the_gone"] == 1
    assert waiting.reads()["status"] == "waiting"


def test_an_admin_adds_and_changes_people_and_all_of_it_is_on_record(
    world: World, kim: Agent, new_agent: Callable[..., Agent]
) -> None:
    ada = new_agent("ada", "admin")
    added = ada.posts(
        "/console/people", email="noa@company.example", role="agent", password="long enough pw"
    )
    assert added.status_code == 303
    taken = ada.posts(
        "/console/people", email="noa@company.example", role="agent", password="long enough pw"
    )
    assert taken.status_code == 422
    ada.posts(f"/console/people/{id_of(world, 'kim')}", role="lead")
    assert world.store.person(id_of(world, "kim")).role == "lead"
    own = f"/console/people/{id_of(world, 'ada')}"
    assert ada.posts(own, role="agent").status_code == 422
    assert ada.posts(own, open="no").status_code == 422
    page = ada.opens("/console/audit").text
    assert "added a person" in page
    assert "changed a person" in page


def test_what_was_done_with_a_conversation_is_in_the_audit_log(
    waiting: Visitor, kim: Agent, new_agent: Callable[..., Agent]
) -> None:
    kim.posts(f"{case(waiting)}/claim")
    kim.posts(f"{case(waiting)}/resolve")
    page = new_agent("ada", "admin").opens("/console/audit").text
    assert page.index("resolved</td>") < page.index("took</td>")
    assert case(waiting) in page
