"""A ledger small enough to know every answer by heart: two versions of a plant's ontology, one run of four steps."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from lithograph.core.identity import sha256_hex, urn
from lithograph.ledger.ask import Ledger
from lithograph.ledger.evaluations import (
    EvaluationRecord,
    record_attributions,
    record_evaluation,
    record_export,
)
from lithograph.ledger.record import BuildRecord, OntologyRecord, ShardRecord, SourceRecord, SplitRecord, Times

EX = "http://ex.org/"
AXIOMS = {  # name -> functional text, display text, nodes, source, in which versions
    "A1": ("SubClassOf(<{Pump}> ObjectSomeValuesFrom(<{hasPart}> <{Valve}>))", "pump SubClassOf has part some valve",
           ("Pump", "Valve", "hasPart"), "plant.ttl", (1, 2)),
    "A2": ("SubClassOf(<{Pump}> <{Device}>)", "pump SubClassOf device", ("Pump", "Device"), "plant.ttl", (1, 2)),
    "A3": ("SubClassOf(<{Valve}> <{Device}>)", "valve SubClassOf device", ("Valve", "Device"), "plant.ttl", (1, 2)),
    "A4": ("SubClassOf(<{Tank}> <{Device}>)", "tank SubClassOf device", ("Tank", "Device"), "tanks.owl", (1, 2)),
    "A5": ("DisjointClasses(<{Pump}> <{Valve}>)", "pump DisjointWith valve", ("Pump", "Valve"), "tanks.owl", (1,)),
    "A6": ("SubClassOf(<{Pipe}> <{Device}>)", "pipe SubClassOf device", ("Pipe", "Device"), "plant.ttl", (1, 2)),
    "A7": ("SubClassOf(<{Filter}> <{Device}>)", "filter SubClassOf device", ("Filter", "Device"), "plant.ttl", (1, 2)),
    "A8": ("Declaration(Class(<{Pump}>))", "Declaration(Class(pump))", ("Pump",), "plant.ttl", (1, 2)),
}  # fmt: skip
NODES = {
    "Pump": "насос",
    "Valve": "клапан",
    "Device": None,
    "Tank": None,
    "Pipe": None,
    "Filter": None,
    "hasPart": None,
}
INSTANCES = {  # name -> scene, axioms, focus
    "I1": ("PartOf", ("A1",), "Pump"), "I2": ("IsA", ("A2",), "Pump"), "I3": ("IsA", ("A3",), "Valve"),
    "I4": ("IsA", ("A4",), "Tank"), "I5": ("IsNot", ("A5",), "Pump"), "I6": ("PartOf", ("A1", "A3"), "Pump"),
    "I7": ("IsA", ("A7",), "Filter"),
}  # fmt: skip
EXAMPLES = {  # name -> instance, split, text
    "E1": ("I1", "train", "A pump has a valve."), "E2": ("I1", "train", "Every pump has a valve in it."),
    "E3": ("I2", "train", "A pump is a device."), "E4": ("I3", "train", "A valve is a device."),
    "E5": ("I4", "train", "A tank is a device."), "E6": ("I5", "train", "No pump is a valve."),
    "E7": ("I2", "valid", "A pump is a device."), "E8": ("I6", "test", "A pump has some device as a part."),
    "E9": ("I7", "test", "A filter is a device."),
}  # fmt: skip
STEPS = [  # step, example, loss
    (1, "E1", 0.9), (1, "E3", 0.8), (2, "E2", 0.7), (2, "E4", 0.6), (3, "E5", 2.0), (3, "E6", 1.0),
    (4, "E1", 0.5), (4, "E3", 0.4),
]  # fmt: skip


def iri(name: str) -> str:
    return EX + name


def text_of(axiom: str) -> str:
    return AXIOMS[axiom][0].format_map({n: iri(n) for n in NODES})


def axiom(name: str) -> str:
    return urn("axiom", text_of(name))


def instance(name: str) -> str:
    return urn("instance", name)


def example(name: str) -> str:
    return urn("example", name)


def name_of(text: str) -> str:
    """A1, I1 or E1 back from a urn."""
    names = {axiom(n): n for n in AXIOMS} | {instance(n): n for n in INSTANCES} | {example(n): n for n in EXAMPLES}
    return names.get(text, text)


def printable(version: int, examples: tuple[str, ...]) -> tuple[str, ...]:
    """Those of the examples whose axioms a version has."""
    return tuple(e for e in examples if all(version in AXIOMS[a][4] for a in INSTANCES[EXAMPLES[e][0]][1]))


def tables(version: int, examples: tuple[str, ...] = tuple(EXAMPLES)) -> dict[str, pa.Table]:
    """What a build of a version hands in."""
    examples = printable(version, examples)
    present = [a for a in AXIOMS if version in AXIOMS[a][4]]
    used = {EXAMPLES[e][0] for e in examples}
    return {
        "axioms": pa.Table.from_pylist([
            {"axiom": axiom(a), "annotated": urn("annotated-axiom", text_of(a)), "kind": text_of(a).split("(")[0],
             "text": text_of(a), "display": AXIOMS[a][1], "nodes": [iri(n) for n in AXIOMS[a][2]],
             "source": AXIOMS[a][3], "examples": 0, "silence": "no scene finds it" if a == "A6" else None}
            for a in present
        ]),
        "nodes": pa.Table.from_pylist([
            {"iri": iri(n), "kind": "object property" if n == "hasPart" else "class",
             "label_en": "has part" if n == "hasPart" else n.lower(), "label_ru": ru, "information": 0.5,
             "delta": "0" * 16} for n, ru in NODES.items()
        ]),
        "scenes": pa.Table.from_pylist([
            {"iri": iri(s), "axis": "taxonomy", "level": "atom", "label": label, "declaration": "{}", "hash": "0" * 64}
            for s, label in (("PartOf", "what it has"), ("IsA", "what it is"), ("IsNot", "what it is not"))
        ]),
        "templates": pa.Table.from_pylist([
            {"id": f"taxonomy/plain.en.j2@{s}", "path": "taxonomy/plain.en.j2", "line": 7, "scene": iri(s),
             "form": "statement", "register": "plain", "language": "en",
             "source": "{{ it }}"} for s in ("PartOf", "IsA", "IsNot")
        ]),
        "instances": pa.Table.from_pylist([
            {"instance": instance(i), "scene": iri(s), "roles": [{"role": "whole", "node": iri(focus)}],
             "axioms": [axiom(a) for a in axioms], "focus": iri(focus), "by": "an axiom", "resonance": 0.5,
             "density": 0.25, "deviation": -1.5, "tension": 0.0, "tension_exact": True, "depth": 0}
            for i, (s, axioms, focus) in INSTANCES.items() if i in used
        ]),
        "examples": pa.Table.from_pylist([
            {"id": example(e), "content_hash": f"sha256:{sha256_hex(EXAMPLES[e][2])}", "split": EXAMPLES[e][1],
             "instance": instance(EXAMPLES[e][0]), "template": f"taxonomy/plain.en.j2@{INSTANCES[EXAMPLES[e][0]][0]}",
             "form": "statement", "language": "en", "register": "plain", "truth": "asserted", "depth": 0,
             "shard": f"data/{EXAMPLES[e][1]}-0.parquet",
             "row": [x for x in examples if EXAMPLES[x][1] == EXAMPLES[e][1]].index(e)} for e in examples
        ]),
        "decisions": pa.Table.from_pylist([
            {"candidate": instance("I9"), "scene": iri("IsA"), "move": "silence", "reason": "no label",
             "outcome": "silent", "language": "en", "form": "statement", "register": "plain", "count": 1,
             "target": instance("I1"), "resonance": 0.25, "threshold": 0.5, "deviation": 4.0}
        ]),
    }  # fmt: skip


def build(version: int, examples: tuple[str, ...] = tuple(EXAMPLES)) -> BuildRecord:
    """The record of a build of a version."""

    def rows(role: str) -> int:
        return sum(EXAMPLES[e][1] == role for e in printable(version, examples))

    return BuildRecord(
        id=urn("build", f"{version}{examples}"), slug=f"plant-{version}", dataset_name="plant",
        dataset=urn("dataset", f"{version}{examples}"),
        ontology=OntologyRecord(urn("ontology", str(version)), "http://ex.org/plant", f"v{version}",
                                ("http://ex.org/nowhere",), urn("ontology", "1") if version == 2 else None),
        sources=(SourceRecord("plant.ttl", "http://ex.org/plant", "1" * 64, "Turtle", "https://spdx.org/licenses/CC-BY-4.0"),
                 SourceRecord("tanks.owl", None, "2" * 64, "RDF/XML")),
        recipe={"languages": ["en"], "budget": 9}, code_version="0.1.0",
        splits={r: SplitRecord(urn("split", f"{version}{r}{examples}"), rows(r)) for r in ("train", "valid", "test")},
        shards=tuple(ShardRecord(f"data/{r}-0.parquet", urn("x", r)[-64:], rows(r))
                     for r in ("train", "valid", "test")),
    )  # fmt: skip


def write_run(
    folder: Path, slug: str = "first", dataset: str | None = None, adapter: bytes = b"weights",
    update: dict[str, object] | None = None,
) -> Path:  # fmt: skip
    """A run's folder as training leaves it."""
    run_dir = folder / slug
    (run_dir / "steps").mkdir(parents=True)
    (run_dir / "adapter").mkdir()
    (run_dir / "adapter" / "adapter_model.safetensors").write_bytes(adapter)
    first = build(1)
    run = {
        "format": 1, "id": slug, "status": "finished", "options": {"rank": 8, "lr": 0.001, "seed": 7, "scenes": []},
        "versions": {"torch": "2.13.0", "lithograph": "0.1.0"}, "platform": {"system": "any"}, "threads": 1,
        "model": {"name": "smollm2", "source": "package", "digest": "3" * 64, "license": "apache-2.0"},
        "dataset": {"name": "plant", "id": dataset or first.dataset, "digest": "4" * 64, "splits": {"train": "5" * 64}},
        "facts": [{"instance": instance("I1"), "scene": iri("PartOf"), "shown": 3, "axioms": [axiom("A1")],
                   "examples": [example("E1"), example("E2")]}],
        "times": {"started": "2026-01-01T00:00:00+00:00", "ended": "2026-01-01T00:10:00+00:00"},
        "result": {"losses": {"test": {"before": 2.5, "after": 0.75, "examples": 2, "tokens": 20}}},
    }  # fmt: skip
    if update is not None:
        run["update"] = update
    (run_dir / "run.json").write_text(json.dumps(run), encoding="utf-8")
    for number, part in enumerate((STEPS[:4], STEPS[4:])):
        pq.write_table(
            pa.table({
                "step": pa.array([s for s, _, _ in part], pa.int32()), "example": [example(e) for _, e, _ in part],
                "loss": pa.array([x for _, _, x in part], pa.float32()),
                "tokens": pa.array([10] * len(part), pa.int32()),
                "lr": [1e-4] * len(part), "micro": pa.array([0] * len(part), pa.int16()),
            }),
            run_dir / "steps" / f"part-{number:05d}.parquet",
        )  # fmt: skip
    return run_dir


