"""The insights pages: every number opens the list behind it, in both languages."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest

from assistant.adapters.sql.store import SqlStore
from assistant.evaluation.simulated import plans, truth
from assistant.evaluation.simulator import Clock, Simulator
from assistant.server.insights import Filters, shown_time
from assistant.server.pages import strings
from assistant.testing.samples import publish
from tests.server.conftest import Agent, Visitor, World

PAGE = "/console/insights"
NOW = datetime.now(UTC)
PLANS = plans(40, seed=5, until=NOW - timedelta(hours=1))


@pytest.fixture
def ana(new_agent: Callable[..., Agent]) -> Agent:
    return new_agent("ana", "analyst")


@pytest.fixture
def simulated(world: World) -> None:
    clock = Clock(NOW)
    url = world.store._db.url.render_as_string(hide_password=False)
    store = SqlStore(url, now=clock)
    Simulator(store, clock).write(PLANS)
    store.close()


def numbers(page: str) -> list[tuple[str, int]]:
    """Every link to a list with the number that it stands under."""
    found = re.findall(rf'<a href="({PAGE}/conversations\?[^"]+)">(\d+)</a>', page)
    return [(unescape(href), int(number)) for href, number in found]


def rows(page: str) -> int:
    return page.count('<th scope="row"><a href="/console/conversations/')


def test_every_number_opens_as_many_conversations(ana: Agent, simulated: None) -> None:
    page = ana.opens(f"{PAGE}?simulated=1&since={(NOW - timedelta(days=70)):%Y-%m-%d}").text
    opened = dict(numbers(page))
    assert len(opened) > 20
    for href, number in opened.items():
        assert rows(ana.opens(href).text) == number, href
    true = truth(PLANS, at=NOW).counts
    shown = [number for href, number in opened.items() if "name=abandoned" in href]
    assert shown == [true["abandoned"]]


def test_the_dashboard_is_of_where_conversations_began(
    ana: Agent, new_visitor: Callable[..., Visitor]
) -> None:
    new_visitor().says("Can I return a gift?")
    new_visitor(channel="help_center").says("Can I return a gift?")
    page = ana.opens(f"{PAGE}?channel=help_center").text
    assert "One conversation began" in page
    assert '<option value="help_center" selected>Help center</option>' in page
    links = {href for href, _ in numbers(page)}
    assert links
    assert all("channel=help_center" in href for href in links)
    assert "· API" in ana.opens(f"{PAGE}/conversations?name=all&channel=api").text


@pytest.mark.parametrize("locale", ["en", "fr"])
def test_a_trend_with_enough_conversations_says_where_it_began_and_ended(
    ana: Agent, simulated: None, locale: str
) -> None:
    since = f"{(NOW - timedelta(days=700)):%Y-%m-%d}"
    page = ana.opens(f"{PAGE}?simulated=1&since={since}&locale={locale}").text
    summary = page.split('id="trend"')[1].split("</figcaption>")[0]
    assert len(re.findall(r"\w+ \d{4}\s?: \d+\s?%", unescape(summary))) == 2


def test_simulated_conversations_are_apart_and_say_so(
    ana: Agent, simulated: None, visitor: Visitor
) -> None:
    visitor.says("Can I return a gift?")
    real = ana.opens(PAGE).text
    assert "One conversation began" in real
    assert "40 simulated conversations, which are not counted here" in real
    made_up = ana.opens(f"{PAGE}?simulated=1").text
    assert "nothing on this page happened" in made_up
    assert "simulated=1" in numbers(made_up)[0][0]
    listed = ana.opens(f"{PAGE}/conversations").text
    assert "Can I return a gift?" in listed
    assert rows(listed) == 1


def test_predictions_say_whether_they_are_calibrated(ana: Agent, simulated: None) -> None:
    page = ana.opens(f"{PAGE}/predictions").text
    assert "Uncalibrated." in page
    assert "0 CSAT answers" in page
    made_up = ana.opens(f"{PAGE}/predictions?simulated=1").text
    assert "nothing on this page happened" in made_up
    assert "<tbody>" in made_up
    assert "Uncalibrated." in ana.opens(f"{PAGE}/conversations").text


@pytest.mark.parametrize(("locale", "said"), [("en", "complains"), ("fr", "se plaint")])
def test_a_score_opens_its_reasons_in_the_readers_language(
    ana: Agent, visitor: Visitor, locale: str, said: str
) -> None:
    visitor.says("Can I return a gift?")
    visitor.says("this is terrible <b>")
    listed = ana.opens(f"{PAGE}/conversations").text
    assert f'href="{PAGE}/conversations/{visitor.id}"' in listed
    page = ana.opens(f"{PAGE}/conversations/{visitor.id}?locale={locale}").text
    assert said in page
    assert "this is terrible &lt;b&gt;" in page
    assert ana.opens(f"{PAGE}/conversations/nothing").status_code == 404


def test_below_ten_there_are_counts_and_no_percentages(ana: Agent, visitor: Visitor) -> None:
    visitor.says("Can I return a gift?")
    page = ana.opens(PAGE).text
    assert "not enough yet" in page
    tables = "".join(re.findall(r"<tbody>.*?</tbody>", page, re.DOTALL))
    assert not re.search(r"\d %", tables)


def test_filters_narrow_the_numbers(ana: Agent, simulated: None) -> None:
    french = [plan for plan in PLANS if plan.locale == "fr"]
    since = f"{(NOW - timedelta(days=70)):%Y-%m-%d}"
    page = ana.opens(f"{PAGE}?simulated=1&since={since}&language=fr").text
    assert f"{len(french)} conversations began" in page
    assert all("language=fr" in href for href, _ in numbers(page))
    reasons = truth(PLANS, at=NOW)
    reason, count = next(iter(reasons.reasons.items()))
    listed = f"{PAGE}/conversations?simulated=1&since={since}&name=handed&reason={reason}"
    assert rows(ana.opens(listed).text) == count


@pytest.mark.parametrize("locale", ["en", "fr"])
def test_the_pages_speak_both_languages(ana: Agent, locale: str) -> None:
    words = strings("insights", locale)
    page = ana.opens(f"{PAGE}?locale={locale}").text
    assert words["ladder"] in unescape(page)
    listed = ana.opens(f"{PAGE}/conversations?locale={locale}&name=wrong").text
    assert words["rates"]["wrong"]["name"] in unescape(listed)


@pytest.mark.parametrize(
    "query",
    [
        "since=2026-02-31",
        "since=2026-05-01&until=2026-04-01",
        "since=0001-01-01&until=9999-12-31",
        "language=xx&reason=<script>",
        "since=1950-01-01",
    ],
)
def test_what_no_calendar_has_is_passed_over(ana: Agent, query: str) -> None:
    page = ana.opens(f"{PAGE}?{query}")
    assert page.status_code == 200
    assert "<script>" not in page.text.replace('<script type="module"', "")


@pytest.mark.parametrize("name", ["channel", "reason", "agent", "language"])
def test_what_the_page_is_narrowed_to_is_chosen_though_nothing_is_so(ana: Agent, name: str) -> None:
    page = ana.opens(f"{PAGE}?{name}=help-center").text
    chosen = page.split(f'<select id="{name}"')[1].split("</select>")[0]
    assert re.findall(r'value="([^"]*)" selected', chosen) == ["help-center"]


def test_what_is_no_filter_is_refused(ana: Agent) -> None:
    assert ana.opens(f"{PAGE}?since=soon").status_code == 422
    assert ana.opens(f"{PAGE}/conversations?page=0").status_code == 422
    assert rows(ana.opens(f"{PAGE}/conversations?name=nonsense").text) == 0


def test_it_is_compared_with_the_year_before_where_that_is_chosen(ana: Agent) -> None:
    page = ana.opens(f"{PAGE}?against=year").text
    assert "52 weeks before, seen at the same age" in page
    assert "52 weeks before, seen" not in ana.opens(PAGE).text
    data = "/console/insights/data/report?format=json&against="
    assert ana.opens(f"{data}year").status_code == 200
    assert ana.opens(f"{data}decade").status_code == 422


def test_every_language_of_the_help_center_can_be_chosen(world: World, ana: Agent) -> None:
    publish(world.store, ["Innerhalb von 30 Tagen."], article="rueckgabe", locale="de")
    page = ana.opens(PAGE).text
    offered = page.split('id="language"')[1].split("</select>")[0]
    assert re.findall(r'value="(\w*)"', offered) == ["", "de", "en", "fr"]


def test_a_period_has_both_its_days() -> None:
    found = Filters(since="2026-03-01", until="2026-03-02").cohort(NOW)
    assert (found.since, found.until) == (
        datetime(2026, 3, 1, tzinfo=UTC),
        datetime(2026, 3, 3, tzinfo=UTC),
    )
    assert (Filters().cohort(NOW).until - Filters().cohort(NOW).since).days == 30


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(None, "–"), (0.04, "0.0 s"), (60, "1 min"), (5400, "1.5 h"), (90_000, "1.0 d")],
)
def test_times_are_shown_in_a_fitting_unit(seconds: float | None, shown: str) -> None:
    assert shown_time(seconds) == shown
