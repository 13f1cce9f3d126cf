"""The press stage, end to end to Parquet with provenance, against an f-string loop and against rdflib with `.render`.

    python benchmarks/press.py --out docs/benchmarks

A graph of a million triples (`univ_bench`) is loaded, closed and matched; one shard of each large scene is then
pressed in turn with the other ways, `--repeat` times, on one core, in CPU seconds. What counts is the median of the
ratios of each round. The ways:

    press       `shards.press_piece` and `settle` as a build runs them: columns taken, templates printed, prints looked
                at for what is dead, equal texts dropped, content hashes and recipe keys, splits, Parquet, the
                instances set aside for the ledger. Forms of words, proofs in words and the looks at single values
                are ready: the first shard of a scene, which makes them, is given apart ("cold").
    ledger      what the same examples cost once more at the end of a build: the ledger's rows of instances and
                examples, read from the shards and written.
    f-string    the texts that live by one hand-written-like f-string a turn over the same columns as Python lists,
                all other columns ready as Arrow arrays; hashes the text and the recipe key; the same Parquet columns
                with the same writer settings, in one file. Nothing that is dead or printed already, no look at what
                it prints, no splits, no ledger.
    given ids   the same with hashes and keys ready too: nothing but f-strings, lists to Arrow, and Parquet.
    rdflib      a sample of the same kind of examples by rdflib and Jinja2 as a tutorial would write it: statements and
                labels looked up one by one, `.render` of the same turns for each row, hashes, rows as dicts, Parquet.
                Once with templates compiled before the loop, once with `Template(...)` inside it.
"""

from __future__ import annotations

import gc
import hashlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import jinja2
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import rdflib
import univ_bench
from machine import arguments, machine, write_down
from rdflib.namespace import OWL, RDF, RDFS

from lithograph.config import Config
from lithograph.ledger.columns import write_columns
from lithograph.ontology.load import load
from lithograph.ontology.project import project
from lithograph.pipeline.forme import Forme, lock_up, packaged
from lithograph.pipeline.record import example_rows, instance_rows
from lithograph.pipeline.stone import Question, Stone
from lithograph.reason.closure import close
from lithograph.render import corpus, shards
from lithograph.render.corpus import MESSAGE, SCHEMA, Types
from lithograph.render.pieces import Part
from lithograph.render.press import Plate
from lithograph.render.rows import example_table
from lithograph.render.sandbox import normalise, plain_pieces
from lithograph.render.settle import settle, write
from lithograph.render.slots import columns_for

MADE = ("id", "content_hash", "messages", "prompt", "completion", "thought", "comment")
"""The columns that the f-string loop makes; all others stand ready."""

SAMPLE_TRIPLES, SAMPLE, COMPILED_ANEW = 20_000, 400, 50


@dataclass(frozen=True, slots=True)
class Group:
    """The examples of one template: its f-strings, their columns as lists, what an id is made of."""

    plate: Plate
    turns: tuple[tuple[Callable[..., list[str]], tuple[list[str], ...]], ...]
    heads: list[str]

    def __len__(self) -> int:
        return len(self.heads)


def forme_of(path: Path, per_scene: int) -> tuple[Forme, dict[str, float]]:
    """A file made ready for the press, and the CPU seconds of each stage on the way."""
    seconds: dict[str, float] = {}

    def stage(name: str, work: Callable[[], Any]) -> Any:
        start = time.process_time()
        made = work()
        seconds[name] = round(time.process_time() - start, 2)
        return made

    graph = stage("load and project", lambda: project(load(path)))
    closure = stage("close", lambda: close(graph, depth=1))
    config = Config(packaged("templates").parent, languages=("en",), per_scene=per_scene, oracle="off")
    stone = Stone(path, closure.graph.ontology, closure, Question(lambda: None))
    return stage("match and cast", lambda: lock_up(config, stone)), seconds


def fstring(source: str) -> tuple[Callable[..., list[str]], tuple[tuple[str, str], ...]] | None:
    """A loop over one f-string, as one would write it by hand, and the slots it takes; None for branches."""
    pieces = plain_pieces(source)
    if pieces is None:
        return None
    needs = tuple(dict.fromkeys(p for p in pieces if isinstance(p, tuple)))
    names = {slot: f"v{i}" for i, slot in enumerate(needs)}
    body = "".join(
        f"{{{names[p]}}}" if isinstance(p, tuple) else p.replace("{", "{{").replace("}", "}}") for p in pieces
    )
    row = ", ".join(names.values()) or "_"
    text = repr(normalise(body))
    return eval(f"lambda *c: [f{text} for {row}{',' if needs else ''} in zip(*c)]"), needs


