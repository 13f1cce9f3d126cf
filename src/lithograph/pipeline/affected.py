"""What an edit means for what was pressed and learned: the fate of each example, the share of each adapter's training.

Works on the ledger's columns alone, whole columns at a time. Knows nothing about how an ontology was edited.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from lithograph.ledger.arrays import decoded, one_array
from lithograph.ledger.columns import read_all, read_columns, rows_of
from lithograph.ledger.record import builds, key_of
from lithograph.pipeline.lineage import weighed


class Fate(IntEnum):
    """What becomes of an example of one build in another.

    GONE: it no longer holds, or is no longer known to. UNSAID: it holds, and is not printed. REWORDED: the same scene
    of the same nodes, said in other words. RESTATED: the same words, from other axioms or by another template. KEPT:
    the same.
    """

    KEPT = 0
    RESTATED = 1
    REWORDED = 2
    UNSAID = 3
    GONE = 4


Fates = NDArray[np.uint8]
_MONOTONE = ("asserted", "entailed", "refuted")
"""Statuses that stay as they are as long as the axioms behind them stand."""


@dataclass(frozen=True, slots=True)
class Printed:
    """What a build printed: its row in the ledger; its examples, instances and axioms as the ledger holds them.

    about: of each example the scene and the nodes in its roles. The instance's id moves with the axioms behind it as
    well; what an example is about does not.
    """

    build: Mapping[str, Any]
    examples: pa.Table
    instances: pa.Table
    axioms: pa.Array
    about: pa.Array

    @classmethod
    def of(cls, ledger: Path, build: Mapping[str, Any], renamed: Mapping[str, str] | None = None) -> Printed:
        """The columns of a recorded build. renamed: IRI -> what it is called since. Raises UnreadableColumns."""
        key = key_of(str(build["id"]))
        examples = read_columns(ledger, "examples", key)
        instances = read_columns(ledger, "instances", key, ["instance", "scene", "axioms", "roles"])
        axioms = decoded(read_columns(ledger, "axioms", key, ["axiom"]).column("axiom"))
        place = pc.index_in(decoded(examples.column("instance")), value_set=decoded(instances.column("instance")))
        return cls(build, examples, instances, axioms, _fillings(instances, renamed or {}).take(place))


def _fillings(instances: pa.Table, renamed: Mapping[str, str]) -> pa.Array:
    """Of each instance its scene and the nodes in its roles, as one string."""
    lists = one_array(instances.column("roles"))
    roles = pc.list_flatten(lists)
    nodes = pc.struct_field(roles, "node")
    if renamed:
        place = pc.index_in(nodes, value_set=pa.array(list(renamed), pa.string()))
        nodes = pc.coalesce(pa.array(list(renamed.values()), pa.string()).take(place), nodes)
    words = pc.binary_join_element_wise(pc.struct_field(roles, "role"), nodes, "=")
    filled = pa.ListArray.from_arrays(_offsets(lists), words)
    return pc.binary_join_element_wise(decoded(instances.column("scene")), pc.binary_join(filled, " "), " ")


def _offsets(lists: pa.Array) -> pa.Array:
    return pa.array(np.append(0, np.cumsum(np.asarray(pc.fill_null(pc.list_value_length(lists), 0)))), pa.int32())


def fates(old: Printed, new: Printed) -> Fates:
    """The fate of each example of the old build in the new one, in the order of its rows.

    Of what lost more wordings than it got, the last by row are UNSAID.
    """
    out = np.full(old.examples.num_rows, Fate.GONE, np.uint8)
    if not len(out):
        return out
    ids, texts = (decoded(old.examples.column(c)) for c in ("id", "content_hash"))
    new_ids, new_texts = (decoded(new.examples.column(c)) for c in ("id", "content_hash"))
    kept = _same(ids, texts, new_ids, new_texts)
    out[_standing(old, new)] = Fate.UNSAID
    fresh = ~_same(new_ids, new_texts, ids, texts)
    room = new.about.filter(pa.array(fresh)).value_counts()
    counts = dict(zip(room.field("values").to_pylist(), room.field("counts").to_pylist(), strict=True))
    restated = np.asarray(pc.is_in(texts, value_set=new_texts))
    lost = np.flatnonzero(~kept & ~restated)
    about = old.about.take(pa.array(lost)).dictionary_encode("encode")
    places = np.asarray(about.indices)
    rank = _ranks(places)
    allowed = np.array([counts.get(what, 0) for what in about.dictionary.to_pylist()], np.int64)
    printed = np.asarray(pc.is_in(about.dictionary, value_set=new.about))
    out[lost[printed[places]]] = Fate.UNSAID
    out[lost[rank < allowed[places]]] = Fate.REWORDED
    out[restated] = Fate.RESTATED
    out[kept] = Fate.KEPT
    return out


def _same(ids: pa.Array, texts: pa.Array, other_ids: pa.Array, other_texts: pa.Array) -> NDArray[np.bool_]:
    """Which examples another build has under the same id with the same words."""
    place = pc.index_in(ids, value_set=other_ids)
    found = np.asarray(pc.is_valid(place))
    there = other_texts.take(pc.fill_null(place, 0)) if len(other_texts) else texts
    return np.asarray(found & np.asarray(pc.equal(there, texts)), bool)


def _ranks(groups: NDArray[np.integer[Any]]) -> NDArray[np.int64]:
    """The how-manieth of its group each row is, counted from 0 in order of rows."""
    order = np.argsort(groups, kind="stable")
    ordered = groups[order]
    starts = np.flatnonzero(np.append(True, ordered[1:] != ordered[:-1])) if len(groups) else np.empty(0, np.int64)
    sizes = np.diff(np.append(starts, len(groups)))
    out = np.empty(len(groups), np.int64)
    out[order] = np.arange(len(groups)) - np.repeat(starts, sizes)
    return out


def _standing(old: Printed, new: Printed) -> NDArray[np.bool_]:
    """Of which examples the axioms all stand, where their status rests on axioms and cannot change while they do."""
    whole = _resting(old, np.asarray(pc.invert(pc.is_in(old.axioms, value_set=new.axioms))))
    truth = decoded(old.examples.column("truth"))
    return np.asarray(~whole & np.asarray(pc.is_in(truth, value_set=pa.array(_MONOTONE))), bool)


def _resting(printed: Printed, marked: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Which examples rest on one at least of the marked axioms of their build."""
    wanted = printed.axioms.filter(pa.array(marked))
    lists = one_array(printed.instances.column("axioms"))
    owners, flat = np.asarray(pc.list_parent_indices(lists)), decoded(pa.chunked_array([pc.list_flatten(lists)]))
    hit = np.zeros(len(lists), bool)
    hit[owners[np.asarray(pc.is_in(flat, value_set=wanted))]] = True
    names = decoded(printed.instances.column("instance")).filter(pa.array(hit))
    return np.asarray(pc.is_in(decoded(printed.examples.column("instance")), value_set=names))


