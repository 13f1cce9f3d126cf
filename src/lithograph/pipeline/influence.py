"""Which training examples pushed an adapter's answers, by the gradient sketches that its run left; into the ledger.

A score is the cosine between the sketch of the answer's gradient and the sum of what an example contributed to the
run's steps. A positive one pushed towards the answer. Written down for the wrong answers of an evaluation, and for as
many right ones as are asked for, so that `query node-attribution` and `trace` have something to tell.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from lithograph.config import Config
from lithograph.core.activity import Listener, Notice, silent
from lithograph.core.errors import LithographError
from lithograph.core.identity import sha256_hex
from lithograph.ledger.columns import read_all, read_columns, rows_of
from lithograph.ledger.evaluations import record_attributions
from lithograph.ledger.record import key_of
from lithograph.ledger.schemas import TABLES
from lithograph.pipeline.find import dataset_folder
from lithograph.pipeline.update import Parent, find_parent
from lithograph.probes.table import PARTS, probe_path
from lithograph.train.errors import NoSketches
from lithograph.train.influence import query_sketches
from lithograph.train.opened import Opened, open_run
from lithograph.train.record import RunRecord, read_record

METHOD = "sketch: cosine, 8192"
"""How the scores of the ledger's attributions are found out."""
SKETCHES = "sketches"
Sketches = NDArray[np.float32]
Sketcher = Callable[[Any, Any, Sequence[tuple[str, str]]], Sketches]
"""A model with its adapter, its format, and questions with answers, to one sketch each."""


class NotEvaluated(LithographError):
    """A run of which no answers are recorded, or not the one that was asked for."""

    def __init__(self, run: str, problem: str = "no answers of this adapter are recorded") -> None:
        super().__init__(run, problem, cure="Verify it first with: lithograph verify")


@dataclass(frozen=True, slots=True)
class Push:
    """An example that weighed in an answer."""

    example: str
    score: float


@dataclass(frozen=True, slots=True)
class Pushed:
    """An answer of the adapter's with what pushed it most: item is the probe, in the evaluation that recorded it."""

    evaluation: str
    item: str
    question: str
    answer: str
    expected: str
    correct: bool
    pushes: tuple[Push, ...]


@dataclass(frozen=True, slots=True)
class Influences:
    """What was found for a run: the answers, and the scores summed up by axiom (each example's score shared out among
    its axioms), the greatest first."""

    run: str
    answers: tuple[Pushed, ...]
    axioms: tuple[tuple[str, float], ...]
    examples: Mapping[str, str]


def influences(config: Config, run: str, *, probe: str | None = None, top: int = 10, right: int = 20,
               listener: Listener = silent, sketcher: Sketcher | None = None) -> Influences:  # fmt: skip
    """Find what pushed a run's wrong answers and `right` of its right ones (or one probe's), and write it down.

    Raises NotEvaluated, NoSketches, and what the ledger says of a wrong name.
    """
    parent = find_parent(config, run)
    record = record_of(parent)
    ids, rows = read_sketches(parent.run)
    dataset = dataset_folder(config, str(record.dataset["name"]))
    questions = _questions(dataset)
    asked = _answers(config.root / "ledger", parent, questions, probe, right)
    if not asked:
        raise NotEvaluated(probe or record.id, "no answer of this adapter to such a probe is recorded"
                           if probe else "no answers of this adapter are recorded")  # fmt: skip
    listener(Notice("influence", f"{len(asked)} answers, {len(ids)} examples"))
    speaker = open_run(record, adapter=parent.adapter, online=config.allow_network, device="cpu", listener=listener)
    pairs = [(questions[row["item"]], row["answer"]) for _, row in asked]
    queries = (sketcher or query_sketches)(speaker.model, speaker.format, pairs)
    pushes = nearest(queries, ids, rows, top)
    answers = tuple(
        Pushed(evaluation, row["item"], questions[row["item"]], row["answer"], row["expected"], row["correct"], found)
        for (evaluation, row), found in zip(asked, pushes, strict=True)
    )
    _record(config.root / "ledger", answers)
    held = _examples(dataset, {push.example for one in answers for push in one.pushes})
    return Influences(record.id, answers, _by_axiom(answers, held), {one: row["said"] for one, row in held.items()})


def record_of(parent: Parent) -> RunRecord:
    """The record of a run. Raises NotEvaluated where it is gone."""
    record = read_record(parent.run)
    if record is None:
        raise NotEvaluated(str(parent.run), "the run's run.json is gone")
    return record


def pushing(record: RunRecord, speaker: Opened, asked: Sequence[tuple[str, str]], top: int,
            sketcher: Sketcher | None = None) -> list[tuple[Push, ...]]:  # fmt: skip
    """For each question with its answer the examples of a run that pushed it most. Raises NoSketches."""
    ids, rows = read_sketches(record.folder)
    queries = (sketcher or query_sketches)(speaker.model, speaker.format, asked)
    return nearest(queries, ids, rows, top)


