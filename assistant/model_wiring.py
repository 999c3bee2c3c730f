"""Choose the encoder and the language model by the settings."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from assistant.adapters.langchain_chat import LangChainModel
from assistant.adapters.sentence_transformer import SentenceTransformerEmbedder, built_in_folder
from assistant.errors import EmbedderUnavailable, WrongSetting
from assistant.ports import Embedder
from assistant.settings import Settings


def make_embedder(settings: Settings, *, cache: Path) -> Embedder:
    """The built-in one, a model folder, or what an import path makes (called without arguments)."""
    name = settings.embedder
    if name == "bilingual":
        return SentenceTransformerEmbedder(built_in_folder(), cache=cache)
    if Path(name).is_dir():
        return SentenceTransformerEmbedder(Path(name), cache=cache)
    module, _, attribute = name.partition(":")
    if not attribute:
        raise WrongSetting(
            "ASSISTANT_EMBEDDER", f"{name!r} is neither built in, a folder, nor module:Class"
        )
    try:
        made: Embedder = getattr(import_module(module), attribute)()
    except (ImportError, AttributeError) as error:
        raise EmbedderUnavailable(f"{name} cannot be imported: {error}") from error
    return made


def make_model(settings: Settings) -> LangChainModel | None:
    """The language model that the settings name, not loaded yet."""
    if not settings.model:
        return None
    return LangChainModel(
        settings.model,
        base_url=settings.model_url,
        api_key=settings.model_key.get_secret_value(),
        tracing=settings.tracing,
    )
