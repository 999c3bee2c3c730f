"""What conversations are about, and what goes with low ratings."""

from __future__ import annotations

from dataclasses import replace

import pytest

from assistant.insights.drivers import Kind, analysed, compared
from assistant.insights.tables import themes_table
from assistant.insights.themes import named, ranked
from assistant.ports.digests import FirstQuestion
from assistant.ports.figures import Fact

FACT = Fact("c", "en", helped=True, reason=None, waited=None, csat=None, effort=0, theme_id=None)


def facts(n: int, theme: str | None, *, unhelped: int = 0, effort: int = 20) -> list[Fact]:
    fact = replace(FACT, theme_id=theme, effort=effort)
    return [replace(fact, helped=False)] * unhelped + [fact] * (n - unhelped)


def asked(text: str, article: str | None = None, locale: str = "en") -> FirstQuestion:
    return FirstQuestion("c", "m", text, locale, article, simulated=False)


def test_many_with_effort_and_without_help_come_first() -> None:
    found = ranked(
        [
            *facts(10, "many", unhelped=1),
            *facts(6, "hard", unhelped=5, effort=60),
            *facts(30, "well", unhelped=0),
            *facts(1, "alone", unhelped=1, effort=100),
            *facts(5, None),
        ],
        facts(4, "many"),
    )
    assert [theme.id for theme in found.themes] == ["hard", "many", "well"]
    hard = found.themes[0]
    assert hard.weight == pytest.approx(6 * 0.6 * 5 / 6)
    assert (found.n, found.asked, found.alone) == (52, 47, 1)
    assert (found.themes[1].of_all.count, found.themes[1].before.count) == (10, 4)


def test_a_conversation_without_effort_weighs_something_still() -> None:
    (theme,) = ranked(facts(20, "t", unhelped=20, effort=0), []).themes
    assert theme.weight == pytest.approx(20 * 0.05)


def test_the_mean_effort_of_few_ranks_a_theme_and_is_not_told() -> None:
    ranking = ranked([*facts(9, "few"), *facts(10, "many")], [])
    rows = {row["theme_id"]: row["effort"] for row in themes_table(ranking, {}).as_json()}
    assert rows == {"few": None, "many": 20}
    assert all(theme.effort == 20 for theme in ranking.themes)


def test_a_theme_that_took_more_of_all_conversations_has_grown() -> None:
    now = [*facts(60, "t"), *facts(40, "u")]
    before = [*facts(20, "t"), *facts(80, "u")]
    change = {theme.id: theme.change for theme in ranked(now, before).themes}["t"]
    assert change is not None
    assert change.value == pytest.approx(0.4)
    assert change.excludes_zero


def test_what_was_not_read_yet_is_told_and_not_counted_as_without_effort() -> None:
    unread = replace(FACT, effort=None)
    found = ranked([unread] * 3 + facts(2, "t"), [])
    assert (found.n, found.read, found.asked) == (5, 2, 2)


def test_a_name_says_what_tells_it_from_the_others() -> None:
    names = named(
        {
            "parcels": [asked("Where is my parcel?", "d"), asked("Is my parcel lost?", "d")],
            "money": [asked("Where is my refund?", "r"), asked("When do I get my refund?", "x")],
        },
        locale="en",
    )
    assert names["parcels"].terms[0] == "parcel"
    assert names["money"].terms[0] == "refund"
    assert names["parcels"].article_id == "d"
    assert names["parcels"].question in ("Where is my parcel?", "Is my parcel lost?")


def test_a_name_is_in_the_readers_language_where_it_was_asked_in_it() -> None:
    both = [asked("Where is my parcel?", "en/d"), asked("Où est mon colis ?", "fr/d", "fr")]
    one = [asked("Où est ma facture ?", "fr/f", "fr")]
    names = named({"t": both, "u": one}, locale="en")
    assert (names["t"].locale, names["t"].article_id) == ("en", "en/d")
    assert (names["u"].locale, names["u"].terms) == ("fr", ("facture",))
    assert named({"t": both, "u": one}, locale="fr")["t"].terms == ("colis",)


def rated(n: int, good: int, **of: object) -> list[Fact]:
    fact = replace(FACT, **of)  # type: ignore[arg-type]
    return [replace(fact, csat=5)] * good + [replace(fact, csat=2)] * (n - good)


def test_what_goes_with_low_ratings_stands_first() -> None:
    found = analysed([*rated(40, 10, theme_id="bad"), *rated(60, 50, theme_id="fine"), FACT])
    assert (found.rated.count, found.rated.n) == (60, 100)
    first = found.drivers[0]
    assert (first.kind, first.name) == (Kind.THEME, "bad")
    assert (first.these.count, first.these.n, first.others.n) == (10, 40, 60)
    assert first.difference is not None
    assert first.difference.high < 0


def test_below_ten_ratings_nothing_is_compared() -> None:
    found = analysed([*rated(9, 0, theme_id="bad"), *rated(60, 50, theme_id="fine")])
    assert [driver for driver in found.drivers if driver.kind is Kind.THEME] == []
    assert found.too_few >= 2


def test_only_those_of_which_it_is_known_are_compared() -> None:
    """Who was never handed over has no reason, and waits for nobody."""
    facts = [
        *rated(20, 5, reason="asked_for_human", waited=4000.0),
        *rated(20, 15, reason="dissatisfied", waited=60.0),
        *rated(50, 50),
    ]
    found = analysed(facts)
    for each in found.drivers:
        for others, rate in ((False, each.these), (True, each.others)):
            side = [
                len(compared(facts, each.kind, each.name, others=others, good=good))
                for good in (True, False)
            ]
            assert side == [rate.count, rate.n]
    waits = {each.name: each for each in found.drivers if each.kind is Kind.WAITING}
    assert (waits["over_1_h"].these.n, waits["over_1_h"].others.n) == (20, 20)
    reasons = {each.name: each.others.n for each in found.drivers if each.kind is Kind.REASON}
    assert reasons == {"asked_for_human": 20, "dissatisfied": 20}


def test_what_may_be_chance_stands_last() -> None:
    found = analysed(
        [
            *rated(20, 11, locale="en", theme_id="t"),
            *rated(20, 10, locale="fr", theme_id="t"),
            *rated(20, 19, locale="en", theme_id="u"),
            *rated(20, 19, locale="fr", theme_id="u"),
        ]
    )
    told = {each.name: each.difference.excludes_zero for each in found.drivers if each.difference}
    assert told == {"t": True, "u": True, "en": False, "fr": False}
    assert [each.name for each in found.drivers] == ["t", "u", "fr", "en"]
