"""Our figures against scikit-learn's, draw by draw (it takes seconds to import: not a unit)."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import brier_score_loss, ndcg_score, roc_auc_score

from assistant.evaluation import metrics
from assistant.evaluation.cases import Case
from assistant.evaluation.predictions import Prediction

DICE = np.random.default_rng(3)
SCORES = DICE.integers(0, 20, 200) / 20
RIGHT = DICE.random(200) < SCORES
DRAWS = metrics.draws([str(n) for n in range(200)])[:20]


def test_auroc_and_brier_are_those_of_scikit_learn_in_every_draw() -> None:
    for name, statistic in (
        (roc_auc_score, metrics.auroc(SCORES, RIGHT)),
        (brier_score_loss, metrics.brier(SCORES, RIGHT)),
    ):
        wanted = [name(RIGHT, SCORES, sample_weight=draw) for draw in DRAWS]
        assert statistic(DRAWS) == pytest.approx(wanted)


def test_ndcg_is_that_of_scikit_learn() -> None:
    ids = [f"a{n}" for n in range(12)]
    for _ in range(20):
        relevant = frozenset(DICE.choice(ids, size=3, replace=False).tolist())
        case = Case("1", "?", "en", answerable=True, relevant=relevant)
        prediction = Prediction("1", tuple(ids), (), 0.5, "answer", "", (), 1.0)
        truth = [[float(id in relevant) for id in ids]]
        wanted = ndcg_score(truth, [list(range(12, 0, -1))], k=10)
        assert metrics.gain(prediction, case) == pytest.approx(wanted)
