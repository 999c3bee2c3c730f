"""What the log tells of how it went: opinions, what is asked most, how long people wait."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from sqlalchemy import func, not_, select

from assistant.adapters.sql.part import StorePart
from assistant.adapters.sql.schema import (
    conversations,
    events,
    feedback,
    handoffs,
    messages,
    surveys,
    turns,
)
from assistant.domain.answer import Decision
from assistant.domain.conversation import Author, Conversation
from assistant.domain.survey import Feedback, SurveyResponse
from assistant.ports.figures import SIMULATED

# What customers are told must not come from conversations that never took place.
_REAL = not_(conversations.c.visitor_id.startswith(SIMULATED))


class LogFigures(StorePart):
    """Read from the log whenever asked for; nothing here is kept."""

    def surveys(self, conversation_id: str) -> list[SurveyResponse]:
        columns = [column for column in surveys.c if column.name != "id"]
        query = select(*columns).where(surveys.c.conversation_id == conversation_id)
        with self._db.read() as connection:
            rows = connection.execute(query.order_by(surveys.c.id))
            return [SurveyResponse(**row._mapping) for row in rows]

    def surveyed_elsewhere(self, conversation: Conversation) -> datetime | None:
        others = select(conversations.c.id).where(
            conversations.c.visitor_id == conversation.visitor_id,
            conversations.c.id != conversation.id,
        )
        shown = select(func.max(events.c.created_at)).where(
            events.c.conversation_id.in_(others), events.c.kind == "survey_asked"
        )
        filled = select(func.max(surveys.c.created_at)).where(surveys.c.conversation_id.in_(others))
        with self._db.read() as connection:
            moments = [connection.scalar(shown), connection.scalar(filled)]
        return max((each for each in moments if each is not None), default=None)

    def feedback(self, conversation_id: str) -> dict[str, Feedback]:
        query = select(feedback).join(messages).where(messages.c.conversation_id == conversation_id)
        with self._db.read() as connection:
            return {row.message_id: Feedback(**row._mapping) for row in connection.execute(query)}

    def most_cited(self, locale: str, *, among: int, limit: int) -> list[str]:
        query = (
            select(turns.c.hits)
            .join(conversations, conversations.c.id == turns.c.conversation_id)
            .where(turns.c.decision == Decision.ANSWER.value, turns.c.locale == locale, _REAL)
            .order_by(turns.c.created_at.desc(), turns.c.message_id)
            .limit(among)
        )
        with self._db.read() as connection:
            answered_from = [hits[0]["article_id"] for hits in connection.scalars(query) if hits]
        return [article_id for article_id, _ in Counter(answered_from).most_common(limit)]

    def waiting_times(self, *, among: int) -> list[float]:
        answered = (
            select(handoffs.c.created_at, func.min(messages.c.created_at).label("answered_at"))
            .join(messages, messages.c.conversation_id == handoffs.c.conversation_id)
            .join(conversations, conversations.c.id == handoffs.c.conversation_id)
            .where(messages.c.author == Author.AGENT.value, _REAL)
            .where(messages.c.created_at >= handoffs.c.created_at)
            .group_by(handoffs.c.id, handoffs.c.created_at)
            .order_by(handoffs.c.created_at.desc())
            .limit(among)
        )
        with self._db.read() as connection:
            return [
                (row.answered_at - row.created_at).total_seconds()
                for row in connection.execute(answered)
            ]
