"""What a sync is about to do, decided before anything is done. Pure: no store, no files."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from assistant.errors import HalfUnderstood, UnreadableSource, Withheld
from assistant.knowledge.sources.folder import page_id

WITHDRAW_SHARE = 0.2
"""Of a source's articles, that may vanish at once without a word: more is rather a mistake."""

_HANDFUL = 5
"""So few articles that one of them gone says nothing."""


@dataclass(frozen=True)
class SyncPlan:
    """What to do with each article of a source, by id."""

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    withdrawn: tuple[str, ...] = ()


@dataclass(frozen=True)
class SyncMode:
    """How a sync is asked for. `dry_run` reads and plans, and writes nothing; `withdraw` says that
    articles gone from the source are meant to be gone, however many."""

    dry_run: bool = False
    withdraw: bool = False


@dataclass
class SyncReport:
    """What a sync did, or would do; `refused` names each input that did not become an article.

    `kept` counts articles not found this time that stay, as they may be among the refused.
    `held_back` counts those that stay because too many vanished at once to be believed.
    `passed_over` names drafts, redirects and what the editor took over: on purpose no articles of
    this source. `noticed` names what was not understood in articles that are there. `plan` has the
    ids behind the numbers.
    """

    source: str
    dry_run: bool = False
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    withdrawn: int = 0
    passages: int = 0
    embedded: int = 0
    kept: int = 0
    held_back: int = 0
    refused: list[UnreadableSource] = field(default_factory=list)
    passed_over: list[Withheld] = field(default_factory=list)
    noticed: list[HalfUnderstood] = field(default_factory=list)
    plan: SyncPlan = field(default_factory=SyncPlan)

    def as_json(self) -> dict[str, Any]:
        """All of it, for a script and for the store."""
        lists = {
            key: [
                {name: getattr(entry, name) for name in ("path", "line", "reason", "remedy")}
                for entry in entries
            ]
            for key, entries in (
                ("refused", self.refused),
                ("passed_over", self.passed_over),
                ("noticed", self.noticed),
            )
        }
        planned = ("added", "changed", "withdrawn")
        articles = {done: list(getattr(self.plan, done)) for done in planned}
        counted = {key: value for key, value in vars(self).items() if key != "plan"}
        return {**counted, **lists, "articles": articles}

    @property
    def is_whole(self) -> bool:
        """Whether everything in the source was taken as it stands."""
        return not self.refused and not self.held_back


def plan_sync(found: Mapping[str, str], stored: Mapping[str, str]) -> SyncPlan:
    """Compare content hashes by article id: what the source has now, and what was published."""
    return SyncPlan(
        added=tuple(id for id in found if id not in stored),
        changed=tuple(id for id, hash in found.items() if stored.get(id, hash) != hash),
        unchanged=tuple(id for id, hash in found.items() if stored.get(id) == hash),
        withdrawn=tuple(id for id in stored if id not in found),
    )


def withhold(plan: SyncPlan, report: SyncReport, *, most: float | None) -> SyncPlan:
    """The plan without withdrawals that may be mistakes; the report counts those.

    Articles that may be among the refused stay. Of the others all stay where they are more than
    the share `most` of what the source had; None believes any number.
    """
    kept = _perhaps_broken(plan.withdrawn, report)
    gone = tuple(id for id in plan.withdrawn if id not in kept)
    had = len(plan.changed) + len(plan.unchanged) + len(plan.withdrawn)
    report.kept = len(kept)
    if most is not None and _is_too_many(len(gone), had=had, most=most):
        report.held_back, gone = len(gone), ()
    return replace(plan, withdrawn=gone)


def _is_too_many(gone: int, *, had: int, most: float) -> bool:
    if gone == 1 < had <= _HANDFUL and most > 0:
        return False
    return gone > most * had


def _perhaps_broken(missing: Sequence[str], report: SyncReport) -> Collection[str]:
    """Of the articles not found, those that may be there but cannot be read now: they stay.

    That is all of them where something is too broken to tell which article it is, and all below a
    folder that cannot be entered.
    """
    ids = [_id_of(entry, missing, report) for entry in report.refused]
    if None in ids:
        return set(missing)
    below = tuple(f"{id}/" for id in ids)
    return {id for id in missing if id in ids or id.startswith(below)}


def _id_of(entry: UnreadableSource, missing: Sequence[str], report: SyncReport) -> str | None:
    if entry.article_id is not None:
        return entry.article_id
    path, root = Path(entry.path), Path(report.source)
    if root in path.parents and path.suffix:
        # Its front matter may have named it otherwise; not if its path did so the last time.
        id = page_id(path, root)
        return id if id in missing else None
    return None