@pytest.fixture(scope="session")
def world() -> ModuleType:
    """The names of this file: what the ledger is told, and what it must answer."""
    return sys.modules[__name__]


@pytest.fixture(scope="session")
def plant(tmp_path_factory: pytest.TempPathFactory) -> Ledger:
    """Build 1, a run on it, then build 2 in which A5 is gone. Only to be read."""
    folder = tmp_path_factory.mktemp("plant")
    ledger = Ledger(folder / "ledger")
    ledger.record_build(build(1), tables(1), Times("2026-01-01T00:00:00Z", "2026-01-01T00:00:02Z", "any"))
    ledger.record_run(write_run(folder / "runs"))
    ledger.record_build(build(2, ("E1", "E3")), tables(2, ("E1", "E3")), Times())
    return ledger


PROBES = {  # name -> axis, axioms, key
    "P1": ("composition", ("A1", "A4"), "yes"), "P2": ("taxonomy", ("A2",), "no"),
    "E8": ("composition", ("A1", "A3"), "yes"), "E9": ("taxonomy", ("A7",), "yes"),
}  # fmt: skip
ANSWERS = {  # run -> what its adapter answered
    "first": {"P1": "yes", "P2": "yes", "E8": "yes", "E9": "no"},
    "second": {"P1": "no", "P2": "no", "E8": "cannot be known", "E9": "no"},
}  # fmt: skip
WEIGHED = [  # question, example, weight in the answer of the second adapter
    ("P1", "E1", 0.6), ("P1", "E3", 0.4), ("E8", "E4", 0.3), ("P2", "E5", 0.9),
]  # fmt: skip


