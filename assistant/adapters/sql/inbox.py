"""The lists of the inbox, each read from an index in the order of what is due."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, select, type_coerce

from assistant.adapters.sql.columns import CleanText
from assistant.adapters.sql.folding import ESCAPE, fold, folded, like
from assistant.adapters.sql.log_rows import conversation_from
from assistant.adapters.sql.part import StorePart
from assistant.adapters.sql.schema import conversations, messages
from assistant.case_ports import Box, InboxQuery
from assistant.domain.conversation import Conversation, Status

_C = conversations.c
_LATEST_FIRST = (Box.RESOLVED, Box.WITH_ASSISTANT)


class InboxTables(StorePart):
    """Conversations as lists of work."""

    def inbox(self, query: InboxQuery) -> list[Conversation]:
        listed = select(conversations).where(_in_box(query.box, query.person_id), *_narrowed(query))
        listed = listed.where(*(self._says(word) for word in query.words))
        page = _ordered(listed, query.box).limit(query.limit).offset(query.skip)
        with self._db.read() as connection:
            return [conversation_from(row) for row in connection.execute(page)]

    def box_sizes(self, person_id: str) -> Mapping[Box, int]:
        by_status = select(_C.status, func.count()).group_by(_C.status)
        mine = select(func.count()).where(_in_box(Box.MINE, person_id))
        snoozed = select(func.count()).where(_in_box(Box.SNOOZED, person_id))
        with self._db.read() as connection:
            counted = {row[0]: row[1] for row in connection.execute(by_status)}
            own = {
                Box.MINE: connection.execute(mine).scalar_one(),
                Box.SNOOZED: connection.execute(snoozed).scalar_one(),
            }
        waiting = counted.get(Status.WAITING.value, 0)
        return own | {
            Box.WAITING: waiting,
            Box.ALL: waiting + counted.get(Status.WITH_AGENT.value, 0),
            Box.RESOLVED: counted.get(Status.RESOLVED.value, 0),
            Box.WITH_ASSISTANT: counted.get(Status.WITH_ASSISTANT.value, 0),
        }

    def _says(self, word: str) -> ColumnElement[bool]:
        """Whether the word stands in the subject, or in a message."""
        form = like(fold(word))
        said = exists().where(
            messages.c.conversation_id == _C.id,
            folded(messages.c.text, self._db).like(form, escape=ESCAPE),
        )
        return folded(_C.subject, self._db).like(form, escape=ESCAPE) | said


def _in_box(box: Box, person_id: str) -> ColumnElement[bool]:
    mine = and_(_C.agent_id == person_id, _C.status == Status.WITH_AGENT.value)
    match box:
        case Box.MINE:
            return and_(mine, _C.snoozed_until.is_(None))
        case Box.SNOOZED:
            return and_(mine, _C.snoozed_until.is_not(None))
        case Box.ALL:
            return _C.status.in_([Status.WAITING.value, Status.WITH_AGENT.value])
        case Box.WAITING | Box.RESOLVED | Box.WITH_ASSISTANT:
            return _C.status == box.value


def _narrowed(query: InboxQuery) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if query.reason:
        found.append(_C.reason == query.reason)
    if query.locale:
        found.append(_C.locale == query.locale)
    if query.priority is not None:
        found.append(_C.priority == int(query.priority))
    if query.waiting_since:
        found.append(_C.waiting_since <= query.waiting_since)
    if query.tag:
        # A list of texts as JSON: the quotes keep `gift` from finding `gifts`.
        tags = type_coerce(_C.tags, CleanText)
        found.append(tags.like(like(f'"{query.tag}"'), escape=ESCAPE))
    return found


def _ordered(query: Select[Any], box: Box) -> Select[Any]:
    if box in _LATEST_FIRST:
        return query.order_by(_C.since.desc(), _C.id.desc())
    return query.order_by(_C.next_due.asc().nulls_last(), _C.since, _C.id)
