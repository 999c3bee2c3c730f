"""A LanguageModel from any LangChain chat model, by `provider:model`.

Nothing of the vendors passes this border: every failure becomes ModelFailed, whose message holds
no word of a prompt or an answer, since it is logged. A stream that ends without saying why it ended
counts as cut: its text looks whole and is not.
"""

from __future__ import annotations

import asyncio
import os
import re
import threading
from contextlib import aclosing
from typing import TYPE_CHECKING, Any

from assistant.errors import ModelFailed
from assistant.ports import ModelAnswer

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import BaseMessage

_RETRIES = 1
"""Before the first byte of an answer; the deadline bounds them."""
_LONGEST = 20_000
"""Characters after which a model that does not stop is stopped."""
_WHY_KEYS = ("finish_reason", "stop_reason", "done_reason", "finishReason", "stopReason")
_WHOLE = {"stop", "end_turn", "stop_sequence", "complete", "eos_token"}
_THINKING = re.compile(r"\A\s*<think>.*?</think>", re.DOTALL)
"""Thoughts that small servers leave in the text; they are not the answer."""
_CODE = re.compile(r"[A-Za-z0-9_.-]{1,40}")
_loops: list[asyncio.AbstractEventLoop] = []
_loop_lock = threading.Lock()
_REMEDIES = {
    400: "the model does not accept the request; choose another in ASSISTANT_MODEL",
    401: "check ASSISTANT_MODEL_KEY",
    403: "check ASSISTANT_MODEL_KEY and what it may use",
    404: "check ASSISTANT_MODEL and ASSISTANT_MODEL_URL",
    429: "the service's limit is reached; raise it there or wait",
}
_UNREACHED = "check that the service of ASSISTANT_MODEL_URL runs and can be reached"


class LangChainModel:
    """`spec` is `provider:model`, as LangChain's `init_chat_model` takes it.

    `base_url` names an OpenAI-compatible server; one that wants no key gets a placeholder. The
    vendor's package is loaded on first use, or by `load`. LangChain's tracing, which would send
    customers' words to a third party, stays off whatever the environment says, unless `tracing`.
    """

    def __init__(
        self, spec: str, *, base_url: str = "", api_key: str = "", tracing: bool = False
    ) -> None:
        self._spec, self._base_url, self._api_key = spec, base_url, api_key
        self._tracing = tracing
        self._lock = threading.Lock()
        self._model: BaseChatModel | None = None

    @property
    def name(self) -> str:
        return self._spec

    def load(self) -> BaseChatModel:
        """The vendor's model, made once. Raises ModelFailed that says what is missing."""
        with self._lock:
            if self._model is None:
                self._model = self._made()
            return self._model

    async def write(self, system: str, user: str, *, deadline_s: float) -> ModelAnswer:
        """One attempt at a whole answer; see `_RETRIES` for what is tried again."""
        try:
            # Vendors' own timeouts are by read, and a slow drip passes them for ever.
            async with asyncio.timeout(deadline_s):
                whole = asyncio.run_coroutine_threadsafe(self._whole(system, user), _loop())
                return await asyncio.wrap_future(whole)
        except ModelFailed:
            raise
        except TimeoutError as error:
            raise ModelFailed(
                f"{self._spec} gave no whole answer within {deadline_s:g} s;"
                " choose a faster model, or raise ASSISTANT_MODEL_DEADLINE."
            ) from error
        except Exception as error:
            # Vendors raise whatever their parsers do: JSONDecodeError, IndexError, APIError.
            raise ModelFailed(f"{self._spec} failed: {_described(error)}.") from error

    async def _whole(self, system: str, user: str) -> ModelAnswer:
        model = self.load()
        from langsmith import tracing_context

        prompts = [("system", system), ("human", user)]
        heard = _Heard(self._spec)
        with tracing_context(enabled=None if self._tracing else False):
            async with aclosing(model.astream(prompts)) as stream:  # type: ignore[type-var]
                async for chunk in stream:
                    heard.add(chunk)
        return heard.answer()

    def _made(self) -> BaseChatModel:
        options: dict[str, Any] = {"temperature": 0, "max_retries": _RETRIES}
        if self._api_key or self._base_url:
            options["api_key"] = self._api_key or "none"
        if self._base_url:
            options["base_url"] = self._base_url
            if self._spec.startswith("openai:"):
                # Off by default for servers other than the vendor's own.
                options["stream_usage"] = True
        if not self._tracing:
            # Names of a tracer that is gone: set, they make every call fail while tracing is off.
            os.environ.pop("LANGCHAIN_TRACING", None)
            os.environ.pop("LANGCHAIN_HANDLER", None)
        try:
            from langchain.chat_models import init_chat_model

            model: BaseChatModel = init_chat_model(self._spec, **options)
        except ImportError as error:
            raise ModelFailed(f"ASSISTANT_MODEL={self._spec} cannot be used: {error}.") from error
        except Exception as error:
            raise ModelFailed(
                f"ASSISTANT_MODEL={self._spec} cannot be used: {type(error).__name__};"
                " it must be provider:model, such as openai:gpt-4o-mini, with its key in"
                " ASSISTANT_MODEL_KEY."
            ) from error
        return model


