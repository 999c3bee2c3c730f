"""What every DigestStore must do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from assistant.domain.answer import Decision
from assistant.ports.digests import Digest, Theme
from assistant.testing.samples import (
    a_conversation,
    a_message,
    a_turn,
    always,
    answered,
    started,
)

PARCELS = Theme("t-m1", simulated=False, total=np.array([0.5, 1.5], np.float32))


def keeps(
    store: Any,
    digests: Sequence[Digest],
    themes: Sequence[Theme] = (PARCELS,),
    *,
    after: int | None = None,
    to: int = 1,
    model: str = "m",
) -> bool:
    """As if the log had been read from `after` up to `to`."""
    return bool(store.keep_digests(digests, themes=themes, model=model, after=after, to=to))


class DigestStoreContract:
    """Needs the fixture `store`: an empty one that is a ConversationStore too."""

    def test_what_was_kept_is_there_with_how_far_the_log_was_read(self, store: Any) -> None:
        started(store, a_conversation("c1"))
        assert store.digested("m") is None
        digest = Digest("c1", effort=40, predicted=0.25, theme_id="t-m1")
        assert keeps(store, [digest], to=7)
        assert store.digested("m") == 7
        assert store.digests(["c1", "c2"]) == {"c1": digest}
        (theme,) = store.themes()
        assert (theme.id, theme.simulated, theme.total.tolist()) == ("t-m1", False, [0.5, 1.5])

    def test_a_later_one_takes_the_place_of_the_one_before(self, store: Any) -> None:
        started(store, a_conversation("c1"))
        keeps(store, [Digest("c1", 0, None, None)])
        later = Digest("c1", 10, 0.5, "t-m1")
        grown = Theme("t-m1", simulated=False, total=np.array([1, 3], np.float32))
        assert keeps(store, [later], [grown], after=1, to=2)
        assert store.digests(["c1"]) == {"c1": later}
        assert [theme.total.tolist() for theme in store.themes()] == [[1, 3]]

    def test_of_two_processes_one_keeps_what_it_read(self, store: Any) -> None:
        started(store, a_conversation("c1"))
        assert keeps(store, [Digest("c1", 1, None, None)], to=5)
        assert not keeps(store, [Digest("c1", 2, None, None)], after=4, to=9)
        assert not keeps(store, [Digest("c1", 2, None, None)], to=9)
        assert store.digests(["c1"])["c1"].effort == 1
        assert store.digested("m") == 5

    def test_another_encoder_begins_anew(self, store: Any) -> None:
        for id in ("c1", "c2"):
            started(store, a_conversation(id, visitor=f"v-{id}"))
        keeps(store, [Digest("c1", 1, None, "t-m1")])
        other = Theme("t-m9", simulated=False, total=np.array([1, 0, 0], np.float32))
        assert keeps(store, [Digest("c2", 1, None, "t-m9")], [other], model="n", to=3)
        assert list(store.digests(["c1", "c2"])) == ["c2"]
        assert [theme.id for theme in store.themes()] == ["t-m9"]
        assert (store.digested("m"), store.digested("n")) == (None, 3)

    def test_the_largest_themes_come_with_some_of_their_conversations(self, store: Any) -> None:
        for number in range(5):
            started(store, a_conversation(f"c{number}", visitor=f"v{number}"))
        themes = [
            Theme(id, simulated=id == "t-m4", total=np.array([1, 0], np.float32))
            for id in ("t-m1", "t-m2", "t-m3", "t-m4")
        ]
        about = ("t-m1", "t-m1", "t-m2", "t-m2", "t-m2")
        keeps(store, [Digest(f"c{n}", 0, None, id) for n, id in enumerate(about)], themes)
        found = store.largest_themes(simulated=False, limit=9, each=2)
        assert list(found) == ["t-m2", "t-m1"]
        assert len(found["t-m2"]) == 2
        assert set(found["t-m1"]) == {"c0", "c1"}
        assert list(store.largest_themes(simulated=False, limit=1)) == ["t-m2"]
        assert store.largest_themes(simulated=True, limit=9) == {}
        assert store.about("t-m3") == []

    def test_the_first_question_with_what_was_found_first(self, store: Any) -> None:
        answered(store, started(store, a_conversation("c1")))
        second = a_message("m3", "Et la facture ?", conversation="c1")
        store.add_message(second)
        store.add_reply(a_turn("m3"), message=None, locale="fr", reply=always({}))
        question = store.first_questions(["c1"])["c1"]
        assert (question.message_id, question.text, question.locale, question.simulated) == (
            "m1",
            "Où est mon colis ?",
            "fr",
            False,
        )
        assert question.article_id is None

    def test_who_only_greets_asks_nothing(self, store: Any) -> None:
        started(store, a_conversation("c1"))
        store.add_message(a_message("m1", "Bonjour", conversation="c1"))
        hello = replace(a_turn("m1"), decision=Decision.SMALLTALK)
        store.add_reply(hello, message=None, locale="fr", reply=always({}))
        assert store.first_questions(["c1"]) == {}

    def test_of_who_is_forgotten_nothing_is_kept(self, store: Any) -> None:
        started(store, a_conversation("c1", visitor="v1"))
        keeps(store, [Digest("c1", 1, None, "t-m1")])
        store.forget("v1")
        assert store.digests(["c1"]) == {}
        assert keeps(store, [Digest("c1", 1, None, "t-m1")], after=1, to=2)
        assert store.digests(["c1"]) == {}
