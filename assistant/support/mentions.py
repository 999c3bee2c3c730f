"""Whom a note among colleagues speaks to."""

from __future__ import annotations

import re
from collections.abc import Iterable

from assistant.ports import Person
from assistant.support.roles import May, allows

_MENTION = re.compile(r"(?<![\w.])@([\w.+-]+)")


def mentioned(people: Iterable[Person], note: str, *, by: Person) -> list[str]:
    """Ids of the colleagues who answer customers and are named in what this person wrote."""
    return [
        each.id
        for each in people
        if each.id != by.id and each.disabled_at is None and allows(each.role, May.ANSWER)
        if is_named(each, note)
    ]


def is_named(person: Person, note: str) -> bool:
    """Whether the note says @ and the person's name, or what their e-mail address begins with."""
    called = {person.name.split(" ")[0], person.name.replace(" ", ""), person.email.split("@")[0]}
    said = {each.rstrip(".-").casefold() for each in _MENTION.findall(note)}
    return any(name.casefold() in said for name in called if name)
