"""Ways of conversations: how many take each step, where effort lies, and how it is drawn."""

from __future__ import annotations

from assistant.insights.journeys import LONGEST, Journey, Step, journeys, took, way, went
from assistant.server.flow import COLUMN, HEIGHT, flow

ASKED, ANSWERED, CALLED, END = Step.QUESTION, Step.ANSWER, Step.CALLED, Step.END


def some(n: int, *steps: Step, effort: int | None = 0, first: int = 0) -> list[Journey]:
    return [
        Journey(f"c{first + k}", way(steps, returned=False), "/cart", helped=True, effort=effort)
        for k in range(n)
    ]


def test_a_way_has_an_end_and_whoever_writes_twice_took_one_step() -> None:
    steps = (ASKED, ANSWERED, ASKED, Step.CALLED, Step.PERSON, Step.PERSON, Step.RESOLVED)
    assert way(steps, returned=True) == (
        *(ASKED, ANSWERED, ASKED, CALLED, Step.PERSON, Step.RESOLVED, Step.RETURNED, END),
    )
    again = (ASKED, CALLED, Step.PERSON, Step.RESOLVED, Step.RETURNED, ASKED, ANSWERED)
    assert way(again, returned=True) == (*again, END)
    assert way((), returned=False) == (Step.GREETING, END)
    long = way([ASKED, ANSWERED] * 9, returned=False)
    assert (len(long), long[-1]) == (LONGEST + 1, Step.MORE)


def test_what_the_customer_looked_at_is_on_the_way() -> None:
    steps = (ASKED, ANSWERED, Step.PAGE, Step.PAGE, Step.SEARCH, Step.ARTICLE, ASKED, ANSWERED)
    assert way(steps, returned=False) == (
        *(ASKED, ANSWERED, Step.PAGE, Step.SEARCH, Step.ARTICLE, ASKED, ANSWERED, END),
    )


def test_every_passage_counts_among_those_who_came_so_far() -> None:
    found = some(30, ASKED, ANSWERED) + some(10, ASKED, CALLED, first=30)
    told = journeys(found)
    passages = {(p.at, p.start, p.end): p.of_those for p in told.passages}
    assert passages[0, ASKED, ANSWERED].count == 30
    assert passages[0, ASKED, ANSWERED].n == 40
    assert passages[1, CALLED, END].n == 10
    assert [(path.of_all.count, path.of_all.n) for path in told.paths] == [(30, 40), (10, 40)]
    assert told.pages[0][0] == "/cart"
    for (at, start, end), rate in passages.items():
        assert len(took(found, at=at, start=start, end=end)) == rate.count
    assert [len(went(found, path.steps)) for path in told.paths] == [30, 10]


def test_a_step_is_called_harder_only_where_its_interval_says_so() -> None:
    easy, hard = some(60, ASKED, ANSWERED, effort=5), some(12, ASKED, CALLED, effort=60)
    harder = journeys(easy + hard).harder
    assert {(p.start, p.end) for p in harder} == {(ASKED, CALLED), (CALLED, END)}
    assert journeys(easy + some(3, ASKED, CALLED, effort=90)).harder == []
    assert journeys(some(5, ASKED, ANSWERED, effort=None)).effort is None


def test_the_picture_has_room_for_everybody_and_loses_nobody() -> None:
    told = journeys(some(30, ASKED, ANSWERED) + some(10, ASKED, CALLED, effort=99))
    picture = flow(told.passages, harder=told.harder)
    columns: dict[float, int] = {}
    for box in picture.boxes:
        columns[box.x] = columns.get(box.x, 0) + box.n
    assert columns == {0: 40, COLUMN: 40, 2 * COLUMN: 40}
    assert sum(band.n for band in picture.bands) == 80
    assert picture.boxes[0].height == HEIGHT
    assert max(box.y + box.height for box in picture.boxes) < picture.height
    assert flow([], harder=[]).boxes == []
