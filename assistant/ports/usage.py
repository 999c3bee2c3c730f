"""What is counted of articles and of people: how often each was used, and what each did."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from assistant.ports.figures import Cohort


@dataclass(frozen=True)
class ArticleUse:
    """Of one article in a cohort. `answers`: replies that cite it, in so many `conversations`;
    `opened`: conversations in which the customer read it in the widget;
    `helped` and `not_helped`: thumbs under those replies; `handed`: conversations in which a person
    was called after it was cited; `readers_helped`, `readers_not`: opinions given in the help
    center during the cohort's period, by whoever read it there."""

    article_id: str
    answers: int = 0
    conversations: int = 0
    opened: int = 0
    helped: int = 0
    not_helped: int = 0
    handed: int = 0
    readers_helped: int = 0
    readers_not: int = 0


@dataclass(frozen=True)
class PersonWork:
    """What one person did during the cohort's period, in conversations of whenever: how many they
    took or were given, how many they resolved, in how many they wrote, and how many answers."""

    person_id: str
    taken: int = 0
    conversations: int = 0
    answers: int = 0
    resolved: int = 0


class Used(StrEnum):
    """In which way a conversation used an article: a row for each reply or thumb, else for each
    conversation."""

    ANSWERS = "answers"
    CITED = "conversations"
    OPENED = "opened"
    HELPED = "helped"
    NOT_HELPED = "not_helped"
    HANDED = "handed"


class Did(StrEnum):
    """What a person did to a conversation: a row for each time, of ANSWERED for each
    conversation."""

    TAKEN = "taken"
    ANSWERED = "conversations"
    ANSWERS = "answers"
    RESOLVED = "resolved"


class UsageStore(Protocol):
    """Counted in the log whenever it is asked for."""

    def article_uses(
        self, cohort: Cohort, *, since: Mapping[str, datetime] | None = None
    ) -> Sequence[ArticleUse]:
        """The most cited first; of what was opened, only what is an article. `since`: of these
        articles alone, and of each what began, or was said of it by readers, from its moment on."""

    def used_in(self, cohort: Cohort, article_id: str, used: Used) -> Sequence[str]:
        """The conversations behind that number of `article_uses`, newest first: as many rows."""

    def worked_in(self, cohort: Cohort, person_id: str, did: Did) -> Sequence[str]:
        """The conversations behind that number of `people_work`, newest first: as many rows."""

    def people_work(self, cohort: Cohort) -> Sequence[PersonWork]:
        """Who wrote most answers first. Of the cohort's period, language and kind; its reason and
        theme do not narrow it."""
