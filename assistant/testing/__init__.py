"""Prove an adapter, and test without one: a contract class for each port, and small fakes.

A contract is a class of tests, for pytest. Subclass it and give it the fixture that it names:

    class TestAcmeIndex(VectorIndexContract):
        @pytest.fixture
        def index(self) -> VectorIndex:
            return AcmeIndex(...)
"""

from assistant.testing.agents import AgentStoreContract
from assistant.testing.api_tokens import ApiTokenStoreContract
from assistant.testing.attachments import AttachmentStoreContract
from assistant.testing.audience import AudienceContract
from assistant.testing.cases import CaseStoreContract
from assistant.testing.conversations import ConversationStoreContract
from assistant.testing.curated import CuratedStoreContract
from assistant.testing.deliveries import DeliveryStoreContract
from assistant.testing.digests import DigestStoreContract
from assistant.testing.editor import EditorStoreContract
from assistant.testing.embedder import EmbedderContract
from assistant.testing.fakes import FakeEmbedder, InMemoryVectorIndex
from assistant.testing.follow_ups import FollowUpStoreContract
from assistant.testing.gaps import GapStoreContract
from assistant.testing.helpdesks import FakeHelpdesk, HelpdeskContract, TicketStoreContract
from assistant.testing.images import ImageStoreContract
from assistant.testing.knowledge import KnowledgeStoreContract
from assistant.testing.language_model import LanguageModelContract
from assistant.testing.mail import FakeMail, MailContract
from assistant.testing.nudges import NudgeStoreContract
from assistant.testing.people import PeopleStoreContract
from assistant.testing.regressions import RegressionStoreContract
from assistant.testing.reviews import ReviewStoreContract
from assistant.testing.scripted_model import ScriptedModel
from assistant.testing.sources import SourceStoreContract
from assistant.testing.usage import UsageStoreContract
from assistant.testing.vector_index import VectorIndexContract
from assistant.testing.views import ViewStoreContract
from assistant.testing.visitors import VisitorStoreContract
from assistant.testing.webhooks import FakePoster, PosterContract, WebhookStoreContract

__all__ = [
    "AgentStoreContract",
    "ApiTokenStoreContract",
    "AttachmentStoreContract",
    "AudienceContract",
    "CaseStoreContract",
    "ConversationStoreContract",
    "CuratedStoreContract",
    "DeliveryStoreContract",
    "DigestStoreContract",
    "EditorStoreContract",
    "EmbedderContract",
    "FakeEmbedder",
    "FakeHelpdesk",
    "FakeMail",
    "FakePoster",
    "FollowUpStoreContract",
    "GapStoreContract",
    "HelpdeskContract",
    "ImageStoreContract",
    "InMemoryVectorIndex",
    "KnowledgeStoreContract",
    "LanguageModelContract",
    "MailContract",
    "NudgeStoreContract",
    "PeopleStoreContract",
    "PosterContract",
    "RegressionStoreContract",
    "ReviewStoreContract",
    "ScriptedModel",
    "SourceStoreContract",
    "TicketStoreContract",
    "UsageStoreContract",
    "VectorIndexContract",
    "ViewStoreContract",
    "VisitorStoreContract",
    "WebhookStoreContract",
]
