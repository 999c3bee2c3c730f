"""Who is measured: the encoder alone, the plain recipe, and ours. Each lives in its own process."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

from assistant.adapters.packed_weights import plain_folder
from assistant.adapters.sentence_transformer import built_in_folder
from assistant.adapters.sql.store import SqlStore
from assistant.domain.article import Article, PassageKind
from assistant.domain.manuscript import Manuscript
from assistant.errors import WrongSetting
from assistant.evaluation.cases import Case
from assistant.knowledge.planning import SyncReport
from assistant.knowledge.splitter import split
from assistant.knowledge.sync import Synchroniser
from assistant.model_wiring import make_embedder
from assistant.opening import remembering
from assistant.ports import Person
from assistant.settings import load
from assistant.wiring import Assistant, utc_now

Asked = tuple[float, list[str]]
"""(milliseconds, ids of the articles found, best first)"""
_NEAREST = 10
_WRITER = Person("p-bench", "writer@bench.example", "writer", password_hash="")


class Yardstick:
    """sentence-transformers in fp32, with the encoder that is in force."""

    def __init__(self) -> None:
        os.environ["HF_HUB_OFFLINE"] = "1"
        from sentence_transformers import SentenceTransformer

        self._open = ExitStack()
        folder = self._open.enter_context(plain_folder(_model_folder()))
        self._model = SentenceTransformer(str(folder), device="cpu")

    def ask(self, case: Case) -> Asked:
        began = time.perf_counter()
        self.vector(case.text)
        return (time.perf_counter() - began) * 1000, []

    def vector(self, text: str) -> list[float]:
        return list(map(float, self._model.encode([text], show_progress_bar=False)[0]))

    def encode(self, texts: Sequence[str]) -> float:
        """Seconds for all of them."""
        began = time.perf_counter()
        self._model.encode(list(texts), show_progress_bar=False)
        return time.perf_counter() - began

    def close(self) -> None:
        self._open.close()


class PlainRecipe:
    """What a user would otherwise write: LangChain's Chroma store over the same passages, with the
    vectors that ours has, and sentence-transformers for the question."""

    def __init__(
        self, home: Path, folder: Path, make_yardstick: Callable[[], Any] = Yardstick
    ) -> None:
        os.environ["ANONYMIZED_TELEMETRY"] = "False"
        from langchain_chroma import Chroma
        from langchain_core.embeddings import Embeddings

        yardstick = self._yardstick = make_yardstick()
        model = make_embedder(load(), cache=home).name
        store = SqlStore(f"sqlite:///{home / 'assistant.db'}", now=utc_now)
        passages = [
            passage
            for card in store.articles()
            for passage in store.passages_of(card.id)
            if passage.kind is PassageKind.BODY
        ]
        by_text = {passage.embedded_text: passage.fingerprint for passage in passages}
        vectors = store.vectors(model, by_text.values())

        class Known(Embeddings):
            """Of passages the known vectors; a question is encoded."""

            def embed_documents(self, texts: list[str]) -> list[list[float]]:
                return [vectors[by_text[text]].tolist() for text in texts]

            def embed_query(self, text: str) -> list[float]:
                return yardstick.vector(text)

        self._store = Chroma("help", embedding_function=Known(), persist_directory=str(folder))
        for start in range(0, len(passages), 2000):
            part = passages[start : start + 2000]
            self._store.add_texts(
                [p.embedded_text for p in part], metadatas=[{"article": p.article_id} for p in part]
            )
        store.close()

    def ask(self, case: Case) -> Asked:
        began = time.perf_counter()
        found = self._store.similarity_search(case.text, k=_NEAREST)
        took = (time.perf_counter() - began) * 1000
        return took, list(dict.fromkeys(document.metadata["article"] for document in found))

    def close(self) -> None:
        self._yardstick.close()


class Ours:
    """The assistant of the settings in force, in a home of its own, without a language model."""

    def __init__(self, home: Path, cache: Path) -> None:
        home.mkdir(parents=True, exist_ok=True)
        (cache / "encoder").mkdir(parents=True, exist_ok=True)
        (home / "encoder").symlink_to(cache / "encoder")
        own = {"home": home, "database_url": "", "chroma_url": "", "model": ""}
        settings = load(messages_per_minute=10_000, **own)
        self._assistant, self._cache = Assistant(settings, purpose="make bench"), cache
        self._runner = asyncio.Runner()

    def fill(self, source: Path) -> int:
        """Publish it with kept vectors and warm up; how many passages that makes."""
        own = self._assistant
        with remembering(own.embedder, self._cache / "eval" / "vectors.db") as embedder:
            report = Synchroniser(store=own.store, embedder=embedder).sync(source)
        own.warm()
        own.readiness.done()
        return report.passages

    def ask(self, case: Case) -> Asked:
        """The whole reply as a customer gets it: everything is logged before it is sent."""
        started = self._assistant.desk.start(locale=case.locale)
        began = time.perf_counter()
        self._runner.run(self._reply(started.conversation.id, case.text))
        return (time.perf_counter() - began) * 1000, []

    def consider(self, case: Case) -> Asked:
        """The same without the log."""
        began = time.perf_counter()
        considered = self._assistant.answerer.consider_extractive(case.text, locale=case.locale)
        took = (time.perf_counter() - began) * 1000
        ranked = considered.retrieval.articles if considered.retrieval else ()
        return took, [entry.article.id for entry in ranked]

    async def _reply(self, conversation: str, text: str) -> None:
        async for _ in self._assistant.desk.reply(conversation, text):
            pass

    # -- sync

    def encode(self, texts: Sequence[str]) -> float:
        """Seconds of the encoder alone."""
        began = time.perf_counter()
        self._assistant.embedder.embed(texts)
        return time.perf_counter() - began

    def sync(self, articles: Sequence[Article], source: str) -> tuple[float, int]:
        """Seconds to have them answerable, and how many texts were encoded for that."""
        began = time.perf_counter()
        report = self._assistant.synchroniser.sync_articles(articles, SyncReport(source=source))
        self._assistant.follower.catch_up()
        return time.perf_counter() - began, report.embedded

    def texts(self, articles: Sequence[Article]) -> list[str]:
        """What is encoded for them."""
        embedder = self._assistant.embedder
        passages = (
            p
            for article in articles
            for p in split(
                article, count_pieces=embedder.count_pieces, max_pieces=embedder.max_pieces
            )
        )
        return list({p.fingerprint: p.embedded_text for p in passages}.values())

    # -- an edit

    def follow(self) -> None:
        """The index follows the store, as in a server."""
        self._assistant.follower.start()

    def edit(self, source: Path, question: str, fact: str) -> tuple[float, float, float]:
        """Seconds from the edited source to: the sync's end, the first answer with the new fact,
        and the vector index in step."""
        began = time.perf_counter()
        self._assistant.synchroniser.sync(source)
        return self._answered(began, question, fact)

    def publish(self, article_id: str, question: str, fact: str) -> tuple[float, float, float]:
        """The same from the moment in which a writer publishes an article whose title and first
        sentence these are."""
        own = self._assistant
        body = own.store.article(article_id).body
        taken = own.editor.take_over(article_id, by=_WRITER)
        content = replace(taken.content, title=question, body=f"{fact}.\n\n{body}")
        saved = own.editor.save(taken.id, content, version=taken.version, by=_WRITER)
        assert isinstance(saved, Manuscript)
        own.editor.submit(saved.id, by=_WRITER)
        began = time.perf_counter()
        own.editor.publish(saved.id, version=saved.version, by=_WRITER)
        return self._answered(began, question, fact)

    def _answered(self, began: float, question: str, fact: str) -> tuple[float, float, float]:
        own = self._assistant
        published = time.perf_counter() - began
        while fact not in own.answerer.consider_extractive(question, locale="en").outcome.text:
            if time.perf_counter() - began > 60:
                raise TimeoutError(f"{question!r} is not answered with {fact!r} after a minute")
        answered = time.perf_counter() - began
        while own.follower.behind():
            time.sleep(0.005)
        return published, answered, time.perf_counter() - began

    def close(self) -> None:
        self._runner.close()
        self._assistant.close()


def _model_folder() -> Path:
    """Of the encoder in force."""
    name = load().embedder
    if Path(name).is_dir():
        return Path(name)
    if ":" in name:
        raise WrongSetting("ASSISTANT_EMBEDDER", f"{name} has no folder to compare with")
    return built_in_folder()
