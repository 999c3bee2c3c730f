"""The real client libraries against a server on loopback that answers well or badly."""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import Iterator

import pytest

from assistant.adapters.langchain_chat import LangChainModel
from assistant.answering.generative import GenerativeWriter
from assistant.domain.answer import Answer
from assistant.domain.article import ArticleCard, Hit, Passage, PassageKind, RankedArticle
from assistant.errors import ModelFailed, NotCovered
from assistant.ports import LanguageModel, ModelAnswer
from assistant.testing import LanguageModelContract, ScriptedModel
from tests.contracts import openai_server as server_acts
from tests.contracts.openai_server import OpenAIServer, says
from tests.server.test_process import on_this_machine

SECRET = "my card ends in 4242"


@pytest.fixture
def server() -> Iterator[OpenAIServer]:
    server = OpenAIServer()
    yield server
    server.close()


@pytest.fixture
def model(server: OpenAIServer) -> LangChainModel:
    return LangChainModel("openai:scripted", base_url=server.url)


def write(model: LanguageModel, *, within: float = 5.0) -> ModelAnswer:
    return asyncio.run(model.write("Be brief.", SECRET, deadline_s=within))


class TestLangChainModel(LanguageModelContract):
    @pytest.fixture
    def model(self, server: OpenAIServer) -> LanguageModel:
        server.will(says("Thirty days [1]."))
        return LangChainModel("openai:scripted", base_url=server.url)

    @pytest.fixture
    def broken_model(self, server: OpenAIServer) -> LanguageModel:
        server.will(server_acts.refuses(500))
        return LangChainModel("openai:scripted", base_url=server.url)


class TestScriptedModel(LanguageModelContract):
    @pytest.fixture
    def model(self) -> LanguageModel:
        return ScriptedModel("Thirty days [1].")

    @pytest.fixture
    def broken_model(self) -> LanguageModel:
        return ScriptedModel()


# -- what is sent


def test_the_prompts_go_out_as_they_are_with_temperature_0(
    server: OpenAIServer, model: LangChainModel
) -> None:
    server.will(says("Yes."))
    answer = asyncio.run(model.write("Rules {a} {{b}}", "Text {c} {% d %}", deadline_s=5))
    (request,) = server.requests
    assert [(m["role"], m["content"]) for m in request["messages"]] == [
        ("system", "Rules {a} {{b}}"),
        ("user", "Text {c} {% d %}"),
    ]
    assert request["temperature"] == 0
    assert (answer.input_tokens, answer.output_tokens) == (120, 30)
    assert answer.model == "openai:scripted"


def test_thoughts_are_not_the_answer(server: OpenAIServer, model: LangChainModel) -> None:
    server.will(says("<think>Is it [2]?</think>\n\nThirty days [1]."))
    assert write(model).text == "Thirty days [1]."


# -- what comes back


@pytest.mark.parametrize(
    ("act", "said"),
    [
        pytest.param(says("Thirty da", finish=None), "was cut", id="cut"),
        pytest.param(says("Thirty da", finish="length"), "length", id="length"),
        pytest.param(says("Thirty", finish="content_filter"), "content_filter", id="filtered"),
        pytest.param(says("  \n "), "empty answer", id="empty"),
        pytest.param(says("On and on. " * 3000), "did not stop", id="endless"),
        pytest.param(server_acts.refuses(500), "500", id="500s"),
        pytest.param(server_acts.refuses(429), "limit is reached", id="429s"),
        pytest.param(server_acts.refuses(401), "ASSISTANT_MODEL_KEY", id="401"),
        pytest.param(server_acts.refuses(404), "ASSISTANT_MODEL_URL", id="404"),
        pytest.param(server_acts.drops_after("Thirty "), "failed", id="drop"),
        pytest.param(server_acts.sends("{broken"), "JSONDecodeError", id="broken JSON"),
        pytest.param(server_acts.sends('{"choices": []}'), "was cut", id="no choices"),
        pytest.param(server_acts.sends("[]"), "failed", id="a list"),
        pytest.param(server_acts.sends('"text"'), "failed", id="a string"),
        pytest.param(server_acts.sends('{"choices": [{"index": 0}]}'), "failed", id="no delta"),
        pytest.param(server_acts.sends('{"error": {"message": "x"}}'), "failed", id="error"),
        pytest.param(server_acts.sends(), "failed", id="nothing"),
        pytest.param(server_acts.refuses(200, body="<html>"), "failed", id="a web page"),
    ],
)
def test_whatever_goes_wrong_is_a_model_that_failed(
    server: OpenAIServer, model: LangChainModel, act: server_acts.Act, said: str
) -> None:
    server.will(act)
    with pytest.raises(ModelFailed, match=said):
        write(model)


@pytest.mark.parametrize(
    "act", [server_acts.hangs(), server_acts.drips("Slow. ", every=0.05)], ids=["hang", "drip"]
)
def test_the_deadline_holds_for_the_whole_answer(
    server: OpenAIServer, model: LangChainModel, act: server_acts.Act
) -> None:
    server.will(act)
    model.load()
    started = time.monotonic()
    with pytest.raises(ModelFailed, match=r"within 0\.4 s.*ASSISTANT_MODEL_DEADLINE"):
        write(model, within=0.4)
    assert time.monotonic() - started < on_this_machine(1.4)


