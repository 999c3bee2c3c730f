"""The store in one object: knowledge, log and people behind one URL."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.adapters.sql.agents import AgentTables
from assistant.adapters.sql.api_tokens import ApiTokenTables
from assistant.adapters.sql.attachments import AttachmentTables
from assistant.adapters.sql.attention import AttentionTables
from assistant.adapters.sql.cases import CaseTables
from assistant.adapters.sql.checking import Checking
from assistant.adapters.sql.clashes import ClashTables
from assistant.adapters.sql.copies import Copies
from assistant.adapters.sql.curated import CuratedTables
from assistant.adapters.sql.customers import AttributeTables
from assistant.adapters.sql.deliveries import DeliveryTables
from assistant.adapters.sql.digests import DigestTables
from assistant.adapters.sql.editor import EditorTables
from assistant.adapters.sql.engine import Database
from assistant.adapters.sql.experiments import ExperimentTables
from assistant.adapters.sql.follow_ups import FollowUpTables
from assistant.adapters.sql.gaps import GapTables
from assistant.adapters.sql.images import ImageTables
from assistant.adapters.sql.inbox import InboxTables
from assistant.adapters.sql.knowledge import KnowledgeTables
from assistant.adapters.sql.lexical import LexicalIndex
from assistant.adapters.sql.log_export import LogExport
from assistant.adapters.sql.log_figures import LogFigures
from assistant.adapters.sql.log_reading import LogReading
from assistant.adapters.sql.log_writing import LogWriting
from assistant.adapters.sql.migrate import migrate
from assistant.adapters.sql.nudges import NudgeTables
from assistant.adapters.sql.occurrences import OccurrenceTables
from assistant.adapters.sql.people import PeopleTables
from assistant.adapters.sql.promises import PromiseTables
from assistant.adapters.sql.regressions import RegressionTables
from assistant.adapters.sql.relationship import RelationshipTables
from assistant.adapters.sql.reviews import ReviewTables
from assistant.adapters.sql.shelves import ShelfTables
from assistant.adapters.sql.sources import SourceTables
from assistant.adapters.sql.tickets import TicketTables
from assistant.adapters.sql.usage import UsageTables
from assistant.adapters.sql.vectors import VectorTables
from assistant.adapters.sql.views import ViewTables
from assistant.adapters.sql.visitors import VisitorTables
from assistant.adapters.sql.ways_in import WaysIn
from assistant.adapters.sql.webhooks import WebhookTables
from assistant.ports import Clock

if TYPE_CHECKING:
    from assistant.case_ports import WholeStore


class SqlStore(
    KnowledgeTables,
    VectorTables,
    LexicalIndex,
    LogReading,
    LogWriting,
    LogExport,
    LogFigures,
    AttachmentTables,
    VisitorTables,
    PeopleTables,
    WaysIn,
    CaseTables,
    AttentionTables,
    InboxTables,
    ExperimentTables,
    GapTables,
    CuratedTables,
    NudgeTables,
    DeliveryTables,
    WebhookTables,
    ReviewTables,
    EditorTables,
    FollowUpTables,
    RelationshipTables,
    ShelfTables,
    SourceTables,
    ImageTables,
    RegressionTables,
    ClashTables,
    DigestTables,
    ApiTokenTables,
    UsageTables,
    OccurrenceTables,
    TicketTables,
    AgentTables,
    PromiseTables,
    ViewTables,
    AttributeTables,
    Checking,
    Copies,
):
    """SQLite (`sqlite:///path`) or PostgreSQL (`postgresql://…`). Thread-safe.

    Nothing is opened before the first call; `migrate` makes the tables. WrongSetting for any other
    URL, StoreUnavailable from every method where the database fails.
    """

    def __init__(self, url: str, *, now: Clock) -> None:
        super().__init__(Database(url), now)

    def migrate(self) -> None:
        migrate(self._db)

    def restore(self, source: str) -> None:
        super().restore(source)
        self.forget_readings()

    def close(self) -> None:
        self._db.close()


if TYPE_CHECKING:

    def _keeps_the_port(store: SqlStore) -> WholeStore:
        return store