def groups_of(types: Types, parts: Sequence[Part]) -> tuple[list[Group], pa.Table]:
    """The examples of a shard by template, and its table in the same order."""
    sheet, order, _ = shards.press_sheet(types, parts)
    alive = np.zeros(len(sheet.row), bool)
    alive[order] = True
    groups, start = [], 0
    for run in sheet.runs:
        rows = run.rows[alive[start : start + len(run)]]
        start += len(run)
        cast, plate = types.casts[run.cast], types.plates[run.plate]
        columns = columns_for(types.speech[plate.template.language], cast, rows, plate.template.needs)
        lists = {slot: column.tolist() for slot, column in columns.items()}
        turns = []
        for turn in plate.turns:
            loop, needs = fstring(turn.source) or (lambda *c, turn=turn: turn.run(c, len(c[0])), turn.needs)
            turns.append((loop, tuple(lists[slot] for slot in needs) or ([""] * len(rows),)))
        head = f"{plate.template.id}\n{types.recipe}\n{types.version}\n"
        groups.append(Group(plate, tuple(turns), [head + i.decode() for i in cast.ids[rows].tolist()]))
    return groups, example_table(sheet, np.flatnonzero(alive))


def floor_texts(groups: Sequence[Group]) -> tuple[list[str], list[str]]:
    """The prompts and answers that the loop prints."""
    layers = [corpus._layered(g.plate, tuple(run(*columns) for run, columns in g.turns)) for g in groups]
    return [p for one in layers for p in one.prompt], [c for one in layers for c in one.completion]


def floor(groups: Sequence[Group], ready: pa.Table, path: Path, *, hashed: bool) -> int:
    """The f-string loop."""
    made: dict[str, list[Any]] = {name: [] for name in MADE}
    contents, speakers, ends = [], [], [0]
    sha = hashlib.sha256
    for group in groups:
        texts = tuple(run(*columns) for run, columns in group.turns)
        layers = corpus._layered(group.plate, texts)
        names = [t.speaker for t in group.plate.turns if t.speaker in ("user", "assistant")]
        made["prompt"] += layers.prompt
        made["completion"] += layers.completion
        made["thought"] += layers.thought or [None] * len(group)
        made["comment"] += layers.comment or [None] * len(group)
        contents += [content for row in zip(*layers.messages, strict=True) for content in row]
        speakers += names * len(group)
        ends += range(ends[-1] + len(names), ends[-1] + len(names) * len(group) + 1, len(names))
        if hashed:
            fresh = ["sha256:" + sha(f"{p}\x1e{c}".encode()).hexdigest()
                     for p, c in zip(layers.prompt, layers.completion, strict=True)]  # fmt: skip
            made["content_hash"] += fresh
            made["id"] += ["urn:litho:example:" + sha((h + f).encode()).hexdigest()
                           for h, f in zip(group.heads, fresh, strict=True)]  # fmt: skip
    structs = pa.StructArray.from_arrays([pa.array(speakers), pa.array(contents)], fields=list(MESSAGE))
    table = ready.set_column(4, SCHEMA.field("messages"), pa.ListArray.from_arrays(pa.array(ends, pa.int32()), structs))
    for name in MADE:
        if name != "messages" and (hashed or name not in ("id", "content_hash")):
            column = pa.array(made[name], pa.string())
            table = table.set_column(SCHEMA.get_field_index(name), SCHEMA.field(name), column)
    write(table, path)
    return len(table)


def pressed(types: Types, parts: Sequence[Part], folder: Path) -> int:
    """One shard by the press; how many examples it printed."""
    made = [shards.press_piece(types, number, part, folder) for number, part in enumerate(parts)]
    settle(types, made, folder, 1 << 30)
    return sum(len(piece.marks) for piece in made)


def entered(folder: Path) -> int:
    """The rows of one pressed shard written into a ledger; how many examples it has."""
    write_columns(folder / "ledger", "instances", "shard", instance_rows(folder))
    write_columns(folder / "ledger", "examples", "shard", example_rows(folder))
    return sum(pq.read_metadata(path).num_rows for path in (folder / "data").glob("*.parquet"))


TURNS = ("What does “{{ sl }}” have to do with “{{ ol }}”?", "{{ sl }} {{ pl }} {{ ol }}.")


def plain_loop(graph: rdflib.Graph, path: Path, compiled: bool) -> int:
    """rdflib and Jinja2, row by row."""
    ready = [jinja2.Template(turn) for turn in TURNS]
    rows = []
    for s, p, o in islice(_statements(graph), SAMPLE if compiled else COMPILED_ANEW):
        sl, pl, ol = (graph.value(term, RDFS.label) for term in (s, p, o))
        templates = ready if compiled else [_fresh(turn) for turn in TURNS]
        prompt, answer = (t.render(sl=sl, pl=pl, ol=ol) for t in templates)
        digest = hashlib.sha256(f"{prompt}\x1e{answer}".encode()).hexdigest()
        messages = [{"role": "user", "content": prompt}, {"role": "assistant", "content": answer}]
        rows.append({
            "id": "urn:litho:example:" + hashlib.sha256(f"{s}{p}{o}{digest}".encode()).hexdigest(),
            "content_hash": "sha256:" + digest, "split": "train", "messages": messages, "prompt": prompt,
            "completion": answer, "nodes": [str(s), str(o)], "axioms": [f"{s} {p} {o}"], "focus": str(s),
        })  # fmt: skip
    write(pa.Table.from_pylist(rows, schema=SCHEMA), path)
    return len(rows)


