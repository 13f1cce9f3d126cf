"""External yardsticks: benchmarks of others as one table of probes. Knows nothing about models or how they answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from lithograph.core.identity import sha256_hex

from .benchmarks.causes import ecare, xcopa
from .benchmarks.likeness import figqa, google_analogies, story_analogies
from .benchmarks.logic import prontoqa, proofwriter
from .benchmarks.riddles import big_bench_hard
from .benchmarks.rows import NoBenchmark, as_probes


@dataclass(frozen=True, slots=True)
class Benchmark:
    """name; rows: how its questions are read from the folder of benchmarks; source and licence of the texts."""

    name: str
    rows: Callable[[Path], Iterator[dict[str, Any]]]
    source: str
    licence: str


BENCHMARKS: tuple[Benchmark, ...] = (
    Benchmark("PrOntoQA", prontoqa, "asaparov/prontoqa; teacherpeterpan/Logic-LLM", "Apache-2.0; MIT"),
    Benchmark("ProofWriter", proofwriter, "teacherpeterpan/Logic-LLM", "CC BY 4.0; MIT"),
    Benchmark("Google analogies", google_analogies, "nicholas-leonard/word2vec", "Apache-2.0"),
    Benchmark("StoryAnalogy", story_analogies, "loginaway/StoryAnalogy", "MIT"),
    Benchmark("Fig-QA", figqa, "nightingal3/Fig-QA", "MIT"),
    Benchmark("e-CARE", ecare, "Waste-Wood/e-CARE", "MIT"),
    Benchmark("XCOPA", xcopa, "cambridgeltl/xcopa", "CC BY 4.0"),
    Benchmark("BIG-Bench Hard", big_bench_hard, "suzgunmirac/BIG-Bench-Hard", "MIT"),
)


def external_probes(folder: Path, most: int = 0, seed: int = 0) -> pa.Table:
    """The questions of all benchmarks in `folder`, in the order of their ids; `kind` says of which they are.

    most: of each kind the questions with the smallest seeded hashes of their ids, so many at most; 0 for all.
    Raises NoBenchmark.
    """
    if not folder.is_dir():
        raise NoBenchmark(folder, "there are no benchmarks here")
    rows = [row for benchmark in BENCHMARKS for row in benchmark.rows(folder)]
    return as_probes(_some(rows, most, seed) if most else rows)


def _some(rows: list[dict[str, Any]], most: int, seed: int) -> list[dict[str, Any]]:
    kinds: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        kinds.setdefault(row["kind"], []).append(row)
    return [row for held in kinds.values()
            for row in sorted(held, key=lambda row: sha256_hex(f"{seed}\n{row['id']}"))[:most]]  # fmt: skip
