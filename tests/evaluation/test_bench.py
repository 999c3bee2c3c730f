"""The bench measures what it says, in small: a fake encoder, a help center of three pages."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.testing import FakeEmbedder
from tests.bench.contestants import Ours, PlainRecipe
from tests.bench.material import Material, write_source
from tests.bench.rows import Row, as_table
from tests.bench.turns import rounds

PAGES = {
    "kettles": ("Kettle warranty", "Every kettle has a warranty of five years."),
    "returns": (
        "Return an item",
        "You can return an item within 30 days. " + "Keep the box. " * 90,
    ),
    "gifts": ("Gift cards", "A gift card is valid for two years."),
}


class FakeYardstick:
    def __init__(self) -> None:
        self._embedder = FakeEmbedder()

    def vector(self, text: str) -> list[float]:
        return [float(part) for part in self._embedder.embed([text])[0]]

    def close(self) -> None:
        pass


@pytest.fixture
def material(tmp_path: Path) -> Material:
    data = tmp_path / "data"
    for folder in ("corpora", "questions/tiny-help"):
        (data / folder).mkdir(parents=True)
    records = [
        {"id": id, "title": title, "body_markdown": body, "lang": "en"}
        for id, (title, body) in PAGES.items()
    ]
    lines = "".join(json.dumps(record) + "\n" for record in records)
    (data / "corpora" / "tiny.jsonl.gz").write_bytes(gzip.compress(lines.encode()))
    asked = data / "questions" / "tiny-help"
    queries = [{"id": id, "text": title, "lang": "en"} for id, (title, _) in PAGES.items()]
    corpus = [{"id": r["id"], "title": r["title"], "text": r["body_markdown"]} for r in records]
    (asked / "queries.jsonl").write_text("".join(json.dumps(row) + "\n" for row in queries))
    (asked / "corpus.jsonl").write_text("".join(json.dumps(row) + "\n" for row in corpus))
    (asked / "qrels.tsv").write_text("".join(f"{id}\t{id}\t1\n" for id in PAGES))
    (asked / "meta.json").write_text('{"name": "tiny-help"}')
    return Material(data, cache=tmp_path / "cache")


@pytest.fixture
def ours(material: Material, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ours]:
    monkeypatch.setenv("ASSISTANT_EMBEDDER", "assistant.testing:FakeEmbedder")
    opened = Ours(tmp_path / "home", material.cache)
    source = tmp_path / "source.jsonl"
    write_source(material.of_size(1000), source)
    assert opened.fill(source) >= len(PAGES)
    yield opened
    opened.close()


def test_the_encoder_that_it_prepares_is_kept_for_the_next_run(
    ours: Ours, material: Material, tmp_path: Path
) -> None:
    (tmp_path / "home" / "encoder" / "prepared").touch()
    assert (material.cache / "encoder" / "prepared").is_file()


def test_a_size_counts_passages_and_holds_the_smaller_sizes(material: Material) -> None:
    ids = [record["id"] for record in material.of_size(1000)]
    assert sorted(ids) == sorted(PAGES)
    for size in (1, 2):
        smaller = [record["id"] for record in material.of_size(size)]
        assert 0 < len(smaller) < len(PAGES)
        assert smaller == ids[: len(smaller)]


def test_questions_whose_article_is_there_come_first(material: Material) -> None:
    (record,) = material.of_size(1)[:1]
    first, *_ = material.asked_of([record], 3)
    assert first.relevant == {record["id"]}


def test_ours_and_the_plain_recipe_find_the_same_known_items(
    ours: Ours, material: Material, tmp_path: Path
) -> None:
    plain = PlainRecipe(tmp_path / "home", tmp_path / "plain", FakeYardstick)
    for case in material.questions:
        for took, found in (ours.consider(case), plain.ask(case)):
            assert took > 0
            assert found[0] in case.relevant
        assert ours.ask(case)[0] > 0
    plain.close()


def test_an_edit_is_timed_until_it_is_answered_from(
    ours: Ours, material: Material, tmp_path: Path
) -> None:
    records = material.of_size(1000)
    edited = records[0] | {
        "title": "How far do I turn the zanzibar lever?",
        "body_markdown": "Turn the zanzibar lever by forty degrees.",
    }
    write_source([edited, *records[1:]], tmp_path / "source.jsonl")
    ours.follow()
    synced, answered, in_step = ours.edit(
        tmp_path / "source.jsonl", "How far do I turn the zanzibar lever?", "forty degrees"
    )
    assert 0 < synced <= answered <= in_step


def test_what_a_writer_publishes_is_timed_until_it_is_answered_from(
    ours: Ours, material: Material
) -> None:
    ours.follow()
    article = material.of_size(1000)[0]["id"]
    question, fact = "How heavy is a quagga?", "A quagga weighs 300 kilograms"
    published, answered, in_step = ours.publish(article, question, fact)
    assert 0 < published <= answered <= in_step


def test_everyone_has_a_turn_in_each_round_and_each_comes_first_once() -> None:
    turns = list(rounds(("a", "b", "c"), 3))
    assert [name for number, name in turns if number == 1] == ["b", "c", "a"]
    assert {name for _, name in turns[::3]} == {"a", "b", "c"}


def test_the_table_says_which_goals_are_reached() -> None:
    table = as_table(
        [
            Row("reply", 1.4, "E", at_most=1.5),
            Row("sync", 0.5, "", at_least=0.9),
            Row("memory", 431.0, "MB"),
        ]
    )
    reply, sync, memory = table.splitlines()
    assert reply.endswith("≤ 1.5  reached")
    assert sync.endswith("≥ 0.9  MISSED")
    assert memory.endswith("431 MB")
