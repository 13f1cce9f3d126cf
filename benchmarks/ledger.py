"""The ledger at size: a million examples on ten facts each, and a run of 100,000 steps of 32.

    python benchmarks/ledger.py --out docs/benchmarks
    python benchmarks/ledger.py --examples 100000 --steps 10000

Made up, but written by the real writers, piece by piece: ids are random hashes (nothing makes them shorter), four
examples of an instance, ten axioms of an instance, two nodes of an axiom. Measured: bytes of the columns; CPU time of
writing; every competency query from the columns; look-ups by id; the view of everything but examples and losses.
"""

from __future__ import annotations

import io
import itertools
import json
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from machine import arguments, machine, resident, write_down
from numpy.typing import NDArray
from pyoxigraph import RdfFormat, Store

from lithograph.core.identity import urn
from lithograph.ledger import shape
from lithograph.ledger.ask import Ledger, ask_text
from lithograph.ledger.columns import read_columns
from lithograph.ledger.evaluations import EvaluationRecord, record_attributions, record_evaluation
from lithograph.ledger.record import BuildRecord, OntologyRecord, ShardRecord, SourceRecord, SplitRecord, key_of
from lithograph.ledger.resolve import example_called
from lithograph.ledger.schemas import TABLES
from lithograph.ledger.turtle import PREFIXES, Stream
from lithograph.ledger.view import View, open_view

PIECE = 1 << 16
WORDINGS = 4  # examples of an instance
_HEX = np.frombuffer(b"0123456789abcdef", np.uint8)


def hashes(noise: np.random.Generator, prefix: str, n: int) -> pa.Array:
    """Random ids behind a prefix."""
    raw = noise.integers(0, 256, (n, 32), np.uint8)
    out = np.empty((n, len(prefix) + 64), np.uint8)
    out[:, : len(prefix)] = np.frombuffer(prefix.encode(), np.uint8)
    out[:, len(prefix) :: 2], out[:, len(prefix) + 1 :: 2] = _HEX[raw >> 4], _HEX[raw & 15]
    offsets = pa.py_buffer(np.arange(n + 1, dtype=np.int32) * np.int32(out.shape[1]))
    return pa.StringArray.from_buffers(n, offsets, pa.py_buffer(out.tobytes()))


def words(values: list[str] | pa.Array, places: NDArray[Any]) -> pa.Array:
    """A dictionary column."""
    told = pa.array(values, pa.string()) if isinstance(values, list) else values
    return pa.DictionaryArray.from_arrays(pa.array(places.astype(np.int32)), told)


def lists(values: pa.Array, each: int) -> pa.Array:
    """A list column of `each` values a row."""
    offsets = pa.array(np.arange(0, len(values) + 1, each, dtype=np.int32))
    return pa.ListArray.from_arrays(offsets, values)


