"""What every LanguageModel must do."""

from __future__ import annotations

import asyncio
import time

import pytest

from assistant.errors import ModelFailed
from assistant.ports import LanguageModel


class LanguageModelContract:
    """Needs the fixtures `model`, which can answer, and `broken_model`, which cannot."""

    def test_it_writes_a_whole_answer(self, model: LanguageModel) -> None:
        answer = asyncio.run(model.write("Be brief.", "What is a gift card?", deadline_s=20))
        assert answer.text.strip()
        assert answer.model
        assert answer.input_tokens >= 0
        assert answer.output_tokens >= 0

    def test_it_serves_one_event_loop_after_the_other(self, model: LanguageModel) -> None:
        for _ in range(3):
            assert asyncio.run(model.write("Be brief.", "And then?", deadline_s=20)).text

    def test_conversations_may_ask_at_the_same_time(self, model: LanguageModel) -> None:
        async def ask_four() -> list[str]:
            asking = [model.write("Be brief.", f"Question {n}", deadline_s=20) for n in range(4)]
            return [answer.text for answer in await asyncio.gather(*asking)]

        assert all(asyncio.run(ask_four()))

    def test_a_failure_is_ours_and_says_what_failed(self, broken_model: LanguageModel) -> None:
        with pytest.raises(ModelFailed, match=r"\w+ .*\w"):
            asyncio.run(broken_model.write("Be brief.", "Anything?", deadline_s=20))

    def test_no_time_is_no_answer(self, model: LanguageModel) -> None:
        started = time.monotonic()
        with pytest.raises(ModelFailed):
            asyncio.run(model.write("Be brief.", "Anything?", deadline_s=0))
        assert time.monotonic() - started < 2

    def test_it_has_a_name(self, model: LanguageModel) -> None:
        assert model.name.strip()