def _statements(graph: rdflib.Graph) -> Iterator[tuple[rdflib.term.Node, ...]]:
    """The statements between labelled things, relation by relation."""
    for relation in graph.subjects(RDF.type, OWL.ObjectProperty):
        for s, p, o in graph.triples((None, relation, None)):
            if (o, RDFS.label, None) in graph and (s, RDFS.label, None) in graph:
                yield s, p, o


def _fresh(source: str) -> jinja2.Template:
    """A template compiled anew, as in a fresh environment."""
    return jinja2.Environment().from_string(source)


def timed(work: Callable[[], int]) -> float:
    """CPU microseconds an example."""
    gc.collect()
    start = time.process_time()
    count = work()
    return (time.process_time() - start) / count * 1e6


def measure(triples: int, seed: int, instances: int, repeat: int) -> dict[str, Any]:
    """All ways over all large scenes, paired."""
    pa.set_cpu_count(1)
    pa.set_io_thread_count(1)
    begun = machine()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "data").mkdir()
        (folder / shards.LEDGER).mkdir()
        path = folder / "univ-bench.nt"
        subprocess.run([sys.executable, univ_bench.__file__, "--triples", str(triples), "--seed", str(seed), "--out",
                        str(path)], check=True)  # fmt: skip
        forme, stages = forme_of(path, 2 * instances)
        sample = rdflib.Graph()
        with path.open(encoding="utf-8") as lines:
            sample.parse(data="".join(islice(lines, SAMPLE_TRIPLES)), format="nt")
        scenes = {}
        for number, cast in enumerate(forme.types.casts):
            if len(cast) >= instances:
                scenes[cast.scene.name] = _scene(forme.types, number, instances, repeat, folder, sample)
    return {
        "machine": begun, "triples": triples, "seed": seed, "instances of a scene": instances, "rounds": repeat,
        "cpu seconds before the press": stages, "scenes": scenes, "all": _all(scenes),
    }  # fmt: skip


def _scene(
    types: Types, number: int, instances: int, repeat: int, folder: Path, sample: rdflib.Graph
) -> dict[str, Any]:
    parts = [(number, np.arange(instances))]
    cold = timed(lambda: pressed(types, parts, folder))
    groups, table = groups_of(types, parts)
    if floor_texts(groups) != (table.column("prompt").to_pylist(), table.column("completion").to_pylist()):
        raise SystemExit("the press and the f-string loop do not print the same")
    path, done = folder / "floor.parquet", folder / "done"
    for part in ("data", shards.LEDGER):
        (done / part).mkdir(parents=True)
    pressed(types, parts, done)
    shards.name_shards(done)
    ways: dict[str, Callable[[], int]] = {
        "press": lambda: pressed(types, parts, folder),
        "f-string": lambda: floor(groups, table, path, hashed=True),
        "given ids": lambda: floor(groups, table, path, hashed=False),
        "ledger": lambda: entered(done),
        "rdflib, compiled once": lambda: plain_loop(sample, path, compiled=True),
        "rdflib, compiled each time": lambda: plain_loop(sample, path, compiled=False),
    }
    taken: dict[str, list[float]] = {way: [] for way in ways}
    for _ in range(repeat):
        for way, work in ways.items():
            taken[way].append(timed(work))
    shutil.rmtree(done)
    both = [a + b for a, b in zip(taken["press"], taken["ledger"], strict=True)]
    return {
        "examples": len(table),
        "microseconds an example": {w: round(statistics.median(t), 2) for w, t in taken.items()},
        "cold": round(cold, 2),
        "press as a share of the f-string loop": _ratio(taken["f-string"], taken["press"]),
        "press and ledger as a share of the f-string loop": _ratio(taken["f-string"], both),
        "press as a share of the loop with given ids": _ratio(taken["given ids"], taken["press"]),
        "times faster than rdflib, compiled once": _ratio(taken["rdflib, compiled once"], taken["press"]),
        "times faster than rdflib, compiled each time": _ratio(taken["rdflib, compiled each time"], taken["press"]),
    }  # fmt: skip


def _ratio(other: Sequence[float], ours: Sequence[float]) -> float:
    return round(statistics.median(a / b for a, b in zip(other, ours, strict=True)), 3)


def _all(scenes: dict[str, dict[str, Any]]) -> dict[str, float]:
    """The ratios over all scenes, each example counting once."""
    total = {
        way: sum(s["examples"] * s["microseconds an example"][way] for s in scenes.values())
        for way in ("press", "f-string", "given ids", "ledger", "rdflib, compiled once", "rdflib, compiled each time")
    }
    return {f"{way} / press": round(total[way] / total["press"], 3) for way in total if way != "press"}  # fmt: skip


def main() -> None:
    parser = arguments(__doc__)
    parser.add_argument("--triples", type=int, default=1_000_000)
    parser.add_argument("--instances", type=int, default=20_000)
    parser.add_argument("--repeat", type=int, default=5)
    given = parser.parse_args()
    write_down(measure(given.triples, given.seed, given.instances, given.repeat), given.out, "press", given.date)


if __name__ == "__main__":
    main()
