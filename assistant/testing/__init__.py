"""Prove an adapter, and test without one: a contract class for each port, and small fakes.

A contract is a class of tests, for pytest. Subclass it and give it the fixture that it names:

    class TestAcmeIndex(VectorIndexContract):
        @pytest.fixture
        def index(self) -> VectorIndex:
            return AcmeIndex(...)
"""

from assistant.testing.attachments import AttachmentStoreContract
from assistant.testing.cases import CaseStoreContract
from assistant.testing.conversations import ConversationStoreContract
from assistant.testing.embedder import EmbedderContract
from assistant.testing.fakes import FakeEmbedder, InMemoryVectorIndex
from assistant.testing.knowledge import KnowledgeStoreContract
from assistant.testing.language_model import LanguageModelContract
from assistant.testing.nudges import NudgeStoreContract
from assistant.testing.people import PeopleStoreContract
from assistant.testing.scripted_model import ScriptedModel
from assistant.testing.vector_index import VectorIndexContract
from assistant.testing.visitors import VisitorStoreContract

__all__ = [
    "AttachmentStoreContract",
    "CaseStoreContract",
    "ConversationStoreContract",
    "EmbedderContract",
    "FakeEmbedder",
    "InMemoryVectorIndex",
    "KnowledgeStoreContract",
    "LanguageModelContract",
    "NudgeStoreContract",
    "PeopleStoreContract",
    "ScriptedModel",
    "VectorIndexContract",
    "VisitorStoreContract",
]
