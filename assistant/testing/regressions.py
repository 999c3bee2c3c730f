"""What every RegressionStore must do."""

from __future__ import annotations

from typing import Any

import pytest

from assistant.domain.regression import Line, RegressionSet
from assistant.errors import UnknownThing
from assistant.ports import Deed
from assistant.testing.samples import NOON

KEPT = RegressionSet(
    "r-1", "Été", (Line("Où est mon colis ?", "fr", "colis"), Line("Hm?", "en")), "lea", NOON
)
DEED = Deed(NOON, "lea", "set_kept", "r-1", {})


class RegressionStoreContract:
    """Needs the fixture `store`: an empty one, its tables made."""

    def test_a_set_is_read_back_whole_until_it_is_dropped(self, store: Any) -> None:
        store.add_regression_set(KEPT, deed=DEED)
        assert store.regression_sets() == [KEPT]
        store.drop_regression_set("r-1", deed=DEED)
        assert store.regression_sets() == []
        with pytest.raises(UnknownThing):
            store.drop_regression_set("r-1", deed=DEED)
        assert [deed.action for _, deed in store.deeds()].count("set_kept") == 2
