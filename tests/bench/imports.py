"""What an import of every form takes, and what it does not: `python -m tests.bench.imports`.

Reads the development data as a sync does, without encoding it: help centers as writers keep them,
and as their vendors export them.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from pathlib import Path

from assistant.domain.article import Article
from assistant.errors import HalfUnderstood, Withheld
from assistant.knowledge.reader import read_source
from tests.bench.processes import ROOT

_HEAD = f"{'source':<36}{'articles':>9}{'passed over':>13}{'in parts':>10}{'failed':>8}{'s':>7}\n"


def main() -> None:
    """A line a source, and under it what did not become text, with how often."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.imports", description=__doc__)
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data")
    data = parser.parse_args().data
    sys.stdout.write(_HEAD)
    for source in [*sorted((data / "raw").iterdir()), *sorted((data / "corpora").glob("*.jsonl*"))]:
        _tell(source)


def _tell(source: Path) -> None:
    began = time.process_time()
    kinds, reasons = Counter[str](), Counter[str]()
    for record in read_source(source):
        kind = _kind(record)
        kinds[kind] += 1
        if not isinstance(record, Article):
            reasons[f"{kind}: {record.reason}"] += 1
    counts = (kinds[kind] for kind in ("articles", "passed over", "in parts", "failed"))
    widths = "{:>9}{:>13}{:>10}{:>8}".format(*counts)
    seconds = time.process_time() - began
    sys.stdout.write(f"{source.name:<36}{widths}{seconds:>7.1f}\n")
    for reason, count in reasons.most_common():
        sys.stdout.write(f"    {count} {reason}\n")
    sys.stdout.flush()


def _kind(record: object) -> str:
    match record:
        case Article():
            return "articles"
        case Withheld():
            return "passed over"
        case HalfUnderstood():
            return "in parts"
    return "failed"


if __name__ == "__main__":
    main()
