"""The figures as flat rows, for spreadsheets and scripts: CSV and JSON lines. Pure.

No row holds a customer's words, except that a theme's terms are words that customers used.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields

from assistant.insights.calibration import Calibration, as_shown
from assistant.insights.customers import ByCustomers
from assistant.insights.drivers import Analysis
from assistant.insights.journeys import Journeys
from assistant.insights.predictions import SitePredictions
from assistant.insights.rates import Estimate, Rate
from assistant.insights.report import Report, Row
from assistant.insights.themes import Ranking, ThemeName
from assistant.ports.figures import By, Outcome
from assistant.ports.usage import ArticleUse, PersonWork

Cell = str | int | float | bool | None
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Table:
    """Every row has every column; None where there is nothing to tell."""

    columns: tuple[str, ...]
    rows: Sequence[Mapping[str, Cell]]

    def as_json(self) -> list[dict[str, Cell]]:
        """In the order of the columns."""
        return [{column: row.get(column) for column in self.columns} for row in self.rows]

    def as_lines(self) -> str:
        """A JSON object a line."""
        return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in self.as_json())

    def as_csv(self) -> str:
        """With the columns' names first (RFC 4180). A text that a spreadsheet would take for a
        formula is quoted by an apostrophe."""
        text = io.StringIO()
        writer = csv.DictWriter(text, self.columns)
        writer.writeheader()
        for row in self.as_json():
            writer.writerow({column: _harmless(cell) for column, cell in row.items()})
        return text.getvalue()


_SHARE = ("count", "n", "share", "low", "high")
_CHANGE = ("change", "change_low", "change_high")
_REPORT = (
    *("section", "name", "among", *_SHARE, "count_before", "n_before", *_CHANGE),
    *("value", "value_low", "value_high", "median_s", "p90_s"),
)
_THEMES = (
    *("theme_id", "terms", "article_id", "conversations", "asked"),
    *("conversations_before", "asked_before", *_CHANGE, "effort", "effort_low", "effort_high"),
    *("unhelped", "unhelped_share", "unhelped_low", "unhelped_high", "weight"),
)
_DRIVERS = (
    *("kind", "name", "good", "n", "good_share", "good_others", "n_others"),
    *("difference", "difference_low", "difference_high"),
)
_CUSTOMERS = (
    *("attribute", "segment", "conversations"),
    *(
        f"{name}{end}"
        for name in ("csat", "helped", "handed")
        for end in ("", "_n", "_share", "_low", "_high")
    ),
    *("effort", "effort_low", "effort_high"),
)
_JOURNEY = ("at", "start", "end", *_SHARE, "effort", "effort_low", "effort_high")
_PREDICTIONS = ("predicted", *_SHARE)


def report_table(report: Report) -> Table:
    """Of the dashboard: shares by section, means as `value`, times in seconds."""
    return Table(_REPORT, [*_counted(report), *_times(report), *_asked(report), *_trend(report)])


def themes_table(ranking: Ranking, names: Mapping[str, ThemeName]) -> Table:
    """Those that are shown, the heaviest first."""
    rows = []
    for theme in ranking.themes:
        name = names.get(theme.id)
        rows.append(
            {
                "theme_id": theme.id,
                "terms": " ".join(name.terms) if name else None,
                "article_id": name.article_id if name else None,
                "conversations": theme.of_all.count,
                "asked": theme.of_all.n,
                "conversations_before": theme.before.count,
                "asked_before": theme.before.n,
                **_estimate(theme.change, "change"),
                **_estimate(theme.effort_estimate, "effort"),
                "unhelped": theme.unhelped.count,
                "weight": theme.weight,
                "unhelped_share": _share(theme.unhelped),
                **_bounds(theme.unhelped.estimate, "unhelped"),
            }
        )
    return Table(_THEMES, rows)


def drivers_table(analysis: Analysis) -> Table:
    """Every comparison that could be made."""
    rows = [
        {
            "kind": driver.kind.value,
            "name": driver.name,
            "good": driver.these.count,
            "n": driver.these.n,
            "good_share": _share(driver.these),
            "good_others": driver.others.count,
            "n_others": driver.others.n,
            **_estimate(driver.difference, "difference"),
        }
        for driver in analysis.drivers
    ]
    return Table(_DRIVERS, rows)


def conversations_table(outcomes: Sequence[Outcome], calibration: Calibration | None) -> Table:
    """A row for each conversation that the dashboard counts; `predicted` by the site's own line
    where it has one, and then `calibrated`."""
    columns = (*(each.name for each in fields(Outcome)), "calibrated")
    rows = [
        {
            **vars(each),
            "began": each.began.isoformat(),
            "rung": each.rung.value,
            "predicted": None if (p := each.predicted) is None else as_shown(p, calibration),
            "calibrated": None if p is None else calibration is not None,
        }
        for each in outcomes
    ]
    return Table(columns, rows)


def articles_table(uses: Sequence[ArticleUse]) -> Table:
    """A row for each article that was cited or judged."""
    columns = tuple(each.name for each in fields(ArticleUse))
    return Table(columns, [asdict(use) for use in uses])


def people_table(work: Sequence[PersonWork]) -> Table:
    """A row for each person who did anything."""
    columns = tuple(each.name for each in fields(PersonWork))
    return Table(columns, [asdict(each) for each in work])


def customers_table(found: ByCustomers) -> Table:
    """A row for each segment."""
    rows = []
    for group in found.groups:
        shares = {"csat": group.csat, "helped": group.helped, "handed": group.handed}
        row: dict[str, Cell] = {"attribute": found.attribute, "segment": str(group.segment)}
        row["conversations"] = group.conversations
        for name, rate in shares.items():
            row |= {name: rate.count, f"{name}_n": rate.n, f"{name}_share": _share(rate)}
            row |= _bounds(rate.estimate, name)
        rows.append({**row, **_estimate(group.effort, "effort")})
    return Table(_CUSTOMERS, rows)


def journey_table(found: Journeys) -> Table:
    """A row for each passage from one step to another, as the so-manieth of the way."""
    rows = [
        {
            "at": each.at,
            "start": each.start.value,
            "end": each.end.value,
            **_rate(each.of_those),
            **_estimate(each.effort, "effort"),
        }
        for each in found.passages
    ]
    return Table(_JOURNEY, rows)


def predictions_table(site: SitePredictions) -> Table:
    """What was predicted beside how many rated it 4 or 5, a row for each bin that has any."""
    rows = [{"predicted": each.predicted, **_rate(each.good)} for each in site.bins]
    return Table(_PREDICTIONS, rows)


def _counted(report: Report) -> Iterator[dict[str, Cell]]:
    sections = {"ladder": report.ladder, "rates": report.rates, "reasons": report.reasons}
    for section, rows in sections.items():
        for row in rows:
            yield {"section": section, "name": row.name, "among": row.among, **_compared(row)}


def _compared(row: Row) -> dict[str, Cell]:
    before = {"count_before": row.before.count, "n_before": row.before.n}
    return {**_rate(row.now), **before, **_estimate(row.change, "change")}


def _times(report: Report) -> Iterator[dict[str, Cell]]:
    for each in report.times:
        took = {"median_s": each.now.median, "p90_s": each.now.p90}
        yield {"section": "times", "name": each.took.value, "n": each.now.n, **took}


def _asked(report: Report) -> Iterator[dict[str, Cell]]:
    for each in report.asked:
        section = f"asked_{each.by.value}"
        shares = {"response": each.response, "csat": each.csat, "ces_easy": each.ces_easy}
        for name, row in shares.items():
            yield {"section": section, "name": name, **_compared(row)}
        for name, mean in each.means.items():
            n = mean.n if mean else sum(each.given[name].values())
            yield {"section": section, "name": name, "n": n, **_estimate(mean, "value")}


def _trend(report: Report) -> Iterator[dict[str, Cell]]:
    for bucket in report.trend:
        yield {"section": "trend", "name": bucket.first.isoformat(), **_rate(bucket.helped)}
    for by in By:
        for bucket in report.trend:
            told = {"section": f"trend_csat_{by.value}", "name": bucket.first.isoformat()}
            yield {**told, **_rate(bucket.csat[by])}


def _share(rate: Rate) -> float | None:
    return rate.estimate.value if rate.estimate else None


def _rate(rate: Rate) -> dict[str, Cell]:
    found = rate.estimate
    shares = {"share": found.value, "low": found.low, "high": found.high} if found else {}
    return {"count": rate.count, "n": rate.n, **shares}


def _estimate(found: Estimate | None, name: str) -> dict[str, Cell]:
    return {name: found.value, **_bounds(found, name)} if found else {}


def _bounds(found: Estimate | None, name: str) -> dict[str, Cell]:
    return {f"{name}_low": found.low, f"{name}_high": found.high} if found else {}


def _harmless(cell: Cell) -> Cell:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell
