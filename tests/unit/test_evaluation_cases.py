"""Question sets in the common format, and what is wrong with others."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from assistant.errors import Refused
from assistant.evaluation.cases import Case, QuestionSet, read_set

CORPUS = [{"id": "a", "title": "Returns", "text": "Send it.", "lang": "en-GB", "alts": ["Back?"]}]
QUERIES: list[dict[str, Any]] = [
    {"id": 1, "text": "return?", "answerable": True, "lang": "en", "facts": [["30 days", "month"]]},
    {"id": "2", "text": "licorne ?", "answerable": False, "lang": "fr", "kind": "near", "group": 7},
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    lines(tmp_path / "corpus.jsonl", CORPUS)
    lines(tmp_path / "queries.jsonl", QUERIES)
    (tmp_path / "qrels.tsv").write_text("query_id\tcorpus_id\tscore\n1\ta\t1\n2\ta\t0\n")
    (tmp_path / "meta.json").write_text('{"name": "tiny"}')
    return tmp_path


def lines(path: Path, rows: list[dict[str, Any]]) -> None:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))


def test_a_set_is_read_whole(folder: Path) -> None:
    found = read_set(folder)
    assert found.name == "tiny"
    (article,) = found.articles
    assert (article.id, article.locale, article.questions) == ("a", "en", ("Back?",))
    first, second = found.cases
    assert (first.id, first.relevant, first.facts) == ("1", {"a"}, (("30 days", "month"),))
    assert (second.answerable, second.relevant, second.kind) == (False, frozenset(), "near")
    assert (first.group, second.group) == ("1", "7")


def test_a_packed_corpus_is_read_too(folder: Path) -> None:
    text = (folder / "corpus.jsonl").read_bytes()
    (folder / "corpus.jsonl").unlink()
    (folder / "corpus.jsonl.gz").write_bytes(gzip.compress(text))
    assert len(read_set(folder).articles) == 1


def test_a_set_may_name_its_help_center(folder: Path) -> None:
    (folder / "meta.json").write_text('{"help_center": "../shop"}')
    found = read_set(folder)
    assert found.source == (folder / "../shop").resolve()
    assert (found.name, found.articles) == (folder.name, ())


@pytest.mark.parametrize(
    ("file", "text", "named"),
    [
        ("meta.json", "{", "meta.json"),
        ("queries.jsonl", '{"id": 1, "text": "x"}\nnonsense\n', r"queries\.jsonl:2 is not JSON"),
        ("queries.jsonl", '{"id": 1}\n', r'queries\.jsonl:1 needs an object with "id" and "text"'),
        ("queries.jsonl", "[1]\n", r"queries\.jsonl:1 needs an object"),
        ("corpus.jsonl", "\udcff", r"corpus\.jsonl cannot be read"),
        ("qrels.tsv", "1 a 1\n", r"qrels\.tsv:1 needs three fields separated by tabs"),
        ("qrels.tsv", "query_id\ta\t1\n1\ta\tmuch\n", r"qrels\.tsv:2 has 'much'"),
    ],
)
def test_what_is_wrong_is_named_with_its_line(
    folder: Path, file: str, text: str, named: str
) -> None:
    (folder / file).write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(Refused, match=named):
        read_set(folder)


@pytest.mark.parametrize("file", ["meta.json", "queries.jsonl", "qrels.tsv", "corpus.jsonl"])
def test_what_is_missing_is_named(folder: Path, file: str) -> None:
    (folder / file).unlink()
    with pytest.raises(Refused, match=file.split(".")[0]):
        read_set(folder)


def test_a_corpus_that_is_cut_off_is_named(folder: Path) -> None:
    packed = gzip.compress((folder / "corpus.jsonl").read_bytes())
    (folder / "corpus.jsonl").unlink()
    (folder / "corpus.jsonl.gz").write_bytes(packed[:-9])
    with pytest.raises(Refused, match=r"corpus\.jsonl\.gz cannot be read"):
        read_set(folder)


CASES = tuple(
    Case(str(n), f"question {n}", "en", True, frozenset({"a"}), group=str(n // 3))
    for n in range(300)
)


def test_a_sample_is_the_same_every_time_and_keeps_paraphrases_together() -> None:
    whole = QuestionSet("many", CASES)
    sample = whole.sample(100)
    assert sample == whole.sample(100)
    assert 97 < len(sample.cases) <= 100
    groups = [case.group for case in sample.cases]
    assert {groups.count(group) for group in groups} == {3}
    assert sample.name == "many (at most 100)"
    assert whole.sample(300) is whole


def test_other_questions_have_another_fingerprint() -> None:
    assert QuestionSet("a", CASES).fingerprint == QuestionSet("b", CASES).fingerprint
    assert QuestionSet("a", CASES).fingerprint != QuestionSet("a", CASES[1:]).fingerprint
