"""The insights pages: figures of a period, and the conversations behind each of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Query
from fastapi.responses import Response
from pydantic import BaseModel, Field

from assistant.domain.conversation import Author, Conversation, Message
from assistant.domain.segment import LONGEST_SEGMENT, segment_from
from assistant.insights.beside import beside
from assistant.insights.calibration import FEWEST
from assistant.insights.cues import reason_text
from assistant.insights.effort import EffortEvent
from assistant.insights.parquet import has_parquet
from assistant.insights.predictions import SitePredictions
from assistant.insights.report import Against, earlier, report
from assistant.insights.satisfaction import SatisfactionReason
from assistant.insights.score import ConversationScore, score_conversation
from assistant.insights.transcript import said_in
from assistant.ports.figures import Cohort, Counted
from assistant.server.console import Console, ReaderDep
from assistant.server.dependencies import ConversationId
from assistant.server.narrowing import choices, idle, narrowed_to, segment_name
from assistant.server.sign_in import CONSOLE

PATH = f"{CONSOLE}/insights"
PER_PAGE = 50
PERIODS = (7, 30, 90)
"""Days that are one click away; the middle one is what the page opens with."""
_LONGEST = 3660
_DAY = timedelta(days=1)

router = APIRouter(prefix=PATH, include_in_schema=False)

Day = Annotated[str, Field(pattern=r"^(\d{4}-\d{2}-\d{2})?$")]
Word = Annotated[str, Field(max_length=100)]


class Filters(BaseModel):
    """Which conversations, as the address says it. Both days belong to the period."""

    since: Day = ""
    until: Day = ""
    language: Word = ""
    reason: Word = ""
    theme: Word = ""
    channel: Word = ""
    agent: Word = ""
    segment: Annotated[str, Field(max_length=LONGEST_SEGMENT)] = ""
    against: Against = Against.PERIOD_BEFORE
    simulated: bool = False

    def cohort(self, now: datetime) -> Cohort:
        """What no calendar has is passed over, as is a period that ends before it begins, and what
        is no segment; `passed_over` tells."""
        first, last = self._days(now)
        first = max(min(first, last), last - _LONGEST * _DAY)
        return Cohort(
            since=_midnight(first),
            until=_midnight(last + _DAY),
            at=now,
            locale=self.language or None,
            reason=self.reason or None,
            theme=self.theme or None,
            channel=self.channel or None,
            agent=self.agent or None,
            segment=segment_from(self.segment),
            simulated=self.simulated,
        )

    def passed_over(self, now: datetime) -> Iterator[str]:
        """Each with what could be asked for instead."""
        days = {"since": self.since, "until": self.until}
        for name, text in days.items():
            if text and day_of(text) is None:
                yield f"{name}={text} is no day; write one as {name}=2026-10-31."
        first, last = self._days(now)
        if first > last:
            yield f"since={first} is after until={last}; let it be that day or an earlier one."
        if last - first > _LONGEST * _DAY:
            yield f"From {first} to {last} is too long; {_LONGEST} days can be asked for at once."
        if self.segment and segment_from(self.segment) is None:
            yield (
                f"{self.segment!r} is no segment; write plan=pro, orders=3..10, or plan= for those"
                " of whom it is not told."
            )

    def _days(self, now: datetime) -> tuple[date, date]:
        last = day_of(self.until) or now.date()
        return day_of(self.since) or last - (PERIODS[1] - 1) * _DAY, last

    @property
    def address(self) -> dict[str, str]:
        """As they stand in the address of any page about the cohort."""
        return self._in_address(set(Filters.model_fields))

    @property
    def own(self) -> dict[str, str]:
        """What stands in the address of this page alone."""
        return self._in_address({*type(self).model_fields} - {*Filters.model_fields})

    def _in_address(self, names: set[str]) -> dict[str, str]:
        values = self.model_dump(mode="json", include=names).items()
        told = {
            name: str(int(value) or "") if isinstance(value, bool) else str(value)
            for name, value in values
        }
        return {name: value for name, value in told.items() if value}


class Paged(Filters):
    """And which page of a list."""

    page: Annotated[int, Field(ge=1, le=10_000)] = 1


class Listed(Paged):
    """And which of them: a name of the tally; `before`: of the earlier period."""

    name: Word = Counted.ALL.value
    before: bool = False


@dataclass(frozen=True)
class ScoredTurn:
    """A message with what it cost and what it suggests; predictions are of customers' turns."""

    message: Message
    effort: Sequence[EffortEvent]
    predicted: float | None
    reasons: Sequence[SatisfactionReason]


@dataclass(frozen=True)
class Scored:
    """A conversation with what its words suggest."""

    conversation: Conversation
    asked: str
    effort: int
    satisfaction: float | None


@router.get("")
def insights(console: ReaderDep, filters: Annotated[Filters, Query()]) -> Response:
    """Figures of the period beside those of the period before."""
    store, now = console.assistant.store, datetime.now(UTC)
    cohort = filters.cohort(now)
    return render(
        console,
        "insights",
        filters,
        cohort,
        report=report(store, cohort, against=filters.against),
        simulated=store.simulated_conversations(),
        periods=[(days, _days_back(filters, days, now)) for days in PERIODS],
        choices=choices(
            console,
            language=filters.language,
            theme=filters.theme,
            simulated=filters.simulated,
        ),
    )


@router.get("/conversations")
def counted(console: ReaderDep, filters: Annotated[Listed, Query()]) -> Response:
    """The conversations behind a number, each with its predicted scores."""
    store = console.assistant.store
    cohort = filters.cohort(datetime.now(UTC))
    if filters.before:
        cohort = earlier(cohort, filters.against)
    skip = (filters.page - 1) * PER_PAGE
    found = store.counted(cohort, filters.name, limit=PER_PAGE + 1, skip=skip)
    return _list(console, filters, cohort, found, path="conversations", heading="")