def item(name: str) -> str:
    return example(name) if name.startswith("E") else urn("probe", name)


def probes(run: str) -> pa.Table:
    """What the adapter of a run answered."""
    said = ANSWERS[run]
    return pa.Table.from_pylist([
        {"item": item(p), "axis": axis, "depth": 0, "level": "atom", "register": "plain", "expected": key,
         "answer": said[p], "correct": said[p] == key, "score": float(said[p] == key),
         "axioms": [axiom(a) for a in axioms]} for p, (axis, axioms, key) in PROBES.items()
    ])  # fmt: skip


def evaluation(run: str, adapter: str) -> EvaluationRecord:
    """The record of scoring a run's adapter on the probes."""
    right = sum(ANSWERS[run][p] == key for p, (_, _, key) in PROBES.items())
    return EvaluationRecord(f"{run} on probes", "probes", adapter, urn("probes", "all"), {"accuracy": right / 4},
                            {"seed": 7}, urn("run", run), "0.1.0")  # fmt: skip


def attributions() -> pa.Table:
    """Which examples weighed in the second adapter's answers."""
    return pa.Table.from_pylist([
        {"item": item(p), "example": example(e), "score": w, "method": "gradient"} for p, e, w in WEIGHED
    ])  # fmt: skip


def adapter(weights: bytes) -> str:
    return urn("adapter", weights)


