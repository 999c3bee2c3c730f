"""The SQL store keeps the contracts of its three ports, on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, event

from assistant.adapters.sql.log_export import _NESTED
from assistant.adapters.sql.schema import attachment_parts, metadata
from assistant.adapters.sql.store import SqlStore
from assistant.domain.attention import DUE_SOON
from assistant.domain.experiment import Arm, Exposure
from assistant.domain.survey import SurveyResponse
from assistant.ports.figures import Cohort
from assistant.ports.usage import Did
from assistant.testing import (
    AgentStoreContract,
    ApiTokenStoreContract,
    AttachmentStoreContract,
    AttentionStoreContract,
    AttributeStoreContract,
    AudienceContract,
    CaseStoreContract,
    ClashStoreContract,
    ConversationStoreContract,
    CuratedStoreContract,
    DeliveryStoreContract,
    DigestStoreContract,
    EditorStoreContract,
    ExperimentStoreContract,
    FollowUpStoreContract,
    GapStoreContract,
    ImageStoreContract,
    KnowledgeStoreContract,
    LookStoreContract,
    NudgeStoreContract,
    PeopleStoreContract,
    RegressionStoreContract,
    RelationshipStoreContract,
    ReviewStoreContract,
    SourceStoreContract,
    TicketStoreContract,
    UsageStoreContract,
    ViewStoreContract,
    VisitorStoreContract,
    WebhookStoreContract,
)
from assistant.testing.attachments import PIECES, with_file
from assistant.testing.experiments import BUDGET, DEED, PRAISED, met, wrote
from assistant.testing.samples import NOON, a_conversation, a_message, handed_over, started
from tests.contracts.conftest import the_clock


class TestSqlKnowledge(KnowledgeStoreContract):
    pass


class TestSqlAudiences(AudienceContract):
    pass


class TestSqlClashes(ClashStoreContract):
    """On both engines."""


def test_what_of_a_conversation_is_in_no_export_is_named() -> None:
    """In the manual, docs/operators.md: whoever adds a table decides."""
    of_conversations = {
        table.name for table in metadata.tables.values() if "conversation_id" in table.c
    }
    assert of_conversations - {column.table.name for column in _NESTED.values()} == {
        *(
            "notes",
            "judgements",
            "presence",
            "attention",
            "tickets",
            "nudge_openings",
            "gap_tellings",
            "deliveries",
        ),
        *("links", "guest_tokens"),
        *("digests", "standings"),
    }


MORE_THAN_A_STATEMENT_TAKES = [f"c-{n}" for n in range(70_000)]
"""SQLite takes 32,766 parameters, PostgreSQL 65,535."""


class TestSqlExperiments(ExperimentStoreContract):
    def test_however_many_the_log_is_to_be_asked_about(
        self, store: SqlStore, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """As when the roll-ups are behind, and visitors have many conversations near in time."""
        store.start_experiment(BUDGET, deed=DEED)
        for id in ("c1", "c2"):
            wrote(store, id, visitor=f"v-{id}")
            store.expose(Exposure("x1", id, Arm.CONTROL, NOON))
        assert store.roll_up(settled=NOON + timedelta(hours=1))
        store.add_survey(SurveyResponse("c1", NOON, csat=5))
        touched = ["c1", *MORE_THAN_A_STATEMENT_TAKES]
        monkeypatch.setattr(store, "_touched", lambda _: touched)
        assert met(store, reached=PRAISED).arms[Arm.CONTROL] == (1, 2)

    def test_however_many_a_list_of_conversations_leaves_to_the_log(
        self, store: SqlStore, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        wrote(store, "c1", "c2")
        assert store.roll_up(settled=NOON + timedelta(hours=1))
        touched = ["c1", *MORE_THAN_A_STATEMENT_TAKES]
        monkeypatch.setattr(store, "_touched", lambda _: touched)
        ever = Cohort(NOON - timedelta(days=2), NOON + timedelta(days=2), NOON + timedelta(days=2))
        assert {each.id for each in store.counted(ever, "all")} == {"c1", "c2"}


class TestSqlRelationship(RelationshipStoreContract):
    pass


class TestSqlRegressions(RegressionStoreContract):
    pass


class TestSqlImages(ImageStoreContract):
    pass


class TestSqlConversations(ConversationStoreContract):
    @pytest.fixture
    def reopened(self, store: SqlStore) -> Iterator[SqlStore]:
        other = SqlStore(store._db.url.render_as_string(hide_password=False), now=the_clock)
        yield other
        other.close()


class TestSqlVisitors(VisitorStoreContract):
    pass


class TestSqlLooks(LookStoreContract):
    pass


class TestSqlPeople(PeopleStoreContract):
    pass


class TestSqlCases(CaseStoreContract):
    pass


class TestSqlDeliveries(DeliveryStoreContract):
    pass


class TestSqlGaps(GapStoreContract):
    pass


class TestSqlCurated(CuratedStoreContract):
    pass


class TestSqlAgents(AgentStoreContract):
    pass


class TestSqlAttention(AttentionStoreContract):
    """On both engines."""

    def test_a_round_with_nothing_to_say_writes_nothing(
        self, store: SqlStore, case: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        due = NOON + timedelta(hours=1)
        store.add_message(a_message(), due_at=due)
        assert store.warn_of_due(due - DUE_SOON) == 1
        monkeypatch.setattr(store._db, "write", None)
        assert store.warn_of_due(due - DUE_SOON + timedelta(seconds=15)) == 0


class TestSqlViews(ViewStoreContract):
    pass


class TestSqlTickets(TicketStoreContract):
    pass


class TestSqlWebhooks(WebhookStoreContract):
    pass


class TestSqlSources(SourceStoreContract):
    pass


class TestSqlReviews(ReviewStoreContract):
    pass


class TestSqlNudges(NudgeStoreContract):
    pass


class TestSqlEditor(EditorStoreContract):
    pass


class TestSqlDigests(DigestStoreContract):
    pass


class TestSqlApiTokens(ApiTokenStoreContract):
    pass


class TestSqlUsage(UsageStoreContract):
    """On both engines."""

    def test_what_people_did_in_a_period_reads_its_events_alone(self, store: SqlStore) -> None:
        asked: list[tuple[str, Any]] = []

        def heard(*told: Any) -> None:
            asked.append((told[2], told[3]))

        event.listen(store._db.engine, "before_cursor_execute", heard)
        month = Cohort(NOON - timedelta(days=30), NOON, NOON)
        store.people_work(month)
        store.worked_in(month, "agent-1", Did.TAKEN)
        event.remove(store._db.engine, "before_cursor_execute", heard)
        of_events = [each for each in asked if "FROM events" in each[0]]
        assert len(of_events) == 2
        explain = "EXPLAIN QUERY PLAN " if store._db.is_sqlite else "EXPLAIN "
        with store._db.write() as connection:
            if not store._db.is_sqlite:
                # As if the tables were large.
                connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
            for statement, parameters in of_events:
                plan = connection.exec_driver_sql(explain + statement, parameters).all()
                assert "ix_events_created_at" in str(plan), plan


class TestSqlAttributes(AttributeStoreContract):
    pass


class TestSqlFollowUps(FollowUpStoreContract):
    pass


class TestSqlAttachments(AttachmentStoreContract):
    def test_a_file_that_is_not_whole_is_told(self, store: SqlStore) -> None:
        handed_over(store, started(store, a_conversation("c1")))
        store.attach(with_file(), PIECES, due_at=None)
        assert store.check() == []
        with store._db.write() as connection:
            connection.execute(delete(attachment_parts).where(attachment_parts.c.position == 1))
        assert any("'f1' is not whole" in problem for problem in store.check())
