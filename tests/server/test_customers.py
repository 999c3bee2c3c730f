"""What the company knows of its customers is taken in whole, and scores stand beside it."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from fastapi.testclient import TestClient

from assistant.ports.customers import Told
from assistant.server.pages import LOCALES, strings
from tests.server.conftest import API, Agent, Visitor, World

PAGE = "/console/insights/customers"
PROBLEM = "urn:help-assistant:problem:refused-rows"


@pytest.fixture
def lea(new_agent: Callable[..., Agent]) -> Agent:
    return new_agent("lea", "lead")


@pytest.fixture
def ids(world: World, new_visitor: Callable[..., Visitor]) -> list[str]:
    """Two customers who asked something."""
    visitors = [new_visitor() for _ in range(2)]
    for visitor in visitors:
        visitor.says("Can I return a gift card?")
    return [world.store.conversation(visitor.id).visitor_id for visitor in visitors]


def uploads(agent: Agent, text: str, **form: str) -> Any:
    file = {"file": ("customers.csv", text.encode(), "text/csv")}
    return agent.client.post(PAGE, data=form, files=file, headers={"Origin": "http://testserver"})


def id_of(world: World, agent: Agent) -> str:
    return next(each.id for each in world.store.people() if each.email == agent.email)


def told_of(world: World, id: str) -> Any:
    return world.store.attributes_of([id]).get(id, {})


def token_of(agent: Agent, scope: str) -> str:
    page = agent.posts("/console/account/tokens", name="CRM", scope=scope)
    found = re.search(r"<code>(hai_[\w-]+)</code>", page.text)
    assert found is not None
    return found[1]


def tells(client: TestClient, token: str, *rows: Any, **also: Any) -> Any:
    headers = {"Authorization": f"Bearer {token}"}
    return client.post(f"{API}/customers", json={"customers": rows, **also}, headers=headers)


def test_a_file_is_tried_taken_in_and_changes_nothing_again(
    world: World, lea: Agent, ids: list[str]
) -> None:
    file = f"visitor,plan,orders\n{ids[0]},pro,3\n{ids[1]},free,0\nv-nobody,pro,1\n"
    tried = uploads(lea, file, dry_run="true").text
    assert "Nothing was kept: this was a try." in tried
    assert told_of(world, ids[0]) == {}

    taken = uploads(lea, file).text
    assert "in the file: 3. Of these have been here: 2. Of those something is new: 2." in taken
    assert "Of the 1 who have never been here nothing was kept" in taken
    assert told_of(world, ids[0]) == {"plan": Told("pro"), "orders": Told("3", 3)}
    assert "Of those something is new: 0." in uploads(lea, file).text
    deeds = [deed for _, deed in world.store.deeds() if deed.action == "customers_told"]
    assert [deed.detail for deed in deeds] == [
        {"customers": 2, "changed": 0},
        {"customers": 2, "changed": 2},
    ]
    assert {deed.person_id for deed in deeds} == {id_of(world, lea)}


def test_one_wrong_line_and_nothing_is_taken_in(world: World, lea: Agent, ids: list[str]) -> None:
    page = uploads(lea, f"visitor,plan\n{ids[0]},pro\n{ids[1]},1..2\n,pro\n")
    assert page.status_code == 422
    assert "Line 3: The value of “plan” looks like a range" in page.text
    assert "Line 4: The column “visitor” is empty" in page.text
    assert told_of(world, ids[0]) == {}


def test_a_long_list_is_taken_in_and_one_over_the_limit_is_told(lea: Agent) -> None:
    rows = "".join(f"customer-number-{n:06},pro\n" for n in range(6000))
    assert "in the file: 6000." in uploads(lea, f"customer,plan\n{rows}").text
    assert uploads(lea, f"customer,plan\n{rows * 20}").status_code == 413


def test_scores_stand_beside_each_value_and_lead_to_their_conversations(
    lea: Agent, ids: list[str]
) -> None:
    uploads(lea, f"visitor,plan\n{ids[0]},pro\n")
    page = lea.opens(f"{PAGE}?attribute=plan").text
    assert "not enough yet" in page
    links = [unescape(each) for each in re.findall(r'href="([^"]*segment=plan%3Dpro[^"]*)"', page)]
    names = {re.search(r"name=(\w+)", link)[1] for link in links}  # type: ignore[index]
    assert names == {"all", "good_csat", "given_csat", "helped", "handed"}
    listed = lea.opens(next(link for link in links if "name=all" in link)).text
    assert listed.count('<th scope="row"><a href="/console/conversations/') == 1
    assert "plan: pro" in listed
    # Of all customers, or the lists behind the rows would be of others than the rows.
    narrowed = lea.opens(f"{PAGE}?attribute=plan&segment=plan%3Dfree").text
    assert "plan: free" not in narrowed
    assert re.search(r'name=all[^"]*segment=plan%3Dpro[^"]*">1</a>', narrowed)


def test_the_dashboard_is_of_a_segment_or_of_a_colleague(
    world: World, lea: Agent, ids: list[str]
) -> None:
    uploads(lea, f"visitor,plan\n{ids[0]},pro\n")
    page = lea.opens("/console/insights").text
    assert '<optgroup label="plan"><option value="plan=pro">pro</option>' in page
    assert "2 conversations began" in page
    assert "One conversation began" in lea.opens("/console/insights?segment=plan%3Dpro").text
    untold = lea.opens("/console/insights?segment=plan%3D").text
    assert "One conversation began" in untold
    assert "plan: not told" in untold
    nobody = lea.opens(f"/console/insights?agent={id_of(world, lea)}").text
    assert "0 conversations began" in nobody
    assert "Of lea" in nobody
    # What is no segment narrows nothing.
    assert "2 conversations began" in lea.opens("/console/insights?segment=nonsense").text


def test_without_anything_told_it_says_what_to_do(
    lea: Agent, new_agent: Callable[..., Agent]
) -> None:
    assert "Tell of customers" in lea.opens(PAGE).text
    ana = new_agent("ana", "analyst").opens(PAGE).text
    assert "A lead or an admin can upload it" in ana
    assert "Tell of customers" not in ana
    assert "Rien n’a encore été dit" in lea.opens(f"{PAGE}?locale=fr").text


def test_a_script_tells_by_a_token_that_does_nothing_else(
    client: TestClient, world: World, lea: Agent, ids: list[str]
) -> None:
    teller, reader = token_of(lea, "tell"), token_of(lea, "read")
    row = {"visitor": ids[0], "plan": "pro", "churned": False}
    tried = tells(client, teller, row, dry_run=True)
    assert tried.json() == {"rows": 1, "known": 1, "unknown": 0, "changed": 1, "dry_run": True}
    assert told_of(world, ids[0]) == {}
    assert tells(client, teller, row).json()["changed"] == 1
    assert told_of(world, ids[0]) == {"plan": Told("pro"), "churned": Told("false")}
    assert tells(client, reader, row).status_code == 401
    headers = {"Authorization": f"Bearer {teller}"}
    assert client.get(f"{API}/insights/report", headers=headers).status_code == 401


def test_a_scripts_wrong_rows_are_named_and_nothing_is_kept(
    client: TestClient, world: World, lea: Agent, ids: list[str]
) -> None:
    teller = token_of(lea, "tell")
    refused = tells(client, teller, {"visitor": ids[0], "plan": "pro"}, {"plan": "pro"})
    assert (refused.status_code, refused.json()["type"]) == (422, PROBLEM)
    (fault,) = refused.json()["errors"]
    assert fault["field"] == "line 2"
    assert "fill it in" in fault["message"]
    assert told_of(world, ids[0]) == {}


def test_only_who_steers_the_team_makes_such_a_token(
    client: TestClient, new_agent: Callable[..., Agent]
) -> None:
    ana = new_agent("ana", "analyst")
    assert "hai_" not in ana.posts("/console/account/tokens", name="CRM", scope="tell").text


def test_it_is_deleted_with_everything_else_of_the_customer(
    world: World, lea: Agent, new_visitor: Callable[..., Visitor], client: TestClient
) -> None:
    visitor = new_visitor()
    visitor.says("Can I return a gift card?")
    id = world.store.conversation(visitor.id).visitor_id
    uploads(lea, f"visitor,plan\n{id},pro\n")
    assert told_of(world, id)
    headers = {"Authorization": f"Bearer {visitor.visitor_token}"}
    assert client.post(f"{API}/visitors/forget", headers=headers).status_code == 200
    assert told_of(world, id) == {}


def test_every_wording_stands_in_both_languages_with_the_same_blanks() -> None:
    english, french = (strings("customers", locale) for locale in LOCALES)
    assert english.keys() == french.keys()
    assert english["faults"].keys() == french["faults"].keys()
    for ours, theirs in ((english, french), (english["faults"], french["faults"])):
        for name in ours.keys() - {"faults"}:
            blanks = [set(re.findall(r"\{\w+\}", each[name])) for each in (ours, theirs)]
            # "one" may do without its number.
            assert blanks[0] == blanks[1] or name.endswith("_one"), name
