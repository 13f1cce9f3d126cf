"""Training runs as they lie in a project's `runs/`: found by name, and what each was told. Reads no weights."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from lithograph.config import Config
from lithograph.core.errors import LithographError
from lithograph.train.record import RunRecord, read_record

LATEST = "latest"
_READ = ("id", "completion", "claims", "axioms", "tension")


class UnknownRun(LithographError):
    """A run that is not in the project."""

    def __init__(self, place: Path, wish: str, there: list[str]) -> None:
        near = difflib.get_close_matches(wish, there, 1, 0.3)
        cure = f"Did you mean {near[0]}?" if near else "Train one with: lithograph train"
        super().__init__(place, f"there is no run '{wish}'" if there else "there is no run yet",
                         facts=f"there are: {', '.join(there[:3])}" if there else "", cure=cure)  # fmt: skip


class SeveralRuns(LithographError):
    """A name that several runs begin with."""

    def __init__(self, place: Path, wish: str, there: list[str]) -> None:
        super().__init__(
            place, f"several runs are called '{wish}'", facts=", ".join(there[:4]), cure="Give more of it."
        )


@dataclass(frozen=True, slots=True)
class Taught:
    """What a run and those that it continues were to remember, of today's dataset: readings are left out.

    dataset: its folder. facts: the instances that the run was shown. examples: columns id, completion, claims, axioms,
    tension, as far as the dataset has them. stated: the claims that they state, or None where the dataset does not say
    which its examples state. axioms: all that they rest on. languages: those that the run was shown.
    """

    dataset: Path
    facts: frozenset[str]
    examples: pa.Table
    stated: frozenset[str] | None
    axioms: frozenset[str]
    languages: tuple[str, ...]


def all_runs(config: Config) -> list[RunRecord]:
    """The runs of a project, the oldest first (by when they began, then by name)."""
    folders = sorted(path.parent for path in (config.root / "runs").glob("*/run.json"))
    records = [record for record in map(read_record, folders) if record is not None]
    return sorted(records, key=lambda record: (record.times.get("started", ""), record.id))


def find_run(config: Config, wish: str = LATEST) -> RunRecord:
    """A run by its name, the start or end of it, its folder, or `latest`: the last one that is finished.

    Raises UnknownRun, SeveralRuns.
    """
    place = config.root / "runs"
    given = read_record(Path(wish)) if wish != LATEST and Path(wish).is_dir() else None
    if given is not None:
        return given
    there = all_runs(config)
    if wish == LATEST and there:
        finished = [record for record in there if record.finished]
        return (finished or there)[-1]
    exact = [record for record in there if record.id == wish]
    hits = exact or [record for record in there if record.id.startswith(wish) or record.id.endswith(wish)]
    if not hits:
        raise UnknownRun(place, wish, [record.id for record in there])
    if len(hits) > 1:
        raise SeveralRuns(place, wish, [record.id for record in hits])
    return hits[0]


def chain(config: Config, record: RunRecord) -> Iterator[RunRecord]:
    """A run, the one that it continues, and so on, as far as they lie in the project."""
    seen: set[str] = set()
    at: RunRecord | None = record
    while at is not None and at.id not in seen:
        seen.add(at.id)
        yield at
        parent = str((at.update or {}).get("run") or "")
        at = read_record(config.root / "runs" / parent) if parent else None


def taught(config: Config, record: RunRecord, dataset: Path) -> Taught:
    """What a run was shown, as today's dataset has it."""
    runs = list(chain(config, record))
    told = [fact for run in runs for fact in run.facts if not fact.get("reading")]
    shown = {name for fact in told for name in fact["examples"]}
    facts = frozenset(fact["instance"] for fact in told)
    tables = []
    for path in sorted((dataset / "data").glob("train-*.parquet")):
        there = pq.read_schema(path).names
        table = pq.read_table(path, columns=[name for name in _READ if name in there])
        tables.append(table.filter(pa.array([name in shown for name in table["id"].to_pylist()], pa.bool_())))
    examples = pa.concat_tables(tables, promote_options="default")
    spoken = tuple(record.options["languages"])
    if "claims" not in examples.column_names:
        return Taught(dataset, facts, examples, None, _within(examples, "axioms"), spoken)
    return Taught(dataset, facts, examples, _within(examples, "claims"), _within(examples, "axioms"), spoken)


def _within(examples: pa.Table, column: str) -> frozenset[str]:
    """All that the lists of a column hold; nothing where there is no such column."""
    lists = examples[column].to_pylist() if column in examples.column_names else []
    return frozenset(one for held in lists for one in held or ())
