"""Which adapter continued which, and what each run saw, by the ledger's columns. Knows nothing about training."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from lithograph.core.errors import LithographError
from lithograph.ledger.arrays import decoded, one_array
from lithograph.ledger.columns import read_all, read_columns, rows_of
from lithograph.ledger.record import builds, key_of
from lithograph.ledger.runs import OWN_ANSWER


class NotBuiltHere(LithographError):
    """A dataset that no recorded build made: what its examples were cannot be told."""

    def __init__(self, dataset: object) -> None:
        super().__init__(dataset, "the ledger has no build of this dataset",
                         cure="Press it with: lithograph dataset --force.")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Printed:
    """The examples of a build as parallel arrays of strings: ids, hashes of their texts, instances, splits."""

    ids: pa.Array
    hashes: pa.Array
    instances: pa.Array
    splits: pa.Array

    def hash_of(self) -> dict[str, str]:
        """The hash of an example's text, by id."""
        return dict(zip(self.ids.to_pylist(), self.hashes.to_pylist(), strict=True))


def runs_by_age(ledger: Path) -> list[dict[str, Any]]:
    """All runs, the oldest first; a ledger from before there were updates has none."""
    age = {row["activity"]: row["sequence"] for row in rows_of(read_all(ledger, "times", ["activity", "sequence"]))}
    blank = {"parent": None, "retracted": None, "replayed": None}
    rows = [blank | row for row in rows_of(read_all(ledger, "runs"))]
    return sorted(rows, key=lambda row: (age.get(row["id"], 0), row["id"]))


def makers(runs: Sequence[Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    """By adapter, the first run that made it: another that gave the same bytes has only reproduced it."""
    made: dict[str, Mapping[str, Any]] = {}
    for run in runs:
        if run["adapter"]:
            made.setdefault(run["adapter"], run)
    return made


def chain_of(run: Mapping[str, Any], made: Mapping[str, Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """A run and those it continues, the newest first; it ends where the ledger does not know a parent."""
    chain = [run]
    while (parent := made.get(chain[-1]["parent"] or "")) is not None and parent not in chain:
        chain.append(parent)
    return chain


def build_of(ledger: Path, dataset: str) -> Mapping[str, Any]:
    """The newest build of a dataset, by the dataset's urn or the build's own. Raises NotBuiltHere."""
    found = [build for build in builds(ledger) if dataset in (build["dataset"], build["id"])]
    if not found:
        raise NotBuiltHere(dataset)
    return found[-1]


def printed(ledger: Path, build: Mapping[str, Any]) -> Printed:
    """What a build printed, in its order."""
    names = ["id", "content_hash", "instance", "split"]
    table = read_columns(ledger, "examples", key_of(str(build["id"])), names)
    return Printed(*(decoded(table[name]) for name in names))


def seen_by(ledger: Path, run: Mapping[str, Any]) -> set[str]:
    """The ids of the examples that a run was shown; the base's own answers are none."""
    column = read_columns(ledger, "steps", key_of(str(run["id"])), ["example"])["example"]
    return {name for name in column.unique().to_pylist() if name is not None and not name.startswith(OWN_ANSWER)}


def weighed(steps: pa.Table) -> tuple[pa.Array, NDArray[np.float64]]:
    """What a run was shown (its columns `example` and `tokens`), each once, with the sum of its learned tokens over all
    times it was shown: what it weighed in the training. The base's own answers are among it."""
    column = one_array(steps["example"])
    if not len(column):
        return pa.array([], pa.string()), np.zeros(0)
    codes, names = np.asarray(column.indices), column.dictionary
    tokens = np.asarray(pc.fill_null(steps["tokens"], 1), np.float64)
    sums = np.bincount(codes, weights=tokens, minlength=len(names))
    there = np.bincount(codes, minlength=len(names)) > 0
    return names.filter(pa.array(there)), sums[there].astype(np.float64)
