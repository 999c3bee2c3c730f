"""Measure what customers and operators wait for, side by side in one run: `make bench`.

docs/performance.md says how to read it. Figures are of this machine at this moment: ratios within a
run hold, times of two runs are not compared.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from tests.bench import processes, replies, syncs
from tests.bench.material import Material
from tests.bench.rows import Row, as_table

ROOT = Path(__file__).resolve().parents[2]
CACHE = ROOT / "build"
"""Where vectors and the exported encoder stay from one run to the next."""


def main() -> None:
    """Ask what to measure, measure it, print the table and write the JSON."""
    asked = _arguments()
    material = Material(asked.data, cache=CACHE)
    before = os.getloadavg()
    rows: list[Row] = []
    with tempfile.TemporaryDirectory(prefix="assistant-bench-") as folder:
        homes = Path(folder)
        for size in asked.sizes:
            home = homes / str(size)
            _tell(rows, replies.measured(material, size, home, questions=asked.questions))
            if size == min(asked.sizes):
                _tell(rows, processes.asked_from_the_shell(home))
            if size <= 10_000:
                _tell(rows, processes.memory(home, material.questions[:50], size=size))
        _tell(rows, syncs.throughput(material, homes / "throughput", passages=asked.sync_passages))
        _tell(rows, syncs.edit_to_answerable(material, homes / "edit", articles=asked.articles))
        _tell(rows, processes.starts(homes / "starts"))
    machine = {
        "processor": _processor(),
        "cores": os.cpu_count(),
        "system": platform.platform(),
        "python": platform.python_version(),
        "load before and after": [before, os.getloadavg()],
    }
    sys.stdout.write("\n" + as_table(rows))
    if asked.json:
        found = {"machine": machine, "rows": [asdict(row) for row in rows]}
        asked.json.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", "utf-8")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument(
        "--sizes",
        type=int,
        nargs="+",
        default=[1000, 10_000, 65_000],
        metavar="N",
        help="passages of the help centers that are asked (1000 10000 65000)",
    )
    parser.add_argument("--questions", type=int, default=200, help="asked of each (200)")
    parser.add_argument("--sync-passages", type=int, default=384, help="texts synced (384)")
    parser.add_argument(
        "--articles", type=int, default=2400, help="of the help center that is edited (2400)"
    )
    parser.add_argument(
        "--data",
        type=Path,
        default=ROOT.parent / "shared" / "data",
        help="the folder of corpora/ and questions/",
    )
    parser.add_argument("--json", type=Path, help="write the figures here as well")
    asked = parser.parse_args()
    if not (asked.data / "corpora").is_dir():
        parser.error(f"{asked.data} has no corpora/; name the development data with --data")
    return asked


def _tell(rows: list[Row], found: Sequence[Row]) -> None:
    """As soon as it is known: a whole run takes long."""
    rows += found
    sys.stdout.write(as_table(found))
    sys.stdout.flush()


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    except OSError:
        return platform.processor()
    fields = {key.strip(): value.strip() for key, _, value in (x.partition(":") for x in lines)}
    bf16 = sorted(set(fields.get("flags", "").split()) & {"amx_bf16", "avx512_bf16"})
    return " ".join([fields.get("model name", platform.processor()), *bf16])


if __name__ == "__main__":
    main()
