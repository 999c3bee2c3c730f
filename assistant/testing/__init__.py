"""Prove an adapter, and test without one: a contract class for each port, and small fakes.

A contract is a class of tests, for pytest. Subclass it and give it the fixture that it names:

    class TestAcmeIndex(VectorIndexContract):
        @pytest.fixture
        def index(self) -> VectorIndex:
            return AcmeIndex(...)

Each name is imported when it is first asked for: who wants a fake does not wait for all contracts.
"""

from importlib import import_module
from typing import Any

_HOMES = {
    "AgentStoreContract": "agents",
    "ApiTokenStoreContract": "api_tokens",
    "AttachmentStoreContract": "attachments",
    "AttributeStoreContract": "customers",
    "AttentionStoreContract": "attention",
    "AudienceContract": "audience",
    "CaseStoreContract": "cases",
    "ConversationStoreContract": "conversations",
    "CuratedStoreContract": "curated",
    "DeliveryStoreContract": "deliveries",
    "DigestStoreContract": "digests",
    "EditorStoreContract": "editor",
    "EmbedderContract": "embedder",
    "ExperimentStoreContract": "experiments",
    "FakeEmbedder": "fakes",
    "FakeHelpdesk": "helpdesks",
    "FakeMail": "mail",
    "FakePoster": "webhooks",
    "FollowUpStoreContract": "follow_ups",
    "GapStoreContract": "gaps",
    "HelpdeskContract": "helpdesks",
    "ImageStoreContract": "images",
    "InMemoryVectorIndex": "fakes",
    "KnowledgeStoreContract": "knowledge",
    "LanguageModelContract": "language_model",
    "LookStoreContract": "looks",
    "MailContract": "mail",
    "NudgeStoreContract": "nudges",
    "PeopleStoreContract": "people",
    "PosterContract": "webhooks",
    "RegressionStoreContract": "regressions",
    "ClashStoreContract": "clashes",
    "RelationshipStoreContract": "relationship",
    "ReviewStoreContract": "reviews",
    "ScriptedModel": "scripted_model",
    "SourceStoreContract": "sources",
    "TicketStoreContract": "helpdesks",
    "UsageStoreContract": "usage",
    "VectorIndexContract": "vector_index",
    "ViewStoreContract": "views",
    "VisitorStoreContract": "visitors",
    "WebhookStoreContract": "webhooks",
}

__all__ = sorted(_HOMES)


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"assistant.testing has no {name}")
    return getattr(import_module(f"assistant.testing.{_HOMES[name]}"), name)
