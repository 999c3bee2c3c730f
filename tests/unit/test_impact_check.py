"""The check asks what matters most first, and is over when its time is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest

from assistant.adapters.sql.store import SqlStore
from assistant.answering.pipeline import Considered
from assistant.answering.understanding import understand
from assistant.domain.answer import Answer, Citation, PersonNeeded, Sentence
from assistant.domain.article import Article
from assistant.domain.handoff import Reason
from assistant.domain.regression import Line
from assistant.ports import Vectors
from assistant.ports.gaps import AskedQuestion
from assistant.testing import FakeEmbedder, InMemoryVectorIndex
from assistant.writing.beside import StoreBeside
from assistant.writing.clashes import Clashes
from assistant.writing.gap_log import GapReader
from assistant.writing.impact import LONGEST_S, Effect, Impact, ImpactCheck
from assistant.writing.picking import CHECKED, Chosen
from assistant.writing.regressions import MOST_CHECKED

pytestmark = pytest.mark.slow

NOON = datetime(2026, 3, 14, 12, tzinfo=UTC)
KETTLE = Article("en/kettle", "Return a kettle", "en", "Within 45 days.")


def asked(text: str, *, by: int = 0) -> AskedQuestion:
    return AskedQuestion(f"m-{text}-{by}", f"c-{by}", f"v-{by}", text, text, "en", NOON)


def words(at: int) -> str:
    """A word that no stemmer cuts."""
    return "x" + "".join(chr(ord("a") + int(digit)) for digit in f"{at:03}") + "q"


@dataclass
class Shop:
    """A help center in which what is asked takes its time, and what the draft does is scripted."""

    store: SqlStore
    log: list[AskedQuestion] = field(default_factory=list)
    sets: list[Line] = field(default_factory=list)
    slow_s: float = 0.0
    embedding_s: float = 0.0
    breaks: Sequence[str] = ()
    fixes: Sequence[str] = ()
    now: float = 0.0
    heard: list[str] = field(default_factory=list)

    def checks(self) -> Impact:
        def known(*, since: datetime, limit: int) -> list[AskedQuestion]:
            return self.log[-limit:]

        self.store.asked_questions = known  # type: ignore[method-assign]
        clashes = Clashes(self.store, model=FakeEmbedder().name, now=lambda: NOON)
        check = ImpactCheck(
            GapReader(self.store, embedder=SlowEmbedder(self), now=lambda: NOON),
            index=InMemoryVectorIndex(),
            embedder=FakeEmbedder(),
            over=lambda store, _, __: Asked(self, after=isinstance(store, StoreBeside)),
            clashes=clashes,
            regressions=lambda: self.sets,
            clock=lambda: self.now,
        )
        return check.check(KETTLE)


class SlowEmbedder(FakeEmbedder):
    """Of which each question takes its time."""

    def __init__(self, shop: Shop) -> None:
        super().__init__()
        self._shop = shop

    def embed(self, texts: Sequence[str]) -> Vectors:
        self._shop.now += self._shop.embedding_s * len(texts)
        return super().embed(texts)


@dataclass
class Asked:
    """One side of it."""

    shop: Shop
    after: bool

    def consider_extractive(self, text: str, *, locale: str) -> Considered:
        self.shop.now += self.shop.slow_s
        self.shop.heard.append(text)
        answers = text not in (self.shop.breaks if self.after else self.shop.fixes)
        return Considered(understand(text, locale=locale), text, ANSWER if answers else PERSON)


CITED = Citation(1, KETTLE.id, KETTLE.title, "/help", f"{KETTLE.id}#0", "45 days")
ANSWER = Answer((Sentence("Within 45 days.", (1,)),), (CITED,), 0.9, "en")
PERSON = PersonNeeded(Reason.NOT_COVERED, "I found nothing.", 0.1, call_now=False)


@pytest.fixture
def shop(store: SqlStore) -> Shop:
    return Shop(store)


def test_the_worst_comes_first_and_of_those_what_most_customers_ask(shop: Shop) -> None:
    customers = {"colour": 1, "price": 3, "weight": 2, "engraving": 9}
    shop.log = [asked(text, by=at) for text, most in customers.items() for at in range(most)]
    shop.breaks, shop.fixes = ("colour", "price", "weight"), ("engraving",)
    listed = [(c.wording.question.text, c.wording.askers, c.effect) for c in shop.checks().cases]
    assert listed == [
        ("price", 3, Effect.BROKEN),
        ("weight", 2, Effect.BROKEN),
        ("colour", 1, Effect.BROKEN),
        ("engraving", 9, Effect.FIXED),
    ]


@pytest.fixture
def crowded(shop: Shop) -> Shop:
    """With as many questions, in the log and in regression sets, as are ever asked, and more."""
    shop.log = [asked(f"return a kettle {words(at)}", by=at) for at in range(CHECKED // 2)]
    shop.log += [asked(words(at), by=at) for at in range(150, 650)]
    shop.sets = [Line(words(at), "en", "-") for at in range(700, 700 + MOST_CHECKED)]
    return shop


def test_what_writers_keep_is_asked_on_top_of_what_customers_asked(crowded: Shop) -> None:
    found = crowded.checks()
    assert (found.checked, found.left) == (CHECKED + MOST_CHECKED, 0)
    assert {line.question for line in crowded.sets} <= set(crowded.heard)


def test_a_check_is_over_when_its_time_is_and_says_what_it_did_not_ask(crowded: Shop) -> None:
    crowded.slow_s = 0.04
    found = crowded.checks()
    assert found.seconds < LONGEST_S + 1
    assert 0 < found.checked < CHECKED
    assert found.checked + found.left == CHECKED + MOST_CHECKED


def test_where_there_is_no_time_for_all_what_tells_most_was_asked(crowded: Shop) -> None:
    near_and_kept = CHECKED // 2 + MOST_CHECKED
    crowded.slow_s = LONGEST_S / 2 / (near_and_kept - 1)
    crowded.breaks = [asked.text for asked in crowded.log]
    chosen = {case.wording.chosen for case in crowded.checks().cases}
    assert chosen <= {Chosen.NEAR, Chosen.KEPT}
    assert {line.question for line in crowded.sets[:-2]} <= set(crowded.heard)


def test_without_any_question_it_is_over_at_once(shop: Shop) -> None:
    found = shop.checks()
    assert (found.checked, found.left, found.breaks) == (0, 0, 0)


def test_where_the_log_takes_too_long_to_embed_what_was_asked_last_is_asked_and_it_is_not_enough(
    crowded: Shop,
) -> None:
    crowded.sets, crowded.embedding_s = [], 0.05
    found = crowded.checks()
    assert found.seconds < LONGEST_S
    assert 0 < found.known < len(crowded.log)
    assert found.checked > 0
    assert crowded.log[-1].text in crowded.heard
    assert not found.enough


@pytest.mark.parametrize(
    ("asked_in_time", "enough"),
    [(0, False), (CHECKED // 2 - 1, False), (CHECKED // 2, True), (CHECKED, True)],
)
def test_it_is_enough_once_all_that_is_near_was_asked(
    crowded: Shop, asked_in_time: int, enough: bool
) -> None:
    crowded.sets = []
    # Both sides take half of it.
    crowded.slow_s = LONGEST_S / 2 / asked_in_time if asked_in_time else LONGEST_S
    found = crowded.checks()
    assert found.enough is enough


def test_without_time_for_a_single_question_it_is_not_enough(shop: Shop) -> None:
    shop.log, shop.embedding_s = [asked("weight")], LONGEST_S
    found = shop.checks()
    assert (found.checked, found.left, found.enough) == (0, 1, False)
