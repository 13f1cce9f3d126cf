"""A million triples from a file to an indexed claim graph, beside what the RDF libraries take to hold them.

    python benchmarks/load.py --out docs/benchmarks

Every way runs in a process of its own, in turn, `--repeat` times, and is timed in CPU seconds of that process after
its imports; memory is the process's peak, Python and libraries included. The ways:

    lithograph   file -> Ontology (terms interned, axioms told apart and in columns) -> claim graph -> ClaimIndex
    ontology     only the first arrow of it
    store        pyoxigraph's Store.bulk_load: triples in six (here: in-memory) indexes, no OWL
    parser       pyoxigraph's parser, every triple handed to Python, nothing kept
    rdflib       Graph.parse on the first tenth of the triples
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections import deque
from itertools import islice
from pathlib import Path
from typing import Any

import univ_bench
from machine import arguments, machine, resident, write_down

TENTH = 10


def lithograph(path: Path) -> dict[str, int]:
    """Load, project, index."""
    from lithograph.ontology.load import load
    from lithograph.ontology.project import project
    from lithograph.reason.patterns import ClaimIndex

    start = time.process_time()
    graph = project(load(path))
    index = ClaimIndex.of(graph)
    return {"seconds": time.process_time() - start, "claims": len(index.order)}


def ontology(path: Path) -> dict[str, int]:
    """Load alone."""
    from lithograph.ontology.load import load

    start = time.process_time()
    axioms = len(load(path))
    return {"seconds": time.process_time() - start, "axioms": axioms}


def store(path: Path) -> dict[str, int]:
    """The RDF store."""
    import pyoxigraph

    start = time.process_time()
    made = pyoxigraph.Store()
    made.bulk_load(path=path, format=pyoxigraph.RdfFormat.N_TRIPLES)
    return {"seconds": time.process_time() - start, "triples": len(made)}


def parser(path: Path) -> dict[str, int]:
    """The RDF parser."""
    import pyoxigraph

    start = time.process_time()
    deque(pyoxigraph.parse(path=path, format=pyoxigraph.RdfFormat.N_TRIPLES), maxlen=0)
    return {"seconds": time.process_time() - start}


def rdflib(path: Path) -> dict[str, int]:
    """rdflib's graph."""
    import rdflib

    graph = rdflib.Graph()
    start = time.process_time()
    graph.parse(path, format="nt")
    return {"seconds": time.process_time() - start, "triples": len(graph)}


WAYS = {"lithograph": lithograph, "ontology": ontology, "store": store, "parser": parser, "rdflib": rdflib}


def in_child(way: str, path: Path) -> dict[str, Any]:
    """One run of a way in a new process."""
    done = subprocess.run(
        [sys.executable, __file__, "--way", way, "--file", str(path)], capture_output=True, check=True
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def measure(triples: int, repeat: int, seed: int) -> dict[str, Any]:
    """All ways, paired."""
    begun = machine()
    with tempfile.TemporaryDirectory() as folder:
        path, tenth = Path(folder) / "univ-bench.nt", Path(folder) / "tenth.nt"
        univ_bench.write(path, triples, seed)
        with path.open(encoding="utf-8") as file:
            tenth.write_text("".join(islice(file, triples // TENTH)), encoding="utf-8")
        runs: dict[str, list[dict[str, Any]]] = {way: [] for way in WAYS}
        for _ in range(repeat):
            for way, found in runs.items():
                found.append(in_child(way, tenth if way == "rdflib" else path))
        size = path.stat().st_size
    counts = {way: triples // TENTH if way == "rdflib" else triples for way in WAYS}
    return {
        "machine": begun, "triples": triples, "bytes": size, "seed": seed, "rounds": repeat,
        "ways": {way: _summary(found, counts[way]) for way, found in runs.items()},
    }  # fmt: skip


def _summary(runs: list[dict[str, Any]], triples: int) -> dict[str, Any]:
    seconds = statistics.median(run["seconds"] for run in runs)
    held = {key: value for key, value in runs[0].items() if key not in ("seconds", "peak_mb")}
    return {
        "triples": triples, "cpu seconds": round(seconds, 2), "triples per cpu second": round(triples / seconds),
        "all rounds": [round(run["seconds"], 2) for run in runs],
        "peak memory in MB": max(run["peak_mb"] for run in runs), **held,
    }  # fmt: skip


def main() -> None:
    options = arguments(__doc__)
    options.add_argument("--triples", type=int, default=1_000_000)
    options.add_argument("--repeat", type=int, default=3)
    options.add_argument("--way", choices=WAYS, help="run one way in this process and print what it took")
    options.add_argument("--file", type=Path)
    given = options.parse_args()
    if given.way:
        found = WAYS[given.way](given.file)
        print(json.dumps({**found, "peak_mb": resident()}))
    else:
        write_down(measure(given.triples, given.repeat, given.seed), given.out, "load", given.date)


if __name__ == "__main__":
    main()
