"""What an adapter is still weak on: scenes, axes and nodes, by its answers and by its losses, as the ledger has them.

Answers are those to development probes; what is tuned on a test measures nothing. Losses are of each example when it
was last shown. What is weak for sure comes first: the rows are ordered by the upper end of Wilson's interval, so that
two wrong answers of two do not stand above forty of fifty.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lithograph.config import Config
from lithograph.core.errors import LithographError
from lithograph.ledger.columns import column_path, read_all, read_columns, rows_of
from lithograph.ledger.record import key_of
from lithograph.pipeline.find import dataset_folder
from lithograph.pipeline.runs_here import LATEST, find_run
from lithograph.probes.table import read_probes
from lithograph.train.corpus import scene_name
from lithograph.train.opened import adapter_urn
from lithograph.train.record import RunRecord, write_json
from lithograph.verify.statistics import wilson


class NotVerified(LithographError):
    """An adapter that no development probe was put to."""

    def __init__(self, run: Path) -> None:
        super().__init__(run, "no development probes were put to this adapter yet",
                         cure=f"Ask them with: lithograph verify --run {run.name}")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Weak:
    """How a model stands with one thing. loss: the mean final loss (nats a token) of the examples about it, None where
    none was shown; likely: the most that its true accuracy is, by Wilson's interval; 1 where nothing was asked."""

    name: str
    probes: int
    right: int
    examples: int
    loss: float | None

    @property
    def likely(self) -> float:
        """The upper end of Wilson's interval of its accuracy."""
        return wilson(self.right / self.probes, self.probes)[1] if self.probes else 1.0


@dataclass(frozen=True, slots=True)
class Weaknesses:
    """By scene, axis and node, the weakest first."""

    run: str
    scenes: tuple[Weak, ...]
    axes: tuple[Weak, ...]
    nodes: tuple[Weak, ...]


def weaknesses(config: Config, run: str = LATEST) -> Weaknesses:
    """What a run's adapter is weak on. Raises UnknownRun, NotVerified, NoProbes."""
    record, ledger = find_run(config, run), config.root / "ledger"
    right = _answers(ledger, record)
    probes = read_probes(dataset_folder(config, str(record.dataset["name"])), "dev").to_pylist()
    asked = [(row, right[row["id"]]) for row in probes if row["id"] in right]
    shown = _losses(ledger, record)
    axis_of = {row["iri"]: row["axis"] for row in rows_of(read_all(ledger, "scenes", ["iri", "axis"]))}
    labels = {row["iri"]: row["label_en"] for row in rows_of(read_all(ledger, "nodes", ["iri", "label_en"]))}
    scenes = _table(((scene_name(row["scene"]), ok) for row, ok in asked if row["scene"]),
                    ((scene_name(one.scene), one.loss) for one in shown))  # fmt: skip
    axes = _table(((row["axis"], ok) for row, ok in asked),
                  ((axis_of[one.scene], one.loss) for one in shown if one.scene in axis_of))  # fmt: skip
    nodes = _table(((labels.get(node) or node, ok) for row, ok in asked for node in set(row["nodes"] or ())),
                   ((labels.get(node) or node, one.loss) for one in shown for node in one.nodes))  # fmt: skip
    return Weaknesses(record.id, scenes, axes, tuple(one for one in nodes if one.probes))


def write_feedback(found: Weaknesses, path: Path) -> None:
    """What `lithograph dataset --feedback` reads: by scene, the probes and how many were right."""
    scenes = {one.name: {"probes": one.probes, "right": one.right} for one in found.scenes if one.probes}
    write_json(path, {"split": "development", "run": found.run, "scenes": dict(sorted(scenes.items()))})


def _answers(ledger: Path, record: RunRecord) -> dict[str, bool]:
    """Probe -> whether the adapter was right, by its last evaluation on development probes."""
    if not record.finished:
        raise NotVerified(record.folder)
    mine = [row for row in rows_of(read_all(ledger, "evaluations"))
            if row["model"] == adapter_urn(record.adapter) and _part(row) == "dev"]  # fmt: skip
    if not mine:
        raise NotVerified(record.folder)
    last = max(mine, key=lambda row: (_sequence(ledger, row["id"]), row["items"], row["id"]))
    answers = rows_of(read_columns(ledger, "probes", key_of(last["id"]), ["item", "correct"]))
    return {row["item"]: bool(row["correct"]) for row in answers}


def _part(row: Mapping[str, Any]) -> str:
    return str(json.loads(row["options"] or "{}").get("part", ""))


def _sequence(ledger: Path, activity: str) -> int:
    times = rows_of(read_columns(ledger, "times", key_of(activity), ["sequence"]))
    return int(times[0]["sequence"] or 0) if times else 0


@dataclass(frozen=True, slots=True)
class _Shown:
    scene: str
    nodes: frozenset[str]
    loss: float


def _losses(ledger: Path, record: RunRecord) -> list[_Shown]:
    """Each example that the run was shown, with its loss when it was shown last."""
    run = next((row for row in rows_of(read_all(ledger, "runs", ["id", "slug"])) if row["slug"] == record.id), None)
    if run is None or not column_path(ledger, "steps", key_of(run["id"])).is_file():
        return []
    steps = read_columns(ledger, "steps", key_of(run["id"]), ["example", "loss"]).to_pylist()
    final = {row["example"]: float(row["loss"]) for row in steps}  # in order of step: the last one stays
    place = {row["id"]: row["instance"] for row in rows_of(read_all(ledger, "examples", ["id", "instance"]))
             if row["id"] in final}  # fmt: skip
    wanted = set(place.values())
    held = {row["instance"]: row for row in rows_of(read_all(ledger, "instances", ["instance", "scene", "roles"]))
            if row["instance"] in wanted}  # fmt: skip
    return [_Shown(held[one]["scene"], frozenset(role["node"] for role in held[one]["roles"] or ()), final[name])
            for name, one in sorted(place.items()) if one in held]  # fmt: skip


def _table(asked: Iterable[tuple[str, bool]], shown: Iterable[tuple[str, float]]) -> tuple[Weak, ...]:
    answers: dict[str, list[bool]] = defaultdict(list)
    losses: dict[str, list[float]] = defaultdict(list)
    for name, ok in asked:
        answers[name].append(ok)
    for name, loss in shown:
        losses[name].append(loss)
    rows = [Weak(name, len(answers[name]), sum(answers[name]), len(losses[name]),
                 round(sum(losses[name]) / len(losses[name]), 6) if losses[name] else None)
            for name in sorted({*answers, *losses})]  # fmt: skip
    return tuple(sorted(rows, key=lambda one: (one.likely, -(one.loss or 0.0), one.name)))


def rows_told(rows: Sequence[Weak]) -> list[tuple[str, ...]]:
    """Rows for a table: name, probes, right, the most that accuracy is likely to be, examples, final loss."""
    return [(one.name, str(one.probes), f"{one.right / one.probes:.0%}" if one.probes else "–",
             f"{one.likely:.0%}" if one.probes else "–", str(one.examples),
             f"{one.loss:.3f}" if one.loss is not None else "–") for one in rows]  # fmt: skip
