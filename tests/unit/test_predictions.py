"""Predictions are calibrated by the site's own answers, and shown to be."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from assistant.domain.conversation import Author, Message
from assistant.insights.calibration import FEWEST
from assistant.insights.predictions import Label, Predictions, learn
from assistant.ports.figures import RatedConversation

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def labels(n: int) -> list[Label]:
    """Predictions that are twice as sure as they may be."""
    random = np.random.default_rng(2)
    predicted = random.uniform(0.02, 0.98, n)
    true = 1 / (1 + ((1 - predicted) / predicted) ** 0.5)
    good = random.random(n) < true
    return [Label(float(p), bool(g)) for p, g in zip(predicted, good, strict=True)]


def test_below_a_hundred_answers_the_plain_predictions_are_shown() -> None:
    found = learn(labels(FEWEST - 1))
    assert found.calibration is None
    assert found.labels == FEWEST - 1
    assert sum(bin.good.n for bin in found.bins) == FEWEST - 1
    assert learn([]).bins == []
    assert learn([]).error is None


def test_calibration_brings_predictions_closer_to_what_happens() -> None:
    many = labels(1000)
    plain = learn(many[: FEWEST - 1] * 1)
    found = learn(many)
    assert found.calibration is not None
    assert found.calibration.slope == pytest.approx(0.5, abs=0.1)
    assert found.error is not None
    assert plain.error is not None
    assert found.error < 0.05 < plain.error


def test_no_label_is_shown_by_a_line_that_it_drew() -> None:
    """Answers that have nothing to do with the predictions: the line must not seem to fit them."""
    good = [True, True, False, False] * 50
    found = learn([Label(0.9 if n // 4 % 2 else 0.1, each) for n, each in enumerate(good)])
    assert found.calibration is not None
    assert found.bins
    assert all(0.3 < bin.predicted < 0.7 for bin in found.bins)


class Log:
    """Conversations that were rated; counts how often they are read."""

    def __init__(self, rated: Sequence[RatedConversation]) -> None:
        self.answers = list(rated)
        self.reads = 0

    def rated(self, *, limit: int, simulated: bool) -> Sequence[RatedConversation]:
        return [] if simulated else self.answers[:limit]

    def messages(self, conversation_id: str) -> list[Message]:
        self.reads += 1
        said = [(0, "Where is it?"), (1, "On its way."), (2, "Great, thank you!"), (9, "useless")]
        authors = (Author.CUSTOMER, Author.ASSISTANT, Author.CUSTOMER, Author.CUSTOMER)
        return [
            Message(f"m{n}", conversation_id, author, text, "en", NOON + timedelta(minutes=minute))
            for n, ((minute, text), author) in enumerate(zip(said, authors, strict=True))
        ]


def rated(id: str, *, csat: int, minute: int = 5) -> RatedConversation:
    return RatedConversation(id, "en", csat, NOON + timedelta(minutes=minute))


def test_it_is_learnt_again_only_when_there_are_new_answers() -> None:
    log = Log([rated("c1", csat=5)])
    predictions = Predictions(log)
    assert [predictions.of_site().labels for _ in range(3)] == [1, 1, 1]
    assert log.reads == 1
    log.answers.append(rated("c2", csat=1))
    assert predictions.of_site().labels == 2
    assert log.reads == 3


def test_simulated_answers_teach_nothing_about_real_ones() -> None:
    predictions = Predictions(Log([rated("c1", csat=5)]))
    assert predictions.of_site(simulated=True).labels == 0
    assert predictions.of_site().labels == 1


def test_what_was_said_after_the_answer_does_not_predict_it() -> None:
    (before,) = Predictions(Log([rated("c1", csat=5)])).of_site().bins
    (after,) = Predictions(Log([rated("c1", csat=5, minute=10)])).of_site().bins
    assert before.predicted > after.predicted


def test_an_answer_before_a_word_was_said_is_no_label() -> None:
    assert Predictions(Log([rated("c1", csat=5, minute=-1)])).of_site().labels == 0