class _Heard:
    """What has come of an answer so far."""

    def __init__(self, spec: str) -> None:
        self._spec = spec
        self._parts: list[str] = []
        self._length = 0
        self._why: str | None = None
        self._tokens = [0, 0]

    def add(self, chunk: BaseMessage) -> None:
        """Chunk by chunk, for adding messages up would join two reasons into one unknown word."""
        self._parts.append(str(chunk.text))
        self._length += len(self._parts[-1])
        if self._length > _LONGEST:
            raise ModelFailed(f"{self._spec} did not stop within {_LONGEST} characters.")
        for key in _WHY_KEYS:
            self._why = chunk.response_metadata.get(key) or self._why
        usage = getattr(chunk, "usage_metadata", None)
        if usage:
            self._tokens[0] += usage["input_tokens"]
            self._tokens[1] += usage["output_tokens"]

    def answer(self) -> ModelAnswer:
        """The whole of it, or ModelFailed."""
        if self._why is None:
            raise ModelFailed(f"{self._spec} was cut: its answer ended without a finish reason.")
        if str(self._why).lower() not in _WHOLE:
            raise ModelFailed(f"{self._spec} did not finish its answer ({_code(self._why)}).")
        text = _THINKING.sub("", "".join(self._parts)).strip()
        if not text:
            raise ModelFailed(f"{self._spec} gave an empty answer.")
        return ModelAnswer(text, self._spec, self._tokens[0], self._tokens[1])


def _loop() -> asyncio.AbstractEventLoop:
    """The one event loop of all models, in a thread of its own.

    Vendors keep their connections for the whole process and bind them to the loop that opened
    them: a second `asyncio.run` would find them dead. And what a vendor blocks, such as a second
    of imports, blocks no conversation.
    """
    with _loop_lock:
        if not _loops:
            _loops.append(asyncio.new_event_loop())
            threading.Thread(target=_loops[0].run_forever, name="models", daemon=True).start()
        return _loops[0]


def _described(error: Exception) -> str:
    """Its kind, status and the vendor's code. Never its message, which may quote the prompt."""
    status = getattr(error, "status_code", None)
    code = _code(getattr(error, "code", None))
    said = [type(error).__name__, str(status) if status else "", code]
    what = " ".join(part for part in said if part)
    if status is None and "Connection" not in what:
        return f"{what} while reading its answer"
    return f"{what}; {_REMEDIES.get(status or 0, _UNREACHED)}"


def _code(value: object) -> str:
    found = _CODE.fullmatch(str(value)) if value else None
    return found.group() if found else ""