def read_sketches(run: Path) -> tuple[list[str], Sketches]:
    """The ids of a run's examples and their sketches (n, 8192), float32, of length 1 or 0. Raises NoSketches."""
    folder = run / SKETCHES
    if not (folder / "sketches.npy").is_file():
        raise NoSketches(run)
    try:
        rows = np.load(folder / "sketches.npy", allow_pickle=False).astype(np.float32)
        ids = json.loads((folder / "examples.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise NoSketches(folder, f"the sketches cannot be read: {str(error).splitlines()[0]}") from error
    if rows.ndim != 2 or len(rows) != len(ids):
        raise NoSketches(folder, f"the sketches are damaged: {len(ids)} examples, {rows.shape} numbers")
    return [str(one) for one in ids], _unit(rows)


def _unit(rows: Sketches) -> Sketches:
    lengths = np.sqrt(np.einsum("ij,ij->i", rows, rows, dtype=np.float64))[:, None]
    unit: Sketches = (rows / np.where(lengths > 0, lengths, 1)).astype(np.float32)
    return unit


def nearest(queries: Sketches, ids: Sequence[str], rows: Sketches, top: int) -> list[tuple[Push, ...]]:
    """For each query the examples of greatest cosine with it, ties by id; rows are of length 1."""
    scores = _unit(queries.astype(np.float32)) @ rows.T
    names = np.array(ids, dtype=object)
    out = []
    for line in scores:
        order = np.lexsort((names.astype(str), -line))[:top]
        out.append(tuple(Push(str(names[i]), round(float(line[i]), 6)) for i in order))
    return out


def _questions(dataset: Path) -> dict[str, str]:
    """The question of each probe of a dataset, both parts."""
    out: dict[str, str] = {}
    for part in PARTS:
        path = probe_path(dataset, part)
        if path.is_file():
            table = pq.read_table(path, columns=["id", "question"])
            out.update(zip(table["id"].to_pylist(), table["question"].to_pylist(), strict=True))
    return out


def _answers(ledger: Path, parent: Parent, questions: Mapping[str, str], probe: str | None,
             right: int) -> list[tuple[str, dict[str, Any]]]:  # fmt: skip
    """(evaluation, answer) of the adapter's wrong answers and of some right ones, by evaluation and item.

    Of right answers those are taken whose probe's id has the smallest hash.
    """
    urn = parent.row["adapter"]
    evaluations = sorted(row["id"] for row in rows_of(read_all(ledger, "evaluations")) if row["model"] == urn)
    out = []
    for evaluation in evaluations:
        rows = [row for row in rows_of(read_columns(ledger, "probes", key_of(evaluation)))
                if row["item"] in questions and row["answer"]]  # fmt: skip
        if probe is not None:
            out += [(evaluation, row) for row in rows if _is_called(row["item"], probe)]
            continue
        held = sorted((row for row in rows if row["correct"]), key=lambda row: sha256_hex(row["item"]))[:right]
        chosen = [row for row in rows if not row["correct"]] + held
        out += [(evaluation, row) for row in sorted(chosen, key=lambda row: row["item"])]
    return out


def _is_called(item: str, word: str) -> bool:
    return item == word or key_of(item).startswith(word.rpartition(":")[2])


def _record(ledger: Path, answers: Sequence[Pushed]) -> None:
    """Write the attributions of each evaluation down; those of its other items stay as they were."""
    schema = TABLES["attributions"]
    for evaluation in sorted({one.evaluation for one in answers}):
        mine = [one for one in answers if one.evaluation == evaluation]
        told = {one.item for one in mine}
        kept = [row for row in rows_of(read_columns(ledger, "attributions", key_of(evaluation)))
                if row["item"] not in told or row["method"] != METHOD]  # fmt: skip
        fresh = [{"item": one.item, "example": push.example, "score": push.score, "method": METHOD}
                 for one in mine for push in one.pushes]  # fmt: skip
        rows = sorted([*kept, *fresh], key=lambda row: (row["item"], row["method"], -row["score"], row["example"]))
        record_attributions(ledger, evaluation, pa.Table.from_pylist(rows, schema=schema))


def _examples(dataset: Path, wanted: set[str]) -> dict[str, dict[str, Any]]:
    """What some training examples say, and the axioms that they rest on."""
    out: dict[str, dict[str, Any]] = {}
    for file in sorted((dataset / "data").glob("train-*.parquet")):
        table = pq.read_table(file, columns=["id", "prompt", "completion", "axioms"],
                              filters=[("id", "in", sorted(wanted))] if wanted else None)  # fmt: skip
        for row in table.to_pylist() if wanted else ():
            out[row["id"]] = {"said": f"{row['prompt']} → {row['completion']}", "axioms": row["axioms"] or []}
    return out


def _by_axiom(answers: Sequence[Pushed], held: Mapping[str, Mapping[str, Any]]) -> tuple[tuple[str, float], ...]:
    """Scores of the pushes of wrong answers (of all where none is wrong) summed up by axiom."""
    wrong = [one for one in answers if not one.correct] or answers
    sums: dict[str, float] = {}
    for one in wrong:
        for push in one.pushes:
            axioms = held.get(push.example, {}).get("axioms", [])
            for axiom in axioms:
                sums[axiom] = sums.get(axiom, 0.0) + push.score / len(axioms)
    return tuple(sorted(((one, round(score, 6)) for one, score in sums.items()), key=lambda pair: (-pair[1], pair[0])))