def judge(ledger: Ledger, folder: Path) -> str:
    """A second run with a checkpoint, both adapters scored, the second one's answers led back, a file handed out."""
    ledger.record_run(write_run(folder / "runs"))
    second = write_run(folder / "runs", "second", adapter=b"other weights")
    (second / "checkpoints" / "step-000004").mkdir(parents=True)
    (second / "checkpoints" / "step-000004" / "state.pt").write_bytes(b"state" * 20_000)
    ledger.record_run(second)
    record_evaluation(ledger.path, evaluation("first", adapter(b"weights")), probes("first"))
    last = record_evaluation(ledger.path, evaluation("second", adapter(b"other weights")), probes("second"), Times())
    record_attributions(ledger.path, last, attributions())
    (folder / "croissant.json").write_text("{}", encoding="utf-8")
    record_export(ledger.path, "croissant", build(1).dataset, [folder / "croissant.json"], folder, "0.1.0")
    record_export(ledger.path, "ro-crate", urn("run", "second"), [folder / "croissant.json"], folder, "0.1.0")
    return last


@pytest.fixture(scope="session")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Ledger:
    """The plant with all that comes after a training. Only to be read."""
    folder = tmp_path_factory.mktemp("judged")
    ledger = Ledger(folder / "ledger")
    ledger.record_build(build(1), tables(1))
    judge(ledger, folder)
    ledger.record_build(build(2, ("E1", "E3")), tables(2, ("E1", "E3")))
    return ledger


@pytest.fixture
def fresh(tmp_path: Path) -> Ledger:
    """Build 1 alone, in a ledger of its own."""
    ledger = Ledger(tmp_path / "ledger")
    ledger.record_build(build(1), tables(1))
    return ledger


def renamed(record: BuildRecord, slug: str) -> BuildRecord:
    """Another build of the same dataset."""
    return replace(record, id=urn("build", slug), slug=slug)
