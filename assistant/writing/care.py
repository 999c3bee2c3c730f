"""Which published articles need their writers' care, and why. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from assistant.domain.manuscript import Manuscript
from assistant.markup import internal_links

AddressOf = Callable[[str], str | None]


@dataclass(frozen=True)
class Care:
    """An article with what is wrong: the day that it should have been read again, the moment that
    its original changed, and the links in it that lead nowhere."""

    manuscript: Manuscript
    review_on: date | None = None
    original_changed: datetime | None = None
    dead_links: tuple[str, ...] = ()


def in_need(
    manuscripts: Iterable[Manuscript],
    *,
    today: date,
    changed_at: Mapping[str, datetime],
    address_of: AddressOf,
) -> list[Care]:
    """Those that need something, the longest overdue first. `changed_at`: article id → when its
    text became what it is."""
    found = []
    for each in manuscripts:
        due = each.content.review_on
        care = Care(
            each,
            review_on=due if due is not None and due <= today else None,
            original_changed=original_changed(each, changed_at),
            dead_links=dead_links(each, address_of),
        )
        if care != Care(each):
            found.append(care)
    return sorted(found, key=lambda care: (care.review_on or today, care.manuscript.id))


def original_changed(manuscript: Manuscript, changed_at: Mapping[str, datetime]) -> datetime | None:
    """When the text that it translates changed, where nobody has saved the translation since."""
    changed = changed_at.get(manuscript.content.translation_of or "")
    return changed if changed and changed > manuscript.latest.saved_at else None


def dead_links(manuscript: Manuscript, address_of: AddressOf) -> tuple[str, ...]:
    """Links to articles that are not there, as they stand in the text."""
    links = internal_links(manuscript.content.body, article_id=manuscript.article_id)
    return tuple(dict.fromkeys(target for target, id in links if address_of(id) is None))
