"""What is asked, and of which help centers: from the development data, the same in every run."""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from assistant.evaluation.cases import Case, read_set

_PASSAGE_WORDS = 200
_LARGE_HELP_CENTER = "workfront_en.jsonl.gz"

Record = dict[str, Any]
"""An article as it stands in a source."""


@dataclass(frozen=True)
class Material:
    """`data`: the folder of corpora/ and questions/; `cache`: where vectors are kept."""

    data: Path
    cache: Path

    @cached_property
    def records(self) -> list[Record]:
        """Of all help centers, both languages, in one order drawn once and for all."""
        files = sorted((self.data / "corpora").glob("*.jsonl.gz"))
        found = [record for file in files for record in _read(file)]
        return random.Random(1).sample(found, len(found))

    @cached_property
    def questions(self) -> list[Case]:
        """Of the help centers' own question sets, in an order drawn once and for all."""
        folders = sorted((self.data / "questions").glob("*-help*"))
        found = [case for folder in folders for case in read_set(folder).cases]
        return random.Random(1).sample(found, len(found))

    def of_size(self, passages: int) -> list[Record]:
        """Articles of about so many passages of 200 words; all of them where there are no more."""
        chosen, size = [], 0
        for record in self.records:
            if size >= passages:
                break
            chosen.append(record)
            size += max(1, round(len(record["body_markdown"].split()) / _PASSAGE_WORDS))
        return chosen

    def asked_of(self, records: Sequence[Record], count: int) -> list[Case]:
        """So many questions, those first whose right article is among these."""
        there = {record["id"] for record in records}
        questions = sorted(self.questions, key=lambda case: not case.relevant & there)
        return questions[:count]

    def large(self, count: int) -> list[Record]:
        """The first articles of one large help center."""
        return _read(self.data / "corpora" / _LARGE_HELP_CENTER)[:count]


def write_source(records: Sequence[Record], file: Path) -> None:
    """As JSON lines, for a sync."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("".join(json.dumps(record) + "\n" for record in records), "utf-8")


def _read(file: Path) -> list[Record]:
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]