@router.get("/conversations/{id}")
def scores(
    console: ReaderDep, id: ConversationId, filters: Annotated[Filters, Query()]
) -> Response:
    """Why a conversation is scored as it is, turn by turn."""
    store, now = console.assistant.store, datetime.now(UTC)
    conversation, messages = store.conversation(id), store.messages(id)
    calibration = site_predictions(console, filters).calibration
    score = score_conversation(
        said_in(messages),
        locale=conversation.locale,
        calibration=calibration,
        beside=beside(store, id, now=now),
    )
    locale = console.pages.locale(console.request)
    return render(
        console,
        "insights_score",
        filters,
        filters.cohort(now),
        conversation=conversation,
        score=score,
        turns=_turns(messages, score),
        calibration=calibration,
        reason_text=lambda cue, of: reason_text(cue, of=of, locale=locale),
    )


@router.get("/predictions")
def predictions(console: ReaderDep, filters: Annotated[Filters, Query()]) -> Response:
    """Whether what is predicted comes true, by the site's own surveys, of whatever time."""
    whole = Filters(simulated=filters.simulated)
    return render(
        console,
        "insights_predictions",
        whole,
        whole.cohort(datetime.now(UTC)),
        site=site_predictions(console, whole),
        fewest=FEWEST,
    )


def list_of(
    console: Console, filters: Paged, cohort: Cohort, ids: Sequence[str], *, path: str, heading: str
) -> Response:
    """A page of these conversations, each with its predicted scores; `path`: its own."""
    store, skip = console.assistant.store, (filters.page - 1) * PER_PAGE
    found = [store.conversation(id) for id in ids[skip : skip + PER_PAGE + 1]]
    return _list(console, filters, cohort, found, path=path, heading=heading)


def _list(
    console: Console,
    filters: Paged,
    cohort: Cohort,
    found: Sequence[Conversation],
    *,
    path: str,
    heading: str,
) -> Response:
    """With one more than the page holds, if there is one. Without a `heading`, that of the name."""
    site = site_predictions(console, filters)
    return render(
        console,
        "insights_list",
        filters,
        cohort,
        scored=[_scored(each, console, site) for each in found[:PER_PAGE]],
        calibration=site.calibration,
        more=len(found) > PER_PAGE,
        listed=path,
        heading=heading,
    )


def render(
    console: Console, page: str, filters: Filters, cohort: Cohort, **values: Any
) -> Response:
    """A page about a cohort, with `link` to the others of the same cohort."""
    words, w = console.pages.wordings(console.request, "insights")
    _, c = console.pages.wordings(console.request, "customers")
    return console.render(
        page,
        words=words,
        w=w,
        c=c,
        narrowed=narrowed_to(console, cohort),
        segment_name=lambda segment: segment_name(segment, c),
        filters=filters,
        cohort=cohort,
        last_day=cohort.until - _DAY,
        link=linker(filters),
        idle=idle,
        has_parquet=has_parquet(),
        shown_time=shown_time,
        **values,
    )


def shown_time(seconds: float | None) -> str:
    """For people, in the largest unit that it fills: 2.1 s, 13 min, 5.2 h, 3.0 d."""
    if seconds is None:
        return "–"
    for unit, size in (("d", 86_400), ("h", 3600), ("min", 60)):
        if seconds >= size:
            return f"{seconds / size:.{0 if unit == 'min' else 1}f} {unit}"
    return f"{seconds:.1f} s"


def linker(filters: Filters) -> Callable[..., str]:
    """`link("wrong")`: the list behind a number of this page; with something changed."""

    def link(name: str = "", path: str = "", **changed: object) -> str:
        values = {**filters.address, "name": name, **changed}
        kept = {key: value for key, value in values.items() if value}
        path = "/".join(filter(None, (PATH, "conversations" if name else path)))
        return f"{path}?{urlencode(kept)}" if kept else path

    return link


def _days_back(filters: Filters, days: int, now: datetime) -> str:
    since = now.date() - (days - 1) * _DAY
    return linker(filters)(since=since.isoformat(), until=now.date().isoformat())


def site_predictions(console: Console, filters: Filters) -> SitePredictions:
    """Of real conversations, or of made-up ones."""
    return console.assistant.predictions.of_site(simulated=filters.simulated)


def _scored(conversation: Conversation, console: Console, site: SitePredictions) -> Scored:
    store = console.assistant.store
    messages = store.messages(conversation.id)
    asked = next((message.text for message in messages if message.author is Author.CUSTOMER), "")
    score = score_conversation(
        said_in(messages),
        locale=conversation.locale,
        calibration=site.calibration,
        beside=beside(store, conversation.id, now=datetime.now(UTC)),
    )
    return Scored(conversation, asked, score.effort.index, score.shown)


def _turns(messages: Sequence[Message], score: ConversationScore) -> list[ScoredTurn]:
    predicted = {turn.index: turn for turn in score.satisfaction.turns}
    return [
        ScoredTurn(
            message,
            effort=[event for event in score.effort.events if event.turn == index],
            predicted=score.turn(predicted[index]) if index in predicted else None,
            reasons=predicted[index].reasons if index in predicted else (),
        )
        for index, message in enumerate(messages)
    ]


def day_of(text: str) -> date | None:
    """None for what no calendar has."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    # A year on either side is added and taken away.
    return found if 1900 < found.year < 9000 else None


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
