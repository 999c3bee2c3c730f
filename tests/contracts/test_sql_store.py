"""The SQL store keeps the contracts of its three ports, on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from assistant.adapters.sql.store import SqlStore
from assistant.testing import (
    CaseStoreContract,
    ConversationStoreContract,
    KnowledgeStoreContract,
    NudgeStoreContract,
    PeopleStoreContract,
    VisitorStoreContract,
)
from tests.contracts.conftest import the_clock


class TestSqlKnowledge(KnowledgeStoreContract):
    pass


class TestSqlConversations(ConversationStoreContract):
    @pytest.fixture
    def reopened(self, store: SqlStore) -> Iterator[SqlStore]:
        other = SqlStore(store._db.url.render_as_string(hide_password=False), now=the_clock)
        yield other
        other.close()


class TestSqlVisitors(VisitorStoreContract):
    pass


class TestSqlPeople(PeopleStoreContract):
    pass


class TestSqlCases(CaseStoreContract):
    pass


class TestSqlNudges(NudgeStoreContract):
    pass
