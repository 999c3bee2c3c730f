"""Prove an adapter, and test without one: a contract class for each port, and small fakes.

A contract is a class of tests. Subclass it in a test module and give it the fixture that it names:

    class TestAcmeIndex(VectorIndexContract):
        @pytest.fixture
        def index(self) -> VectorIndex:
            return AcmeIndex(...)
"""

from assistant.testing.fakes import FakeEmbedder, InMemoryVectorIndex

__all__ = ["FakeEmbedder", "InMemoryVectorIndex"]
