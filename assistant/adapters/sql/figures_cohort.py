"""Which conversations a cohort is of, beside what the log or a roll-up tells of each by itself."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, not_, or_, select, type_coerce

from assistant.adapters.sql.columns import CleanText
from assistant.adapters.sql.schema import audit, conversations, events
from assistant.adapters.sql.schema_insights import customer_attributes, digests
from assistant.domain.segment import Between, Segment, Untold, Valued
from assistant.ports.figures import SIMULATED, Cohort

_C = conversations.c
_A = customer_attributes.c
HANDS_ON = ("claimed", "taken_up", "answered", "resolved")
"""By these deeds somebody has a hand in a conversation, whether or not it was theirs."""


def began(cohort: Cohort) -> tuple[ColumnElement[bool], ...]:
    """In the cohort's period, real or made up."""
    made_up = _C.visitor_id.startswith(SIMULATED)
    period = (_C.created_at >= cohort.since, _C.created_at < cohort.until)
    return (*period, _C.created_at <= cohort.at, made_up if cohort.simulated else not_(made_up))


def narrowed(cohort: Cohort, id: ColumnElement[str]) -> Iterator[ColumnElement[bool]]:
    """What the conversation of this id must be, beside its period and language."""
    if cohort.theme:
        yield exists().where(digests.c.conversation_id == id, digests.c.theme_id == cohort.theme)
    if cohort.agent:
        theirs = _deeds_of(cohort.agent, cohort), _had_by(cohort.agent, cohort)
        yield or_(*(id.in_(each) for each in theirs))
    if cohort.channel:
        here = _C.channel == cohort.channel
        yield id.in_(select(_C.id).where(*began(cohort), here))
    if cohort.segment:
        yield _in_segment(cohort.segment, cohort, id)


def _had_by(person_id: str, cohort: Cohort) -> Select[Any]:
    """Those that ever were this person's: taken, or given by a lead or by routing."""
    payload = type_coerce(events.c.payload, CleanText)
    theirs = payload.contains(f'"agent_id": {json.dumps(person_id)}', autoescape=True)
    query = select(_C.id).join(events, events.c.conversation_id == _C.id).where(*began(cohort))
    return query.where(events.c.kind == "status", theirs, events.c.created_at <= cohort.at)


def _deeds_of(person_id: str, cohort: Cohort) -> Select[Any]:
    mine = audit.c.person_id == person_id, audit.c.action.in_(HANDS_ON)
    return select(audit.c.thing).where(*mine, audit.c.at <= cohort.at)


def _in_segment(segment: Segment, cohort: Cohort, id: ColumnElement[str]) -> ColumnElement[bool]:
    """Of the period's conversations: as a list that is made once, not for each row anew."""
    of = select(_C.id).join(customer_attributes, _A.visitor_id == _C.visitor_id)
    of = of.where(*began(cohort), _A.attribute == segment.attribute)
    match segment:
        case Untold():
            return id.not_in(of)
        case Valued(value=value):
            return id.in_(of.where(_A.value == value))
        case Between(low=low, high=high):
            bounds = [_A.number >= low] if low is not None else []
            bounds += [_A.number < high] if high is not None else []
            return id.in_(of.where(_A.number.is_not(None), *bounds))
