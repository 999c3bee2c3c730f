"""Figures for scripts: by a token that can be revoked, and reads nothing else."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from html import unescape
from typing import Any

import pytest
from fastapi.testclient import TestClient
from pyarrow.parquet import read_table

from assistant.insights import parquet
from assistant.insights.calibration import Calibration, as_shown
from assistant.insights.predictions import Predictions
from assistant.ports import Deed
from assistant.ports.customers import Told
from assistant.support.api_tokens import MOST
from tests.server.conftest import API, Agent, Visitor, World, utc_now

TOKENS = "/console/account/tokens"
TABLES = (
    *("report", "themes", "drivers", "conversations", "articles", "people"),
    *("journey", "predictions"),
)


@pytest.fixture
def ana(new_agent: Callable[..., Agent]) -> Agent:
    return new_agent("ana", "analyst")


def made(agent: Agent, name: str = "Weekly sheet") -> str:
    page = agent.posts(TOKENS, name=name)
    assert page.headers["cache-control"] == "no-store"
    found = re.search(r"<code>(hai_[\w-]+)</code>", page.text)
    assert found is not None
    return found[1]


def reads(client: TestClient, token: str, path: str = "report", **query: Any) -> Any:
    headers = {"Authorization": f"Bearer {token}"}
    return client.get(f"{API}/insights/{path}", params=query, headers=headers)


def test_a_token_is_shown_once_and_opens_until_it_is_revoked(
    world: World, ana: Agent, client: TestClient
) -> None:
    token = made(ana)
    assert token not in ana.opens(TOKENS).text
    assert token not in json.dumps([dict(deed.detail) for _, deed in world.store.deeds()])
    assert reads(client, token).status_code == 200
    (kept,) = world.store.api_tokens(next(p.id for p in world.store.people()))
    assert ana.posts(f"{TOKENS}/{kept.id}/revoke").status_code == 303
    assert reads(client, token).status_code == 401
    assert ana.posts(f"{TOKENS}/{kept.id}/revoke").status_code == 404


def test_nobody_else_reads_figures(
    client: TestClient, visitor: Visitor, new_agent: Callable[..., Agent]
) -> None:
    assert client.get(f"{API}/insights/report").status_code == 401
    for token in ("", "hai_", "hai_wrong", visitor.token, visitor.visitor_token):
        assert reads(client, token).status_code == 401
    # A session of the console is none of the interface's.
    agent = new_agent()
    assert agent.client.get(f"{API}/insights/report").status_code == 401


def test_it_reads_figures_and_no_conversation(
    client: TestClient, ana: Agent, visitor: Visitor
) -> None:
    token = made(ana)
    headers = {"Authorization": f"Bearer {token}"}
    assert client.get(visitor.path, headers=headers).status_code == 404
    assert client.get(f"{API}/conversations", headers=headers).status_code == 404
    opened = client.get("/console", headers=headers, follow_redirects=False)
    assert opened.headers["location"] == "/console/sign-in"


def test_what_it_opens_follows_the_persons_role(
    world: World, client: TestClient, ana: Agent, new_agent: Callable[..., Agent]
) -> None:
    token = made(ana)
    admin = new_agent("ada", "admin")
    ids = {person.email: person.id for person in world.store.people()}
    admin.posts(f"/console/people/{ids[ana.email]}", role="writer")
    assert reads(client, token).status_code == 401
    admin.posts(f"/console/people/{ids[ana.email]}", role="analyst")
    assert reads(client, token).status_code == 200
    admin.posts(f"/console/people/{ids[ana.email]}", open="no")
    assert reads(client, token).status_code == 401


def test_a_token_has_a_name_and_there_are_not_many(ana: Agent) -> None:
    assert ana.posts(TOKENS, name=" ").status_code == 422
    for number in range(MOST):
        made(ana, f"Sheet {number}")
    assert ana.posts(TOKENS, name="One more").status_code == 422


@pytest.mark.parametrize(
    ("path", "query", "told"),
    [
        ("report", {"segment": "nonsense"}, "is no segment"),
        ("people", {"agent": "lea"}, "cannot be narrowed by agent"),
        ("people", {"theme": "1", "segment": "plan=pro"}, "by theme or segment"),
        ("relationship", {"language": "en"}, "cannot be narrowed by language"),
        ("predictions", {"reason": "failure"}, "cannot be narrowed by reason"),
    ],
)
def test_what_cannot_be_narrowed_as_asked_is_refused_and_not_told_of_everybody(
    client: TestClient, ana: Agent, path: str, query: dict[str, str], told: str
) -> None:
    refused = reads(client, made(ana), path, **query)
    assert refused.status_code == 422
    assert told in refused.json()["detail"]


REFUSED = (
    ("report", "locale=fr", "There is no 'locale' to ask by; there are against, agent,"),
    ("report", "from=2026-01-01&to=2026-02-01", "There is no 'from', 'to' to ask by"),
    ("report", "language=en&language=fr", "Say language once."),
    ("report", "attribute=plan", "'report' cannot be narrowed by attribute"),
    ("themes", "against=year", "'themes' cannot be narrowed by against"),
    ("predictions", "since=2026-01-01", "'predictions' cannot be narrowed by since"),
    ("report", "since=2026-02-30", "since=2026-02-30 is no day; write one as since=2026-10-31"),
    ("report", "until=9999-01-01", "until=9999-01-01 is no day"),
    ("report", "since=2026-03-02&until=2026-03-01", "2026-03-02 is after until=2026-03-01"),
    ("report", "since=2001-01-01&until=2026-01-01", "3660 days can be asked for at once"),
    (
        "report",
        "channel=help-center",
        "'help-center' is no channel; there are api, help_center",
    ),
    ("report", "reason=zzz", "'zzz' is no reason; there are ambiguous,"),
    ("report", "language=xx", "'xx' is no language; there are "),
    ("report", "theme=gone", "There is no theme 'gone'"),
    ("report", "agent=nobody", "Nobody here is agent 'nobody'"),
    ("report", "segment=plann=", "Of customers 'plann' is not told, but nothing yet."),
)


def test_what_narrows_nothing_or_to_nothing_is_refused_with_the_remedy(
    client: TestClient, ana: Agent
) -> None:
    headers = {"Authorization": f"Bearer {made(ana)}"}
    for path, query, told in REFUSED:
        asked = client.get(f"{API}/insights/{path}?{query}", headers=headers)
        assert asked.status_code == 422, query
        assert told in asked.json()["detail"]
        assert ana.opens(f"/console/insights/data/{path}?{query}").status_code == 422


def test_a_period_may_be_as_long_as_is_told(client: TestClient, ana: Agent) -> None:
    last = utc_now().date()
    token = made(ana)
    for days, status in ((3660, 200), (3661, 422)):
        since = (last - timedelta(days=days)).isoformat()
        assert reads(client, token, since=since).status_code == status


@pytest.mark.parametrize("form", ["csv", "jsonl", "parquet"])
def test_the_name_of_a_file_holds_its_period(client: TestClient, ana: Agent, form: str) -> None:
    period = {"since": "2026-10-01", "until": "2026-10-31"}
    table = reads(client, made(ana), format=form, **period)
    named = f'attachment; filename="report-2026-10-01--2026-10-31.{form}"'
    assert table.headers["content-disposition"] == named
    timeless = ana.opens(f"/console/insights/data/predictions?format={form}")
    assert f'"predictions.{form}"' in timeless.headers["content-disposition"]


def test_what_is_of_whatever_time_tells_no_period(client: TestClient, ana: Agent) -> None:
    told = reads(client, made(ana), "predictions").json()
    assert (told["since"], told["until"]) == (None, None)


def test_every_file_that_a_page_offers_is_one(
    world: World, ana: Agent, visitor: Visitor, agent: Agent
) -> None:
    visitor.says("Can I return a gift?")
    visitor.calls_a_person()
    agent.posts(f"/console/conversations/{visitor.id}/messages", text="Yes, you can.")
    id = world.store.conversation(visitor.id).visitor_id
    deed = Deed(utc_now(), "lea", "customers_told", "customers", {})
    world.store.tell_of_customers({id: {"plan": Told("pro")}}, deed=deed)
    narrowed = "?since=2026-10-01&language=en&channel=api&against=year&segment=plan%3Dpro"
    for page in ("", "/themes", "/use", "/customers", "/journey"):
        shown = unescape(ana.opens(f"/console/insights{page}{narrowed}").text)
        offered = re.findall(r'href="(/console/insights/data/[^"]+)"', shown)
        assert len(offered) >= 3, page
        assert {href: ana.opens(href).status_code for href in offered} == dict.fromkeys(
            offered, 200
        )


def test_no_file_is_of_everybody_where_the_page_was_narrowed(
    ana: Agent, visitor: Visitor, agent: Agent
) -> None:
    visitor.says("Can I return a gift?")
    visitor.calls_a_person()
    agent.posts(f"/console/conversations/{visitor.id}/messages", text="Yes, you can.")
    page = unescape(ana.opens("/console/insights/use?channel=api&language=en").text)
    assert 'data/people?language=en"' in page
    assert 'data/articles?language=en&channel=api"' in page
    assert "of everybody, in this period" in page
    refused = ana.opens("/console/insights/data/people?channel=widget")
    assert refused.status_code == 422


def test_what_people_did_may_be_of_a_language(client: TestClient, ana: Agent) -> None:
    assert reads(client, made(ana), "people", language="en").status_code == 200


def test_nobody_revokes_anothers_token(
    world: World, ana: Agent, client: TestClient, new_agent: Callable[..., Agent]
) -> None:
    token = made(ana)
    (kept,) = world.store.api_tokens(world.store.people()[0].id)
    assert new_agent("lea", "lead").posts(f"{TOKENS}/{kept.id}/revoke").status_code == 404
    assert reads(client, token).status_code == 200


@pytest.mark.parametrize("table", TABLES)
def test_each_table_comes_in_each_form_with_the_same_rows(
    world: World, client: TestClient, ana: Agent, visitor: Visitor, table: str
) -> None:
    visitor.says("Can I return a gift?")
    token = made(ana)
    whole = reads(client, token, table).json()
    lines = reads(client, token, table, format="jsonl")
    assert lines.headers["content-type"].startswith("application/jsonl")
    assert [json.loads(line) for line in lines.text.splitlines()] == whole["rows"]
    sheet = reads(client, token, table, format="csv")
    assert sheet.headers["content-type"] == "text/csv; charset=utf-8"
    assert len(list(csv.DictReader(io.StringIO(sheet.text)))) == len(whole["rows"])
    file = ana.opens(f"/console/insights/data/{table}")
    assert re.search(rf'"{table}[-0-9]*\.csv"', file.headers["content-disposition"])
    assert file.text == sheet.text
    assert "Can I return" not in lines.text + sheet.text
    file = reads(client, token, table, format="parquet")
    assert file.headers["content-type"] == "application/vnd.apache.parquet"
    assert read_table(io.BytesIO(file.content)).to_pylist() == whole["rows"]


def test_scores_beside_what_was_told_of_customers_come_as_rows(
    world: World, client: TestClient, ana: Agent, visitor: Visitor
) -> None:
    visitor.says("Can I return a gift?")
    id = world.store.conversation(visitor.id).visitor_id
    deed = Deed(utc_now(), "lea", "customers_told", "customers", {})
    world.store.tell_of_customers({id: {"plan": Told("pro")}}, deed=deed)
    token = made(ana)
    (row,) = reads(client, token, "customers", attribute="plan").json()["rows"]
    assert (row["segment"], row["conversations"], row["helped"]) == ("plan=pro", 1, 1)
    assert row["helped_share"] is None
    refused = reads(client, token, "customers", attribute="pet")
    assert refused.status_code == 422
    assert "told are: plan." in refused.json()["detail"]
    rows = reads(client, token, "conversations", segment="plan=pro").json()["rows"]
    assert len(rows) == 1
    assert reads(client, token, "conversations", segment="plan=free").json()["rows"] == []


def test_without_pyarrow_it_is_told_what_to_install(
    client: TestClient, ana: Agent, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parquet, "has_parquet", lambda: False)
    refused = reads(client, made(ana), format="parquet")
    assert refused.status_code == 422
    assert "Install help-assistant[parquet]" in refused.json()["detail"]


def test_the_rows_say_what_the_page_says(
    client: TestClient, ana: Agent, new_visitor: Callable[..., Visitor]
) -> None:
    for _ in range(3):
        new_visitor().says("Can I return a gift?")
    token = made(ana)
    rows = reads(client, token).json()["rows"]
    assumed = next(row for row in rows if row["name"] == "assumed")
    assert (assumed["section"], assumed["count"], assumed["n"]) == ("ladder", 3, 3)
    assert assumed["share"] is None
    facts = reads(client, token, "conversations", language="fr").json()["rows"]
    assert facts == []
    assert len(reads(client, token, "conversations", language="en").json()["rows"]) == 3


@pytest.mark.parametrize("calibrated", [False, True])
def test_of_each_conversation_is_told_how_it_went_and_what_was_said_of_it(
    world: World,
    client: TestClient,
    ana: Agent,
    visitor: Visitor,
    monkeypatch: pytest.MonkeyPatch,
    *,
    calibrated: bool,
) -> None:
    visitor.says("Can I return a gift?")
    survey = {"csat": 4, "ces": 6}
    visitor.client.post(f"{visitor.path}/survey", json=survey, headers=visitor.headers)
    unread = reads(client, made(ana), "conversations").json()["rows"][0]
    assert (unread["effort"], unread["predicted"], unread["calibrated"]) == (None, None, None)
    world.assistant.digester._now = lambda: utc_now() + timedelta(minutes=2)
    world.assistant.digester.round(budget_s=20)
    if calibrated:
        site = replace(world.assistant.predictions.of_site(), calibration=Calibration(1, 2, 100))
        monkeypatch.setattr(Predictions, "of_site", lambda *_, **__: site)
    (row,) = reads(client, made(ana), "conversations").json()["rows"]
    assert row["conversation_id"] == visitor.id
    assert datetime.fromisoformat(row["began"]) == world.store.conversation(visitor.id).created_at
    told = ("rung", "helped", "channel", "csat", "ces", "wrong", "reopened", "reason")
    assert [row[name] for name in told] == ["confirmed", True, "api", 4, 6, False, False, None]
    raw = world.store.digests([visitor.id])[visitor.id].predicted
    assert row["calibrated"] is calibrated
    assert row["predicted"] == as_shown(raw, Calibration(1, 2, 100) if calibrated else None)


def test_what_is_no_table_or_form_is_told(client: TestClient, ana: Agent) -> None:
    token = made(ana)
    assert reads(client, token, "passwords").status_code == 422
    assert reads(client, token, format="xlsx").status_code == 422
    assert reads(client, token, since="tomorrow").status_code == 422


def test_the_pages_offer_the_files(ana: Agent, visitor: Visitor) -> None:
    visitor.says("Can I return a gift?")
    for page, what in (("", "report"), ("/themes", "themes"), ("/drivers", "drivers")):
        assert f"/console/insights/data/{what}" in ana.opens(f"/console/insights{page}").text
    assert 'href="/console/account/tokens"' in ana.opens("/console/account").text
    assert "Jetons pour scripts" in ana.opens(f"{TOKENS}?locale=fr").text
