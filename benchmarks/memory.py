"""Memory while a dataset grows: one process presses shard after shard of one size and says what it holds.

    python benchmarks/memory.py --out docs/benchmarks

After about 100,000, 200,000, 400,000, 800,000 and all examples: megabytes held now, and the most so far. Then what
comes once at the end of a build: `settle` over all shards, which holds a mark of 58 bytes an example and some more
while it sorts them, and the ledger's rows of instances and examples, which are written while they are read.
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import univ_bench
from machine import arguments, machine, resident, write_down
from press import forme_of

from lithograph.ledger.columns import write_columns
from lithograph.pipeline.record import example_rows, instance_rows
from lithograph.render import shards
from lithograph.render.settle import settle

MARKS = (100_000, 200_000, 400_000, 800_000, 1_600_000)


def measure(triples: int, seed: int, most: int) -> dict[str, Any]:
    """One growing dataset."""
    pa.set_cpu_count(1)
    begun = machine()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "data").mkdir()
        (folder / shards.LEDGER).mkdir()
        univ_bench.write(folder / "univ-bench.nt", triples, seed)
        forme, _ = forme_of(folder / "univ-bench.nt", 1 << 30)
        held = [_now(0)]
        examples, marks, start = 0, list(MARKS), time.process_time()
        made = []
        parts = shards.parts_of([np.arange(len(cast)) for cast in forme.types.casts], 20_000)
        for number, part in enumerate(parts):
            made.append(shards.press_piece(forme.types, number, part, folder))
            examples += len(made[-1].marks)
            if marks and examples >= marks[0]:
                held.append(_now(examples))
                marks = [mark for mark in marks if mark > examples]
            if examples >= most:
                break
        if held[-1]["examples"] != examples:
            held.append(_now(examples))
        seconds = time.process_time() - start
        settled = settle(forme.types, made, folder, 20_000)
        after = {"after settling": _now(examples), "examples merged by it": examples - len(settled.marks)}
        shards.name_shards(folder)
        rows = {"instances": instance_rows(folder), "examples": example_rows(folder)}
        paths = [write_columns(folder / "ledger", table, "all", pieces) for table, pieces in rows.items()]
        size = sum(path.stat().st_size for path in paths)
        noted = _now(examples)
    return {
        "machine": begun, "triples": triples, "seed": seed, "instances of a shard": 20_000, "shards": number + 1,
        "examples": examples, "cpu microseconds an example": round(seconds / examples * 1e6, 2), "press": held, **after,
        "after the ledger's rows": noted, "bytes of the ledger's files an example": round(size / examples),
    }  # fmt: skip


def _now(examples: int) -> dict[str, int]:
    return {"examples": examples, "held in MB": resident("VmRSS"), "most in MB": resident()}


def main() -> None:
    parser = arguments(__doc__)
    parser.add_argument("--triples", type=int, default=300_000)
    parser.add_argument("--most", type=int, default=1_600_000)
    given = parser.parse_args()
    write_down(measure(given.triples, given.seed, given.most), given.out, "memory", given.date)


if __name__ == "__main__":
    main()