def test_a_second_attempt_succeeds(server: OpenAIServer, model: LangChainModel) -> None:
    server.will(server_acts.refuses(503), says("Thirty days."))
    assert write(model).text == "Thirty days."
    assert len(server.requests) == 2


def test_waiting_for_a_busy_service_ends_with_the_deadline(
    server: OpenAIServer, model: LangChainModel
) -> None:
    server.will(server_acts.refuses(429, retry_after="30"), says("Too late."))
    started = time.monotonic()
    with pytest.raises(ModelFailed, match="within"):
        write(model, within=0.5)
    assert time.monotonic() - started < on_this_machine(2)


def test_after_a_failure_the_next_answer_is_good(
    server: OpenAIServer, model: LangChainModel
) -> None:
    server.will(server_acts.drops_after("Th"), says("Thirty days."))
    with pytest.raises(ModelFailed):
        write(model)
    assert write(model).text == "Thirty days."


def test_a_server_that_is_not_there_is_named_with_the_setting() -> None:
    model = LangChainModel("openai:scripted", base_url="http://127.0.0.1:9/v1")
    with pytest.raises(ModelFailed, match="ASSISTANT_MODEL_URL"):
        write(model)


def test_an_error_never_holds_the_customers_words(
    server: OpenAIServer, model: LangChainModel, caplog: pytest.LogCaptureFixture
) -> None:
    body = json.dumps({"error": {"message": f"cannot read: {SECRET}", "code": "bad_request"}})
    server.will(server_acts.refuses(400, body=body))
    with caplog.at_level(logging.INFO), pytest.raises(ModelFailed) as failure:
        write(model)
    assert SECRET not in str(failure.value)
    assert "bad_request" in str(failure.value)
    assert SECRET not in caplog.text


# -- what it needs


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        ("anthropic:claude", "pip install langchain-anthropic"),
        ("nobody:model", "provider:model"),
        ("model", "provider:model"),
        ("openai:gpt", "ASSISTANT_MODEL_KEY"),
    ],
)
def test_what_is_missing_is_named_with_the_remedy(
    spec: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    with pytest.raises(ModelFailed, match=f"ASSISTANT_MODEL={spec}.*{said}"):
        LangChainModel(spec).load()


def test_tracing_sends_nothing_unless_the_operator_wants_it(
    server: OpenAIServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    from langchain_core.tracers.langchain import wait_for_all_tracers
    from langsmith.utils import get_env_var

    for name in ("LANGSMITH", "LANGCHAIN"):
        monkeypatch.setenv(f"{name}_TRACING", "true")  # LANGCHAIN_TRACING: a tracer that is gone
        monkeypatch.setenv(f"{name}_TRACING_V2", "true")
        monkeypatch.setenv(f"{name}_ENDPOINT", server.origin)
        monkeypatch.setenv(f"{name}_API_KEY", "key")
    get_env_var.cache_clear()
    server.will(says("Thirty days."))

    write(LangChainModel("openai:scripted", base_url=server.url))
    wait_for_all_tracers()
    assert set(server.paths) == {"/v1/chat/completions"}

    write(LangChainModel("openai:scripted", base_url=server.url, tracing=True))
    wait_for_all_tracers()
    get_env_var.cache_clear()
    deadline = time.monotonic() + 5
    while len(set(server.paths)) == 1 and time.monotonic() < deadline:
        time.sleep(0.05)
    assert len(set(server.paths)) > 1


# -- an answer through all of it

RETURNS = ArticleCard("en/returns", "Returns", "en", "returns", None)
PASSAGE = Passage(
    article_id="en/returns",
    position=0,
    kind=PassageKind.BODY,
    locale="en",
    heading_path=("Returns",),
    text="You may send an item back within 30 days. Gift cards cannot be sent back.",
)
RANKED = (RankedArticle(RETURNS, (Hit(PASSAGE),), 1.0),)


def answer(model: LanguageModel) -> Answer:
    writer = GenerativeWriter(model, deadline_s=5, url_of=lambda card, _: f"/help/{card.id}")
    return asyncio.run(writer.write("How long?", ranked=RANKED, locale="en", confidence=0.9))


def test_a_good_answer_comes_with_its_source(server: OpenAIServer, model: LangChainModel) -> None:
    server.will(says("You have 30 days [1]. Gift cards are excluded [1]."))
    written = answer(model)
    assert written.text == "You have 30 days. Gift cards are excluded."
    assert [citation.passage_id for citation in written.citations] == ["en/returns#0"]
    assert written.tokens == {"input": 120, "output": 30}


def test_citations_of_unknown_passages_are_dropped(
    server: OpenAIServer, model: LangChainModel
) -> None:
    server.will(says("You have 30 days [1][4]. Always [7]."))
    assert [sentence.citations for sentence in answer(model).sentences] == [(1,), ()]


@pytest.mark.parametrize("text", ["You have 30 days.", "You have 30 days [2].", "It is 【8】."])
def test_an_answer_without_a_valid_citation_is_not_sent(
    server: OpenAIServer, model: LangChainModel, text: str
) -> None:
    server.will(says(text))
    with pytest.raises(ModelFailed, match="cited none"):
        answer(model)


def test_a_model_that_finds_no_answer_says_so(server: OpenAIServer, model: LangChainModel) -> None:
    server.will(says("NOT_COVERED"))
    with pytest.raises(NotCovered):
        answer(model)