# ---- adapters --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Affected:
    """How far a training run is from a build.

    gone, reworded: shares of its training weight (learned tokens of every exposure; exposures where tokens are not
    known) on examples that no longer hold, and on examples whose wording alone changed. retired: axioms it learned from
    that the build's ontology no longer holds, in a readable form; retired_share: the share of weight that rests on any.
    examples: how many different ones it saw; unknown: the share on examples that no recorded build printed.
    """

    run: Mapping[str, Any]
    examples: int
    gone: float
    reworded: float
    retired: tuple[str, ...]
    retired_share: float
    unknown: float

    @property
    def stale(self) -> bool:
        """Whether any of what it learned is no longer so."""
        return self.gone + self.reworded + self.retired_share > 0


def adapters_affected(
    ledger: Path, new: Printed, dataset_names: Sequence[str] | None = None, renamed: Mapping[str, str] | None = None
) -> list[Affected]:
    """Each run that has an adapter, held against a build; the oldest first.

    dataset_names: runs on these only. renamed: IRI -> what it is called in the build.
    """
    printed: dict[str, Printed] = {}
    out = []
    by_dataset = {str(build["dataset"]): build for build in builds(ledger)}
    age = {r["activity"]: r["sequence"] for r in rows_of(read_all(ledger, "times", ["activity", "sequence"]))}
    for run in sorted(rows_of(read_all(ledger, "runs")), key=lambda r: (age.get(r["id"], 0), r["id"])):
        build = by_dataset.get(run["dataset"])
        if not run["adapter"] or build is None or (dataset_names and build["dataset_name"] not in dataset_names):
            continue
        key = str(build["id"])
        if key not in printed:
            printed[key] = Printed.of(ledger, build, renamed)
        out.append(affected(ledger, run, printed[key], new))
    return out


def affected(ledger: Path, run: Mapping[str, Any], old: Printed, new: Printed) -> Affected:
    """How far a run on an old build is from a new one."""
    seen, weight = weighed(read_columns(ledger, "steps", key_of(str(run["id"])), ["example", "tokens"]))
    total = float(weight.sum()) or 1.0
    place = pc.index_in(seen, value_set=decoded(old.examples.column("id")))
    known = np.asarray(pc.is_valid(place))
    rows = np.asarray(pc.fill_null(place, 0))[known]
    of = weight[known]
    fate = fates(old, new)[rows] if len(rows) else np.empty(0, np.uint8)
    lost = np.asarray(pc.invert(pc.is_in(old.axioms, value_set=new.axioms)))
    on_lost = _resting(old, lost)
    retired = _retired(ledger, old, lost, rows[on_lost[rows]] if len(rows) else rows)
    return Affected(
        run, len(seen), float(of[fate == Fate.GONE].sum()) / total, float(of[fate == Fate.REWORDED].sum()) / total,
        tuple(retired), float(of[on_lost[rows]].sum()) / total if len(rows) else 0.0,
        float(weight[~known].sum()) / total,
    )  # fmt: skip


def _retired(ledger: Path, old: Printed, lost: NDArray[np.bool_], rows: NDArray[Any]) -> list[str]:
    """The lost axioms behind some examples as they read, sorted."""
    if not len(rows):
        return []
    owners = pc.unique(decoded(old.examples.column("instance")).take(pa.array(rows)))
    mine = old.instances.filter(pc.is_in(decoded(old.instances.column("instance")), value_set=owners))
    lists = one_array(mine.column("axioms"))
    learned = decoded(pa.chunked_array([pc.list_flatten(lists)]))
    names = old.axioms.filter(pa.array(lost)).filter(pc.is_in(old.axioms.filter(pa.array(lost)), value_set=learned))
    table = read_columns(ledger, "axioms", key_of(str(old.build["id"])), ["axiom", "display"])
    return sorted(table.filter(pc.is_in(table.column("axiom"), value_set=names)).column("display").to_pylist())