class World:
    """What all tables are made from."""

    def __init__(self, seed: int, examples: int, facts: int) -> None:
        self.noise = np.random.default_rng(seed)
        self.examples, self.facts = examples, facts
        self.axioms = hashes(self.noise, "urn:litho:axiom:", max(examples // 10, 100))
        self.nodes = [f"http://example.org/onto#Node{i}" for i in range(max(examples // 50, 20))]
        self.ends = self.noise.integers(0, len(self.nodes), (len(self.axioms), 2))
        self.instances = hashes(self.noise, "urn:litho:instance:", examples // WORDINGS)
        self.ids = hashes(self.noise, "urn:litho:example:", examples)
        self.split = np.where(self.noise.random(examples) < 0.9, 0, self.noise.integers(1, 3, examples))


def tables(world: World) -> dict[str, Any]:
    """The tables of one build, the large ones in pieces."""
    n, nodes = len(world.axioms), pa.array(world.nodes, pa.string())
    texts = [f"SubClassOf(<{world.nodes[a]}> <{world.nodes[b]}>)" for a, b in world.ends.tolist()]
    says = [f"node {a} SubClassOf node {b}" for a, b in world.ends.tolist()]
    none = pa.nulls(len(world.nodes), pa.string())
    return {
        "axioms": pa.table({
            "axiom": world.axioms, "annotated": world.axioms, "kind": words(["SubClassOf"], np.zeros(n)),
            "text": texts, "display": says, "nodes": lists(nodes.take(pa.array(world.ends.ravel())), 2),
            "source": words(["onto.ttl"], np.zeros(n)), "examples": pa.array(np.zeros(n, np.int64)),
            "silence": pa.nulls(n, pa.string())}),
        "nodes": pa.table({
            "iri": nodes, "kind": words(["Class"], np.zeros(len(nodes))),
            "label_en": [f"node {i}" for i in range(len(nodes))], "label_ru": none,
            "information": pa.array(world.noise.random(len(nodes)).astype(np.float32)), "delta": none}),
        "instances": list(instance_pieces(world)),
        "examples": list(example_pieces(world)),
    }  # fmt: skip


def instance_pieces(world: World) -> Iterator[pa.Table]:
    for start in range(0, len(world.instances), PIECE):
        some = world.instances.slice(start, PIECE)
        n = len(some)
        behind = np.sort(world.noise.integers(0, len(world.axioms), (n, world.facts)), axis=1)
        fillers = world.noise.integers(0, len(world.nodes), 2 * n)
        roles = pa.StructArray.from_arrays(
            [pa.array(["whole", "part"] * n), pa.array(world.nodes).take(pa.array(fillers))], ["role", "node"]
        )
        measures = {name: pa.array(world.noise.random(n).astype(np.float32))
                    for name in ("resonance", "density", "deviation", "tension")}  # fmt: skip
        yield pa.table({
            "instance": some, "scene": words(["http://example.org/PartOf", "http://example.org/IsA"], np.arange(n) % 2),
            "roles": lists(roles, 2), "axioms": lists(world.axioms.take(pa.array(behind.ravel())), world.facts),
            "focus": pa.array(world.nodes).take(pa.array(fillers[::2])), "by": words(["the rules"], np.zeros(n)),
            **measures, "tension_exact": pa.array(np.ones(n, bool)),
            "depth": pa.array(np.ones(n, np.int16))})  # fmt: skip


def example_pieces(world: World) -> Iterator[pa.Table]:
    templates = [f"templates/axis/register.en.j2@{i:012x}" for i in range(60)]
    for start in range(0, world.examples, PIECE):
        some = world.ids.slice(start, PIECE)
        n = len(some)
        rows = np.arange(start, start + n)
        first = start // WORDINGS
        yield pa.table({
            "id": some, "content_hash": hashes(world.noise, "sha256:", n),
            "split": words(["train", "valid", "test"], world.split[rows]),
            "instance": pa.DictionaryArray.from_arrays(
                pa.array((rows // WORDINGS - first).astype(np.int32)),
                world.instances.slice(first, (start + n - 1) // WORDINGS - first + 1)),
            "template": words(templates, world.noise.integers(0, 60, n)),
            "form": words(["statement", "question"], rows % 2),
            "language": words(["en"], np.zeros(n)), "register": words(["plain", "terse"], rows % 2),
            "truth": words(["asserted", "entailed"], rows % 2), "depth": pa.array((rows % 4).astype(np.int16)),
            "shard": words([f"data/train-{start // PIECE:05d}.parquet"], np.zeros(n)),
            "row": pa.array(rows.astype(np.int32))})  # fmt: skip


def build_record(world: World) -> BuildRecord:
    splits = {
        r: SplitRecord(urn("split", r), int((world.split == i).sum())) for i, r in enumerate(("train", "valid", "test"))
    }
    return BuildRecord(
        urn("build", "1"), "onto-1", "onto", urn("dataset", "1"),
        OntologyRecord(urn("ontology", "1"), "http://example.org/onto", "1"),
        (SourceRecord("onto.ttl", "http://example.org/onto", "1" * 64, "Turtle", "https://spdx.org/licenses/CC0-1.0"),),
        {"languages": ["en"]}, "0.1.0", splits, (ShardRecord("data/train-0.parquet", "2" * 64, world.examples),),
    )  # fmt: skip


def write_run(world: World, folder: Path, steps: int, batch: int) -> Path:
    """A run's folder as training leaves it: parts of 1,000 steps."""
    for name in ("steps", "adapter"):
        (folder / name).mkdir(parents=True)
    (folder / "adapter" / "adapter_model.safetensors").write_bytes(folder.name.encode())
    train = np.flatnonzero(world.split == 0)
    for start in range(0, steps, 1000):
        n = min(1000, steps - start) * batch
        chosen, place = np.unique(train[world.noise.integers(0, len(train), n)], return_inverse=True)
        pq.write_table(pa.table({
            "step": pa.array((start + np.arange(n) // batch + 1).astype(np.int32)),
            "micro": pa.array((np.arange(n) % batch // 8).astype(np.int16)),
            "example": words(world.ids.take(pa.array(chosen)), place),
            "loss": pa.array(world.noise.gamma(2.0, 0.5, n).astype(np.float32)),
            "tokens": pa.array(world.noise.integers(4, 20, n).astype(np.int32)), "lr": pa.array(np.full(n, 1e-4))}),
            folder / "steps" / f"part-{start:08d}.parquet")  # fmt: skip
    run = {"id": folder.name, "status": "finished", "options": {"rank": 8, "seed": 1},
           "dataset": {"id": urn("dataset", "1")}, "versions": {"lithograph": "0.1.0"},
           "model": {"name": "smollm2", "digest": "3" * 64, "license": "apache-2.0"}}  # fmt: skip
    (folder / "run.json").write_text(json.dumps(run), encoding="utf-8")
    return folder


def judge(world: World, ledger: Ledger, run: str, right: float) -> str:
    """10,000 answers of a run's adapter, and 20 weights of each of a thousand of them."""
    n = min(10_000, world.examples // 10)
    items = hashes(np.random.default_rng(7), "urn:litho:probe:", n)
    correct = world.noise.random(n) < right
    behind = world.axioms.take(pa.array(world.noise.integers(0, len(world.axioms), 3 * n)))
    probes = pa.table({
        "item": items, "axis": ["taxonomy"] * n, "depth": pa.array(np.ones(n, np.int16)), "level": ["atom"] * n,
        "register": ["plain"] * n, "expected": ["yes"] * n, "answer": np.where(correct, "yes", "no"),
        "correct": pa.array(correct), "score": pa.array(correct.astype(np.float32)),
        "axioms": lists(behind, 3)})  # fmt: skip
    adapter = urn("adapter", run.encode())
    record = EvaluationRecord(run, "probes", adapter, urn("probes", "1"), {"accuracy": float(correct.mean())})
    made = record_evaluation(ledger.path, record, probes)
    asked = np.repeat(np.arange(n // 10), 20)
    weighed = world.noise.integers(0, world.examples, len(asked))
    record_attributions(ledger.path, made, pa.table({
        "item": items.take(pa.array(asked)), "example": world.ids.take(pa.array(weighed)),
        "score": pa.array(world.noise.random(len(asked)).astype(np.float32)),
        "method": ["gradient"] * len(asked)}))  # fmt: skip
    return made


def writing(world: World, ledger: Ledger, runs: Path, steps: int, batch: int) -> dict[str, Any]:
    """A build, two runs and two evaluations written down; what that cost. Their rows are made before."""
    build = _written_build(world, ledger)
    run_dir = write_run(world, runs / "first", steps, batch)
    ledger.record_run(write_run(world, runs / "second", 10, batch))
    run = taken(lambda: ledger.record_run(run_dir))
    for name, right in (("first", 0.6), ("second", 0.8)):
        judge(world, ledger, name, right)
    sizes = {t: sum(p.stat().st_size for p in (ledger.path / "columns" / t).glob("*")) for t in (*TABLES, "manifests")}
    return {
        "columns in bytes": sum(sizes.values()), "bytes of a table": {t: n for t, n in sizes.items() if n > 100_000},
        "writing the build": build, "microseconds an example": round(build["cpu seconds"] * 1e6 / world.examples, 3),
        "writing the run": run, "microseconds a use": round(run["cpu seconds"] * 1e6 / steps / batch, 3),
    }  # fmt: skip


def _written_build(world: World, ledger: Ledger) -> dict[str, float]:
    written = {n: iter(t) if isinstance(t, list) else t for n, t in tables(world).items()}
    return taken(lambda: ledger.record_build(build_record(world), written))


def taken(work: Callable[[], object]) -> dict[str, float]:
    """CPU and wall seconds of one piece of work."""
    cpu, wall = time.process_time(), time.perf_counter()
    work()
    return {"cpu seconds": round(time.process_time() - cpu, 3), "wall seconds": round(time.perf_counter() - wall, 3)}


QUESTIONS: dict[str, dict[str, object]] = {
    "blast-radius": {}, "stale-adapters": {}, "leakage-axioms": {}, "leakage-text": {}, "node-loss": {}, "licences": {},
    "never-rendered": {}, "held-out": {}, "exposures": {"node": "http://example.org/onto#Node3"}, "loss-spikes": {},
    "node-attribution": {}, "regressions": {"before": "first", "after": "second"}, "rebuild-inputs": {},
}  # fmt: skip


def questions(world: World, ledger: Ledger, rounds: int) -> dict[str, dict[str, Any]]:
    """The median of some rounds of each competency query from the columns; what it asks about is found in that time."""
    QUESTIONS["blast-radius"] = {"axiom": world.axioms[17].as_py()}
    out: dict[str, dict[str, Any]] = {}
    for name, params in QUESTIONS.items():
        ask = lambda name=name, params=params: ledger.query(name, source="columns", **params)  # noqa: E731
        rows = len(ask())
        times = [taken(ask) for _ in range(rounds)]
        out[name] = {"rows": rows, **{k: round(statistics.median(t[k] for t in times), 3) for k in times[0]}}
    return out


def lean_view(world: World, ledger: Ledger, run: str) -> dict[str, Any]:
    """All that a view says but for examples, the splits they are members of, and losses: into a store of its own.

    Then the median milliseconds of asking that store for all that is said of one axiom or instance by its id.
    """
    key = key_of(urn("build", "1"))
    build = read_columns(ledger.path, "builds", key).to_pylist()[0]
    run_row = read_columns(ledger.path, "runs", key_of(run)).to_pylist()[0]

    def chunks() -> Iterator[memoryview]:
        yield shape._utf8(shape._build_lines(build, {}))
        yield shape._utf8(shape._run_lines(run_row, {}))
        yield from shape._axioms(read_columns(ledger.path, "axioms", key), build["ontology"], {})
        yield from shape._nodes(read_columns(ledger.path, "nodes", key))
        yield from shape._instances(read_columns(ledger.path, "instances", key))

    with tempfile.TemporaryDirectory() as folder:
        store = Store(folder)
        stream = io.BufferedReader(Stream(itertools.chain([PREFIXES], chunks())), 1 << 20)
        found = taken(lambda: store.bulk_load(input=stream, format=RdfFormat.TURTLE, lenient=True))
        some = pa.array(world.noise.integers(0, len(world.axioms), 100))
        things = [*world.axioms.take(some).to_pylist(), *world.instances.take(some).to_pylist()]
        view = View(store, frozenset())
        look_up = median_ms(lambda one: len(ask_text(view, f"SELECT ?p ?o WHERE {{ <{one}> ?p ?o }}")), things)
        return {**found, "triples": len(store), "milliseconds of a look-up": look_up}


def median_ms(ask: Callable[[str], object], asked: list[str]) -> float:
    times = []
    for one in asked:
        began = time.perf_counter()
        assert ask(one)
        times.append(time.perf_counter() - began)
    return round(statistics.median(times) * 1000, 2)


def full_view(ledger: Ledger) -> dict[str, Any]:
    """The view as it is made, examples and losses too."""
    found = taken(lambda: open_view(ledger.path))
    store = open_view(ledger.path).store
    size = sum(p.stat().st_size for p in (ledger.path / "view").rglob("*") if p.is_file())
    return {**found, "triples": len(store), "megabytes": round(size / 1e6), "peak memory in MB": resident()}


def main() -> None:
    parser = arguments(__doc__)
    parser.add_argument("--examples", type=int, default=1_000_000)
    parser.add_argument("--steps", type=int, default=100_000)
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--facts", type=int, default=10)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--folder", type=Path, help="where the ledger is made, and kept")
    parser.add_argument("--full-view", action="store_true", help="the view with examples and losses too")
    args = parser.parse_args()
    found: dict[str, Any] = {"machine": machine(), "examples": args.examples, "facts of an example": args.facts,
                             "steps": args.steps, "examples of a step": args.batch}  # fmt: skip
    with tempfile.TemporaryDirectory() as made:
        folder = args.folder or Path(made)
        world, ledger = World(args.seed, args.examples, args.facts), Ledger(folder / "ledger")
        found |= writing(world, ledger, folder / "runs", args.steps, args.batch)
        found["queries from the columns"] = questions(world, ledger, args.rounds)
        found["milliseconds of an example's row by its id"] = median_ms(
            lambda one: example_called(ledger.path, one), world.ids.slice(0, 5).to_pylist()
        )
        found["peak memory in MB"] = resident()
        found["view without examples and losses"] = lean_view(world, ledger, urn("run", "first"))
        if args.full_view:
            found["view with examples and losses"] = full_view(ledger)
    write_down(found, args.out, "ledger", args.date)


if __name__ == "__main__":
    main()
