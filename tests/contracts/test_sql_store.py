"""The SQL store keeps the contracts of its three ports, on SQLite and on PostgreSQL."""

from __future__ import annotations

from assistant.testing import (
    ConversationStoreContract,
    KnowledgeStoreContract,
    PeopleStoreContract,
)


class TestSqlKnowledge(KnowledgeStoreContract):
    pass


class TestSqlConversations(ConversationStoreContract):
    pass


class TestSqlPeople(PeopleStoreContract):
    pass
