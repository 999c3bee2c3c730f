"""The names of themes, made of what was asked in them last."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from assistant.insights.themes import ThemeName, named
from assistant.ports.digests import DigestStore, FirstQuestion
from assistant.ports.figures import Fact

_READ_OF_EACH = 200
"""Questions from which a theme's name is made."""


def names_of(
    store: DigestStore, facts: Sequence[Fact], theme_ids: Iterable[str], *, locale: str
) -> dict[str, ThemeName]:
    """By theme, in the reader's language where anything was asked in it. `facts`: in time."""
    members: dict[str, list[str]] = {id: [] for id in theme_ids}
    for fact in reversed(facts):
        if fact.theme_id in members and len(members[fact.theme_id]) < _READ_OF_EACH:
            members[fact.theme_id].append(fact.conversation_id)
    return named_by(store, members, locale=locale)


def named_by(
    store: DigestStore, members: Mapping[str, Sequence[str]], *, locale: str
) -> dict[str, ThemeName]:
    """From these conversations of each theme."""
    read = store.first_questions(id for ids in members.values() for id in ids)
    questions: dict[str, list[FirstQuestion]] = {
        theme_id: [read[id] for id in ids if id in read] for theme_id, ids in members.items()
    }
    return named(questions, locale=locale)
