"""What is missing: ranked, explained, decided about, and measured again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from assistant.answering.curated import Match
from assistant.answering.pipeline import Considered
from assistant.answering.understanding import understand
from assistant.domain.answer import Answer, Citation, PersonNeeded, Sentence
from assistant.domain.article import Article, ArticleCard, RankedArticle
from assistant.domain.conversation import Author, Message
from assistant.domain.curated import Curated
from assistant.domain.gap import Decided, Failing, GapState
from assistant.domain.handoff import Reason
from assistant.errors import UnknownThing, WrongStatus
from assistant.ports import Deed, Person
from assistant.ports.gaps import FailedQuestion
from assistant.retrieval.search import Retrieval
from assistant.testing.fakes import FakeEmbedder
from assistant.writing import gap_log
from assistant.writing.gap_log import GapReader
from assistant.writing.gaps import Gaps

pytestmark = pytest.mark.slow

NOON = datetime(2026, 3, 14, 12, tzinfo=UTC)
WRITER = Person("writer-1", "wim@company.example", "writer", "")
PARCELS = Article("en/parcels", "Parcels", "en", "Where it is.")


def asked(
    id: str, text: str, *, by: str = "v1", minute: int = 0, locale: str = "en"
) -> FailedQuestion:
    at = NOON + timedelta(minutes=minute)
    return FailedQuestion(
        message_id=id,
        conversation_id=f"c-{id}",
        visitor_id=by,
        text=text,
        meaning=text,
        locale=locale,
        asked_at=at,
        failed_at=at,
        ways=frozenset({Failing.UNANSWERED}),
    )


@dataclass
class Log:
    """Failed questions, messages, articles and decisions, in memory."""

    questions: list[FailedQuestion] = field(default_factory=list)
    said: dict[str, list[Message]] = field(default_factory=dict)
    published: dict[str, Article] = field(default_factory=dict)
    decisions: dict[str, Decided] = field(default_factory=dict)
    deeds: list[Deed] = field(default_factory=list)
    words: list[Curated] = field(default_factory=list)

    def failed_questions(self, *, since: datetime, limit: int, **_: Any) -> list[FailedQuestion]:
        return [q for q in self.questions if q.asked_at >= since][-limit:]

    def meanings(self, ids: Iterable[str]) -> dict[str, str]:
        wanted = set(ids)
        return {q.message_id: q.meaning for q in self.questions if q.message_id in wanted}

    def gap_decisions(self) -> list[Decided]:
        return list(self.decisions.values())

    def decide_gap(self, decided: Decided, *, was: GapState | None, deed: Deed) -> None:
        there = self.decisions.get(decided.gap_id)
        assert (there.state if there else None) is was
        self.decisions[decided.gap_id] = decided
        self.deeds.append(deed)

    def messages(self, conversation_id: str) -> list[Message]:
        return self.said.get(conversation_id, [])

    def profile(self, visitor_id: str) -> None:
        return None

    def people(self) -> list[Person]:
        return []

    def version(self) -> int:
        return hash(tuple(each.content_hash for each in self.published.values()))

    def curated_stamp(self) -> str:
        return str(self.words)

    def curated(self) -> list[Curated]:
        return self.words

    def article(self, article_id: str) -> Article:
        if article_id not in self.published:
            raise UnknownThing("article", article_id)
        return self.published[article_id]

    def articles(self) -> list[ArticleCard]:
        return [card(each) for each in self.published.values()]

    def cards(self, ids: Iterable[str]) -> dict[str, ArticleCard]:
        return {id: card(self.published[id]) for id in ids if id in self.published}


def card(article: Article) -> ArticleCard:
    return ArticleCard(
        article.id,
        article.title,
        article.locale,
        article.slug,
        translation_of=article.translation_of,
    )


class Desk:
    """Searches and answers as it is told: the article of a locale, and how sure it is."""

    answers_from = 0.6

    def __init__(self) -> None:
        self.sure: dict[str, tuple[Article, float]] = {}
        self.cites: Article | None = None
        self.says: Curated | None = None
        self.asked: list[str] = []

    def locales(self) -> list[str]:
        return sorted(self.sure)

    def search(self, question: str, *, locale: str, limit: int = 10) -> Retrieval:
        article, confidence = self.sure[locale]
        ranked = RankedArticle(card(article), (), 1.0)
        return Retrieval(question, locale, articles=(ranked,), confidence=confidence)

    def consider_extractive(self, text: str, *, locale: str) -> Considered:
        self.asked.append(text)
        understood = understand(text, locale=locale)
        if self.says is not None:
            answer = Answer((Sentence(self.says.text, ()),), (), 1.0, "en")
            return Considered(understood, text, answer, curated=Match(self.says, text, 1.0))
        if self.cites is None:
            outcome: Any = PersonNeeded(Reason.NOT_COVERED, "…", 0.1, call_now=False)
        else:
            citation = Citation(1, self.cites.id, self.cites.title, "/help", "p#0", "…")
            outcome = Answer((Sentence("Here.", (1,)),), (citation,), 0.9, "en")
        return Considered(understood, text, outcome)


@pytest.fixture
def log() -> Log:
    return Log()


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def gaps(log: Log, desk: Desk) -> Gaps:
    return Gaps(
        GapReader(
            log,  # type: ignore[arg-type]
            embedder=FakeEmbedder(),
            now=lambda: NOON + timedelta(hours=1),
        ),
        search=desk,
        answerer_for=lambda visitor_id: desk,
    )


def effortful(question: FailedQuestion) -> list[Message]:
    """The same question again and again."""
    said = []
    for turn in range(4):
        author = Author.ASSISTANT if turn % 2 else Author.CUSTOMER
        text = "I found nothing about this." if turn % 2 else question.text
        at = question.asked_at + timedelta(minutes=turn)
        said.append(Message(f"{turn}", question.conversation_id, author, text, "en", at))
    return said


def ids(found: Sequence[Any]) -> list[str]:
    return [gap.id for gap in found]


def test_more_askers_weigh_more_and_each_counts_once(gaps: Gaps, log: Log) -> None:
    log.questions = [
        asked("lamp-1", "which bulb for the lamp", by="v1"),
        asked("lamp-2", "which bulb for the lamp please", by="v1"),
        asked("gift-1", "is gift wrapping possible", by="v1"),
        asked("gift-2", "gift wrapping possible", by="v2"),
    ]
    found = gaps.overview(GapState.OPEN)
    assert ids(found.gaps) == ["gift-1", "lamp-1"]
    assert [gap.askers for gap in found.gaps] == [2, 1]
    assert (found.read, found.cut) == (4, False)


def test_what_cost_more_effort_comes_first_among_as_many_askers(gaps: Gaps, log: Log) -> None:
    easy, hard = asked("gift", "is gift wrapping possible"), asked("lamp", "which bulb for a lamp")
    log.questions = [easy, hard]
    log.said = {hard.conversation_id: effortful(hard)}
    first, second = gaps.overview(GapState.OPEN).gaps
    assert first.id == "lamp"
    assert first.effort > 10 > second.effort
    assert first.weight == first.effort
    assert second.weight == 10


def test_questions_that_say_nothing_are_no_gap(gaps: Gaps, log: Log) -> None:
    log.questions = [asked("m1", "???"), asked("m2", "what is it"), asked("m3", "0000 12")]
    assert gaps.overview(GapState.OPEN).gaps == []


def test_it_says_when_there_was_more_than_is_read(
    gaps: Gaps, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gap_log, "MOST", 2)
    log.questions = [asked(f"m{at}", f"gift {at}", minute=at) for at in range(3)]
    found = gaps.overview(GapState.OPEN)
    assert found.cut
    assert {q.message_id for gap in found.gaps for q in gap.questions} == {"m1", "m2"}


def test_the_nearest_article_is_to_be_extended_where_it_is_near_enough(
    gaps: Gaps, log: Log, desk: Desk
) -> None:
    log.questions = [asked("m1", "where is my parcel")]
    gap = gaps.gap("m1")
    assert gaps.nearest(gap) is None
    desk.sure = {"en": (PARCELS, 0.29)}
    nearest = gaps.nearest(gap)
    assert nearest
    assert not nearest.extend
    desk.sure = {"en": (PARCELS, 0.3)}
    nearest = gaps.nearest(gap)
    assert nearest
    assert (nearest.card.id, nearest.extend) == ("en/parcels", True)


def test_people_s_replies_after_the_question_are_told_the_latest_first(
    gaps: Gaps, log: Log
) -> None:
    log.questions = [
        asked("m1", "where is my parcel", minute=0),
        asked("m2", "where is my parcel", minute=5),
    ]
    for question in log.questions:
        log.said[question.conversation_id] = [
            Message("a0", "c", Author.AGENT, "Before.", "en", question.asked_at - timedelta(1)),
            Message("a1", "c", Author.CUSTOMER, "?", "en", question.asked_at),
            Message("a2", "c", Author.AGENT, f"For {question.message_id}.", "en", NOON
                    + timedelta(minutes=9)),
        ]  # fmt: skip
    replies = gaps.replies(gaps.gap("m1"))
    assert [reply.text for reply in replies] == ["For m2.", "For m1."]


def test_names_are_those_that_customers_said_too(gaps: Gaps, log: Log) -> None:
    log.questions = [asked("m1", "where is my parcel")]
    said = Message("a1", "c-m1", Author.CUSTOMER, "I'm Ines, thank you Oskar", "en", NOON)
    log.said["c-m1"] = [said, replace(said, author=Author.AGENT, text="I'm Noor.")]
    assert gaps._log.names(gaps.gap("m1")) == {"Ines", "Oskar"}


def test_a_decision_is_kept_with_who_took_it_and_holds_the_group_together(
    gaps: Gaps, log: Log
) -> None:
    log.questions = [asked("m1", "where is my parcel", minute=-100)]
    gaps.take("m1", by=WRITER)
    assert log.decisions["m1"].state is GapState.IN_WORK
    assert (log.deeds[0].person_id, log.deeds[0].action) == ("writer-1", "gap_taken")
    assert gaps.overview(GapState.OPEN).gaps == []
    # The question that founded it is too old to be read; its gap keeps the name all the same.
    old = replace(log.questions[0], asked_at=NOON - timedelta(days=200))
    log.questions = [old, asked("m2", "my parcel where is it")]
    (gap,) = gaps.overview(GapState.IN_WORK).gaps
    assert gap.id == "m1"
    assert [question.message_id for question in gap.questions] == ["m2"]


def test_an_event_that_does_not_fit_is_refused(gaps: Gaps, log: Log) -> None:
    log.questions = [asked("m1", "where is my parcel")]
    with pytest.raises(WrongStatus):
        gaps.reopen("m1", by=WRITER)
    with pytest.raises(UnknownThing):
        gaps.take("gone", by=WRITER)
    gaps.dismiss("m1", by=WRITER)
    gaps.reopen("m1", by=WRITER)
    assert gaps.gap("m1").state is GapState.OPEN


def test_done_once_the_article_is_published_and_the_questions_are_answered_from_it(
    gaps: Gaps, log: Log, desk: Desk
) -> None:
    log.questions = [asked("m1", "where is my parcel"), asked("m2", "where is my parcel, please")]
    gaps.take("m1", by=WRITER, article_id=PARCELS.id)
    desk.cites = PARCELS
    assert gaps.settle() == []
    log.published = {PARCELS.id: PARCELS}
    (decided,) = gaps.settle()
    assert (decided.state, decided.by, decided.article_id) == (
        GapState.DONE,
        "assistant",
        PARCELS.id,
    )
    assert gaps.gap("m1").state is GapState.DONE


def test_not_done_while_the_article_is_as_it_was(gaps: Gaps, log: Log, desk: Desk) -> None:
    log.questions = [asked("m1", "where is my parcel")]
    log.published = {PARCELS.id: PARCELS}
    desk.cites = PARCELS
    gaps.take("m1", by=WRITER, article_id=PARCELS.id)
    assert gaps.settle() == []
    log.published = {PARCELS.id: replace(PARCELS, body="Now with the tracking number.")}
    assert [decided.gap_id for decided in gaps.settle()] == ["m1"]


def test_done_where_the_article_was_published_before_somebody_took_it(
    gaps: Gaps, log: Log, desk: Desk
) -> None:
    log.questions = [asked("m1", "where is my parcel")]
    log.published = {PARCELS.id: PARCELS}
    gaps.take("m1", by=WRITER, article_id=PARCELS.id)
    assert gaps.settle() == []
    # As it was, but what kept it from answering is gone.
    desk.cites = PARCELS
    log.published["en/gifts"] = replace(PARCELS, id="en/gifts", body="Gifts.")
    assert [decided.gap_id for decided in gaps.settle()] == ["m1"]


def test_a_gap_that_cannot_be_measured_keeps_no_other_from_it_and_is_measured_again(
    gaps: Gaps, log: Log, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    log.questions = [asked("m1", "where is my parcel"), asked("m2", "which bulb for the lamp")]
    for gap_id in ("m1", "m2"):
        gaps.take(gap_id, by=WRITER, article_id=PARCELS.id)
    log.published, desk.cites = {PARCELS.id: PARCELS}, PARCELS
    answers = desk.consider_extractive

    def broken(text: str, *, locale: str) -> Considered:
        if "parcel" in text:
            raise RuntimeError("no model")
        return answers(text, locale=locale)

    monkeypatch.setattr(desk, "consider_extractive", broken)
    assert [decided.gap_id for decided in gaps.settle()] == ["m2"]
    monkeypatch.undo()
    assert [decided.gap_id for decided in gaps.settle()] == ["m1"]
    assert gaps.settle() == []


def word_for_word(*, hours: float) -> Curated:
    """Written so many hours after noon."""
    at = NOON + timedelta(hours=hours)
    return Curated("k1", "en", ("Where is my parcel?",), "On its way.", None, "w", at)


@pytest.mark.parametrize("article_id", [None, PARCELS.id])
def test_done_once_it_is_answered_word_for_word(
    gaps: Gaps, log: Log, desk: Desk, article_id: str | None
) -> None:
    """Also where an article was to answer it that nobody has published."""
    log.questions = [asked("m1", "where is my parcel")]
    gaps.take("m1", by=WRITER, article_id=article_id)
    assert gaps.settle() == []
    desk.says = word_for_word(hours=2)
    log.words = [desk.says]
    assert [decided.state for decided in gaps.settle()] == [GapState.DONE]


def test_not_done_by_words_that_were_there_when_it_was_taken_on(
    gaps: Gaps, log: Log, desk: Desk
) -> None:
    log.questions = [asked("m1", "where is my parcel")]
    desk.says = word_for_word(hours=0.5)
    log.words = [desk.says]
    gaps.take("m1", by=WRITER)
    assert gaps.settle() == []
    desk.says = word_for_word(hours=2)
    log.words = [desk.says]
    assert [decided.gap_id for decided in gaps.settle()] == ["m1"]


def test_what_has_nothing_to_answer_it_yet_is_not_asked_at_every_publication(
    gaps: Gaps, log: Log, desk: Desk
) -> None:
    log.questions = [asked("m1", "where is my parcel")]
    log.words = [word_for_word(hours=0.5)]
    gaps.take("m1", by=WRITER)
    log.published = {PARCELS.id: PARCELS}
    assert gaps.settle() == []
    assert desk.asked == []


def test_not_done_by_an_article_that_nobody_named(gaps: Gaps, log: Log, desk: Desk) -> None:
    log.questions = [asked("m1", "where is my parcel")]
    gaps.take("m1", by=WRITER)
    log.published, desk.cites = {PARCELS.id: PARCELS}, PARCELS
    assert gaps.settle() == []


def test_not_done_while_another_article_answers(gaps: Gaps, log: Log, desk: Desk) -> None:
    log.questions = [asked("m1", "where is my parcel")]
    gaps.take("m1", by=WRITER, article_id=PARCELS.id)
    log.published = {PARCELS.id: PARCELS}
    desk.cites = replace(PARCELS, id="en/gifts")
    assert gaps.settle() == []
    assert [each.answered for each in gaps.asked_again(gaps.gap("m1"))] == [False]


def test_a_translation_answers_too(gaps: Gaps, log: Log, desk: Desk) -> None:
    french = Article("fr/colis", "Colis", "fr", "Où il est.", translation_of=PARCELS.id)
    log.questions = [asked("m1", "où est mon colis", locale="fr")]
    gaps.take("m1", by=WRITER, article_id=PARCELS.id)
    log.published = {PARCELS.id: PARCELS, french.id: french}
    desk.cites = french
    assert [decided.state for decided in gaps.settle()] == [GapState.DONE]


def test_each_wording_is_asked_again_once(gaps: Gaps, log: Log, desk: Desk) -> None:
    log.questions = [
        asked("m1", "Where is my parcel?"),
        asked("m2", "where is my parcel"),
        asked("m3", "My parcel: where is it, and is it lost?"),
    ]
    assert len(gaps.asked_again(gaps.gap("m1"))) == len(desk.asked) == 2
